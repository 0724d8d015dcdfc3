package parse

import (
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"tributary/feed"
)

// words are the extension elements of an item or feed, by vocabulary and name,
// as gofeed hands them out.
type extended struct {
	k    *skeleton
	all  ext.Extensions
	home scope
}

func (x extended) list(prefix, name string) []ext.Extension { return x.all[prefix][name] }

// value returns the text of the first such element that has any.
func (x extended) value(prefix, name string) string {
	for _, e := range x.all[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// prose returns the text construct of the first of the elements that is there,
// each written "prefix:name".
func (x extended) prose(names ...string) Text {
	for _, n := range names {
		prefix, local, _ := strings.Cut(n, ":")
		for _, e := range x.list(prefix, local) {
			if t := x.k.hypertext(e.Value, x.home); t.Body != "" {
				return t
			}
		}
	}
	return Text{}
}

func (x extended) heading(names ...string) Text {
	for _, n := range names {
		prefix, local, _ := strings.Cut(n, ":")
		for _, e := range x.list(prefix, local) {
			if t := x.k.heading(e.Value, x.home); t.Body != "" {
				return t
			}
		}
	}
	return Text{}
}

// date returns the first date there is, as written: of several of a name the
// last, as all readers do.
func (x extended) date(names ...string) string {
	for _, n := range names {
		prefix, local, _ := strings.Cut(n, ":")
		for _, e := range slices.Backward(x.list(prefix, local)) {
			if e.Value != "" {
				return e.Value
			}
		}
	}
	return ""
}

// people appends those whom Dublin Core, Atom within RSS, and at last iTunes
// name.
func (x extended) people(authors []feed.Person) []feed.Person {
	for _, name := range [...]string{"creator", "author"} {
		for _, e := range x.list("dc", name) {
			if p, ok := person(e.Value); ok {
				authors = addPerson(authors, p)
			}
		}
	}
	for _, e := range x.list("atom", "author") {
		if p := x.atomPerson(e); p != (feed.Person{}) {
			authors = addPerson(authors, p)
		}
	}
	if len(authors) == 0 {
		if p, ok := person(x.value("itunes", "author")); ok {
			authors = append(authors, p)
		}
	}
	return authors
}

// owner adds what iTunes says of a podcast's owner: the address of the author
// of that name, or somebody at all where nobody else is named.
func (x extended) owner(authors []feed.Person) []feed.Person {
	for _, e := range x.list("itunes", "owner") {
		p := x.atomPerson(e)
		p.Name = clean(p.Name)
		known := slices.ContainsFunc(authors, func(a feed.Person) bool { return a.Name != "" && strings.EqualFold(a.Name, p.Name) })
		if p != (feed.Person{}) && (known || len(authors) == 0) {
			authors = addPerson(authors, p)
		}
	}
	return authors
}

func (x extended) contributors() []feed.Person {
	var out []feed.Person
	for _, e := range x.list("dc", "contributor") {
		if p, ok := person(e.Value); ok {
			out = addPerson(out, p)
		}
	}
	for _, e := range x.list("atom", "contributor") {
		if p := x.atomPerson(e); p != (feed.Person{}) {
			out = addPerson(out, p)
		}
	}
	return out
}

func (x extended) atomPerson(e ext.Extension) feed.Person {
	child := func(names ...string) string {
		for _, n := range names {
			for _, c := range e.Children[n] {
				if c.Value != "" {
					return c.Value
				}
			}
		}
		return ""
	}
	return feed.Person{Name: child("name"), Email: mailto(child("email")), URI: child("uri", "url", "homepage")}
}

// itunesScheme is what feedparser made of podcast categories, and what others
// took over.
const itunesScheme = "http://www.itunes.com/"

// mediaScheme is that of a media:category which names none (Media RSS 1.5.1).
const mediaScheme = "http://search.yahoo.com/mrss/category_schema"

// categories appends the categories of all vocabularies.
func (x extended) categories(out []feed.Category) []feed.Category {
	for _, e := range x.list("dc", "subject") {
		out = addCategory(out, feed.Category{Term: e.Value})
	}
	for _, e := range x.list("atom", "category") {
		out = addCategory(out, feed.Category{Term: first(e.Attrs["term"], e.Attrs["label"]), Scheme: x.k.scheme(e.Attrs["scheme"]), Label: e.Attrs["label"]})
	}
	for _, e := range x.list("itunes", "category") {
		out = addCategory(out, feed.Category{Term: e.Attrs["text"], Scheme: itunesScheme})
		for _, c := range e.Children["category"] {
			out = addCategory(out, feed.Category{Term: c.Attrs["text"], Scheme: itunesScheme})
		}
	}
	for _, word := range listed(x.value("itunes", "keywords")) {
		out = addCategory(out, feed.Category{Term: word, Scheme: itunesScheme})
	}
	for _, e := range x.media("category") {
		out = addCategory(out, feed.Category{Term: e.Value, Scheme: first(x.k.scheme(e.Attrs["scheme"]), mediaScheme), Label: e.Attrs["label"]})
	}
	for _, e := range x.media("keywords") {
		for _, word := range listed(e.Value) {
			out = addCategory(out, feed.Category{Term: word})
		}
	}
	return out
}

// listed returns the words of a list with commas.
func listed(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) }

func addCategory(out []feed.Category, c feed.Category) []feed.Category {
	c.Term = strings.TrimSpace(c.Term)
	if c.Term == "" || len(out) == maxEach {
		return out
	}
	for _, have := range out {
		if have.Term == c.Term && have.Scheme == c.Scheme {
			return out
		}
	}
	return append(out, c)
}

// media returns the Media RSS elements of a name, those in groups and in
// contents too.
func (x extended) media(name string) []ext.Extension {
	out := slices.Clip(x.list("media", name))
	for _, parent := range [...]string{"group", "content"} {
		for _, e := range x.list("media", parent) {
			out = append(out, e.Children[name]...)
		}
	}
	for _, g := range x.list("media", "group") {
		for _, e := range g.Children["content"] {
			out = append(out, e.Children[name]...)
		}
	}
	return out
}

// mediaText returns the first title or description of Media RSS.
func (x extended) mediaText(name string) Text {
	for _, e := range x.media(name) {
		if t := x.k.heading(e.Value, x.home); t.Body != "" {
			return t
		}
	}
	return Text{}
}

// links appends atom:link elements within another format, and the contents of
// Media RSS as enclosures.
func (x extended) links(out []Link) []Link {
	for _, e := range x.list("atom", "link") {
		l := feed.Link{Href: e.Attrs["href"], Rel: first(e.Attrs["rel"], feed.RelAlternate), Type: e.Attrs["type"],
			HrefLang: e.Attrs["hreflang"], Title: e.Attrs["title"], Length: length(e.Attrs["length"])}
		out = addLink(out, Link{Link: l})
	}
	for _, rel := range [...]string{feed.RelTranscript, feed.RelChapters} {
		for _, e := range x.list("podcast", rel) {
			out = addLink(out, Link{Link: feed.Link{Href: e.Attrs["url"], Rel: rel, Type: e.Attrs["type"], HrefLang: e.Attrs["language"]}})
		}
	}
	for _, e := range x.media("content") {
		l := feed.Link{Href: e.Attrs["url"], Rel: feed.RelEnclosure, Type: e.Attrs["type"], Length: length(e.Attrs["filesize"])}
		if l.Type == "" && e.Attrs["medium"] != "" && e.Attrs["medium"] != "document" {
			l.Type = e.Attrs["medium"] + "/*"
		}
		out = addLink(out, Link{Link: l})
	}
	return out
}

// addLink appends l unless a link with the same target and relation is there.
func addLink(out []Link, l Link) []Link {
	if l.Href == "" || len(out) == maxEach {
		return out
	}
	for i := range out {
		if have := &out[i]; have.Href == l.Href && have.Rel == l.Rel && have.Base == l.Base {
			have.Type = first(have.Type, l.Type)
			have.Length = max(have.Length, l.Length)
			return out
		}
	}
	return append(out, l)
}

// length reads a number of bytes; 0 if it is none.
func length(s string) int64 {
	s = strings.Map(func(r rune) rune {
		if r == ',' || r == '.' || r == ' ' {
			return -1
		}
		return r
	}, s)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// schedule returns what the syndication module and RSS say of when to ask.
func (x extended) schedule() Schedule {
	return Schedule{
		UpdatePeriod: x.value("sy", "updateperiod"), UpdateFrequency: x.value("sy", "updatefrequency"),
		UpdateBase: x.value("sy", "updatebase"),
		SkipHours:  x.value("raw", "skiphours"), SkipDays: x.value("raw", "skipdays"),
	}
}
