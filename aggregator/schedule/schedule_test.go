package schedule_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/schedule"
	"tributary/feed"
)

var (
	policy = schedule.Policy{}.WithDefaults()
	now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) // a Friday
)

const day = 24 * time.Hour

// daily is a source that publishes once a day and sends validators.
func daily() feed.State {
	return feed.State{
		Source: feed.Source{ID: "x", URL: "https://example.com/feed"}, URL: "https://example.com/feed",
		ETag: `"1"`, Newest: now.Add(-time.Hour), Gap: day, LastPoll: now, LastSuccess: now,
	}
}

// TestSuccess: the wait after a good poll, without its jitter of up to a tenth.
func TestSuccess(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*feed.State)
		want   time.Duration
		why    feed.Why
	}{
		{"four times for an entry", func(*feed.State) {}, 6 * time.Hour, feed.WhyPace},
		{"never more often than min_interval", func(s *feed.State) { s.Gap = time.Minute; s.Newest = now }, time.Hour, feed.WhyLeast},
		{"nor less often than max_interval", func(s *feed.State) { s.Gap = 30 * day }, day, feed.WhyMost},
		{"silence slows it down", func(s *feed.State) { s.Newest = now.Add(-2 * day) }, 12 * time.Hour, feed.WhyPace},
		{"nothing is known", func(s *feed.State) { s.Gap, s.Newest = 0, time.Time{} }, time.Hour, feed.WhyLeast},
		{"an interval of its own", func(s *feed.State) { s.Source.Interval = 5 * time.Minute; s.Fresh = time.Hour; s.ETag = "" }, 5 * time.Minute, feed.WhyFixed},
		{"an interval longer than max_interval", func(s *feed.State) { s.Source.Interval = 7 * day }, 7 * day, feed.WhyFixed},
		{"Cache-Control", func(s *feed.State) { s.Fresh = 8 * time.Hour }, 8 * time.Hour, feed.WhyFresh},
		{"a year of Cache-Control", func(s *feed.State) { s.Fresh = 365 * day }, day, feed.WhyFresh},
		{"a short one does not hurry", func(s *feed.State) { s.Fresh = time.Minute }, 6 * time.Hour, feed.WhyPace},
		{"ttl", func(s *feed.State) { s.Rhythm.TTL = 7 * time.Hour }, 7 * time.Hour, feed.WhyTTL},
		{"sy:updatePeriod", func(s *feed.State) { s.Rhythm.Period = 12 * time.Hour }, 12 * time.Hour, feed.WhyPeriod},
		{"no validators", func(s *feed.State) { s.ETag, s.Gap, s.Newest = "", time.Minute, now }, 4 * time.Hour, feed.WhyNoValidator},
		{"Last-Modified is one", func(s *feed.State) { s.ETag, s.LastModified, s.Gap, s.Newest = "", "then", time.Minute, now }, time.Hour, feed.WhyLeast},
		{"a file has none", func(s *feed.State) { s.ETag, s.URL, s.Gap, s.Newest = "", "file:///x", time.Minute, now }, time.Hour, feed.WhyLeast},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := daily()
			tt.change(&s)
			policy.Success(&s, now, false)
			got := s.NextPoll.Sub(now)
			low, high := tt.want, tt.want+tt.want/10
			if tt.want == day && tt.why == feed.WhyMost { // not above max_interval: the jitter shortens it
				low, high = day-day/10, day
			}
			if got < low || got > high || s.Why != tt.why {
				t.Errorf("%s because of %d, want %s to %s because of %d\n%s", got, s.Why, low, high, tt.why, policy.Explain(&s, now))
			}
			again := s
			policy.Success(&again, now, false)
			if !again.NextPoll.Equal(s.NextPoll) {
				t.Errorf("the same facts give %s and %s", s.NextPoll, again.NextPoll)
			}
		})
	}
}

func TestPushed(t *testing.T) {
	s := daily()
	policy.Success(&s, now, true)
	if got := s.NextPoll.Sub(now); got < 20*time.Hour || got > day || s.Why != feed.WhyPushed {
		t.Errorf("%s because of %d, want about a day", got, s.Why)
	}
}

// TestRetryAfterWins: not even an interval of its own is asked sooner.
func TestRetryAfterWins(t *testing.T) {
	s := daily()
	s.Source.Interval = time.Minute
	s.NotBefore = now.Add(3 * time.Hour)
	policy.Success(&s, now, false)
	if s.NextPoll.Before(s.NotBefore) || s.NextPoll.After(s.NotBefore.Add(10*time.Minute)) || s.Why != feed.WhyRetryAfter {
		t.Errorf("next poll %s because of %d, want soon after %s", s.NextPoll, s.Why, s.NotBefore)
	}
	policy.Success(&s, s.NextPoll, false)
	if !s.NotBefore.IsZero() || s.Why != feed.WhyFixed {
		t.Errorf("after it was over: not before %s, because of %d", s.NotBefore, s.Why)
	}
}

// TestTicks: a base and a period name the moments at which there is something.
func TestTicks(t *testing.T) {
	s := daily()
	s.Rhythm = feed.Rhythm{Period: day, Base: time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)}
	policy.Success(&s, now, false)
	if noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC); s.NextPoll.Before(noon) || s.NextPoll.After(noon.Add(11*time.Minute)) || s.Why != feed.WhyPeriod {
		t.Errorf("next poll %s because of %d, want soon after %s", s.NextPoll, s.Why, noon)
	}
	s.Rhythm.Base = time.Date(2040, 1, 1, 0, 30, 0, 0, time.UTC) // one in the future counts backwards
	policy.Success(&s, now, false)
	if tick := time.Date(2026, 1, 3, 0, 30, 0, 0, time.UTC); s.NextPoll.Before(tick) || s.NextPoll.After(tick.Add(11*time.Minute)) {
		t.Errorf("next poll %s, want soon after %s", s.NextPoll, tick)
	}
}

func TestSkip(t *testing.T) {
	s := daily()
	s.Rhythm.SkipHours = 1<<9 | 1<<10 | 1<<11 // 9:00 to 11:59
	policy.Success(&s, now, false)            // would be about 9:04
	if noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC); s.NextPoll.Before(noon) || s.NextPoll.After(noon.Add(11*time.Minute)) || s.Why != feed.WhySkip {
		t.Errorf("next poll %s because of %d, want soon after %s", s.NextPoll, s.Why, noon)
	}
	s.Rhythm = feed.Rhythm{SkipDays: 1<<time.Friday | 1<<time.Saturday | 1<<time.Sunday}
	policy.Success(&s, now, false)
	if monday := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC); s.NextPoll.Before(monday) || s.NextPoll.After(monday.Add(11*time.Minute)) {
		t.Errorf("next poll %s, want soon after %s", s.NextPoll, monday)
	}
}

// TestFailure: the wait after a poll that failed, without its jitter.
func TestFailure(t *testing.T) {
	for _, tt := range []struct {
		name     string
		failures int
		status   int
		since    time.Duration // of the first failure
		after    time.Duration // Retry-After
		change   func(*feed.State)
		want     time.Duration
		why      feed.Why
	}{
		{name: "the first", failures: 1, want: 15 * time.Minute, why: feed.WhyFailed},
		{name: "the second", failures: 2, status: 500, want: 30 * time.Minute, why: feed.WhyFailed},
		{name: "the fifth", failures: 5, status: 500, want: 4 * time.Hour, why: feed.WhyFailed},
		{name: "after years", failures: 100_000, status: 500, want: day, why: feed.WhyFailed},
		{name: "a source that is polled often", failures: 1, change: func(s *feed.State) { s.Source.Interval = time.Minute }, want: time.Minute, why: feed.WhyFailed},
		{name: "503 with Retry-After", failures: 1, status: 503, after: 3 * time.Hour, want: 3 * time.Hour, why: feed.WhyRetryAfter},
		{name: "429 with a short Retry-After", failures: 4, status: 429, after: time.Second, want: 2 * time.Hour, why: feed.WhyFailed},
		{name: "429 without", failures: 1, status: 429, want: time.Hour, why: feed.WhyFailed},
		{name: "401", failures: 1, status: 401, want: 4 * time.Hour, why: feed.WhyRefused},
		{name: "403", failures: 2, status: 403, want: 4 * time.Hour, why: feed.WhyRefused},
		{name: "451 for long", failures: 20, status: 451, want: day, why: feed.WhyFailed},
		{name: "404", failures: 1, status: 404, want: 15 * time.Minute, why: feed.WhyFailed},
		{name: "404 for days", failures: 20, status: 404, since: 6 * day, want: 6 * time.Hour, why: feed.WhyFailed},
		{name: "404 for a week", failures: 30, status: 404, since: 7 * day, want: day, why: feed.WhyMissing},
		{name: "410", failures: 1, status: http.StatusGone, want: 100 * 365 * day, why: feed.WhyGone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := daily()
			s.Failures, s.Status, s.FailingSince = tt.failures, tt.status, now.Add(-tt.since)
			if tt.change != nil {
				tt.change(&s)
			}
			policy.Failure(&s, now, tt.after)
			got := s.NextPoll.Sub(now)
			low, high := tt.want, tt.want+tt.want/10
			if tt.want == day {
				low, high = day-day/10, day
			}
			if got < low || got > high || s.Why != tt.why {
				t.Errorf("%s because of %d, want %s to %s because of %d", got, s.Why, low, high, tt.why)
			}
		})
	}
}

// TestMove: a permanent redirect is followed for good when it was seen three
// times, a day apart each; anything else in between begins anew.
func TestMove(t *testing.T) {
	const old, to = "https://example.com/feed", "https://new.example/feed"
	s := daily()
	see := func(where string, after time.Duration) bool {
		t.Helper()
		now = now.Add(after)
		return policy.Redirected(&s, where, now)
	}
	start := now
	defer func() { now = start }()
	if see(to, 0) || see(to, time.Hour) || see(to, time.Hour) || see(to, 22*time.Hour) || see("", day) {
		t.Fatal("it moved too soon")
	}
	for _, where := range []string{to, to, "https://elsewhere.example/", to, to} {
		if see(where, day) {
			t.Fatal("it moved although the redirect changed in between")
		}
	}
	if !see(to, day) || s.URL != to || s.Move != (feed.Move{}) || s.ETag == "" {
		t.Fatalf("the third time: %+v", s)
	}
	if s.Source.URL != old {
		t.Error("the configuration's url is the operator's")
	}
	s.Failures, s.Status = 1, 500
	policy.Failure(&s, now, 0)
	if s.URL != to {
		t.Error("one failure sent it back")
	}
	s.Failures, s.Status = 2, http.StatusGone
	policy.Failure(&s, now, 0)
	if s.URL != old || s.ETag != "" || s.Why == feed.WhyGone || s.NextPoll.Sub(now) > day {
		t.Errorf("gone from where it had moved to: %+v; it is asked for at its old place", s)
	}
}

// TestJitter: sources that were put together drift apart.
func TestJitter(t *testing.T) {
	seen := map[time.Duration]int{}
	for i := range 1000 {
		s := daily()
		s.Source.ID = feed.SourceID(string(rune('a'+i%26)) + string(rune('a'+i/26)))
		policy.Success(&s, now, false)
		seen[s.NextPoll.Sub(now).Truncate(4*time.Minute)]++
	}
	if len(seen) < 9 {
		t.Errorf("the polls of a thousand sources fall into %d of 9 stretches", len(seen))
	}
	for at, n := range seen {
		if n > 200 {
			t.Errorf("%d of 1000 are polled within the same four minutes after %s", n, at)
		}
	}
}

func TestLearn(t *testing.T) {
	entry := func(ago time.Duration) feed.Entry { return feed.Entry{Published: now.Add(-ago)} }
	s := feed.State{}
	schedule.Learn(&s, []feed.Entry{entry(49 * time.Hour), entry(time.Hour), entry(25 * time.Hour), {}}, now)
	if s.Gap != day || !s.Newest.Equal(now.Add(-time.Hour)) {
		t.Errorf("newest %s, gap %s", s.Newest, s.Gap)
	}
	s = feed.State{}
	schedule.Learn(&s, []feed.Entry{{}, {}}, now) // no dates: what was new tells
	if s.Gap != 0 || !s.Newest.Equal(now) {
		t.Errorf("without dates: newest %s, gap %s", s.Newest, s.Gap)
	}
	s.LastSuccess = now
	schedule.Learn(&s, []feed.Entry{{}, {}, {}}, now.Add(8*time.Hour))
	if s.Gap != 8*time.Hour {
		t.Errorf("8 hours later something came: gap %s", s.Gap)
	}
	if got := s.PerWeek(now.Add(8 * time.Hour)); got != 21 {
		t.Errorf("%v entries a week, want 21", got)
	}
}

func TestFaster(t *testing.T) {
	p := policy.Faster(3600)
	if p.MinInterval != time.Second || p.MaxInterval != 24*time.Second || p.NoValidator != 4*time.Second {
		t.Errorf("%+v", p)
	}
}

func TestExplain(t *testing.T) {
	for want, change := range map[string]func(*feed.State){
		"now: it has never been polled":           func(s *feed.State) { *s = feed.State{} },
		"in 6h":                                   func(*feed.State) {},
		"it publishes an entry about every 24h":   func(*feed.State) {},
		"it has published nothing for 12d":        func(s *feed.State) { s.Newest = now.Add(-12 * day) },
		"max_interval is 24h":                     func(s *feed.State) { s.Newest = now.Add(-12 * day) },
		"its interval in the configuration is 2h": func(s *feed.State) { s.Source.Interval = 2 * time.Hour },
		"its ttl asks for 20h":                    func(s *feed.State) { s.Rhythm.TTL = 20 * time.Hour },
		"neither ETag nor Last-Modified":          func(s *feed.State) { s.ETag, s.Gap, s.Newest = "", 0, now },
		"not to be asked before 20":               func(s *feed.State) { s.NotBefore = now.Add(2 * day) },
	} {
		s := daily()
		change(&s)
		if !s.LastPoll.IsZero() {
			policy.Success(&s, now, false)
		}
		contains(t, policy.Explain(&s, now), want)
	}
	for want, status := range map[string]int{
		"never: the server answered 410 Gone": 410, "the server refuses with 403 Forbidden": 403, "the last poll failed, and the wait doubles": 500,
	} {
		s := daily()
		s.Failures, s.Status = 1, status
		policy.Failure(&s, now, 0)
		contains(t, policy.Explain(&s, now), want)
	}
}

func contains(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%q does not say %q", text, want)
	}
}

// A part of a document moves the pace as the whole would: a source that keeps
// its pace keeps it, one that gets faster is followed.
func TestLearnNew(t *testing.T) {
	now := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	entry := func(ago time.Duration) feed.Entry { return feed.Entry{Published: now.Add(-ago)} }
	known := feed.State{Newest: now.Add(-24 * time.Hour), Gap: 24 * time.Hour, LastSuccess: now.Add(-time.Hour)}
	for _, tt := range []struct {
		name    string
		entries []feed.Entry
		dated   int
		newest  time.Duration // ago
		gap     time.Duration
	}{
		{"nothing new", nil, 11, 24 * time.Hour, 24 * time.Hour},
		{"at its pace", []feed.Entry{entry(time.Second)}, 11, time.Second, 24*time.Hour - time.Second/10},
		{"faster", []feed.Entry{entry(12 * time.Hour), entry(23 * time.Hour)}, 11, 12 * time.Hour, 24*time.Hour - 23*time.Hour/10 - (24*time.Hour-23*time.Hour/10-11*time.Hour)/10},
		{"late ones and corrections", []feed.Entry{entry(24 * time.Hour), entry(100 * time.Hour)}, 11, 24 * time.Hour, 24 * time.Hour},
		{"one of the future", []feed.Entry{entry(-time.Hour)}, 11, 24 * time.Hour, 24 * time.Hour},
		{"one without a date", []feed.Entry{{}}, 11, 24 * time.Hour, 24 * time.Hour},
		{"none has a date", []feed.Entry{{}}, 0, 0, 24 * time.Hour},
		{"none has a date, none is new", nil, 0, 24 * time.Hour, 24 * time.Hour},
	} {
		s := known
		schedule.LearnNew(&s, tt.entries, tt.dated, now)
		if !s.Newest.Equal(now.Add(-tt.newest)) || s.Gap != tt.gap {
			t.Errorf("%s: newest %s ago, gap %s; want %s, %s", tt.name, now.Sub(s.Newest), s.Gap, tt.newest, tt.gap)
		}
	}
}
