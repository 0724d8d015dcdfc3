package publisher_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// A crawled sitemap, or index of sitemaps.
type crawled struct {
	XMLName xml.Name
	URLs    []struct {
		Loc     string    `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
		Lastmod time.Time `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
		News    *struct {
			Name     string    `xml:"publication>name"`
			Language string    `xml:"publication>language"`
			Date     time.Time `xml:"publication_date"`
			Title    string    `xml:"title"`
		} `xml:"http://www.google.com/schemas/sitemap-news/0.9 news"`
	} `xml:",any"`
}

// readSitemap reads a sitemap of the site.
func readSitemap(t *testing.T, h http.Handler, path string) (crawled, string) {
	t.Helper()
	r := request(t, h, "GET", path)
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != render.SitemapType || r.Header.Get("ETag") == "" {
		t.Fatalf("%s: %d %v", path, r.StatusCode, r.Header)
	}
	var m crawled
	text := body(t, r)
	if err := xml.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, text)
	}
	return m, text
}

// pathOf is the path of an absolute address of the site.
func pathOf(t *testing.T, s *site, loc string) string {
	t.Helper()
	path, ok := strings.CutPrefix(loc, s.set.Site.BaseURL)
	if u, err := url.Parse(loc); !ok || err != nil || u.RawQuery != "" {
		t.Fatalf("%q is no address of the site", loc)
	}
	return path
}

// Whoever goes from robots.txt to the index to the sitemaps finds each page of
// the site, and nothing else.
func TestSitemaps(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	var more []feed.Entry
	for n := range 20*storage.ArchiveSize + 10 {
		more = append(more, sample(100+n))
	}
	s.poll(t, "gauge", more...)
	h := s.publisher().Handler()
	if robots := body(t, request(t, h, "GET", "/robots.txt")); !strings.Contains(robots, "\nSitemap: "+s.set.Site.BaseURL+"/sitemap.xml\n") {
		t.Errorf("robots.txt names no sitemap:\n%s", robots)
	}
	index, _ := readSitemap(t, h, "/sitemap.xml")
	if index.XMLName.Local != "sitemapindex" || len(index.URLs) != 4 {
		t.Fatalf("%s of %d sitemaps, want 4", index.XMLName.Local, len(index.URLs))
	}
	var found []string
	for i := range index.URLs {
		path := pathOf(t, s, index.URLs[i].Loc)
		m, _ := readSitemap(t, h, path)
		for j := range m.URLs {
			u := &m.URLs[j]
			if r := request(t, h, "GET", pathOf(t, s, u.Loc)); r.StatusCode != http.StatusOK {
				t.Errorf("%s: %s is answered with %d", path, u.Loc, r.StatusCode)
			}
			if u.Lastmod.IsZero() || u.Lastmod.After(index.URLs[i].Lastmod) {
				t.Errorf("%s: %s changed at %v, the sitemap at %v", path, u.Loc, u.Lastmod, index.URLs[i].Lastmod)
			}
			if m.XMLName.Local != "urlset" || u.News != nil {
				t.Errorf("%s: %s %+v", path, u.Loc, u)
			}
			found = append(found, pathOf(t, s, u.Loc))
		}
	}
	want := []string{"/", "/rivers/", render.CategoryPath("jianghe"), "/all/"}
	for e, err := range s.store.Entries(t.Context(), storage.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, render.EntryPath(e.ID))
	}
	slices.Sort(found)
	slices.Sort(want)
	if !slices.Equal(slices.Compact(found), want) {
		t.Errorf("%d pages are listed, there are %d", len(found), len(want))
	}
	for _, none := range []string{"/sitemap/0.xml", "/sitemap/3.xml", "/sitemap/01.xml", "/sitemap/-1.xml", "/sitemap/x.xml", "/sitemap/"} {
		if r := request(t, h, "GET", none); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered with %d", none, r.StatusCode)
		}
	}
}

// A full part stays as it is, to the byte and over restarts, until an entry
// leaves; the last one grows.
func TestSitemapParts(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.fill(t)
		poll := func(from, n int) {
			var more []feed.Entry
			for i := range n {
				more = append(more, sample(from+i))
			}
			s.poll(t, "gauge", more...)
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		poll(100, 30)
		_, open := readSitemap(t, h, "/sitemap/1.xml")
		poll(200, 20*storage.ArchiveSize)
		_, full := readSitemap(t, h, "/sitemap/1.xml")
		second, _ := readSitemap(t, h, "/sitemap/2.xml")
		poll(5000, 40)
		if _, now := readSitemap(t, h, "/sitemap/1.xml"); open == full || now != full {
			t.Errorf("the first part has grown: %t, and changed when it was full: %t", open != full, now != full)
		}
		if now, _ := readSitemap(t, h, "/sitemap/2.xml"); len(now.URLs) != len(second.URLs)+40 {
			t.Errorf("the second part has %d entries, before 40 more %d", len(now.URLs), len(second.URLs))
		}
		again := s.publisher().Handler()
		for _, path := range []string{"/sitemap.xml", "/sitemap/1.xml", "/sitemap/2.xml", "/sitemap/pages.xml"} {
			one, two := request(t, h, "GET", path), request(t, again, "GET", path)
			if one.Header.Get("ETag") != two.Header.Get("ETag") {
				t.Errorf("%s is another one after a restart", path)
			}
			if r := request(t, h, "GET", path, "If-None-Match", one.Header.Get("ETag")); r.StatusCode != http.StatusNotModified {
				t.Errorf("%s: %d for its own ETag", path, r.StatusCode)
			}
		}
		err := s.store.PutSources(t.Context(), []feed.Source{{ID: "anjiang", URL: "https://anjiang.example/feed.xml", Kind: "feed", Categories: []string{"jianghe"}}})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if r := request(t, h, "GET", "/sitemap/2.xml"); r.StatusCode != http.StatusNotFound {
			t.Errorf("a part without entries is answered with %d", r.StatusCode)
		}
		index, text := readSitemap(t, h, "/sitemap.xml")
		for i := range index.URLs {
			readSitemap(t, h, pathOf(t, s, index.URLs[i].Loc))
		}
		if strings.Contains(text, "/sitemap/2.xml") {
			t.Error("a sitemap is listed that there is none of")
		}
	})
}

// The news is what was published in the last two days, with what the news
// extension asks for.
func TestSitemapNews(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.polls = int(time.Since(start) / time.Hour)
	e := sample(1)
	e.Title.Body, e.Language, e.Published = "长江 <水位> & 更多", "zh-Hans", time.Now().Add(-time.Hour).Truncate(time.Second).In(time.FixedZone("", 8*3600))
	old := sample(2)
	old.Published = time.Now().Add(-50 * time.Hour)
	s.poll(t, "gauge", e, old)
	m, text := readSitemap(t, s.publisher().Handler(), "/sitemap/news.xml")
	if len(m.URLs) != 1 || m.URLs[0].News == nil {
		t.Fatalf("want one entry as news:\n%s", text)
	}
	n := m.URLs[0].News
	got := fmt.Sprintf("%s|%s|%s|%s", n.Name, n.Language, n.Title, n.Date.Format(time.RFC3339))
	if want := fmt.Sprintf("%s|zh-cn|%s|%s", s.set.Site.Title, e.Title.Body, e.Published.Format(time.RFC3339)); got != want {
		t.Errorf("news: %s, want %s", got, want)
	}
}

// The news calls an entry as its page does: in the words of the source that is
// preferred.
func TestSitemapNewsWords(t *testing.T) {
	s := newSite(t)
	err := s.store.PutSources(t.Context(), []feed.Source{
		{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}},
		{ID: "anjiang", URL: "https://anjiang.example/rss", Kind: "feed", Categories: []string{"rivers"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.polls = int(time.Since(start) / time.Hour)
	rules := &feed.Repeats{Categories: map[string]feed.RepeatRule{"rivers": {}}, Priority: map[feed.SourceID]int{"anjiang": 1}}
	e, better := sample(1), sample(1)
	e.Title.Body, better.Title.Body = "In plain words", "In better words"
	e.Published = time.Now().Add(-time.Hour)
	better.Published, better.UpstreamID = e.Published, "urn:better"
	better.Links[0].Href += "?utm_source=rss"
	s.pollBy(t, rules, "gauge", e)
	s.pollBy(t, rules, "anjiang", better)
	m, text := readSitemap(t, s.publisher().Handler(), "/sitemap/news.xml")
	if len(m.URLs) != 1 || m.URLs[0].News == nil || m.URLs[0].News.Title != better.Title.Body {
		t.Errorf("want %q:\n%s", better.Title.Body, text)
	}
}

// No entry is news for longer than two days, and none leaves an hour or more
// before that.
func TestSitemapNewsAge(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		s.polls = int(time.Since(start) / time.Hour)
		e := sample(1)
		e.Published = time.Now().Add(-46*time.Hour - 30*time.Minute)
		s.poll(t, "gauge", e)
		time.Sleep(time.Minute)
		synctest.Wait()
		for range 12 {
			m, _ := readSitemap(t, h, "/sitemap/news.xml")
			age := time.Since(e.Published)
			if listed := len(m.URLs) > 0; listed && age > 48*time.Hour || !listed && age <= 47*time.Hour {
				t.Errorf("%v old: listed %t", age, listed)
			}
			time.Sleep(10 * time.Minute)
		}
	})
}

func BenchmarkSitemapPart(b *testing.B) {
	s := newSite(b)
	var entries []feed.Entry
	for n := range 20 * storage.ArchiveSize {
		entries = append(entries, sample(n))
	}
	s.poll(b, "gauge", entries...)
	p := s.publisher()
	for b.Loop() {
		r := request(b, p.Handler(), "GET", "/sitemap/1.xml")
		if r.StatusCode != http.StatusOK {
			b.Fatal(r.Status)
		}
		s.set.CacheBytes = 1
		p = s.publisher()
	}
}
