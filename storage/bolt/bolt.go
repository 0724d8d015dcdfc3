// Package bolt is the embedded storage engine: one bbolt file, held by one
// process.
//
// Entries lie under a rising key, so that a commit writes few pages; small
// indexes lead to them by identity and by category. One goroutine commits for
// all callers, several polls to a transaction.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"tributary/feed"
	"tributary/storage"
)

const (
	pageSize    = 16 << 10 // of new files: fewer, larger leaves suit entries of some KB
	lockTimeout = 500 * time.Millisecond
)

// A store is an open file.
type store struct {
	path   string
	db     *bbolt.DB
	writer *writer

	leaseMu sync.Mutex
	leases  map[feed.SourceID]time.Time // when each ends

	news broadcast // a commit has changed something
}

// Open opens the file at path, or makes it. A file that cannot be used is
// left as it is; the error says why, in the terms of package storage.
func Open(ctx context.Context, path string) (storage.Store, error) {
	if err := inspect(path); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockTimeout, PageSize: pageSize, FreelistType: bbolt.FreelistMapType,
	})
	if err != nil {
		return nil, openError(path, err)
	}
	s := &store{path: path, db: db, leases: map[feed.SourceID]time.Time{}, news: newBroadcast()}
	if err := s.prepare(ctx); err != nil {
		_ = db.Close() // err says more
		return nil, err
	}
	s.writer = startWriter(s)
	return s, nil
}

// Close waits for the commits in flight and closes the file.
func (s *store) Close() error {
	s.writer.stop()
	s.news.close()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// openError turns what bbolt or the system says into the operator's words.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("open %s: %w\n  stop the other tributary, or name another storage in the configuration", path, storage.ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return corrupt(path, err.Error())
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open %s: its folder does not exist: make it, or name another storage in the configuration", path)
	}
	return fmt.Errorf("open %s: %w", path, systemError(err))
}

// systemError names the causes that callers and operators act on.
func systemError(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: %w: make room, nothing is damaged", storage.ErrFull, err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w: the file and its folder must be writable", storage.ErrReadOnly, err)
	}
	return err
}

func corrupt(path, why string) error {
	return fmt.Errorf("open %s: %w: %s\n  it was left as it is; restore a copy, or move it away to start with an empty store", path, storage.ErrCorrupt, why)
}

// view runs f in a read transaction. A page that cannot be read is an error,
// not the end of the process.
func (s *store) view(f func(tx *bbolt.Tx) error) (err error) {
	defer s.catch(&err)()
	return s.wrap(s.db.View(f))
}

// update runs f in a write transaction.
func (s *store) update(f func(tx *bbolt.Tx) error) (err error) {
	defer s.catch(&err)()
	return s.wrap(s.db.Update(f))
}

func (s *store) wrap(err error) error {
	if err == nil {
		return nil
	}
	if named := systemError(err); named != err { //nolint:errorlint // is it the same value?
		return fmt.Errorf("write %s: %w", s.path, named)
	}
	return err
}

// catch makes a panic of bbolt's (it asserts the file's structure) and a fault
// on the mapped file (it was truncated under us) an error.
func (s *store) catch(err *error) func() {
	old := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(old)
		if p := recover(); p != nil {
			*err = corrupt(s.path, fmt.Sprint(p))
		}
	}
}

// inspect reads the header of an existing file before bbolt maps it: bbolt
// trusts the header, and a file cut short ends the process at the first page
// that is not there.
func inspect(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return openError(path, err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return openError(path, err)
	}
	if info.IsDir() {
		return fmt.Errorf("open %s: it is a folder: name a file", path)
	}
	if info.Size() == 0 {
		return nil
	}
	return checkHeader(path, f, info.Size())
}
