package publisher_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/testshared"
)

// TestCorpus publishes real feeds: whatever their entries hold, the pages are
// whole, run nothing, and look like ours.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of pages")
	}
	folder := testshared.Dir(t, "corpus", "real")
	s := newSite(t)
	if err := s.store.PutSources(t.Context(), corpus(t, folder)); err != nil {
		t.Fatal(err)
	}
	a := aggregator.New(s.store, aggregator.Settings{Fetcher: fetch.Mux{"file": fetch.NewFile(fetch.Limits{})}})
	if err := a.Pass(t.Context(), aggregator.Which{}, func(aggregator.Outcome) {}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	build(t, s, dir)
	pages := 0
	for name, content := range tree(t, dir) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		pages++
		checkPage(t, content)
		if strings.Contains(content, "ZgotmplZ") {
			t.Errorf("%s: a link was refused by the template", name)
		}
		if t.Failed() {
			t.Fatalf("the first page that is not sound: %s\n%.4000s", name, content)
		}
	}
	if pages < 5000 {
		t.Errorf("%d pages, want one for each entry of the corpus", pages)
	}
}

// corpus returns a source for each file of a folder.
func corpus(t *testing.T, folder string) []feed.Source {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var out []feed.Source
	for i, f := range files {
		if f.IsDir() {
			continue
		}
		out = append(out, feed.Source{
			ID: feed.SourceID(fmt.Sprintf("corpus-%d", i)), URL: "file:" + filepath.Join(folder, f.Name()), Kind: "file",
			Categories: []string{[]string{"rivers", "jianghe"}[i%2]},
		})
	}
	return out
}
