package jsontext

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Text reads a string whole, where Next says that one comes. What it returns is good until the next read.
func (r *Reader) Text() (*Text, *Error) {
	start := r.Pos()
	raw, escaped, err := r.raw()
	if err != nil {
		return nil, err
	}
	r.text = Text{Start: start, raw: raw, from: start.after(1)}
	r.text.End = r.Pos()
	if escaped {
		raw = r.decode(raw, r.text.from)
	}
	r.text.Text = string(raw)
	return &r.text, nil
}

// Parts reads a string in parts, where Next says that one comes, so that it may be of any length. take is
// called with each, without its Start and End, and returns how many bytes of
// its text it is done with: the rest comes again at the start of the next
// part. Parts are about 64 KiB, or twice what was not done with.
func (r *Reader) Parts(take func(t *Text, last bool) int) (start, end Pos, err *Error) {
	start = r.Pos()
	err = r.parts(func(p part) int {
		r.text = Text{raw: p.raw, from: p.from}
		raw := p.raw
		if p.escaped {
			raw = r.decode(raw, p.from)
		}
		r.text.Text = string(raw)
		done := take(&r.text, p.last)
		if p.last {
			return len(p.raw)
		}
		r.text.rewind()
		r.text.seek(done)
		return r.text.at
	})
	return start, r.Pos(), err
}

// raw takes a string and returns what stands between its quotes.
func (r *Reader) raw() (raw []byte, escaped bool, err *Error) {
	start, from, wide := r.Pos(), r.i, false
	r.i++
	for {
		n, w := plain(r.buf[r.i:r.n])
		r.i += n
		wide = wide || w
		if r.i == r.n {
			if r.i-from > r.MaxString {
				return nil, false, r.tooLong(start)
			}
			if !r.fill(from) {
				return nil, false, r.unclosed(start)
			}
			from = 0
			continue
		}
		switch r.buf[r.i] {
		case '"':
			raw = r.buf[from+1 : r.i]
			r.i++
			if len(raw) > r.MaxString {
				return nil, false, r.tooLong(start)
			}
			if wide && !utf8.Valid(raw) {
				return nil, false, badBytes(start.after(1), raw)
			}
			return raw, escaped, nil
		case '\\':
			escaped = true
			if _, err := r.escape(&from); err != nil {
				return nil, false, err
			}
		default:
			return nil, false, r.control()
		}
	}
}

// A part is a piece of a string: whole characters and escapes.
type part struct {
	raw           []byte
	from          Pos // of the first byte
	escaped, last bool
}

const partSize = 64 << 10

// parts reads a string in parts. take returns how many bytes it is done with.
func (r *Reader) parts(take func(part) int) *Error {
	start := r.Pos()
	r.i++
	from, want, pair := r.i, partSize, false
	escaped := false
	for {
		n, _ := plain(r.buf[r.i:r.n])
		r.i += n
		pair = pair && n == 0
		if r.i-from >= want {
			done, err := r.give(take, part{raw: whole(r.buf[from:r.i], pair), escaped: escaped}, from)
			if err != nil {
				return err
			}
			from += done
			want = max(partSize, 2*(r.i-from))
			escaped = escaped && r.i > from
		}
		if r.i == r.n {
			if !r.fill(from) {
				return r.unclosed(start)
			}
			from = 0
			continue
		}
		switch r.buf[r.i] {
		case '"':
			_, err := r.give(take, part{raw: r.buf[from:r.i], escaped: escaped, last: true}, from)
			r.i++
			return err
		case '\\':
			escaped = true
			var err *Error
			if pair, err = r.escape(&from); err != nil {
				return err
			}
		default:
			return r.control()
		}
	}
}

// give hands over a part that starts at a byte of the buffer, and returns how
// much of it is done with.
func (r *Reader) give(take func(part) int, p part, from int) (int, *Error) {
	r.advance(from)
	p.from = Pos{Line: r.line, Column: r.column, Offset: r.base + int64(from)}
	if !utf8.Valid(p.raw) {
		return 0, badBytes(p.from, p.raw)
	}
	done := take(p)
	if !p.last {
		r.advance(from + done)
	}
	return done, nil
}

// whole leaves out the start of a character at the end of raw, and the first
// half of a surrogate pair.
func whole(raw []byte, pair bool) []byte {
	if pair {
		return raw[:len(raw)-6]
	}
	for k := 1; k < utf8.UTFMax && k <= len(raw); k++ {
		if c := raw[len(raw)-k]; utf8.RuneStart(c) {
			if !utf8.FullRune(raw[len(raw)-k:]) {
				return raw[:len(raw)-k]
			}
			break
		}
	}
	return raw
}

func (r *Reader) tooLong(start Pos) *Error {
	return &Error{Pos: start, Kind: TooLong, Text: fmt.Sprintf("what starts here is longer than %d MiB", r.MaxString>>20)}
}

func (r *Reader) unclosed(start Pos) *Error {
	return r.ends(fmt.Sprintf("within the string that starts on line %d", start.Line))
}

// endsIn is the error of a text that ends within something short.
func (r *Reader) endsIn(what string) *Error {
	r.i = r.n
	return r.ends("within " + what)
}

// control is the error of a control character in a string.
func (r *Reader) control() *Error {
	switch c := r.buf[r.i]; c {
	case '\n', '\r':
		return r.fail("the string goes on over the end of its line: close its quote before, or write \\n")
	case '\t':
		return r.fail("a tab stands in a string: write \\t")
	default:
		return r.fail("the control character U+%04X stands in a string: write \\u%04x", c, c)
	}
}

// need reports whether the buffer has n more bytes, reading them if need be
// and keeping what is there from *from on.
func (r *Reader) need(n int, from *int) bool {
	for r.n-r.i < n {
		more := r.fill(*from)
		*from = 0
		if !more {
			return false
		}
	}
	return true
}

// escape takes an escape, and reports whether it is the first half of a
// surrogate pair.
func (r *Reader) escape(from *int) (pair bool, err *Error) {
	if !r.need(2, from) {
		return false, r.endsIn("an escape")
	}
	switch c := r.buf[r.i+1]; c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		r.i += 2
		return false, nil
	case 'u':
	case '\'':
		return false, r.fail("\\' is no escape of JSON: a single quote needs none")
	default:
		if !r.need(2+utf8.UTFMax, from) && r.n-r.i < 2 {
			return false, r.endsIn("an escape")
		}
		c, _ := utf8.DecodeRune(r.buf[r.i+1 : r.n])
		return false, r.fail("\\%s is no escape of JSON: write \\\\ for a backslash", strings.Trim(quoteRune(c), `"`))
	}
	for n := 3; n <= 6; n++ {
		if !r.need(n, from) {
			return false, r.endsIn("an escape")
		}
		if hex(r.buf[r.i+n-1]) < 0 {
			return false, r.fail("\\u stands without four hexadecimal digits after it")
		}
	}
	pair = isHigh(hex4(r.buf[r.i+2:]))
	r.i += 6
	return pair, nil
}

// badBytes is the error of a string that is not UTF-8.
func badBytes(p Pos, raw []byte) *Error {
	n := 0
	for n < len(raw) {
		c, size := utf8.DecodeRune(raw[n:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	p.Offset += int64(n)
	p.Column += n - continuations(raw[:n])
	return &Error{Pos: p, Kind: BadBytes, Text: fmt.Sprintf("the byte 0x%02X is not UTF-8 here", raw[n])}
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// plain returns how many bytes b starts with that are neither quote, escape
// nor control character, and whether some are not ASCII.
func plain(b []byte) (n int, wide bool) {
	var seen uint64
	for len(b)-n >= 8 {
		x := word(b[n:])
		quote, slash := x^('"'*lowBits), x^('\\'*lowBits)
		stop := ((quote-lowBits)&^quote | (slash-lowBits)&^slash | (x-0x20*lowBits)&^x) & highBits
		if stop != 0 {
			at := bits.TrailingZeros64(stop) / 8
			seen |= x & (1<<(8*at) - 1)
			return n + at, seen&highBits != 0
		}
		seen |= x
		n += 8
	}
	for n < len(b) {
		c := b[n]
		if c == '"' || c == '\\' || c < 0x20 {
			break
		}
		seen |= uint64(c)
		n++
	}
	return n, seen&highBits != 0
}
