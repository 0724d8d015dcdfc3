package websub

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/testhub"
	"tributary/storage"
	"tributary/storage/bolt"
)

const topic = "https://example.com/feed"

// A party is a subscriber over a real store that hubs reach by HTTP.
type party struct {
	*Subscriber
	t      testing.TB
	store  storage.Store
	server *httptest.Server
	end    func() // of Run, once

	mu        sync.Mutex
	delivered []string
	lost      []feed.SourceID
	hold      chan struct{} // deliveries wait until it is closed; nil: they do not
}

// newParty starts a subscriber; change, if there is one, changes its settings.
func newParty(t testing.TB, change func(*Settings)) *party {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	p := &party{t: t, store: store}
	t.Cleanup(func() {
		p.stop()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		h := p.Handler()
		p.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	p.start(change)
	return p
}

// start runs a subscriber over the party's store: as after a restart, if one
// ran before.
func (p *party) start(change func(*Settings)) {
	set := Settings{
		PublicURL: p.server.URL + "/at", Send: http.DefaultTransport.RoundTrip, Deliver: p.deliver,
		Lost: func(_ context.Context, id feed.SourceID) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.lost = append(p.lost, id)
			return nil
		},
	}
	if change != nil {
		change(&set)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(p.t.Context()))
	s := New(p.store, set)
	p.mu.Lock()
	p.Subscriber = s
	p.mu.Unlock()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	p.end = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				p.t.Errorf("stopping is no error, got %v", err)
			}
		case <-time.After(10 * time.Second):
			p.t.Error("the subscriber does not stop")
		}
	})
}

func (p *party) stop() { p.end() }

func (p *party) deliver(_ context.Context, id feed.SourceID, _ http.Header, body []byte) error {
	p.mu.Lock()
	hold := p.hold
	p.mu.Unlock()
	if hold != nil {
		<-hold
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered = append(p.delivered, string(id)+": "+string(body))
	return nil
}

func (p *party) deliveries() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.delivered...)
}

func (p *party) losses() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lost)
}

// state is what a poll of a source at that hub leaves.
func state(id, hub string) *feed.State {
	return &feed.State{Source: feed.Source{ID: feed.SourceID(id)}, Hub: hub, Topic: topic}
}

// notice lets a source name a hub, "" for none.
func (p *party) notice(id, hub string) {
	p.t.Helper()
	if err := p.Noticed(p.t.Context(), state(id, hub)); err != nil {
		p.t.Fatal(err)
	}
}

// sub returns the subscription of a source, the zero one when there is none.
func (p *party) sub(id string) feed.Subscription {
	s, err := p.store.Subscription(context.WithoutCancel(p.t.Context()), feed.SourceID(id))
	if missing(err) != nil {
		p.t.Error(err)
	}
	return s
}

// healthy reports whether the hub of a source can be relied on.
func (p *party) healthy(id, hub string) bool {
	return p.Pushed(p.t.Context(), state(id, hub))
}

// subscribed subscribes a source, and returns the hub's view of that.
func (p *party) subscribed(id string, hub *testhub.Hub) testhub.Request {
	p.t.Helper()
	before := len(hub.Requests())
	p.notice(id, hub.URL)
	p.wait("the subscription of "+id, func() bool { return p.healthy(id, hub.URL) })
	return hub.Requests()[before]
}

// wait waits until something holds.
func (p *party) wait(what string, holds func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// quick is for tests that have no minutes to wait.
func quick(set *Settings) {
	set.patience, set.retry, set.refused = 150*time.Millisecond, 10*time.Millisecond, 10*time.Millisecond
	set.hubTimeout, set.readTime, set.leastLease, set.lookEvery = 300*time.Millisecond, 300*time.Millisecond, time.Millisecond, 5*time.Millisecond
}
