package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// compactBytes is how much of the copy is written in one transaction.
const compactBytes = 8 << 20

// Compact writes the store at path anew, without the space that it does not
// use any more, and puts that in its place: the copy is whole and on the disk
// before it gets the name. Whoever has the store open keeps it from that
// (storage.ErrLocked). It needs as much room beside the file as is in use.
func Compact(ctx context.Context, path string) (storage.Compacted, error) {
	path, err := existing(path)
	if err != nil {
		return storage.Compacted{}, err
	}
	s := &store{path: path, leases: map[feed.SourceID]lease{}, news: newBroadcast()}
	if err := s.open(); err != nil {
		return storage.Compacted{}, err
	}
	done, err := s.compact(ctx)
	if cerr := s.db.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("close %s: %w", path, cerr)
	}
	return done, err
}

// existing returns the file that a path leads to, which must be a store.
func existing(path string) (string, error) {
	isNew, err := inspect(path)
	if err != nil {
		return "", err
	}
	if isNew {
		return "", fmt.Errorf("compact %s: there is no such file\n  the configuration says where the storage is", path)
	}
	return filepath.EvalSymlinks(path)
}

func (s *store) compact(ctx context.Context) (done storage.Compacted, err error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return done, fmt.Errorf("compact: %w", err)
	}
	if err := s.prepare(ctx); err != nil {
		return done, err
	}
	copied := compacting(s.path)
	err = s.copyTo(copied, info.Mode().Perm())
	if err == nil {
		err = ctx.Err() // the last moment at which nothing has changed
	}
	if err == nil {
		done.Before, done.After, err = replace(s.path, copied)
	}
	if err != nil {
		_ = os.Remove(copied) // err says more
		return done, s.compactError(err)
	}
	return done, nil
}

// compacting is the name of the copy while it is made.
func compacting(path string) string { return path + ".compact" }

// copyTo writes what is stored to a new file.
func (s *store) copyTo(path string, mode os.FileMode) (err error) {
	defer s.catch(&err)()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	o := options()
	o.NoSync = true // once, at the end
	to, err := bbolt.Open(path, fileMode, o)
	if err != nil {
		return err
	}
	err = bbolt.Compact(to, s.db, compactBytes)
	if err == nil {
		err = to.Sync()
	}
	if cerr := to.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(path, mode)
	}
	return err
}

// replace gives the copy the store's name, if it can be read as one, and
// returns the sizes of both.
func replace(path, copied string) (before, after int64, err error) {
	if _, err := inspect(copied); err != nil {
		return 0, 0, err
	}
	old, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	made, err := os.Stat(copied)
	if err != nil {
		return 0, 0, err
	}
	if err := os.Rename(copied, path); err != nil {
		return 0, 0, err
	}
	syncFolder(path)
	return old.Size(), made.Size(), nil
}

func (s *store) compactError(err error) error {
	if errors.Is(err, storage.ErrCorrupt) || errors.Is(err, context.Canceled) {
		return err
	}
	named := systemError(err)
	if errors.Is(named, storage.ErrFull) {
		return fmt.Errorf("compact %s: %w\n  the copy needs as much room beside the file as is in use, and the file is as it was", s.path, named)
	}
	return fmt.Errorf("compact %s: %w: the file is as it was", s.path, named)
}

// syncFolder makes a name durable.
func syncFolder(path string) {
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every system can; the file itself is synced
		_ = dir.Close()
	}
}

// stillThere reports whether an open file is the one at path: a compaction may
// have put another there while we waited for the lock.
func stillThere(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return true // the first use will tell
	}
	at, err := os.Stat(path)
	return err != nil || os.SameFile(opened, at)
}
