package publisher_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tributary/feed"
	"tributary/publisher/render"
)

// An article is what an entry's page says of it to machines.
type article struct {
	Type      string            `json:"@type"`
	Headline  string            `json:"headline"`
	URL       string            `json:"url"`
	Section   string            `json:"articleSection"`
	Published string            `json:"datePublished"`
	graph     map[string]string // Open Graph
}

// articleOf reads it.
func articleOf(t *testing.T, page string) (a article) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	a.graph = map[string]string{}
	for n := range root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "meta" && attr(n, "property") != "":
			a.graph[attr(n, "property")] = attr(n, "content")
		case n.Data == "script":
			if err := json.Unmarshal([]byte(text(n)), &a); err != nil {
				t.Fatalf("%v: %s", err, text(n))
			}
		}
	}
	return a
}

// An entry is what the first category of its own says, on the pages that are
// served and on those that are files; another word rewrites these. All else of
// the page stays as it was.
func TestSchemaType(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	english, chinese := english()[2], chinese()[1]
	english.ID = feed.Identify("gauge", english.UpstreamID, "", feed.Digest{})
	chinese.ID = feed.Identify("anjiang", chinese.UpstreamID, "", feed.Digest{})
	dir := t.TempDir()
	for _, tt := range []struct{ rivers, jianghe, wantEnglish, wantChinese string }{
		{"", "", "NewsArticle", "NewsArticle"},
		{"BlogPosting", "", "BlogPosting", "NewsArticle"},
		{"BlogPosting", "Article", "BlogPosting", "Article"},
		{"NewsArticle", "BlogPosting", "NewsArticle", "BlogPosting"},
	} {
		s.set.Categories[0].SchemaType, s.set.Categories[1].SchemaType = tt.rivers, tt.jianghe
		h := s.publisher().Handler()
		build(t, s, dir)
		for _, want := range []struct {
			entry *feed.Entry
			kind  string
			label string
		}{{&english, tt.wantEnglish, "Rivers"}, {&chinese, tt.wantChinese, "江河新闻"}} {
			path := render.EntryPath(want.entry.ID)
			r := request(t, h, "GET", path)
			page := body(t, r)
			if r.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d", path, r.StatusCode)
			}
			a := articleOf(t, page)
			if a.Type != want.kind || a.Headline != want.entry.Title.Body || a.URL != s.set.Site.URL(path) || a.Section != want.label || a.Published == "" {
				t.Errorf("%+v: %s is %+v, want %s", tt, path, a, want.kind)
			}
			if a.graph["og:type"] != "article" || a.graph["og:url"] != a.URL || a.graph["article:published_time"] != a.Published || a.graph["article:section"] != want.label {
				t.Errorf("%+v: Open Graph of %s is %v", tt, path, a.graph)
			}
			file, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
			if err != nil || string(file) != page {
				t.Errorf("%+v: the file of %s is not what is served (%v): %s", tt, path, err, articleOf(t, string(file)).Type)
			}
		}
	}
}

// An entry in two categories is what the first of them in feeds.toml says.
func TestSchemaTypeOfTwo(t *testing.T) {
	s := newSite(t)
	err := s.store.PutSources(t.Context(), []feed.Source{{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"jianghe", "rivers"}}})
	if err != nil {
		t.Fatal(err)
	}
	e := sample(1)
	s.poll(t, "gauge", e)
	e.ID = feed.Identify("gauge", e.UpstreamID, "", feed.Digest{})
	s.set.Categories[0].SchemaType, s.set.Categories[1].SchemaType = "BlogPosting", "Article"
	for _, want := range []string{"BlogPosting", "Article"} {
		if got := articleOf(t, body(t, request(t, s.publisher().Handler(), "GET", render.EntryPath(e.ID)))).Type; got != want {
			t.Errorf("it is a %s, want %s", got, want)
		}
		s.set.Categories[0], s.set.Categories[1] = s.set.Categories[1], s.set.Categories[0]
	}
}
