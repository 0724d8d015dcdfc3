package normalise

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

// corpusTexts returns the HTML of the real feeds' items.
func corpusTexts(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testshared.Dir(t, "corpus", "real"), "*"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse.New(&feed.Source{Kind: "feed"})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := p.Parse(&fetch.Document{URL: "https://site.example/feed.xml", Header: http.Header{}, Body: body})
		if err != nil {
			continue
		}
		for i := range f.Items {
			for _, text := range []parse.Text{f.Items[i].Content, f.Items[i].Summary} {
				if text.Type == feed.TextHTML && text.Body != "" {
					out = append(out, text.Body)
				}
			}
		}
	}
	return out
}

// BenchmarkCleanCorpus cleans the HTML of real feeds, all of it in each round.
func BenchmarkCleanCorpus(b *testing.B) {
	texts, size := corpusTexts(b), 0
	for _, s := range texts {
		size += len(s)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range texts {
			sanitise(s, testBase)
		}
	}
}
