package bolt

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// smallTail lets memory run over soon, and returns what to call at the end.
func smallTail(n int) func() {
	before := maxTail
	maxTail = n
	return func() { maxTail = before }
}

// TestPostings: whatever is put, removed, given up or read again from the
// file, an index finds what a map would, the newest first.
func TestPostings(t *testing.T) {
	defer smallTail(300)()
	seeds := uint64(8)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 0))
		db, err := bbolt.Open(filepath.Join(t.TempDir(), "p.db"), 0o600, options())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		model := map[posting]bool{}
		var p *postings
		failed := errors.New("given up")
		for range 150 {
			next := map[posting]bool{}
			for x := range model {
				next[x] = true
			}
			giveUp := rng.IntN(5) == 0
			err := db.Update(func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucketIfNotExists([]byte("p"))
				if err != nil {
					return err
				}
				if p == nil || !p.valid(b) || rng.IntN(9) == 0 {
					if p, err = readPostings(b); err != nil {
						return err
					}
				}
				for range rng.IntN(200) {
					x := posting{uint64(rng.IntN(300)) * 0x9e3779b97f4a7c15, uint64(rng.IntN(40)) << 1}
					if rng.IntN(3) == 0 {
						p.remove(x.key, x.at>>1)
						delete(next, x)
						continue
					}
					p.put(x.key, x.at>>1)
					next[x] = true
				}
				if err := p.write(b); err != nil || giveUp {
					return errors.Join(err, failed)
				}
				return compareWith(t, p, b, next)
			})
			switch {
			case err == nil:
				model = next
			case !errors.Is(err, failed):
				t.Fatal(err)
			}
		}
		if p.settled == 0 {
			t.Error("no round has ended: the test shows little")
		}
	}
}

func compareWith(t *testing.T, p *postings, b *bbolt.Bucket, want map[posting]bool) error {
	t.Helper()
	byKey := map[uint64][]uint64{}
	for x := range want {
		byKey[x.key] = append(byKey[x.key], x.at>>1)
	}
	for i := range 300 {
		key := uint64(i) * 0x9e3779b97f4a7c15
		slices.Sort(byKey[key])
		if got := p.find(b.Cursor(), key, 7, nil); !slices.Equal(got, byKey[key][:min(7, len(byKey[key]))]) {
			t.Fatalf("key %x finds %v, want %v", key, got, byKey[key])
		}
	}
	all, err := listed(b)
	if len(all) != len(want) {
		t.Fatalf("%d are listed, want %d", len(all), len(want))
	}
	if p.size > maxTail {
		t.Fatalf("%d are in memory", p.size)
	}
	return err
}

// TestPackStories: what version 6 knew of stories is found after the migration.
func TestPackStories(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s := openStore(t, path)
	const n = 3000
	span := spanKey(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	err := s.update(func(tx *bbolt.Tx) error {
		links, err := tx.CreateBucket(keyedLinks)
		if err != nil {
			return err
		}
		stories, err := tx.CreateBucket(keyedStories)
		if err != nil {
			return err
		}
		if stories, err = stories.CreateBucket(span); err != nil {
			return err
		}
		for i := range uint64(n) {
			key := numberKey(i * 0x9e3779b97f4a7c15)
			if err := errors.Join(links.Put(append(key, numberKey(i)...), nil), stories.Put(append(key, numberKey(^i)...), nil)); err != nil {
				return err
			}
		}
		return errors.Join(tx.DeleteBucket(bucketLinked), tx.DeleteBucket(bucketStoried), putVersion(tx, 6))
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, path)
	defer s.Close()
	err = s.update(func(tx *bbolt.Tx) error {
		b := s.newBatch(tx)
		links, err := b.index(linksIndex)
		if err != nil {
			return err
		}
		keys, err := b.index(string(span))
		if err != nil {
			return err
		}
		for i := range uint64(n) {
			key := i * 0x9e3779b97f4a7c15
			byLink := links.find(tx.Bucket(bucketLinked).Cursor(), key, 9, nil)
			byKey := keys.find(tx.Bucket(bucketStoried).Bucket(span).Cursor(), key, 9, nil)
			if len(byLink) != 1 || byLink[0] != i || len(byKey) != 1 || turn(byKey[0]) != i {
				t.Fatalf("entry %d is found by link as %v and by key as %v", i, byLink, byKey)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func openStore(t *testing.T, path string) *store {
	t.Helper()
	s, err := Open(context.WithoutCancel(t.Context()), path)
	if err != nil {
		t.Fatal(err)
	}
	return s.(*store)
}

// BenchmarkPostings puts what 50 entries are found by into an index of some
// size, and looks for what they are known by.
func BenchmarkPostings(b *testing.B) {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "p.db"), 0o600, options())
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.NoSync = true
	var p *postings
	rng := rand.New(rand.NewPCG(1, 1))
	number := uint64(0)
	put := func(entries, probes int) {
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("p"))
			if err != nil {
				return err
			}
			if p == nil {
				if p, err = readPostings(bucket); err != nil {
					return err
				}
			}
			c := bucket.Cursor()
			for range entries {
				for range probes {
					p.find(c, rng.Uint64(), perKey, nil)
				}
				number++
				for range 5 {
					p.put(rng.Uint64(), turn(number))
				}
			}
			return p.write(bucket)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for range 200 {
		put(5000, 0)
	}
	b.ReportAllocs()
	for b.Loop() {
		put(50, 10)
	}
}
