package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// currentVersion is of the layout of buckets, keys and index values. Fields
// of entries and states come and go without it; see fields.go.
const currentVersion = 9

// migrations bring a file from a version to the next.
var migrations = map[uint32]func(*store, context.Context) error{
	1: (*store).rebuildIndexes,
	2: (*store).addSchedule,
	3: (*store).addDeleted,
	4: (*store).addRepeats,
	5: (*store).addArrivals,
	6: (*store).packStories,
	7: (*store).addRecent,
	8: (*store).placeIDs,
}

// prepare makes a new file's buckets, and brings an older one up to date.
func (s *store) prepare(ctx context.Context) error {
	version, err := s.version()
	if err != nil {
		return err
	}
	if version > currentVersion {
		return fmt.Errorf("open %s: %w: its layout is version %d, this tributary knows up to %d\n  use a newer tributary, or another storage",
			s.path, storage.ErrNewer, version, currentVersion)
	}
	if version == 0 {
		return s.update(func(tx *bbolt.Tx) error {
			for _, b := range buckets {
				if _, err := tx.CreateBucketIfNotExists(b); err != nil {
					return err
				}
			}
			return putVersion(tx, currentVersion)
		})
	}
	for ; version < currentVersion; version++ {
		migrate, ok := migrations[version]
		if !ok {
			return corrupt(s.path, fmt.Sprintf("its layout has the unknown version %d", version))
		}
		if err := migrate(s, ctx); err != nil {
			return fmt.Errorf("bring %s from version %d to %d: %w", s.path, version, version+1, err)
		}
	}
	return nil
}

// version returns 0 for a file without buckets.
func (s *store) version() (version uint32, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if meta == nil {
			if name, _ := tx.Cursor().First(); name != nil {
				return corrupt(s.path, "it is another program's bbolt file")
			}
			return nil
		}
		value := meta.Get(keyVersion)
		if len(value) != 4 {
			return corrupt(s.path, "it does not say which version its layout has")
		}
		version = binary.BigEndian.Uint32(value)
		return nil
	})
	return version, err
}

func putVersion(tx *bbolt.Tx, version uint32) error {
	return tx.Bucket(bucketMeta).Put(keyVersion, binary.BigEndian.AppendUint32(nil, version))
}

// rebuildIndexes makes everything that is derived from entries and states
// anew: version 1 had identities without digests, and no due times. It works
// in batches, and begins again when it was interrupted.
func (s *store) rebuildIndexes(ctx context.Context) error {
	err := s.update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bucketIDs, bucketDue, bucketCategories} {
			if tx.Bucket(b) != nil {
				if err := tx.DeleteBucket(b); err != nil {
					return err
				}
			}
			if _, err := tx.CreateBucket(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.inBatches(ctx, bucketEntries, indexEntry); err != nil {
		return err
	}
	if err := s.inBatches(ctx, bucketSources, indexState); err != nil {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error { return putVersion(tx, 2) })
}

// addSchedule makes the buckets that version 2 did not have.
func (s *store) addSchedule(context.Context) error {
	return s.update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bucketHolds, bucketSubs} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return putVersion(tx, 3)
	})
}

// addDeleted makes the buckets that version 3 did not have, and indexes what
// is filed nowhere. It begins again when it was interrupted.
func (s *store) addDeleted(ctx context.Context) error {
	err := s.update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bucketDeleted, bucketAliases} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.inBatches(ctx, bucketIDs, indexNowhere); err != nil {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error { return putVersion(tx, 4) })
}

// addRepeats makes the buckets that version 4 did not have.
func (s *store) addRepeats(context.Context) error {
	return s.update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{keyedLinks, keyedStories} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return putVersion(tx, 5)
	})
}

// addRecent makes the bucket that version 7 did not have.
func (s *store) addRecent(context.Context) error {
	return s.update(func(tx *bbolt.Tx) error {
		if _, err := tx.CreateBucketIfNotExists(bucketRecent); err != nil {
			return err
		}
		return putVersion(tx, 8)
	})
}

// indexNowhere indexes an identity's entry if it is filed nowhere.
func indexNowhere(tx *bbolt.Tx, _, v []byte) error {
	value, err := decodeFormerID(v)
	if err != nil || value.filed != ([4]byte{}) {
		return err
	}
	e, err := entryAt(tx, value.number)
	if err != nil {
		return err
	}
	return file(tx, value.number, nil, &e)
}

// inBatches calls f with every key and value of a bucket, some to a
// transaction.
func (s *store) inBatches(ctx context.Context, bucket []byte, f func(tx *bbolt.Tx, k, v []byte) error) error {
	for from := []byte{}; from != nil; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.update(func(tx *bbolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			k, v := c.Seek(from)
			for n := 0; k != nil && n < refileBatch; n++ {
				if err := f(tx, k, v); err != nil {
					return err
				}
				k, v = c.Next()
			}
			from = bytes.Clone(k)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func indexEntry(tx *bbolt.Tx, k, v []byte) error {
	if len(k) != 8 {
		return damaged("an entry has no number")
	}
	e, err := decodeEntry(v)
	if err != nil {
		return err
	}
	number := binary.BigEndian.Uint64(k)
	value := formerIDOf(number, &e)
	if err := tx.Bucket(bucketIDs).Put(e.ID[:], value.encode()); err != nil {
		return err
	}
	return file(tx, number, nil, &e)
}

func indexState(tx *bbolt.Tx, _, v []byte) error {
	st, err := decodeState(v)
	if err != nil || st.unwanted {
		return err
	}
	return tx.Bucket(bucketDue).Put(dueKey(&feed.State{Source: st.Source, NextPoll: st.NextPoll}), nil)
}
