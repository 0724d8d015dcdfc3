package bolt

import (
	"context"
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// What version 6 had in place of postings: a key for each of them, without a
// value.
var (
	keyedLinks   = []byte("links")   // Story.Link, number of the entry → nothing
	keyedStories = []byte("stories") // a bucket for each week of Received: of Story.Keys, number of the entry with all bits turned → nothing
)

// packStories makes postings of the keys that version 6 had. It is one
// transaction, and so begins again when it was interrupted.
func (s *store) packStories(context.Context) error {
	return s.update(func(tx *bbolt.Tx) error {
		links, err := tx.CreateBucketIfNotExists(bucketLinked)
		if err != nil {
			return err
		}
		stories, err := tx.CreateBucketIfNotExists(bucketStoried)
		if err != nil {
			return err
		}
		if err := packKeys(tx.Bucket(keyedLinks), links, func(at uint64) uint64 { return at }); err != nil {
			return err
		}
		if old := tx.Bucket(keyedStories); old != nil {
			err := old.ForEachBucket(func(span []byte) error {
				packed, err := stories.CreateBucketIfNotExists(span)
				if err != nil {
					return err
				}
				return packKeys(old.Bucket(span), packed, func(at uint64) uint64 { return turn(^at) })
			})
			if err != nil {
				return err
			}
		}
		for _, b := range [][]byte{keyedLinks, keyedStories} {
			if tx.Bucket(b) == nil {
				continue
			}
			if err := tx.DeleteBucket(b); err != nil {
				return err
			}
		}
		return putVersion(tx, 7)
	})
}

// packKeys writes the keys of a bucket, which ascend, as leaves of postings.
func packKeys(from, to *bbolt.Bucket, at func(uint64) uint64) error {
	if from == nil {
		return nil
	}
	to.FillPercent = 0.9
	var leaf []byte
	c := from.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(k) != postingSize {
			return damaged("a key of a story is cut short")
		}
		p := posting{binary.BigEndian.Uint64(k), at(binary.BigEndian.Uint64(k[8:])) << 1}
		leaf = p.appendTo(leaf)
		if len(leaf) < maxLeaf*postingSize*3/4 {
			continue
		}
		if err := to.Put(leafKey(p), leaf); err != nil {
			return err
		}
		leaf = nil
	}
	return to.Put(leafKey(lastPosting), leaf)
}
