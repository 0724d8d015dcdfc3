package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

const (
	oldEntries  = 2500 // several batches of a migration
	oldEntriesB = 10   // of another source
)

// version1 makes a store in the layout of version 1: the value of an identity
// is the entry's number alone, there are no due times, and every filed entry
// has no index of its own.
func version1(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	s := open(t, path)
	a, b, gone := testSource("a", "x", "y"), testSource("b", "y"), testSource("gone", "x")
	if err := s.PutSources(t.Context(), []feed.Source{a, b, gone}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(poll(t, s, "a", someEntries(a, oldEntries)...), poll(t, s, "b", someEntries(b, oldEntriesB)...)); err != nil {
		t.Fatal(err)
	}
	if err := s.PutSources(t.Context(), []feed.Source{a, b}); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	change(t, path, func(tx *bbolt.Tx) error {
		ids := tx.Bucket([]byte("ids"))
		numbers := map[string][]byte{}
		if err := ids.ForEach(func(k, v []byte) error { numbers[string(k)] = append([]byte{0, 0}, v[:6]...); return nil }); err != nil {
			return err
		}
		for k, v := range numbers {
			if err := ids.Put([]byte(k), v); err != nil {
				return err
			}
		}
		return errors.Join(tx.DeleteBucket([]byte("due")), tx.DeleteBucket([]byte("holds")), tx.DeleteBucket([]byte("subscriptions")), tx.DeleteBucket([]byte("deleted")), tx.DeleteBucket([]byte("aliases")), withoutArrivals(tx), tx.Bucket([]byte("categories")).DeleteBucket([]byte("*")), setVersion(1)(tx))
	})
	return path
}

func someEntries(src feed.Source, n int) []feed.Entry {
	entries := make([]feed.Entry, n)
	for i := range entries {
		entries[i] = testEntry(src, fmt.Sprint(i), 50)
		entries[i].Order = moment.Add(time.Duration(i) * time.Second)
	}
	return entries
}

func TestMigration(t *testing.T) {
	path := version1(t)
	if n := checked(t, path); n != oldEntries+oldEntriesB {
		t.Errorf("%d entries, want %d", n, oldEntries+oldEntriesB)
	}
	s := open(t, path)
	defer closed(t, s)
	claimed, err := s.Claim(t.Context(), storage.Claim{Due: moment, Limit: 9})
	if err != nil || len(claimed) != 2 {
		t.Errorf("%d sources are due, %v, want 2", len(claimed), err)
	}
	st, err := s.State(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ops, err := s.Commit(t.Context(), storage.Poll{State: st, Entries: someEntries(st.Source, 3)})
	if err != nil || len(ops) != 3 || ops[0] != feed.Unchanged {
		t.Errorf("entries of before are %v, %v, want unchanged", ops, err)
	}
}

// An ending is a context that ends when it is asked for the n-th time.
type ending struct {
	context.Context
	n int
}

func (c *ending) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

// TestInterruptedMigration: whoever is interrupted goes on at the next start.
func TestInterruptedMigration(t *testing.T) {
	old, err := os.ReadFile(version1(t))
	if err != nil {
		t.Fatal(err)
	}
	interrupted := 0
	for n := range 20 {
		path := filepath.Join(t.TempDir(), "old.db")
		if err := os.WriteFile(path, old, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(&ending{t.Context(), n}, path)
		if err == nil {
			closed(t, s)
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted at %d: %v", n, err)
		}
		interrupted++
		if got := checked(t, path); got != oldEntries+oldEntriesB {
			t.Errorf("interrupted at %d: %d entries, want %d", n, got, oldEntries+oldEntriesB)
		}
	}
	if interrupted < 3 {
		t.Errorf("interrupted %d times: the test shows little", interrupted)
	}
}

// TestMigrationNowhere: version 3 had no index of what is filed nowhere, which
// is to go in its time.
func TestMigrationNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s := open(t, path)
	kept, gone := testSource("a", "x"), testSource("gone", "x")
	if err := s.PutSources(t.Context(), []feed.Source{kept, gone}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(poll(t, s, "a", someEntries(kept, 5)...), poll(t, s, "gone", someEntries(gone, 7)...)); err != nil {
		t.Fatal(err)
	}
	if err := s.PutSources(t.Context(), []feed.Source{kept}); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	change(t, path, func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte("deleted")), tx.DeleteBucket([]byte("aliases")), withoutArrivals(tx), tx.Bucket([]byte("categories")).DeleteBucket([]byte("*-")), setVersion(3)(tx))
	})
	if n := checked(t, path); n != 5 {
		t.Errorf("%d entries are filed, want 5", n)
	}
	s = open(t, path)
	defer closed(t, s)
	done, err := s.Prune(t.Context(), feed.Retention{Overall: feed.Keep{MaxAge: 4500 * time.Millisecond}}, moment.Add(8*time.Second))
	if err != nil || done.Entries != 4+5-1 {
		t.Errorf("prune: %+v, %v, want 4 filed ones and 4 of the removed source to go", done, err)
	}
}

// withoutArrivals takes out what version 5 did not have.
func withoutArrivals(tx *bbolt.Tx) error {
	return errors.Join(withoutLog(tx), tx.DeleteBucket([]byte("arrivals")), tx.DeleteBucket([]byte("logged")), tx.DeleteBucket([]byte("kept")))
}

// withoutLog takes out what version 7 did not have: states had their places only.
func withoutLog(tx *bbolt.Tx) error {
	sources := tx.Bucket([]byte("sources"))
	err := tx.Bucket([]byte("recent")).ForEach(func(k, v []byte) error { return sources.Put(k[8:], v) })
	return errors.Join(err, tx.DeleteBucket([]byte("recent")), withoutPlaces(tx))
}

// withoutPlaces gives identities the values that they had in version 8: the
// number, eight bytes of one digest and four of the other.
func withoutPlaces(tx *bbolt.Tx) error {
	ids := tx.Bucket([]byte("ids"))
	former := map[string][]byte{}
	err := ids.ForEach(func(k, v []byte) error {
		if len(v) == 20 {
			former[string(k)] = slices.Concat([]byte{0, 0}, v[:12], []byte{0, 0}, v[12:16])
		}
		return nil
	})
	for k, v := range former {
		err = errors.Join(err, ids.Put([]byte(k), v))
	}
	return err
}

// TestMigrationPlaces: what was stored before identities said where the places
// of entries are is found by its source all the same, and goes on from where a
// migration was interrupted.
func TestMigrationPlaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s := open(t, path)
	a, b := testSource("a", "x"), testSource("b", "y")
	if err := s.PutSources(t.Context(), []feed.Source{a, b}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(poll(t, s, "a", someEntries(a, oldEntries)...), poll(t, s, "b", someEntries(b, oldEntriesB)...)); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	change(t, path, func(tx *bbolt.Tx) error { return errors.Join(withoutPlaces(tx), setVersion(8)(tx)) })
	for range 2 { // a batch each time
		if _, err := bolt.Open(&ending{t.Context(), 1}, path); !errors.Is(err, context.Canceled) {
			t.Fatalf("not interrupted: %v", err)
		}
	}
	checked(t, path)
	s = open(t, path)
	defer closed(t, s)
	for src, want := range map[feed.SourceID]int{"a": oldEntries, "b": oldEntriesB, "none": 0} {
		n := 0
		for e, err := range s.Entries(t.Context(), storage.Query{Source: src}) {
			if n++; err != nil || !e.Order.Equal(moment.Add(time.Duration(want-n)*time.Second)) {
				t.Fatalf("entry %d of %q is at %s, %v", n, src, e.Order, err)
			}
		}
		if n != want {
			t.Errorf("%d entries of %q, want %d", n, src, want)
		}
	}
}

// TestMigrationArrivals: what was stored before there were archives is in them.
func TestMigrationArrivals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	s := open(t, path)
	src := testSource("a", "x")
	if err := s.PutSources(t.Context(), []feed.Source{src}); err != nil {
		t.Fatal(err)
	}
	if err := poll(t, s, "a", someEntries(src, oldEntries)...); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	change(t, path, func(tx *bbolt.Tx) error { return errors.Join(withoutArrivals(tx), setVersion(5)(tx)) })
	checked(t, path)
	s = open(t, path)
	defer closed(t, s)
	for _, term := range []string{"x", ""} {
		has, err := s.Archives(t.Context(), term)
		if err != nil || has != (storage.Archives{First: 0, Next: oldEntries / storage.ArchiveSize}) {
			t.Errorf("archives of %q: %+v, %v", term, has, err)
		}
		first, err := s.Archive(t.Context(), term, 0)
		if err != nil || len(first.Entries) != storage.ArchiveSize || first.Entries[storage.ArchiveSize-1].Title.Body != someEntries(src, 1)[0].Title.Body {
			t.Errorf("the first archive of %q has %d entries, %v", term, len(first.Entries), err)
		}
	}
}
