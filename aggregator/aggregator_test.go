package aggregator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/storage"
	"tributary/storage/bolt"
)

// A fleet is an aggregator over a real store.
type fleet struct {
	*aggregator.Aggregator
	store storage.Store
}

func newFleet(t testing.TB, path string, sources ...feed.Source) *fleet {
	t.Helper()
	store, err := bolt.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	web := fetch.NewHTTP(fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	f := &fleet{store: store, Aggregator: aggregator.New(store, aggregator.Settings{
		Fetcher: fetch.Mux{"http": web},
	})}
	t.Cleanup(func() { f.close(t) })
	return f
}

// close closes the store, once.
func (f *fleet) close(t testing.TB) {
	t.Helper()
	if f.store == nil {
		return
	}
	if err := f.store.Close(); err != nil {
		t.Error(err)
	}
	f.store = nil
}

// pass polls all sources once, due or not, and returns the outcomes.
func (f *fleet) pass(t testing.TB) map[feed.SourceID]aggregator.Outcome {
	t.Helper()
	which := aggregator.Which{Sources: []feed.SourceID{}}
	for s, err := range f.store.States(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		which.Sources = append(which.Sources, s.Source.ID)
	}
	out := map[feed.SourceID]aggregator.Outcome{}
	if err := f.Pass(t.Context(), which, func(o aggregator.Outcome) { out[o.Source] = o }); err != nil {
		t.Fatal(err)
	}
	return out
}

func (f *fleet) entries(t testing.TB) []feed.Entry {
	t.Helper()
	var out []feed.Entry
	for e, err := range f.store.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func rss(items ...string) string {
	return `<rss version="2.0"><channel><title>T</title><link>https://example.com/</link><description>D</description>` +
		strings.Join(items, "") + `</channel></rss>`
}

func item(n int, title string) string {
	return fmt.Sprintf(`<item><guid isPermaLink="false">%d</guid><link>https://example.com/%d</link><title>%s</title></item>`, n, n, title)
}

// An upstream serves one document that a test can change.
type upstream struct {
	*httptest.Server
	body     atomic.Value // string
	status   atomic.Int64
	etag     atomic.Bool
	requests atomic.Int64
}

func newUpstream(t testing.TB, body string) *upstream {
	t.Helper()
	u := &upstream{}
	u.body.Store(body)
	u.status.Store(http.StatusOK)
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.requests.Add(1)
		body := u.body.Load().(string)
		if u.etag.Load() {
			etag := fmt.Sprintf("%q", feed.DigestOf(body))
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(int(u.status.Load()))
		fmt.Fprint(w, body)
	}))
	t.Cleanup(u.Close)
	return u
}

func (u *upstream) source() feed.Source {
	return feed.Source{ID: "a", URL: u.URL + "/feed", Kind: "feed", Categories: []string{"c"}}
}

func want(t testing.TB, o aggregator.Outcome, status, fresh, updated, unchanged int) {
	t.Helper()
	if o.Status != status || o.New != fresh || o.Updated != updated || o.Unchanged != unchanged || o.Error != "" {
		t.Errorf("status %d, %d new, %d updated, %d unchanged, error %q; want %d, %d, %d, %d", o.Status, o.New, o.Updated, o.Unchanged, o.Error, status, fresh, updated, unchanged)
	}
}

func TestPoll(t *testing.T) {
	u := newUpstream(t, rss(item(2, "Two"), item(1, "One")))
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	want(t, f.pass(t)["a"], 200, 2, 0, 0)
	// The same bytes are not parsed again.
	want(t, f.pass(t)["a"], 200, 0, 0, 0)
	u.etag.Store(true)
	u.body.Store(rss(item(3, "Three"), item(2, "Two, corrected"), item(1, "One")))
	want(t, f.pass(t)["a"], 200, 1, 1, 1)
	want(t, f.pass(t)["a"], 304, 0, 0, 0)
	var titles []string
	for _, e := range f.entries(t) {
		titles = append(titles, e.Title.Body)
	}
	if got := strings.Join(titles, ", "); got != "Three, Two, corrected, One" {
		t.Errorf("stored: %s", got)
	}
}

// Identities survive a restart, a re-poll and an upstream that moves.
func TestIdentitySurvives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	body := rss(item(2, "Two"), item(1, "One"), `<item><title>No guid</title><link>/n</link></item>`, `<item><title>Nothing but a title</title></item>`)
	u, moved := newUpstream(t, body), newUpstream(t, strings.Replace(body, "/n<", "https://example.com/n<", 1))
	u.body.Store(strings.Replace(body, "/n<", "https://example.com/n<", 1))
	f := newFleet(t, path, u.source())
	want(t, f.pass(t)["a"], 200, 4, 0, 0)
	before := f.entries(t)
	f.close(t)
	src := u.source()
	src.URL = moved.URL + "/elsewhere.xml"
	f = newFleet(t, path, src)
	want(t, f.pass(t)["a"], 200, 0, 0, 4)
	after := f.entries(t)
	for i := range before {
		if before[i].ID != after[i].ID || !before[i].Order.Equal(after[i].Order) {
			t.Errorf("%q was %s and is %s", before[i].Title.Body, before[i].ID, after[i].ID)
		}
	}
}

func TestFailures(t *testing.T) {
	u := newUpstream(t, rss(item(1, "One")))
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	want(t, f.pass(t)["a"], 200, 1, 0, 0)
	for _, tt := range []struct {
		status int
		body   string
		words  string
	}{
		{500, "", "500 Internal Server Error"},
		{200, "<!DOCTYPE html><html><body>Sorry</body></html>", "HTML page"},
		{200, "", "empty"},
	} {
		u.status.Store(int64(tt.status))
		u.body.Store(tt.body)
		if o := f.pass(t)["a"]; !strings.Contains(o.Error, tt.words) {
			t.Errorf("%d %q: error %q, want %q in it", tt.status, tt.body, o.Error, tt.words)
		}
	}
	st, err := f.store.State(t.Context(), "a")
	if err != nil || st.Failures != 3 || st.LastError == "" || len(f.entries(t)) != 1 {
		t.Errorf("after three failures: %d failures, %q, %d entries, %v", st.Failures, st.LastError, len(f.entries(t)), err)
	}
	u.status.Store(200)
	u.body.Store(rss(item(2, "Two"), item(1, "One")))
	want(t, f.pass(t)["a"], 200, 1, 0, 1)
	if st, err = f.store.State(t.Context(), "a"); err != nil || st.Failures != 0 || st.LastError != "" {
		t.Errorf("after a success: %d failures, %q, %v", st.Failures, st.LastError, err)
	}
}

// TestRun polls what is due when it is due, until it is stopped.
func TestRun(t *testing.T) {
	u := newUpstream(t, rss(item(1, "One")))
	src := u.source()
	src.Interval = 20 * time.Millisecond
	slow := u.source()
	slow.ID, slow.URL = "slow", u.URL+"/slow"
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), src, slow)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	deadline := time.Now().Add(10 * time.Second)
	for u.requests.Load() < 5 && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("stopping is no error, got %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it does not stop")
	}
	if n := u.requests.Load(); n < 5 {
		t.Errorf("%d requests, want a poll every 20 ms and one of the other source", n)
	}
	st, err := f.store.State(t.Context(), "slow")
	if err != nil || st.Revision != 1 {
		t.Errorf("the source that is due in an hour was polled %d times, %v", st.Revision, err)
	}
}

// TestManners polls the simulator's feeds, faults and all, and lets it judge.
func TestManners(t *testing.T) {
	up := testshared.StartUpstream(t, "-n", "80", "-change", "0.3", "-faults", "mixed", "-hang", "100ms", "-drip-pause", "1ms",
		"-oversize-mb", "20", "-bomb-mb", "30", "-retry-after", "1s")
	var sources []feed.Source
	for _, f := range up.Feeds {
		sources = append(sources, feed.Source{ID: feed.SourceID(fmt.Sprintf("f%d", f.ID)), URL: f.URL, Kind: "feed", Categories: []string{"c"}})
	}
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), sources...)
	if got := len(f.pass(t)); got != len(sources) {
		t.Errorf("%d outcomes, want %d", got, len(sources))
	}
	for range 2 {
		time.Sleep(1100 * time.Millisecond) // Retry-After is over
		f.passDue(t)
	}
	var stats struct {
		Requests   int            `json:"requests"`
		Violations map[string]int `json:"violations"`
	}
	if err := up.Get(t.Context(), "/stats", &stats); err != nil {
		t.Fatal(err)
	}
	if len(stats.Violations) > 0 || stats.Requests == 0 {
		t.Errorf("violations in %d requests: %v", stats.Requests, stats.Violations)
	}
}

// passDue polls all sources that were not told to wait longer than a minute.
func (f *fleet) passDue(t testing.TB) {
	t.Helper()
	which := aggregator.Which{Sources: []feed.SourceID{}}
	for s, err := range f.store.States(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if time.Until(s.NextPoll) < 2*time.Hour {
			which.Sources = append(which.Sources, s.Source.ID)
		}
	}
	if err := f.Pass(t.Context(), which, func(aggregator.Outcome) {}); err != nil {
		t.Fatal(err)
	}
}
