package fetch

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A gate lets a few requests at a time through to each host, in the order in
// which they came. Whoever polls spares hosts by its own plan; the gate is
// for those that redirects lead to, and the last word.
type gate struct {
	perHost int
	gap     time.Duration // between two requests that redirects lead to one host
	mu      sync.Mutex
	hosts   map[string]*host // those with somebody inside or waiting
}

type host struct {
	inside chan struct{} // a token for each request
	users  int           // inside or waiting; guarded by gate.mu
	next   time.Time     // no redirect leads there before; guarded by gate.mu
	// dropping tells that a timer is to look whether it can be forgotten;
	// guarded by gate.mu
	dropping bool
}

func newGate(perHost int, gap time.Duration) *gate {
	return &gate{perHost: perHost, gap: gap, hosts: map[string]*host{}}
}

// Bounds of what waits for a host that redirects lead to.
const (
	maxWaiting = 8
	maxGapWait = 10 * time.Second
)

// follow is enter for a request that a redirect sends to another host: it
// keeps the gap, and does not wait behind many others, for a worker that
// waits polls nobody. It returns errBusy then.
func (g *gate) follow(ctx context.Context, key string) error {
	wait, err := g.turn(key)
	if err != nil {
		return err
	}
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return g.enter(ctx, key)
}

// turn takes a turn among those that redirects lead to the host, and returns
// how long it is until then.
func (g *gate) turn(key string) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.hosts[key]
	if h == nil {
		h = &host{inside: make(chan struct{}, g.perHost)}
		g.hosts[key] = h
	}
	now := time.Now()
	wait := max(0, h.next.Sub(now))
	if h.users >= g.perHost+maxWaiting || wait > maxGapWait {
		return 0, errBusy
	}
	h.next = now.Add(wait + g.gap)
	if h.users == 0 {
		g.drop(key, h)
	}
	return wait, nil
}

// drop forgets a host that nobody uses, once its gap is over.
func (g *gate) drop(key string, h *host) {
	left := time.Until(h.next)
	if left <= 0 {
		delete(g.hosts, key)
		return
	}
	if h.dropping {
		return
	}
	h.dropping = true
	time.AfterFunc(left+time.Millisecond, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if h.dropping = false; h.users == 0 {
			g.drop(key, h)
		}
	})
}

var errBusy = errors.New("the host has too much to do")

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
		g.drop(key, h)
	}
}

// HostKey returns the name and port of the server that a web address is at,
// "" for other addresses.
func HostKey(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return hostKey(u)
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
