package bolt

import (
	"bytes"
	"cmp"
	"slices"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// An ahead is an entry encoded before its poll was committed, as it will be if
// it is new and repeats nothing: callers do that side by side, the writer is one.
type ahead struct {
	id    feed.EntryID
	known bool // its story is
	value []byte
}

// encodeAhead encodes the entries of a poll that are not stored.
func (s *store) encodeAhead(p *storage.Poll, stories []feed.Story) (out []ahead, err error) {
	if len(p.Entries) == 0 {
		return nil, nil
	}
	isNew := make([]bool, len(p.Entries))
	err = s.view(func(tx *bbolt.Tx) error {
		ids := tx.Bucket(bucketIDs)
		for i := range p.Entries {
			isNew[i] = ids.Get(p.Entries[i].ID[:]) == nil
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range p.Entries {
		if !isNew[i] {
			continue
		}
		e := p.Entries[i]
		if stories != nil {
			e.Story = stories[i]
		}
		e, _, _ = feed.Merge(nil, e)
		out = append(out, ahead{e.ID, !e.Story.IsZero(), encodeEntry(&e)})
	}
	return out, nil
}

// encode returns the encoding of an entry, which may have been made ahead.
func (b *batch) encode(prev, next *feed.Entry) []byte {
	if prev != nil || len(next.Filed) == 0 || len(next.Repeats) > 0 {
		return encodeEntry(next)
	}
	i := slices.IndexFunc(b.ahead, func(a ahead) bool { return a.id == next.ID && a.known == !next.Story.IsZero() })
	if i < 0 {
		return encodeEntry(next)
	}
	value := b.ahead[i].value
	b.ahead = b.ahead[i+1:] // they come in the document's order
	return value
}

// A place is where a new entry is to be in a category. Places are kept back to
// the end: bbolt puts many into one leaf sooner when they rise.
type place struct {
	term   string // as termKey gives it
	key    []byte
	number uint64
}

// file moves the entry from the categories it was filed under to those it is.
func (b *batch) file(number uint64, prev, next *feed.Entry) error {
	if prev != nil {
		if err := b.endPlaces(); err != nil {
			return err
		}
		return file(b.tx, number, prev, next)
	}
	key := orderKey(next.Order, next.ID)
	for _, term := range termsOf(next) {
		b.placed = append(b.placed, place{string(term), key, number})
	}
	return nil
}

// endPlaces writes the places that were kept back.
func (b *batch) endPlaces() error {
	if len(b.placed) == 0 {
		return nil
	}
	slices.SortFunc(b.placed, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.term, y.term), bytes.Compare(x.key, y.key))
	})
	for i := range b.placed {
		if err := putPlace(b.tx, &b.placed[i]); err != nil {
			return err
		}
	}
	b.placed = b.placed[:0]
	return nil
}

func putPlace(tx *bbolt.Tx, p *place) error {
	categories := tx.Bucket(bucketCategories)
	b := categories.Bucket([]byte(p.term))
	if b == nil {
		var err error
		if b, err = categories.CreateBucket([]byte(p.term)); err != nil {
			return err
		}
	}
	b.FillPercent = 0.9 // most entries come at the end
	return b.Put(p.key, numberKey(p.number))
}
