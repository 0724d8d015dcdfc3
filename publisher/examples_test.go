package publisher_test

import (
	"os"
	"path/filepath"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/publisher"
	"tributary/publisher/render"
)

// example reads what lies in a folder of examples, or one file of it, and
// fails on any note: they are to be exemplary.
func example(t *testing.T, kind string, doc *fetch.Document) []feed.Entry {
	t.Helper()
	src := &feed.Source{ID: "example", Kind: kind, URL: doc.URL, Categories: []string{"zhongwen"}}
	p, err := parse.New(src)
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Notes) > 0 {
		t.Errorf("%s: notes %q", doc.URL, f.Notes)
	}
	_, entries := normalise.New().Feed(src, f)
	for i := range entries {
		e := &entries[i]
		if e.Title.Empty() || e.Alternate() == "" || e.Published.IsZero() || e.Content.Empty() && e.Summary.Empty() {
			t.Errorf("%s: entry %q lacks a title, a link, a date or words", doc.URL, e.Title.Body)
		}
	}
	return entries
}

func TestExampleFeeds(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(testshared.Root(t), "examples", "feeds", "*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no example feeds: %v", err)
	}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		entries := example(t, "file", &fetch.Document{URL: "file:///" + filepath.Base(name), Body: body})
		if len(entries) < 3 {
			t.Errorf("%s: %d entries, want at least 3", name, len(entries))
		}
	}
}

// TestExamplePosts reads the example posts and publishes them again: the same
// files, since they have the shape that we write.
func TestExamplePosts(t *testing.T) {
	dir := filepath.Join(testshared.Root(t), "examples", "posts")
	doc := &fetch.Document{URL: "file:///posts"}
	for name, text := range files(t, dir) {
		doc.Files = append(doc.Files, fetch.File{Name: name, Body: []byte(text)})
	}
	entries := example(t, "jekyll", doc)
	if len(entries) != len(doc.Files) {
		t.Errorf("%d entries of %d posts", len(entries), len(doc.Files))
	}
	s := newSite(t)
	s.set.Site.BaseURL = "https://news.example.com"
	s.set.Categories = []publisher.Category{{Category: render.Category{Term: "zhongwen", Label: "中文资讯", Language: "zh-CN"}}}
	if err := s.store.PutSources(t.Context(), []feed.Source{{ID: "example", Kind: "jekyll", URL: "file:///posts", Categories: []string{"zhongwen"}}}); err != nil {
		t.Fatal(err)
	}
	s.poll(t, "example", entries...)
	out := t.TempDir()
	s.exportJekyll(t, out)
	all := files(t, out)
	for _, f := range doc.Files {
		if got := all["_posts/"+f.Name]; got != string(f.Body) {
			t.Errorf("%s, published again:\n%s\nwant\n%s", f.Name, got, f.Body)
		}
	}
}
