package hub

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A lane holds deliveries that may begin: a few at one time, fewer to one
// host, each host in its turn. Those to callbacks that are slow or fail have a
// lane of their own, where they are in nobody's way.
type lane struct {
	free    int // deliveries that may begin
	perHost int
	lines   map[string]*line
	ready   []*line // that have somebody waiting and room for it
}

// A line is what waits for one host.
type line struct {
	host    string
	waiting []*subscriber
	running int
	listed  bool // in ready
}

func newLane(all, perHost int) lane {
	return lane{free: all, perHost: perHost, lines: map[string]*line{}}
}

func (l *lane) put(s *subscriber) {
	n := l.lines[s.host]
	if n == nil {
		n = &line{host: s.host}
		l.lines[s.host] = n
	}
	n.waiting = append(n.waiting, s)
	l.list(n)
}

// list has a line wait for its turn, if it can use one.
func (l *lane) list(n *line) {
	if !n.listed && len(n.waiting) > 0 && n.running < l.perHost {
		n.listed = true
		l.ready = append(l.ready, n)
	}
}

// take returns who is served next, nil for nobody. Whoever takes must give.
func (l *lane) take() (*subscriber, *line) {
	if l.free == 0 || len(l.ready) == 0 {
		return nil, nil
	}
	n := l.ready[0]
	l.ready = slices.Delete(l.ready, 0, 1)
	n.listed = false
	s := n.waiting[0]
	n.waiting[0] = nil
	n.waiting = n.waiting[1:]
	n.running++
	l.free--
	l.list(n)
	return s, n
}

func (l *lane) give(n *line) {
	l.free++
	n.running--
	l.list(n)
	if n.running == 0 && len(n.waiting) == 0 {
		delete(l.lines, n.host)
	}
}

// owes reports whether a subscriber has not got what its topic is now.
func (h *Hub) owes(s *subscriber) bool {
	t := h.topics[s.Topic]
	return !s.gone && !t.digest.IsZero() && s.Sent != t.digest
}

// queue has a subscriber wait for its delivery, if one is due.
func (h *Hub) queue(s *subscriber, now time.Time) {
	if s.place != idle || s.Next.After(now) || !h.owes(s) {
		return
	}
	s.place = queued
	h.topics[s.Topic].waiting++
	if s.slow {
		h.slow.put(s)
	} else {
		h.fast.put(s)
	}
	h.stir()
}

// begin begins as many deliveries as may be under way.
func (h *Hub) begin(ctx context.Context, working *sync.WaitGroup) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range []*lane{&h.fast, &h.slow} {
		for s, n := l.take(); s != nil; s, n = l.take() {
			if !h.owes(s) {
				h.settled(s)
				l.give(n)
				continue
			}
			s.place = sending
			at := s.Subscriber // it may be renewed meanwhile
			working.Go(func() {
				h.deliver(ctx, s, &at)
				h.mu.Lock()
				defer h.mu.Unlock()
				h.settled(s)
				l.give(n)
				h.queue(s, time.Now()) // there may be something newer
				h.stir()
			})
		}
	}
}

// settled ends a delivery, however it went.
func (h *Hub) settled(s *subscriber) {
	s.place = idle
	if t := h.topics[s.Topic]; t != nil {
		if t.waiting--; t.waiting <= 0 {
			t.waiting, t.content = 0, nil
		}
	}
}
