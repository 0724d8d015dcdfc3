package publisher_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mmcdole/gofeed"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher/render"
)

// linkOf returns where a relation leads, by the paths of the site.
func linkOf(s *site, text, rel string) string {
	at := strings.Index(text, `rel="`+rel+`"`)
	if at < 0 {
		return ""
	}
	tag := text[strings.LastIndexByte(text[:at], '<'):]
	_, href, _ := strings.Cut(tag, `href="`)
	href, _, _ = strings.Cut(href, `"`)
	return strings.TrimPrefix(href, s.set.Site.BaseURL)
}

// Whoever goes from page to page has each entry once, in every format.
func TestPaged(t *testing.T) {
	s := newSite(t)
	s.set.Limit, s.set.Site.Hub = 10, "https://feeds.example/hub"
	var entries []feed.Entry
	for n := range 25 {
		entries = append(entries, sample(n))
	}
	s.poll(t, "gauge", entries...)
	h := s.publisher().Handler()
	seen := map[string]int{}
	path, previous := "/rivers/atom.xml?page=1", ""
	for n := 1; path != ""; n++ {
		text := body(t, request(t, h, "GET", path))
		if linkOf(s, text, "self") != path || linkOf(s, text, "previous") != previous || linkOf(s, text, "first") != "/rivers/atom.xml?page=1" ||
			linkOf(s, text, "current") != "/rivers/atom.xml" || linkOf(s, text, "last") != "/rivers/atom.xml?page=3" || strings.Contains(text, "archive") || strings.Contains(text, "/hub") {
			t.Errorf("page %d leads elsewhere:\n%.1500s", n, text)
		}
		for _, found := range strings.Fields(readings(text)) {
			seen[found]++
		}
		docs := map[string]string{}
		for _, f := range render.Feeds() {
			r := request(t, h, "GET", strings.Replace(path, "atom.xml", f.File, 1))
			if docs[f.File] = body(t, r); r.StatusCode != http.StatusOK || r.Header.Get("ETag") == "" || r.Header.Get("Link") != "" {
				t.Errorf("page %d, %s: %d %v", n, f.File, r.StatusCode, r.Header)
			}
		}
		for _, problem := range publishedcheck.Feeds([]byte(docs["atom.xml"]), []byte(docs["rss.xml"]), []byte(docs["feed.json"])) {
			t.Errorf("page %d, %s", n, problem)
		}
		next := linkOf(s, text, "next")
		if want := strings.ReplaceAll(next, "atom.xml", "feed.json"); want != "" && !strings.Contains(docs["feed.json"], `"next_url":"`+s.set.Site.URL(want)+`"`) {
			t.Errorf("page %d of the JSON Feed leads elsewhere:\n%.600s", n, docs["feed.json"])
		}
		if f, err := gofeed.NewParser().ParseString(text); err != nil || len(f.Items) == 0 {
			t.Errorf("page %d: %v", n, err)
		}
		path, previous = next, path
		if n == 3 && path != "" {
			t.Fatal("there is a page behind the last")
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d entries on all pages, want 25", len(seen))
	}
	for n, times := range seen {
		if times != 1 {
			t.Errorf("entry %s is there %d times", n, times)
		}
	}
	for path, want := range map[string]int{
		"/rivers/atom.xml?page=4": 404, "/rivers/atom.xml?page=99999": 404, "/rivers/atom.xml?page=1844674407370955163": 404, "/jianghe/rss.xml?page=1": 200, "/jianghe/rss.xml?page=2": 404,
		"/rivers/atom.xml?page=0": 400, "/rivers/atom.xml?page=-1": 400, "/rivers/atom.xml?page=01": 400, "/rivers/atom.xml?page=": 400,
		"/rivers/atom.xml?page=2&page=3": 400, "/rivers/atom.xml?other=2": 200, "/rivers/?page=x": 200,
	} {
		if r := request(t, h, "GET", path); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, want)
		}
	}
}

// A page moves on when entries come.
func TestPagedFollows(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		var entries []feed.Entry
		for n := range 60 {
			entries = append(entries, sample(n))
		}
		s.poll(t, "gauge", entries...)
		time.Sleep(time.Second)
		synctest.Wait()
		before := request(t, h, "GET", "/rivers/atom.xml?page=2")
		s.poll(t, "gauge", sample(100))
		time.Sleep(time.Second)
		synctest.Wait()
		after := request(t, h, "GET", "/rivers/atom.xml?page=2", "If-None-Match", before.Header.Get("ETag"))
		if n := len(strings.Fields(readings(body(t, before)))); after.StatusCode != http.StatusOK || len(strings.Fields(readings(body(t, after)))) != n+1 {
			t.Errorf("the second page had %d entries, and is answered with %d after one more", n, after.StatusCode)
		}
	})
}
