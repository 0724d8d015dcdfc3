package report

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/width"

	"tributary/validator"
)

// A line is the part of a document's line that a message is about.
type line struct {
	text           string
	indent, length int // of the mark, in columns of a terminal
}

func (l line) mark() string { return "^" + strings.Repeat("~", max(l.length-1, 0)) }

// reach is how much of a line is shown before and after the place, in bytes.
const reach = 60

// excerpt returns the line of a message; false when it cannot be shown.
func excerpt(f *File, m *validator.Message) (line, bool) {
	if f.Source == nil || strings.HasPrefix(f.Result.Encoding, "utf-16") || strings.HasPrefix(f.Result.Encoding, "utf-32") {
		return line{}, false
	}
	from := max(m.Start.Offset-4*reach, 0)
	buf := make([]byte, 4*reach+12*reach)
	n, _ := f.Source.ReadAt(buf, from)
	buf = buf[:n]
	at := int(m.Start.Offset - from)
	if at > len(buf) {
		return line{}, false
	}
	before, after := around(buf, at)
	length := int(min(max(m.End.Offset-m.Start.Offset, 1), int64(len(after))))
	b, a, marked := decode(f, before), decode(f, after), decode(f, after[:length])
	if utf8.RuneCountInString(b) > reach {
		r := []rune(b)
		b = "…" + string(r[len(r)-reach:])
	}
	if r := []rune(a); len(r) > 2*reach {
		a = string(r[:2*reach]) + "…"
	}
	out := clean(b) + clean(a)
	return line{text: out, indent: columns(clean(b)), length: min(max(columns(clean(marked)), 1), max(columns(clean(a)), 1))}, true
}

// around returns the parts of a line before and after a place.
func around(buf []byte, at int) (before, after []byte) {
	before, after = buf[:at], buf[at:]
	if i := bytes.LastIndexAny(before, "\n\r"); i >= 0 {
		before = before[i+1:]
	}
	if i := bytes.IndexAny(after, "\n\r"); i >= 0 {
		after = after[:i]
	}
	return bytes.TrimPrefix(before, []byte("\ufeff")), after
}

func decode(f *File, b []byte) string {
	if f.Result.Encoding != "utf-8" {
		if e, err := ianaindex.IANA.Encoding(f.Result.Encoding); err == nil && e != nil {
			if out, err := e.NewDecoder().Bytes(b); err == nil {
				return string(out)
			}
		}
	}
	for len(b) > 0 && !utf8.RuneStart(b[0]) {
		b = b[1:]
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}

// clean makes control characters visible, and tabs one column wide.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0:
			return '\ufffd'
		}
		return r
	}, s)
}

// columns is how many columns of a terminal s takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
