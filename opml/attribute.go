package opml

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"tributary/internal/lazy"
	"tributary/validator/xmltext"
)

var reference = lazy.Regexp(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)

// resolve replaces references to characters. An ampersand that begins none
// stays: nearly half of the lists that programs write have such.
func resolve(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	return reference().ReplaceAllStringFunc(text, html.UnescapeString)
}

var blanks = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ", "\r", " ")

// legal replaces what XML cannot write.
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000:
			return r
		}
		return 0xFFFD
	}, text)
}

// IsName reports whether an attribute can have that name.
func IsName(name string) bool { return attributeName().MatchString(name) && len(name) <= 200 }

var attributeName = lazy.Regexp(`^[\pL_][\pL\pN_.-]*(?::[\pL_][\pL\pN_.-]*)?$`)

// declare notes the prefixes that an element declares.
func (p *parser) declare(attrs []xmltext.Attr) {
	for _, a := range attrs {
		prefix, ok := strings.CutPrefix(string(a.Name), "xmlns:")
		if _, known := p.prefixes[prefix]; ok && !known && len(p.prefixes) < 100 && len(a.Value) < 1000 {
			p.prefixes[prefix] = strings.TrimSpace(legal(resolve(string(a.Value))))
		}
	}
}

// attributes reads the attributes of an outline as they are; settle gives them
// the names they stay with.
func (p *parser) attributes(raw []xmltext.Attr, line int) ([]Attr, error) {
	attrs := make([]Attr, 0, len(raw))
	for _, a := range raw {
		name := string(a.Name)
		if name == "xmlns" || strings.HasPrefix(name, "xmlns:") {
			continue
		}
		value := legal(resolve(blanks.Replace(string(a.Value))))
		problem := ""
		switch {
		case !IsName(name):
			problem = "cannot be the name of an attribute"
		case len(value) > MaxValue:
			problem = fmt.Sprintf("is longer than %d KiB", MaxValue>>10)
		}
		if problem == "" {
			attrs = append(attrs, Attr{Name: name, Value: value})
		} else if err := p.note(line, fmt.Sprintf("%.60q %s: this attribute is left out", name, problem)); err != nil {
			return nil, err
		}
	}
	return attrs, nil
}

// settle gives all attributes their names, once every prefix is known.
func (p *parser) settle(outlines []Outline) {
	for i := range outlines {
		outlines[i].Attrs = p.settled(outlines[i].Attrs)
		p.settle(outlines[i].Outlines)
	}
}

// settled returns attributes with what OPML defines written as it writes it,
// with what was kept as it was, and with the declarations of prefixes. A
// prefix that is not declared becomes part of the name.
func (p *parser) settled(attrs []Attr) []Attr {
	out := make([]Attr, 0, len(attrs))
	var original, declared []Attr
	for _, a := range attrs {
		prefix, name, prefixed := strings.Cut(a.Name, ":")
		switch {
		case !prefixed:
			a.Name = spelled(a.Name, attrs)
		case prefix == "xml":
		case p.prefixes[prefix] == kept:
			original = append(original, Attr{Name: name, Value: a.Value})
			continue
		case p.prefixes[prefix] == "":
			a.Name = prefix + "." + name
		case prefix == keptPrefix: // it is ours in what is written
			a.Name = prefix + "_:" + name
			declared = put(declared, Attr{Name: "xmlns:" + prefix + "_", Value: p.prefixes[prefix]})
		default:
			declared = put(declared, Attr{Name: "xmlns:" + prefix, Value: p.prefixes[prefix]})
		}
		out = append(out, a)
	}
	for _, a := range original {
		out = put(out, a)
	}
	return append(out, declared...)
}

// put sets an attribute.
func put(attrs []Attr, a Attr) []Attr {
	if i := slices.IndexFunc(attrs, func(b Attr) bool { return b.Name == a.Name }); i >= 0 {
		attrs[i].Value = a.Value
		return attrs
	}
	return append(attrs, a)
}

// spelled returns the name as OPML writes it: xmlUrl for xmlurl, unless that
// is there as well.
func spelled(name string, attrs []Attr) string {
	for _, word := range words {
		if _, there := Get(attrs, word); strings.EqualFold(word, name) && !there {
			return word
		}
	}
	return name
}
