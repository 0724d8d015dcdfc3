package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"tributary/internal/testshared"
)

// documents are the feeds of a category, with their media types.
var documents = map[string]string{
	"atom.xml":  "application/atom+xml",
	"rss.xml":   "application/rss+xml",
	"feed.json": "application/feed+json",
}

// examplesConfig polls the project's own examples, and nothing of the
// network.
func examplesConfig(t testing.TB, dir, address string) string {
	t.Helper()
	examples := filepath.Join(testshared.Root(t), "examples")
	return writeFile(t, dir, "feeds.toml", fmt.Sprintf(`
[site]
title = "Examples"
listen = %q
base_url = "http://%s"
[category.posts]
label = "Posts"
[category.feeds]
label = "Feeds"
[source.posts]
url = %q
kind = "jekyll"
categories = ["posts"]
[source.feeds]
url = %q
categories = ["feeds"]
`, address, address, fileURL(examples+"/posts"), fileURL(examples+"/feeds")))
}

// TestServe is the main job: poll, publish, survive a restart with the same
// bytes.
func TestServe(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	config := examplesConfig(t, dir, address)
	d := serveProcess(t, config, address)
	for file := range documents { // each is made on its own until its category is rendered
		waitFor(t, 10*time.Second, "both sources to be published in "+file, func() bool {
			posts, feeds := items(t, d.url+"/posts/"+file), items(t, d.url+"/feeds/"+file)
			return posts > 0 && feeds > 0 && items(t, d.url+"/all/"+file) == posts+feeds
		})
	}
	etags := map[string]string{}
	for _, category := range []string{"posts", "feeds", "all"} {
		for file, mediaType := range documents {
			path := "/" + category + "/" + file
			etags[path] = checkDocument(t, d, path, mediaType)
		}
	}
	checkDocument(t, d, "/opml.xml", "text/x-opml")
	checkDocument(t, d, "/posts/", "text/html")
	d.stop(t)
	again := serveProcess(t, config, address)
	for path, etag := range etags {
		resp, _ := get(t, again.url+path, "If-None-Match", etag)
		if resp.StatusCode != http.StatusNotModified {
			t.Errorf("%s after a restart: %s, want 304: the same entries give the same bytes", path, resp.Status)
		}
	}
	again.stop(t)
	if log := again.log.String(); strings.Contains(log, `"level":"WARN"`) || strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("the log complains:\n%s", log)
	}
}

// items returns how many entries a feed has.
func items(t *testing.T, url string) int {
	t.Helper()
	_, body := get(t, url)
	f, err := gofeed.NewParser().ParseString(string(body))
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return len(f.Items)
}

// checkDocument asks for a document as a feed reader does, twice, and
// returns its ETag.
func checkDocument(t *testing.T, d *process, path, mediaType string) string {
	t.Helper()
	resp, body := get(t, d.url+path)
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || !strings.HasPrefix(got, mediaType) || len(body) == 0 {
		t.Fatalf("%s: %s, %s, %d bytes", path, resp.Status, got, len(body))
	}
	etag, modified := resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	if etag == "" || strings.HasPrefix(etag, "W/") || modified == "" {
		t.Errorf("%s: ETag %q, Last-Modified %q", path, etag, modified)
	}
	if resp, body := get(t, d.url+path, "If-None-Match", etag); resp.StatusCode != http.StatusNotModified || len(body) > 0 {
		t.Errorf("%s with its ETag: %s and %d bytes, want 304 and none", path, resp.Status, len(body))
	}
	// A date tells versions apart by the second: until that one is over
	// another may follow, and who asks by date is sent the document again.
	waitFor(t, 10*time.Second, path+" to be 304 by its date", func() bool {
		resp, _ := get(t, d.url+path, "If-Modified-Since", modified)
		modified = resp.Header.Get("Last-Modified")
		return resp.StatusCode == http.StatusNotModified
	})
	return etag
}

// TestServeFollowsUpstream sees an upstream's new entry published without a
// restart, and a source that fails reported once and harming nobody.
func TestServeFollowsUpstream(t *testing.T) {
	t.Parallel()
	up := testshared.StartUpstream(t, "-n", "4", "-change", "1", "-hostile", "0", "-faults", "500=0.3", "-seed", "3")
	address := freeAddress(t)
	head := fmt.Sprintf("[site]\nquiet = \"100ms\"\nlate = \"1s\"\nlisten = %q\nbase_url = \"http://%s\"\n", address, address)
	config := simulatorConfig(t, t.TempDir(), up, head)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	short := strings.ReplaceAll(string(text), `min_interval = "1h"`, "min_interval = \"200ms\"\nmax_interval = \"400ms\"")
	writeFile(t, filepath.Dir(config), "feeds.toml", short)
	d := serveProcess(t, config, address)
	var first []byte
	waitFor(t, 15*time.Second, "the first entries", func() bool {
		_, first = get(t, d.url+"/sim/atom.xml")
		return bytes.Contains(first, []byte("<entry"))
	})
	seen := map[string]bool{}
	for _, item := range parseFeed(t, first).Items {
		seen[item.GUID] = true
	}
	waitFor(t, 15*time.Second, "an entry that was not there before", func() bool {
		_, body := get(t, d.url+"/sim/atom.xml")
		for _, item := range parseFeed(t, body).Items {
			if !seen[item.GUID] {
				return true
			}
		}
		return false
	})
	d.stop(t)
	if n := strings.Count(d.log.String(), "500 Internal Server Error"); n == 0 {
		t.Log("no feed had the fault 500 in this run")
	} else if n > 4 {
		t.Errorf("a failing source is logged %d times, want once each time its state changes", n)
	}
}

func parseFeed(t *testing.T, body []byte) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("gofeed cannot read what we publish: %v\n%.500s", err, body)
	}
	return f
}

// TestNewsboat lets a real feed reader subscribe, show the entries, and
// reload: the second time it gets 304. Newsboat keeps validators from its
// first reload on, since a feed it subscribes to is not in its cache before.
func TestNewsboat(t *testing.T) {
	t.Parallel()
	newsboat := testshared.Tool(t, "newsboat")
	dir, address := t.TempDir(), freeAddress(t)
	d := serveProcess(t, examplesConfig(t, dir, address), address)
	waitFor(t, 10*time.Second, "the posts", func() bool {
		_, body := get(t, d.url+"/posts/rss.xml")
		return bytes.Contains(body, []byte("<item>"))
	})
	_, body := get(t, d.url+"/posts/rss.xml")
	want := len(parseFeed(t, body).Items)
	proxy := newRecorder(t, d.url)
	urls := writeFile(t, dir, "urls", proxy.url+"/posts/rss.xml\n")
	for range 3 { // subscribe, reload, reload
		cmd := exec.CommandContext(t.Context(), newsboat, "-u", urls, "-c", filepath.Join(dir, "cache.db"),
			"-C", writeFile(t, dir, "config", "error-log /dev/stderr\n"), "-x", "reload", "print-unread")
		cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("newsboat: %v\n%s", err, out)
		}
		if !strings.Contains(string(out), fmt.Sprintf("%d unread articles", want)) {
			t.Errorf("newsboat says %q, want %d unread articles", out, want)
		}
	}
	if got := proxy.statuses(); !slices.Equal(got, []int{http.StatusOK, http.StatusOK, http.StatusNotModified}) {
		t.Errorf("newsboat was answered %v, want 200, 200 and 304", got)
	}
}
