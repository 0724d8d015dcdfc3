package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

const (
	hubURL = "https://news.example.org/websub/hub"
	tech   = "https://news.example.org/tech/atom.xml"
	world  = "https://news.example.org/%E4%B8%96%E7%95%8C/feed.json"
)

// A stage is a hub at work, and its subscribers.
type stage struct {
	t     testing.TB
	hub   *Hub
	store storage.Store
	log   *lockedText
	set   Settings
	end   func() // of Run, once

	server *httptest.Server // of every callback

	mu      sync.Mutex // guards what follows
	site    map[string]string
	answers map[string]http.HandlerFunc // by host and path; others take what comes
	got     []delivery
	asked   []url.Values
}

// A delivery is what a callback got.
type delivery struct {
	at     string // host and path
	header http.Header
	body   string
	when   time.Time
}

type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedText) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedText) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// newStage starts a hub; change, if there is one, changes its settings.
func newStage(t testing.TB, change func(*Settings)) *stage {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, store: store, log: &lockedText{}, site: map[string]string{tech: "one", world: "eins"}, answers: map[string]http.HandlerFunc{}}
	s.server = httptest.NewServer(http.HandlerFunc(s.callback))
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "dead") {
				return nil, errors.New("connection refused")
			}
			return new(net.Dialer).DialContext(ctx, network, s.server.Listener.Addr().String())
		},
		MaxIdleConns: 512, MaxIdleConnsPerHost: 8,
	}
	s.set = Settings{Send: transport.RoundTrip, Log: slog.New(slog.NewTextHandler(s.log, nil)), limits: limits{lookEvery: 20 * time.Millisecond}}
	if change != nil {
		change(&s.set)
	}
	t.Cleanup(func() {
		s.stop()
		transport.CloseIdleConnections()
		s.server.CloseClientConnections()
		s.server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.start()
	return s
}

// sites returns what is published now.
func (s *stage) sites() Site {
	s.mu.Lock()
	defer s.mu.Unlock()
	unpushed := func(topic string) string {
		if strings.Contains(topic, "/mix/") {
			return "it is made when asked for"
		}
		return ""
	}
	site := Site{Hub: hubURL, Unpushed: unpushed, Current: func(_ context.Context, topic string) (Content, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		body, ok := s.site[topic]
		if !ok {
			return Content{}, ErrNoTopic
		}
		return Content{Topic: topic, MediaType: "application/atom+xml", Body: []byte(body)}, nil
	}}
	for topic := range s.site {
		site.Topics = append(site.Topics, topic)
	}
	return site
}

func (s *stage) start() {
	s.t.Helper()
	s.set.Site = s.sites()
	h, err := New(s.t.Context(), s.store, s.set)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	s.hub = h
	s.end = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
}

func (s *stage) stop() { s.end() }

// callback takes what comes, and repeats challenges.
func (s *stage) callback(w http.ResponseWriter, r *http.Request) {
	at := r.Host + r.URL.Path
	s.mu.Lock()
	answer := s.answers[at]
	if r.Method == http.MethodGet {
		s.asked = append(s.asked, r.URL.Query())
	}
	s.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	if r.Method == http.MethodGet {
		fmt.Fprint(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	s.take(r)
}

// take notes a delivery.
func (s *stage) take(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, delivery{r.Host + r.URL.Path, r.Header, string(body), time.Now()})
}

// answer has a callback answer otherwise; nil: as usual.
func (s *stage) answer(at string, f http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[at] = f
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// publish has a topic be something else, and tells the hub unless it is
// stopped.
func (s *stage) publish(topic, body string) {
	s.put(topic, body)
	s.hub.Publish(Content{Topic: topic, MediaType: "application/atom+xml", Body: []byte(body)})
}

func (s *stage) put(topic, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site[topic] = body
}

// ask sends a request with that form and returns the answer.
func (s *stage) ask(pairs ...string) (status int, said string) {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", formType)
	w := httptest.NewRecorder()
	s.hub.Handler().ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

// subscribe subscribes a callback and waits until that is stored.
func (s *stage) subscribe(topic, callback string, pairs ...string) {
	s.t.Helper()
	code, said := s.ask(append([]string{"hub.mode", "subscribe", "hub.topic", topic, "hub.callback", callback}, pairs...)...)
	if code != http.StatusAccepted {
		s.t.Fatalf("subscribe %s: %d %s", callback, code, said)
	}
	s.wait("the subscription of "+callback, func() bool { return s.stored(topic, callback) != nil })
}

// stored returns what the store has of a subscriber, nil for none.
func (s *stage) stored(topic, callback string) *feed.Subscriber {
	s.t.Helper()
	for sub, err := range s.store.Subscribers(context.WithoutCancel(s.t.Context())) {
		if err != nil {
			s.t.Fatal(err)
		}
		if sub.Topic == topic && sub.Callback == callback {
			return &sub
		}
	}
	return nil
}

// deliveries returns what a callback got, in order.
func (s *stage) deliveries(at string) (out []delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.got {
		if d.at == at {
			out = append(out, d)
		}
	}
	return out
}

func (s *stage) bodies(at string) (out []string) {
	for _, d := range s.deliveries(at) {
		out = append(out, d.body)
	}
	return out
}

func (s *stage) wait(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for %s\n%s", what, s.log)
		}
	}
}

// settled waits until nothing is owed that can be delivered now, and all is
// stored.
func (s *stage) settled() {
	s.t.Helper()
	s.wait("the hub to be done", func() bool {
		s.hub.mu.Lock()
		busy := len(s.hub.asked) + len(s.hub.requests)
		have := map[key]feed.Subscriber{}
		for k, sub := range s.hub.subs {
			have[k] = sub.Subscriber
			if sub.place != idle || s.hub.owes(sub) && sub.Failures == 0 {
				busy++
			}
		}
		done := busy == 0 && s.hub.compare.IsZero()
		s.hub.mu.Unlock()
		return done && s.storedIs(have)
	})
}

// storedIs reports whether the store has those subscribers and no other.
func (s *stage) storedIs(want map[key]feed.Subscriber) bool {
	n := 0
	for sub, err := range s.store.Subscribers(context.WithoutCancel(s.t.Context())) {
		if err != nil {
			s.t.Fatal(err)
		}
		mem, ok := want[key{sub.Topic, sub.Callback}]
		if n++; !ok || mem.Sent != sub.Sent || mem.Secret != sub.Secret || !mem.LeaseEnd.Equal(sub.LeaseEnd) || mem.Failures != sub.Failures {
			return false
		}
	}
	return n == len(want)
}
