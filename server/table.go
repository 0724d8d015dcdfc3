package server

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// A table holds the open connections, and counts them.
type table struct {
	mu      sync.Mutex // guards what follows
	conns   map[*conn]struct{}
	clients map[netip.Addr]int

	refused atomic.Int64
	told    atomic.Int64 // when of a refusal, Unix nanoseconds
}

func newTable() table {
	return table{conns: map[*conn]struct{}{}, clients: map[netip.Addr]int{}}
}

// add lets a connection in, or says why not. When all places are taken it gets
// that of one on which nothing is under way.
func (t *table) add(c *conn, now *force) (reason string) {
	t.mu.Lock()
	if c.client.IsValid() && t.clients[c.client] >= now.Limits.PerClient {
		t.mu.Unlock()
		return "its address has as many as one may have (server.max_connections_per_client); a proxy belongs into server.trusted_proxies"
	}
	var gone *conn
	if len(t.conns) >= now.Limits.Connections {
		if gone = t.idlest(); gone == nil {
			t.mu.Unlock()
			return "there are as many as there may be (server.max_connections)"
		}
		t.drop(gone)
	}
	t.conns[c] = struct{}{}
	if c.client.IsValid() {
		t.clients[c.client]++
	}
	t.mu.Unlock()
	if gone != nil {
		_ = gone.Close() // nobody waits for an answer
	}
	return ""
}

// someOf is among how many connections the idlest is looked for: of all of
// them would take long when there are many, which is when it is asked for.
const someOf = 64

// idlest returns one of those that have been idle for longest, or nil.
func (t *table) idlest() *conn {
	var found *conn
	n := 0
	for c := range t.conns { // in random order
		if c.idle.Load() && (found == nil || c.deadline.Load() < found.deadline.Load()) {
			found = c
		}
		if n++; n >= someOf && found != nil || n >= 16*someOf {
			break
		}
	}
	return found
}

// evict closes a connection on which nothing is under way.
func (t *table) evict() {
	t.mu.Lock()
	c := t.idlest()
	t.mu.Unlock()
	if c != nil {
		_ = c.Close() // nobody waits for an answer
	}
}

func (t *table) remove(c *conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(c)
}

func (t *table) drop(c *conn) {
	if _, ok := t.conns[c]; !ok {
		return
	}
	delete(t.conns, c)
	if !c.client.IsValid() {
		return
	}
	if t.clients[c.client]--; t.clients[c.client] <= 0 {
		delete(t.clients, c.client)
	}
}

func (t *table) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.conns)
}

// where returns the connections that hold a condition.
func (t *table) where(holds func(*conn) bool) []*conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*conn
	for c := range t.conns {
		if holds(c) {
			out = append(out, c)
		}
	}
	return out
}

func (t *table) closeWhere(holds func(*conn) bool) {
	for _, c := range t.where(holds) {
		_ = c.Close() // its loop sees it
	}
}

func (t *table) closeIdle() { t.closeWhere(func(c *conn) bool { return c.idle.Load() }) }
func (t *table) busy() bool { return t.len() > 0 }

// closeAll does not wait for what is under way: who cannot write any more, or
// hear, comes to an end.
func (t *table) closeAll() {
	for _, c := range t.where(func(*conn) bool { return true }) {
		go c.Close() //nolint:errcheck // nobody waits for an answer
	}
}

// lookEvery is how exact the times of connections are that go the quick way.
const lookEvery = 250 * time.Millisecond

// sweep closes connections whose time is over, until ctx ends. One look at all
// of them, a few times a second, costs less than a timer for each request.
func (s *Server) sweep(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case at := <-ticker.C:
			now := at.UnixNano()
			s.clock.Store(now)
			s.table.closeWhere(func(c *conn) bool {
				by := c.deadline.Load()
				return by != 0 && by < now
			})
			for _, c := range s.table.where(func(c *conn) bool { return c.idle.Load() && c.unsure.Swap(false) }) {
				if c.over() {
					_ = c.Close() // nobody waits for an answer
				}
			}
		}
	}
}
