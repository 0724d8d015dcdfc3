package publisher

import (
	"sync"

	"tributary/feed"
)

// A tape holds the last events of a category, for all its streams: each of them
// is at a place of it, and keeps nothing itself. One that is further behind than
// the tape reaches is dropped; it can come again and have what it missed.
type tape struct {
	category Category

	mu       sync.Mutex // guards what follows
	ready    bool       // there was a rendering
	rendered feed.Seq   // all changes up to this one are told of
	marked   feed.Seq   // the newest change of the category that was heard of
	open     int        // streams
	events   []event
	first    uint64 // the place of events[0]
	bytes    int
	more     chan struct{} // closed at the next event
}

// An event is what streams are sent, with the change that it tells of.
type event struct {
	seq  feed.Seq
	text []byte
}

// mostTape is how many bytes of events are kept for a category.
const mostTape = 4 << 20

func newTape(c Category) *tape { return &tape{category: c, more: make(chan struct{})} }

// note takes down a change of the category. Before it, up to another, there
// were none.
func (t *tape) note(seq, before feed.Seq) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.marked <= t.rendered {
		t.rendered = max(t.rendered, before)
	}
	t.marked = max(t.marked, seq)
}

// advance takes note of a rendering that shows all changes up to one. Heard
// says that somebody listens, who is to be told of those after from.
func (t *tape) advance(upto feed.Seq) (from feed.Seq, heard bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ready && t.open > 0 {
		return t.rendered, t.rendered < upto
	}
	t.first += uint64(len(t.events))
	t.events, t.bytes = nil, 0
	t.rendered = max(t.rendered, upto)
	if !t.ready {
		t.ready = true
		t.wake()
	}
	return 0, false
}

// add puts a rendering's events on the tape, and drops the oldest ones.
func (t *tape) add(batch []event, upto feed.Seq) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range batch {
		t.bytes += len(batch[i].text)
	}
	gone := 0
	for ; gone < len(t.events) && t.bytes > mostTape; gone++ {
		t.bytes -= len(t.events[gone].text)
	}
	kept := make([]event, 0, len(t.events)-gone+len(batch)) // whoever has an old one keeps no more than that
	t.events = append(append(kept, t.events[gone:]...), batch...)
	t.first += uint64(gone)
	t.rendered = max(t.rendered, upto)
	if len(batch) > 0 {
		t.wake()
	}
}

func (t *tape) wake() {
	close(t.more)
	t.more = make(chan struct{})
}

// join counts another stream, and leave one less.
func (t *tape) join() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open++
}

func (t *tape) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open--
}

// tail returns the place behind the last event, and the change up to which
// everything was told of before it. Until there was a rendering it returns what
// to wait for.
func (t *tape) tail(seen feed.Seq) (place uint64, upto feed.Seq, wait <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ready {
		return 0, 0, t.more
	}
	return t.first + uint64(len(t.events)), t.covered(seen), nil
}

// covered returns up to which change there is nothing left to tell, given the
// newest that the publisher has heard of: asked for before, it is one that was
// noted.
func (t *tape) covered(seen feed.Seq) feed.Seq {
	if t.marked <= t.rendered {
		return max(t.rendered, seen)
	}
	return t.rendered
}

// take returns the event at a place; or what to wait for. When the tape does
// not reach back that far it returns neither.
func (t *tape) take(place uint64) (*event, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch i := place - t.first; {
	case place < t.first:
		return nil, nil
	case i < uint64(len(t.events)):
		return &event{t.events[i].seq, t.events[i].text}, nil
	}
	return nil, t.more
}
