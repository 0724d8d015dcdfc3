package main

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/cli"
	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
)

// A corpusFile is a line of the corpus's index.
type corpusFile struct {
	File   string `json:"file"`
	Format string `json:"format"`
	Items  int    `json:"items"`
}

// corpus lists the documents of the corpus, sorted.
func corpus(t testing.TB) (dir string, files []corpusFile) {
	t.Helper()
	dir = testshared.Dir(t, "corpus", "real")
	for _, name := range []string{"index.jsonl", "index-more.jsonl"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, jsonLines[corpusFile](t, string(text))...)
	}
	slices.SortFunc(files, func(a, b corpusFile) int { return strings.Compare(a.File, b.File) })
	return dir, slices.CompactFunc(files, func(a, b corpusFile) bool { return a.File == b.File })
}

// corpusConfig writes a feeds.toml with a source for each file, in a category
// for each format, and returns the files by source.
func corpusConfig(t testing.TB, dir, base string, files []corpusFile) (string, map[string]corpusFile) {
	t.Helper()
	var b strings.Builder
	b.WriteString("[site]\nlimit = 10000\n[aggregator]\nallow_networks = [\"127.0.0.0/8\"]\nper_host = 16\nhost_gap = \"0s\"\n")
	for _, c := range []string{"atom", "rss", "other"} {
		fmt.Fprintf(&b, "[category.%s]\nlabel = \"Corpus: %s\"\n", c, c)
	}
	bySource := map[string]corpusFile{}
	for i, f := range files {
		id := fmt.Sprintf("c%03d", i)
		bySource[id] = f
		category := "other"
		if strings.HasPrefix(f.Format, "atom") {
			category = "atom"
		} else if strings.HasPrefix(f.Format, "rss") {
			category = "rss"
		}
		fmt.Fprintf(&b, "[source.%s]\nurl = %q\ncategories = [%q]\n", id, base+f.File, category)
	}
	return writeFile(t, dir, "feeds.toml", b.String()), bySource
}

// TestCorpus polls every document of the corpus over HTTP and from files.
// Each feed is read, each other document is refused in words a person can act
// on, and what is published of it all is valid. docs/corpus.md is the table of
// what became of each.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir, files := corpus(t)
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	overHTTP, bySource := corpusConfig(t, t.TempDir(), server.URL+"/", files)
	fromFiles, _ := corpusConfig(t, t.TempDir(), fileURL(dir)+"/", files)
	polled := pollCorpus(t, overHTTP, len(files))
	for i, p := range pollCorpus(t, fromFiles, len(files)) {
		if h := polled[i]; p.New != h.New || (p.Error == "") != (h.Error == "") {
			t.Errorf("%s: %d entries and error %q from the file, %d and %q over HTTP", bySource[p.Source].File, p.New, p.Error, h.New, h.Error)
		}
	}
	for _, p := range polled {
		checkCorpusPoll(t, p, bySource[p.Source])
	}
	site := filepath.Join(t.TempDir(), "site")
	must(t, "build", "--out", site, "--config", overHTTP)
	publishedcheck.Dir(t, site)
}

// pollCorpus polls all sources and returns the outcomes by source.
func pollCorpus(t *testing.T, config string, want int) []pollOutcome {
	t.Helper()
	r := tributary(t, "poll", "--all", "--json", "--config", config)
	if r.code != cli.ExitOK && r.code != cli.ExitSource {
		t.Fatalf("poll: exit %d\n%s", r.code, r.stderr)
	}
	polled := jsonLines[pollOutcome](t, r.out)
	if len(polled) != want {
		t.Fatalf("%d outcomes, want %d", len(polled), want)
	}
	slices.SortFunc(polled, func(a, b pollOutcome) int { return strings.Compare(a.Source, b.Source) })
	return polled
}

type pollOutcome struct {
	pollLine
	Hint  string   `json:"hint"`
	Notes []string `json:"notes"`
}

// checkCorpusPoll judges the outcome of one document. What holds no feed by
// the index (OPML, pages) has to be refused, everything else read.
func checkCorpusPoll(t *testing.T, p pollOutcome, f corpusFile) {
	t.Helper()
	isFeed := !strings.HasPrefix(f.Format, "opml") && f.Items > 0
	switch {
	case isFeed && p.Error != "":
		t.Errorf("%s (%s, %d items): refused: %s", f.File, f.Format, f.Items, p.Error)
	case strings.HasPrefix(f.Format, "opml") && p.Error == "":
		t.Errorf("%s: an OPML file was read as a feed of %d entries", f.File, p.New)
	case isFeed && p.New == 0:
		t.Errorf("%s (%s): no entries, the text has %d items", f.File, f.Format, f.Items)
	}
}

// TestSimulatorTruth polls feeds of all formats and charsets and compares
// what is stored with what the upstream meant to say.
func TestSimulatorTruth(t *testing.T) {
	t.Parallel()
	up := testshared.StartUpstream(t, "-n", "300", "-change", "0", "-hostile", "0")
	config := simulatorConfig(t, t.TempDir(), up, "")
	must(t, "poll", "--all", "--config", config)
	stored := map[string][]entryLine{}
	for _, e := range jsonLines[entryLine](t, must(t, "entries", "all", "--json", "-n", "0", "--config", config).out) {
		stored[e.Source] = append(stored[e.Source], e)
	}
	seen := map[string]int{}
	for _, f := range up.Feeds {
		seen[f.Format+" "+f.Charset]++
		compareTruth(t, up, f, stored[fmt.Sprintf("f%d", f.ID)])
	}
	t.Logf("formats and charsets: %v", seen)
}

// A truth is what the simulator says of a feed.
type truth struct {
	Items []truthItem
}

type truthItem struct {
	ID, Link, Title, Author, Category, Summary, Content string
	Published                                           time.Time
}

func compareTruth(t *testing.T, up *testshared.Upstream, f testshared.UpstreamFeed, got []entryLine) {
	t.Helper()
	var want truth
	if err := up.Get(t.Context(), fmt.Sprintf("/truth/%d.json", f.ID), &want); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want.Items) {
		t.Errorf("feed %d (%s, %s): %d entries, want %d", f.ID, f.Format, f.Charset, len(got), len(want.Items))
		return
	}
	for i, item := range want.Items {
		switch { // what the simulator does not write in a format
		case f.Format == "rdf":
			item.Category = ""
		case f.Format == "json" && item.Content != "":
			item.Summary = ""
		}
		if why := differs(&got[i], &item); why != "" {
			t.Errorf("feed %d (%s, %s) item %d: %s", f.ID, f.Format, f.Charset, i, why)
			return
		}
	}
}

// differs says where an entry is not what upstream meant. An id that RDF has
// no place for is the link there.
func differs(got *entryLine, want *truthItem) string {
	author, category := "", ""
	if len(got.Authors) > 0 {
		author = got.Authors[0].Name
	}
	if len(got.Categories) > 0 {
		category = got.Categories[0].Term
	}
	for _, field := range []struct{ name, got, want string }{
		{"title", got.Title, words(want.Title)},
		{"link", got.URL, want.Link},
		{"author", author, want.Author},
		{"category", category, want.Category},
		{"text", words(got.Summary + " " + got.Content), words(want.Summary + " " + want.Content)},
	} {
		if field.got != field.want {
			return fmt.Sprintf("%s %q, want %q", field.name, field.got, field.want)
		}
	}
	if want.ID != "" && got.Upstream != want.ID && got.Upstream != want.Link {
		return fmt.Sprintf("id %q, want %q", got.Upstream, want.ID)
	}
	if at, err := time.Parse(time.RFC3339, got.Published); err != nil || !at.Equal(want.Published) {
		return fmt.Sprintf("published %q, want %s", got.Published, want.Published)
	}
	return ""
}

var tag = regexp.MustCompile(`<[^>]*>`)

// words returns the text of HTML.
func words(markup string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(markup, ""))), " ")
}
