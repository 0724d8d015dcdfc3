package value

import "unicode/utf8"

// Base64 checks Base64 (RFC 4648 §4) with or without white space between, as
// RFC 4287 §4.1.3.3 lets it stand in content.
func Base64(s string) *Problem {
	count, padding := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
		case c == '=':
			padding++
		case !is(c, alphanum) && c != '+' && c != '/':
			_, n := utf8.DecodeRuneInString(s[i:])
			return problem(Syntax, i, n, "has "+quote(s[i:i+n])+" at character "+character(s, i)+"; Base64 has letters, digits, + and / only")
		case padding > 0:
			return problem(Syntax, i, len(s)-i, "goes on after its padding at character "+character(s, i)+"; = may stand at the end only")
		default:
			count++
		}
	}
	if padding > 2 || (count+padding)%4 != 0 || padding == 2 && count%4 != 2 {
		return whole(Syntax, s, "is no Base64: its letters and padding do not come to a multiple of four; it may have been cut short")
	}
	return nil
}
