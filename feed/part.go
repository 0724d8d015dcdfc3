package feed

import (
	"encoding/binary"
	"time"
)

// A Part is what is remembered of one item of a document, so that it can be
// told in the next one: 48 bits of a digest of its bytes, 15 of its identity,
// and one that says whether it has a date.
type Part uint64

// NewPart returns the Part of an item with that digest, and that entry of it.
func NewPart(digest uint64, e *Entry) Part {
	p := Part(digest)<<16 | Part(binary.BigEndian.Uint16(e.ID[12:])&^1)
	if !e.Date().IsZero() {
		p |= 1
	}
	return p
}

// Key is what the item is told by: the same as KeyOf of its digest.
func (p Part) Key() Part { return p >> 16 }

// KeyOf returns the Key of the item with that digest.
func KeyOf(digest uint64) Part { return Part(digest << 16 >> 16) }

// SameEntry reports whether the two may be of one entry; that they are of
// different ones is sure.
func (p Part) SameEntry(o Part) bool { return (p^o)&0xfffe == 0 }

// Dated reports whether the item's entry has a date.
func (p Part) Dated() bool { return p&1 == 1 }

// Parts are what a document consisted of. The zero value knows nothing: the
// next document is read as a whole.
type Parts struct {
	Items []Part    // in the document's order, at most MaxParts
	Dates string    // the language that settled the dates of the whole
	Whole time.Time // when a document was last read as a whole
}

// MaxParts bounds the items of a document that are remembered; one with more
// is always read as a whole.
const MaxParts = 2000
