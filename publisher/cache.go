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

// place returns the place of a path whose document nobody has asked for just
// now: a new one is the first to go.
func (c *cache) place(name string) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[name]; s != nil {
		return s
	}
	s := &slot{name: name, bytes: slotBytes}
	s.place = c.order.PushBack(s)
	c.slots[name] = s
	c.bytes += s.bytes
	return s
}

// wants reports whether documents made unasked would be kept: one of the
// paths has its document, or there is room for more.
func (c *cache) wants(docs []edited) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bytes < c.max {
		return true
	}
	for i := range docs {
		if c.slots[docs[i].name] != nil {
			return true
		}
	}
	return false
}

// offer keeps a document in its slot if that is not the one to go.
func (c *cache) offer(s *slot, d *document) {
	s.doc.Store(d)
	c.resize(s, d, nil)
}

// put keeps a document in its slot.
func (c *cache) put(s *slot, d *document) {
	s.doc.Store(d)
	c.resize(s, d, s)
}

// resize counts what a slot's document costs now, and makes room.
func (c *cache) resize(s *slot, d *document, keep *slot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.place == nil {
		return
	}
	c.bytes -= s.bytes
	s.bytes = slotBytes + d.size()
	c.bytes += s.bytes
	c.evict(keep)
}

// grown counts what a document costs that has got another form.
func (c *cache) grown(name string, d *document) {
	c.mu.Lock()
	s := c.slots[name]
	c.mu.Unlock()
	if s != nil && s.doc.Load() == d {
		c.resize(s, d, s)
	}
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
