package publisher_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
	"tributary/publisher"
	"tributary/storage/bolt"
)

var feedPaths = []string{"/rivers/atom.xml", "/rivers/rss.xml", "/rivers/feed.json"}

// settled waits, in virtual time, until all is rendered.
func settled() {
	time.Sleep(3 * time.Second)
	synctest.Wait()
}

// RFC 3229 with the instance manipulation "feed".
func TestDelta(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(1), sample(2), sample(3))
		settled()
		for _, coding := range []string{"", "gzip", "br"} {
			for _, path := range append(feedPaths, "/rivers/feed") {
				testDelta(t, s, h, path, coding)
			}
		}
	})
}

// deltas numbers the entries of testDelta.
var deltas = 10

func testDelta(t *testing.T, s *site, h http.Handler, path, coding string) {
	t.Helper()
	ask := func(etag string, more ...string) *http.Response {
		t.Helper()
		return request(t, h, "GET", path, append(more, "A-IM", "feed", "If-None-Match", etag, "Accept-Encoding", coding)...)
	}
	first := request(t, h, "GET", path, "Accept-Encoding", coding).Header.Get("Etag")
	if r := ask(first); r.StatusCode != http.StatusNotModified {
		t.Fatalf("%s: %d when nothing is new, want 304", path, r.StatusCode)
	}
	deltas++
	edited := sample(2)
	edited.Title.Body = fmt.Sprintf("Corrected %d times", deltas)
	s.poll(t, "gauge", sample(deltas), edited)
	settled()
	full := request(t, h, "GET", path, "Accept-Encoding", coding)
	r := ask(`"of another", ` + first)
	if r.StatusCode != http.StatusIMUsed || r.Header.Get("Im") != "feed" || r.Header.Get("Etag") != full.Header.Get("Etag") ||
		!strings.Contains(r.Header.Get("Cache-Control"), "no-store") || r.Header.Get("Content-Type") != full.Header.Get("Content-Type") {
		t.Fatalf("%s %s: %d %v, want 226 and the tag %s", path, coding, r.StatusCode, r.Header, full.Header.Get("Etag"))
	}
	text := unpack(t, r.Header.Get("Content-Encoding"), body(t, r))
	if strings.Contains(text, sample(1).Title.Body+"<") || strings.Contains(text, sample(3).Title.Body+`"`) ||
		!strings.Contains(text, sample(deltas).Title.Body) || !strings.Contains(text, edited.Title.Body) {
		t.Errorf("%s: want what is new, %d and 2:\n%s", path, deltas, text)
	}
	if r := ask(r.Header.Get("Etag")); r.StatusCode != http.StatusNotModified {
		t.Errorf("%s: %d for the tag of the delta, want 304", path, r.StatusCode)
	}
	for name, r := range map[string]*http.Response{
		"an unknown tag":             ask(`"unknown"`),
		"no A-IM":                    request(t, h, "GET", path, "If-None-Match", first, "Accept-Encoding", coding),
		"another manipulation":       request(t, h, "GET", path, "If-None-Match", first, "A-IM", "vcdiff, feed;q=0"),
		"a precondition of its own":  ask(first, "If-Match", full.Header.Get("Etag")),
		"a page, which has no delta": request(t, h, "GET", "/rivers/", "If-None-Match", first, "A-IM", "feed"),
	} {
		if r.StatusCode != http.StatusOK || r.Header.Get("Im") != "" {
			t.Errorf("%s, %s: %d, want 200", path, name, r.StatusCode)
		}
	}
}

// As many renderings are remembered as are worth it, and their entries once.
func TestDeltaOfOldRenderings(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.poll(t, "gauge", sample(0), sample(1000))
		settled()
		var tags []string
		for n := range 40 {
			tags = append(tags, request(t, h, "GET", feedPaths[0]).Header.Get("Etag"))
			s.poll(t, "gauge", sample(n+1))
			settled()
		}
		for i, etag := range tags {
			r := request(t, h, "GET", feedPaths[0], "A-IM", "feed", "If-None-Match", etag)
			want, entries := http.StatusIMUsed, len(tags)-i
			if entries > 31 { // with the present one these are 32
				want, entries = http.StatusOK, 42
			}
			if got := strings.Count(body(t, r), "<entry>"); r.StatusCode != want || got != entries {
				t.Errorf("%d renderings ago: %d with %d entries, want %d with %d", len(tags)-i, r.StatusCode, got, want, entries)
			}
		}
	})
}

// Our own fetcher takes deltas from us, and stores nothing twice.
func TestDeltaToOurselves(t *testing.T) {
	s := newSite(t)
	s.poll(t, "gauge", sample(1), sample(2), sample(3))
	p := s.publisher()
	following(t, p)
	var mu sync.Mutex
	var answers []int
	h := p.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := httptest.NewRecorder()
		h.ServeHTTP(seen, r)
		mu.Lock()
		answers = append(answers, seen.Code)
		mu.Unlock()
		for name, values := range seen.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(seen.Code)
		_, _ = w.Write(seen.Body.Bytes()) // a reader that went fails the test elsewhere
	}))
	defer srv.Close()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "reader.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	err = store.PutSources(t.Context(), []feed.Source{{ID: "us", URL: srv.URL + "/rivers/atom.xml", Kind: "feed", Categories: []string{"rivers"}}})
	if err != nil {
		t.Fatal(err)
	}
	a := aggregator.New(store, aggregator.Settings{Fetcher: fetch.NewHTTP(fetch.Settings{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})})
	pass := func() {
		t.Helper()
		if err := a.Pass(t.Context(), aggregator.Which{Sources: []feed.SourceID{"us"}}, func(aggregator.Outcome) {}); err != nil {
			t.Fatal(err)
		}
	}
	pass()
	before := request(t, h, "GET", "/rivers/atom.xml").Header.Get("Etag")
	s.poll(t, "gauge", sample(4))
	eventually(t, func() bool { return request(t, h, "GET", "/rivers/atom.xml").Header.Get("Etag") != before })
	pass()
	pass()
	if got := fmt.Sprint(answers); got != "[200 226 304]" {
		t.Errorf("we answered ourselves %s, want 200, 226 and 304", got)
	}
	n := 0
	for _, err := range store.SourceEntries(t.Context(), "us") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 4 {
		t.Errorf("%d entries are stored, want 4", n)
	}
}

// Every delta of real feeds is valid: of what each of several renderings has
// in common with the last.
func TestCorpusDeltas(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of feeds")
	}
	sources := corpus(t, testshared.Dir(t, "corpus", "real"))
	s := newSite(t)
	s.set.Limit, s.set.Quiet = 2000, time.Millisecond
	told := make(chan string, 10_000)
	s.set.Rendered = func(_ context.Context, r *publisher.Rendering) { told <- r.Path }
	p := s.publisher()
	following(t, p)
	h := p.Handler()
	a := aggregator.New(s.store, aggregator.Settings{Fetcher: fetch.Mux{"file": fetch.NewFile(fetch.Limits{})}})
	tags, checked := map[string][]string{}, 0
	const step = 24
	for from := 0; from < len(sources); from += step {
		if err := s.store.PutSources(t.Context(), sources[:min(from+step, len(sources))]); err != nil {
			t.Fatal(err)
		}
		if err := a.Pass(t.Context(), aggregator.Which{}, func(aggregator.Outcome) {}); err != nil {
			t.Fatal(err)
		}
		silence := 5 * time.Second // until the first rendering, on a busy machine
		for quiet := time.After(time.Minute); ; {
			select {
			case <-told:
				silence = time.Second
				continue
			case <-time.After(silence):
			case <-quiet:
				t.Fatal("renderings without end")
			}
			break
		}
		for _, path := range feedPaths {
			if known := tags[path]; len(known) > 0 {
				r := request(t, h, "GET", path, "A-IM", "feed", "If-None-Match", known[len(known)-1])
				if r.StatusCode == http.StatusIMUsed {
					checked++
					for _, problem := range publishedcheck.Judge([]byte(body(t, r))) {
						t.Errorf("%s from %d on: %s", path, from, problem)
					}
				}
			}
			tags[path] = append(tags[path], request(t, h, "GET", path).Header.Get("Etag"))
		}
	}
	t.Logf("%d deltas of %d feeds", checked, len(sources))
	if checked < 15 {
		t.Errorf("only %d deltas of %d feeds were made", checked, len(sources))
	}
}
