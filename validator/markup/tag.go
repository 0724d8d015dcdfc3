package markup

import (
	"fmt"
	"strings"
)

// markup reads what starts at the "<" of text[i]; ok is false when the text
// ends within it.
func (s *Scanner) markup(text string, i int) (next int, ok bool) {
	rest := text[i:]
	switch {
	case len(rest) == 1:
		return 0, false
	case isLetter(rest[1]):
		return s.startTag(text, i)
	case rest[1] == '/':
		return s.endTag(text, i)
	case rest[1] == '!':
		return s.declaration(text, i)
	case rest[1] == '?':
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return 0, false
		}
		s.report(Instruction, i, end+1, fmt.Sprintf("HTML has no processing instructions: %q", short(rest[:end+1])))
		return i + end + 1, true
	}
	return i + 1, true // a "<" that stands for itself
}

func (s *Scanner) declaration(text string, i int) (int, bool) {
	rest := text[i:]
	if len(rest) < 4 && strings.HasPrefix("<!--", rest) {
		return 0, false
	}
	end, skip := strings.IndexByte(rest, '>'), 1
	if strings.HasPrefix(rest, "<!--") {
		end, skip = strings.Index(rest[4:], "-->")+4, 3
		if end == 3 {
			end = -1
		}
	}
	if strings.HasPrefix(rest, "<![CDATA[") && s.foreign > 0 {
		end, skip = strings.Index(rest, "]]>"), 3 // elsewhere it is a comment that ends at the next ">"
	}
	if end < 0 {
		return 0, false
	}
	return i + end + skip, true
}

// nameLen returns the length of the tag name that text starts with.
func nameLen(text string) int {
	for i := range len(text) {
		switch text[i] {
		case ' ', '\t', '\n', '\r', '\f', '/', '>':
			return i
		}
	}
	return len(text)
}

func (s *Scanner) endTag(text string, i int) (int, bool) {
	rest := text[i:]
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		return 0, false
	}
	if n := nameLen(rest[2:]); n > 0 && isLetter(rest[2]) {
		s.closed(rest[2:2+n], i, end+1)
	}
	return i + end + 1, true
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// startTag reads a start tag. Its attributes are looked at once its end has
// been found, so that a tag that goes on in the next part is looked at once.
func (s *Scanner) startTag(text string, i int) (int, bool) {
	n := nameLen(text[i+1:])
	end, empty := tagEnd(text, i+1+n)
	if end < 0 {
		return 0, false
	}
	written := text[i+1 : i+1+n]
	name := lower(written)
	is := traitsOf()[name]
	if f := s.element(written, name, is); f != nil {
		f.At, f.Len = i, n+1
		s.Report(*f)
	} else {
		s.attributes(text, written, i+1+n, end)
	}
	s.opened(name, is, empty)
	return end, true
}

// tagEnd returns where a tag ends whose attributes start at i, -1 when it does
// not, and whether it is written as empty. A "=" before any name starts one
// (HTML §13.2.5.32).
func tagEnd(text string, i int) (int, bool) {
	named := false
	for i < len(text) {
		switch c := text[i]; {
		case c == '>':
			return i + 1, text[i-1] == '/'
		case c == '=' && named:
			i = valueEnd(text, i+1)
			if i < 0 {
				return -1, false
			}
			named = false
		case c == '/':
			named = false
			i++
		default:
			named = named || !isSpace(c)
			i++
		}
	}
	return -1, false
}

// valueEnd returns where the attribute's value at i ends, -1 when it does not.
func valueEnd(text string, i int) int {
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	if i == len(text) {
		return -1
	}
	if q := text[i]; q == '"' || q == '\'' {
		end := strings.IndexByte(text[i+1:], q)
		if end < 0 {
			return -1
		}
		return i + end + 2
	}
	for i < len(text) && !isSpace(text[i]) && text[i] != '>' {
		i++
	}
	if i == len(text) {
		return -1
	}
	return i
}

// attributes looks at those of text[i:end].
func (s *Scanner) attributes(text, element string, i, end int) {
	for {
		for i < end && (isSpace(text[i]) || text[i] == '/') {
			i++
		}
		if i >= end-1 {
			return
		}
		from := i
		i++ // a name may start with "="
		for i < end && !isSpace(text[i]) && text[i] != '/' && text[i] != '>' && text[i] != '=' {
			i++
		}
		name, at, value := text[from:i], i, ""
		after := i
		for after < end && isSpace(text[after]) {
			after++
		}
		if after < end && text[after] == '=' {
			i = valueEnd(text, after+1)
			at, value = attrValue(text, after+1, i)
			s.text(text, at, at+len(value))
		}
		if f := s.attribute(element, name, value); f != nil {
			f.At, f.Len = from, i-from
			if f.Kind != UnsafeAttribute {
				f.At, f.Len = at, len(value)
			}
			s.Report(*f)
		}
	}
}

// attrValue returns the value between from and to, without its quotes, and
// where it starts.
func attrValue(text string, from, to int) (int, string) {
	for isSpace(text[from]) {
		from++
	}
	if text[from] == '"' || text[from] == '\'' {
		return from + 1, text[from+1 : to-1]
	}
	return from, text[from:to]
}

// opened remembers an element that must be closed.
func (s *Scanner) opened(name string, is traits, empty bool) {
	switch {
	case is&isVoid != 0, empty && s.foreign > 0:
		return
	case is&isForeign != 0:
		s.foreign++
	case is&isCode != 0:
		s.code++
	}
	if is&isRaw != 0 && s.foreign == 0 {
		s.raw = name
	}
	if is&isBlock != 0 && len(s.open) > 0 && s.open[len(s.open)-1].name == "p" {
		s.open = s.open[:len(s.open)-1]
	}
	if len(s.open) < maxOpen {
		s.open = append(s.open, opened{name, is})
	}
}

// closed takes an element off those that are open.
func (s *Scanner) closed(name string, at, length int) {
	name = lower(name)
	switch name {
	case "svg", "math":
		s.foreign = max(s.foreign-1, 0)
	case "code", "pre", "samp", "kbd", "tt", "xmp":
		s.code = max(s.code-1, 0)
	case "p", "br":
		// </p> and </br> stand for themselves
	}
	for i := len(s.open) - 1; i >= 0 && i >= len(s.open)-64; i-- {
		if s.open[i].name != name {
			continue
		}
		for _, o := range s.open[i+1:] {
			if o.is&endsAlone == 0 {
				s.report(Unclosed, at, length, fmt.Sprintf("</%s> stands where <%s> is still open", name, o.name))
				break
			}
		}
		s.open = s.open[:i]
		return
	}
	if name != "p" && name != "br" && len(s.open) < maxOpen {
		s.report(Unclosed, at, length, fmt.Sprintf("</%s> closes nothing: <%s> is not open", name, name))
	}
}

// end reports what is open at the end of the text.
func (s *Scanner) end(at int) {
	for _, o := range s.open {
		if o.is&endsAlone == 0 {
			s.report(Unclosed, at, 0, fmt.Sprintf("<%s> is never closed", o.name))
			return
		}
	}
}

// lower returns a name in lower case, without an allocation where it is.
func lower(name string) string {
	for i := range len(name) {
		if name[i] >= 'A' && name[i] <= 'Z' {
			return strings.ToLower(name)
		}
	}
	return name
}
