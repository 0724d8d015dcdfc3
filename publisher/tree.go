package publisher

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cespare/xxhash/v2"

	"tributary/feed"
	"tributary/internal/atomicfile"
)

// manifestName is the file that lists what a tree's owner wrote. Generators of sites
// leave names with a dot alone.
const manifestName = ".tributary-manifest"

// A Report counts what became of a tree's files.
type Report struct {
	Written   int      // new, or with other bytes than before
	Unchanged int      // not touched
	Removed   int      // written before, and no longer part of the tree
	Kept      []string // somebody else's: not overwritten; at most maxKept of them
}

// maxKept bounds Report.Kept.
const maxKept = 1000

// A tree is a folder that we share with its user: what we wrote is listed in
// the manifest with its digest, and whatever else is there, or was edited
// since, is not ours to change.
//
// In memory a file is two numbers, whatever the length of its path.
type tree struct {
	root     string
	ours     map[uint64]bool   // file and digest, of all that we ever wrote
	written  map[uint64]uint64 // file, to the digest it has now
	manifest *os.File          // open for appending: a line comes before the file it lists
	report   Report
}

// openTree starts the writing of a whole tree; close ends it.
func openTree(root string) (*tree, error) {
	t := &tree{root: root, ours: map[uint64]bool{}, written: map[uint64]uint64{}}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fileError("make", root, err)
	}
	err := t.eachListed(func(path string, digest uint64) error {
		t.ours[key(path, digest)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.manifest, err = os.OpenFile(t.path(manifestName), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fileError("write", t.path(manifestName), err)
	}
	return t, nil
}

// path is where a file of the tree lies.
func (t *tree) path(name string) string { return filepath.Join(t.root, filepath.FromSlash(name)) }

func key(path string, digest uint64) uint64 {
	return xxhash.Sum64String(fmt.Sprintf("%016x %s", digest, path))
}

func digestOf(data []byte) uint64 {
	d := feed.DigestOf(string(data))
	return xxhash.Sum64(d[:])
}

// eachListed calls do for every line of the manifest.
func (t *tree) eachListed(do func(path string, digest uint64) error) error {
	f, err := os.Open(t.path(manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fileError("read", t.path(manifestName), err)
	}
	defer f.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var digest uint64
		hex, path, ok := strings.Cut(lines.Text(), " ")
		// A line cut short by a crash lists no file that was written.
		if _, err := fmt.Sscanf(hex, "%016x", &digest); err != nil || !ok || !filepath.IsLocal(filepath.FromSlash(path)) {
			continue
		}
		if err := do(path, digest); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fileError("read", t.path(manifestName), err)
	}
	return nil
}

// put makes a file of the tree hold data, unless it is somebody else's. path
// is slash-separated, below the root.
func (t *tree) put(path string, data []byte) error {
	if !filepath.IsLocal(filepath.FromSlash(path)) || strings.ContainsAny(path, "\n\\") {
		return fmt.Errorf("%q is no path within the site", path)
	}
	digest, file := digestOf(data), t.path(path)
	t.written[xxhash.Sum64String(path)] = digest
	old, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(old, data):
		t.report.Unchanged++
		return t.list(path, digest)
	case err == nil && !t.ours[key(path, digestOf(old))]:
		t.keep(path)
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fileError("write", file, err)
	}
	if err := t.list(path, digest); err != nil {
		return err
	}
	if err := atomicfile.Write(file, data); err != nil {
		return fileError("write", file, err)
	}
	t.report.Written++
	return nil
}

// has reports whether put was called for the path.
func (t *tree) has(path string) bool {
	_, ok := t.written[xxhash.Sum64String(path)]
	return ok
}

func (t *tree) keep(path string) {
	if len(t.report.Kept) < maxKept {
		t.report.Kept = append(t.report.Kept, path)
	}
}

// list appends a file to the manifest, unless it is there.
func (t *tree) list(path string, digest uint64) error {
	if k := key(path, digest); !t.ours[k] {
		t.ours[k] = true
		if _, err := fmt.Fprintf(t.manifest, "%016x %s\n", digest, path); err != nil {
			return fileError("write", t.path(manifestName), err)
		}
	}
	return nil
}

// close removes what is no longer part of the tree and ours, and takes it off
// the manifest.
func (t *tree) close() (Report, error) {
	gone := false
	err := t.eachListed(func(path string, digest uint64) error {
		now, stays := t.written[xxhash.Sum64String(path)]
		gone = gone || !stays || now != digest
		if stays {
			return nil
		}
		return t.remove(path)
	})
	if err == nil && gone {
		err = t.shorten()
	}
	return t.report, errors.Join(err, t.manifest.Close())
}

// shorten replaces the manifest by one that lists what was written now.
func (t *tree) shorten() error {
	temporary := t.path(atomicfile.TempPrefix + "manifest")
	f, err := os.Create(temporary)
	if err != nil {
		return fileError("write", temporary, err)
	}
	out := bufio.NewWriter(f)
	listed := map[uint64]bool{}
	err = t.eachListed(func(path string, digest uint64) error {
		now, stays := t.written[xxhash.Sum64String(path)]
		if k := key(path, digest); stays && now == digest && !listed[k] {
			listed[k] = true
			_, err := fmt.Fprintf(out, "%016x %s\n", digest, path)
			return err
		}
		return nil
	})
	if err = errors.Join(err, out.Flush(), f.Close()); err == nil {
		err = os.Rename(temporary, t.path(manifestName))
	}
	if err != nil {
		_ = os.Remove(temporary) // err says more
		return fileError("write", t.path(manifestName), err)
	}
	return nil
}

// abandon ends the writing where it stands, nothing removed.
func (t *tree) abandon() { _ = t.manifest.Close() } // what went wrong is told already

// remove removes a file that is still as we wrote it, and its folder when
// nothing else is in it.
func (t *tree) remove(path string) error {
	file := t.path(path)
	old, err := os.ReadFile(file)
	if err != nil || !t.ours[key(path, digestOf(old))] {
		return nil // gone, or edited: not ours any more
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
