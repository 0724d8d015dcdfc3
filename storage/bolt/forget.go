package bolt

import (
	"bytes"
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// forget forgets deleted entries that their sources list no more, and aliases
// that lead nowhere.
func (p *pruner) forget(ctx context.Context) error {
	reads := map[feed.SourceID]time.Time{}
	err := p.sweep(ctx, bucketDeleted, func(tx *bbolt.Tx, v []byte) (bool, error) {
		d, err := decodeDeleted(v)
		if err != nil {
			return false, err
		}
		read, ok := reads[d.Source]
		if !ok {
			if read, err = p.store.readOf(tx, d.Source); err != nil {
				return false, err
			}
			reads[d.Source] = read
		}
		return d.Forgettable(read, p.now, p.keep.Remember), nil
	})
	if err != nil {
		return err
	}
	forgotten := p.done.Forgotten
	err = p.sweep(ctx, bucketAliases, func(tx *bbolt.Tx, v []byte) (bool, error) {
		return tx.Bucket(bucketIDs).Get(v) == nil && tx.Bucket(bucketDeleted).Get(v) == nil, nil
	})
	p.done.Forgotten = forgotten // an alias is no entry
	return err
}

// readOf returns when the last whole document of a source was, the zero time
// for one that is not polled any more. One that was last read before this was
// noted may list anything.
func (s *store) readOf(tx *bbolt.Tx, id feed.SourceID) (time.Time, error) {
	st, err := s.stateOf(tx, id)
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && st.unwanted:
		return time.Time{}, nil
	case st.read.IsZero():
		return time.Unix(0, 0), err
	}
	return st.read, err
}

// sweep deletes the keys of a bucket whose values are not worth keeping. It
// finds them by reading and deletes them in steps.
func (p *pruner) sweep(ctx context.Context, bucket []byte, worthless func(tx *bbolt.Tx, v []byte) (bool, error)) error {
	for from := []byte{}; from != nil; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var found [][]byte
		err := p.store.view(func(tx *bbolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			k, v := c.Seek(from)
			for n := 0; k != nil && n < examineBatch; n++ {
				over, err := worthless(tx, v)
				if err != nil {
					return err
				}
				if over {
					found = append(found, bytes.Clone(k))
				}
				k, v = c.Next()
			}
			from = bytes.Clone(k)
			return nil
		})
		if err != nil {
			return err
		}
		if err := p.delete(ctx, bucket, found, worthless); err != nil {
			return err
		}
	}
	return nil
}

func (p *pruner) delete(ctx context.Context, bucket []byte, keys [][]byte, worthless func(tx *bbolt.Tx, v []byte) (bool, error)) error {
	for len(keys) > 0 {
		n := min(len(keys), p.pace.n)
		gone := 0
		err := p.store.step(ctx, p.pace, func(tx *bbolt.Tx) error {
			b := tx.Bucket(bucket)
			for _, k := range keys[:n] {
				v := b.Get(k)
				if v == nil {
					continue
				}
				over, err := worthless(tx, v) // it may have been listed again meanwhile
				if err != nil {
					return err
				}
				if !over {
					continue
				}
				if err := b.Delete(k); err != nil {
					return err
				}
				gone++
			}
			return nil
		})
		if err != nil {
			return err
		}
		p.done.Forgotten += gone
		keys = keys[n:]
	}
	return nil
}
