package bolt

import (
	"encoding/binary"

	"tributary/feed"
)

// entryMaking is far from the others, as entryOriginal is.
const entryMaking = 80

// making writes what was done to make an entry: where its text is from, how
// many counts there are, the counts, and why.
func (w *fieldWriter) making(m *feed.Making) {
	if m.IsZero() {
		return
	}
	var room [64 + feed.MaxWhy]byte
	b := append(room[:0], byte(m.Text), byte(len(m.Taken)))
	for _, n := range m.Taken {
		b = binary.AppendUvarint(b, uint64(n))
	}
	w.bytes(entryMaking, append(b, m.Why...))
}

// making reads what fieldWriter.making wrote. Kinds that are not known are
// passed over.
func (r *fieldReader) making() (m feed.Making) {
	if len(r.text) < 2 {
		r.fail("what an entry was made of is cut short")
		return m
	}
	m.Text = feed.TextFrom(r.text[0])
	rest := r.text[2:]
	for i := range int(r.text[1]) {
		n, after, ok := cutUvarint(rest)
		if !ok {
			r.fail("what an entry was made of is cut short")
			return m
		}
		if rest = after; i < len(m.Taken) {
			m.Taken[i] = uint16(min(n, 1<<16-1))
		}
	}
	m.Why = rest
	return m
}
