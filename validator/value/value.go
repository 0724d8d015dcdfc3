// Package value holds the grammars of the values that feeds carry: addresses,
// dates, language tags, media types, e-mail addresses, numbers.
//
// Every check is a hand-written scan that allocates nothing for a value that
// is fine, takes time linear in its length, and says of one that is not where
// it goes wrong and what was expected there. The package is pure: no clock,
// no network, no table that is built at start-up.
package value

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Kind tells problems apart, so that a caller can choose its rule.
type Kind uint8

// The kinds of problems.
const (
	Syntax    Kind = iota + 1 // not in the grammar
	Space                     // white space around a value that is otherwise fine
	BadChar                   // a character that no address may have
	BadEscape                 // a percent sign without two hexadecimal digits
	Relative                  // an address without a scheme where one is needed
	NoHost                    // an address of the web without a host
	BadPort                   // a port that is no number up to 65535
	BadHost                   // a host that cannot be one
	Fragment                  // a second number sign
	BadTag                    // a tag: URI that RFC 4151 does not allow
	BadURN                    // a urn: URI that RFC 8141 does not allow
	BadUUID                   // a urn:uuid: URI without a UUID
	Scheme                    // a scheme that IANA does not list, or not the one needed
	Empty                     // nothing at all
	NoEmail                   // a person without an e-mail address
	NoName                    // a person's address without a name
	OtherForm                 // a person's address and name in another form
	Weekday                   // a day of the week that is not the date's
	Obscure                   // a legal date that many readers mishandle
	Range                     // a number outside its range
)

// A Problem says why a text is not what its grammar asks.
type Problem struct {
	Kind Kind
	At   int    // byte of the text at which what is wrong begins
	Len  int    // bytes of it; 0 where something is missing
	Text string // a clause in lower case: what is wrong and what was expected
	Want string // the value mended, where there is exactly one safe mend
}

// problem builds a problem of the n bytes at at.
func problem(kind Kind, at, n int, text string) *Problem {
	return &Problem{Kind: kind, At: at, Len: n, Text: text}
}

// whole builds a problem of all of s.
func whole(kind Kind, s, text string) *Problem {
	return &Problem{Kind: kind, Len: len(s), Text: text}
}

// wanting adds the mended value.
func (p *Problem) wanting(want string) *Problem {
	p.Want = want
	return p
}

// moved returns the problem of a part as one of the whole, in which the part
// begins at by.
func (p *Problem) moved(by int) *Problem {
	if p != nil {
		p.At += by
	}
	return p
}

// empty is the problem of nothing where what was expected.
func empty(what string) *Problem { return problem(Empty, 0, 0, "is empty, expected "+what) }

// trim cuts white space (XML's and Unicode's) from both ends, and returns how
// much it cut in front.
func trim(s string) (trimmed string, front int) {
	if s == "" || s[0] > ' ' && s[0] < utf8.RuneSelf && s[len(s)-1] > ' ' && s[len(s)-1] < utf8.RuneSelf {
		return s, 0
	}
	left := strings.TrimSpace(s)
	return left, strings.Index(s, left)
}

// spaced is the problem of white space around want.
func spaced(s, want string, front int) *Problem {
	p := problem(Space, 0, front, "begins with white space, which is part of the value here; remove it")
	if front == 0 {
		p = problem(Space, len(want), len(s)-len(want), "ends with white space, which is part of the value here; remove it")
	}
	return p.wanting(want)
}

// character returns the number of the character at byte i, counted from 1.
func character(s string, i int) string {
	return strconv.Itoa(utf8.RuneCountInString(s[:min(i, len(s))]) + 1)
}

// quote returns s in quotes, cut after some 60 bytes.
func quote(s string) string {
	const most = 60
	if len(s) <= most {
		return strconv.Quote(s)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "..."
}

// Character classes of ASCII; a byte of a longer character has none.
const (
	digit      = 1 << iota // 0-9
	hexLetter              // a-f A-F
	alpha                  // a-z A-Z
	unreserved             // RFC 3986 §2.3
	subDelim               // RFC 3986 §2.2
	tchar                  // RFC 9110 §5.6.2
	atext                  // RFC 5322 §3.2.3
)

const (
	hex      = digit | hexLetter
	alphanum = digit | alpha
)

var classes = func() (t [256]uint8) {
	set := func(chars string, class uint8) {
		for i := range len(chars) {
			t[chars[i]] |= class
		}
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	set("0123456789", digit|unreserved|tchar|atext)
	set("abcdefABCDEF", hexLetter)
	set(letters, alpha|unreserved|tchar|atext)
	set("-._~", unreserved)
	set("!$&'()*+,;=", subDelim)
	set("!#$%&'*+-.^_`|~", tchar)
	set("!#$%&'*+-/=?^_`{|}~", atext)
	return t
}()

// is reports whether c is of any of the classes.
func is(c byte, class uint8) bool { return classes[c]&class != 0 }

// all reports whether every byte of s is of the classes, and there is one.
func all(s string, class uint8) bool {
	for i := range len(s) {
		if !is(s[i], class) {
			return false
		}
	}
	return s != ""
}

// span returns how many bytes of s from i on are of the classes.
func span(s string, i int, class uint8) int {
	start := i
	for i < len(s) && is(s[i], class) {
		i++
	}
	return i - start
}

// lower returns c in lower case.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// foldPrefix reports whether s begins with prefix, which is in lower case,
// without regard to ASCII case.
func foldPrefix(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}
