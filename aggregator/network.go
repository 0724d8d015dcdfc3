package aggregator

import (
	"context"
	"errors"
	"sync"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// Bounds of the judgement that it is our own network that has failed.
const (
	quiet        = 10 * time.Second // without an answer from anybody
	enoughHosts  = 5                // that failed meanwhile, or all that ever answered if those are fewer
	firstAttempt = 5 * time.Second
	lastAttempt  = time.Minute // between two attempts while nothing answers
	offlineWait  = 5 * time.Minute
)

// A network tells trouble of upstreams from trouble of our own: when nobody
// has answered for a while, and several hosts were asked, it is ours.
type network struct {
	mu      sync.Mutex
	known   map[string]bool // hosts that have answered; a few
	failing map[string]bool // hosts that failed since anybody answered; a few
	counted []feed.SourceID // sources whose failure since then was held against them; a few
	since   time.Time       // of the first of these failures
	news    chan struct{}   // closed when somebody answers, or it is our own trouble
	down    bool
	told    bool // that it is down
	back    bool // not told yet that it is up again
	wait    time.Duration
	at      time.Time // of the next attempt
}

func newNetwork() *network {
	return &network{known: map[string]bool{}, failing: map[string]bool{}, news: make(chan struct{})}
}

// answered notes that a host has answered.
func (n *network) answered(host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.known) < enoughHosts {
		n.known[host] = true
	}
	if n.since.IsZero() && !n.down {
		return
	}
	n.back = n.back || n.down && n.told
	n.down, n.told, n.since, n.counted = false, false, time.Time{}, nil
	clear(n.failing)
	n.tell()
}

func (n *network) tell() {
	close(n.news)
	n.news = make(chan struct{})
}

// failed notes that a host did not answer, and returns whether that is our own
// trouble. It waits a little for others to answer, or to fail likewise.
//
// again is when the source may be polled again: an attempt while it is down
// makes room for one with another source, the zero time is for those that were
// under way when it went.
func (n *network) failed(ctx context.Context, host string, id feed.SourceID) (ours bool, again time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		now := time.Now()
		n.wait = min(2*n.wait, lastAttempt)
		n.at = now.Add(n.wait)
		return true, now.Add(offlineWait)
	}
	if n.since.IsZero() {
		n.since = time.Now()
	}
	if len(n.failing) < enoughHosts {
		n.failing[host] = true
	}
	if len(n.failing) >= n.enough() {
		n.tell() // those that wait look again
	}
	asked := n.since
	for ctx.Err() == nil && n.since.Equal(asked) && !n.down {
		left := quiet - time.Since(n.since)
		if left <= 0 {
			if len(n.failing) >= n.enough() {
				n.fall()
			}
			break
		}
		n.sleep(ctx, left)
	}
	if !n.down && n.since.Equal(asked) && len(n.counted) < enoughHosts {
		n.counted = append(n.counted, id)
	}
	return n.down, time.Time{}
}

// enough is how many hosts have to fail.
func (n *network) enough() int { return max(2, min(enoughHosts, len(n.known))) }

// fall notes that it is our own trouble.
func (n *network) fall() {
	n.down, n.wait = true, firstAttempt
	n.at = time.Now().Add(n.wait)
	n.tell()
}

// sleep waits, without the lock, for news or until the time is over.
func (n *network) sleep(ctx context.Context, d time.Duration) {
	news := n.news
	n.mu.Unlock()
	defer n.mu.Lock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-news:
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (n *network) isDown() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.down
}

// tryAt returns when the next attempt may be made; zero when it is up.
func (n *network) tryAt() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.down {
		return time.Time{}
	}
	return n.at
}

// announce returns, once for each time that it goes down, the sources whose
// failures were taken for theirs.
func (n *network) announce() (forgiven []feed.SourceID, first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.down || n.told {
		return nil, false
	}
	n.told = true
	return n.counted, true
}

// recovered reports, once, that it is up again.
func (n *network) recovered() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	back := n.back
	n.back = false
	return back
}

// forgive takes back failures that were our own network's.
func (a *Aggregator) forgive(ctx context.Context, ids []feed.SourceID) {
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	states, err := a.store.Claim(ctx, storage.Claim{Sources: ids, Limit: len(ids)})
	for i := 0; err == nil && i < len(states); i++ {
		s := states[i]
		if s.Failures == 1 {
			s.Failures, s.LastError, s.FailingSince = 0, "", time.Time{}
		}
		s.NextPoll, s.Why = time.Now(), feed.WhyOffline
		_, err = a.store.Commit(ctx, storage.Poll{State: s})
	}
	if err != nil && !errors.Is(err, storage.ErrStale) {
		a.set().Log.Warn("take back failures of the network", "err", err)
	}
}
