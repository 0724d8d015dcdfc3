package markup

import (
	"fmt"
	"html"
	"strings"
)

// Feed looks through text and returns how many bytes it is done with: all of
// it when it is the last part. Otherwise the rest, a token that is not
// finished, is to be given again at the start of the next part.
func (s *Scanner) Feed(text string, final bool) int {
	i := 0
	for i < len(text) {
		if s.raw != "" {
			n, ok := s.rawText(text, i, final)
			if !ok {
				return n
			}
			i = n
			continue
		}
		lt := strings.IndexByte(text[i:], '<')
		if lt < 0 {
			return s.tail(text, i, final)
		}
		s.text(text, i, i+lt)
		i += lt
		n, ok := s.markup(text, i)
		if !ok {
			if !final && len(text)-i < maxWait {
				return i
			}
			s.unfinished(text, i)
			i = len(text)
			continue
		}
		i = n
	}
	if final {
		s.end(len(text))
	}
	return len(text)
}

// tail looks through text after the last tag.
func (s *Scanner) tail(text string, i int, final bool) int {
	end := len(text)
	if !final {
		// A reference may go on in the next part.
		if amp := strings.LastIndexByte(text[max(i, end-40):], '&'); amp >= 0 {
			end = max(i, end-40) + amp
		}
	}
	s.text(text, i, end)
	if final {
		s.end(len(text))
	}
	return end
}

// unfinished reports markup that the text ends within.
func (s *Scanner) unfinished(text string, i int) {
	rest := text[i:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		s.report(Unfinished, i, 4, "a comment starts here and never ends")
	default:
		s.report(Unfinished, i, min(len(rest), 40), fmt.Sprintf("the text ends within the tag %q", short(rest)))
	}
}

// rawText skips the text of script and the like.
func (s *Scanner) rawText(text string, i int, final bool) (int, bool) {
	for at := i; ; {
		lt := strings.Index(text[at:], "</")
		if lt < 0 {
			break
		}
		at += lt
		if len(text)-at-2 >= len(s.raw) && strings.EqualFold(text[at+2:at+2+len(s.raw)], s.raw) {
			s.raw = ""
			return at, true
		}
		at += 2
	}
	if final {
		s.raw = ""
		return len(text), true
	}
	return max(i, len(text)-32), false
}

// text looks at the references of text[from:to].
func (s *Scanner) text(text string, from, to int) {
	for from < to {
		amp := strings.IndexByte(text[from:to], '&')
		if amp < 0 {
			return
		}
		from += amp
		n := s.reference(text[from:to], from)
		if !s.escaped && s.code == 0 && n >= 4 {
			s.doubled(text[from:to], from, n)
		}
		from += max(n, 1)
	}
}

// reference checks the reference that text starts with, and returns its
// length, 0 when it is none.
func (s *Scanner) reference(text string, at int) int {
	n, bad := reference(text)
	if bad {
		s.report(BadReference, at, max(n, 1), fmt.Sprintf("%q is no character reference of HTML: write &amp;amp; for an ampersand", short(text[:max(n, 1)])))
	}
	return n
}

// reference returns the length of the character reference that text starts
// with, and whether it is one that HTML does not know.
func reference(text string) (length int, bad bool) {
	if len(text) < 2 {
		return 0, false
	}
	if text[1] == '#' {
		return numeric(text)
	}
	i := 1
	for i < len(text) && i < 40 && isAlnum(text[i]) {
		i++
	}
	if i == 1 || i == len(text) || text[i] != ';' {
		return 0, false // an ampersand that stands for itself (HTML §13.2.5.73)
	}
	i++
	return i, !known(text[:i])
}

// common are the references that nearly all are.
func known(ref string) bool {
	switch ref {
	case "&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;", "&apos;":
		return true
	}
	return html.UnescapeString(ref) != ref
}

func numeric(text string) (length int, bad bool) {
	i, value, base := 2, 0, 10
	if i < len(text) && (text[i] == 'x' || text[i] == 'X') {
		i, base = 3, 16
	}
	from := i
	for i < len(text) && digit(text[i]) < base {
		if value = value*base + digit(text[i]); value > 0x110000 {
			value = 0x110000
		}
		i++
	}
	if i == from {
		return 0, from > 2 || i < len(text) && !strings.ContainsRune(" \t\n", rune(text[i]))
	}
	if i < len(text) && text[i] == ';' {
		i++
	}
	illegal := value == 0 || value > 0x10ffff || value >= 0xd800 && value < 0xe000 || value >= 0x80 && value <= 0x9f || value < 0x20 && value != '\t' && value != '\n' && value != '\r'
	return i, illegal
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return 99
}

func isAlnum(c byte) bool  { return c >= '0' && c <= '9' || isLetter(c) }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// doubled reports text that still reads as HTML once it is decoded.
func (s *Scanner) doubled(text string, at, n int) {
	if text[:n] == "&amp;" {
		if m, bad := reference("&" + text[n:min(len(text), n+12)]); m > 3 && !bad {
			s.escaped = true
			s.report(DoubleEscaped, at, n+m-1, fmt.Sprintf("%q was escaped twice: readers show it as it stands", text[:n+m-1]))
		}
		return
	}
	if text[:n] != "&lt;" {
		return
	}
	rest := strings.TrimPrefix(text[n:], "/")
	i := 0
	for i < len(rest) && i < 20 && isAlnum(rest[i]) {
		i++
	}
	if i > 0 && traitsOf()[strings.ToLower(rest[:i])]&isSafe != 0 && (strings.HasPrefix(rest[i:], "&gt;") || strings.HasPrefix(rest[i:], " ") && strings.Contains(rest[i:min(len(rest), i+300)], "&gt;")) {
		s.escaped = true
		s.report(DoubleEscaped, at, n, fmt.Sprintf("the tag <%s> was escaped twice: readers show it as text", rest[:i]))
	}
}

// short returns the start of s, to be quoted.
func short(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && s[end]&0xc0 == 0x80 {
		end--
	}
	return s[:end] + "…"
}
