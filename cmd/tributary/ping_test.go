package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestBuildPings: the feeds of a site of files name the outside hub, which is
// told of each that has changed, once, and again of what it did not take.
func TestBuildPings(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var topics []string
	refuse := false
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if refuse {
			http.Error(w, "try later", http.StatusServiceUnavailable)
			return
		}
		if r.FormValue("hub.mode") == "publish" {
			topics = append(topics, r.FormValue("hub.url"))
		}
	}))
	t.Cleanup(outside.Close)
	dir := t.TempDir()
	site := filepath.Join(dir, "site")
	write := func(hub string) string {
		return writeFile(t, dir, "feeds.toml", fmt.Sprintf(`site.base_url = "https://news.example.org"
[hub]
%s
[aggregator]
allow_networks = ["127.0.0.0/8"]
[category.news]
[category.quiet]
[source.file]
url = %q
categories = ["news"]
[source.still]
url = %q
categories = ["quiet"]
`, hub, fileURL(dir+"/feed.xml"), fileURL(dir+"/still.xml")))
	}
	config := write(fmt.Sprintf("url = %q", outside.URL))
	writeFile(t, dir, "feed.xml", hubbedFeed("", "First"))
	writeFile(t, dir, "still.xml", hubbedFeed("", "Still"))
	build := func(code int, more ...string) string {
		t.Helper()
		r := tributary(t, append([]string{"build", "--out", site, "--config", config}, more...)...)
		if r.code != code {
			t.Errorf("build %v: exit %d\n%s%s", more, r.code, r.out, r.stderr)
		}
		return r.out + r.stderr
	}
	pinged := func(what string, want ...string) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(topics)
		var all []string
		for _, category := range want {
			for _, file := range []string{"atom.xml", "feed.json", "rss.xml"} {
				all = append(all, "https://news.example.org/"+category+"/"+file)
			}
		}
		if !slices.Equal(topics, all) {
			t.Errorf("%s: the hub was told of %q, want %q", what, topics, all)
		}
		topics = nil
	}
	must(t, "poll", "--all", "--config", config)
	build(0)
	pinged("without --ping")
	for _, file := range []string{"atom.xml", "rss.xml", "feed.json"} {
		if text := readText(t, filepath.Join(site, "news", file)); !strings.Contains(text, outside.URL) {
			t.Errorf("%s does not name the hub:\n%s", file, text)
		}
	}
	if out := build(0, "--ping"); !strings.Contains(out, "told of 9 feeds") {
		t.Error(out)
	}
	pinged("at first", "all", "news", "quiet")
	build(0, "--ping")
	pinged("when nothing has changed")
	writeFile(t, dir, "feed.xml", hubbedFeed("", "First", "Second"))
	must(t, "poll", "file", "--config", config)
	mu.Lock()
	refuse = true
	mu.Unlock()
	if out := build(1, "--ping"); !strings.Contains(out, "6 of the feeds could not be told of") || !strings.Contains(out, "503 Service Unavailable: try later") {
		t.Error(out)
	}
	mu.Lock()
	refuse = false
	mu.Unlock()
	build(0, "--ping")
	pinged("when it answers again", "all", "news")
	config = write("enabled = false")
	if out := build(2, "--ping"); !strings.Contains(out, "there is no hub to tell") {
		t.Error(out)
	}
}
