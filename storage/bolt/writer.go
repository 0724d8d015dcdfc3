package bolt

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// Bounds of what is committed together.
const (
	groupPolls = 256
	groupBytes = 16 << 20
	groupLooks = 3 // for further polls, before those that wait are committed
)

var errClosed = errors.New("the store is closed")

// A writer is the one goroutine that commits polls: those that wait while it
// writes are committed together next, so that many callers share one fsync.
type writer struct {
	store    *store
	requests chan *request
	errands  errands
	quit     chan struct{}
	done     sync.WaitGroup
}

// A request is one poll to commit, and its answer.
type request struct {
	poll    storage.Poll
	aliases []alias      // entries of the poll that have another identity than their ids give
	stories []feed.Story // of the entries that are new or changed; nil: not asked for
	encoded []ahead      // of the entries that are new
	size    int
	ops     []feed.Op
	err     error
	changed bool
	answer  chan struct{}
}

func startWriter(s *store) *writer {
	w := &writer{store: s, requests: make(chan *request), errands: newErrands(), quit: make(chan struct{})}
	w.done.Go(w.run)
	return w
}

func (w *writer) stop() {
	close(w.quit)
	w.done.Wait()
}

// Commit implements storage.Writer.
func (s *store) Commit(ctx context.Context, p storage.Poll) ([]feed.Op, error) {
	found, err := s.recognise(&p)
	if err != nil {
		return nil, err
	}
	p.Entries = adopt(p.Entries, found)
	stories, err := s.storiesOf(&p)
	if err != nil {
		return nil, err
	}
	encoded, err := s.encodeAhead(&p, stories)
	if err != nil {
		return nil, err
	}
	r := &request{poll: p, aliases: found, stories: stories, encoded: encoded, size: sizeOf(p.Entries), answer: make(chan struct{})}
	select {
	case s.writer.requests <- r:
		<-r.answer // a commit that has begun is not given up: its outcome would not be known
		return r.ops, r.err
	case <-s.writer.quit:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func sizeOf(entries []feed.Entry) (n int) {
	for i := range entries {
		n += 512 + len(entries[i].Content.Body) + len(entries[i].Summary.Body)
	}
	return n
}

func (w *writer) run() {
	for {
		select {
		case <-w.quit:
			return
		case r := <-w.requests:
			group := w.gather(r)
			w.commit(group, w.rider())
			w.errands.polled.Store(time.Now().UnixNano())
		case e := <-w.errands.alone:
			w.commit(nil, e)
		}
	}
}

// gather takes the requests that wait already, and those of callers that are
// about to ask: whoever has just been answered often comes again at once.
func (w *writer) gather(first *request) []*request {
	group, size := []*request{first}, first.size
	for looks := 0; len(group) < groupPolls && size < groupBytes && looks < groupLooks; {
		select {
		case r := <-w.requests:
			group, size, looks = append(group, r), size+r.size, 0
		default:
			looks++
			runtime.Gosched()
		}
	}
	return group
}

// commit writes the group, and an errand if there is one, in one transaction.
// What cannot be written for a reason of its own is answered alone, and the
// others are tried again without it.
func (w *writer) commit(group []*request, e *errand) {
	for len(group) > 0 || e != nil {
		culprit, err := w.try(group, e)
		e.weigh()
		switch {
		case culprit < 0:
			w.answer(group, err)
			e.end(err)
			return
		case culprit == len(group):
			e.end(err)
			e = nil
		default:
			w.answer(group[culprit:culprit+1], err)
			group = slices.Delete(group, culprit, culprit+1)
		}
	}
}

// try writes the group and the errand, or nothing of it. It returns the index
// of the poll that could not be applied, behind the last for the errand, -1 when
// the transaction as a whole succeeded or failed. A refused poll
// (storage.ErrStale) changes nothing and is no failure.
func (w *writer) try(group []*request, e *errand) (culprit int, err error) {
	err = w.store.update(func(tx *bbolt.Tx) error {
		if len(group) > 0 {
			if culprit, err = w.apply(tx, group); err != nil {
				return err
			}
		}
		if e != nil {
			if err := e.run(tx); err != nil {
				culprit = len(group)
				return err
			}
		}
		culprit = -1
		return nil
	})
	return culprit, err
}

// apply writes the polls of a group.
func (w *writer) apply(tx *bbolt.Tx, group []*request) (culprit int, err error) {
	b := w.store.newBatch(tx)
	for i, r := range group {
		b.ahead = r.encoded
		r.ops, r.changed, r.err = b.apply(&r.poll, r.aliases, r.stories)
		if r.err != nil && !errors.Is(r.err, storage.ErrStale) && !errors.Is(r.err, storage.ErrNotFound) {
			return i, r.err
		}
	}
	return -1, b.end()
}

// answer tells the callers what became of their polls, and the watchers that
// there is something new.
func (w *writer) answer(group []*request, err error) {
	changed := false
	for _, r := range group {
		if err != nil {
			r.ops, r.err = nil, err
		}
		changed = changed || r.err == nil && r.changed
		w.store.release(r.poll.State.Source.ID, r.poll.State.Revision)
	}
	if changed {
		w.store.news.send()
	}
	for _, r := range group {
		close(r.answer)
	}
}
