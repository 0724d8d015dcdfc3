package publisher

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// A cache keeps documents by their paths, those asked for last, up to a number
// of bytes.
type cache struct {
	max int64

	mu    sync.Mutex // guards what follows
	slots map[string]*slot
	order *list.List // of *slot, the last used first
	bytes int64
}

// A slot is the place of one path's document.
type slot struct {
	name   string
	wanted atomic.Uint64 // raised when the document is out of date
	doc    atomic.Pointer[document]
	making sync.Mutex // held by who makes the document

	// guarded by the cache's mu
	place *list.Element // nil: evicted
	bytes int64
}

// slotBytes is what a slot costs beside its document.
const slotBytes = 512

func newCache(bytes int64) *cache {
	return &cache{max: bytes, slots: map[string]*slot{}, order: list.New()}
}

// slot returns the place of a path.
func (c *cache) slot(name string) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[name]; s != nil {
		c.order.MoveToFront(s.place)
		return s
	}
	s := &slot{name: name, bytes: slotBytes}
	s.place = c.order.PushFront(s)
	c.slots[name] = s
	c.bytes += s.bytes
	c.evict(s)
	return s
}

// put keeps a document in its slot.
func (c *cache) put(s *slot, d *document) {
	s.doc.Store(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.place == nil {
		return
	}
	c.bytes -= s.bytes
	s.bytes = slotBytes + d.size()
	c.bytes += s.bytes
	c.evict(s)
}

// drop forgets a path.
func (c *cache) drop(s *slot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(s)
}

func (c *cache) remove(s *slot) {
	if s.place == nil {
		return
	}
	c.order.Remove(s.place)
	s.place = nil
	delete(c.slots, s.name)
	c.bytes -= s.bytes
}

// evict makes room, but keeps the slot in use.
func (c *cache) evict(keep *slot) {
	for c.bytes > c.max && c.order.Len() > 1 {
		last := c.order.Back().Value.(*slot) // the list holds nothing else
		if last == keep {
			return
		}
		c.remove(last)
	}
}

// expire marks a path's document as out of date.
func (c *cache) expire(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[name]; s != nil {
		s.wanted.Add(1)
	}
}

// expireAll marks every document as out of date.
func (c *cache) expireAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.slots {
		s.wanted.Add(1)
	}
}
