package aggregator

import (
	"errors"
	"hash/fnv"
	"net/http"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// never is the wait of a source that is not to be polled again.
const never = 100 * 365 * 24 * time.Hour

// interval returns the time from a good poll to the next: the source's own
// interval if it has one, else MinInterval and up to a tenth more, the same
// for a source each time, so that sources that were put together drift apart.
func (a *Aggregator) interval(src *feed.Source) time.Duration {
	if src.Interval > 0 {
		return src.Interval
	}
	h := fnv.New32a()
	h.Write([]byte(src.ID))
	spread := time.Duration(h.Sum32()%1000) * a.set.MinInterval / 10_000
	return min(a.set.MinInterval+spread, a.set.MaxInterval)
}

// firstRetry is the wait after a first failure, unless the source is polled
// more often than that: most troubles of a network are over by then.
const firstRetry = 15 * time.Minute

// retry returns the time from the s.Failures-th failure in a row to the next
// poll: it doubles from firstRetry up to MaxInterval, is never shorter than the upstream's Retry-After (RFC 9110 §10.2.3), and a feed that
// is gone (§15.5.11) is not asked for again until its URL changes.
func (a *Aggregator) retry(s *feed.State, err error) time.Duration {
	wait := min(a.interval(&s.Source), firstRetry) << min(max(s.Failures-1, 0), 30)
	if wait <= 0 || wait > a.set.MaxInterval {
		wait = a.set.MaxInterval
	}
	var fe *fetch.Error
	if errors.As(err, &fe) {
		if fe.Status == http.StatusGone {
			return never
		}
		wait = max(wait, fe.RetryAfter)
	}
	return wait
}
