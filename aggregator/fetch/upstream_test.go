package fetch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/testshared"
)

// What each fault of the simulator comes to; "" is a document.
var outcomes = map[string]string{
	"500": "answered 500", "503": "answered 503", "429": "answered 429", "404": "answered 404", "410": "answered 410",
	"301": "", "302": "", "307": "", "308": "", "loop": "in a circle",
	"hang": "does not answer", "drip": "too slowly", "truncated": "cut short: the connection ended",
	"reset": "cut short", "malformed": "", "empty": "an empty body", "html": "", "wrong-type": "", "mislabelled": "",
	"oversize": "(max_body)", "gzip-bomb": "(max_body)",
}

// TestUpstream polls the simulator as an aggregator does, and asks it whether
// it was treated well.
func TestUpstream(t *testing.T) {
	shares := make([]string, 0, len(outcomes))
	for kind := range outcomes {
		shares = append(shares, kind+"=0.04")
	}
	slices.Sort(shares)
	for name, faults := range map[string]string{"mixed": "mixed", "every fault": strings.Join(shares, ",")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := testshared.StartUpstream(t, "-n", "60", "-hosts", "20", "-change", "0.3", "-faults", faults,
				"-hang", "20s", "-drip-pause", "5ms", "-oversize-mb", "12", "-bomb-mb", "64", "-retry-after", "1s")
			pollAll(t, u)
			behaved(t, u)
		})
	}
}

// pollAll polls every feed three times, and more feeds at one time than there
// are hosts.
func pollAll(t *testing.T, u *testshared.Upstream) {
	t.Helper()
	f := client(t, fetch.Settings{Limits: fetch.Limits{Body: 4 << 20, Timeout: 2 * time.Second, Stall: 400 * time.Millisecond}})
	polls := make([]*upstreamPoll, len(u.Feeds))
	for i := range u.Feeds {
		polls[i] = &upstreamPoll{UpstreamFeed: u.Feeds[i], state: state(u.Feeds[i].URL)}
	}
	for range 3 {
		g, ctx := errgroup.WithContext(t.Context())
		g.SetLimit(60)
		for _, p := range polls {
			g.Go(func() error { return p.poll(ctx, t, f) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

// behaved asks the simulator how it was treated.
func behaved(t *testing.T, u *testshared.Upstream) {
	t.Helper()
	var stats struct {
		Conditional int            `json:"conditional"`
		Status      map[string]int `json:"status"`
		OldAddress  int            `json:"old_address_requests"`
		Violations  map[string]int `json:"violations"`
		Recent      []any          `json:"recent_violations"`
	}
	if err := u.Get(t.Context(), "/stats", &stats); err != nil {
		t.Fatal(err)
	}
	if len(stats.Violations) > 0 || stats.OldAddress > 0 {
		t.Errorf("violations %v, %d requests to old addresses: %v", stats.Violations, stats.OldAddress, stats.Recent)
	}
	if stats.Conditional == 0 || stats.Status["304"] == 0 {
		t.Errorf("%d conditional requests, answers %v: nothing was answered 304", stats.Conditional, stats.Status)
	}
}

// An upstreamPoll is one feed of the simulator, and what its polls left.
type upstreamPoll struct {
	testshared.UpstreamFeed
	state     *feed.State
	notBefore time.Time
	gone      bool
}

// poll polls as often as the feed allows, and compares the outcome with what
// the feed's fault comes to. It learns as the aggregator does.
func (p *upstreamPoll) poll(ctx context.Context, t *testing.T, f *fetch.HTTP) error {
	if p.gone || time.Now().Before(p.notBefore) {
		return nil
	}
	doc, err := f.Fetch(ctx, p.state)
	want := outcomes[p.Fault]
	if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("feed %d with fault %q: error %v, want %q", p.ID, p.Fault, err, want)
	}
	var told *fetch.Error
	if errors.As(err, &told) {
		p.gone = told.Status == http.StatusGone
		p.notBefore = time.Now().Add(told.RetryAfter)
		if asks := p.Fault == "429" || p.Fault == "503"; asks != (told.RetryAfter > 0) {
			t.Errorf("feed %d with fault %q: retry after %v", p.ID, p.Fault, told.RetryAfter)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if forGood := p.Fault == "301" || p.Fault == "308"; forGood && p.state.URL == p.URL && doc.Moved == "" || !forGood && doc.Moved != "" {
		t.Errorf("feed %d with fault %q: moved %q", p.ID, p.Fault, doc.Moved)
	}
	if doc.NotModified == (len(doc.Body) > 0) {
		t.Errorf("feed %d: not modified %t, with %d bytes", p.ID, doc.NotModified, len(doc.Body))
	}
	learn(p.state, doc)
	if doc.Moved != "" {
		p.state.URL = doc.Moved
	}
	return nil
}

// BenchmarkUpstream polls the simulator's feeds, 64 at a time, when no body
// has changed, and compares with clients that discard what they get.
func BenchmarkUpstream(b *testing.B) {
	u := testshared.StartUpstream(b, "-n", "300", "-change", "0", "-validators", "0")
	states := make([]*feed.State, len(u.Feeds))
	f := client(b, fetch.Settings{})
	for i := range u.Feeds {
		states[i] = state(u.Feeds[i].URL)
		learn(states[i], get(b, f, states[i]))
	}
	b.Run("ours", func(b *testing.B) {
		round(b, u, func(ctx context.Context, i int) error {
			doc, err := f.Fetch(ctx, states[i])
			if err == nil && !doc.NotModified {
				err = errors.New("modified")
			}
			return err
		})
	})
	for name, compress := range map[string]bool{"bare": true, "bare-uncompressed": false} {
		c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2, DisableCompression: !compress}}
		b.Run(name, func(b *testing.B) {
			round(b, u, func(ctx context.Context, i int) error { return discard(ctx, c, u.Feeds[i].URL) })
		})
		c.CloseIdleConnections()
	}
}

// round polls every feed once for each iteration.
func round(b *testing.B, u *testshared.Upstream, poll func(context.Context, int) error) {
	for b.Loop() {
		g, ctx := errgroup.WithContext(b.Context())
		g.SetLimit(64)
		for i := range u.Feeds {
			g.Go(func() error { return poll(ctx, i) })
		}
		if err := g.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(u.Feeds))/b.Elapsed().Seconds(), "feeds/s")
}

func discard(ctx context.Context, c *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
