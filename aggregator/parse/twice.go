package parse

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// minTwice is how many characters a document must hold that were encoded twice
// before it is believed to be: a page about such text may quote one.
const minTwice = 3

// encodedOnce undoes UTF-8 that was taken for windows-1252 and encoded once
// more ("KÃ¶ln"). It reports false unless all that is beyond ASCII in the text
// reads as UTF-8 then: text that was encoded once never does.
func encodedOnce(s string) (string, bool) {
	var b strings.Builder
	found := 0
	for s != "" {
		n := beyondASCII(s)
		if n < 0 {
			break
		}
		if b.Len() == 0 {
			b.Grow(n + len(s))
		}
		b.WriteString(s[:n])
		s = s[n:]
		raw, size := westernBytes(s)
		if !utf8.Valid(raw) || size == 0 {
			return "", false
		}
		b.Write(raw)
		found += utf8.RuneCount(raw)
		s = s[size:]
	}
	if found < minTwice {
		return "", false
	}
	b.WriteString(s)
	return b.String(), true
}

// beyondASCII returns the index of the first byte that is not ASCII, -1 when
// there is none. Most documents have none, and are looked through eight bytes
// at a time.
func beyondASCII(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if c := s[i : i+8]; c[0]|c[1]|c[2]|c[3]|c[4]|c[5]|c[6]|c[7] >= utf8.RuneSelf {
			break
		}
	}
	for ; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

// westernBytes returns the characters beyond ASCII that s begins with as bytes
// of windows-1252, and their length in s; 0 when one has no such byte.
func westernBytes(s string) (raw []byte, size int) {
	for size < len(s) && s[size] >= utf8.RuneSelf {
		r, n := utf8.DecodeRuneInString(s[size:])
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			if r > 0x9f {
				return nil, 0
			}
			c = byte(r) // of the five bytes that windows-1252 leaves out
		}
		raw = append(raw, c)
		size += n
	}
	return raw, size
}
