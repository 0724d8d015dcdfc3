package bolt_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// unprivileged runs f on a thread whose file accesses are nobody's: root may
// write where nothing may be written.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const nobody = 65534
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Fatal(err)
		}
	}()
	f()
}

// openable makes the folders above path passable for everybody.
func openable(t *testing.T, path string) {
	t.Helper()
	for dir := filepath.Dir(path); dir != filepath.Clean(os.TempDir()); dir = filepath.Dir(dir) {
		if dir == filepath.Dir(dir) {
			t.Skipf("%s is not below %s", path, os.TempDir())
		}
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	for name, prepare := range map[string]func(path string) error{
		"a file that cannot be written": func(path string) error { return os.Chmod(path, 0o444) },
		"a file that cannot be read":    func(path string) error { return os.Chmod(path, 0o000) },
		"a folder that cannot be written": func(path string) error {
			return errors.Join(os.Remove(path), os.Chmod(filepath.Dir(path), 0o555))
		},
		"a folder that cannot be entered": func(path string) error { return os.Chmod(filepath.Dir(path), 0o444) },
	} {
		t.Run(name, func(t *testing.T) {
			path := stock(t)
			openable(t, path)
			if err := prepare(path); err != nil {
				t.Fatal(err)
			}
			defer os.Chmod(filepath.Dir(path), 0o755) //nolint:errcheck // for the clean-up
			unprivileged(t, func() { refused(t, path, storage.ErrReadOnly) })
		})
	}
}

// mounted mounts a file system of so many bytes, and skips the test where
// that is not allowed.
func mounted(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("mounting a small disk takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestReadOnlyDisk(t *testing.T) {
	dir := mounted(t, "size=4m")
	path := filepath.Join(dir, "test.db")
	closed(t, open(t, path))
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	refused(t, path, storage.ErrReadOnly)
	refused(t, filepath.Join(dir, "new.db"), storage.ErrReadOnly)
}

func TestFullDisk(t *testing.T) {
	dir := mounted(t, "size=4m")
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fillUp(t, filepath.Join(dir, "test.db"), func() error { return os.Remove(ballast) })
}

func TestNewStoreOnFullDisk(t *testing.T) {
	dir := mounted(t, "size=512k")
	path := filepath.Join(dir, "test.db")
	if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 480<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, path, storage.ErrFull)
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) > 0 {
		t.Errorf("%v, %v is left of a store that could not be made", left, err)
	}
	if err := os.Remove(filepath.Join(dir, "ballast")); err != nil {
		t.Fatal(err)
	}
	checked(t, path)
}

// TestFileSizeLimit meets the limit of a process, which is found when the
// file grows. The limit is the whole process's: a child has it.
func TestFileSizeLimit(t *testing.T) {
	const env = "TRIBUTARY_TEST_FILE_SIZE"
	path := os.Getenv(env)
	if path == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFileSizeLimit$")
		cmd.Env = append(os.Environ(), env+"="+filepath.Join(t.TempDir(), "test.db"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	limit := syscall.Rlimit{Cur: 1 << 20, Max: was.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	fillUp(t, path, func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was) })
}

// fillUp commits until there is no room, and checks that nothing is lost or
// half done, that everything else still works, and that it goes on once there
// is room.
func fillUp(t *testing.T, path string, makeRoom func() error) {
	t.Helper()
	s := open(t, path)
	src := testSource("a", "x")
	if err := s.PutSources(t.Context(), []feed.Source{src}); err != nil {
		t.Fatal(err)
	}
	polls, err := pollUntil(t, s, src, 0)
	if !errors.Is(err, storage.ErrFull) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "make room") {
		t.Fatalf("after %d polls: %v, want %v, the path, and what to do", polls, err, storage.ErrFull)
	}
	for range 3 { // nothing changes by trying again
		if _, err := pollUntil(t, s, src, polls); !errors.Is(err, storage.ErrFull) {
			t.Fatalf("again: %v, want %v", err, storage.ErrFull)
		}
	}
	wantPolls(t, s, src, polls)
	closed(t, s)
	s = open(t, path) // a full disk does not keep it from opening
	wantPolls(t, s, src, polls)
	if err := makeRoom(); err != nil {
		t.Fatal(err)
	}
	if err := poll(t, s, src.ID, pollEntries(src, polls)...); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	wantPolls(t, s, src, polls+1)
	closed(t, s)
	checked(t, path)
}

const fillEach = 5

func pollEntries(src feed.Source, n int) (entries []feed.Entry) {
	for i := range fillEach {
		entries = append(entries, testEntry(src, fmt.Sprintf("%d-%d", n, i), 20_000))
	}
	return entries
}

// pollUntil commits polls until one fails, and returns the number of the one
// that did.
func pollUntil(t *testing.T, s storage.Store, src feed.Source, from int) (int, error) {
	t.Helper()
	for n := from; n < from+1000; n++ {
		if err := poll(t, s, src.ID, pollEntries(src, n)...); err != nil {
			return n, err
		}
	}
	return 0, errors.New("there is always room")
}

// wantPolls checks that the entries of so many polls are there, and no more.
func wantPolls(t *testing.T, s storage.Store, src feed.Source, polls int) {
	t.Helper()
	if err := bolt.Check(s); err != nil {
		t.Fatal(err)
	}
	if got := count(t, s); got != polls*fillEach {
		t.Errorf("%d entries, want those of %d polls", got, polls)
	}
	st, err := s.State(t.Context(), src.ID)
	if err != nil || st.Revision != uint64(polls) {
		t.Errorf("revision %d, %v after %d polls", st.Revision, err, polls)
	}
}
