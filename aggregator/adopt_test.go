package aggregator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
)

// A slowUpstream answers when a test lets it.
type slowUpstream struct {
	*httptest.Server
	asked   chan string // paths, as they are asked for
	release chan struct{}
	mu      sync.Mutex
	seen    []string
}

func newSlowUpstream(t *testing.T) *slowUpstream {
	u := &slowUpstream{asked: make(chan string, 16), release: make(chan struct{})}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		u.seen = append(u.seen, r.URL.Path)
		u.mu.Unlock()
		u.asked <- r.URL.Path
		select {
		case <-u.release:
			fmt.Fprint(w, rss(item(1, "One")))
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(u.Close)
	return u
}

func (u *slowUpstream) paths() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.seen)
}

func (u *slowUpstream) source(id, path string) feed.Source {
	return feed.Source{ID: feed.SourceID(id), URL: u.URL + path, Kind: "feed", Categories: []string{"c"}}
}

// TestChangedWhilePolled changes a source while it is asked: the answer counts
// if it is the same document still, and is not asked for again.
func TestChangedWhilePolled(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*feed.Source)
		filed  []string // the entry, nil: there is none
	}{
		"nothing":    {func(*feed.Source) {}, []string{"c"}},
		"categories": {func(s *feed.Source) { s.Categories = []string{"e", "d"} }, []string{"d", "e"}},
		"interval":   {func(s *feed.Source) { s.Interval = 6 * time.Hour }, []string{"c"}},
		"url":        {func(s *feed.Source) { s.URL += "/other" }, nil},
		"secrets":    {func(s *feed.Source) { s.Request = feed.DigestOf("x") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			u := newSlowUpstream(t)
			src := u.source("a", "/a")
			f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), src)
			src.Interval = time.Hour // so that another one makes a difference
			if err := f.store.PutSources(t.Context(), []feed.Source{src}); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			var got []aggregator.Outcome
			go func() {
				done <- f.Pass(t.Context(), aggregator.Which{Sources: []feed.SourceID{"a"}}, func(o aggregator.Outcome) { got = append(got, o) })
			}()
			<-u.asked
			tt.change(&src)
			if err := f.store.PutSources(t.Context(), []feed.Source{src}); err != nil {
				t.Fatal(err)
			}
			close(u.release)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			st, err := f.store.State(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			entries := f.entries(t)
			if tt.filed == nil {
				if len(entries) != 0 || len(got) != 0 || !st.NextPoll.IsZero() {
					t.Errorf("what was read for another document counts: %d entries, %+v", len(entries), got)
				}
				return
			}
			if len(entries) != 1 || !slices.Equal(entries[0].Filed, tt.filed) || len(got) != 1 || got[0].New != 1 {
				t.Fatalf("entries %+v, outcomes %+v; want one, filed under %v", entries, got, tt.filed)
			}
			if wait := time.Until(st.NextPoll); wait < src.Interval-time.Minute || wait > src.Interval+src.Interval/5 || st.LastSuccess.IsZero() {
				t.Errorf("the next poll is in %s, want about %s", wait, src.Interval)
			}
		})
	}
}

// TestReconfigured: what waits for its host's turn when a source is removed is
// not asked any more, and what is changed is asked where it is now.
func TestReconfigured(t *testing.T) {
	u := newSlowUpstream(t)
	sources := []feed.Source{u.source("a", "/a"), u.source("b", "/b"), u.source("c", "/c"), u.source("d", "/d")}
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), sources...)
	set := aggregator.Settings{PerHost: 1, Fetcher: fetch.Mux{"http": fetch.NewHTTP(fetch.Settings{
		PerHost: 1, AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})}}
	f.Configure(set)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	first := <-u.asked // the three others wait
	var next []feed.Source
	for _, s := range sources {
		switch path := s.URL[len(u.URL):]; {
		case path == first:
			next = append(next, s)
		case len(next) < 2 && path != "/d":
			s.URL = u.URL + "/moved" + path
			next = append(next, s)
		}
	}
	if err := f.store.PutSources(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	f.Configure(set)
	time.Sleep(100 * time.Millisecond) // until the loop has heard of it: what it does not do cannot be waited for
	close(u.release)
	for range len(next) - 1 {
		select {
		case <-u.asked:
		case <-time.After(10 * time.Second):
			t.Fatalf("only %v were asked for", u.paths())
		}
	}
	time.Sleep(100 * time.Millisecond)
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, s := range next {
		want = append(want, s.URL[len(u.URL):])
	}
	got := u.paths()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

// TestPutOffInTime: what does not fit into its host's lane is polled when its
// turn comes, not when something else makes the loop look.
func TestPutOffInTime(t *testing.T) {
	const many = 80 // a lane holds 32
	u := newUpstream(t, rss(item(1, "One")))
	var sources []feed.Source
	for i := range many {
		src := u.source()
		src.ID, src.URL = feed.SourceID(fmt.Sprint(i)), fmt.Sprintf("%s/%d", u.URL, i)
		sources = append(sources, src)
	}
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), sources...)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- f.Run(ctx) }()
	for u.requests.Load() < many && time.Since(began) < 15*time.Second {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := u.requests.Load(); n != many {
		t.Errorf("%d of %d sources of one host were polled in %s", n, many, time.Since(began))
	}
}
