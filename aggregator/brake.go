package aggregator

import (
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

// tryAt returns when one poll may try again; zero when polling is not held.
func (b *brake) tryAt() time.Time {
	if !b.on.Load() {
		return time.Time{}
	}
	return time.Unix(0, b.until.Load())
}
