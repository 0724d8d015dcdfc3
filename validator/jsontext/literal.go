package jsontext

import (
	"fmt"
	"strings"
)

// Literal takes a number, true, false or null, where Next says that one comes,
// and returns it as written.
func (r *Reader) Literal() (string, *Error) {
	switch c := r.space(); c {
	case 't':
		return r.keyword("true")
	case 'f':
		return r.keyword("false")
	case 'n':
		return r.keyword("null")
	default:
		return r.number()
	}
}

func (r *Reader) keyword(w string) (string, *Error) {
	if !r.has(len(w)) || string(r.buf[r.i:r.i+len(w)]) != w {
		return "", r.noValue(r.space())
	}
	r.i += len(w)
	return w, nil
}

// number takes a number (RFC 8259 §6).
func (r *Reader) number() (string, *Error) {
	start, from := r.Pos(), r.i
	for r.i < r.n || r.need(1, &from) {
		if c := r.buf[r.i]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c|0x20 != 'e' {
			break
		}
		if r.i++; r.i-from > r.MaxString {
			return "", r.tooLong(start)
		}
	}
	s := string(r.buf[from:r.i])
	if at, fault := numberFault(s); fault != "" {
		return "", &Error{Pos: start.after(at), Text: fmt.Sprintf("%s is no number of JSON: %s", cut(s), fault)}
	}
	return s, nil
}

// numberFault returns what is wrong with a number and where, "" for nothing.
func numberFault(s string) (at int, fault string) {
	digits := func() int {
		from := at
		for at < len(s) && s[at] >= '0' && s[at] <= '9' {
			at++
		}
		return at - from
	}
	if s[0] == '-' {
		at++
	}
	first := at
	switch n := digits(); {
	case n == 0:
		return at, "a digit is expected here"
	case n > 1 && s[first] == '0':
		return first, "it starts with a zero"
	}
	if at < len(s) && s[at] == '.' {
		at++
		if digits() == 0 {
			return at, "a digit must follow the point"
		}
	}
	if at < len(s) && s[at]|0x20 == 'e' {
		if at++; at < len(s) && (s[at] == '+' || s[at] == '-') {
			at++
		}
		if digits() == 0 {
			return at, "a digit must follow the exponent's sign"
		}
	}
	if at < len(s) {
		return at, fmt.Sprintf("%q does not fit here", s[at])
	}
	return 0, ""
}

// noValue is the error of what stands where a value is expected.
func (r *Reader) noValue(c int) *Error {
	switch {
	case c == end:
		return r.ends("where a value is expected")
	case c == '\'':
		return r.fail("a string stands in single quotes: JSON has double quotes only")
	case c == '`':
		return r.fail("a string stands in backquotes: JSON has double quotes only")
	case c == '/' || c == '#':
		return r.fail("%s stands where a value is expected: JSON has no comments", r.found())
	case c == ',':
		return r.fail("a comma stands where a value is expected: write the value, or remove the comma")
	case c == '}' || c == ']':
		return r.fail("\"%c\" stands where a value is expected", c)
	case c == '+' || c == '.':
		return r.fail("a number starts with %q: JSON has neither a plus sign nor a point without a digit before it", string(rune(c)))
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return r.fail("%s stands where a value is expected: strings stand in double quotes, and the only words are true, false and null", r.bare())
	}
	return r.fail("%s stands where a value is expected: a string, a number, {, [, true, false or null", r.found())
}

// bare returns the word that is read next, without taking it.
func (r *Reader) bare() string {
	r.has(60)
	b := r.buf[r.i:min(r.n, r.i+60)]
	n := 0
	for n < len(b) && (b[n] == '_' || b[n] == '$' || b[n] == '-' || b[n] >= '0' && b[n] <= '9' || b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z') {
		n++
	}
	return string(b[:n])
}

// cut returns the start of s, to be quoted.
func cut(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
