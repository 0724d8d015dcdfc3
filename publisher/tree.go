package publisher

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"tributary/internal/atomicfile"
)

// A Report counts what became of a tree's files.
type Report struct {
	Written   int      // new, or with other bytes than before
	Unchanged int      // not touched
	Removed   int      // written before, and no longer part of the tree
	Kept      []string // somebody else's: not overwritten; at most maxKept of them
	Full      string   // why everything was rendered, in words; empty: only what had changed was
}

// maxKept bounds Report.Kept.
const maxKept = 1000

// A tree is a folder that we share with its user: what we wrote is listed in
// the manifest with its digest, and whatever else is there, or was edited
// since, is not ours to change. It is safe for concurrent use.
type tree struct {
	root string

	mu       sync.Mutex // guards what follows
	manifest *manifest
	asked    map[uint64]struct{} // the paths that put was called for
	written  []string            // the files to wait for, at most maxSynced of them and one more
	report   Report
	keeping  int // of report.Kept, those that are listed
}

// openTree starts the writing of a tree; closing its manifest ends it.
func openTree(root string) (*tree, error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fileError("make", root, err)
	}
	m, err := openManifest(root)
	if err != nil {
		return nil, err
	}
	return &tree{root: root, manifest: m, asked: map[uint64]struct{}{}}, nil
}

// path is where a file of the tree lies.
func (t *tree) path(name string) string { return filepath.Join(t.root, filepath.FromSlash(name)) }

// A fate is what became of a file that was put.
type fate uint8

const (
	written fate = iota
	same         // it held the data already
	kept         // it is somebody else's
)

// put makes a file of the tree hold data, unless it is somebody else's. path
// is slash-separated, below the root; owner is of which entry it is, or 0.
func (t *tree) put(path string, data []byte, owner uint64) (fate, error) {
	if !isInside(path) {
		return kept, fmt.Errorf("%q is no path within the site", path)
	}
	l := &line{digest: sha256.Sum256(data), size: int64(len(data)), owner: owner, path: path}
	old, err := os.ReadFile(t.path(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return kept, fileError("write", t.path(path), err)
	}
	what, err := t.claim(l, data, old, err == nil)
	if err != nil || what != written {
		return what, err
	}
	if err := atomicfile.Write(t.path(path), data); err != nil {
		return kept, fileError("write", t.path(path), err)
	}
	return written, nil
}

// claim lists a file, and says what is to become of it.
func (t *tree) claim(l *line, data, old []byte, there bool) (fate, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked[pathKey(l.path)] = struct{}{}
	switch {
	case there && bytes.Equal(old, data):
		return same, t.manifest.list(l)
	case there && !t.manifest.has(l.path, old, sha256.Sum256(old)):
		t.keep(l.path)
		return kept, nil
	}
	t.report.Written++
	if len(t.written) <= maxSynced {
		t.written = append(t.written, l.path)
	}
	return written, t.manifest.list(l)
}

// keep notes a file that is somebody else's.
func (t *tree) keep(path string) {
	if _, ok := t.manifest.live[pathKey(path)]; ok {
		t.keeping++
	}
	if len(t.report.Kept) < maxKept {
		t.report.Kept = append(t.report.Kept, path)
	}
}

// keepOn notes again what an earlier build left alone and this one had no
// reason to look at.
func (t *tree) keepOn(kept []string) {
	for _, path := range kept {
		if _, looked := t.asked[pathKey(path)]; !looked {
			t.keep(path)
		}
	}
}

// count counts what was left as it was.
func (t *tree) count() {
	t.report.Unchanged = len(t.manifest.live) - t.report.Written - t.keeping
}

// lists reports whether a file of ours is at the path, as far as we know.
func (t *tree) lists(path string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.manifest.live[pathKey(path)]
	return ok
}

// ownerOf returns of which entry the file at a path is, 0 when there is none.
func (t *tree) ownerOf(path string) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.manifest.live[pathKey(path)].owner
}

// owned returns the files that are an entry's, without those that stay, by the
// keys of their paths.
func (t *tree) owned(stays map[uint64]bool) (paths []string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err = t.manifest.current(func(l *line) error {
		if l.owner != 0 && !stays[pathKey(l.path)] {
			paths = append(paths, l.path)
		}
		return nil
	})
	return paths, err
}

// remove removes a file that is still as we wrote it, and its folder when
// nothing else is in it.
func (t *tree) remove(path string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	file := t.path(path)
	old, err := os.ReadFile(file)
	gone := err != nil || !t.manifest.has(path, old, sha256.Sum256(old))
	if err := t.manifest.unlist(path); err != nil || gone {
		return err // it is not there, or edited: not ours any more
	}
	if err := os.Remove(file); err != nil {
		return fileError("remove", file, err)
	}
	t.report.Removed++
	if dir := filepath.Dir(file); dir != filepath.Clean(t.root) {
		_ = os.Remove(dir) // it stays unless it is empty
	}
	return nil
}

// sweep removes what no put was called for.
func (t *tree) sweep() error {
	return t.manifest.each(func(l *line) error {
		if _, stays := t.asked[pathKey(l.path)]; stays || l.kind != 'f' && l.kind != 'd' {
			return nil
		}
		return t.remove(l.path)
	})
}

// missing counts the files that are listed and not there. It looks at folders,
// not files, reads those that have changed since the last build, and clears
// away what a build left that was killed.
func (t *tree) missing() (int, error) {
	if last := t.manifest.last; last != nil && last.Folders != "" && last.Folders == t.folders() {
		return 0, nil
	}
	there := 0
	for folder := range t.manifest.folders {
		names, err := namesIn(t.path(folder))
		if err != nil {
			return 0, err
		}
		for _, name := range names {
			if strings.HasPrefix(name, atomicfile.TempPrefix) {
				_ = os.Remove(filepath.Join(t.path(folder), name)) // it does no harm where it is
			}
			if _, ok := t.manifest.live[pathKey(path.Join(folder, name))]; ok {
				there++
			}
		}
	}
	return len(t.manifest.live) - there, nil
}

// namesIn returns the names in a folder; none when it is not there.
func namesIn(folder string) ([]string, error) {
	f, err := os.Open(folder)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError("read", folder, err)
	}
	defer f.Close() //nolint:errcheck // only read
	names, err := f.Readdirnames(-1)
	if errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	return names, err
}

// fileError names the file, what is wrong, and what to do about it.
func fileError(doing, file string, err error) error {
	var cause syscall.Errno
	if errors.As(err, &cause) {
		err = cause
	}
	advice := ""
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		advice = "\n  make it writable for this user, or write to another folder"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		advice = "\n  make room and run it again: what was there before is whole"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.EEXIST):
		advice = "\n  a file stands where a folder is needed, or a folder where a file is: move it away, or write to another folder"
	}
	return fmt.Errorf("%s %s: %w%s", doing, file, err, advice)
}
