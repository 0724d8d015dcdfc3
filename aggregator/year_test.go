package aggregator_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/aggregator/schedule"
	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/storage"
	"tributary/storage/bolt"
)

const (
	day   = 24 * time.Hour
	hosts = 5 // sources on one host
)

// A temperament is how an upstream behaves.
type temperament struct {
	name     string
	share    int           // of a thousand
	every    time.Duration // between two entries; zero: never another
	interval time.Duration // in the configuration
	head     http.Header
	rss      string // in the channel
	plain    bool   // sends no validators
	trouble  func(at time.Duration, rng *rand.Rand) *fetch.Error
	moved    time.Duration // redirects permanently from then on
	polls    [2]int        // in a year, at least and at most
	gap      time.Duration // between two good polls, at least
}

func status(code int, retry time.Duration) *fetch.Error {
	return &fetch.Error{Status: code, RetryAfter: retry, Reason: fmt.Sprint("the server answered ", code)}
}

func sometimes(part float64, e *fetch.Error) func(time.Duration, *rand.Rand) *fetch.Error {
	return func(_ time.Duration, rng *rand.Rand) *fetch.Error {
		if rng.Float64() < part {
			return e
		}
		return nil
	}
}

func between(from, to time.Duration, e *fetch.Error) func(time.Duration, *rand.Rand) *fetch.Error {
	return func(at time.Duration, _ *rand.Rand) *fetch.Error {
		if at >= from && at < to {
			return e
		}
		return nil
	}
}

const night = `<skipHours><hour>0</hour><hour>1</hour><hour>2</hour><hour>3</hour><hour>4</hour></skipHours><skipDays><day>Sunday</day></skipDays>`

var temperaments = []temperament{
	{name: "every third day", share: 300, every: 3 * day, polls: [2]int{420, 500}, gap: time.Hour},
	{name: "hourly", share: 5, every: time.Hour, polls: [2]int{7200, 8760}, gap: time.Hour},
	{name: "weekly", share: 160, every: 7 * day, polls: [2]int{360, 520}, gap: 20 * time.Hour},
	{name: "dead", share: 150, polls: [2]int{355, 420}, gap: 20 * time.Hour},
	{name: "no validators", share: 20, every: 8 * time.Hour, plain: true, polls: [2]int{1900, 2190}, gap: 4 * time.Hour},
	{name: "fresh for 8 hours", share: 50, every: day, head: http.Header{"Cache-Control": {"max-age=28800"}}, polls: [2]int{930, 1095}, gap: 8 * time.Hour},
	{name: "ttl of 12 hours", share: 50, every: day, rss: "<ttl>720</ttl>", polls: [2]int{600, 730}, gap: 12 * time.Hour},
	{name: "sleeps at night", share: 30, every: day, rss: night, polls: [2]int{700, 1500}, gap: time.Hour},
	{name: "flaky", share: 50, every: day, trouble: sometimes(0.3, status(500, 0)), polls: [2]int{1200, 2400}, gap: time.Hour},
	{name: "goes away", share: 40, every: day, trouble: between(100*day, 400*day, status(410, 0)), polls: [2]int{300, 410}, gap: time.Hour},
	{name: "lost for a month", share: 40, every: 3 * day, trouble: between(50*day, 80*day, status(404, 0)), polls: [2]int{420, 600}, gap: time.Hour},
	{name: "asks for time", share: 40, every: day, trouble: sometimes(0.1, status(429, 2*time.Hour)), polls: [2]int{1000, 1800}, gap: time.Hour},
	{name: "overloaded", share: 15, every: day, trouble: sometimes(0.2, status(503, 30*time.Hour)), polls: [2]int{250, 1200}, gap: time.Hour},
	{name: "forbidden", share: 15, trouble: sometimes(1, status(403, 0)), polls: [2]int{355, 420}, gap: 4 * time.Hour},
	{name: "moves", share: 15, every: day, moved: 200 * day, polls: [2]int{1100, 1470}, gap: time.Hour},
	{name: "twice a day as told", share: 20, every: day, interval: 12 * time.Hour, polls: [2]int{680, 731}, gap: 12 * time.Hour},
}

// A cosmos is all upstreams of a simulated year.
type cosmos struct {
	began   time.Time
	mu      sync.Mutex
	rng     *rand.Rand
	sources map[feed.SourceID]*star
	inside  map[string]int
	last    map[string]time.Time // when a host was asked last
	held    map[string]time.Time // when a host may be asked again
	outage  [2]time.Duration
	faults  []string
	seconds map[int64]int // polls by second
	offline int           // requests during the outage
}

// A star is one upstream and what was seen of its visitor.
type star struct {
	*temperament
	polls    int
	good     time.Time // the last good poll
	spare    time.Time // not to be asked before
	gone     bool
	followed bool
}

func (c *cosmos) fault(format string, args ...any) {
	if len(c.faults) < 20 {
		c.faults = append(c.faults, time.Since(c.began).String()+": "+fmt.Sprintf(format, args...))
	}
}

// Fetch is upstream's side of a poll.
func (c *cosmos) Fetch(ctx context.Context, s *feed.State) (*fetch.Document, error) {
	host := fetch.HostKey(s.URL)
	took := c.enter(s, host)
	time.Sleep(took)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside[host]--
	return c.answer(s, host)
}

// enter checks whether the request is polite, and returns how long its answer
// takes.
func (c *cosmos) enter(s *feed.State, host string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	at := c.sources[s.Source.ID]
	at.polls++
	c.seconds[now.Unix()]++
	if c.inside[host]++; c.inside[host] > 2 {
		c.fault("%d requests at once to %s", c.inside[host], host)
	}
	if gap := now.Sub(c.last[host]); gap < time.Second {
		c.fault("%s was asked after %s", host, gap)
	}
	c.last[host] = now
	switch {
	case at.gone:
		c.fault("%s was asked after 410", s.Source.ID)
	case now.Before(at.spare):
		c.fault("%s (%s) was asked %s before Retry-After was over", s.Source.ID, at.name, at.spare.Sub(now))
	case now.Before(c.held[host]):
		c.fault("%s was asked %s before its 429 was over", host, c.held[host].Sub(now))
	case !at.good.IsZero() && now.Sub(at.good) < at.gap && s.Failures == 0:
		c.fault("%s (%s) was asked again after %s", s.Source.ID, at.name, now.Sub(at.good))
	}
	return time.Duration(20+c.rng.IntN(500)) * time.Millisecond
}

func (c *cosmos) answer(s *feed.State, host string) (*fetch.Document, error) {
	now := time.Now()
	since := now.Sub(c.began)
	at := c.sources[s.Source.ID]
	if since >= c.outage[0] && since < c.outage[1] {
		c.offline++
		return nil, &fetch.Error{Reason: "no route", Network: true}
	}
	if at.trouble != nil {
		if e := at.trouble(since, c.rng); e != nil {
			at.gone = e.Status == http.StatusGone
			at.spare = now.Add(e.RetryAfter)
			if e.Status == http.StatusTooManyRequests {
				c.held[host] = later(c.held[host], at.spare)
				return nil, &fetch.Error{Status: e.Status, RetryAfter: e.RetryAfter, Reason: e.Reason, Host: host}
			}
			return nil, e
		}
	}
	at.good = now
	doc := c.document(at, s, since)
	if at.moved > 0 && since >= at.moved {
		if at.followed = strings.HasPrefix(host, "new."); !at.followed {
			doc.Moved = "https://new." + strings.TrimPrefix(s.URL, "https://")
		}
	}
	return doc, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// document is the feed of a source, or 304.
func (c *cosmos) document(at *star, s *feed.State, since time.Duration) *fetch.Document {
	newest := 0
	if at.every > 0 {
		newest = int(since / at.every)
	}
	doc := &fetch.Document{URL: s.URL, Status: http.StatusOK, Header: at.head, Fresh: 0}
	if at.head != nil {
		doc.Fresh = 8 * time.Hour
	}
	tag := fmt.Sprintf(`"%d"`, newest)
	doc.Digest = feed.DigestOf(tag)
	if !at.plain {
		doc.ETag = tag
	}
	if s.Body == doc.Digest {
		doc.NotModified = true
		if !at.plain {
			doc.Status = http.StatusNotModified
		}
		return doc
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>T</title><link>%s</link><description>D</description>%s`, s.URL, at.rss)
	every := at.every
	if every == 0 {
		every = 400 * day
	}
	for i := range 3 {
		n := newest - i
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s-%d</guid><title>%d</title><pubDate>%s</pubDate></item>`,
			s.Source.ID, n, n, c.began.Add(time.Duration(n)*every-time.Minute).Format(time.RFC1123Z))
	}
	b.WriteString(`</channel></rss>`)
	doc.Body = []byte(b.String())
	return doc
}

// newCosmos makes n sources, five to a host.
func newCosmos(n int) (*cosmos, []feed.Source) {
	c := &cosmos{
		began: time.Now(), rng: rand.New(rand.NewPCG(1, 2)), sources: map[feed.SourceID]*star{},
		inside: map[string]int{}, last: map[string]time.Time{}, held: map[string]time.Time{}, seconds: map[int64]int{},
	}
	var sources []feed.Source
	for i := range n {
		k, place := 0, i*1000/n
		for ; place >= temperaments[k].share; k++ {
			place -= temperaments[k].share
		}
		id := feed.SourceID(fmt.Sprintf("s%d", i))
		sources = append(sources, feed.Source{
			ID: id, Kind: "feed", Categories: []string{"c"}, Interval: temperaments[k].interval,
			URL: fmt.Sprintf("https://h%d.example/%d.xml", i/hosts, i),
		})
		c.sources[id] = &star{temperament: &temperaments[k]}
	}
	return c, sources
}

func (c *cosmos) aggregator(store storage.Writer) *aggregator.Aggregator {
	return aggregator.New(store, aggregator.Settings{
		Fetcher: fetch.Mux{"https": c}, HostGap: time.Second, CatchUp: 2 * time.Hour, Policy: schedule.Policy{},
	})
}

// during runs a fresh aggregator for a while, as a process would.
func (c *cosmos) during(t *testing.T, store storage.Writer, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := c.aggregator(store).Run(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

// TestYear lives through a year with a thousand sources of all temperaments
// (fewer where time is short), in virtual time: with a stop of three days, and
// an outage of our own network of six hours.
func TestYear(t *testing.T) {
	n := 200
	switch {
	case raceEnabled || testing.Short():
		n = 100
	case testshared.InCI():
		n = 1000
	}
	synctest.Test(t, func(t *testing.T) {
		c, sources := newCosmos(n)
		c.outage = [2]time.Duration{150 * day, 150*day + 6*time.Hour}
		store := newMemory(sources)

		c.during(t, store, 120*day)
		before := store.dueTimes()
		clear(store.leased) // they ended with the process
		time.Sleep(3 * day)
		c.restart(t, store, before)
		c.during(t, store, 365*day-time.Since(c.began))
		c.check(t, store)
	})
}

// restart begins after a stop: what is overdue is spread over the window, and
// nothing is polled before its time.
func (c *cosmos) restart(t *testing.T, store *memory, due map[feed.SourceID]time.Time) {
	t.Helper()
	again := time.Now()
	overdue := 0
	for _, at := range due {
		if at.Before(again) {
			overdue++
		}
	}
	c.mu.Lock()
	clear(c.seconds)
	c.mu.Unlock()
	store.began = map[feed.SourceID]time.Time{}
	c.during(t, store, 4*time.Hour)
	for id, at := range store.began {
		if at.Before(due[id]) {
			t.Errorf("%s was due %s and was polled at %s, after a restart", id, due[id], at)
		}
	}
	first := 0
	for second, polls := range c.seconds {
		if second < again.Add(12*time.Minute).Unix() {
			first += polls
		}
	}
	if limit := overdue/5 + 5; first > limit || first == 0 {
		t.Errorf("%d of %d overdue sources were polled in the first tenth of the window, want at most %d", first, overdue, limit)
	}
	for id, at := range due {
		if st := store.state(id); at.Before(again) && st.LastPoll.Before(again) && !at.IsZero() && st.Why != feed.WhyHost {
			t.Errorf("%s was due %s and is not polled four hours after the restart; next %s", id, at, st.NextPoll)
		}
	}
}

func (c *cosmos) check(t *testing.T, store *memory) {
	t.Helper()
	for _, f := range c.faults {
		t.Error(f)
	}
	polls := map[string][]int{}
	for id, at := range c.sources {
		polls[at.name] = append(polls[at.name], at.polls)
		st := store.state(id)
		switch at.name {
		case "goes away":
			if st.Why != feed.WhyGone {
				t.Errorf("%s went away, and is polled at %s", id, st.NextPoll)
			}
		case "forbidden":
			if st.Failures < 300 || st.Status != 403 {
				t.Errorf("%s refuses: %d failures, status %d", id, st.Failures, st.Status)
			}
		case "moves":
			if !at.followed || !strings.HasPrefix(st.URL, "https://new.") {
				t.Errorf("%s moved, and is polled at %s", id, st.URL)
			}
		case "flaky", "asks for time", "overloaded":
		default:
			if st.Failures != 0 || st.LastError != "" || time.Since(st.LastSuccess) > 26*time.Hour {
				t.Errorf("%s (%s): %d failures, last success %s: %s", id, at.name, st.Failures, st.LastSuccess, st.LastError)
			}
		}
	}
	for i := range temperaments {
		k := &temperaments[i]
		all := polls[k.name]
		slices.Sort(all)
		if low, high := all[0], all[len(all)-1]; low < k.polls[0] || high > k.polls[1] {
			t.Errorf("%s: polled %d to %d times in a year, want %d to %d", k.name, low, high, k.polls[0], k.polls[1])
		}
	}
	if c.offline > 600 {
		t.Errorf("%d requests while our network was down for six hours: a few to notice it, then one a minute", c.offline)
	}
}

// TestMemory lives through two weeks with the store of TestYear and with the
// real one: sources are polled at the same moments, give or take what a disk
// takes.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a fortnight with a store on disk takes half a minute")
	}
	live := func(t *testing.T, open func(*testing.T, []feed.Source) (storage.Writer, func() error)) (polls map[feed.SourceID]int) {
		synctest.Test(t, func(t *testing.T) {
			c, sources := newCosmos(40)
			c.outage = [2]time.Duration{3 * day, 3*day + time.Hour}
			store, closed := open(t, sources)
			c.during(t, store, 14*day)
			if err := closed(); err != nil {
				t.Error(err)
			}
			polls = map[feed.SourceID]int{}
			for id, at := range c.sources {
				polls[id] = at.polls
			}
			for _, f := range c.faults {
				t.Error(f)
			}
		})
		return polls
	}
	fake := live(t, func(_ *testing.T, sources []feed.Source) (storage.Writer, func() error) {
		return newMemory(sources), func() error { return nil }
	})
	path := filepath.Join(t.TempDir(), "test.db")
	real := live(t, func(t *testing.T, sources []feed.Source) (storage.Writer, func() error) {
		store, err := bolt.Open(t.Context(), path)
		if err == nil {
			err = store.PutSources(t.Context(), sources)
		}
		if err != nil {
			t.Fatal(err)
		}
		return store, store.Close
	})
	for id, n := range real {
		if diff := n - fake[id]; diff < -n/5-3 || diff > n/5+3 {
			t.Errorf("%s was polled %d times with the real store, %d with the fake", id, n, fake[id])
		}
	}
}
