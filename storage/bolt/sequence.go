package bolt

import (
	"bytes"
	"context"
	"iter"

	"go.etcd.io/bbolt"
)

// readBatch is how much is read in one transaction: a sequence holds none
// open while its reader works, since that would keep pages from being reused.
const readBatch = 256

// values yields what a bucket holds under keys that begin with prefix, decoded,
// in their order. A bucket that is not there holds nothing.
func values[T any](ctx context.Context, s *store, bucket, prefix []byte, decode func(v []byte) (T, error)) iter.Seq2[T, error] {
	return pairs(ctx, s, bucket, prefix, func(_ *bbolt.Tx, _, v []byte) (T, error) { return decode(v) })
}

// pairs is values for those who need more than the value.
func pairs[T any](ctx context.Context, s *store, bucket, prefix []byte, decode func(tx *bbolt.Tx, k, v []byte) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for from := append([]byte{}, prefix...); from != nil; {
			var batch []T
			err := ctx.Err()
			if err == nil {
				batch, from, err = readSome(s, bucket, prefix, from, decode)
			}
			for i := range batch {
				if !yield(batch[i], nil) {
					return
				}
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
		}
	}
}

// readSome reads at most readBatch of them, from a key on, in one transaction,
// and returns where to go on, nil at the end.
func readSome[T any](s *store, bucket, prefix, from []byte, decode func(tx *bbolt.Tx, k, v []byte) (T, error)) (batch []T, next []byte, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		if b == nil {
			return nil
		}
		c := b.Cursor()
		for k, v := c.Seek(from); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
			if len(batch) == readBatch {
				next = bytes.Clone(k)
				return nil
			}
			x, err := decode(tx, k, v)
			if err != nil {
				return err
			}
			batch = append(batch, x)
		}
		return nil
	})
	return batch, next, err
}
