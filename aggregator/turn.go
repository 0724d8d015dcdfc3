package aggregator

import (
	"context"
	"time"

	"tributary/feed"
)

// A poll that asks for more than one document asks the dispatcher when: the
// lane of a host is the only plan of when it is asked.

// An ask is of the host's next turn, by a poll under way.
type ask struct {
	host string
	at   chan time.Time // the zero time: not in this poll
	hold time.Time      // instead: the host is to be left alone until then
}

// Bounds of the wait for a turn, and for a dispatcher to give it.
const (
	maxTurnWait = 30 * time.Second
	maxPlanWait = 5 * time.Second
)

// turn waits until the host may be asked, or returns errLater. Without a
// dispatcher there is nobody else who asks.
func (a *Aggregator) turn(ctx context.Context, host string) error {
	t := ask{host: host, at: make(chan time.Time, 1)}
	if !a.plan(ctx, t) {
		if ctx.Err() != nil {
			return errLater
		}
		return nil
	}
	var at time.Time
	select {
	case at = <-t.at:
	case <-ctx.Done():
		return errLater
	}
	if at.IsZero() {
		return errLater
	}
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errLater
	}
}

// spare has the host left alone.
func (a *Aggregator) spare(ctx context.Context, h feed.Hold) {
	a.plan(ctx, ask{host: h.Host, hold: h.Until})
}

// plan hands t to a dispatcher, and reports whether one took it.
func (a *Aggregator) plan(ctx context.Context, t ask) bool {
	if a.planners.Load() == 0 {
		return false
	}
	timer := time.NewTimer(maxPlanWait)
	defer timer.Stop()
	select {
	case a.asks <- t:
		return true
	case <-timer.C: // the last dispatcher has just ended
		return false
	case <-ctx.Done():
		return false
	}
}

// give answers a turn.
func (d *dispatcher) give(t ask, now time.Time) {
	if !t.hold.IsZero() {
		d.lanes.hold(t.host, t.hold, now)
		return
	}
	t.at <- d.lanes.turn(t.host, now)
}

// refuse answers a turn when no poll is to go on.
func (t ask) refuse() {
	if t.at != nil {
		t.at <- time.Time{}
	}
}

// turn returns when the host may be asked by a poll under way; the zero time
// when that is too far away. A source that waits for the host has its turn
// before.
func (l *lanes) turn(host string, now time.Time) time.Time {
	at := l.get(host)
	start := later(later(now, at.next), at.granted.Add(l.gap))
	waits := len(at.queue) > 0 && at.active < l.limit(at)
	if waits {
		start = start.Add(l.gap)
	}
	if start.Sub(now) > maxTurnWait {
		l.place(at, now)
		return time.Time{}
	}
	at.granted = start
	if !waits {
		at.next = start.Add(l.gap)
	}
	l.place(at, now)
	return start
}

// unparse and reparse give up the place among the documents in memory as
// trees while a poll waits for another, and take it again.
func (a *Aggregator) unparse() { <-a.parsing }
func (a *Aggregator) reparse() { a.parsing <- struct{}{} }
