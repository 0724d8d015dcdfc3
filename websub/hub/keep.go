package hub

import (
	"context"
	"time"

	"tributary/feed"
)

// A keeper writes subscribers to the store: many changes in one transaction,
// each as it is when it is written. One that cannot be written is tried again.
type keeper struct {
	hub    *Hub
	dirty  map[key]bool // guarded by the hub's mu
	signal chan struct{}
}

const (
	keepGap   = 50 * time.Millisecond // deliveries that end meanwhile are written together
	keepRetry = 5 * time.Second
	keepMost  = 1000 // in one transaction
)

func newKeeper(h *Hub) *keeper {
	return &keeper{hub: h, dirty: map[key]bool{}, signal: make(chan struct{}, 1)}
}

// mark has a subscriber written, or forgotten when it is gone. The caller
// holds the hub's mu.
func (k *keeper) mark(s *subscriber) {
	k.dirty[s.key()] = true
	k.again()
}

// run writes until ctx ends, and then what is left.
func (k *keeper) run(ctx context.Context) {
	failing := false
	for {
		select {
		case <-ctx.Done():
			k.write(context.WithoutCancel(ctx), &failing)
			return
		case <-k.signal:
		}
		wait := keepGap
		if !k.write(ctx, &failing) {
			wait = keepRetry
			k.again()
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func (k *keeper) again() {
	select {
	case k.signal <- struct{}{}:
	default:
	}
}

// write writes all that is marked, and reports whether it could.
func (k *keeper) write(ctx context.Context, failing *bool) bool {
	for {
		put, gone := k.take()
		if len(put)+len(gone) == 0 {
			return true
		}
		if err := k.hub.store.PutSubscribers(ctx, put, gone); err != nil {
			k.back(put, gone)
			if !*failing {
				k.hub.set.Log.Error("subscribers cannot be stored: after a restart they are as they were, and get again what they have", "err", err)
			}
			*failing = true
			return false
		}
		*failing = false
	}
}

// take returns some of what is marked.
func (k *keeper) take() (put, gone []feed.Subscriber) {
	k.hub.mu.Lock()
	defer k.hub.mu.Unlock()
	for name := range k.dirty {
		if len(put)+len(gone) == keepMost {
			break
		}
		delete(k.dirty, name)
		if s := k.hub.subs[name]; s != nil {
			put = append(put, s.Subscriber)
		} else {
			gone = append(gone, feed.Subscriber{Topic: name.topic, Callback: name.callback})
		}
	}
	return put, gone
}

// back marks what could not be written.
func (k *keeper) back(lists ...[]feed.Subscriber) {
	k.hub.mu.Lock()
	defer k.hub.mu.Unlock()
	for _, list := range lists {
		for i := range list {
			k.dirty[key{list[i].Topic, list[i].Callback}] = true
		}
	}
}
