// Package jsontext reads JSON (RFC 8259) as a stream, with the place of every
// key and value.
package jsontext

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A Pos is a place in the text: the line from 1, the column in characters
// from 1, and the offset in bytes.
type Pos struct {
	Line, Column int
	Offset       int64
}

// A Kind says what a value is.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"null", "true or false", "a number", "a string", "an array", "an object"}

func (k Kind) String() string { return kindNames[k] }

// A Value is one of JSON, with what it holds.
type Value struct {
	Kind       Kind
	Start, End Pos
	Text       string // of a string, decoded; of a number, true and false, as written
	Raw        string // of a string, between its quotes, as written
	Members    []Member
	Elements   []*Value
}

// A Member is a key of an object and its value.
type Member struct {
	Key        string
	Start, End Pos // of the key with its quotes
	Value      *Value
}

// Get returns the value of a key, nil when there is none.
func (v *Value) Get(key string) *Value {
	for i := range v.Members {
		if v.Members[i].Key == key {
			return v.Members[i].Value
		}
	}
	return nil
}

// At returns the place of a byte of a string's text.
func (v *Value) At(offset int) Pos {
	p := v.Start
	p.Column++
	p.Offset++
	done := 0
	for i := 0; i < len(v.Raw) && done < offset; {
		_, n := utf8.DecodeRuneInString(v.Raw[i:])
		size := n
		if v.Raw[i] == '\\' {
			n, size = escape(v.Raw[i:])
		}
		if done+size > offset {
			break
		}
		done += size
		p.Offset += int64(n)
		p.Column += utf8.RuneCountInString(v.Raw[i : i+n])
		i += n
	}
	return p
}

// escape returns the length of the escape that raw starts with, and of what it
// stands for.
func escape(raw string) (length, size int) {
	if len(raw) < 6 || raw[1] != 'u' {
		return min(2, len(raw)), 1
	}
	r := hex4(raw[2:6])
	if utf16.IsSurrogate(r) && len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		return 12, 4
	}
	return 6, utf8.RuneLen(max(r, 0))
}

func hex4(s string) rune {
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

// An Error is why a text is not JSON.
type Error struct {
	Pos  Pos
	Text string
	Kind ErrorKind
}

// An ErrorKind groups errors that are explained alike.
type ErrorKind uint8

// The kinds of errors.
const (
	Syntax   ErrorKind = iota
	BadBytes           // that are no UTF-8
	TooDeep
	TooLong
	Read // the text could not be read
)

func (e *Error) Error() string { return e.Text }

// Limits of what is read.
const (
	MaxDepth  = 200
	MaxString = 64 << 20
	// MaxValue bounds what Value builds at once, in bytes of the text.
	MaxValue = 128 << 20
)

// A Reader reads values one after another.
type Reader struct {
	r     *bufio.Reader
	pos   Pos
	buf   []byte
	depth int
	// Note is told of what is no error of JSON, yet works badly.
	Note func(at Pos, text string)
}

// NewReader returns a reader of r.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10), pos: Pos{Line: 1, Column: 1}, Note: func(Pos, string) {}}
}

// BOM skips a byte order mark and reports whether there was one.
func (r *Reader) BOM() bool {
	if b, _ := r.r.Peek(3); string(b) == "\ufeff" {
		_, _ = r.r.Discard(3) // they were peeked at
		r.pos.Offset += 3
		return true
	}
	return false
}

// Pos returns the place of what is read next.
func (r *Reader) Pos() Pos { return r.pos }

func (r *Reader) fail(at Pos, format string, args ...any) *Error {
	return &Error{Pos: at, Text: fmt.Sprintf(format, args...)}
}

// peek returns the next byte, 0 at the end.
func (r *Reader) peek() byte {
	b, err := r.r.Peek(1)
	switch {
	case err != nil:
		return 0
	case b[0] == 0:
		return 1 // a NUL is not the end, and no more allowed than other controls
	}
	return b[0]
}

// next takes a byte.
func (r *Reader) next() (byte, error) {
	c, err := r.r.ReadByte()
	if err != nil {
		return 0, err
	}
	r.pos.Offset++
	switch {
	case c == '\n':
		r.pos.Line++
		r.pos.Column = 1
	case c < 0x80 || c >= 0xc0:
		r.pos.Column++
	}
	return c, nil
}

// Space skips white space and returns the byte after it, 0 at the end.
func (r *Reader) Space() byte {
	for {
		switch c := r.peek(); c {
		case ' ', '\t', '\n', '\r':
			_, _ = r.next() // it was peeked at
		default:
			return c
		}
	}
}

// found names what stands at the next place, for people.
func (r *Reader) found() string {
	b, err := r.r.Peek(1)
	switch {
	case errors.Is(err, io.EOF) || len(b) == 0:
		return "the end of the document"
	case b[0] < 0x20:
		return fmt.Sprintf("the control character U+%04X", b[0])
	}
	all, _ := r.r.Peek(utf8.UTFMax)
	c, _ := utf8.DecodeRune(all)
	return strconv.Quote(string(c))
}

// Value reads the next value whole.
func (r *Reader) Value() (*Value, *Error) {
	c := r.Space()
	if r.depth++; r.depth > MaxDepth {
		return nil, &Error{Pos: r.pos, Kind: TooDeep, Text: fmt.Sprintf("values are nested more than %d deep here", MaxDepth)}
	}
	defer func() { r.depth-- }()
	v := &Value{Start: r.pos}
	var err *Error
	switch {
	case c == '{':
		v.Kind = Object
		err = r.Object(func(m Member) *Error {
			var err *Error
			m.Value, err = r.Value()
			v.Members = append(v.Members, m)
			return err
		})
	case c == '[':
		v.Kind = Array
		err = r.Array(func() *Error {
			e, err := r.Value()
			v.Elements = append(v.Elements, e)
			return err
		})
	case c == '"':
		v.Kind = String
		v.Text, v.Raw, err = r.str()
	case c == '-' || c >= '0' && c <= '9':
		v.Kind = Number
		v.Text, err = r.number()
	default:
		err = r.word(v)
	}
	v.End = r.pos
	return v, err
}

// Object reads an object; member is called at each of its values, which it
// must read.
func (r *Reader) Object(member func(Member) *Error) *Error {
	open := r.pos
	_, _ = r.next() // the brace, which was peeked at
	for n := 0; ; n++ {
		c := r.Space()
		if c == '}' && n == 0 {
			_, _ = r.next()
			return nil
		}
		if c != '"' {
			return r.key(c, n, open)
		}
		m := Member{Start: r.pos}
		var err *Error
		if m.Key, _, err = r.str(); err != nil {
			return err
		}
		m.End = r.pos
		if c := r.Space(); c != ':' {
			return r.fail(r.pos, "%s stands where \":\" is expected, after the key %q", r.found(), cut(m.Key))
		}
		_, _ = r.next()
		if err := member(m); err != nil {
			return err
		}
		if done, err := r.more('}', open); done || err != nil {
			return err
		}
	}
}

// key is the error of what stands where a key is expected.
func (r *Reader) key(c byte, n int, open Pos) *Error {
	switch {
	case c == '}' && n > 0:
		return r.fail(r.pos, "a comma stands before \"}\": remove it")
	case c == '\'':
		return r.fail(r.pos, "a key stands in single quotes, JSON has double quotes only")
	case c == 0:
		return r.fail(r.pos, "the document ends within the object of line %d", open.Line)
	case c == '/':
		return r.fail(r.pos, "JSON has no comments: remove it")
	}
	return r.fail(r.pos, "%s stands where a key in double quotes is expected", r.found())
}

// Array reads an array; element is called at each of its values, which it must
// read.
func (r *Reader) Array(element func() *Error) *Error {
	open := r.pos
	_, _ = r.next() // the bracket, which was peeked at
	for n := 0; ; n++ {
		if c := r.Space(); c == ']' {
			if n > 0 {
				return r.fail(r.pos, "a comma stands before \"]\": remove it")
			}
			_, _ = r.next()
			return nil
		}
		if err := element(); err != nil {
			return err
		}
		if done, err := r.more(']', open); done || err != nil {
			return err
		}
	}
}

// more reads what comes after a member or element: a comma, or the end.
func (r *Reader) more(end byte, open Pos) (bool, *Error) {
	switch c := r.Space(); c {
	case ',':
		_, _ = r.next()
		return false, nil
	case end:
		_, _ = r.next()
		return true, nil
	case 0:
		return false, r.fail(r.pos, "the document ends within what line %d opens: \"%c\" is missing", open.Line, end)
	}
	return false, r.fail(r.pos, "%s stands where \",\" or \"%c\" is expected", r.found(), end)
}

// word reads true, false or null.
func (r *Reader) word(v *Value) *Error {
	for _, w := range []struct {
		text string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if b, _ := r.r.Peek(len(w.text)); string(b) == w.text {
			for range len(w.text) {
				_, _ = r.next() // they were peeked at
			}
			v.Kind, v.Text = w.kind, w.text
			return nil
		}
	}
	switch c := r.peek(); c {
	case 0:
		return r.fail(r.pos, "the document ends where a value is expected")
	case '\'':
		return r.fail(r.pos, "a string stands in single quotes, JSON has double quotes only")
	case '/':
		return r.fail(r.pos, "JSON has no comments: remove it")
	}
	return r.fail(r.pos, "%s stands where a value is expected: a string, a number, {, [, true, false or null", r.found())
}

func (r *Reader) number() (string, *Error) {
	start := r.pos
	r.buf = r.buf[:0]
	for len(r.buf) < 1000 {
		c := r.peek()
		if (c < '0' || c > '9') && !strings.ContainsRune("+-.eE", rune(c)) || c == 0 {
			break
		}
		_, _ = r.next()
		r.buf = append(r.buf, c)
	}
	s := string(r.buf)
	if !isNumber(s) {
		return s, r.fail(start, "%q is no number of JSON: no leading zeros or plus sign, digits on both sides of a point", cut(s))
	}
	return s, nil
}

// isNumber reports whether s fits the grammar of RFC 8259 §6.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	digits := func() int {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		return n
	}
	n := digits()
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	s = s[n:]
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		if n = digits(); n == 0 {
			return false
		}
		s = s[n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		if s = s[1:]; s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if n = digits(); n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}

func cut(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
