package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

const (
	storedEntries = 1500
	keptEntries   = 150
)

// wasteful makes a store of which most was dropped, and returns its place.
func wasteful(t testing.TB) string {
	t.Helper()
	once.Do(func() { wastefulFile = makeWasteful(t) })
	path := filepath.Join(t.TempDir(), "wasteful.db")
	if err := os.WriteFile(path, wastefulFile, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What wasteful has made: pruning takes a while, since it rests between steps.
var (
	once         sync.Once
	wastefulFile []byte
)

func makeWasteful(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wasteful.db")
	s := open(t, path)
	src := testSource("a", "x", "y")
	if err := s.PutSources(t.Context(), []feed.Source{src}); err != nil {
		t.Fatal(err)
	}
	entries := make([]feed.Entry, storedEntries)
	for i := range entries {
		entries[i] = testEntry(src, fmt.Sprint(i), 2000)
		entries[i].Order = moment.Add(time.Duration(i) * time.Second)
	}
	if err := poll(t, s, "a", entries...); err != nil {
		t.Fatal(err)
	}
	done, err := s.Prune(t.Context(), feed.Retention{Overall: feed.Keep{MaxEntries: keptEntries}, Remember: time.Hour}, moment)
	if err != nil || done.Entries != len(entries)-keptEntries {
		t.Fatalf("prune: %+v, %v", done, err)
	}
	closed(t, s)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func sizeOf(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestCompact(t *testing.T) {
	path := wasteful(t)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	before := sizeOf(t, path)
	done, err := bolt.Compact(t.Context(), path)
	if err != nil || done.Before != before || done.After != sizeOf(t, path) || done.After > before/3 {
		t.Errorf("compact: %+v, %v; before it were %d bytes, now %d", done, err, before, sizeOf(t, path))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode is %v, %v, want that of before", info.Mode(), err)
	}
	if n := checked(t, path); n != keptEntries {
		t.Errorf("%d entries, want %d", n, keptEntries)
	}
	s := open(t, path)
	defer closed(t, s)
	if seq, err := s.LastChange(t.Context()); err != nil || seq != storedEntries+storedEntries-keptEntries {
		t.Errorf("last change %d, %v, want that of before", seq, err)
	}
	src := testSource("a", "x", "y")
	gone, kept := testEntry(src, "0", 2000), testEntry(src, fmt.Sprint(storedEntries-1), 2000)
	st, err := s.State(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ops, err := s.Commit(t.Context(), storage.Poll{State: st, Entries: []feed.Entry{gone, kept, testEntry(src, "new", 10)}})
	if err != nil || ops[0] != feed.Deleted || ops[1] != feed.Unchanged || ops[2] != feed.Created {
		t.Errorf("outcomes %v, %v", ops, err)
	}
}

func TestCompactByLink(t *testing.T) {
	path := wasteful(t)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	before := sizeOf(t, path)
	if _, err := bolt.Compact(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 || sizeOf(t, path) >= before {
		t.Errorf("the link is %v, %v; the file has %d bytes, before %d", info.Mode(), err, sizeOf(t, path), before)
	}
}

func TestCompactRefuses(t *testing.T) {
	path := wasteful(t)
	s := open(t, path)
	_, err := bolt.Compact(t.Context(), path)
	if !errors.Is(err, storage.ErrLocked) {
		t.Errorf("compact while it is open: %v, want %v", err, storage.ErrLocked)
	}
	closed(t, s)
	missing := filepath.Join(t.TempDir(), "missing.db")
	if _, err := bolt.Compact(t.Context(), missing); err == nil {
		t.Error("a file that is not there was compacted")
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("it was made")
	}
	other := filepath.Join(t.TempDir(), "other.db")
	if err := os.WriteFile(other, []byte("not a store, but long enough to be looked at"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Compact(t.Context(), other); !errors.Is(err, storage.ErrCorrupt) {
		t.Errorf("compact another file: %v, want %v", err, storage.ErrCorrupt)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	before := sizeOf(t, path)
	if _, err := bolt.Compact(ended, path); !errors.Is(err, context.Canceled) || sizeOf(t, path) != before {
		t.Errorf("compact after the end: %v", err)
	}
	if _, err := os.Stat(path + ".compact"); err == nil {
		t.Error("the copy is left")
	}
}

// TestReplacedWhileWaiting: whoever waits for the lock of a file that is
// compacted meanwhile gets the new one.
func TestReplacedWhileWaiting(t *testing.T) {
	path := wasteful(t)
	s := open(t, path)
	opened := make(chan error, 1)
	var second storage.Store
	go func() {
		var err error
		second, err = bolt.Open(context.Background(), path) //nolint:usetesting // it outlives no test
		opened <- err
	}()
	time.Sleep(100 * time.Millisecond) // it waits for the lock
	replaced := path + ".other"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(replaced, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(replaced, path); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	if err := second.PutSources(t.Context(), []feed.Source{testSource("b", "x")}); err != nil {
		t.Fatal(err)
	}
	closed(t, second)
	third := open(t, path)
	defer closed(t, third)
	if _, err := third.State(t.Context(), "b"); err != nil {
		t.Errorf("what was written went into the file that has no name any more: %v", err)
	}
}

const envCompact = "TRIBUTARY_COMPACT_PLACE" // set in the child: the store to compact

// TestCompactCrash kills a process that compacts, at random moments: the store
// is whole, and its copy gone once it is opened.
func TestCompactCrash(t *testing.T) {
	if path := os.Getenv(envCompact); path != "" {
		for range 10_000 { // until it is killed
			if _, err := bolt.Compact(t.Context(), path); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	path := wasteful(t)
	leftovers := 0
	for range 12 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCompactCrash$")
		cmd.Env = append(os.Environ(), envCompact+"="+path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30*time.Millisecond + time.Duration(rand.Int64N(int64(60*time.Millisecond))))
		_ = cmd.Process.Kill()
		if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
			t.Fatalf("the child ended by itself: %v", err)
		}
		if _, err := os.Stat(path + ".compact"); err == nil {
			leftovers++
		}
		if n := checked(t, path); n != keptEntries {
			t.Fatalf("%d entries, want %d", n, keptEntries)
		}
		if _, err := os.Stat(path + ".compact"); err == nil {
			t.Fatal("the copy of an interrupted compaction is left")
		}
	}
	t.Logf("%d of 12 kills came while the copy was made", leftovers)
}

func BenchmarkCompact(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		path := wasteful(b)
		b.StartTimer()
		if _, err := bolt.Compact(b.Context(), path); err != nil {
			b.Fatal(err)
		}
	}
}
