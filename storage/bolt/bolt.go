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
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

const (
	pageSize    = 16 << 10 // of new files: fewer, larger leaves suit entries of some KB
	fileMode    = 0o600
	lockTimeout = 500 * time.Millisecond
	openTries   = 5 // when the file is replaced while we wait for it
)

// A store is an open file.
type store struct {
	path   string
	db     *bbolt.DB
	writer *writer

	putMu   sync.Mutex // held by PutSources: one at a time
	pruneMu sync.Mutex // held by Prune: one at a time

	leaseMu sync.Mutex
	leases  map[feed.SourceID]lease
	journal *journal

	writing  sync.Mutex // held by whoever writes, until everybody may see it
	recents  recents
	indexes  map[string]*postings         // of stories, by name: of whoever writes
	repeatBy atomic.Pointer[feed.Repeats] // what comes into further categories is looked at by these

	news  broadcast             // a commit has changed something
	stuck atomic.Pointer[error] // why nothing can be written any more
	close func() error          // the first call does it
}

// Open opens the file at path, or makes it. A file that cannot be used is
// left as it is; the error says why, in the terms of package storage.
func Open(ctx context.Context, path string) (storage.Store, error) {
	s := &store{path: path, leases: map[feed.SourceID]lease{}, indexes: map[string]*postings{}, news: newBroadcast(), journal: openJournal(journalPath(path))}
	isNew, err := inspect(path)
	if err == nil && isNew {
		err = create(path)
	}
	if err == nil {
		err = s.open()
	}
	if err != nil {
		return nil, err
	}
	err = s.prepare(ctx)
	if err == nil {
		err = s.view(s.recents.load)
	}
	if err != nil {
		_ = s.closeFile() // err says more
		return nil, err
	}
	s.close = sync.OnceValue(s.closeFile)
	s.writer = startWriter(s)
	s.writer.done.Go(s.stayLean)
	return s, nil
}

// open opens the file, which gives it the lock, and clears away the copy that
// an interrupted compaction has left.
func (s *store) open() (err error) {
	defer s.catch(&err)()
	for range openTries {
		var file *os.File
		o := options()
		o.OpenFile = func(path string, flag int, mode os.FileMode) (_ *os.File, err error) {
			file, err = os.OpenFile(path, flag, mode)
			return file, err
		}
		if s.db, err = bbolt.Open(s.path, fileMode, o); err != nil {
			return openError(s.path, err)
		}
		if stillThere(file, s.path) {
			_ = os.Remove(compacting(s.path)) // usually there is none
			return nil
		}
		_ = s.db.Close() // nobody will read what was
	}
	return fmt.Errorf("open %s: %w", s.path, storage.ErrLocked)
}

func options() *bbolt.Options {
	return &bbolt.Options{Timeout: lockTimeout, PageSize: pageSize, FreelistType: bbolt.FreelistArrayType, NoStatistics: true}
}

// create makes an empty store beside path and then gives it its name: a
// process that ends meanwhile, or a full disk, leaves no half of one there.
func create(path string) error {
	making := path + ".new"
	_ = os.Remove(making) // of a process that ended; usually there is none
	db, err := bbolt.Open(making, fileMode, options())
	if err == nil {
		err = db.Close()
	}
	if err == nil {
		err = name(making, path)
	}
	_ = os.Remove(making) // it has its name, or never will
	if err != nil {
		return openError(path, err)
	}
	syncFolder(path)
	return nil
}

// name gives a file its name unless another process was faster.
func name(making, path string) error {
	err := os.Link(making, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(making, path) // a file system without hard links
}

// Close waits for the commits in flight and closes the file.
func (s *store) Close() error { return s.close() }

func (s *store) closeFile() error {
	if s.writer != nil {
		s.writer.stop()
	}
	s.news.close()
	if why := s.stuck.Load(); why != nil {
		return nil // bbolt holds its own lock; the system closes the file with the process
	}
	if err := errors.Join(s.journal.close(), s.db.Close()); err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// view runs f in a read transaction. A page that cannot be read is an error,
// not the end of the process.
func (s *store) view(f func(tx *bbolt.Tx) error) (err error) {
	s.recents.reading.RLock()
	defer s.recents.reading.RUnlock()
	defer s.catch(&err)()
	return s.wrap("read", s.db.View(f))
}

// update runs f in a write transaction.
func (s *store) update(f func(tx *bbolt.Tx) error) (err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if why := s.stuck.Load(); why != nil {
		return *why
	}
	var tx *bbolt.Tx
	defer func() {
		if err == nil {
			s.recents.committed()
		} else {
			s.recents.gaveUp()
		}
		if err != nil && tx != nil && tx.DB() != nil { // a panic has left it open, for good
			s.stuck.Store(&err)
		}
	}()
	defer s.catch(&err)()
	return s.wrap("write", s.db.Update(func(t *bbolt.Tx) error {
		tx = t
		if err := f(t); err != nil {
			return err
		}
		return s.recents.settle(t)
	}))
}
