package hub

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Run verifies and delivers until ctx ends. What was under way then is known
// by the time it returns.
func (h *Hub) Run(ctx context.Context) error {
	keeping, kept := context.WithCancel(context.WithoutCancel(ctx))
	var keeper, working sync.WaitGroup
	keeper.Go(func() { h.keeper.run(keeping) })
	for range h.set.limits.verifications {
		working.Go(func() { h.verifyAll(ctx) })
	}
	h.dispatch(ctx, &working)
	working.Wait()
	kept()
	keeper.Wait()
	return nil
}

// dispatch begins deliveries, looks for what is due or over, and compares
// what is published with what was sent when the site is another one.
func (h *Hub) dispatch(ctx context.Context, working *sync.WaitGroup) {
	ticker := time.NewTicker(h.set.limits.lookEvery)
	defer ticker.Stop()
	for {
		h.compareAll(ctx)
		h.begin(ctx, working)
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		case <-ticker.C:
			h.look(time.Now())
		}
	}
}

// compareAgain is how long to wait when a topic could not be made.
const compareAgain = 30 * time.Second

// compareAll finds out what each topic of another site is: what has changed
// while nobody was at work is owed.
func (h *Hub) compareAll(ctx context.Context) {
	h.mu.Lock()
	site, at := h.site, h.compare
	var topics []string
	if !at.IsZero() && !at.After(time.Now()) {
		h.compare = time.Time{}
		for t := range h.topics {
			topics = append(topics, t)
		}
	}
	h.mu.Unlock()
	for _, t := range topics {
		_, err := h.current(ctx, site, t)
		switch {
		case err == nil || ctx.Err() != nil:
		case errors.Is(err, ErrNoTopic):
			h.withdraw(ctx, t)
		default:
			h.set.Log.Error("what is owed to subscribers is not known", "topic", t, "err", err)
			h.mu.Lock()
			h.compare = time.Now().Add(compareAgain)
			h.mu.Unlock()
		}
	}
}

// current asks what a topic is, and takes that over unless something newer
// was published meanwhile.
func (h *Hub) current(ctx context.Context, site Site, name string) (*digested, error) {
	h.mu.Lock()
	known, asked := h.known[name], uint64(0)
	if t := h.topics[name]; t != nil {
		asked = t.version
	}
	h.mu.Unlock()
	if !known {
		return nil, ErrNoTopic
	}
	c, err := site.Current(ctx, name)
	if err != nil {
		return nil, err
	}
	v := digestedOf(c)
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[name]; t != nil && t.version == asked {
		h.now(t, v)
	}
	return v, nil
}

// withdraw ends the subscriptions to what is not published any more (§5.2).
func (h *Hub) withdraw(ctx context.Context, name string) {
	h.mu.Lock()
	var gone []*subscriber
	if t := h.topics[name]; t != nil {
		for s := range t.subs {
			gone = append(gone, s)
		}
	}
	for _, s := range gone {
		h.remove(s)
	}
	h.mu.Unlock()
	for _, s := range gone {
		h.set.Log.Info("subscription ended", "topic", name, "host", s.host, "why", "the topic is not published any more")
		if s.Callback == h.set.Ping {
			continue
		}
		select { // whoever misses it hears nothing any more, or the end of its lease
		case h.requests <- request{mode: "denied", topic: name, asked: name, callback: s.Callback, reason: ErrNoTopic.Error()}:
		case <-ctx.Done():
			return
		}
	}
}

// look ends what is over, and queues what is due.
func (h *Hub) look(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.subs {
		switch {
		case !s.LeaseEnd.IsZero() && !now.Before(s.LeaseEnd):
			h.set.Log.Info("subscription ended", "topic", s.Topic, "host", s.host, "why", "its lease is over")
			h.remove(s)
		default:
			h.queue(s, now)
		}
	}
	h.rates.forget(now)
}

// hostOf returns the name of a URL's host, "" when it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}
