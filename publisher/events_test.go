package publisher_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
	"tributary/publisher"
	"tributary/storage"
	"tributary/storage/bolt"
)

// An occurrence is an event as a reader of WHATWG HTML §9.2.6 takes it.
type occurrence struct{ kind, id, data string }

// A tuned is who listens to a stream.
type tuned struct {
	header http.Header
	cancel context.CancelFunc
	done   chan struct{} // closed when the stream has ended

	mu     sync.Mutex
	status int
	text   bytes.Buffer
	hold   chan struct{} // unless nil, nothing is taken until it is closed
}

func (r *tuned) Header() http.Header { return r.header }
func (r *tuned) Flush()              {}

func (r *tuned) WriteHeader(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (r *tuned) Write(b []byte) (int, error) {
	r.mu.Lock()
	hold := r.hold
	r.mu.Unlock()
	if hold != nil {
		<-hold
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

// tuneIn listens to a path's events, from an id on unless it is empty.
func tuneIn(t testing.TB, h http.Handler, path, last string) *tuned {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &tuned{header: http.Header{}, cancel: cancel, done: make(chan struct{})}
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	go func() {
		defer close(r.done)
		h.ServeHTTP(r, req)
	}()
	return r
}

func (r *tuned) leave() {
	r.cancel()
	<-r.done
}

// heard returns the events so far, and what would be the Last-Event-ID.
func (r *tuned) heard() (events []occurrence, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return takeEvents(r.text.String())
}

// takeEvents reads a stream as a browser does.
func takeEvents(text string) (events []occurrence, last string) {
	var now occurrence
	for line := range strings.Lines(text) {
		line, whole := strings.CutSuffix(line, "\n")
		if !whole {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			if now.id != "" {
				last = now.id
			}
			if now.data != "" {
				now.id = last
				events = append(events, now)
			}
			now = occurrence{}
		case name == "event":
			now.kind = value
		case name == "id":
			now.id = value
		case name == "data":
			now.data += value
		}
	}
	return events, last
}

// kinds returns what happened, in short: "entry Title", "deleted ID".
func kinds(t testing.TB, events []occurrence) []string {
	t.Helper()
	var out []string
	for _, e := range events {
		var item struct{ ID, Title, Reason string }
		if err := json.Unmarshal([]byte(e.data), &item); err != nil {
			t.Fatalf("%v in %q", err, e.data)
		}
		switch e.kind {
		case "deleted":
			out = append(out, "deleted "+item.ID)
		case "reset":
			out = append(out, "reset")
			if item.Reason == "" {
				t.Error("a reset has no reason")
			}
		default:
			out = append(out, e.kind+" "+item.Title)
		}
	}
	return out
}

func hears(t testing.TB, r *tuned, want ...string) (last string) {
	t.Helper()
	events, last := r.heard()
	if got := kinds(t, events); !slices.Equal(got, want) {
		t.Errorf("heard %q\nwant  %q", got, want)
	}
	return last
}

// quiet waits until what was committed is rendered.
func quiet() {
	time.Sleep(3 * time.Second)
	synctest.Wait()
}

func reworded(n int, words string) feed.Entry {
	e := sample(n)
	e.Title.Body = words
	return e
}

// A new entry, a changed one and one that went are told of once they are
// rendered, to those who listen to their category.
func TestEvents(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(0))
		quiet()
		rivers, all, jianghe := tuneIn(t, h, "/rivers/events", ""), tuneIn(t, h, "/all/events", ""), tuneIn(t, h, "/jianghe/events", "")
		synctest.Wait()
		if got := rivers.text.String(); !strings.HasPrefix(got, "retry: 3000\n\nid: ") || rivers.header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%q begins a stream, of %v", got, rivers.header)
		}
		s.poll(t, "gauge", sample(1), sample(2))
		time.Sleep(time.Second)
		synctest.Wait()
		hears(t, rivers)
		quiet()
		hears(t, rivers, "entry Reading number 1", "entry Reading number 2")
		s.poll(t, "gauge", reworded(1, "Corrected"), sample(2))
		s.poll(t, "gauge", reworded(1, "Corrected again"), sample(2))
		quiet()
		hears(t, rivers, "entry Reading number 1", "entry Reading number 2", "updated Corrected again")
		hears(t, all, "entry Reading number 1", "entry Reading number 2", "updated Corrected again")
		hears(t, jianghe)

		events, _ := rivers.heard()
		var feed struct{ Items []json.RawMessage }
		if err := json.Unmarshal([]byte(body(t, request(t, h, "GET", "/rivers/feed.json"))), &feed); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(feed.Items, func(item json.RawMessage) bool { return string(item) == events[2].data }) {
			t.Errorf("%s\nis no item of\n%s", events[2].data, feed.Items)
		}
		moveSource(t, s, "jianghe")
		quiet()
		if events, _ := rivers.heard(); len(events) != 6 || events[3].kind != "deleted" || !strings.HasPrefix(events[3].data, `{"id":"https://gauge.example/notes/`) {
			t.Errorf("of entries that went is heard %v", events[3:])
		}
		if events, _ := jianghe.heard(); len(events) != 3 || events[0].kind != "updated" {
			t.Errorf("of entries that came from elsewhere is heard %v", events)
		}
		for _, r := range []*tuned{rivers, all, jianghe} {
			r.leave()
		}
	})
}

// moveSource files the source under another category.
func moveSource(t testing.TB, s *site, term string) {
	t.Helper()
	err := s.store.PutSources(t.Context(), []feed.Source{
		{ID: "gauge", URL: "https://user:secret@gauge.example/feed.xml", Kind: "feed", Categories: []string{term}},
		{ID: "anjiang", URL: "https://anjiang.example/rss", Kind: "feed", Categories: []string{"jianghe"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever comes again is told what it missed, each entry once; or that it has to
// read the feed.
func TestEventsGoOn(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(0))
		quiet()
		first := tuneIn(t, h, "/rivers/events", "")
		s.poll(t, "gauge", sample(1))
		quiet()
		first.leave()
		last := hears(t, first, "entry Reading number 1")
		s.poll(t, "gauge", sample(2))
		quiet()
		s.poll(t, "gauge", reworded(2, "Two"), reworded(0, "Zero"))
		s.poll(t, "anjiang", feed.Entry{UpstreamID: "urn:a", Title: feed.Text{Body: "江"}})
		quiet()
		second := tuneIn(t, h, "/rivers/events", last)
		synctest.Wait()
		hears(t, second, "entry Two", "updated Zero")
		s.poll(t, "gauge", sample(3))
		quiet()
		second.leave()
		end := hears(t, second, "entry Two", "updated Zero", "entry Reading number 3")

		_, after, _ := strings.Cut(end, ".")
		for name, id := range map[string]string{
			"a number that is still to come": "99999." + after, "another store's": strings.Replace(end, ".", ".0", 1)[:len(end)], "nonsense": "yesterday", "a negative one": "-1",
		} {
			r := tuneIn(t, h, "/rivers/events", id)
			synctest.Wait()
			again := hears(t, r, "reset")
			r.leave()
			if again != end {
				t.Errorf("%s: after a reset the id is %q, want %q", name, again, end)
			}
		}
		fromTheStart := tuneIn(t, h, "/rivers/events", "0")
		synctest.Wait()
		hears(t, fromTheStart, "entry Reading number 1", "entry Two", "entry Zero", "entry Reading number 3")
		fromTheStart.leave()
	})
}

// More than can be told one by one is told as such, whoever listens or comes
// again.
func TestEventsTooMany(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(0))
		quiet()
		listening := tuneIn(t, h, "/rivers/events", "")
		synctest.Wait()
		_, last := listening.heard()
		var many []feed.Entry
		for n := range 600 {
			many = append(many, sample(n+1))
		}
		s.poll(t, "gauge", many...)
		quiet()
		hears(t, listening, "reset")
		s.poll(t, "gauge", sample(1000))
		quiet()
		hears(t, listening, "reset", "entry Reading number 1000")
		listening.leave()
		again := tuneIn(t, h, "/rivers/events", last)
		synctest.Wait()
		hears(t, again, "reset")
		again.leave()
	})
}

// In long quiet there are signs of life, and what happens elsewhere counts as
// heard of.
func TestEventsInQuiet(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(0))
		quiet()
		r := tuneIn(t, h, "/rivers/events", "")
		synctest.Wait()
		_, began := r.heard()
		s.poll(t, "anjiang", feed.Entry{UpstreamID: "urn:a", Title: feed.Text{Body: "江"}})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := strings.Count(r.text.String(), "\n:\n"); n != 3 && n != 2 {
			t.Errorf("%d signs of life in a minute:\n%s", n, r.text.String())
		}
		r.leave()
		if last := hears(t, r); last == began || last == "" {
			t.Errorf("the last id is %q, as at the beginning", last)
		}
	})
}

// There are only so many streams, in all and of one address, and each ends when
// nothing is told any more.
func TestEventsAreBounded(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.set.Events = publisher.Events{Streams: 3, PerClient: 2}
	p := s.publisher()
	h := p.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from := r.Header.Get("X-From"); from != "" {
			r.RemoteAddr = from
		}
		h.ServeHTTP(w, r)
	}))
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	open := func(from string) *http.Response {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/rivers/events", nil)
		req.Header.Set("X-From", from)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Body.Close() })
		return r
	}
	one, two := open("[2001:db8::1]:9"), open("[2001:db8::2]:9")
	if one.StatusCode != http.StatusOK || two.StatusCode != http.StatusOK {
		t.Fatal(one.Status, two.Status)
	}
	if r := open("[2001:db8::3]:9"); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" {
		t.Errorf("a third of one network: %s, %v", r.Status, r.Header)
	}
	if r := open("192.0.2.1:9"); r.StatusCode != http.StatusOK {
		t.Errorf("of another: %s", r.Status)
	}
	if r := open("192.0.2.2:9"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a fourth: %s", r.Status)
	}
	if got := p.Streams(); got.Open != 3 || got.Refused != 2 {
		t.Errorf("%+v", got)
	}
	two.Body.Close()
	eventually(t, func() bool { return p.Streams().Open == 2 })
	if r := open("[2001:db8::3]:9"); r.StatusCode != http.StatusOK {
		t.Errorf("after one has gone: %s", r.Status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(one.Body); err != nil {
		t.Errorf("the end of a stream: %v", err)
	}
	eventually(t, func() bool { return p.Streams().Open == 0 })
	if late := open("192.0.2.9:9"); late.StatusCode != http.StatusOK || !strings.HasPrefix(body(t, late), "retry: 3000\n\n") {
		t.Errorf("who comes afterwards is to come again: %s", late.Status)
	}
}

// Who does not take what it is sent holds up nobody, and is dropped: what it
// missed is not kept for it.
func TestEventsToTheSlow(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(0))
		quiet()
		slow, quick := tuneIn(t, h, "/rivers/events", ""), tuneIn(t, h, "/rivers/events", "")
		synctest.Wait()
		hold := make(chan struct{})
		slow.mu.Lock()
		slow.hold = hold
		slow.mu.Unlock()
		for n := range 20 {
			big := sample(1)
			big.Title.Body = fmt.Sprint("Edition ", n)
			big.Content.Body = "<p>" + strings.Repeat("The gauge was read. ", 50_000) + "</p>"
			s.poll(t, "gauge", big)
			quiet()
		}
		if events, _ := quick.heard(); len(events) != 20 {
			t.Errorf("the other hears %d events", len(events))
		}
		close(hold)
		<-slow.done
		if events, _ := slow.heard(); len(events) != 1 {
			t.Errorf("the slow one was sent %d events before it was dropped, want the first alone", len(events))
		}
		_, last := slow.heard()
		again := tuneIn(t, h, "/rivers/events", last)
		synctest.Wait()
		hears(t, again, "updated Edition 19")
		again.leave()
		quick.leave()
	})
}

// TestEventsHTTP: what a stream says before its first event.
func TestEventsHTTP(t *testing.T) {
	s := newSite(t)
	s.set.Site.BaseURL = "https://feeds.example/news"
	h := s.publisher().Handler()
	for _, path := range []string{"/rivers/events", "/news/rivers/events", "/all/events"} {
		r := request(t, h, http.MethodHead, path)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/event-stream" || r.Header.Get("Access-Control-Allow-Origin") != "*" ||
			r.Header.Get("Cache-Control") != "no-store" || body(t, r) != "" {
			t.Errorf("HEAD %s: %s, %v", path, r.Status, r.Header)
		}
	}
	for path, want := range map[string]int{"/lakes/events": 404, "/rivers/events/": 404, "/events": 404} {
		if r := request(t, h, http.MethodGet, path); r.StatusCode != want {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	if r := request(t, h, http.MethodPost, "/rivers/events"); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", r.Status)
	}
	s.set.Events.Off = true
	if r := request(t, s.publisher().Handler(), http.MethodGet, "/rivers/events"); r.StatusCode != http.StatusNotFound {
		t.Errorf("without events: %s", r.Status)
	}
}

// Whatever happens in between, whoever comes again and again knows in the end
// what the store has, and has heard nothing twice.
func TestEventsLoseNothing(t *testing.T) {
	for seed := range uint64(6) {
		folder := t.TempDir()
		synctest.Test(t, func(t *testing.T) { wander(t, folder, rand.New(rand.NewPCG(seed, 9))) })
	}
}

// wander changes a site at random, with a reader that is cut off at random and
// a publisher that is another one at random.
func wander(t *testing.T, folder string, random *rand.Rand) {
	store, err := bolt.Open(t.Context(), filepath.Join(folder, "site.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := siteOf(t, store)
	s.set.Quiet = 0
	begin := func() (http.Handler, func()) {
		p := s.publisher()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		return p.Handler(), func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	h, end := begin()
	s.poll(t, "gauge", sample(0))
	quiet()
	r := tuneIn(t, h, "/rivers/events", "")
	synctest.Wait()
	var heard []occurrence
	last := ""
	cut := func() {
		r.leave()
		events, id := r.heard()
		if heard = append(heard, events...); id != "" {
			last = id
		}
	}
	terms := []string{"rivers", "jianghe"}
	for step := range 60 {
		switch random.IntN(9) {
		case 0:
			moveSource(t, s, terms[random.IntN(2)])
		case 1:
			cut()
			r = tuneIn(t, h, "/rivers/events", last)
		case 2:
			cut()
			end()
			h, end = begin()
			r = tuneIn(t, h, "/rivers/events", last)
		case 3:
			time.Sleep(time.Duration(random.IntN(60)) * time.Second)
		default:
			s.poll(t, "gauge", reworded(random.IntN(12), fmt.Sprint("Words of step ", step)))
			time.Sleep(time.Duration(random.IntN(3000)) * time.Millisecond)
		}
	}
	time.Sleep(time.Minute)
	synctest.Wait()
	cut()
	end()
	knows(t, s, heard)
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// knows compares what a reader has heard with what the store has.
func knows(t *testing.T, s *site, heard []occurrence) {
	t.Helper()
	known, ids := map[string]string{sample(0).UpstreamID: "Reading number 0"}, map[string]bool{}
	for _, e := range heard {
		var item struct{ ID, Title string }
		if err := json.Unmarshal([]byte(e.data), &item); err != nil || ids[e.id] || e.kind == "reset" {
			t.Errorf("%v: %v, heard before: %v", err, e, ids[e.id])
		}
		ids[e.id] = true
		if delete(known, item.ID); e.kind != "deleted" {
			known[item.ID] = item.Title
		}
	}
	stored := map[string]string{}
	for e, err := range s.store.Entries(t.Context(), storage.Query{Category: "rivers"}) {
		if err != nil {
			t.Fatal(err)
		}
		stored[e.UpstreamID] = e.Title.Body
	}
	if fmt.Sprint(known) != fmt.Sprint(stored) {
		t.Errorf("the reader knows\n%v\nthe store has\n%v", known, stored)
	}
	if len(heard) < 10 {
		t.Errorf("only %d events were heard", len(heard))
	}
}

// BenchmarkEvents tells 1,000 streams of a new entry.
func BenchmarkEvents(b *testing.B) {
	s := newSite(b)
	s.many(b, 50)
	s.set.Events = publisher.Events{PerClient: 1000}
	s.set.Quiet = time.Millisecond
	p := s.publisher()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	h := p.Handler()
	streams := make([]*tuned, 1000)
	for i := range streams {
		streams[i] = tuneIn(b, h, "/rivers/events", "")
	}
	allHeard := func(words string) {
		for _, r := range streams {
			for {
				r.mu.Lock()
				found := strings.Contains(r.text.String(), words)
				if found {
					r.text.Reset()
				}
				r.mu.Unlock()
				if found {
					break
				}
				time.Sleep(100 * time.Microsecond)
			}
		}
	}
	allHeard("id: ")
	b.ResetTimer()
	n := 0
	for b.Loop() {
		n++
		title := fmt.Sprintf("Told for the %dth time", n)
		s.poll(b, "gauge", reworded(10_000, title))
		allHeard(title)
	}
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
