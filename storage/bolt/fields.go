package bolt

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"time"

	"tributary/feed"
)

// A value is a format byte and fields; a field is a tag, a length and that
// many bytes. A reader passes over tags it does not know, so a new field needs
// no migration. Fields that are empty are not written.
const formatFields = 1

// A fieldWriter appends fields.
type fieldWriter struct{ b []byte }

func newFieldWriter(size int) *fieldWriter {
	return &fieldWriter{b: append(make([]byte, 0, size), formatFields)}
}

func (w *fieldWriter) head(tag, length int) {
	w.b = binary.AppendUvarint(w.b, uint64(tag))
	w.b = binary.AppendUvarint(w.b, uint64(length))
}

func (w *fieldWriter) text(tag int, s string) {
	if s != "" {
		w.head(tag, len(s))
		w.b = append(w.b, s...)
	}
}

// item writes one text of a list; an empty one is an item too.
func (w *fieldWriter) item(tag int, s string) {
	w.head(tag, len(s))
	w.b = append(w.b, s...)
}

func (w *fieldWriter) bytes(tag int, b []byte) {
	w.head(tag, len(b))
	w.b = append(w.b, b...)
}

func (w *fieldWriter) number(tag int, n uint64) {
	if n != 0 {
		w.bytes(tag, binary.AppendUvarint(nil, n))
	}
}

func (w *fieldWriter) duration(tag int, d time.Duration) { w.number(tag, uint64(max(d, 0))) }

func (w *fieldWriter) flag(tag int, set bool) {
	if set {
		w.number(tag, 1)
	}
}

// time writes seconds, nanoseconds and the offset from UTC in seconds.
func (w *fieldWriter) time(tag int, t time.Time) {
	if t.IsZero() {
		return
	}
	var b [16]byte
	_, offset := t.Zone()
	binary.BigEndian.PutUint64(b[:], uint64(t.Unix()))
	binary.BigEndian.PutUint32(b[8:], uint32(t.Nanosecond()))
	binary.BigEndian.PutUint32(b[12:], uint32(int32(offset)))
	w.bytes(tag, b[:])
}

// construct writes a text construct: its type in one byte, then the text.
func (w *fieldWriter) construct(tag int, t feed.Text) {
	if t.Body == "" && t.Type == feed.TextPlain {
		return
	}
	w.head(tag, 1+len(t.Body))
	w.b = append(append(w.b, byte(t.Type)), t.Body...)
}

// parts writes a record of texts, each with its length before it.
func (w *fieldWriter) parts(tag int, parts ...string) {
	size := 0
	for _, p := range parts {
		size += uvarintSize(len(p)) + len(p)
	}
	w.head(tag, size)
	for _, p := range parts {
		w.b = binary.AppendUvarint(w.b, uint64(len(p)))
		w.b = append(w.b, p...)
	}
}

func uvarintSize(n int) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

func (w *fieldWriter) link(tag int, l feed.Link) {
	length := ""
	if l.Length != 0 {
		length = fmt.Sprint(l.Length)
	}
	w.parts(tag, l.Href, l.Rel, l.Type, l.HrefLang, l.Title, length)
}

func (w *fieldWriter) person(tag int, p feed.Person) { w.parts(tag, p.Name, p.URI, p.Email) }

func (w *fieldWriter) category(tag int, c feed.Category) { w.parts(tag, c.Term, c.Scheme, c.Label) }

// A fieldReader yields the fields of a value. The texts are parts of the
// value, which is copied once.
type fieldReader struct {
	rest string
	tag  uint64
	text string
	err  error
}

// readFields begins a value that will not change.
func readFields(value string) fieldReader {
	if value == "" || value[0] != formatFields {
		return fieldReader{err: damaged("a value has an unknown format")}
	}
	return fieldReader{rest: value[1:]}
}

// next goes to the next field; false at the end, or at an error.
func (r *fieldReader) next() bool {
	if r.rest == "" || r.err != nil {
		return false
	}
	var size uint64
	var ok bool
	if r.tag, r.rest, ok = cutUvarint(r.rest); !ok {
		return r.fail("a field has no tag")
	}
	if size, r.rest, ok = cutUvarint(r.rest); !ok || size > uint64(len(r.rest)) {
		return r.fail("a field is longer than its value")
	}
	r.text, r.rest = r.rest[:size], r.rest[size:]
	return true
}

func (r *fieldReader) fail(why string) bool {
	r.err = damaged(why)
	return false
}

// cutUvarint reads a number from the front of s.
func cutUvarint(s string) (n uint64, rest string, ok bool) {
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return n, s[i+1:], true
		}
	}
	return 0, s, false
}

func (r *fieldReader) number() uint64 {
	n, rest, ok := cutUvarint(r.text)
	if !ok || rest != "" {
		r.fail("a number is cut short")
	}
	return n
}

func (r *fieldReader) time() time.Time {
	if len(r.text) != 16 {
		r.fail("a date is cut short")
		return time.Time{}
	}
	var b [16]byte
	copy(b[:], r.text)
	seconds, nanos := int64(binary.BigEndian.Uint64(b[:])), int64(binary.BigEndian.Uint32(b[8:]))
	offset := int(int32(binary.BigEndian.Uint32(b[12:])))
	if nanos >= 1e9 || offset <= -86400 || offset >= 86400 {
		r.fail("a date is out of range")
		return time.Time{}
	}
	t := time.Unix(seconds, nanos).In(zone(offset))
	if t.IsZero() {
		return time.Time{}
	}
	return t
}

// zone returns a location for the offset. UTC and the offsets of whole hours
// are made once.
func zone(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	if offset%3600 == 0 {
		return hours[offset/3600+24]
	}
	return time.FixedZone("", offset)
}

var hours = func() (zones [49]*time.Location) {
	for i := range zones {
		zones[i] = time.FixedZone("", (i-24)*3600)
	}
	return zones
}()

func (r *fieldReader) construct() feed.Text {
	if r.text == "" || r.text[0] > byte(feed.TextHTML) {
		r.fail("a text has no type")
		return feed.Text{}
	}
	return feed.Text{Type: feed.TextType(r.text[0]), Body: r.text[1:]}
}

func (r *fieldReader) digest() (d [16]byte) {
	if len(r.text) != len(d) {
		r.fail("a digest is cut short")
	}
	copy(d[:], r.text)
	return d
}

// part cuts the next text from a record. A record may have fewer than are
// asked for: the missing ones are empty.
func (r *fieldReader) part() string {
	if r.text == "" {
		return ""
	}
	n, rest, ok := cutUvarint(r.text)
	if !ok || n > uint64(len(rest)) {
		r.fail("a record is cut short")
		r.text = ""
		return ""
	}
	r.text = rest[n:]
	return rest[:n]
}

func (r *fieldReader) link() feed.Link {
	l := feed.Link{Href: r.part(), Rel: r.part(), Type: r.part(), HrefLang: r.part(), Title: r.part()}
	if length := r.part(); length != "" {
		var err error
		if l.Length, err = strconv.ParseInt(length, 10, 64); err != nil {
			r.fail("a length is no number")
		}
	}
	return l
}

func (r *fieldReader) person() feed.Person {
	return feed.Person{Name: r.part(), URI: r.part(), Email: r.part()}
}

func (r *fieldReader) category() feed.Category {
	return feed.Category{Term: r.part(), Scheme: r.part(), Label: r.part()}
}

// id cuts an identity from a record.
func (r *fieldReader) id() (id feed.EntryID) {
	if part := r.part(); len(part) == len(id) {
		copy(id[:], part)
	} else {
		r.fail("an identity is cut short")
	}
	return id
}

// small cuts a number of at most so much from a record.
func (r *fieldReader) small(most uint64) uint64 {
	n, err := strconv.ParseUint(r.part(), 10, 64)
	if err != nil || n > most {
		r.fail("a number is out of range")
		return 0
	}
	return n
}

func (r *fieldReader) duration() time.Duration { return time.Duration(min(r.number(), math.MaxInt64)) }

func (r *fieldReader) count() int { return int(min(r.number(), math.MaxInt32)) }

// list reads what fieldWriter.parts wrote.
func (r *fieldReader) list() (out []string) {
	for rest := r.text; rest != ""; {
		n, after, ok := cutUvarint(rest)
		if !ok || n > uint64(len(after)) {
			r.fail("a list is cut short")
			return nil
		}
		out, rest = append(out, after[:n]), after[n:]
	}
	return out
}
