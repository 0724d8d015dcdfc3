package xmltext

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Entities resolves references. Its zero value knows XML's five.
type Entities struct {
	Declared map[string]string // as written in the document type
	// Unread reports that there are declarations elsewhere, which are not
	// read: an entity that is not known is no error then.
	Unread bool
	// Numbered is set by Decode where a reference gives a character's number.
	Numbered bool
	expanded int
}

// MaxExpansion bounds what entities of the document type may add, in bytes of
// a document.
const MaxExpansion = 1 << 20

// A ReferenceError is a reference that cannot be resolved.
type ReferenceError struct {
	At, Len   int // bytes of the raw text
	Name      string
	TooLarge  bool // it grows beyond MaxExpansion, or holds itself
	Undefined bool
	Text      string
}

func (e *ReferenceError) Error() string { return e.Text }

// predefined returns what the reference that raw starts with stands for, if it
// is one of the five that XML knows, and its length, 0 if it is not.
func predefined(raw []byte) (byte, int) {
	if len(raw) < 4 {
		return 0, 0
	}
	switch raw[1] {
	case 'l':
		if raw[2] == 't' && raw[3] == ';' {
			return '<', 4
		}
	case 'g':
		if raw[2] == 't' && raw[3] == ';' {
			return '>', 4
		}
	case 'q':
		if bytes.HasPrefix(raw, []byte("&quot;")) {
			return '"', 6
		}
	case 'a':
		if bytes.HasPrefix(raw, []byte("&amp;")) {
			return '&', 5
		}
		if bytes.HasPrefix(raw, []byte("&apos;")) {
			return '\'', 6
		}
	}
	return 0, 0
}

// Decode appends raw text to dst with its references resolved and its line
// ends normalised (XML 1.0 §2.11, §4.4).
func (e *Entities) Decode(dst []byte, raw []byte) ([]byte, *ReferenceError) {
	returns := bytes.IndexByte(raw, '\r') >= 0
	for i := 0; i < len(raw); {
		switch c := raw[i]; c {
		case '\r':
			dst = append(dst, '\n')
			if i++; i < len(raw) && raw[i] == '\n' {
				i++
			}
		case '&':
			if c, n := predefined(raw[i:]); n > 0 {
				dst = append(dst, c)
				i += n
				continue
			}
			n, err := e.reference(&dst, raw[i:], 0)
			if err != nil {
				err.At += i
				return dst, err
			}
			i += n
		default:
			start := i
			i = plainEnd(raw, i, returns)
			dst = append(dst, raw[start:i]...)
		}
	}
	return dst, nil
}

// plainEnd returns where the text at i ends that stands as it is.
func plainEnd(raw []byte, i int, returns bool) int {
	if !returns {
		if end := bytes.IndexByte(raw[i:], '&'); end >= 0 {
			return i + end
		}
		return len(raw)
	}
	for i < len(raw) && raw[i] != '&' && raw[i] != '\r' {
		i++
	}
	return i
}

// DecodeValue is Decode for an attribute's value, whose white space becomes
// spaces (XML 1.0 §3.3.3).
func (e *Entities) DecodeValue(raw []byte) (string, *ReferenceError) {
	spaced := make([]byte, 0, len(raw))
	for i, c := range raw {
		switch {
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case c == '\n' || c == '\t' || c == '\r':
			spaced = append(spaced, ' ')
		default:
			spaced = append(spaced, c)
		}
	}
	out, err := e.Decode(nil, spaced)
	return string(out), err
}

// reference resolves the reference that raw starts with and returns its
// length.
func (e *Entities) reference(dst *[]byte, raw []byte, depth int) (int, *ReferenceError) {
	end := 1
	for end < len(raw) && end < 200 && (raw[end] == '#' || nameClass[raw[end]] != 0) {
		end++
	}
	if end == len(raw) || raw[end] != ';' || end == 1 {
		shown := cut(raw[:min(len(raw), max(end, 2))])
		return 0, &ReferenceError{Len: max(end, 1), Text: fmt.Sprintf("\"&\" starts no reference in %q: write it as &amp; where it is meant as itself", shown)}
	}
	name := string(raw[1:end])
	if strings.HasPrefix(name, "#") {
		e.Numbered = true
		r, ok := character(name[1:])
		if !ok {
			return 0, &ReferenceError{Len: end + 1, Name: name, Text: fmt.Sprintf("&%s; is no character that XML allows", cut([]byte(name)))}
		}
		*dst = utf8.AppendRune(*dst, r)
		return end + 1, nil
	}
	if c, n := predefined(raw); n > 0 {
		*dst = append(*dst, c)
		return end + 1, nil
	}
	return end + 1, e.entity(dst, name, depth)
}

func (e *Entities) entity(dst *[]byte, name string, depth int) *ReferenceError {
	value, ok := e.Declared[name]
	switch {
	case !ok && e.Unread:
		return nil
	case !ok:
		return &ReferenceError{Len: len(name) + 2, Name: name, Undefined: true, Text: fmt.Sprintf("the entity &%s; is not declared: XML knows only &lt; &gt; &amp; &quot; and &apos;, write the character itself", cut([]byte(name)))}
	case depth > 16 || e.expanded+len(value) > MaxExpansion:
		return &ReferenceError{Len: len(name) + 2, Name: name, TooLarge: true, Text: fmt.Sprintf("the entity &%s; holds itself, or grows the document by more than 1 MiB", cut([]byte(name)))}
	}
	e.expanded += len(value)
	raw := []byte(value)
	for i := 0; i < len(raw); {
		if raw[i] != '&' {
			*dst = append(*dst, raw[i])
			i++
			continue
		}
		n, err := e.reference(dst, raw[i:], depth+1)
		if err != nil {
			err.At, err.Len = 0, len(name)+2
			return err
		}
		i += n
	}
	return nil
}

// character returns the character of a numeric reference, without its "#".
func character(digits string) (rune, bool) {
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		base, digits = 16, hex
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	ok := err == nil && n <= utf8.MaxRune && (n >= 0x20 || n == '\t' || n == '\n' || n == '\r') && (n < 0xd800 || n > 0xdfff) && n != 0xfffe && n != 0xffff
	return r, ok
}

// Source returns the offset in raw text of the byte of its decoded form at an
// offset.
func (e *Entities) Source(raw string, at int) int {
	i, done := 0, 0
	for i < len(raw) && done < at {
		switch c := raw[i]; {
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
			i += 2
			done++
		case c == '&':
			var out []byte
			fresh := Entities{Declared: e.Declared, Unread: e.Unread}
			n, err := fresh.reference(&out, []byte(raw[i:min(len(raw), i+256)]), 0)
			if err != nil || done+len(out) > at {
				return i
			}
			i, done = i+n, done+len(out)
		default:
			i++
			done++
		}
	}
	return i
}
