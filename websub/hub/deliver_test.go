package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
)

// TestSettle is the table of what becomes of a delivery.
func TestSettle(t *testing.T) {
	p := policy{retry: 16 * time.Second, longest: 2 * time.Hour, giveUp: 24 * time.Hour}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d, before, refused := feed.DigestOf("new"), feed.DigestOf("old"), errors.New("refused")
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, tt := range []struct {
		name       string
		s          feed.Subscriber
		o          outcome
		gone       bool
		sent       feed.Digest
		failures   int
		owed       time.Time
		least, max time.Duration // until the next try
	}{
		{"taken", feed.Subscriber{Sent: before}, outcome{}, false, d, 0, time.Time{}, 0, 0},
		{"taken at last", feed.Subscriber{Sent: before, Failures: 7, Owed: ago(time.Hour), Next: now, Error: "x"}, outcome{}, false, d, 0, time.Time{}, 0, 0},
		{"gone", feed.Subscriber{Sent: before}, outcome{err: refused, gone: true}, true, before, 1, now, 8 * time.Second, 16 * time.Second},
		{"first failure", feed.Subscriber{Sent: before}, outcome{err: refused}, false, before, 1, now, 8 * time.Second, 16 * time.Second},
		{"fourth failure", feed.Subscriber{Sent: before, Failures: 3, Owed: ago(time.Minute)}, outcome{err: refused}, false, before, 4, ago(time.Minute), 64 * time.Second, 128 * time.Second},
		{"many failures", feed.Subscriber{Sent: before, Failures: 99, Owed: ago(time.Hour)}, outcome{err: refused}, false, before, 100, ago(time.Hour), time.Hour, 2 * time.Hour},
		{"busy", feed.Subscriber{Sent: before}, outcome{err: refused, retryAfter: time.Hour}, false, before, 1, now, time.Hour, time.Hour},
		{"busy for a week", feed.Subscriber{Sent: before}, outcome{err: refused, retryAfter: 7 * 24 * time.Hour}, false, before, 1, now, 2 * time.Hour, 2 * time.Hour},
		{"the last try is not missed", feed.Subscriber{Sent: before, Failures: 20, Owed: ago(24*time.Hour - time.Minute)}, outcome{err: refused}, false, before, 21, ago(24*time.Hour - time.Minute), time.Minute, time.Minute},
		{"given up", feed.Subscriber{Sent: before, Failures: 20, Owed: ago(24 * time.Hour)}, outcome{err: refused}, false, d, 0, time.Time{}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.s
			if gone := p.settle(&s, d, tt.o, now); gone != tt.gone {
				t.Errorf("gone: %v", gone)
			}
			wait := time.Duration(0)
			if !s.Next.IsZero() {
				wait = s.Next.Sub(now)
			}
			if s.Sent != tt.sent || s.Failures != tt.failures || !s.Owed.Equal(tt.owed) || wait < tt.least || wait > tt.max {
				t.Errorf("%+v, tried again in %s, want %s to %s", s, wait, tt.least, tt.max)
			}
			if (s.Error == "") != (tt.o.err == nil) {
				t.Errorf("the operator is told %q", s.Error)
			}
		})
	}
}

// memory is a store for what is done in virtual time, or measured.
type memory struct{ subs []feed.Subscriber }

func (m *memory) Subscribers(context.Context) iter.Seq2[feed.Subscriber, error] {
	return func(yield func(feed.Subscriber, error) bool) {
		for _, s := range m.subs {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func (*memory) PutSubscribers(context.Context, []feed.Subscriber, []feed.Subscriber) error {
	return nil
}

// TestDay: a callback that is dead is tried for a day, less and less often;
// then it is left alone until there is something new.
func TestDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var tries []time.Duration
		var body atomic.Value // string
		body.Store("one")
		published := func() Content { return Content{Topic: tech, Body: []byte(body.Load().(string))} } // nothing else is stored
		site := Site{Hub: hubURL, Topics: []string{tech}, Current: func(context.Context, string) (Content, error) {
			return published(), nil
		}}
		store := &memory{[]feed.Subscriber{{Topic: tech, Callback: "http://a.example/", LeaseEnd: began.Add(1000 * time.Hour), Sent: digest([]byte("one"))}}}
		h, err := New(t.Context(), store, Settings{Site: site, Send: func(*http.Request) (*http.Response, error) {
			tries = append(tries, time.Since(began))
			return nil, errors.New("no route to host")
		}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = h.Run(ctx) }() // it has no error
		time.Sleep(time.Second)
		body.Store("two")
		h.Publish(published())
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if n := len(tries); n < 12 || n > 40 {
			t.Errorf("tried %d times, at %v", n, tries)
		}
		if last := tries[len(tries)-1]; last < 24*time.Hour || last > 24*time.Hour+time.Minute {
			t.Errorf("tried last after %s, want a day: %v", last, tries)
		}
		for i := 2; i < len(tries)-1; i++ {
			if gap := tries[i] - tries[i-1]; gap > 2*time.Hour+2*time.Second {
				t.Errorf("%s without a try", gap)
			}
		}
		n, at := len(tries), time.Since(began)
		body.Store("three")
		h.Publish(published())
		time.Sleep(time.Second)
		synctest.Wait()
		if len(tries) != n+1 || tries[n] > at+time.Second {
			t.Errorf("something new is not tried at once: %v", tries[n:])
		}
		cancel()
		<-done
	})
}

// TestFailures: a callback that fails gets the newest content once it is well
// again, one that says 410 gets no more.
func TestFailures(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.policy = policy{retry: 40 * time.Millisecond, longest: 80 * time.Millisecond} })
	s.subscribe(tech, "http://a.example/flaky")
	s.subscribe(tech, "http://a.example/gone")
	s.subscribe(tech, "http://a.example/well")
	s.answer("a.example/gone", status(http.StatusGone))
	s.answer("a.example/flaky", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the disk\nis full", http.StatusInternalServerError)
	})
	s.publish(tech, "two")
	s.wait("the failure to be stored", func() bool {
		sub := s.stored(tech, "http://a.example/flaky")
		return sub.Failures >= 2 && sub.Error == "it answered 500 Internal Server Error: the disk is full" && !sub.Owed.IsZero()
	})
	s.publish(tech, "three")
	s.wait("another failure", func() bool { return s.stored(tech, "http://a.example/flaky").Failures >= 4 })
	s.answer("a.example/flaky", nil)
	s.settled()
	s.wait("the delivery", func() bool { return len(s.bodies("a.example/flaky")) > 0 })
	s.settled()
	if got := s.bodies("a.example/flaky"); !slices.Equal(got, []string{"three"}) {
		t.Errorf("got %q, want the newest alone", got)
	}
	if got := s.bodies("a.example/well"); !slices.Equal(got, []string{"two", "three"}) {
		t.Errorf("a callback that is well got %q", got)
	}
	if s.stored(tech, "http://a.example/gone") != nil {
		t.Error("a callback that says 410 is a subscriber still")
	}
	if n := strings.Count(s.log.String(), "a delivery is tried again"); n != 1 {
		t.Errorf("a callback that fails is logged %d times, want once\n%s", n, s.log)
	}
}

// hang never answers.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // so that the server notices when the hub leaves
	<-r.Context().Done()
}

// TestRestart: what was owed when a hub ended, and what changed while there
// was none, is delivered by the next; nothing else is.
func TestRestart(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.limits.timeout = 300 * time.Millisecond })
	s.subscribe(tech, "http://a.example/hangs")
	s.subscribe(tech, "http://a.example/well")
	s.subscribe(world, "http://a.example/other")
	s.answer("a.example/hangs", hang)
	s.publish(tech, "two")
	s.wait("a delivery", func() bool { return len(s.bodies("a.example/well")) == 1 })
	s.wait("it to be stored", func() bool { return s.stored(tech, "http://a.example/well").Sent == digest([]byte("two")) })
	s.stop()
	s.answer("a.example/hangs", nil)
	s.start()
	s.wait("what was owed", func() bool { return len(s.bodies("a.example/hangs")) == 1 })
	s.settled()
	s.stop()
	s.put(world, "zwei") // rendered, and nobody there to hear of it
	s.start()
	s.wait("what has changed", func() bool { return len(s.bodies("a.example/other")) == 1 })
	s.settled()
	s.stop()
	s.start()
	s.settled()
	for at, want := range map[string]string{"hangs": "two", "well": "two", "other": "zwei"} {
		if got := s.bodies("a.example/" + at); len(got) != 1 || got[0] != want {
			t.Errorf("%s got %q, want %q once", at, got, want)
		}
	}
}

// TestCurrentFails: what cannot be made at a start is owed all the same.
func TestCurrentFails(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.policy.retry = 10 * time.Millisecond })
	s.subscribe(tech, "http://a.example/x")
	s.settled()
	site := s.sites()
	current := site.Current
	var failures atomic.Int32
	site.Current = func(ctx context.Context, topic string) (Content, error) {
		if failures.Add(1) < 4 {
			return Content{}, errors.New("the disk is gone")
		}
		return current(ctx, topic)
	}
	s.put(tech, "two")
	s.hub.Publishes(site)
	s.wait("the trouble", func() bool { return failures.Load() > 0 })
	s.hub.mu.Lock()
	again := time.Until(s.hub.compare)
	s.hub.mu.Unlock()
	if again < compareAgain/2 || again > compareAgain {
		t.Errorf("compared again in %s", again)
	}
	failures.Store(4)
	s.hub.Publishes(site)
	s.wait("the delivery", func() bool { return slices.Equal(s.bodies("a.example/x"), []string{"two"}) })
}

// TestPing: an outside hub is told what has changed, once, also over a
// restart; our own takes no requests then.
func TestPing(t *testing.T) {
	var s *stage
	forms := func() (out []string) {
		for _, d := range s.deliveries("hub.example/ping") {
			q, err := url.ParseQuery(d.body)
			if err != nil || d.header.Get("Content-Type") != formType || q.Get("hub.mode") != "publish" || q.Get("hub.url") != q.Get("hub.topic") {
				t.Errorf("pinged with %q, %v", d.body, err)
			}
			out = append(out, q.Get("hub.url"))
		}
		slices.Sort(out)
		return out
	}
	s = newStage(t, func(set *Settings) { set.Ping = "http://hub.example/ping" })
	s.settled()
	if got := forms(); !slices.Equal(got, []string{world, tech}) {
		t.Errorf("pinged at first for %q", got)
	}
	s.publish(tech, "two")
	s.settled()
	s.stop()
	s.put(world, "zwei")
	s.start()
	s.settled()
	if got := forms(); !slices.Equal(got, []string{world, world, tech, tech}) {
		t.Errorf("pinged for %q", got)
	}
	if code, said := s.ask("hub.mode", "subscribe", "hub.topic", tech, "hub.callback", "http://a.example/"); code != http.StatusNotFound {
		t.Errorf("a request is answered %d %s", code, said)
	}
	s.stop()
	s.set.Ping = ""
	s.start()
	s.settled()
	if n := s.hub.Status().Subscribers; n != 0 {
		t.Errorf("our own hub has %d subscribers, which were the other's", n)
	}
}

// TestStoreFails: deliveries go on while subscribers cannot be stored.
func TestStoreFails(t *testing.T) {
	s := newStage(t, nil)
	s.subscribe(tech, "http://a.example/x")
	s.settled()
	s.stop()
	s.set.Site = s.sites()
	h, err := New(t.Context(), &full{Store: s.store}, s.set)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = h.Run(ctx) }() // it has no error
	s.hub = h
	s.publish(tech, "two")
	s.wait("the delivery", func() bool { return len(s.bodies("a.example/x")) == 1 })
	s.wait("the trouble to be told", func() bool { return strings.Contains(s.log.String(), "subscribers cannot be stored") })
	cancel()
	<-done
}

type full struct{ Store }

func (*full) PutSubscribers(context.Context, []feed.Subscriber, []feed.Subscriber) error {
	return errors.New("no space left on the disk")
}

// crowd subscribes n callbacks, four to a host, without asking them.
func (s *stage) crowd(n int, callback func(i int) string) {
	s.t.Helper()
	s.stop()
	var subs []feed.Subscriber
	for i := range n {
		subs = append(subs, feed.Subscriber{
			Topic: tech, Callback: callback(i), Secret: fmt.Sprint("secret", i), LeaseEnd: time.Now().Add(time.Hour), Sent: digest([]byte("one")),
		})
	}
	if err := s.store.PutSubscribers(s.t.Context(), subs, nil); err != nil {
		s.t.Fatal(err)
	}
	s.start()
	s.settled()
}

// bodySize is that of an Atom document of 50 entries with their texts.
const bodySize = 120 << 10

// TestCrowd: a thousand subscribers have it within five seconds, a hundred
// that are slow or dead among them are in nobody's way.
func TestCrowd(t *testing.T) {
	if testing.Short() {
		t.Skip("five seconds are for a machine that does not watch each access of memory")
	}
	for _, hosts := range []string{"of their own", "of others"} {
		t.Run(hosts, func(t *testing.T) {
			s := newStage(t, nil)
			const crowd, bad = 1000, 100
			s.crowd(crowd+bad, func(i int) string {
				switch {
				case i < crowd:
					return fmt.Sprintf("http://h%d.example/%d", i/4, i)
				case i%2 == 0:
					return fmt.Sprintf("http://dead%d.example/%d", i, i)
				case hosts == "of others":
					return fmt.Sprintf("http://h%d.example/slow%d", i%bad, i)
				}
				return fmt.Sprintf("http://slow%d.example/slow%d", i, i)
			})
			for i := crowd; i < crowd+bad; i++ {
				for _, host := range []string{fmt.Sprintf("slow%d", i), fmt.Sprintf("h%d", i%bad)} {
					s.answer(fmt.Sprintf("%s.example/slow%d", host, i), hang)
				}
			}
			began := time.Now()
			s.publish(tech, strings.Repeat("x", bodySize))
			s.wait("everybody", func() bool {
				s.mu.Lock()
				defer s.mu.Unlock()
				return len(s.got) == crowd
			})
			took := time.Since(began)
			t.Logf("%d subscribers, and %d slow or dead ones, after %s", crowd, bad, took)
			if took > 5*time.Second {
				t.Errorf("it took %s, want at most 5s", took)
			}
			seen := map[string]bool{}
			for _, d := range s.got {
				if seen[d.at] || len(d.body) != bodySize || d.header.Get("X-Hub-Signature") == "" {
					t.Errorf("%s got it twice, or half of it", d.at)
				}
				seen[d.at] = true
			}
		})
	}
}

// TestHostLimit: no host gets more at one time than it is to get.
func TestHostLimit(t *testing.T) {
	s := newStage(t, nil)
	s.crowd(60, func(i int) string { return fmt.Sprintf("http://one.example/%d", i) })
	var running, most, all atomic.Int32
	for i := range 60 {
		s.answer(fmt.Sprintf("one.example/%d", i), func(http.ResponseWriter, *http.Request) {
			n := running.Add(1)
			for {
				old := most.Load()
				if n <= old || most.CompareAndSwap(old, n) {
					break
				}
			}
			time.Sleep(2 * time.Millisecond)
			running.Add(-1)
			all.Add(1)
		})
	}
	s.publish(tech, "two")
	s.settled()
	if all.Load() != 60 || most.Load() > 4 {
		t.Errorf("%d deliveries, %d at one time, want 60 and at most 4", all.Load(), most.Load())
	}
}

// BenchmarkFanOut delivers a document to a thousand subscribers over loopback:
// both ends are measured.
func BenchmarkFanOut(b *testing.B) {
	s := newStage(b, nil)
	const crowd = 1000
	s.crowd(crowd, func(i int) string { return fmt.Sprintf("http://h%d.example/%d", i/4, i) })
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		s.mu.Lock()
		s.got = nil
		s.mu.Unlock()
		s.publish(tech, fmt.Sprint(i)+strings.Repeat("x", bodySize))
		s.wait("everybody", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.got) == crowd
		})
	}
	b.ReportMetric(float64(b.N*crowd)/b.Elapsed().Seconds(), "deliveries/s")
}

// BenchmarkPublish is what a rendering waits for.
func BenchmarkPublish(b *testing.B) {
	store := &memory{}
	for i := range 1000 {
		store.subs = append(store.subs, feed.Subscriber{Topic: tech, Callback: fmt.Sprintf("http://h%d.example/%d", i/4, i), LeaseEnd: time.Now().Add(time.Hour)})
	}
	h, err := New(b.Context(), store, Settings{Site: Site{Topics: []string{tech}}})
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(strings.Repeat("x", bodySize))
	b.ReportAllocs()
	for i := range b.N {
		body[i%len(body)]++
		h.Publish(Content{Topic: tech, Body: body})
	}
}
