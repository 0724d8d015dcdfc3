package aggregator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
)

// A crowd is upstreams of which some take their time.
type crowd struct {
	mu     sync.Mutex
	inside map[string]int
	last   map[string]time.Time
	polls  map[string]int // by host
	faults []string
	gap    time.Duration
	takes  func(host string) (time.Duration, error)
}

func (c *crowd) Fetch(ctx context.Context, s *feed.State) (*fetch.Document, error) {
	host := fetch.HostKey(s.URL)
	c.mu.Lock()
	now := time.Now()
	if c.inside[host]++; c.inside[host] > 2 {
		c.faults = append(c.faults, fmt.Sprintf("%d requests at once to %s", c.inside[host], host))
	}
	if since := now.Sub(c.last[host]); !c.last[host].IsZero() && since < c.gap {
		c.faults = append(c.faults, fmt.Sprintf("%s was asked again after %s", host, since))
	}
	c.last[host] = now
	c.polls[host]++
	c.mu.Unlock()
	takes, err := c.takes(host)
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside[host]--
	if err != nil {
		return nil, err
	}
	return &fetch.Document{URL: s.URL, Status: 304, NotModified: true, ETag: `"1"`}, nil
}

// TestHostsDoNotWaitForEachOther polls for six hours a host with 10,000 feeds,
// one that drips bytes, more that never answer than there are workers, and a
// few hundred that are well: those are polled when they are due, whatever the
// others do.
func TestHostsDoNotWaitForEachOther(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 feeds of one host take half a minute")
	}
	const crowded, dripping = "big.example:443", "drip.example:443"
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{inside: map[string]int{}, last: map[string]time.Time{}, polls: map[string]int{}, gap: time.Second}
		c.takes = func(host string) (time.Duration, error) {
			switch {
			case host == dripping:
				return 30 * time.Second, &fetch.Error{Reason: "the body comes too slowly"}
			case strings.HasPrefix(host, "silent"):
				return 30 * time.Second, &fetch.Error{Reason: "the server does not answer", Network: true}
			}
			return 100 * time.Millisecond, nil
		}
		var sources []feed.Source
		add := func(n int, host string, interval time.Duration) {
			for range n {
				id := len(sources)
				sources = append(sources, feed.Source{ID: feed.SourceID(fmt.Sprint("s", id)), Kind: "feed", URL: fmt.Sprintf("https://%s/%d", host, id), Interval: interval})
			}
		}
		for i := range 300 {
			add(1, fmt.Sprintf("well%d.example", i), 5*time.Minute)
		}
		add(10_000, "big.example", time.Hour)
		add(300, "drip.example", 10*time.Minute)
		for i := range 80 {
			add(10, fmt.Sprintf("silent%d.example", i), 10*time.Minute)
		}
		store := newMemory(sources)
		a := aggregator.New(store, aggregator.Settings{Fetcher: fetch.Mux{"https": c}, HostGap: c.gap, Workers: 64})
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Hour)
		defer cancel()
		if err := a.Run(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		for _, f := range c.faults[:min(len(c.faults), 10)] {
			t.Error(f)
		}
		for host, n := range c.polls {
			if strings.HasPrefix(host, "well") && (n < 66 || n > 73) {
				t.Errorf("%s was polled %d times in six hours, want every five minutes", host, n)
			}
		}
		if n := c.polls[crowded]; n < 6*3600*8/10 || n > 6*3600+1 {
			t.Errorf("the host with 10,000 feeds was asked %d times in six hours, want nearly once a second", n)
		}
		if c.polls[dripping] < 300 || c.polls["silent7.example:443"] < 10 {
			t.Errorf("slow hosts were asked %d and %d times", c.polls[dripping], c.polls["silent7.example:443"])
		}
		if s := a.Status(); s.Late99 > 2*time.Second {
			t.Errorf("1 of 100 polls of those that are well began %s late", s.Late99)
		}
		starved := 0
		for i := range sources {
			if store.state(sources[i].ID).LastPoll.IsZero() {
				starved++
			}
		}
		if starved > 0 {
			t.Errorf("%d sources were never polled", starved)
		}
	})
}
