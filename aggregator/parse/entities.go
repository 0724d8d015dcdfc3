package parse

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds on what entities declared in a DOCTYPE may become.
const (
	maxEntities    = 1000    // declarations
	maxExpansion   = 1 << 20 // bytes that all references of a document expand to
	maxEntityDepth = 8       // references within references
	maxEntityName  = 64
)

// entities are those that a document's DOCTYPE declares. Once left is used up
// the document is refused.
type entities struct {
	values map[string]string
	left   int
}

// declared reads the internal subset of a DOCTYPE (XML 1.0 §4.2). External
// entities are never fetched.
func declared(doctype string) *entities {
	e := &entities{left: maxExpansion}
	for len(e.values) < maxEntities {
		at := strings.Index(doctype, "<!ENTITY")
		if at < 0 {
			break
		}
		doctype = strings.TrimLeft(doctype[at+len("<!ENTITY"):], " \t\r\n")
		name := nameOf(doctype)
		rest := strings.TrimLeft(doctype[len(name):], " \t\r\n")
		if name == "" || name == "%" || rest == "" || rest[0] != '"' && rest[0] != '\'' {
			continue
		}
		var value string
		value, doctype = attributeValue(rest)
		if e.values == nil {
			e.values = map[string]string{}
		}
		if _, twice := e.values[name]; !twice {
			e.values[name] = value
		}
	}
	return e
}

// bomb reports whether the references read so far expand beyond the bound.
func (e *entities) bomb() bool { return e != nil && e.left < 0 }

// unescape replaces the references in s: characters, the entities of XML and
// HTML, and those the document declares. An & that begins none stays.
func (e *entities) unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	e.expand(&b, s, 0)
	return b.String()
}

func (e *entities) expand(b *strings.Builder, s string, depth int) {
	for {
		amp := strings.IndexByte(s, '&')
		if amp < 0 {
			b.WriteString(s)
			return
		}
		b.WriteString(s[:amp])
		s = s[amp:]
		n := e.reference(b, s, depth)
		s = s[n:]
	}
}

// reference writes what the reference at the start of s stands for, and
// returns how much of s that was.
func (e *entities) reference(b *strings.Builder, s string, depth int) int {
	end := strings.IndexByte(s[:min(len(s), maxEntityName)], ';')
	if end < 2 {
		b.WriteByte('&')
		return 1
	}
	name := s[1:end]
	switch name {
	case "lt":
		b.WriteByte('<')
		return end + 1
	case "gt":
		b.WriteByte('>')
		return end + 1
	case "amp":
		b.WriteByte('&')
		return end + 1
	case "quot":
		b.WriteByte('"')
		return end + 1
	}
	if name[0] == '#' {
		if c, ok := character(name[1:]); ok {
			b.WriteString(c)
			return end + 1
		}
	} else if e.declaredEntity(b, name, depth) {
		return end + 1
	} else if text := html.UnescapeString(s[:end+1]); !strings.HasSuffix(text, ";") {
		b.WriteString(text)
		return end + 1
	}
	b.WriteByte('&')
	return 1
}

func (e *entities) declaredEntity(b *strings.Builder, name string, depth int) bool {
	if e == nil || e.left < 0 {
		return false
	}
	value, ok := e.values[name]
	if !ok || depth >= maxEntityDepth {
		return false
	}
	if e.left -= len(value) + 1; e.left >= 0 {
		e.expand(b, value, depth+1)
	}
	return true
}

// character returns the text of a character reference, read as HTML does
// where it names a control character of windows-1252; "" for what XML forbids.
func character(digits string) (string, bool) {
	base := 10
	if digits != "" && digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return "", false
	}
	if n >= 0x80 && n <= 0x9f {
		return html.UnescapeString("&#" + strconv.FormatUint(n, 10) + ";"), true
	}
	r := rune(n)
	if n > utf8.MaxRune || !legal(r) {
		return "", true
	}
	return string(r), true
}

// escape appends s as the text of an element or of an attribute.
func escape(out []byte, s string) []byte {
	for {
		n := strings.IndexAny(s, `&<>"`)
		if n < 0 {
			return append(out, s...)
		}
		out = append(out, s[:n]...)
		switch s[n] {
		case '&':
			out = append(out, "&amp;"...)
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		default:
			out = append(out, "&quot;"...)
		}
		s = s[n+1:]
	}
}
