package jsontext

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// A Reader reads the values of a text one after another. After an error it
// is of no further use.
type Reader struct {
	// MaxDepth bounds the values within each other, MaxString the bytes of a
	// string that is read whole, or of a number.
	MaxDepth, MaxString int
	// Lone is told of half a surrogate pair, which the grammar allows and
	// nobody can show (RFC 8259 §8.2).
	Lone func(start, end Pos)

	in      io.Reader
	readErr error
	buf     []byte
	i, n    int   // what is read next, and where the buffer ends
	base    int64 // offset of the buffer
	line    int
	column  int  // at mark
	mark    int  // in the buffer, at most i
	cr      bool // the byte before was a carriage return
	depth   int
	text    Text // the last that Text or Parts gave
	scratch []byte
	names   map[string]string
	keys    keySets
}

const bufferSize = 64 << 10

// NewReader returns a reader of in.
func NewReader(in io.Reader) *Reader {
	return &Reader{
		MaxDepth: DefaultDepth, MaxString: DefaultString, Lone: func(Pos, Pos) {},
		in: in, buf: make([]byte, bufferSize), line: 1, column: 1, names: map[string]string{},
	}
}

// BOM skips a byte order mark and reports whether there was one.
func (r *Reader) BOM() bool {
	if !r.has(3) || string(r.buf[r.i:r.i+3]) != "\ufeff" {
		return false
	}
	r.i += 3
	r.mark = r.i
	return true
}

// Pos returns the place of what is read next.
func (r *Reader) Pos() Pos {
	r.advance(r.i)
	return Pos{Line: r.line, Column: r.column, Offset: r.base + int64(r.i)}
}

// advance brings the column up to a byte of the buffer, which stands on the
// line of the mark.
func (r *Reader) advance(to int) {
	r.column += to - r.mark - continuations(r.buf[r.mark:to])
	r.mark = to
}

// continuations counts the bytes of b that are not the first of a character.
func continuations(b []byte) int {
	n := 0
	for len(b) >= 8 {
		x := word(b)
		n += bits.OnesCount64(x & ^(x << 1) & highBits)
		b = b[8:]
	}
	for _, c := range b {
		if c&0xc0 == 0x80 {
			n++
		}
	}
	return n
}

// fill reads more, keeping what is in the buffer from keep on, which becomes
// its start. It reports whether there is more.
func (r *Reader) fill(keep int) bool {
	if r.mark < keep {
		r.advance(keep)
	}
	copy(r.buf, r.buf[keep:r.n])
	r.i -= keep
	r.n -= keep
	r.mark -= keep
	r.base += int64(keep)
	if r.n == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for range 100 {
		if r.readErr != nil {
			return false
		}
		var n int
		n, r.readErr = r.in.Read(r.buf[r.n:])
		if r.n += n; n > 0 {
			return true
		}
	}
	r.readErr = io.ErrNoProgress
	return false
}

// has reports whether there are n more bytes, reading them if need be.
func (r *Reader) has(n int) bool {
	for r.n-r.i < n {
		if !r.fill(r.i) {
			return false
		}
	}
	return true
}

// end is what stands after the last byte.
const end = -1

// space skips white space and returns the byte after it, which is not taken.
func (r *Reader) space() int {
	for {
		for r.i < r.n {
			switch c := r.buf[r.i]; c {
			case ' ', '\t':
				r.i++
				r.cr = false
			case '\n', '\r':
				r.i++
				if c == '\r' || !r.cr {
					r.line++
				}
				r.cr = c == '\r'
				r.column, r.mark = 1, r.i
			default:
				r.cr = false
				return int(c)
			}
		}
		if !r.fill(r.i) {
			return end
		}
	}
}

// Next returns the kind of the value that comes next, by its first character.
func (r *Reader) Next() (Kind, *Error) {
	switch c := r.space(); c {
	case '{':
		return Object, nil
	case '[':
		return Array, nil
	case '"':
		return String, nil
	case 't', 'f':
		return Bool, nil
	case 'n':
		return Null, nil
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return Number, nil
		}
		return 0, r.noValue(c)
	}
}

// End checks that nothing but white space is left.
func (r *Reader) End() *Error {
	if r.space() == end {
		if r.readErr != nil && !errors.Is(r.readErr, io.EOF) {
			return r.ends("")
		}
		return nil
	}
	return r.fail("%s stands after the end of the document, which is one value", r.found())
}

// Skip reads the next value and forgets it.
func (r *Reader) Skip() *Error {
	kind, err := r.Next()
	if err != nil {
		return err
	}
	switch kind {
	case Object:
		return r.Object(func(Key) *Error { return r.Skip() })
	case Array:
		return r.Array(r.Skip)
	case String:
		return r.parts(func(p part) int { return len(p.raw) })
	default:
		_, err = r.Literal()
		return err
	}
}

// fail is an error at the place of what is read next.
func (r *Reader) fail(format string, args ...any) *Error {
	return &Error{Pos: r.Pos(), Text: fmt.Sprintf(format, args...)}
}

// ends is the error of a text that ends where more is needed.
func (r *Reader) ends(where string) *Error {
	if r.readErr != nil && !errors.Is(r.readErr, io.EOF) {
		return &Error{Pos: r.Pos(), Kind: Unread, Text: "the document cannot be read further: " + r.readErr.Error()}
	}
	return &Error{Pos: r.Pos(), Kind: Unfinished, Text: "the document ends " + where}
}

// found names the character that is read next, for people.
func (r *Reader) found() string {
	r.has(utf8.UTFMax)
	c, size := utf8.DecodeRune(r.buf[r.i:r.n])
	switch {
	case c == utf8.RuneError && size <= 1:
		return fmt.Sprintf("the byte 0x%02X", r.buf[r.i])
	case c == '\ufeff':
		return "a byte order mark"
	case c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029:
		return fmt.Sprintf("the control character U+%04X", c)
	case c == 0xa0 || c == 0x3000 || c >= 0x2000 && c <= 0x200f:
		return fmt.Sprintf("the space character U+%04X, which is no white space of JSON,", c)
	}
	return strconv.Quote(string(c))
}
