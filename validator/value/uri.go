package value

import (
	"strings"
	"unicode/utf8"
)

// Reference checks a URI or IRI reference (RFC 3986 §4.1, RFC 3987 §2.2);
// one that is relative or empty is fine.
func Reference(s string) *Problem {
	v, front := trim(s)
	p := reference(v)
	if p == nil && len(v) != len(s) {
		return spaced(s, v, front)
	}
	return p.moved(front)
}

// URI checks a reference that must have a scheme (RFC 3986 §3).
func URI(s string) *Problem {
	v, front := trim(s)
	if v == "" {
		return empty("an address with its scheme, as https://example.com/")
	}
	p := reference(v)
	switch {
	case (p == nil || p.Kind == Syntax) && schemeEnd(v) < 0:
		p = relative(v)
	case p == nil && len(v) != len(s):
		return spaced(s, v, front)
	}
	return p.moved(front)
}

// WebURL checks an address of the web: http or https, with a host.
func WebURL(s string) *Problem {
	p := URI(s)
	if p != nil && p.Kind != Space && p.Kind != Scheme {
		return p
	}
	v, front := trim(s)
	scheme := v[:schemeEnd(v)]
	if !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		other := problem(Scheme, front, len(scheme), "has the scheme "+quote(scheme)+", expected http or https")
		if p != nil && WebURL(p.Want) == nil {
			other.Want = p.Want
		}
		return other
	}
	return p
}

// NonASCII returns the offset of the first character outside ASCII, or -1.
func NonASCII(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

// schemeEnd returns where the colon after the scheme of s is, or -1.
func schemeEnd(s string) int {
	if s == "" || !is(s[0], alpha) {
		return -1
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == ':':
			return i
		case !is(c, alphanum) && c != '+' && c != '-' && c != '.':
			return -1
		}
	}
	return -1
}

// relative is the problem of an address that lacks its scheme. What begins
// with www. can only be an address of the web.
func relative(s string) *Problem {
	if strings.HasPrefix(s, "//") {
		return problem(Relative, 0, 0, "is "+quote(s)+", which lacks its scheme; write https: in front")
	}
	if foldPrefix(s, "www.") {
		p := problem(Relative, 0, 0, "is "+quote(s)+", which lacks its scheme; write https:// in front")
		if want := "https://" + s; reference(want) == nil {
			p.Want = want
		}
		return p
	}
	return whole(Relative, s, "is "+quote(s)+", which is relative; write the address in full, with its scheme, as https://example.com/path")
}

// reference checks s, which has no white space around it.
func reference(s string) *Problem {
	colon := schemeEnd(s)
	if colon < 0 {
		if p := characters(s); p != nil {
			return p
		}
		return relativePart(s)
	}
	switch scheme := s[:colon]; {
	case strings.EqualFold(scheme, "http"), strings.EqualFold(scheme, "https"):
		if p := characters(s); p != nil {
			return p
		}
		return web(s, colon)
	case strings.EqualFold(scheme, "tag"):
		return tagURI(s)
	case strings.EqualFold(scheme, "urn"):
		return urn(s)
	default:
		return other(s, colon)
	}
}

// other checks an address of any other scheme.
func other(s string, colon int) *Problem {
	if p := characters(s); p != nil {
		return p
	}
	scheme := s[:colon]
	if !registered(scheme) {
		return unregistered(s, colon)
	}
	if strings.EqualFold(scheme, "ftp") {
		return web(s, colon)
	}
	if strings.HasPrefix(s[colon+1:], "//") {
		return authority(s, colon+3)
	}
	if strings.EqualFold(scheme, "mailto") {
		return mailto(s, colon+1)
	}
	return nil
}

// unregistered is the problem of a scheme that IANA does not list. feed: is
// listed provisionally, but it names no resource: it asks a browser to hand
// the address behind it to a reader.
func unregistered(s string, colon int) *Problem {
	scheme := s[:colon]
	if !strings.EqualFold(scheme, "feed") {
		return problem(Scheme, 0, colon, "has the scheme "+quote(scheme)+", which is not registered with IANA; expected one such as https")
	}
	p := problem(Scheme, 0, colon, `has the scheme "feed", which only hints to browsers and has no standing registration; write the http or https address itself`)
	want := s[colon+1:]
	if strings.HasPrefix(want, "//") {
		want = "http:" + want
	}
	if WebURL(want) == nil {
		p.Want = want
	}
	return p
}

// web checks an address of a scheme whose addresses have a host.
func web(s string, colon int) *Problem {
	rest := s[colon+1:]
	if !strings.HasPrefix(rest, "//") {
		slashes := len(rest) - len(strings.TrimLeft(rest, "/"))
		return problem(NoHost, colon+1, slashes, "is "+quote(s)+", which has no host; expected // and a host after "+quote(s[:colon+1]))
	}
	start := colon + 3
	if end := authorityEnd(s, start); end == start {
		return problem(NoHost, start, 0, "is "+quote(s)+", which has no host after //; expected one, as https://example.com/")
	}
	return authority(s, start)
}

// relativePart checks what RFC 3986 §4.2 asks of a reference without scheme.
func relativePart(s string) *Problem {
	if strings.HasPrefix(s, "//") {
		if authorityEnd(s, 2) == 2 {
			return problem(NoHost, 2, 0, "is "+quote(s)+", which has no host after //; expected one, as //example.com/")
		}
		return authority(s, 2)
	}
	for i := range len(s) {
		switch s[i] {
		case '/', '?', '#':
			return nil
		case ':':
			if all(s[:i], alphanum|unreserved|subDelim) || i == 0 {
				return problem(Syntax, 0, i+1, "begins with "+quote(s[:i+1])+", which is no scheme; a scheme is a letter and then letters, digits, +, - or .")
			}
			return nil
		}
	}
	return nil
}

// characters checks the characters of an address, its percent-encoding, and
// that it has one fragment.
func characters(s string) *Problem {
	fragment := false
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case is(c, unreserved|subDelim) || c == '/' || c == ':' || c == '@' || c == '?':
		case c == '%':
			if len(s) < i+3 || !is(s[i+1], hex) || !is(s[i+2], hex) {
				return escape(s, i)
			}
			i += 2
		case c == '#':
			if fragment {
				return problem(Fragment, i, 1, "has a second # at character "+character(s, i)+"; write it as %23")
			}
			fragment = true
		case c == '[' || c == ']':
			if !inHost(s, i) {
				return badChar(s, i, 1)
			}
		case c < utf8.RuneSelf:
			return badChar(s, i, 1)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !ucschar(r, n) {
				return badChar(s, i, n)
			}
			i += n - 1
		}
		i++
	}
	return nil
}

// inHost reports whether byte i of s is in the authority, where a bracket may
// be. What stands between the brackets is the matter of authority.
func inHost(s string, i int) bool {
	start := schemeEnd(s) + 1
	if !strings.HasPrefix(s[start:], "//") {
		return false
	}
	return i < authorityEnd(s, start+2)
}

// ucschar reports whether r, n bytes long, is a character that RFC 3987 §2.2
// lets stand unescaped. Its private characters are let through too: they may
// stand in a query, and fonts use them.
func ucschar(r rune, n int) bool {
	switch {
	case r == utf8.RuneError && n == 1, r < 0xA0:
		return false
	case 0xFDD0 <= r && r <= 0xFDEF, r&0xFFFE == 0xFFFE, 0xFFF0 <= r && r <= 0xFFFF:
		return false
	case 0x200E <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E:
		return false // directional marks, RFC 3987 §4.1
	}
	return r < 0xE0000 || r >= 0xE1000
}

// badChar is the problem of the n bytes of a character at byte i.
func badChar(s string, i, n int) *Problem {
	at := " at character " + character(s, i)
	code := percent(s[i : i+n])
	var text string
	switch c := s[i]; {
	case c == ' ':
		text = "has a space" + at + "; write it as %20"
	case c == '\n' || c == '\r' || c == '\t':
		text = "has a line break or tab" + at + "; write the address on one line without white space"
	case c < ' ' || c == 0x7F || n == 1 && c >= utf8.RuneSelf:
		text = "has a control character or a broken byte" + at + "; remove it"
	case n > 1:
		text = "has the character " + quote(s[i:i+n]) + at + ", which no address may have; remove it or write it as " + code
	default:
		text = "has the character " + quote(s[i:i+1]) + at + ", which no address may have; write it as " + code
	}
	return problem(BadChar, i, n, text).wanting(encoded(s))
}

// encoded returns s with the characters that it may not have percent-encoded,
// or "" where that would not make it an address: a text of several words is
// not an address with spaces in it.
func encoded(s string) string {
	if schemeEnd(s) < 0 || strings.ContainsAny(s, "\t\r\n\"<>\x7f") || !utf8.ValidString(s) {
		return ""
	}
	var b strings.Builder
	path := schemeEnd(s) + 1
	if strings.HasPrefix(s[path:], "//") {
		path = authorityEnd(s, path+2)
	}
	for i, r := range s {
		n := utf8.RuneLen(r)
		switch {
		case r < ' ':
			return ""
		case i >= path && (r < utf8.RuneSelf && strings.ContainsRune(" \\^`{|}[]", r) || r >= utf8.RuneSelf && !ucschar(r, n)):
			b.WriteString(percent(s[i : i+n]))
		default:
			b.WriteString(s[i : i+n])
		}
	}
	want := b.String()
	if want == s || reference(want) != nil {
		return ""
	}
	return want
}

// percent returns the bytes of s percent-encoded.
func percent(s string) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, 3*len(s))
	for i := range len(s) {
		b = append(b, '%', digits[s[i]>>4], digits[s[i]&15])
	}
	return string(b)
}

// escape is the problem of the percent sign at byte i.
func escape(s string, i int) *Problem {
	end := min(i+3, len(s))
	for end > i+1 && !utf8.RuneStart(s[end-1]) {
		end--
	}
	got := s[i:end]
	return problem(BadEscape, i, len(got), "has "+quote(got)+" at character "+character(s, i)+"; a % must be followed by two hexadecimal digits, a % itself is written %25")
}
