package publisher

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
)

// A folder is where a site is written as files. It keeps a manifest of what
// it wrote, so that it touches nothing else.
type folder struct {
	dir    string
	root   *os.Root
	isOurs func(name string) bool // names that nobody else would give a file; may be nil
	old    manifest
	next   *os.File // the manifest to be; each name stands there before its file is written
	report BuildReport
}

// openFolder opens dir, or makes it. Files called as isOurs says may be
// replaced even if the manifest does not list them.
func openFolder(dir string, isOurs func(name string) bool) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fileError("make the folder", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fileError("open the folder", dir, err)
	}
	f := &folder{dir: dir, root: root, isOurs: isOurs}
	if err := f.begin(); err != nil {
		_ = root.Close() // err says more
		return nil, err
	}
	return f, nil
}

func (f *folder) begin() (err error) {
	if err := f.recoverManifest(); err != nil {
		return f.error("write", manifestFile, err)
	}
	if f.old, err = f.readManifest(); err != nil {
		return err
	}
	f.next, err = f.root.OpenFile(manifestPart, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return f.error("write", manifestPart, err)
	}
	if _, err := io.WriteString(f.next, manifestHeader); err != nil {
		return f.error("write", manifestPart, err)
	}
	return nil
}

// close ends the use of the folder.
func (f *folder) close() error {
	err := f.next.Close()
	if cerr := f.root.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return f.error("write", "", err)
	}
	return nil
}

// put makes the content of a file body: not at all when it is already, else
// whole or not at all.
func (f *folder) put(name string, body []byte) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("write %q below %s: it is no name of a file there", name, f.dir)
	}
	if _, err := io.WriteString(f.next, name+"\n"); err != nil {
		return f.error("write", manifestPart, err)
	}
	present, err := f.root.ReadFile(filepath.FromSlash(name))
	switch {
	case err == nil && bytes.Equal(present, body):
		f.report.Unchanged++
		return nil
	case err == nil && !f.old.has(name) && (f.isOurs == nil || !f.isOurs(name)):
		return fmt.Errorf("write %s: there is a file that tributary did not write: move it away, or write to another folder", filepath.Join(f.dir, name))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return f.error("read", name, err)
	}
	if err := f.replace(name, body); err != nil {
		return f.error("write", name, err)
	}
	f.report.Written++
	return nil
}

// replace writes beside the file and renames, so that nobody ever reads half
// of it.
func (f *folder) replace(name string, body []byte) error {
	dir, base := path.Split(name)
	if dir != "" {
		if err := f.root.MkdirAll(filepath.FromSlash(path.Clean(dir)), 0o755); err != nil {
			return err
		}
	}
	temporary := filepath.FromSlash(dir + "." + base + ".tributary-tmp")
	err := f.root.WriteFile(temporary, body, 0o644)
	if err == nil {
		err = f.root.Rename(temporary, filepath.FromSlash(name))
	}
	if err != nil {
		_ = f.root.Remove(temporary) // err says more
	}
	return err
}

// finish removes the files of former builds that isCurrent does not know, and
// folders that are empty then, and makes the new manifest the one that holds.
func (f *folder) finish(isCurrent func(name string) (bool, error)) error {
	err := f.eachOld(func(name string) error {
		keep, err := isCurrent(name)
		if err != nil || keep || !filepath.IsLocal(name) {
			return err
		}
		return f.remove(name)
	})
	if err != nil {
		return err
	}
	if err := f.root.Rename(manifestPart, manifestFile); err != nil {
		return f.error("write", manifestFile, err)
	}
	return nil
}

func (f *folder) remove(name string) error {
	switch err := f.root.Remove(filepath.FromSlash(name)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return f.error("remove", name, err)
	}
	f.report.Removed++
	if dir := path.Dir(name); dir != "." {
		_ = f.root.Remove(filepath.FromSlash(dir)) // it stays unless it is empty
	}
	return nil
}

func (f *folder) error(doing, name string, err error) error {
	return fileError(doing, filepath.Join(f.dir, filepath.FromSlash(name)), err)
}

// fileError names the file, what is wrong, and what to do about it.
func fileError(doing, name string, err error) error {
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
	return fmt.Errorf("%s %s: %w%s", doing, name, err, advice)
}
