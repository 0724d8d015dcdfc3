package render_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
	"tributary/publisher/render"
)

// corpusPages are the real feeds of the corpus as a poll would store them,
// each a source, in categories of at most n sources.
func corpusPages(t testing.TB, n int) []*render.Page {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testshared.Dir(t, "corpus", "real"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	var pages []*render.Page
	norm, now := normalise.New(), time.Now()
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		src := &feed.Source{ID: feed.SourceID(name), Kind: "feed", URL: "https://corpus.example/" + name, Categories: []string{"corpus"}}
		parser, err := parse.New(src)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.Parse(&fetch.Document{URL: src.URL, Body: body})
		if err != nil {
			continue
		}
		f, entries := norm.Feed(src, parsed)
		feed.Place(entries, true, now)
		if len(pages) == 0 || len(pages[len(pages)-1].Sources) >= n {
			pages = append(pages, page())
		}
		p := pages[len(pages)-1]
		p.Entries = append(p.Entries, entries...)
		p.Sources[src.ID] = &render.Source{Feed: f, URL: src.URL, Name: f.Title.Body}
	}
	for _, p := range pages {
		slices.SortStableFunc(p.Entries, func(a, b feed.Entry) int { return b.Order.Compare(a.Order) })
	}
	return pages
}

func page() *render.Page {
	return &render.Page{
		Site: render.Site{
			Title: "Confluence", Description: "Notes from rivers and the towns along them.", Language: "en",
			BaseURL: "https://feeds.example", ID: "tag:feeds.example,2026:confluence",
			Generator: render.Generator{Name: "tributary", Version: "0.1.0"},
		},
		Category: render.Category{Term: "rivers", Label: "Rivers", Description: "Water levels, crossings, repairs."},
		Sources:  map[feed.SourceID]*render.Source{},
	}
}

func document(t testing.TB, f *render.Format, p *render.Page) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.Render(&out, p); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return out.Bytes()
}

func TestCorpus(t *testing.T) {
	for _, p := range corpusPages(t, 20) {
		for _, f := range render.Feeds() {
			for _, problem := range publishedcheck.Judge(document(t, f, p)) {
				t.Errorf("%s: %s", f.Name, problem)
			}
		}
	}
}
