package parse_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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

// The index counts items as text; these are what there is to read.
var corpusItems = map[string]int{
	"chardet-cp1251-greek.ru.xml":          3,  // cut short in the fourth
	"danmactough-complexNamespaceFeed.xml": 1,  // <a:entry>
	"rometools-ep1_v4a.xml":                17, // and an earlier version of one, in its Simple Sharing history
	"rometools-v4.xml":                     17,
	"rometools-v5.xml":                     17,
}

// Every document of the corpus that holds a feed is read, with all its items.
// With -update the outcome is written to docs/corpus.md.
func TestCorpus(t *testing.T) {
	dir := testshared.Dir(t, "corpus", "real")
	docs := append(lines[indexed](t, filepath.Join(dir, "index.jsonl")), lines[indexed](t, filepath.Join(dir, "index-more.jsonl"))...)
	report := corpusReport{entries: map[string]int{}, feeds: map[string]int{}, refused: map[string]int{}}
	for _, d := range docs {
		body, err := os.ReadFile(filepath.Join(dir, d.File))
		if err != nil {
			t.Fatal(err)
		}
		f, err := read(t, &fetch.Document{URL: "http://example.com/feed", Header: http.Header{}, Body: body})
		report.add(d, f, err)
		want, ok := corpusItems[d.File]
		if !ok {
			want = d.Items
		}
		switch {
		case d.Format == "opml":
			if err == nil {
				t.Errorf("%s: OPML was read as a feed", d.File)
			}
		case err != nil:
			t.Errorf("%s (%s): %v", d.File, d.Format, err)
		case len(f.Items) != want:
			t.Errorf("%s (%s): %d items, want %d; %s", d.File, f.Format, len(f.Items), want, strings.Join(f.Notes, "; "))
		}
	}
	if *update {
		path := filepath.Join(testshared.Root(t), "docs", "corpus.md")
		if err := os.WriteFile(path, []byte(report.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A corpusReport is the table in docs/corpus.md.
type corpusReport struct {
	feeds, entries, refused map[string]int
	noted                   []string
}

func (r *corpusReport) add(d indexed, f *parse.Feed, err error) {
	if err != nil {
		r.refused[err.Error()]++
		return
	}
	r.feeds[f.Format]++
	r.entries[f.Format] += len(f.Items)
	if len(f.Notes) == 0 {
		return
	}
	note := strings.NewReplacer("<", "&lt;", ">", "&gt;", "|", "\\|").Replace(f.Notes[0])
	if more := len(f.Notes) - 1; more > 0 {
		note += fmt.Sprintf(" (and %d more)", more)
	}
	r.noted = append(r.noted, fmt.Sprintf("| `%s` | %s | %s | %d | %s |", d.File, f.Format, f.Charset, len(f.Items), note))
}

func (r *corpusReport) String() string {
	var b strings.Builder
	b.WriteString("# Real feeds, as they are read\n\nWritten by `go test ./aggregator/parse -run Corpus -update` from `../shared/corpus/real/`.\n\n")
	b.WriteString("| format | feeds | entries |\n|---|---:|---:|\n")
	feeds, entries := 0, 0
	for _, format := range slices.Sorted(maps.Keys(r.feeds)) {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", format, r.feeds[format], r.entries[format])
		feeds, entries = feeds+r.feeds[format], entries+r.entries[format]
	}
	fmt.Fprintf(&b, "| all | %d | %d |\n\n## Refused\n\n| documents | why |\n|---:|---|\n", feeds, entries)
	for _, reason := range slices.Sorted(maps.Keys(r.refused)) {
		fmt.Fprintf(&b, "| %d | %s |\n", r.refused[reason], reason)
	}
	b.WriteString("\n## Read in spite of damage\n\n| document | format | encoding | entries | what was wrong |\n|---|---|---|---:|---|\n")
	b.WriteString(strings.Join(r.noted, "\n") + "\n")
	return b.String()
}
