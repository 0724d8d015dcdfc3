// Package schedule says when a source is polled next, and why. It is pure:
// what is known of the source and the time go in, a moment comes out.
package schedule

import (
	"hash/fnv"
	"net/http"
	"strings"
	"time"

	"tributary/feed"
)

// A Policy is the operator's and ours. Zero fields take the defaults.
type Policy struct {
	MinInterval time.Duration // between two polls of a source without an interval of its own; default 1h
	MaxInterval time.Duration // between two polls, and the longest wait after failures; default 24h
	PerEntry    float64       // polls in the usual time between two entries; default 4

	NoValidator time.Duration // least time between two polls of a server that sends no validators; default 4h
	FirstRetry  time.Duration // longest wait after a first failure; default 15m
	Refused     time.Duration // least wait after 401, 403 or 451; default 4h
	TooMany     time.Duration // least wait after a 429 without Retry-After; default 1h
	Missing     time.Duration // longest wait after 404 in the first MissingFor; default 6h
	MissingFor  time.Duration // default 7 days
	Pushed      time.Duration // between two polls of a source whose hub pushes; default 24h
	MoveApart   time.Duration // between two sights of a permanent redirect that count; default 24h
}

// WithDefaults returns p with its zero fields set to the defaults.
func (p Policy) WithDefaults() Policy {
	set := func(field *time.Duration, to time.Duration) {
		if *field == 0 {
			*field = to
		}
	}
	if p.PerEntry == 0 {
		p.PerEntry = 4
	}
	set(&p.MinInterval, time.Hour)
	set(&p.MaxInterval, 24*time.Hour)
	set(&p.NoValidator, 4*time.Hour)
	set(&p.FirstRetry, 15*time.Minute)
	set(&p.Refused, 4*time.Hour)
	set(&p.TooMany, time.Hour)
	set(&p.Missing, 6*time.Hour)
	set(&p.MissingFor, 7*24*time.Hour)
	set(&p.Pushed, 24*time.Hour)
	set(&p.MoveApart, 24*time.Hour)
	return p
}

// Faster returns p with every time divided by factor: for tests that have no
// year to wait.
func (p Policy) Faster(factor float64) Policy {
	for _, d := range []*time.Duration{
		&p.MinInterval, &p.MaxInterval, &p.NoValidator, &p.FirstRetry, &p.Refused, &p.TooMany, &p.Missing, &p.MissingFor, &p.Pushed, &p.MoveApart,
	} {
		*d = time.Duration(float64(*d) / factor)
	}
	p.PerEntry *= factor
	return p
}

const (
	never    = 100 * 365 * 24 * time.Hour // the wait of a source that is not to be polled again
	maxAsked = 12                         // doublings of a wait that are worth counting
	lateness = 10 * time.Minute           // at most so long after a moment that upstream announced
	sights   = 3                          // of a permanent redirect before it is followed for good
	giveUp   = 3                          // failures at a place that a source moved to before it moves back
)

// Success plans the poll after a good one at now. pushed says that a hub
// tells what is new.
func (p *Policy) Success(s *feed.State, now time.Time, pushed bool) {
	if !now.Before(s.NotBefore) {
		s.NotBefore = time.Time{}
	}
	switch {
	case s.Source.Interval > 0:
		s.NextPoll, s.Why = now.Add(stretched(s, now, s.Source.Interval, fixedJitter)), feed.WhyFixed
	case pushed:
		s.NextPoll, s.Why = now.Add(p.within(s, now, p.Pushed, 0)), feed.WhyPushed
	default:
		p.adapt(s, now)
	}
	notBefore(s)
}

// adapt plans by the source's pace and by what upstream asks for.
func (p *Policy) adapt(s *feed.State, now time.Time) {
	wait, why := p.pace(s, now)
	least := time.Duration(0) // what upstream is owed
	owe := func(d time.Duration, of feed.Why) {
		least = max(least, d)
		if d > wait {
			wait, why = d, of
		}
	}
	owe(min(s.Fresh, p.MaxInterval), feed.WhyFresh)
	owe(min(s.Rhythm.TTL, p.MaxInterval), feed.WhyTTL)
	if isWeb(s.URL) && (!s.Validators() || s.Bare > 0) {
		owe(p.NoValidator, feed.WhyNoValidator)
	}
	if s.Rhythm.Base.IsZero() {
		owe(min(s.Rhythm.Period, p.MaxInterval), feed.WhyPeriod)
	}
	at := now.Add(p.within(s, now, wait, least))
	if tick, ok := p.tick(s, now.Add(wait)); ok && tick.Sub(now) <= p.MaxInterval {
		at, why = tick.Add(min(lateness, stretch(s, now, s.Rhythm.Period, usualJitter))), feed.WhyPeriod
	}
	if free := skip(&s.Rhythm, at); free.After(at) {
		at, why = free.Add(stretch(s, now, lateness, 1)), feed.WhySkip
	}
	s.NextPoll, s.Why = at, why
}

// pace returns the wait that fits how often the source publishes: a few polls
// for an entry, fewer the longer it is silent.
func (p *Policy) pace(s *feed.State, now time.Time) (time.Duration, feed.Why) {
	gap := s.Gap
	if !s.Newest.IsZero() {
		gap = max(gap, now.Sub(s.Newest))
	}
	switch wait := time.Duration(float64(gap) / p.PerEntry); {
	case wait <= p.MinInterval:
		return p.MinInterval, feed.WhyLeast
	case wait >= p.MaxInterval:
		return p.MaxInterval, feed.WhyMost
	default:
		return wait, feed.WhyPace
	}
}

// tick returns the first moment from then on at which the source says that it
// is updated.
func (p *Policy) tick(s *feed.State, then time.Time) (time.Time, bool) {
	r := &s.Rhythm
	if r.Base.IsZero() || r.Period <= 0 {
		return time.Time{}, false
	}
	since := then.Sub(r.Base)
	n := since / r.Period
	if since > 0 && since%r.Period != 0 {
		n++
	}
	return r.Base.Add(n * r.Period), true
}

// skip returns the first moment from at on that is in none of the hours and
// days that the source wants to be spared (RSS 2.0 skipHours, skipDays).
func skip(r *feed.Rhythm, at time.Time) time.Time {
	for range 24 * 8 {
		t := at.UTC()
		switch {
		case r.SkipDays>>t.Weekday()&1 == 1:
			at = time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, time.UTC)
		case r.SkipHours>>t.Hour()&1 == 1:
			at = t.Truncate(time.Hour).Add(time.Hour)
		default:
			return at
		}
	}
	return at
}

// Failure plans the poll after one that failed at now; s.Failures counts it
// already. retryAfter is what the answer asked for (RFC 9110 §10.2.3).
func (p *Policy) Failure(s *feed.State, now time.Time, retryAfter time.Duration) {
	if p.returnHome(s) {
		s.Status = 0 // what it means there is not known
	}
	if s.Status == http.StatusGone {
		s.NextPoll, s.Why = now.Add(never), feed.WhyGone
		return
	}
	wait, why := p.retry(s, now)
	least := time.Duration(0)
	switch s.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		if p.Refused >= wait {
			wait, why = p.Refused, feed.WhyRefused
		}
		least = p.Refused
	case http.StatusTooManyRequests:
		if retryAfter == 0 {
			wait = max(wait, p.TooMany)
		}
	}
	s.NextPoll, s.Why = now.Add(p.within(s, now, wait, least)), why
	if retryAfter > 0 {
		s.NotBefore = now.Add(retryAfter)
	}
	notBefore(s)
}

// Interrupted plans the poll after one that began at that moment and whose
// outcome is not known: as after a first failure, so that a process that
// crashes again and again is no burden to upstreams.
func (p *Policy) Interrupted(s *feed.State, began time.Time) {
	s.NextPoll, s.Why = began.Add(stretched(s, began, p.firstRetry(s), usualJitter)), feed.WhyInterrupted
	notBefore(s)
}

// firstRetry returns the usual wait, or a short one.
func (p *Policy) firstRetry(s *feed.State) time.Duration {
	if s.Source.Interval > 0 {
		return min(s.Source.Interval, p.FirstRetry)
	}
	return min(p.MinInterval, p.FirstRetry)
}

// retry doubles from the first retry's wait up to MaxInterval.
func (p *Policy) retry(s *feed.State, now time.Time) (time.Duration, feed.Why) {
	limit, why := p.MaxInterval, feed.WhyFailed
	if s.Status == http.StatusNotFound {
		if now.Sub(s.FailingSince) >= p.MissingFor {
			return max(p.MaxInterval, p.Missing), feed.WhyMissing
		}
		limit = min(limit, p.Missing)
	}
	return min(p.firstRetry(s)<<min(max(s.Failures-1, 0), maxAsked), limit), why
}

// returnHome sends a source that moved, and is not at its new place any more,
// back to where the configuration has it. It reports whether it did.
func (p *Policy) returnHome(s *feed.State) bool {
	lost := s.Failures >= giveUp || s.Status == http.StatusNotFound || s.Status == http.StatusGone
	if s.URL == s.Source.URL || !lost {
		return false
	}
	s.URL = s.Source.URL
	Forget(s)
	return true
}

// Forget drops what the next request would hold against the document.
func Forget(s *feed.State) {
	s.ETag, s.LastModified, s.Body, s.Coded = "", "", feed.Digest{}, feed.Digest{}
	s.Parts, s.Bare = feed.Parts{}, 0
}

// Redirected notes where only permanent redirects led at now, "" for nowhere,
// and reports whether the source has moved there: it does at the third sight
// in a row, a day apart each.
func (p *Policy) Redirected(s *feed.State, to string, now time.Time) bool {
	switch {
	case to == "" || to == s.URL:
		s.Move = feed.Move{}
		return false
	case to != s.Move.To:
		s.Move = feed.Move{To: to, Seen: 1, At: now}
	case now.Sub(s.Move.At) >= p.MoveApart:
		s.Move.Seen++
		s.Move.At = now
	}
	if s.Move.Seen < sights {
		return false
	}
	s.URL, s.Move = to, feed.Move{}
	return true
}

// notBefore puts a plan off to the end of Retry-After.
func notBefore(s *feed.State) {
	if s.NotBefore.After(s.NextPoll) {
		s.NextPoll = s.NotBefore.Add(min(lateness, stretch(s, s.NotBefore, s.NotBefore.Sub(s.LastPoll), usualJitter)))
		s.Why = feed.WhyRetryAfter
	}
}

// Waits are stretched by up to so much of them, so that sources that were put
// together drift apart.
const (
	usualJitter = 0.1
	fixedJitter = 0.05
)

// within returns the wait with jitter: above least, and not above MaxInterval
// unless wait itself is.
func (p *Policy) within(s *feed.State, now time.Time, wait, least time.Duration) time.Duration {
	longer := stretched(s, now, wait, usualJitter)
	if limit := max(p.MaxInterval, wait); longer > limit {
		return max(least, wait-stretch(s, now, wait, usualJitter))
	}
	return longer
}

func stretched(s *feed.State, now time.Time, d time.Duration, by float64) time.Duration {
	return d + stretch(s, now, d, by)
}

// stretch returns a part of d below by, another for each source and moment
// but always the same for the same.
func stretch(s *feed.State, now time.Time, d time.Duration, by float64) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(s.Source.ID))
	n := now.UnixNano()
	h.Write([]byte{byte(n >> 10), byte(n >> 18), byte(n >> 26), byte(n >> 34), byte(n >> 42)})
	x := h.Sum32()
	x ^= x >> 15
	x *= 0x2c1b3c6d
	x ^= x >> 13
	return time.Duration(by * float64(d) * float64(x>>8) / (1 << 24))
}

func isWeb(url string) bool { return strings.HasPrefix(url, "http") }
