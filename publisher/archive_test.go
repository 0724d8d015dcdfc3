package publisher_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher"
	"tributary/storage"
)

// An atomPage is what a reader that follows archives has of a document.
type atomPage struct {
	Links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Archive *struct{} `xml:"http://purl.org/syndication/history/1.0 archive"`
	Entries []struct {
		ID      string `xml:"id"`
		Content string `xml:"content"`
	} `xml:"entry"`
}

func (p *atomPage) link(rel string) string {
	for _, l := range p.Links {
		if l.Rel == rel {
			return strings.TrimPrefix(l.Href, "https://feeds.example")
		}
	}
	return ""
}

func ask(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// crawl follows prev-archive from the subscription document, and returns the
// documents by their addresses and the words of each entry, the newest.
func crawl(t testing.TB, h http.Handler, path string) (docs, words map[string]string) {
	t.Helper()
	docs, words = map[string]string{}, map[string]string{}
	for path != "" {
		if docs[path] != "" || len(docs) > 1000 {
			t.Fatalf("the chain of archives comes to %s again", path)
		}
		w := ask(t, h, path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		docs[path] = w.Body.String()
		var page atomPage
		if err := xml.Unmarshal(w.Body.Bytes(), &page); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if isArchive := len(docs) > 1; (page.Archive != nil) != isArchive {
			t.Errorf("%s says that it is an archive: %t", path, page.Archive != nil)
		}
		for _, e := range page.Entries {
			if words[e.ID] == "" {
				words[e.ID] = e.Content
			}
		}
		path = page.link("prev-archive")
	}
	return docs, words
}

// TestArchives: from the subscription document on every stored entry is
// reached, in its newest words, and an archive keeps its bytes whatever is
// polled, edited, opened again or pruned, but for what went.
func TestArchives(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	s := newSite(t)
	s.set.Limit = 20
	n, before := 0, map[string]string{}
	for step := range 40 {
		var entries []feed.Entry
		for range 1 + rng.IntN(25) {
			i := n
			if n > 0 && rng.IntN(3) == 0 {
				i = rng.IntN(n)
			}
			n = max(n, i+1)
			e := sample(i)
			e.Content = feed.Text{Type: feed.TextHTML, Body: fmt.Sprintf("<p>Words of step %d.</p>", step)}
			e.Published = start.AddDate(0, 0, -rng.IntN(900))
			entries = append(entries, e)
		}
		s.poll(t, "gauge", entries...)
		pruned := step%9 == 8
		if pruned {
			keep := feed.Retention{Overall: feed.Keep{MaxEntries: 120 + rng.IntN(60)}, Remember: time.Hour}
			if _, err := s.store.Prune(t.Context(), keep, start.Add(1000*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		docs, words := crawl(t, s.publisher().Handler(), "/rivers/atom.xml") // as after a restart
		s.reached(t, words)
		delete(docs, "/rivers/atom.xml")
		for path, doc := range docs {
			if was, known := before[path]; known && was != doc && !pruned {
				t.Fatalf("step %d: %s has changed:\n%s\nit was\n%s", step, path, doc, was)
			}
		}
		for path := range before {
			if docs[path] == "" && !pruned {
				t.Fatalf("step %d: %s is not reached any more", step, path)
			}
		}
		before = docs
	}
	if len(before) < 2 {
		t.Errorf("%d archives: the test shows little", len(before))
	}
}

// reached compares what a crawl has found with what is stored.
func (s *site) reached(t *testing.T, words map[string]string) {
	t.Helper()
	stored := 0
	for e, err := range s.store.Entries(t.Context(), storage.Query{Category: "rivers"}) {
		if err != nil {
			t.Fatal(err)
		}
		stored++
		if got := words[e.UpstreamID]; got != e.Content.Body {
			t.Errorf("entry %s is reached as %q, want %q", e.UpstreamID, got, e.Content.Body)
		}
	}
	if stored != len(words) {
		t.Errorf("%d entries are reached, %d are stored", len(words), stored)
	}
}

// filled returns a site with two archives and seven more entries.
func filled(t *testing.T) *site {
	s := newSite(t)
	var entries []feed.Entry
	for i := range 2*storage.ArchiveSize + 7 {
		entries = append(entries, sample(i))
	}
	s.poll(t, "gauge", entries...)
	return s
}

func TestArchiveHTTP(t *testing.T) {
	s := filled(t)
	h := s.publisher().Handler()
	for _, tt := range []struct {
		path     string
		status   int
		location string
	}{
		{"/rivers/archive/1/atom.xml", 200, ""},
		{"/rivers/archive/2/rss.xml", 200, ""},
		{"/all/archive/2/feed.json", 200, ""},
		{"/rivers/archive/3/atom.xml", 302, "/rivers/atom.xml"},
		{"/jianghe/archive/1/atom.xml", 302, "/jianghe/atom.xml"},
		{"/rivers/archive/4/atom.xml", 404, ""},
		{"/rivers/archive/0/atom.xml", 404, ""},
		{"/rivers/archive/01/atom.xml", 404, ""},
		{"/rivers/archive/-1/atom.xml", 404, ""},
		{"/rivers/archive/1/index.html", 404, ""},
		{"/nobody/archive/1/atom.xml", 404, ""},
		{"/rivers/archive/99999999999999999999/atom.xml", 404, ""},
	} {
		w := ask(t, h, tt.path)
		if w.Code != tt.status || w.Header().Get("Location") != tt.location {
			t.Errorf("%s: %d %q, want %d %q", tt.path, w.Code, w.Header().Get("Location"), tt.status, tt.location)
		}
		if caching := w.Header().Get("Cache-Control"); (tt.status == 200) != strings.Contains(caching, "immutable") {
			t.Errorf("%s: Cache-Control is %q", tt.path, caching)
		}
	}
	keep := feed.Retention{Overall: feed.Keep{MaxEntries: storage.ArchiveSize}, Remember: time.Hour}
	if _, err := s.store.Prune(t.Context(), keep, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if w := ask(t, s.publisher().Handler(), "/rivers/archive/1/atom.xml"); w.Code != http.StatusGone {
		t.Errorf("an archive of which nothing is left: %d, want 410", w.Code)
	}
}

// TestArchiveExpires: what goes from the store goes from an archive that is
// kept in memory.
func TestArchiveExpires(t *testing.T) {
	s := filled(t)
	s.set.Dates = publisher.NewDates()
	p := s.publisher()
	following(t, p)
	h := p.Handler()
	look := func() *http.Response { return request(t, h, "GET", "/rivers/archive/1/atom.xml") }
	count := func() int { return strings.Count(body(t, look()), "<entry>") }
	if n := count(); n != storage.ArchiveSize {
		t.Fatalf("%d entries, want %d", n, storage.ArchiveSize)
	}
	before := dateOf(t, look())
	keep := feed.Retention{Overall: feed.Keep{MaxEntries: 2*storage.ArchiveSize + 2}, Remember: time.Hour}
	if _, err := s.store.Prune(t.Context(), keep, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return count() == storage.ArchiveSize-5 })
	eventually(t, func() bool { return dateOf(t, look()).After(before) }) // within the second: no date is later than now
}

// TestArchiveOfLostChanges: nobody hears of a change that the log has trimmed,
// and an archive in memory shows it all the same.
func TestArchiveOfLostChanges(t *testing.T) {
	s := filled(t)
	lossy := &trimmedStore{Reader: s.store, trimmed: make(chan struct{})}
	p := publisher.New(lossy, s.set)
	following(t, p)
	h := p.Handler()
	count := func() int {
		return strings.Count(body(t, request(t, h, "GET", "/rivers/archive/1/atom.xml")), "<entry>")
	}
	if n := count(); n != storage.ArchiveSize {
		t.Fatalf("%d entries, want %d", n, storage.ArchiveSize)
	}
	keep := feed.Retention{Overall: feed.Keep{MaxEntries: 2*storage.ArchiveSize + 2}, Remember: time.Hour}
	if _, err := s.store.Prune(t.Context(), keep, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	close(lossy.trimmed)
	eventually(t, func() bool { return count() == storage.ArchiveSize-5 })
}

// TestArchiveFiles: a static site has its archives, valid in all formats, and
// JSON Feed's next_url leads through them.
func TestArchiveFiles(t *testing.T) {
	dir := t.TempDir()
	build(t, filled(t), dir)
	publishedcheck.Dir(t, dir)
	items, documents := 0, 0
	for path := "/rivers/feed.json"; path != ""; documents++ {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Next  string            `json:"next_url"`
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		items += len(doc.Items)
		path = strings.TrimPrefix(doc.Next, "https://feeds.example")
	}
	if documents != 3 || items != 50+2*storage.ArchiveSize {
		t.Errorf("%d items in %d documents, want 50 newest and two archives", items, documents)
	}
	next, err := os.ReadFile(filepath.Join(dir, "rivers", "archive", "3", "atom.xml"))
	now, err2 := os.ReadFile(filepath.Join(dir, "rivers", "atom.xml"))
	if err != nil || err2 != nil || string(next) != string(now) {
		t.Errorf("what will be the next archive is not the subscription document: %v %v", err, err2)
	}
}
