package publisher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher"
	"tributary/publisher/render"
)

// mixable is a site with an entry in both categories and others in one each,
// in turn.
func mixable(t testing.TB, s *site) {
	t.Helper()
	err := s.store.PutSources(t.Context(), []feed.Source{
		{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}},
		{ID: "anjiang", URL: "https://anjiang.example/rss", Kind: "feed", Categories: []string{"jianghe"}},
		{ID: "both", URL: "https://both.example/rss", Kind: "feed", Categories: []string{"rivers", "jianghe"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, source := range []feed.SourceID{"gauge", "anjiang", "both", "gauge", "anjiang", "both"} {
		s.poll(t, source, sample(n))
	}
}

// A mix has the newest entries of its categories, each once, in the order of
// feeds, valid in every format; a source's feed has what is published of it.
func TestChosen(t *testing.T) {
	s := newSite(t)
	s.set.Site.Hub = "https://feeds.example/hub"
	s.set.Limit = 5
	mixable(t, s)
	p := s.publisher()
	h := p.Handler()
	for _, tt := range []struct{ folder, want, title, home string }{
		{"/mix/jianghe+rivers/", "1 2 3 4 5", "江河新闻 + Rivers - Confluence", "/"},
		{"/source/gauge/", "0 3", "The Gauge House - Confluence", "/all/"},
		{"/source/both/", "2 5", "both - Confluence", "/all/"},
	} {
		docs := map[string]string{}
		for _, f := range render.Feeds() {
			r := request(t, h, "GET", tt.folder+f.File)
			docs[f.File] = body(t, r)
			if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != f.MediaType || r.Header.Get("Link") != "" {
				t.Fatalf("%s%s: %d %v", tt.folder, f.File, r.StatusCode, r.Header)
			}
			if got := readings(docs[f.File]); got != tt.want {
				t.Errorf("%s%s has entries %s, want %s", tt.folder, f.File, got, tt.want)
			}
			for _, want := range []string{tt.title, s.set.Site.URL(tt.folder + f.File), s.set.Site.URL(tt.home)} {
				if !strings.Contains(docs[f.File], want) {
					t.Errorf("%s%s does not have %q:\n%s", tt.folder, f.File, want, docs[f.File])
				}
			}
			if strings.Contains(docs[f.File], "/hub") {
				t.Errorf("%s%s names a hub that does not push it", tt.folder, f.File)
			}
			again := s.publisher().Handler()
			etag := r.Header.Get("ETag")
			if r := request(t, again, "GET", tt.folder+f.File, "If-None-Match", etag); r.StatusCode != http.StatusNotModified {
				t.Errorf("%s%s: %d for its ETag after a restart", tt.folder, f.File, r.StatusCode)
			}
		}
		if !strings.Contains(docs["atom.xml"], "<id>"+s.set.Site.ID+strings.TrimSuffix(tt.folder, "/")+"</id>") {
			t.Errorf("%s: the feed has another id:\n%s", tt.folder, docs["atom.xml"])
		}
		for _, problem := range publishedcheck.Feeds([]byte(docs["atom.xml"]), []byte(docs["rss.xml"]), []byte(docs["feed.json"])) {
			t.Errorf("%s%s", tt.folder, problem)
		}
	}
	if ids := p.Feeds(); ids[s.set.Site.URL("/mix/jianghe+rivers/atom.xml")] != "" {
		t.Error("a mix can be subscribed to at our hub")
	}
}

func TestChosenPaths(t *testing.T) {
	s := newSite(t)
	mixable(t, s)
	s.set.Categories = append(s.set.Categories, publisher.Category{Category: render.Category{Term: "科技", Label: "科技"}})
	s.set.Unlisted = []feed.SourceID{"both"}
	h := s.publisher().Handler()
	for path, want := range map[string]string{
		"/source/both/atom.xml":               "404",
		"/mix/rivers+jianghe/atom.xml":        "301 /mix/jianghe+rivers/atom.xml",
		"/mix/rivers+jianghe+rivers/rss.xml":  "301 /mix/jianghe+rivers/rss.xml",
		"/mix/rivers/feed.json":               "301 /rivers/feed.json",
		"/mix/%E7%A7%91%E6%8A%80+rivers/feed": "301 /mix/rivers+%E7%A7%91%E6%8A%80/feed",
		"/mix/rivers+%E7%A7%91%E6%8A%80/feed": "200",
		"/mix/jianghe%2Brivers/atom.xml":      "200",
		"/mix/jianghe+rivers/feed":            "200",
		"/mix/jianghe+rivers/":                "404",
		"/mix/jianghe+rivers/index.html":      "404",
		"/mix/jianghe+rivers":                 "404",
		"/mix/jianghe+none/atom.xml":          "404",
		"/mix/all+rivers/atom.xml":            "404",
		"/mix/+/atom.xml":                     "404",
		"/mix/":                               "404",
		"/source/gauge/feed":                  "200",
		"/source/none/atom.xml":               "404",
		"/source//atom.xml":                   "404",
		"/source/gauge/index.html":            "404",
		"/source/gauge":                       "404",
		"/mix/" + strings.Repeat("jianghe+rivers+", 50) + "rivers/atom.xml": "404",
	} {
		r := request(t, h, "GET", path)
		got := strings.TrimSpace(strings.Join([]string{r.Status[:3], r.Header.Get("Location")}, " "))
		if got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	r := request(t, h, "GET", "/mix/jianghe+rivers/feed", "Accept", "application/feed+json")
	if at := r.Header.Get("Content-Location"); at != "/mix/jianghe+rivers/feed.json" || !strings.Contains(r.Header.Get("Vary"), "Accept") {
		t.Errorf("a mix in the format that a reader likes: %v", r.Header)
	}
}

// What changes shows in the mixes and sources that it concerns, and what grows
// too old for one of a mix's categories leaves when it has left all of them.
func TestChosenFollow(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site, _ *listener, h http.Handler) {
		mixable(t, s)
		for i, path := range []string{"/mix/jianghe+rivers/atom.xml", "/source/both/atom.xml"} {
			before := request(t, h, "GET", path)
			s.poll(t, "both", sample(100+i))
			time.Sleep(time.Second)
			synctest.Wait()
			after := request(t, h, "GET", path, "If-None-Match", before.Header.Get("ETag"))
			if after.StatusCode != http.StatusOK || !strings.Contains(body(t, after), fmt.Sprintf("Reading number %d<", 100+i)) {
				t.Errorf("%s: %d when an entry has come", path, after.StatusCode)
			}
		}
	})
	inAgeing(t, func(t *testing.T, s *site) {
		mixable(t, s)
		s.set.Categories[1].LimitAge = 2 * time.Hour
		h := s.publisher().Handler()
		now := func(path string) string { return readings(body(t, request(t, h, "GET", path))) }
		for _, step := range []struct {
			after           time.Duration
			mix, one, other string
		}{
			{0, "0 1 2 3 4 5", "0 3", "2 5"},
			{61 * time.Minute, "1 2 4 5", "", "2 5"},
			{60 * time.Minute, "", "", ""},
		} {
			time.Sleep(step.after)
			got := []string{now("/mix/jianghe+rivers/atom.xml"), now("/source/gauge/atom.xml"), now("/source/both/atom.xml")}
			if got[0] != step.mix || got[1] != step.one || got[2] != step.other {
				t.Errorf("after %s more: %q, want %q, %q and %q", step.after, got, step.mix, step.one, step.other)
			}
		}
	})
}

func BenchmarkMix(b *testing.B) {
	s := newSite(b)
	for n := range 40 {
		source := []feed.SourceID{"gauge", "anjiang"}[n%2]
		var entries []feed.Entry
		for i := range 50 {
			entries = append(entries, sample(n*50+i))
		}
		s.poll(b, source, entries...)
	}
	for b.Loop() {
		if r := request(b, s.publisher().Handler(), "GET", "/mix/jianghe+rivers/atom.xml"); r.StatusCode != http.StatusOK {
			b.Fatal(r.Status)
		}
	}
}
