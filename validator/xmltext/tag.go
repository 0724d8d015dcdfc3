package xmltext

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// nameClass marks the ASCII bytes of names: 1 starts one, 2 goes on.
var nameClass = func() (t [256]uint8) {
	for i := range t {
		switch c := byte(i); {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':':
			t[i] = 3
		case c >= '0' && c <= '9' || c == '-' || c == '.':
			t[i] = 2
		case c >= 0x80:
			t[i] = 4
		}
	}
	return t
}()

// nameEnd returns where the name at the start of b ends, 0 when there is none.
func nameEnd(b []byte) int {
	i := 0
	for i < len(b) {
		switch class := nameClass[b[i]]; {
		case class&1 != 0 || class&2 != 0 && i > 0:
			i++
		case class&4 != 0:
			r, size := utf8.DecodeRune(b[i:])
			if !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r) && r != 0xb7) {
				return i
			}
			i += size
		default:
			return i
		}
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func spaces(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

func (s *Scanner) endTag() *Token {
	for {
		w := s.window()
		end := nameEnd(w[2:]) + 2
		i := spaces(w, end)
		switch {
		case i < len(w) && w[i] == '>' && end > 2:
			t := s.take(End, i+1)
			t.Name = t.Raw[2:end]
			return t
		case i < len(w):
			return s.fail(Syntax, 0, i+1, "an end tag is written </name>, with nothing after the name")
		case len(w) > MaxTag || !s.more():
			return s.unclosed("an end tag")
		}
	}
}

// A problem is what is wrong in a tag, at an offset; more is set where the
// window ends within the tag.
type problem struct {
	kind    ErrorKind
	at, len int
	text    string
	more    bool
}

func (s *Scanner) startTag() *Token {
	for {
		n, p := s.parseTag(s.window())
		switch {
		case p == nil:
			raw := s.take(Start, n)
			return raw
		case !p.more:
			return s.fail(p.kind, p.at, p.len, p.text)
		case len(s.window()) > MaxTag || !s.more():
			return s.unclosed("a tag")
		}
	}
}

var incomplete = &problem{more: true}

// parseTag reads the start tag that w starts with into s.tok and returns its
// length.
func (s *Scanner) parseTag(w []byte) (int, *problem) {
	i := 1 + nameEnd(w[1:])
	if i == len(w) {
		return 0, incomplete
	}
	if i == 1 {
		return 0, &problem{kind: Syntax, at: 0, len: 1, text: "\"<\" starts no tag here: write it as &lt; where it is text"}
	}
	s.tok.Name, s.tok.Attrs, s.tok.Empty = w[1:i], s.tok.Attrs[:0], false
	for {
		at := spaces(w, i)
		if at == len(w) {
			return 0, incomplete
		}
		switch {
		case w[at] == '>':
			return at + 1, nil
		case w[at] == '/':
			if at+1 == len(w) {
				return 0, incomplete
			}
			if w[at+1] != '>' {
				return 0, &problem{kind: Syntax, at: at, len: 1, text: "\"/\" stands in a tag but not before its \">\""}
			}
			s.tok.Empty = true
			return at + 2, nil
		case at == i:
			return 0, &problem{kind: Syntax, at: at, len: 1, text: fmt.Sprintf("%q stands in the tag <%s>: white space must come before an attribute", char(w[at:]), cut(s.tok.Name))}
		}
		next, p := s.attribute(w, at)
		if p != nil {
			return 0, p
		}
		i = next
	}
}

// attribute reads the attribute at an offset and returns where it ends.
func (s *Scanner) attribute(w []byte, at int) (int, *problem) {
	i := at + nameEnd(w[at:])
	if i == at {
		return 0, &problem{kind: Syntax, at: at, len: 1, text: fmt.Sprintf("%q cannot start the name of an attribute, nor end the tag <%s>", char(w[at:]), cut(s.tok.Name))}
	}
	name := w[at:i]
	i = spaces(w, i)
	if i == len(w) {
		return 0, incomplete
	}
	if w[i] != '=' {
		return 0, &problem{kind: Syntax, at: at, len: len(name), text: fmt.Sprintf("the attribute %s has no value: write %s=\"...\"", cut(name), cut(name))}
	}
	i = spaces(w, i+1)
	if i == len(w) {
		return 0, incomplete
	}
	quote := w[i]
	if quote != '"' && quote != '\'' {
		return 0, &problem{kind: Syntax, at: i, len: 1, text: fmt.Sprintf("the value of the attribute %s must stand in quotes", cut(name))}
	}
	length := bytes.IndexByte(w[i+1:], quote)
	if length < 0 {
		return 0, incomplete
	}
	value := w[i+1 : i+1+length]
	if p := s.checkValue(name, value, i+1); p != nil {
		return 0, p
	}
	for _, a := range s.tok.Attrs {
		if bytes.Equal(a.Name, name) {
			return 0, &problem{kind: Duplicate, at: at, len: len(name), text: fmt.Sprintf("the attribute %s is given twice in the tag <%s>", cut(name), cut(s.tok.Name))}
		}
	}
	if len(s.tok.Attrs) == maxAttrs {
		return 0, &problem{kind: TooLong, at: at, len: len(name), text: fmt.Sprintf("the tag <%s> has more than %d attributes", cut(s.tok.Name), maxAttrs)}
	}
	s.tok.Attrs = append(s.tok.Attrs, Attr{Name: name, Value: value, At: at, ValueAt: i + 1, NeedsDecoded: needsDecoded(value)})
	return i + 1 + length + 1, nil
}

// maxAttrs bounds the attributes of one tag.
const maxAttrs = 500

func (s *Scanner) checkValue(name, value []byte, at int) *problem {
	if i := bytes.IndexByte(value, '<'); i >= 0 {
		return &problem{kind: Syntax, at: at + i, len: 1, text: fmt.Sprintf("\"<\" stands in the value of the attribute %s: write it as &lt;, or close the quote", cut(name))}
	}
	if classify(value)&suspicious != 0 {
		if i, kind, text := s.validate(value); i >= 0 {
			return &problem{kind: kind, at: at + i, len: 1, text: text}
		}
	}
	return nil
}

func needsDecoded(value []byte) bool {
	for _, c := range value {
		if c == '&' || c == '\n' || c == '\r' || c == '\t' {
			return true
		}
	}
	return false
}

// char returns the first character of b.
func char(b []byte) string {
	r, _ := utf8.DecodeRune(b)
	return string(r)
}

// cut returns a name for a message.
func cut(b []byte) string {
	if len(b) > 60 {
		b = append(bytes.ToValidUTF8(b[:60:60], nil), "…"...)
	}
	return string(b)
}
