package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"strings"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// State implements storage.Reader.
func (s *store) State(_ context.Context, id feed.SourceID) (st feed.State, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		stored, err := s.stateOf(tx, id)
		if err == nil && stored.unwanted {
			err = fmt.Errorf("source %q: %w", id, storage.ErrNotFound)
		}
		st = stored.State
		return err
	})
	return st, err
}

// States implements storage.Reader.
func (s *store) States(ctx context.Context) iter.Seq2[feed.State, error] {
	return func(yield func(feed.State, error) bool) {
		for st, err := range s.stored(ctx, decodeState) {
			if err == nil && st.unwanted {
				continue
			}
			if !yield(st.State, err) {
				return
			}
		}
	}
}

// stored yields what is known of every source, wanted or not, by ID.
// decode reads as much of it as is wanted.
func (s *store) stored(ctx context.Context, decode func([]byte) (storedState, error)) iter.Seq2[storedState, error] {
	return pairs(ctx, s, bucketSources, nil, func(tx *bbolt.Tx, k, v []byte) (storedState, error) {
		if is, ok := s.recents.last(tx, feed.SourceID(k)); ok {
			v = is.value
		}
		return decode(v)
	})
}

// Entry implements storage.Reader.
func (s *store) Entry(_ context.Context, id feed.EntryID) (e feed.Entry, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		known, stored, err := lookUp(tx, id)
		if err != nil {
			return err
		}
		if !stored {
			return fmt.Errorf("entry %s: %w", id, storage.ErrNotFound)
		}
		e, err = entryAt(tx, known.number)
		return err
	})
	return e, err
}

// Entries implements storage.Reader.
func (s *store) Entries(ctx context.Context, q storage.Query) iter.Seq2[feed.Entry, error] {
	return func(yield func(feed.Entry, error) bool) {
		left := q.Limit
		for {
			size := readBatch
			if q.Limit > 0 {
				size = min(left, readBatch)
			}
			var batch []feed.Entry
			err := ctx.Err()
			if err == nil {
				batch, err = s.readEntries(q, size)
			}
			for i := range batch {
				if !yield(batch[i], nil) {
					return
				}
			}
			if err != nil {
				yield(feed.Entry{}, err)
				return
			}
			if left -= len(batch); len(batch) < size || q.Limit > 0 && left == 0 {
				return
			}
			q.After = storage.After(&batch[len(batch)-1])
		}
	}
}

// readEntries returns up to n entries behind q.After.
func (s *store) readEntries(q storage.Query, n int) (batch []feed.Entry, err error) {
	var values []string
	err = s.view(func(tx *bbolt.Tx) error {
		found, err := find(tx, q, n)
		values = clone(found)
		return err
	})
	batch = make([]feed.Entry, len(values))
	decoder := newEntryDecoder(len(values))
	for i, v := range values {
		if err := decoder.decode(v, &batch[i]); err != nil {
			return batch[:i], s.wrap("read", err)
		}
	}
	return batch, err
}

// find returns the encoded entries behind q.After, as they lie in the file.
func find(tx *bbolt.Tx, q storage.Query, n int) ([][]byte, error) {
	if q.Source != "" {
		return newestOfSource(tx, q, n)
	}
	index := tx.Bucket(bucketCategories).Bucket(termKey(q.Category))
	if index == nil {
		return nil, nil
	}
	entries, c := tx.Bucket(bucketEntries).Cursor(), index.Cursor()
	found := make([][]byte, 0, n)
	var at, v []byte
	for k, number := last(c, q.After); k != nil && len(found) < n; k, number = c.Prev() {
		if at, v = towards(entries, at, number); !bytes.Equal(at, number) {
			return found, damaged("an index leads nowhere")
		}
		found = append(found, v)
	}
	return found, nil
}

// towards moves a cursor that is at one number to another. The entries of a
// poll lie side by side, so that most often it is the one before.
func towards(c *bbolt.Cursor, at, number []byte) (k, v []byte) {
	if len(at) == 8 && len(number) == 8 && binary.BigEndian.Uint64(at) == binary.BigEndian.Uint64(number)+1 {
		return c.Prev()
	}
	return c.Seek(number)
}

// clone copies values into one allocation.
func clone(values [][]byte) []string {
	size := 0
	for _, v := range values {
		size += len(v)
	}
	var all strings.Builder
	all.Grow(size)
	for _, v := range values {
		all.Write(v)
	}
	out, rest := make([]string, len(values)), all.String()
	for i, v := range values {
		out[i], rest = rest[:len(v)], rest[len(v):]
	}
	return out
}

// last puts the cursor on the newest key before the place, or on the newest
// of all for the zero place.
func last(c *bbolt.Cursor, after storage.Cursor) (k, v []byte) {
	if after == (storage.Cursor{}) {
		return c.Last()
	}
	if k, _ := c.Seek(orderKey(after.Order, after.ID)); k == nil {
		return c.Last()
	}
	return c.Prev()
}
