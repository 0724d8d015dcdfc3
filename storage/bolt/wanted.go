package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// A file remembers the digest of the sources it has, so that a start with the
// same configuration need not look at a million of them.

// digestOf digests sources as PutSources gets them.
func digestOf(sources []feed.Source) []byte {
	d := sourceDigest{Hash: sha256.New(), b: make([]byte, 0, 4<<10)}
	for i := range sources {
		d.source(&sources[i])
	}
	d.flush()
	return d.Sum(nil)
}

// A sourceDigest is a hash with a buffer before it.
type sourceDigest struct {
	hash.Hash
	b []byte
}

func (d *sourceDigest) source(s *feed.Source) {
	d.text(string(s.ID))
	d.text(s.URL)
	d.text(s.Kind)
	d.number(uint64(len(s.Categories)))
	for _, c := range s.Categories {
		d.text(c)
	}
	d.number(uint64(s.Interval))
	d.number(uint64(len(s.Options)))
	if len(s.Options) > 0 {
		for _, name := range slices.Sorted(maps.Keys(s.Options)) {
			d.text(name)
			d.text(s.Options[name])
		}
	}
	d.b = append(d.b, s.Request[:]...)
	d.b = append(d.b, s.Filing[:]...)
	if len(d.b) > 2<<10 {
		d.flush()
	}
}

func (d *sourceDigest) number(n uint64) { d.b = binary.AppendUvarint(d.b, n) }

func (d *sourceDigest) text(s string) {
	d.number(uint64(len(s)))
	d.b = append(d.b, s...)
}

func (d *sourceDigest) flush() {
	d.Write(d.b)
	d.b = d.b[:0]
}

// hasWanted reports whether the sources of that digest are what is stored.
func (s *store) hasWanted(digest []byte) (has bool, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		has = bytes.Equal(tx.Bucket(bucketMeta).Get(keyWanted), digest)
		return nil
	})
	return has, err
}

// setWanted notes which sources are stored; nil: it is not known, for they are
// about to change.
func (s *store) setWanted(digest []byte) error {
	return s.update(func(tx *bbolt.Tx) error {
		if digest == nil {
			return tx.Bucket(bucketMeta).Delete(keyWanted)
		}
		return tx.Bucket(bucketMeta).Put(keyWanted, digest)
	})
}
