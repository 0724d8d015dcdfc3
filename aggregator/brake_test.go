package aggregator

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// A fullStore is a store whose disk a test can fill.
type fullStore struct {
	storage.Store
	full atomic.Bool
}

func (s *fullStore) Commit(ctx context.Context, p storage.Poll) ([]feed.Op, error) {
	if s.full.Load() {
		return nil, fmt.Errorf("write test.db: %w", storage.ErrFull)
	}
	return s.Store.Commit(ctx, p)
}

// Claim leases for a moment: the commit that would end the lease never
// reaches the store while it is full.
func (s *fullStore) Claim(ctx context.Context, c storage.Claim) ([]feed.State, error) {
	c.Lease = 300 * time.Millisecond
	return s.Store.Claim(ctx, c)
}

// TestFullDisk rests while there is no room, without asking upstreams for what
// could not be kept, and goes on when there is.
func TestFullDisk(t *testing.T) {
	var requests atomic.Int64
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		fmt.Fprint(w, `<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>`)
	}))
	defer web.Close()
	inner, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	store := &fullStore{Store: inner}
	store.full.Store(true)
	var sources []feed.Source
	for i := range 100 {
		sources = append(sources, feed.Source{ID: feed.SourceID(fmt.Sprintf("s%d", i)), URL: fmt.Sprintf("%s/%d", web.URL, i), Kind: "feed", Categories: []string{"c"}})
	}
	if err := store.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	log := &lines{}
	a := New(store, Settings{
		Fetcher: fetch.Mux{"http": fetch.NewHTTP(fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})},
		Workers: 4, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	a.full.pause = 100 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	time.Sleep(time.Second)
	if n := requests.Load(); n > 40 {
		t.Errorf("%d requests in a second of a full disk: the first few, then one each 100 ms", n)
	}
	store.full.Store(false)
	deadline := time.Now().Add(20 * time.Second)
	for stored := 0; stored < len(sources) && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		stored = 0
		for s, err := range store.States(t.Context()) {
			if err == nil && s.Revision > 0 {
				stored++
			}
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("a full disk ended it: %v", err)
	}
	for s, err := range store.States(t.Context()) {
		if err != nil || s.Revision == 0 {
			t.Fatalf("%s was not polled after there was room: %v", s.Source.ID, err)
		}
	}
	if text := log.String(); strings.Count(text, "polling rests") != 1 || !strings.Contains(text, "room again") {
		t.Errorf("it says:\n%.2000s", text)
	}
	if err := inner.Close(); err != nil {
		t.Error(err)
	}
}

// lines is a log that goroutines share.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
