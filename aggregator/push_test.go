package aggregator_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/storage"
)

// pushFleet has polled its one source, whose hub is relied on, once.
func pushFleet(t testing.TB, u *upstream, pushed bool) *fleet {
	t.Helper()
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	f.Configure(pushSettings(pushed))
	want(t, f.pass(t)["a"], 200, 1, 0, 0)
	return f
}

func pushSettings(pushed bool) aggregator.Settings {
	web := fetch.NewHTTP(fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	return aggregator.Settings{
		Fetcher: fetch.Mux{"http": web}, MaxBody: 64 << 10,
		Pushed: func(context.Context, *feed.State) bool { return pushed },
	}
}

func hubbed(items ...string) string {
	return strings.Replace(rss(items...), "<channel>", `<channel><link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>`, 1)
}

func (f *fleet) state(t testing.TB) feed.State {
	t.Helper()
	s, err := f.store.State(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (f *fleet) push(t testing.TB, header http.Header, body string) {
	t.Helper()
	if err := f.Push(t.Context(), "a", header, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

func (f *fleet) titles(t testing.TB) string {
	t.Helper()
	var titles []string
	for _, e := range f.entries(t) {
		titles = append(titles, e.Title.Body)
	}
	return strings.Join(titles, ", ")
}

// TestPush takes pushes as polls take answers: what is new, what is corrected,
// what is known, a part of the feed, other formats and charsets.
func TestPush(t *testing.T) {
	u := newUpstream(t, hubbed(item(1, "One")))
	f := pushFleet(t, u, true)
	before := f.state(t)
	if before.Why != feed.WhyPushed || before.Hub == "" {
		t.Fatalf("the source is not pushed: %+v", before)
	}
	polls := u.requests.Load()
	for _, tt := range []struct {
		name, contentType, coding string
		body                      []byte
		titles                    string
	}{
		{"the whole feed", "application/rss+xml", "", []byte(rss(item(2, "Two"), item(1, "One"))), "Two, One"},
		{"the same once more", "application/rss+xml", "", []byte(rss(item(2, "Two"), item(1, "One"))), "Two, One"},
		{"one entry alone", "application/rss+xml", "", []byte(rss(item(3, "Three"))), "Three, Two, One"},
		{"a correction", "application/rss+xml", "", []byte(rss(item(2, "Zwei"))), "Three, Zwei, One"},
		{"nothing", "application/rss+xml", "", []byte(rss()), "Three, Zwei, One"},
		{"gzip", "application/rss+xml", "gzip", packed(t, rss(item(4, "Four"))), "Four, Three, Zwei, One"},
		{"another charset", "application/rss+xml; charset=iso-8859-1", "", []byte(rss(item(5, "F\xfcnf"))), "Fünf, Four, Three, Zwei, One"},
		{"another format", "application/atom+xml", "", []byte(`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:x</id><updated>2026-01-01T00:00:00Z</updated>` +
			`<entry><id>urn:six</id><title>Six</title><updated>2026-01-01T00:00:00Z</updated><link href="https://example.com/6"/></entry></feed>`), "Six, Fünf, Four, Three, Zwei, One"},
	} {
		header := http.Header{"Content-Type": {tt.contentType}}
		if tt.coding != "" {
			header.Set("Content-Encoding", tt.coding)
		}
		f.push(t, header, string(tt.body))
		if got := f.titles(t); got != tt.titles {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.titles)
		}
	}
	after := f.state(t)
	if !after.NextPoll.Equal(before.NextPoll) || after.Why != before.Why || !after.LastPoll.Equal(before.LastPoll) {
		t.Errorf("pushes put off the daily poll: it was planned for %s, and is for %s", before.NextPoll, after.NextPoll)
	}
	if after.ETag != before.ETag || after.Body != before.Body || after.Feed.Title != before.Feed.Title {
		t.Errorf("a part of the feed is taken for the whole: %+v", after)
	}
	if n := u.requests.Load(); n != polls {
		t.Errorf("%d polls for pushes", n-polls)
	}
	if s := f.Status(); s.Pushes != 8 || s.Polls != 1 || s.NewEntries != 6 || s.Updated != 1 {
		t.Errorf("counted %+v", s)
	}
}

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestUnreadablePush has the source polled instead, as soon as manners let it
// be, and not held against it.
func TestUnreadablePush(t *testing.T) {
	for _, tt := range []struct {
		name, coding, body string
	}{
		{"nothing", "", ""},
		{"a page", "", "<!DOCTYPE html><html><body>New!</body></html>"},
		{"no gzip", "gzip", "\x00\x01\x02"},
		{"an unknown coding", "lzma", "\x00\x01\x02"},
		{"a bomb", "gzip", string(packed(t, rss(item(9, strings.Repeat("x", 1<<20)))))},
	} {
		u := newUpstream(t, hubbed(item(1, "One")))
		f := pushFleet(t, u, true)
		before := f.state(t)
		header := http.Header{}
		if tt.coding != "" {
			header.Set("Content-Encoding", tt.coding)
		}
		f.push(t, header, tt.body)
		s := f.state(t)
		if wait := s.NextPoll.Sub(s.LastPoll); s.Why != feed.WhyUnread || wait != time.Hour {
			t.Errorf("%s: polled %s after the last poll because of %d, want min_interval", tt.name, wait, s.Why)
		}
		if s.Failures != 0 || s.LastError != "" || f.titles(t) != "One" || !s.LastSuccess.Equal(before.LastSuccess) {
			t.Errorf("%s: held against it: %+v", tt.name, s)
		}
		f.push(t, nil, rss(item(2, "Two"))) // its claim has ended
		if got := f.titles(t); got != "Two, One" {
			t.Errorf("%s: and then %s", tt.name, got)
		}
	}
}

// TestUnreadablePushWaits for Retry-After, and leaves alone what is gone, or
// is due before.
func TestUnreadablePushWaits(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	for _, tt := range []struct {
		name string
		put  func(*feed.State)
		at   time.Time
	}{
		{"Retry-After", func(s *feed.State) { s.NotBefore = now.Add(5 * time.Hour); s.NextPoll = now.Add(9 * time.Hour) }, now.Add(5 * time.Hour)},
		{"due before", func(s *feed.State) { s.NextPoll = now.Add(time.Minute) }, now.Add(time.Minute)},
		{"gone", func(s *feed.State) { s.NextPoll = now.Add(9000 * time.Hour); s.Why = feed.WhyGone }, now.Add(9000 * time.Hour)},
	} {
		f := pushFleet(t, newUpstream(t, hubbed(item(1, "One"))), true)
		states, err := f.store.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{"a"}, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		tt.put(&states[0])
		if _, err := f.store.Commit(t.Context(), storage.Poll{State: states[0]}); err != nil {
			t.Fatal(err)
		}
		f.push(t, nil, "unreadable")
		if s := f.state(t); !s.NextPoll.Equal(tt.at) {
			t.Errorf("%s: polled at %s, want %s", tt.name, s.NextPoll, tt.at)
		}
	}
}

// TestPushKeepsTrouble: what a hub pushes says nothing of the server that
// polls fail at.
func TestPushKeepsTrouble(t *testing.T) {
	u := newUpstream(t, hubbed(item(1, "One")))
	f := pushFleet(t, u, true)
	u.status.Store(500)
	f.pass(t)
	before := f.state(t)
	f.push(t, nil, rss(item(2, "Two")))
	if s := f.state(t); s.Failures != 1 || s.LastError != before.LastError || !s.NextPoll.Equal(before.NextPoll) {
		t.Errorf("a push hides that polls fail: %+v", s)
	}
	if got := f.titles(t); got != "Two, One" {
		t.Errorf("stored: %s", got)
	}
}

// TestPushDuringPoll: both end in the store, and neither is lost.
func TestPushDuringPoll(t *testing.T) {
	u := newUpstream(t, hubbed(item(1, "One")))
	f := pushFleet(t, u, true)
	u.body.Store(hubbed(item(2, "Two"), item(1, "One")))
	release := make(chan struct{})
	inner := pushSettings(true)
	inner.Fetcher = slowFetcher{inner.Fetcher, release}
	f.Configure(inner)
	var both sync.WaitGroup
	polling := make(chan struct{})
	both.Go(func() {
		close(polling)
		want(t, f.pass(t)["a"], 200, 1, 0, 1)
	})
	<-polling
	time.Sleep(50 * time.Millisecond) // the poll has claimed the source
	for i := range 3 {
		both.Go(func() { f.push(t, nil, rss(item(10+i, fmt.Sprint("Pushed ", i)))) })
	}
	time.Sleep(50 * time.Millisecond)
	if got := f.titles(t); got != "One" {
		t.Errorf("stored while the poll goes on: %s", got)
	}
	close(release)
	both.Wait()
	if n := len(f.entries(t)); n != 5 {
		t.Errorf("%d entries, want 5: %s", n, f.titles(t))
	}
}

// A slowFetcher answers once it is let.
type slowFetcher struct {
	fetch.Fetcher
	release <-chan struct{}
}

func (s slowFetcher) Fetch(ctx context.Context, st *feed.State) (*fetch.Document, error) {
	<-s.release
	return s.Fetcher.Fetch(ctx, st)
}

// TestPushStops: a push that waits for a poll ends with its context.
func TestPushStops(t *testing.T) {
	f := pushFleet(t, newUpstream(t, hubbed(item(1, "One"))), true)
	if _, err := f.store.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{"a"}, Limit: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := f.Push(ctx, "a", nil, []byte(rss(item(2, "Two")))); err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("ended with %v after %s", err, time.Since(began))
	}
}

// TestMissed tells of entries that a daily poll found first, and only then.
func TestMissed(t *testing.T) {
	u := newUpstream(t, hubbed(item(1, "One")))
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	var missed atomic.Int64
	set := pushSettings(true)
	set.Missed = func(_ context.Context, id feed.SourceID) {
		missed.Add(1)
		if err := f.Unpushed(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	f.Configure(set)
	step := func(what string, wantMissed int64, why feed.Why) {
		t.Helper()
		f.pass(t)
		if s := f.state(t); missed.Load() != wantMissed || s.Why != why {
			t.Errorf("%s: %d missed, planned because of %d; want %d and %d", what, missed.Load(), s.Why, wantMissed, why)
		}
	}
	step("the first poll", 0, feed.WhyPushed)
	step("nothing new", 0, feed.WhyPushed)
	f.push(t, nil, rss(item(2, "Two")))
	u.body.Store(hubbed(item(2, "Two"), item(1, "One")))
	step("what was pushed", 0, feed.WhyPushed)
	u.body.Store(hubbed(item(3, "Three"), item(2, "Two"), item(1, "One")))
	step("what was not pushed", 1, feed.WhyNoValidator)
	if wait := time.Until(f.state(t).NextPoll); wait > 5*time.Hour {
		t.Errorf("polled in %s although nothing pushes", wait)
	}
	u.body.Store(hubbed(item(4, "Four"), item(3, "Three")))
	step("it was planned without a hub", 1, feed.WhyPushed)
}

// TestUnpushed plans as if there were no hub, and leaves other plans alone.
func TestUnpushed(t *testing.T) {
	f := pushFleet(t, newUpstream(t, hubbed(item(1, "One"))), true)
	if wait := time.Until(f.state(t).NextPoll); wait < 20*time.Hour {
		t.Fatalf("polled in %s although it is pushed", wait)
	}
	for range 2 {
		if err := f.Unpushed(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if s := f.state(t); s.Why == feed.WhyPushed || time.Until(s.NextPoll) > 5*time.Hour {
			t.Errorf("planned for %s because of %d", s.NextPoll, s.Why)
		}
	}
	plan := f.state(t)
	if err := f.Unpushed(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if s := f.state(t); !s.NextPoll.Equal(plan.NextPoll) {
		t.Errorf("a plan that has nothing to do with the hub is changed from %s to %s", plan.NextPoll, s.NextPoll)
	}
	if err := f.Unpushed(t.Context(), "nobody"); err != nil {
		t.Errorf("a source that there is not: %v", err)
	}
	f.push(t, nil, rss(item(2, "Two"))) // its claim has ended
}

// BenchmarkPush takes a push of ten entries of which one is new.
func BenchmarkPush(b *testing.B) {
	f := pushFleet(b, newUpstream(b, hubbed(item(1, "One"))), true)
	n := 100
	b.ReportAllocs()
	for b.Loop() {
		n++
		var items []string
		for i := range 10 {
			items = append(items, item(n-i, fmt.Sprint("Entry ", n-i)))
		}
		if err := f.Push(b.Context(), "a", nil, []byte(rss(items...))); err != nil {
			b.Fatal(err)
		}
	}
}
