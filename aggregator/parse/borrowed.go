package parse

import (
	"slices"
	"strings"
)

// borrowed returns what an element means that the format does not have, but
// its documents take from another: Atom's links, categories and people in RSS,
// RSS's in Atom. gofeed reads each format strictly by its own words, so such
// an element is renamed into the vocabulary that has it.
func (k *skeleton) borrowed(w word, t token) word {
	switch {
	case w.words != native:
		return w
	case k.atom:
		return k.borrowedByAtom(w, t)
	}
	return k.borrowedByRSS(w, t)
}

func (k *skeleton) borrowedByRSS(w word, t token) word {
	switch w.local {
	case "link":
		if k.attr("href") != "" {
			return word{atomWords, "link"}
		}
	case "category":
		if k.attr("term") != "" || k.attr("label") != "" {
			return word{atomWords, "category"}
		}
	case "author":
		if k.holdsElements(t) {
			return word{atomWords, "author"}
		}
	case "contributor", "logo", "icon", "subtitle", "rights":
		return word{atomWords, w.local}
	case "tagline":
		return word{atomWords, "subtitle"}
	case "enclosure":
		k.rename("href", "url")
	case "entry":
		if !k.inItem {
			return word{native, "item"}
		}
	}
	return w
}

func (k *skeleton) borrowedByAtom(w word, t token) word {
	switch w.local {
	case "category":
		k.rename("domain", "scheme")
		if k.attr("term") == "" {
			k.textAs("term", t)
		}
	case "link":
		if k.attr("href") == "" {
			k.textAs("href", t)
		}
	case "description":
		return word{dublinCore, "description"}
	case "guid":
		return word{dublinCore, "identifier"}
	case "item":
		if !k.inItem {
			return word{native, "entry"}
		}
	}
	return w
}

// attr returns an attribute of the tag just read, as written.
func (k *skeleton) attr(name string) string {
	for _, a := range k.attrs {
		if strings.EqualFold(a.name, name) {
			return a.value
		}
	}
	return ""
}

// rename gives an attribute of the tag just read another name, unless there is
// one of that name.
func (k *skeleton) rename(name, to string) {
	if k.attr(to) != "" {
		return
	}
	for i := range k.attrs {
		if strings.EqualFold(k.attrs[i].name, name) {
			k.attrs[i].name = to
			return
		}
	}
}

// textAs makes an attribute of the text that follows a start tag. One that is
// there, and empty, stays what it is.
func (k *skeleton) textAs(name string, t token) {
	if t.empty || slices.ContainsFunc(k.attrs, func(a attr) bool { return strings.EqualFold(a.name, name) }) {
		return
	}
	rest := strings.TrimLeft(k.sc.s[t.to:], " \t\r\n")
	if cdata, ok := strings.CutPrefix(rest, "<![CDATA["); ok {
		text, _, _ := strings.Cut(cdata, "]]>")
		k.attrs = append(k.attrs, attr{name, string(escape(nil, strings.TrimSpace(text)))})
		return
	}
	if n := strings.IndexByte(rest, '<'); n > 0 {
		k.attrs = append(k.attrs, attr{name, strings.TrimSpace(rest[:n])})
	}
}

// holdsElements reports whether a person's element has others in it.
func (k *skeleton) holdsElements(t token) bool {
	if t.empty {
		return false
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(k.sc.s[t.to:], " \t\r\n"), "<")
	if !ok {
		return false
	}
	name := strings.ToLower(nameOf(rest))
	return ofPerson(name[strings.IndexByte(name, ':')+1:])
}

// ofPerson reports whether an element says something of a person.
func ofPerson(local string) bool {
	switch local {
	case "name", "email", "uri", "url", "homepage":
		return true
	}
	return false
}
