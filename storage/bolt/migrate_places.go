package bolt

import (
	"bytes"
	"context"
	"encoding/binary"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// A formerID is what the value of an identity was up to version 8: it did not
// say where the entry's place is.
type formerID struct {
	number uint64
	digest [8]byte
	filed  [4]byte
}

const formerIDSize = 8 + 8 + 4

func formerIDOf(number uint64, e *feed.Entry) formerID {
	now := newIDValue(number, e)
	return formerID{number, [8]byte(e.Digest[:]), now.filed}
}

func (v *formerID) encode() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, formerIDSize), v.number)
	b = append(b, v.digest[:]...)
	return append(b, v.filed[:]...)
}

func decodeFormerID(b []byte) (v formerID, err error) {
	if len(b) != formerIDSize {
		return v, damaged("an identity's value is cut short")
	}
	v.number = binary.BigEndian.Uint64(b)
	copy(v.digest[:], b[8:])
	copy(v.filed[:], b[16:])
	return v, nil
}

// placeIDs has the values of identities say where their entries' places are, in
// batches in the order of the identities. It notes how far it has come: the
// values of before and after are of one size.
func (s *store) placeIDs(ctx context.Context) error {
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.update(func(tx *bbolt.Tx) error {
			meta := tx.Bucket(bucketMeta)
			next, err := placeSome(tx, bytes.Clone(meta.Get(keyPlaced)))
			if err != nil {
				return err
			}
			if done = next == nil; !done {
				return meta.Put(keyPlaced, next)
			}
			if err := meta.Delete(keyPlaced); err != nil {
				return err
			}
			return putVersion(tx, 9)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// placeSome writes a batch of identities anew, and returns where to go on, nil
// at the end.
func placeSome(tx *bbolt.Tx, from []byte) (next []byte, err error) {
	ids := tx.Bucket(bucketIDs)
	c := ids.Cursor()
	var keys, values [][]byte
	k, v := c.Seek(from)
	for ; k != nil && len(keys) < refileBatch; k, v = c.Next() {
		was, err := decodeFormerID(v)
		if err != nil {
			return nil, err
		}
		at, err := peekAt(tx, was.number)
		if err != nil {
			return nil, err
		}
		is := idValue{number: was.number, digest: wordsMark(was.digest[:]), filed: was.filed, second: secondOf(at.order)}
		keys, values = append(keys, bytes.Clone(k)), append(values, is.encode())
	}
	next = bytes.Clone(k)
	for i := range keys {
		if err := ids.Put(keys[i], values[i]); err != nil {
			return nil, err
		}
	}
	return next, nil
}
