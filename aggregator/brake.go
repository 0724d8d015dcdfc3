package aggregator

import (
	"context"
	"sync/atomic"
	"time"
)

// fullPause is how long polling rests when the disk is full.
const fullPause = time.Minute

// A brake keeps a store without room from costing upstreams anything: what
// cannot be kept is not asked for. It holds polling for a while, then lets
// one poll at a time try, until one could be stored.
type brake struct {
	pause time.Duration
	on    atomic.Bool
	until atomic.Int64 // UnixNano
}

// pull holds polling, and reports whether it was not held before.
func (b *brake) pull() bool {
	b.until.Store(time.Now().Add(b.pause).UnixNano())
	return !b.on.Swap(true)
}

// release lets polling go on, and reports whether it was held.
func (b *brake) release() bool { return b.on.Swap(false) }

// wait waits while polling is held, or until ctx ends.
func (b *brake) wait(ctx context.Context) {
	rest := time.Until(time.Unix(0, b.until.Load()))
	if !b.on.Load() || rest <= 0 {
		return
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
