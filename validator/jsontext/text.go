package jsontext

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A Text is a string, or a part of one, with the places of its bytes.
type Text struct {
	Text       string
	Start, End Pos // with its quotes

	raw  []byte // as written
	from Pos    // of raw[0]
	// A place found before, from which the next is looked for.
	at, offset int // in raw, and in the text
	pos        Pos
}

// after returns the place n characters of ASCII later.
func (p Pos) after(n int) Pos {
	p.Column += n
	p.Offset += int64(n)
	return p
}

// Span returns the places of length bytes of the text from an offset on.
// Spans in order are found in time linear in the text.
func (t *Text) Span(offset, length int) (start, end Pos) {
	if t.at == 0 || offset < t.offset {
		t.rewind()
	}
	t.seek(offset)
	start = t.pos
	back := *t
	t.seek(offset + length)
	end = t.pos
	t.at, t.offset, t.pos = back.at, back.offset, back.pos
	return start, end
}

func (t *Text) rewind() { t.at, t.offset, t.pos = 0, 0, t.from }

// seek goes on to the character that holds the byte at an offset of the text.
func (t *Text) seek(offset int) {
	if len(t.raw) == len(t.Text) { // without escapes
		to := min(offset, len(t.raw))
		for to > t.at && to < len(t.raw) && !utf8.RuneStart(t.raw[to]) {
			to--
		}
		t.pos.Column += to - t.at - continuations(t.raw[t.at:to])
		t.pos.Offset += int64(to - t.at)
		t.at, t.offset = to, to
		return
	}
	for t.at < len(t.raw) && t.offset < offset {
		var length, size int
		if t.raw[t.at] == '\\' {
			var c rune
			c, length, _ = unescape(t.raw[t.at:])
			size = utf8.RuneLen(c)
		} else {
			_, size = utf8.DecodeRune(t.raw[t.at:])
			length = size
		}
		if t.offset+size > offset {
			return
		}
		if t.raw[t.at] == '\\' {
			t.pos.Column += length
		} else {
			t.pos.Column++
		}
		t.pos.Offset += int64(length)
		t.offset += size
		t.at += length
	}
}

// decode returns what raw, which starts at a place, stands for. It is good
// until the next call.
func (r *Reader) decode(raw []byte, from Pos) []byte {
	out := r.scratch[:0]
	placed := 0 // how far from is
	for i := 0; i < len(raw); {
		n := 0
		for i+n < len(raw) && raw[i+n] != '\\' {
			n++
		}
		out = append(out, raw[i:i+n]...)
		if i += n; i == len(raw) {
			break
		}
		c, length, lone := unescape(raw[i:])
		if lone {
			from.Column += i - placed - continuations(raw[placed:i])
			from.Offset += int64(i - placed)
			placed = i
			r.Lone(from, from.after(length))
		}
		out = utf8.AppendRune(out, c)
		i += length
	}
	r.scratch = out
	return out
}

// unescape returns what the escape that raw starts with stands for, its
// length, and whether it is half a surrogate pair.
func unescape(raw []byte) (c rune, length int, lone bool) {
	switch raw[1] {
	case 'b':
		return '\b', 2, false
	case 'f':
		return '\f', 2, false
	case 'n':
		return '\n', 2, false
	case 'r':
		return '\r', 2, false
	case 't':
		return '\t', 2, false
	case 'u':
		c = hex4(raw[2:])
		if !utf16.IsSurrogate(c) {
			return c, 6, false
		}
		if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
			if both := utf16.DecodeRune(c, hex4(raw[8:])); both != utf8.RuneError {
				return both, 12, false
			}
		}
		return utf8.RuneError, 6, true
	}
	return rune(raw[1]), 2, false
}

// isHigh reports whether c is the first half of a surrogate pair.
func isHigh(c rune) bool { return c >= 0xd800 && c < 0xdc00 }

func hex4(b []byte) rune {
	return hex(b[0])<<12 | hex(b[1])<<8 | hex(b[2])<<4 | hex(b[3])
}

// hex returns the value of a hexadecimal digit, -1 of anything else.
func hex(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20) - 'a' + 10
	}
	return -1
}

func quoteRune(c rune) string { return strconv.Quote(string(c)) }
