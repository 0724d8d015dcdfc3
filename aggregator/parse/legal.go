package parse

import (
	"strings"
	"unicode/utf8"
)

// clean removes the characters that XML 1.0 §2.2 forbids.
func clean(s string) string {
	if at := firstIllegal(s); at < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if !legal(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// firstIllegal returns the place of the first forbidden character, or -1.
func firstIllegal(s string) int {
	for i := 0; i < len(s); i++ {
		for len(s)-i >= 8 && isPlain(s[i:i+8]) {
			i += 8
		}
		if i == len(s) {
			return -1
		}
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != 0xef {
			continue
		}
		switch {
		case c < 0x20:
			if c != '\t' && c != '\n' && c != '\r' {
				return i
			}
		case c == 0xef && i+2 < len(s) && s[i+1] == 0xbf && s[i+2] >= 0xbe: // U+FFFE, U+FFFF
			return i
		}
	}
	return -1
}

// isPlain reports whether none of eight bytes is below a blank or 0xef: most
// are not, and looking at them together is several times as fast.
func isPlain(s string) bool {
	_ = s[7]
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	low := (x - 0x20*ones) &^ x
	ef := x ^ 0xef*ones
	return (low|(ef-ones)&^ef)&tops == 0
}

// legal reports whether XML 1.0 §2.2 allows the character.
func legal(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd ||
		r >= 0x10000 && r <= utf8.MaxRune
}
