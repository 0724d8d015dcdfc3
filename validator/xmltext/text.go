package xmltext

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// text reads character data up to the next markup, or a part of it.
func (s *Scanner) text() *Token {
	from := 0
	for {
		w := s.window()
		if i := bytes.IndexByte(w[from:], '<'); i >= 0 {
			return s.emit(Text, from+i)
		}
		from = len(w)
		if len(w) >= maxText {
			return s.emit(Text, cutAt(w))
		}
		if !s.more() {
			return s.emit(Text, len(w))
		}
	}
}

// cutAt returns where a window of text can be cut: not within a character, a
// reference, a line end or what may be "]]>".
func cutAt(w []byte) int {
	end := len(w)
	if i := bytes.LastIndexByte(w[end-64:], '&'); i >= 0 && bytes.IndexByte(w[end-64+i:], ';') < 0 {
		end = end - 64 + i
	}
	for end > 0 && (w[end-1] >= 0x80 || w[end-1] == '\r' || w[end-1] == ']') && len(w)-end < 512 {
		end--
	}
	if end == 0 || len(w)-end >= 512 {
		return len(w) - len(w)%2 // hostile: thousands of brackets or returns
	}
	return end
}

// cdata reads a CDATA section, or a part of it.
func (s *Scanner) cdata() *Token { return s.section(CData, "]]>") }

// comment reads a comment, or a part of it.
func (s *Scanner) comment() *Token { return s.section(Comment, "-->") }

func (s *Scanner) section(kind Kind, delimiter string) *Token {
	from := 0
	for {
		w := s.window()
		if i := bytes.Index(w[from:], []byte(delimiter)); i >= 0 {
			s.within = EOF
			t := s.emit(kind, from+i)
			if t.Kind == kind {
				s.skip(3)
			}
			return t
		}
		from = max(0, len(w)-2)
		if len(w) >= maxText {
			cut := len(w) - 3
			for cut > 0 && w[cut] >= 0x80 && !utf8.RuneStart(w[cut]) {
				cut--
			}
			return s.emit(kind, cut)
		}
		if !s.more() {
			if kind == Comment {
				return s.fail(Unfinished, len(s.window()), 0, "the document ends within a comment: \"-->\" is missing")
			}
			return s.fail(Unfinished, len(s.window()), 0, "the document ends within a CDATA section: \"]]>\" is missing")
		}
	}
}

// emit checks n bytes of text and returns them as a token.
func (s *Scanner) emit(kind Kind, n int) *Token {
	w := s.buf[s.from : s.from+n]
	flags := classify(w)
	if flags&suspicious != 0 {
		if at, kind, text := s.validate(w); at >= 0 {
			return s.fail(kind, at, 1, text)
		}
		flags &^= suspicious
	}
	if flags&NonASCII != 0 && garbled(w) {
		flags |= Garbled
	}
	switch {
	case kind == Comment:
		if i := bytes.Index(w, []byte("--")); i >= 0 {
			return s.fail(Syntax, i, 2, "\"--\" must not stand within a comment")
		}
	case kind == Text && bytes.IndexByte(w, ']') >= 0:
		if i := bytes.Index(w, []byte("]]>")); i >= 0 {
			return s.fail(Syntax, i, 3, "\"]]>\" stands outside a CDATA section, write it as ]]&gt;")
		}
	}
	t := s.take(kind, n)
	t.Flags = flags
	return t
}

// suspicious is set by classify where validate has to look.
const suspicious Flags = 1 << 7

// class is what each byte adds to the flags of a text.
var class = func() (t [256]Flags) {
	for i := range t {
		switch {
		case i == '\r':
			t[i] = Returns
		case i < 0x20 && i != '\t' && i != '\n':
			t[i] = suspicious
		case i == '&':
			t[i] = References
		case i >= 0x80:
			t[i] = NonASCII
		}
	}
	return t
}()

// classify tells what a text holds.
func classify(b []byte) Flags {
	var f Flags
	rest := b
	for ; len(rest) >= 8; rest = rest[8:] {
		f |= class[rest[0]] | class[rest[1]] | class[rest[2]] | class[rest[3]] | class[rest[4]] | class[rest[5]] | class[rest[6]] | class[rest[7]]
	}
	for _, c := range rest {
		f |= class[c]
	}
	if f&NonASCII != 0 && (!utf8.Valid(b) || bytes.Contains(b, []byte("\xef\xbf"))) {
		f |= suspicious
	}
	return f
}

// garbled reports whether text holds signs of having been decoded wrongly.
func garbled(b []byte) bool {
	for i := 0; i < len(b)-1; i++ {
		j := bytes.IndexByte(b[i:], 0xc2)
		if j < 0 {
			break
		}
		i += j
		if i+1 < len(b) && b[i+1] >= 0x80 && b[i+1] <= 0x9f {
			return true
		}
	}
	return bytes.Contains(b, []byte("\ufffd"))
}

// validate is the function validate, for a token at the place of the next
// one, whose bytes that are no UTF-8 may be let pass.
func (s *Scanner) validate(w []byte) (int, ErrorKind, string) {
	for from := 0; ; {
		at, kind, text := validate(w[from:])
		if at < 0 || kind != BadBytes || s.BadBytes == nil {
			if at >= 0 {
				at += from
			}
			return at, kind, text
		}
		p, _ := step(s.pos, w[:from+at], s.cr)
		s.BadBytes(p, w[from+at])
		from += at + 1
		for from < len(w) && w[from] >= 0x80 && !utf8.FullRune(w[from:min(len(w), from+4)]) {
			from++
		}
	}
}

// validate returns where b holds what no document may, -1 when it does not.
func validate(b []byte) (int, ErrorKind, string) {
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			if class[c]&suspicious != 0 {
				return i, IllegalChar, fmt.Sprintf("the control character U+%04X is not allowed in XML, not even as a reference", c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return i, BadBytes, fmt.Sprintf("the byte 0x%02X is not UTF-8 here", c)
		case r == 0xfffe || r == 0xffff:
			return i, IllegalChar, fmt.Sprintf("the character U+%04X is not allowed in XML", r)
		}
		i += size
	}
	return -1, 0, ""
}
