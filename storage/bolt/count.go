package bolt

import (
	"context"
	"encoding/binary"
	"time"

	"go.etcd.io/bbolt"
)

// Count implements storage.Reader.
func (s *store) Count(ctx context.Context, category string, after time.Time, most int) (n int, oldest time.Time, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		index := tx.Bucket(bucketCategories).Bucket(termKey(category))
		if index == nil {
			return nil
		}
		c := index.Cursor()
		for k, _ := c.Last(); k != nil && n < most; k, _ = c.Prev() {
			if len(k) < 8 {
				return damaged("a place in a category has no date")
			}
			at := keyTime(binary.BigEndian.Uint64(k))
			if !after.IsZero() && !at.After(after) {
				return nil
			}
			n, oldest = n+1, at
			if n%10_000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	return n, oldest, err
}
