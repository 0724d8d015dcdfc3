package parse_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/internal/testshared"
)

// feedparserCounts prints, for each path on its input, a line with what
// Python's feedparser makes of the document.
const feedparserCounts = `
import feedparser, json, sys
for path in sys.stdin.read().splitlines():
    with open(path, "rb") as f:
        doc = feedparser.parse(f.read())
    print(json.dumps({"path": path, "version": doc.version, "entries": len(doc.entries), "title": doc.feed.get("title", "")}))
`

// What feedparser reads as a feed is one here, with as many entries or more.
func TestFeedparserReadsNoMore(t *testing.T) {
	t.Parallel() // with feedparser, which takes half a minute
	paths, err := filepath.Glob(filepath.Join(testshared.Dir(t, "corpus", "real"), "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	feeds := 0
	for _, d := range feedparserReads(t, paths) {
		if d.Version == "" {
			continue // no feed in its eyes: JSON, OPML
		}
		feeds++
		body, err := os.ReadFile(d.Path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(d.Path)
		f, err := read(t, &fetch.Document{URL: "http://example.com/feed", Header: http.Header{}, Body: body})
		switch {
		case err != nil:
			t.Errorf("%s: feedparser reads it as %s with %d entries; here: %v", name, d.Version, d.Entries, err)
		case len(f.Items) < d.Entries && !feedparserMore[name]:
			t.Errorf("%s: feedparser reads %d entries, here are %d; %s", name, d.Entries, len(f.Items), strings.Join(f.Notes, "; "))
		}
	}
	if feeds < 400 {
		t.Errorf("feedparser reads only %d feeds", feeds)
	}
}

// feedparserMore are the documents of which it makes entries that are none.
var feedparserMore = map[string]bool{
	"chardet-cp1251-greek.ru.xml": true, // the last ends with the document, in the middle of a tag
	"rometools-ep1_v4a.xml":       true, // an earlier version of an entry, in its Simple Sharing history
	"rometools-v4.xml":            true,
	"rometools-v5.xml":            true,
}

type feedparserRead struct {
	Path, Version string
	Entries       int
}

func feedparserReads(t *testing.T, paths []string) []feedparserRead {
	python := testshared.Tool(t, "python3")
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		python = "/usr/bin/python3" // Debian's, which sees Debian's packages
	}
	if err := exec.CommandContext(t.Context(), python, "-c", "import feedparser").Run(); err != nil {
		testshared.Missing(t, "python3-feedparser is not installed")
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", feedparserCounts)
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\n"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("feedparser: %v\n%s", err, stderr.String())
	}
	var reads []feedparserRead
	for line := range strings.Lines(string(out)) {
		var d feedparserRead
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		reads = append(reads, d)
	}
	return reads
}
