package aggregator_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// A library is upstreams in virtual time: their documents by URL, what a host
// refuses, and when each was asked for.
type library struct {
	mu    sync.Mutex
	docs  map[string]string
	wrong map[string]*fetch.Error // by URL or its host
	asked []string
	last  map[string]time.Time
	gap   time.Duration
	rude  []string
}

// Fetch is upstream's side of a request, which takes 50ms.
func (l *library) Fetch(_ context.Context, s *feed.State) (*fetch.Document, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	host, now := fetch.HostKey(s.URL), time.Now()
	if since := now.Sub(l.last[host]); since < l.gap-time.Millisecond {
		l.rude = append(l.rude, fmt.Sprintf("%s was asked %s after the last time", s.URL, since))
	}
	l.last[host] = now
	l.asked = append(l.asked, s.URL)
	l.mu.Unlock()
	time.Sleep(50 * time.Millisecond)
	l.mu.Lock()
	for _, key := range []string{s.URL, host} {
		if e := l.wrong[key]; e != nil {
			e := *e
			e.Host = host
			return nil, &e
		}
	}
	text, ok := l.docs[s.URL]
	if !ok {
		return nil, &fetch.Error{Status: 404, Reason: "the server answered 404 Not Found", Host: host}
	}
	digest := feed.DigestOf(text)
	return &fetch.Document{URL: s.URL, Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(text), Digest: digest, NotModified: digest == s.Body}, nil
}

// take returns what was asked for since the last time, without the hosts.
func (l *library) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.Join(l.asked, " ")
	l.asked = nil
	return text
}

// A reader polls the library's sources.
type reader struct {
	*aggregator.Aggregator
	*library
	store storage.Store
}

func newReader(t *testing.T, gap time.Duration, sources ...feed.Source) *reader {
	t.Helper()
	store, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "gather.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	l := &library{docs: map[string]string{}, wrong: map[string]*fetch.Error{}, last: map[string]time.Time{}, gap: gap}
	stored := func(id feed.EntryID) (bool, error) {
		_, err := store.Entry(t.Context(), id)
		if errors.Is(err, storage.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	return &reader{store: store, library: l,
		Aggregator: aggregator.New(store, aggregator.Settings{Fetcher: l, HostGap: gap, Stored: stored})}
}

// pass polls the sources once, and returns the sums and all notes.
func (r *reader) pass(t *testing.T, ids ...feed.SourceID) (fresh, updated int, notes string) {
	t.Helper()
	err := r.Pass(t.Context(), aggregator.Which{Sources: ids, Force: true}, func(o aggregator.Outcome) {
		if o.Error != "" {
			t.Errorf("%s: %s", o.Source, o.Error)
		}
		fresh += o.New
		updated += o.Updated
		notes += strings.Join(o.Notes, "\n")
	})
	if err != nil {
		t.Fatal(err)
	}
	return fresh, updated, notes
}

func (r *reader) contents(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for e, err := range r.store.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		out[e.Title.Body] = e.Content.Body
	}
	return out
}

func page(n string) string {
	return "<html><link rel=canonical href=" + n + "?c><body><div id=a><p>The whole text of " + n + ".</p></div></body></html>"
}

// articles puts n articles of a feed into the library, the newest first.
func (r *reader) articles(base, title string, from, n int, at time.Time) string {
	var items []string
	for i := from + n - 1; i >= from; i-- {
		link := fmt.Sprintf("%s/%d", base, i)
		items = append(items, fmt.Sprintf(`<item><link>%s</link><title>%s %d</title><pubDate>%s</pubDate></item>`, link, title, i, at.Add(time.Duration(i)*time.Second).Format(time.RFC1123Z)))
		r.docs[link] = page(link)
	}
	return rss(items...)
}

func fullText(id feed.SourceID, url string) feed.Source {
	return feed.Source{ID: id, URL: url, Kind: "feed", Categories: []string{"news"}, Options: feed.Options{"full_text": "true", "full_text_take": "#a"}}
}

// Pages of entries are asked for at the host's pace, together with the polls
// of its other sources, and never again.
func TestGatherPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReader(t, time.Second,
			fullText("a", "http://h.example/a.xml"), fullText("b", "http://h.example/b.xml"), fullText("c", "http://other.example/c.xml"),
			feed.Source{ID: "d", URL: "http://h.example/d.xml", Kind: "feed", Categories: []string{"news"}},
			feed.Source{ID: "e", URL: "http://h.example/e.xml", Kind: "feed", Categories: []string{"news"}})
		for _, name := range []string{"a", "b", "d", "e"} {
			r.docs["http://h.example/"+name+".xml"] = r.articles("http://h.example/"+name, name, 0, 6, time.Now().Add(-time.Hour))
		}
		r.docs["http://other.example/c.xml"] = r.articles("http://h.example/c", "c", 0, 6, time.Now().Add(-time.Hour))
		all := []feed.SourceID{"a", "b", "c", "d", "e"}
		began := time.Now()
		fresh, _, notes := r.pass(t, all...)
		if fresh != 30 || strings.Count(notes, "the text of 6 new entries is from documents of their own") != 3 {
			t.Errorf("%d new; %s", fresh, notes)
		}
		if n := strings.Count(r.take(), "h.example/"); n != 22 {
			t.Errorf("%d requests to the host, want 22", n)
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it took %s", took)
		}
		time.Sleep(time.Second)
		// Another title upstream is an update that keeps the text.
		r.docs["http://h.example/a.xml"] = strings.Replace(r.docs["http://h.example/a.xml"], "a 3", "a three", 1)
		fresh, updated, _ := r.pass(t, all...)
		if fresh != 0 || updated != 1 || strings.Contains(r.take(), "/a/") {
			t.Errorf("second pass: %d new, %d updated", fresh, updated)
		}
		if got := r.contents(t)["a three"]; !strings.Contains(got, "The whole text of http://h.example/a/3.") {
			t.Errorf("the updated entry has %q", got)
		}
		for e, err := range r.store.Entries(t.Context(), storage.Query{}) {
			last := e.Links[len(e.Links)-1]
			if err != nil || strings.Contains("abc", string(e.Source)) && (last.Rel != feed.RelCanonical || last.Href != e.Alternate()+"?c") {
				t.Errorf("%s: links %v, %v", e.Title.Body, e.Links, err)
			}
		}
		if len(r.rude) > 0 {
			t.Errorf("%d requests came too soon: %v", len(r.rude), r.rude)
		}
	})
}

// A host that asks for time gets it: what is new waits, what is old is
// published as it is. A page that is gone is no reason to wait.
func TestGatherRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReader(t, 0, fullText("a", "http://a.example/feed"))
		old := r.articles("http://h.example", "old", 0, 2, time.Now().Add(-72*time.Hour))
		recent := r.articles("http://h.example", "new", 10, 3, time.Now().Add(-time.Hour))
		r.docs["http://a.example/feed"] = strings.Replace(recent, "</channel></rss>", "", 1) + old[strings.Index(old, "<item>"):]
		delete(r.docs, "http://h.example/12")
		r.wrong["http://h.example/1"] = &fetch.Error{Status: 429, RetryAfter: time.Hour, Reason: "the server answered 429 Too Many Requests"}
		fresh, _, notes := r.pass(t, "a")
		if fresh != 2 || !strings.Contains(notes, "3 new entries wait for the next poll: the server answered 429") {
			t.Errorf("%d new; %s", fresh, notes)
		}
		if asked := r.take(); asked != "http://a.example/feed http://h.example/0 http://h.example/1" {
			t.Errorf("asked for %s", asked)
		}
		delete(r.wrong, "http://h.example/1")
		time.Sleep(2 * time.Hour)
		fresh, _, notes = r.pass(t, "a") // the document is the same, and read all the same
		if fresh != 3 || !strings.Contains(notes, "2 new entries is from") || !strings.Contains(notes, "http://h.example/12: the server answered 404") {
			t.Errorf("later: %d new; %s", fresh, notes)
		}
		got := r.contents(t)
		if got["old 0"] == "" || got["old 1"] != "" || got["new 11"] == "" || got["new 12"] != "" || len(got) != 5 {
			t.Errorf("contents %v", got)
		}
		for e, err := range r.store.Entries(t.Context(), storage.Query{}) {
			want := feed.Making{Text: feed.FromSelectors, Taken: feed.Taken{feed.TookAttributes: 1}} // its id
			if e.Title.Body == "old 1" || e.Title.Body == "new 12" {
				want = feed.Making{Text: feed.FromNowhere, Why: e.Making.Why}
			}
			if err != nil || e.Making != want || (e.Making.Why != "") != (want.Text == feed.FromNowhere) {
				t.Errorf("%s: made so: %+v, %v; want %+v", e.Title.Body, e.Making, err, want)
			}
		}
	})
}

// One poll asks for a bounded number of documents, within a bounded time.
func TestGatherBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReader(t, 0, fullText("a", "http://a.example/feed"))
		r.docs["http://a.example/feed"] = r.articles("http://h.example", "n", 0, 120, time.Now().Add(-time.Hour))
		fresh, _, notes := r.pass(t, "a")
		if fresh != 120 || !strings.Contains(notes, "only the newest 100 are asked for") || strings.Count(r.take(), "h.example/") != 100 {
			t.Errorf("%d new; %s", fresh, notes)
		}
		if got := r.contents(t); got["n 19"] != "" || got["n 20"] == "" {
			t.Error("it was not the newest hundred that were asked for")
		}
		r.docs["http://a.example/feed"] = r.articles("http://h.example", "n", 120, 130, time.Now().Add(-time.Hour))
		for _, want := range []int{100, 30, 0} {
			if fresh, _, notes = r.pass(t, "a"); fresh != want {
				t.Errorf("%d new, want %d; %s", fresh, want, notes)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newReader(t, 10*time.Second, fullText("a", "http://a.example/feed"))
		r.docs["http://a.example/feed"] = r.articles("http://h.example", "n", 0, 40, time.Now().Add(-time.Hour))
		began := time.Now()
		fresh, _, notes := r.pass(t, "a")
		if fresh < 20 || fresh > 25 || !strings.Contains(notes, "wait for the next poll: there was no time left") {
			t.Errorf("%d new; %s", fresh, notes)
		}
		if took := time.Since(began); took > 5*time.Minute {
			t.Errorf("it took %s", took)
		}
		if again, _, notes := r.pass(t, "a"); fresh+again != 40 {
			t.Errorf("%d more; %s", again, notes)
		}
	})
}

// What a document leads to is asked for on the web only.
func TestGatherWebOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := feed.Source{ID: "a", URL: "http://a.example/list", Kind: "html", Categories: []string{"news"},
			Options: feed.Options{"item": "li", "next": "a.next", "pages": "5", "full_text": "true"}}
		r := newReader(t, 0, s)
		r.docs[s.URL] = `<ul><li><a href="file:///etc/passwd">a</a><li><a href="exec:///tmp?w=true">b</a></ul><a class=next href="file:///etc/hosts">n</a>`
		if fresh, _, notes := r.pass(t, "a"); fresh != 2 || notes != "" {
			t.Errorf("%d new; %s", fresh, notes)
		}
		if asked := r.take(); asked != s.URL {
			t.Errorf("asked for %s", asked)
		}
	})
}

// A list is followed in circles no further than once.
func TestGatherCircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := feed.Source{ID: "a", URL: "http://a.example/1", Kind: "html", Categories: []string{"news"},
			Options: feed.Options{"item": "li", "next": "a.next", "pages": "50"}}
		r := newReader(t, 0, s)
		for i := 1; i <= 3; i++ {
			r.docs[fmt.Sprintf("http://a.example/%d", i)] = fmt.Sprintf(`<ul><li><a href="/n/%d">n</a></ul><a class=next href="/%d">n</a>`, i, i%3+1)
		}
		if fresh, _, notes := r.pass(t, "a"); fresh != 3 || notes != "" {
			t.Errorf("%d new; %s", fresh, notes)
		}
		if asked := strings.Count(r.take(), "a.example"); asked != 3 {
			t.Errorf("%d requests", asked)
		}
	})
}
