package parse

import "strings"

// A scanner walks the markup of a document from left to right and never
// fails: what is not markup is text.
type scanner struct {
	s        string
	pos      int
	declared bool // the DOCTYPE was seen
	// What was looked for in vain need not be looked for again.
	noComment, noBracket bool
}

type tokenKind uint8

const (
	textToken tokenKind = iota
	cdataToken
	startToken
	endToken
	doctypeToken
	otherToken // comments, processing instructions, other declarations
)

// A token is one piece of markup, or the text between two.
type token struct {
	kind     tokenKind
	from, to int    // its place in the document, delimiters included
	body     string // text and CDATA: the characters; tags: the name; DOCTYPE: all of it
	attrs    string // of a start tag, as written
	empty    bool   // a start tag that is its own end
	open     bool   // the document ends inside it
}

// next returns the next token, or false at the end of the document.
func (sc *scanner) next() (token, bool) {
	if sc.pos >= len(sc.s) {
		return token{}, false
	}
	rest := sc.s[sc.pos:]
	t := token{from: sc.pos}
	if rest[0] != '<' || !sc.markup(&t, rest) {
		n := strings.IndexByte(rest[1:], '<') + 1
		if n == 0 {
			n = len(rest)
		}
		t.body, t.to = rest[:n], n
	}
	t.to += sc.pos
	sc.pos = t.to
	return t, true
}

// markup reads the token that rest begins with, and reports whether it is one.
// It leaves its length in t.to.
func (sc *scanner) markup(t *token, rest string) bool {
	switch {
	case len(rest) < 2:
		return false
	case isNameStart(rest[1]):
		return t.tag(rest, 1)
	case rest[1] == '/':
		return len(rest) > 2 && isNameStart(rest[2]) && t.tag(rest, 2)
	case strings.HasPrefix(rest, "<![CDATA["):
		t.kind = cdataToken
		t.until(rest, "<![CDATA[", "]]>")
	case strings.HasPrefix(rest, "<!--"):
		sc.comment(t, rest, &sc.noComment, "<!--", "-->")
	case rest[1] == '?':
		sc.comment(t, rest, &sc.noBracket, "<?", ">")
	case rest[1] == '!' && len(rest) > 2 && isNameStart(rest[2]):
		t.kind = doctypeToken
		sc.declaration(t, rest)
	default:
		return false
	}
	return true
}

func (t *token) until(rest, begin, end string) {
	n := strings.Index(rest[len(begin):], end)
	if n < 0 {
		t.body, t.to, t.open = rest[len(begin):], len(rest), true
		return
	}
	t.body, t.to = rest[len(begin):len(begin)+n], len(begin)+n+len(end)
}

// comment is until for what holds nothing to read: one without an end is only
// its beginning.
func (sc *scanner) comment(t *token, rest string, vain *bool, begin, end string) {
	t.kind = otherToken
	if !*vain {
		t.until(rest, begin, end)
		*vain = t.open
	}
	if *vain {
		t.body, t.to, t.open = "", len(begin), false
	}
}

// declaration reads <!NAME …>, the first with an internal subset in brackets.
func (sc *scanner) declaration(t *token, rest string) {
	if sc.declared {
		sc.comment(t, rest, &sc.noBracket, "<!", ">")
		return
	}
	sc.declared = true
	end := strings.IndexByte(rest, '>')
	if sub := strings.IndexByte(rest, '['); sub >= 0 && sub < end {
		if close := strings.Index(rest[sub:], "]>"); close >= 0 {
			end = sub + close + 1
		} else if close := strings.IndexByte(rest[sub:], ']'); close >= 0 {
			if gt := strings.IndexByte(rest[sub+close:], '>'); gt >= 0 {
				end = sub + close + gt
			}
		}
	}
	if end < 0 {
		end = 1
	}
	t.body, t.to = rest[:end+1], end+1
}

// tag reads a start or end tag whose name begins at.
func (t *token) tag(rest string, at int) bool {
	end := tagEnd(rest, at)
	if end < 0 {
		t.kind, t.open = startToken, true
		if at == 2 {
			t.kind = endToken
		}
		end = len(rest)
		t.body, t.to = nameOf(rest[at:]), end
		return true
	}
	t.body = nameOf(rest[at:end])
	t.to = end + 1
	if at == 2 {
		t.kind = endToken
		return true
	}
	t.kind = startToken
	t.attrs = rest[at+len(t.body) : end]
	if strings.HasSuffix(t.attrs, "/") {
		t.attrs, t.empty = t.attrs[:len(t.attrs)-1], true
	}
	return true
}

// tagEnd returns the place of the > that ends the tag, or -1. A quote counts
// only if its other half comes before the next tag.
func tagEnd(rest string, at int) int {
	for i := at; i < len(rest); i++ {
		switch c := rest[i]; c {
		case '>':
			return i
		case '"', '\'':
			n := strings.IndexByte(rest[i+1:], c)
			if n >= 0 && strings.IndexByte(rest[i+1:i+1+n], '<') < 0 {
				i += n + 1
			}
		}
	}
	return -1
}

func isNameStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

func nameOf(s string) string {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\r', '\n', '/', '>', '=', '"', '\'', '<':
			return s[:i]
		}
	}
	return s
}

// An attr is an attribute as it was written, its value without the quotes.
type attr struct{ name, value string }

// attributes appends the attributes in s to into.
func attributes(into []attr, s string) []attr {
	for {
		s = strings.TrimLeft(s, " \t\r\n/\"'=")
		name := nameOf(s)
		if name == "" {
			return into
		}
		s = strings.TrimLeft(s[len(name):], " \t\r\n")
		if s == "" || s[0] != '=' {
			into = append(into, attr{name, name})
			continue
		}
		var value string
		value, s = attributeValue(strings.TrimLeft(s[1:], " \t\r\n"))
		into = append(into, attr{name, value})
	}
}

func attributeValue(s string) (value, rest string) {
	if s == "" {
		return "", ""
	}
	if s[0] == '"' || s[0] == '\'' {
		if n := strings.IndexByte(s[1:], s[0]); n >= 0 {
			return s[1 : n+1], s[n+2:]
		}
		return s[1:], ""
	}
	n := strings.IndexAny(s, " \t\r\n")
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:]
}
