package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// runJekyll has Jekyll build a source, and fails when it complains.
func runJekyll(t *testing.T, source, out string, more ...string) {
	t.Helper()
	args := append([]string{"build", "--source", source, "--destination", out, "--disable-disk-cache"}, more...)
	cmd := exec.CommandContext(t.Context(), testshared.Tool(t, "jekyll"), args...)
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "TZ=UTC")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("jekyll: %v\n%s", err, said)
	}
	for line := range strings.Lines(strings.ToLower(string(said))) {
		for _, word := range []string{"warn", "error", "conflict", "deprecat", "invalid"} {
			if strings.Contains(line, word) {
				t.Errorf("jekyll complains: %s", line)
			}
		}
	}
}

// changedFiles returns the names of files that are others, or there in one of
// two alone.
func changedFiles(before, after map[string]string) (names []string) {
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, had := before[name]
		is, has := after[name]
		if was != is || had != has {
			names = append(names, name)
		}
	}
	return names
}

// times returns when a folder's files were written last.
func times(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	out := map[string]time.Time{}
	for name := range siteFiles(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = info.ModTime()
	}
	return out
}

// An exported is a site that is exported for Jekyll from one upstream feed.
type exported struct {
	dir, config, source, out string
	words                    map[int]string // of entries
}

// export polls the feed, and exports what has changed.
func (x *exported) export(t *testing.T, says string) {
	t.Helper()
	type item struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		Title     string    `json:"title"`
		HTML      string    `json:"content_html"`
		Published time.Time `json:"date_published"`
	}
	feed := map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": "The Gauge House"}
	var items []item
	for _, n := range slices.Backward(slices.Sorted(maps.Keys(x.words))) {
		at := fmt.Sprintf("https://gauge.example/notes/reading-%d", n)
		items = append(items, item{at, at, fmt.Sprintf("Reading number %d", n), "<p>" + x.words[n] + "</p>", time.Date(2026, 3, n, 8, 0, 0, 0, time.UTC)})
	}
	feed["items"] = items
	text, err := json.Marshal(feed)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, x.dir, "feed.json", string(text))
	must(t, "poll", "--all", "--config", x.config)
	if r := must(t, "build", "--jekyll", "--out", x.source, "--config", x.config); !strings.Contains(r.out, says) {
		t.Errorf("build says %q, want %q", r.out, says)
	}
}

// Real Jekyll over an export that goes on: with --incremental a change of one
// entry writes that entry's page, and nothing else becomes another; a new entry
// is on its own page and on those that list it; and what Jekyll has then is
// what it makes of an export from nothing.
func TestJekyllOverIncrementalExport(t *testing.T) {
	t.Parallel()
	testshared.Tool(t, "jekyll")
	dir := t.TempDir()
	x := &exported{dir: dir, source: filepath.Join(dir, "source"), out: filepath.Join(dir, "out"), words: map[int]string{}}
	for n := 1; n <= 8; n++ {
		x.words[n] = fmt.Sprintf("The mill stood at %d centimetres.", 100+n)
	}
	x.config = writeFile(t, dir, "feeds.toml", fmt.Sprintf(
		"[site]\nbase_url = \"https://feeds.example\"\n[category.rivers]\nlabel = \"Rivers\"\n[source.gauge]\nurl = %q\ncategories = [\"rivers\"]\n", fileURL(filepath.Join(dir, "feed.json"))))
	x.export(t, " files written")
	runJekyll(t, x.source, x.out, "--incremental")
	before, at := siteFiles(t, x.out), times(t, x.out)
	page := func(n int) string { return fmt.Sprintf("rivers/2026/03/%02d/reading-%d.html", n, n) }
	if !strings.Contains(before[page(3)], x.words[3]) {
		t.Fatalf("no page of the third entry among %q", slices.Sorted(maps.Keys(before)))
	}

	x.words[3] = "The mill stood under water."
	x.export(t, ": 1 files written")
	time.Sleep(time.Until(latest(at).Add(1100 * time.Millisecond))) // what is written now has a later time, in whole seconds too
	runJekyll(t, x.source, x.out, "--incremental")
	after, then := siteFiles(t, x.out), times(t, x.out)
	if got := changedFiles(before, after); !slices.Equal(got, []string{page(3)}) || !strings.Contains(after[page(3)], x.words[3]) {
		t.Errorf("a change of one entry changed %q, want %s", got, page(3))
	}
	for n := 1; n <= 8; n++ {
		if touched := !then[page(n)].Equal(at[page(n)]); touched != (n == 3) {
			t.Errorf("%s written anew: %t", page(n), touched)
		}
	}

	x.words[9] = "The mill is dry."
	x.export(t, ": 1 files written")
	runJekyll(t, x.source, x.out)
	last := siteFiles(t, x.out)
	if got := changedFiles(after, last); !slices.Equal(got, []string{"category/rivers.html", "index.html", page(9)}) {
		t.Errorf("a new entry changed %q", got)
	}
	fresh := filepath.Join(dir, "fresh")
	must(t, "build", "--jekyll", "--out", fresh, "--config", x.config)
	runJekyll(t, fresh, filepath.Join(dir, "other"))
	if got := changedFiles(last, siteFiles(t, filepath.Join(dir, "other"))); len(got) > 0 {
		t.Errorf("what Jekyll makes of an export from nothing differs in %q", got)
	}
}

// latest returns the latest of some moments.
func latest(times map[string]time.Time) (at time.Time) {
	for _, t := range times {
		if t.After(at) {
			at = t
		}
	}
	return at
}
