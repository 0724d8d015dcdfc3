package hub

import (
	"math/rand/v2"
	"time"

	"tributary/feed"
)

// A policy says when a delivery that failed is tried again.
type policy struct {
	retry   time.Duration // after a first failure; default 15s, doubled each time
	longest time.Duration // between two tries; default 2h
	giveUp  time.Duration // after the first failure; default 24h
}

// An outcome is how a delivery went: err is nil when it was taken.
type outcome struct {
	err        error
	gone       bool // the callback wants no more (410)
	retryAfter time.Duration
}

// settle notes in s how the delivery of content with the digest d went. gone
// says that the subscription is over. What was tried in vain for too long is
// not owed any more; the next content begins anew.
func (p *policy) settle(s *feed.Subscriber, d feed.Digest, o outcome, now time.Time) (gone bool) {
	if o.err == nil {
		s.Sent, s.Delivered, s.Owed, s.Next, s.Failures, s.Error = d, now, time.Time{}, time.Time{}, 0, ""
		return false
	}
	s.Error = o.err.Error()
	if s.Owed.IsZero() {
		s.Owed = now
	}
	if now.Sub(s.Owed) >= p.giveUp {
		s.Sent, s.Owed, s.Next, s.Failures = d, time.Time{}, time.Time{}, 0
		return o.gone
	}
	s.Failures++
	s.Next = now.Add(max(p.backoff(s.Failures), min(o.retryAfter, p.longest)))
	if last := s.Owed.Add(p.giveUp); s.Next.After(last) {
		s.Next = last
	}
	return o.gone
}

// backoff doubles with each failure, with a jitter of half of it.
func (p *policy) backoff(failures int) time.Duration {
	d := min(p.retry<<min(failures-1, 20), p.longest)
	return d/2 + rand.N(d/2+1)
}
