package schedule

import (
	"fmt"
	"math"
	"net/http"
	"time"

	"tributary/feed"
)

// Explain says in a sentence when the source is polled next and why.
func (p *Policy) Explain(s *feed.State, now time.Time) string {
	switch {
	case s.Why == feed.WhyGone:
		return fmt.Sprintf("never: the server answered 410 Gone on %s; remove the source, or change its url", day(s.LastPoll))
	case s.NextPoll.IsZero() && s.LastPoll.IsZero():
		return "now: it has never been polled"
	case s.NextPoll.IsZero():
		return "now: its settings have changed"
	}
	when := "now"
	if s.NextPoll.After(now) {
		when = fmt.Sprintf("in %s, at %s", Rough(s.NextPoll.Sub(now)), s.NextPoll.Local().Format("2006-01-02 15:04:05"))
	}
	return when + ": " + p.because(s, now)
}

func (p *Policy) because(s *feed.State, now time.Time) string {
	switch s.Why {
	case feed.WhyFixed:
		return fmt.Sprintf("its interval in the configuration is %s", Rough(s.Source.Interval))
	case feed.WhyPace, feed.WhyLeast, feed.WhyMost:
		return p.becauseOfPace(s, now)
	case feed.WhyFresh:
		return fmt.Sprintf("the server says that its answer stays good for %s (Cache-Control, Expires)", Rough(s.Fresh))
	case feed.WhyTTL:
		return fmt.Sprintf("its ttl asks for %s between two polls", Rough(s.Rhythm.TTL))
	case feed.WhyPeriod:
		return fmt.Sprintf("it says that it is updated every %s (sy:updatePeriod)", Rough(s.Rhythm.Period))
	case feed.WhySkip:
		return "its skipHours or skipDays ask for no poll before"
	case feed.WhyNoValidator:
		return fmt.Sprintf("the server sends neither ETag nor Last-Modified, so that every poll costs it the whole document: at least %s between two", Rough(p.NoValidator))
	case feed.WhyPushed:
		return "its hub pushes what is new; this poll is to be sure"
	case feed.WhyUnread:
		return "its hub pushed something that could not be read: it is polled instead"
	case feed.WhyRetryAfter:
		return fmt.Sprintf("the server asked not to be asked before %s (Retry-After)", s.NotBefore.Local().Format("2006-01-02 15:04:05"))
	case feed.WhyHost:
		return "its host is busy, or asked to be left alone: this is its turn"
	case feed.WhyInterrupted:
		return "tributary ended while it was being polled, and does not know what was answered"
	case feed.WhyOffline:
		return "this machine's network was down when it was its turn"
	}
	return becauseOfFailure(s)
}

func (p *Policy) becauseOfPace(s *feed.State, now time.Time) string {
	silent := now.Sub(s.Newest)
	pace := "nothing is known yet of how often it publishes"
	switch {
	case !s.Newest.IsZero() && silent > max(s.Gap, time.Duration(float64(p.MinInterval)*p.PerEntry)):
		pace = fmt.Sprintf("it has published nothing for %s", Rough(silent))
	case s.Gap > 0:
		pace = fmt.Sprintf("it publishes an entry about every %s", Rough(s.Gap))
	}
	switch s.Why {
	case feed.WhyLeast:
		return fmt.Sprintf("%s; min_interval is %s", pace, Rough(p.MinInterval))
	case feed.WhyMost:
		return fmt.Sprintf("%s; max_interval is %s", pace, Rough(p.MaxInterval))
	}
	return pace
}

func becauseOfFailure(s *feed.State) string {
	times := fmt.Sprintf("the last %d polls failed", s.Failures)
	if s.Failures == 1 {
		times = "the last poll failed"
	}
	switch s.Why {
	case feed.WhyRefused:
		return fmt.Sprintf("the server refuses with %d %s, which needs somebody to act: it is asked every few hours", s.Status, http.StatusText(s.Status))
	case feed.WhyMissing:
		return fmt.Sprintf("the server has had nothing at this address since %s: it is asked once a day", day(s.FailingSince))
	case feed.WhyFailed:
		return times + ", and the wait doubles each time"
	}
	return "it is its turn"
}

func day(t time.Time) string { return t.Local().Format(time.DateOnly) }

// Rough writes a duration with the two units that matter: "3d4h", "47m".
func Rough(d time.Duration) string {
	const day = 24 * time.Hour
	d = d.Round(time.Second)
	switch {
	case d >= 100*day:
		return fmt.Sprintf("%dd", d/day)
	case d >= 2*day:
		return pair(d, day, "d", time.Hour, "h")
	case d >= time.Hour:
		return pair(d, time.Hour, "h", time.Minute, "m")
	case d >= time.Minute:
		return pair(d, time.Minute, "m", time.Second, "s")
	}
	return fmt.Sprintf("%ds", int(math.Max(0, d.Seconds())))
}

func pair(d, big time.Duration, bigUnit string, small time.Duration, smallUnit string) string {
	n := d % big / small
	if n == 0 {
		return fmt.Sprintf("%d%s", d/big, bigUnit)
	}
	return fmt.Sprintf("%d%s%d%s", d/big, bigUnit, n, smallUnit)
}
