package parse_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

// read parses a document as the feed kind does.
func read(t testing.TB, doc *fetch.Document) (*parse.Feed, error) {
	t.Helper()
	p, err := parse.New(&feed.Source{Kind: "feed"})
	if err != nil {
		t.Fatal(err)
	}
	return p.Parse(doc)
}

// lines decodes a file of JSON objects, one a line.
func lines[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v)
	}
	return out
}

type indexed struct {
	File, Format, Notes string
	Items               int
}

// Every document of the corpus that holds a feed is read, with all its items.
func TestCorpus(t *testing.T) {
	dir := testshared.Dir(t, "corpus", "real")
	docs := append(lines[indexed](t, filepath.Join(dir, "index.jsonl")), lines[indexed](t, filepath.Join(dir, "index-more.jsonl"))...)
	rejected := 0
	for _, d := range docs {
		body, err := os.ReadFile(filepath.Join(dir, d.File))
		if err != nil {
			t.Fatal(err)
		}
		f, err := read(t, &fetch.Document{URL: "http://example.com/feed", Header: http.Header{}, Body: body})
		switch {
		case d.Format == "opml":
			rejected++
			if err == nil {
				t.Errorf("%s: OPML was read as a feed", d.File)
			}
		case err != nil:
			t.Errorf("%s (%s): %v", d.File, d.Format, err)
		default:
			if len(f.Items) != d.Items {
				t.Logf("%s (%s): %d items, the index counts %d; %s", d.File, f.Format, len(f.Items), d.Items, strings.Join(f.Notes, "; "))
			} else if len(f.Notes) > 0 {
				t.Logf("%s (%s): %s", d.File, f.Format, strings.Join(f.Notes, "; "))
			}
		}
	}
	t.Logf("%d documents, %d hold no feed", len(docs), rejected)
}
