package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tributary/internal/lazy"
)

// An Attr is an attribute of an outline in OPML: its name and its value.
type Attr struct{ Name, Value string }

const maxOutlineValue = 64 << 10 // bytes

var outlineName = lazy.Regexp(`^[\pL_][\pL\pN_.-]*(?::[\pL_][\pL\pN_.-]*)?$`)

// outline reads the attributes that a source has in OPML besides its address.
func (s *section) outline() []Attr {
	v := s.get("outline", isTable, `outline = { text = "News", htmlUrl = "https://example.org/" }`)
	if v == nil {
		return nil
	}
	return s.attributes("outline", v.sub)
}

// attributes reads a table of attributes.
func (s *section) attributes(key string, t *table) []Attr {
	out := make([]Attr, 0, len(t.entries))
	for i := range t.entries {
		e := &t.entries[i]
		prefix, _, prefixed := strings.Cut(e.key, ":")
		expected := `expected the attributes of its outline in OPML, such as text, title, htmlUrl or description`
		var problem string
		switch {
		case e.value.kind != isText:
			problem, expected = fmt.Sprintf("%s is %s", shorten(e.key), e.value.describe()), "expected a text in quotes"
		case e.key == "xmlUrl" || e.key == "xmlns":
			problem = fmt.Sprintf("%s cannot be given here", e.key)
		case !outlineName().MatchString(e.key):
			problem = fmt.Sprintf("%q cannot be the name of an attribute", shorten(e.key))
		case len(e.value.text) > maxOutlineValue:
			problem, expected = fmt.Sprintf("%s is too long", shorten(e.key)), fmt.Sprintf("expected at most %d KiB", maxOutlineValue>>10)
		case prefixed && prefix != "xmlns" && prefix != "xml" && t.find("xmlns:"+prefix) == nil:
			problem = fmt.Sprintf("the prefix of %s stands for no namespace", shorten(e.key))
			expected = fmt.Sprintf(`expected it declared in the same table: "xmlns:%s" = "https://…"`, prefix)
		default:
			out = append(out, Attr{Name: e.key, Value: e.value.text})
			continue
		}
		s.wrong(key+"."+e.key, e.value.at, key+": "+problem, expected, "")
	}
	return out
}

const maxFolders = 32 // within each other

// folder reads the folders of OPML that a category's sources lie in, the
// outermost first: each is a name, or the attributes of its outline.
func (s *section) folder(label string) [][]Attr {
	const example = `["News", "Europe"]`
	v := s.get("folder", isList, example)
	if v == nil {
		return [][]Attr{{{Name: "text", Value: label}}}
	}
	if n := len(v.sub.entries); n > maxFolders {
		s.wrong("folder", v.at, fmt.Sprintf("folder names %d folders within each other", n), fmt.Sprintf("expected at most %d", maxFolders), "")
		return nil
	}
	out := make([][]Attr, 0, len(v.sub.entries))
	for i := range v.sub.entries {
		switch item := v.sub.entries[i].value; item.kind {
		case isText:
			out = append(out, []Attr{{Name: "text", Value: item.text}})
		case isTable:
			out = append(out, s.attributes("folder", item.sub))
		default:
			s.wrong("folder", item.at, fmt.Sprintf("folder has %s in it", item.describe()),
				"expected names, or tables of attributes, such as folder = "+example+`; an empty list is no folder`, "")
		}
	}
	return out
}

var manyDashes = lazy.Regexp(`-{2,}`)

// Term returns a text as the term of a category could be; it is "" when
// nothing in it can stand in one.
func Term(text string) string {
	term := strings.Trim(manyDashes().ReplaceAllString(termOf(text), "-"), "-_")
	for len(term) > maxTerm {
		_, size := utf8.DecodeLastRuneInString(term)
		term = term[:len(term)-size]
	}
	term = strings.TrimRight(term, "-_")
	for _, word := range reserved {
		if term == word {
			return term + "-news"
		}
	}
	return term
}

// FoldTerm returns the form by which two terms are the same to a file system.
func FoldTerm(term string) string { return strings.ToLower(norm.NFC.String(term)) }

// WebURL says whether a source may have that http or https address, and
// returns the form by which two sources have the same. An error is in words
// for people and tells no password.
func WebURL(text string) (canonical string, err error) {
	_, canonical, bad := sourceURL(text, "", []string{"http", "https"})
	switch scheme, _, _ := strings.Cut(text, ":"); {
	case bad != nil && bad.hint != "":
		return "", errors.New(bad.problem + "; " + bad.hint)
	case bad != nil:
		return "", errors.New(bad.problem)
	case strings.EqualFold(scheme, "file"):
		return "", errors.New("a file of this machine is not taken from a list")
	}
	return canonical, nil
}
