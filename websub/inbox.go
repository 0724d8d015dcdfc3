package websub

import (
	"context"
	"net/http"
	"sync"
	"time"

	"tributary/feed"
)

// A push is content whose signature is right.
type push struct {
	source feed.SourceID
	header http.Header
	body   []byte
	room   int64 // that was reserved for it
}

// Bounds of what waits to be taken.
const (
	maxPushes   = 256
	maxWaiting  = 64 << 20 // bytes of pushes that are read or wait, unless it is one alone
	deliverMost = 4        // sources at one time
)

// An inbox holds pushes until they are taken: in order for each source, a few
// sources at a time.
type inbox struct {
	mu       sync.Mutex
	reserved int   // pushes that are read or wait
	bytes    int64 // of them
	waiting  []push
	taking   map[feed.SourceID]bool
	closed   bool // nothing is taken any more
	news     chan struct{}
}

func newInbox() *inbox {
	return &inbox{taking: map[feed.SourceID]bool{}, news: make(chan struct{}, 1)}
}

// reserve reports whether there is room for one more of at most that size.
func (b *inbox) reserve(size int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.reserved >= maxPushes || b.reserved > 0 && b.bytes+size > maxWaiting {
		return false
	}
	b.reserved++
	b.bytes += size
	return true
}

// cancel gives back what was reserved.
func (b *inbox) cancel(size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved--
	b.bytes -= size
}

// put fills what was reserved. It reports whether it will be taken.
func (b *inbox) put(p push) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		b.reserved--
		b.bytes -= p.room
		return false
	}
	b.waiting = append(b.waiting, p)
	b.stir()
	return true
}

func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

func (b *inbox) stir() {
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// next takes the first push of a source that none is being taken of.
func (b *inbox) next() (p push, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.waiting {
		if p = b.waiting[i]; !b.taking[p.source] {
			b.waiting = append(b.waiting[:i], b.waiting[i+1:]...)
			b.taking[p.source] = true
			return p, true
		}
	}
	return push{}, false
}

func (b *inbox) done(p *push) {
	b.mu.Lock()
	delete(b.taking, p.source)
	b.mu.Unlock()
	b.cancel(p.room)
	b.stir()
}

// run hands pushes to take until ctx ends, and then, for a while, those that
// hubs were told have been taken.
func (b *inbox) run(ctx context.Context, take func(context.Context, push)) {
	late, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	defer context.AfterFunc(ctx, func() {
		b.close()
		time.AfterFunc(drainTime, giveUp)
		b.stir()
	})()
	var working sync.WaitGroup
	defer working.Wait()
	slots := make(chan struct{}, deliverMost)
	for !b.over() {
		select {
		case <-late.Done():
			return
		case <-b.news:
		}
		for p, ok := b.next(); ok; p, ok = b.next() {
			slots <- struct{}{}
			working.Go(func() {
				defer func() { <-slots }()
				take(late, p)
				b.done(&p)
			})
		}
	}
}

// over reports whether nothing waits any more, nor will.
func (b *inbox) over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed && len(b.waiting) == 0
}

// locks let one at a time change the subscription of a source.
type locks struct {
	mu   *sync.Mutex
	held map[feed.SourceID]*held
}

type held struct {
	mu    sync.Mutex
	users int // guarded by locks.mu
}

func newLocks() locks { return locks{mu: new(sync.Mutex), held: map[feed.SourceID]*held{}} }

// lock waits for the source's turn, and returns what ends it.
func (l locks) lock(id feed.SourceID) (unlock func()) {
	l.mu.Lock()
	h := l.held[id]
	if h == nil {
		h = &held{}
		l.held[id] = h
	}
	h.users++
	l.mu.Unlock()
	h.mu.Lock()
	return func() {
		h.mu.Unlock()
		l.mu.Lock()
		defer l.mu.Unlock()
		if h.users--; h.users == 0 {
			delete(l.held, id)
		}
	}
}
