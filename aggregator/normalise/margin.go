package normalise

import (
	"strings"
	"unicode/utf8"
)

// Chinese sites indent paragraphs by two full-width spaces, others by spaces
// that do not break, and both leave paragraphs empty to put a distance
// between others. How paragraphs look is the reader's to say.

// lines are the elements after whose tags text begins a line; inlines are
// those after whose tags it goes on with the one that it is in. After others,
// and in pre, wide blanks may mean something.
const (
	lines   = "p div section article blockquote li dd br"
	inlines = "a abbr b bdi bdo big cite code del dfn em i ins kbd mark q s samp small span strike strong sub sup tt u var"
)

// isWide reports whether r is a blank that does not fold.
func isWide(r rune) bool {
	return r == 0x3000 || r == 0xA0 || r >= 0x2000 && r <= 0x200A || r == 0x202F
}

// outdent returns s without the wide blanks it begins with.
func outdent(s string) string {
	blanks := leadingBlanks(s)
	wide := strings.TrimLeftFunc(s[blanks:], func(r rune) bool { return isWide(r) || r == ' ' || r == '\n' || r == '\t' })
	if len(wide) == len(s)-blanks {
		return s
	}
	return s[:blanks] + wide
}

// isIndented reports whether HTML text, with character references, begins
// with wide blanks.
func isIndented(s string) bool {
	i := leadingBlanks(s)
	if i == len(s) || s[i] != '&' && s[i] < 0x80 {
		return false
	}
	s = s[i:]
	if s[0] == '&' {
		end := strings.IndexByte(s[:min(len(s), 32)], ';')
		if end < 0 {
			return false
		}
		s = unescape(s[:end+1])
	}
	r, _ := utf8.DecodeRuneInString(s)
	return isWide(r)
}

// isGap reports whether the content of a paragraph, as we write it, is
// nothing but blanks and line breaks.
func isGap(s string) bool {
	for s = strings.TrimLeft(s, " \n\t"); s != ""; s = strings.TrimLeft(s, " \n\t") {
		rest, ok := strings.CutPrefix(s, "<br")
		if !ok {
			return false
		}
		_, s, _ = strings.Cut(rest, ">")
	}
	return true
}

// begins reports whether text after a tag of e begins a line, given whether
// text before it would have.
func (e *element) begins(margin bool) bool { return e.line || e.inline && margin }

func isBlank(s string) bool { return leadingBlanks(s) == len(s) }

// leadingBlanks returns the bytes of blanks that fold at the start of s.
func leadingBlanks(s string) int {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t') {
		i++
	}
	return i
}
