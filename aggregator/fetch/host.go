package fetch

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A gate lets a few requests at a time through to each host, in the order in
// which they came.
type gate struct {
	perHost int
	mu      sync.Mutex
	hosts   map[string]*host // those with somebody inside or waiting
}

type host struct {
	inside chan struct{} // a token for each request
	users  int           // inside or waiting; guarded by gate.mu
}

func newGate(perHost int) *gate { return &gate{perHost: perHost, hosts: map[string]*host{}} }

// enter waits until a request to the host of that key may begin, or ctx ends.
// Who has entered must leave.
func (g *gate) enter(ctx context.Context, key string) error {
	g.mu.Lock()
	h := g.hosts[key]
	if h == nil {
		h = &host{inside: make(chan struct{}, g.perHost)}
		g.hosts[key] = h
	}
	h.users++
	g.mu.Unlock()
	select {
	case h.inside <- struct{}{}:
		return nil
	case <-ctx.Done():
		g.forget(key, h)
		return ctx.Err()
	}
}

func (g *gate) leave(key string) {
	g.mu.Lock()
	h := g.hosts[key]
	g.mu.Unlock()
	<-h.inside
	g.forget(key, h)
}

// leaveSoon leaves when the server has had time to see that the exchange was
// given up: until then it may still be at work on it.
func (g *gate) leaveSoon(key string) { time.AfterFunc(noticing, func() { g.leave(key) }) }

const noticing = 250 * time.Millisecond

func (g *gate) forget(key string, h *host) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(g.hosts, key)
	}
}

// hostKey returns the host and port that a request for u goes to.
func hostKey(u *url.URL) string { return strings.ToLower(u.Hostname()) + ":" + portOf(u) }

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
