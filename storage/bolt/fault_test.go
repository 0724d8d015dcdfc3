package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

func testSource(id string, terms ...string) feed.Source {
	return feed.Source{ID: feed.SourceID(id), URL: "https://example.com/" + id, Kind: "feed", Categories: terms}
}

func testEntry(src feed.Source, key string, size int) feed.Entry {
	return feed.Entry{
		ID: feed.Identify(src.ID, key, "", feed.Digest{}), Source: src.ID, UpstreamID: key, Filed: src.Categories,
		Title: feed.Text{Body: key}, Content: feed.Text{Type: feed.TextHTML, Body: strings.Repeat("x", size)},
		Digest: feed.DigestOf(key), Order: moment, Received: moment,
	}
}

var moment = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// poll commits entries on top of what is known of the source.
func poll(t testing.TB, s storage.Store, id feed.SourceID, entries ...feed.Entry) error {
	t.Helper()
	st, err := s.State(t.Context(), id)
	if err != nil {
		return err
	}
	_, err = s.Commit(t.Context(), storage.Poll{State: st, Entries: entries})
	return err
}

// stock makes a store with some sources and entries, and returns its place.
func stock(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stock.db")
	s := open(t, path)
	sources := []feed.Source{testSource("a", "x", "y"), testSource("b", "y")}
	if err := s.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		src := sources[i%2]
		var entries []feed.Entry
		for n := range 5 {
			entries = append(entries, testEntry(src, fmt.Sprintf("%d-%d", i, n), 1000))
		}
		if err := poll(t, s, src.ID, entries...); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, s)
	return path
}

func closed(t testing.TB, s storage.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// checked opens a store, holds its indexes against its entries, and counts
// the entries.
func checked(t testing.TB, path string) int {
	t.Helper()
	s := open(t, path)
	defer closed(t, s)
	if err := bolt.Check(s); err != nil {
		t.Errorf("check %s: %v", path, err)
	}
	return count(t, s)
}

func count(t testing.TB, s storage.Store) (n int) {
	t.Helper()
	for _, err := range s.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// refused opens what cannot be opened.
func refused(t *testing.T, path string, want error) {
	t.Helper()
	before, _ := os.ReadFile(path) // it may not be readable
	s, err := bolt.Open(t.Context(), path)
	if err == nil {
		closed(t, s)
		t.Fatalf("%s was opened", path)
	}
	if !errors.Is(err, want) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %q, want %q and the path", err, want)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Errorf("%s was changed", path)
	}
}

// change writes into a bbolt file behind the engine's back.
func change(t testing.TB, path string, f func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: 16 << 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func setVersion(version uint32) func(tx *bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("version"), binary.BigEndian.AppendUint32(nil, version))
	}
}

func TestDamage(t *testing.T) {
	cut := func(size int) func(b []byte) []byte { return func(b []byte) []byte { return b[:size] } }
	zero := func(from, to int) func(b []byte) []byte {
		return func(b []byte) []byte { clear(b[from:to]); return b }
	}
	const page = 16 << 10
	for name, damage := range map[string]func(b []byte) []byte{
		"another program's file":                   func([]byte) []byte { return []byte("<?xml version='1.0'?><opml/>") },
		"one byte":                                 cut(1),
		"cut in the first header":                  cut(40),
		"cut behind the first page":                cut(page),
		"cut behind both headers":                  cut(2 * page),
		"cut before its last page":                 func(b []byte) []byte { return b[:len(b)/2] },
		"zeroes":                                   func(b []byte) []byte { clear(b); return b },
		"both headers gone":                        zero(0, 2*page),
		"a version of bbolt's that does not exist": func(b []byte) []byte { b[20], b[page+20] = 9, 9; return b },
		"no list of free pages":                    func(b []byte) []byte { return eachPage(b, 0x10) },
		"no leaves":                                func(b []byte) []byte { return eachPage(b, 0x02) },
		"a small bucket that reaches too far":      reachTooFar,
	} {
		t.Run(name, func(t *testing.T) {
			path := stock(t)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(content), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, storage.ErrCorrupt)
		})
	}
}

// eachPage clears all pages of a kind.
func eachPage(b []byte, kind byte) []byte {
	const page = 16 << 10
	for from := 0; from < len(b); from += page {
		if b[from+8] == kind {
			clear(b[from : from+page])
		}
	}
	return b
}

// reachTooFar gives all buckets that lie inside a leaf too many elements.
func reachTooFar(b []byte) []byte {
	const page, header, element = 16 << 10, 16, 16
	le := binary.LittleEndian
	for from := 0; from < len(b); from += page {
		for i := range int(le.Uint16(b[from+10:])) {
			at := from + header + i*element
			if b[from+8] != 0x02 || le.Uint32(b[at:]) != 1 {
				continue // no leaf, or no bucket
			}
			bucket := b[at+int(le.Uint32(b[at+4:]))+int(le.Uint32(b[at+8:])):]
			if le.Uint64(bucket) == 0 {
				le.PutUint16(bucket[16+10:], 0xFFFF)
			}
		}
	}
	return b
}

func TestOneHeaderIsEnough(t *testing.T) {
	path := stock(t)
	want := checked(t, path)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 16 << 10
	older := 0 // the header that was written last but one
	if binary.LittleEndian.Uint64(content[16+48:]) > binary.LittleEndian.Uint64(content[page+16+48:]) {
		older = page
	}
	clear(content[older : older+page])
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if got := count(t, s); got != want {
		t.Errorf("%d entries, want %d", got, want)
	}
	if err := poll(t, s, "a"); err != nil { // writes the other header
		t.Fatal(err)
	}
	closed(t, s)
	checked(t, path)
}

func TestForeignAndNewerFiles(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	change(t, foreign, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
	refused(t, foreign, storage.ErrCorrupt)
	newer := stock(t)
	change(t, newer, setVersion(1000))
	refused(t, newer, storage.ErrNewer)
	unknown := stock(t)
	change(t, unknown, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("version")) })
	refused(t, unknown, storage.ErrCorrupt)
}

func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	for path, words := range map[string]string{
		dir: "folder", filepath.Join(dir, "none", "x.db"): "does not exist", os.DevNull: "device",
	} {
		_, err := bolt.Open(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), words) {
			t.Errorf("open %s: %v, want %q", path, err, words)
		}
	}
	empty := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := checked(t, empty); n != 0 {
		t.Errorf("%d entries in an empty file", n)
	}
	unfinished := filepath.Join(dir, "fresh.db")
	if err := os.WriteFile(unfinished+".new", []byte("half a store, whose maker was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	checked(t, unfinished)
	if left, err := filepath.Glob(unfinished + ".*"); err != nil || len(left) > 0 {
		t.Errorf("%v, %v beside a new store", left, err)
	}
}

const damagedFiles = 100

// TestRandomDamage reads and writes files in which some bytes differ. What
// was hit may be lost; the process and the other stores go on.
func TestRandomDamage(t *testing.T) {
	whole, err := os.ReadFile(stock(t))
	if err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	found := 0
	for i := range damagedFiles {
		content := slices.Clone(whole)
		from := rng.IntN(len(content))
		for j := from; j < min(len(content), from+1<<rng.IntN(14)); j++ {
			content[j] = byte(rng.Uint32())
		}
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := useAll(t, path); errors.Is(err, storage.ErrCorrupt) {
			found++
		} else if err != nil {
			t.Errorf("seed %d, file %d: %v", seed, i, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d were noticed", found, damagedFiles)
}

// useAll does everything with a store, and returns the first error.
func useAll(t *testing.T, path string) error {
	s, err := bolt.Open(t.Context(), path)
	if err != nil {
		return err
	}
	for _, err = range s.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			break
		}
	}
	_, err2 := s.Claim(t.Context(), storage.Claim{Due: moment, Limit: 9})
	err3 := poll(t, s, "a", testEntry(testSource("a", "x"), "new", 50_000))
	err4 := s.PutSources(t.Context(), []feed.Source{testSource("b", "x")})
	if errors.Is(err3, storage.ErrNotFound) {
		err3 = nil // it was another source's name that was hit
	}
	if err := s.Close(); err != nil {
		return err
	}
	return errors.Join(err, err2, err3, err4)
}

// TestCutShortWhileOpen: a page that is gone from under us is an error.
func TestCutShortWhileOpen(t *testing.T) {
	path := stock(t)
	s := open(t, path)
	if err := os.Truncate(path, 64<<10); err != nil {
		t.Fatal(err)
	}
	var err error
	for _, err = range s.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			break
		}
	}
	if !errors.Is(err, storage.ErrCorrupt) || !strings.Contains(err.Error(), path) {
		t.Errorf("reading: %v, want %v", err, storage.ErrCorrupt)
	}
	for range 2 {
		if err := poll(t, s, "a", testEntry(testSource("a", "x"), "new", 10)); err == nil {
			t.Error("a poll was committed to half a file")
		}
	}
	_ = s.Close() // must return; what it says does not matter
}

func TestLocked(t *testing.T) {
	path := stock(t)
	s := open(t, path)
	defer closed(t, s)
	began := time.Now()
	refused(t, path, storage.ErrLocked)
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s to say so", took)
	}
	if err := poll(t, s, "a"); err != nil {
		t.Errorf("the one that holds it is disturbed: %v", err)
	}
}

// TestOnePollsOwnFault: a poll that cannot be stored, since an entry that it
// brings again is damaged, does not fail those that are committed with it.
func TestOnePollsOwnFault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s := open(t, path)
	var sources []feed.Source
	for i := range 64 {
		sources = append(sources, testSource(fmt.Sprint(i), "x"))
	}
	if err := s.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	if err := poll(t, s, "3", testEntry(sources[3], "first", 100)); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	change(t, path, func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("entries"))
		k, _ := b.Cursor().First()
		return b.Put(k, []byte("no entry"))
	})
	s = open(t, path)
	defer closed(t, s)
	var wg sync.WaitGroup
	for _, src := range sources {
		wg.Go(func() {
			edited := testEntry(src, "first", 100)
			edited.Digest = feed.DigestOf("other words")
			err := poll(t, s, src.ID, testEntry(src, "second", 10), edited)
			if src.ID == "3" && !errors.Is(err, storage.ErrCorrupt) || src.ID != "3" && err != nil {
				t.Errorf("source %s: %v", src.ID, err)
			}
		})
	}
	wg.Wait()
	for _, src := range sources {
		_, err := s.Entry(t.Context(), testEntry(src, "second", 0).ID)
		if src.ID == "3" && !errors.Is(err, storage.ErrNotFound) || src.ID != "3" && err != nil {
			t.Errorf("an entry of source %s: %v", src.ID, err)
		}
	}
}

func TestClose(t *testing.T) {
	s := open(t, stock(t))
	ended := make(chan error, 1)
	last, err := s.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for _, err := range s.Watch(t.Context(), last) {
			ended <- err
		}
	}()
	closed(t, s)
	closed(t, s) // again
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a watch over a closed store yields a change")
		}
	case <-time.After(10 * time.Second):
		t.Error("a watch does not end with its store")
	}
	if _, err := s.Commit(t.Context(), storage.Poll{State: feed.State{Source: testSource("a")}}); err == nil || strings.Contains(err.Error(), "database") {
		t.Errorf("commit to a closed store: %v", err)
	}
	if _, err := s.State(t.Context(), "a"); err == nil || strings.Contains(err.Error(), "database") {
		t.Errorf("state of a closed store: %v", err)
	}
	if err := s.PutSources(context.Background(), nil); err == nil {
		t.Error("sources put into a closed store")
	}
}

// TestTrimmed: the change log is bounded, and says so to whoever comes late.
func TestTrimmed(t *testing.T) {
	const kept = 5000
	bolt.KeepChanges(t, kept)
	s := open(t, filepath.Join(t.TempDir(), "test.db"))
	defer closed(t, s)
	src := testSource("a")
	if err := s.PutSources(t.Context(), []feed.Source{src}); err != nil {
		t.Fatal(err)
	}
	total := kept + 2*bolt.TrimStride
	entries := make([]feed.Entry, total)
	for i := range entries {
		entries[i] = testEntry(src, fmt.Sprint(i), 0)
	}
	for part := range slices.Chunk(entries, 2000) { // one transaction for all would take bbolt long
		if err := poll(t, s, src.ID, part...); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range s.Watch(t.Context(), 0) {
		if !errors.Is(err, storage.ErrTrimmed) {
			t.Errorf("a watch from the beginning: %v, want %v", err, storage.ErrTrimmed)
		}
		break
	}
	from := feed.Seq(total - kept)
	for c, err := range s.Watch(t.Context(), from) {
		if err != nil || c.Seq != from+1 {
			t.Errorf("change %d, %v, want %d", c.Seq, err, from+1)
		}
		break
	}
	if err := bolt.Check(s); err != nil {
		t.Error(err)
	}
}
