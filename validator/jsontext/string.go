package jsontext

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string and returns it decoded and as it was written.
func (r *Reader) str() (text, raw string, err *Error) {
	start := r.pos
	_, _ = r.next() // the quote, which was peeked at
	r.buf = r.buf[:0]
	escaped := false
	for {
		// Up to the next quote or escape most strings go in one piece.
		b, _ := r.r.Peek(max(r.r.Buffered(), 1))
		n := plain(b)
		if n > 0 {
			r.take(b[:n])
		}
		if len(r.buf) > MaxString {
			return "", "", &Error{Pos: start, Kind: TooLong, Text: "a string is longer than 64 MiB"}
		}
		if n == len(b) && n > 0 {
			continue
		}
		at := r.pos
		c, readErr := r.next()
		switch {
		case readErr != nil:
			return "", "", r.fail(r.pos, "the document ends within the string that starts on line %d", start.Line)
		case c == '"':
			return r.decoded(escaped, start)
		case c == '\\':
			escaped = true
			e, readErr := r.next()
			if readErr != nil {
				return "", "", r.fail(at, "the document ends within an escape")
			}
			r.buf = append(r.buf, '\\', e)
			if err := r.escapeOf(e, at); err != nil {
				return "", "", err
			}
		case c == '\n':
			return "", "", r.fail(at, "a string goes on over the end of its line: write \\n, or close its quote")
		default:
			return "", "", r.fail(at, "the control character U+%04X stands in a string: write \\u%04x", c, c)
		}
	}
}

// plain returns how many bytes of b are neither quote, escape nor control.
func plain(b []byte) int {
	for i, c := range b {
		if c == '"' || c == '\\' || c < 0x20 {
			return i
		}
	}
	return len(b)
}

// take adds bytes without line ends to the string being read.
func (r *Reader) take(b []byte) {
	r.buf = append(r.buf, b...)
	r.pos.Offset += int64(len(b))
	for _, c := range b {
		if c < 0x80 || c >= 0xc0 {
			r.pos.Column++
		}
	}
	_, _ = r.r.Discard(len(b)) // they were peeked at
}

// escapeOf reads the rest of an escape.
func (r *Reader) escapeOf(c byte, at Pos) *Error {
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
	default:
		return r.fail(at, "\"\\%c\" is no escape of JSON", rune(c))
	}
	for range 4 {
		h, err := r.next()
		if err != nil || bytes.IndexByte([]byte("0123456789abcdefABCDEF"), h) < 0 {
			return r.fail(at, "\\u must be followed by four hexadecimal digits")
		}
		r.buf = append(r.buf, h)
	}
	return nil
}

// decoded returns the string in the buffer.
func (r *Reader) decoded(escaped bool, start Pos) (text, raw string, err *Error) {
	if !utf8.Valid(r.buf) {
		return "", "", r.badBytes(start)
	}
	raw = string(r.buf)
	if !escaped {
		return raw, raw, nil
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		n, _ := escape(raw[i:])
		c, lone := character(raw[i : i+n])
		if lone {
			v := Value{Start: start, Raw: raw}
			r.Note(v.At(len(out)), "half of a surrogate pair stands in a string: \\u escapes above U+FFFF come in two")
		}
		out = utf8.AppendRune(out, c)
		i += n
	}
	return string(out), raw, nil
}

// character returns what an escape stands for, and whether it is half of a
// pair.
func character(esc string) (rune, bool) {
	switch esc[1] {
	case 'b':
		return '\b', false
	case 'f':
		return '\f', false
	case 'n':
		return '\n', false
	case 'r':
		return '\r', false
	case 't':
		return '\t', false
	case 'u':
		c := hex4(esc[2:6])
		if len(esc) == 12 {
			if pair := utf16.DecodeRune(c, hex4(esc[8:12])); pair != utf8.RuneError {
				return pair, false
			}
			return utf8.RuneError, true
		}
		return c, utf16.IsSurrogate(c)
	}
	return rune(esc[1]), false
}

// badBytes is the error of a string that is not UTF-8.
func (r *Reader) badBytes(start Pos) *Error {
	p := start
	p.Column++
	p.Offset++
	for b := r.buf; len(b) > 0; {
		c, n := utf8.DecodeRune(b)
		if c == utf8.RuneError && n == 1 {
			return &Error{Pos: p, Kind: BadBytes, Text: "bytes stand here that are no UTF-8"}
		}
		p.Column++
		p.Offset += int64(n)
		b = b[n:]
	}
	return &Error{Pos: p, Kind: BadBytes, Text: "bytes stand here that are no UTF-8"}
}
