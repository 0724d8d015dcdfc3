package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// numbered is a feed with the entries of those numbers.
func numbered(from, to int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>T</title><link>https://example.com/</link><description>D</description>`)
	for n := to; n >= from; n-- {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%d</guid><link>https://example.com/%d</link><title>Number %d</title><description>Words</description></item>`, n, n, n)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// retentionConfig polls one file every second, and keeps as the keys say.
func retentionConfig(address, keys string) string {
	return fmt.Sprintf(`
[site]
listen = %q
base_url = "http://%s"
[category.news]
%s
[source.a]
url = "file:feed.xml"
interval = "1s"
categories = ["news"]
`, address, address, keys)
}

// TestRetention: the daemon takes on that entries are to go, drops them, and
// does not bring them back; compact keeps its hands off meanwhile, and makes
// the file smaller afterwards.
func TestRetention(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	config := writeFile(t, dir, "feeds.toml", retentionConfig(address, ""))
	writeFile(t, dir, "feed.xml", numbered(1, 500))
	d := serveProcess(t, config, address)
	published := func() int {
		_, body := get(t, d.url+"/news/atom.xml")
		return bytes.Count(body, []byte("<entry"))
	}
	waitFor(t, 20*time.Second, "50 entries to be published", func() bool { return published() == 50 })
	waitFor(t, 20*time.Second, "the page to list them, too", func() bool {
		_, body := get(t, d.url+"/news/")
		return bytes.Contains(body, []byte("Number 470"))
	})
	page := entryPage(t, d, "Number 470")
	writeFile(t, dir, "feeds.toml", retentionConfig(address, "max_entries = 3"))
	waitFor(t, 20*time.Second, "all but 3 entries to go", func() bool { return published() == 3 })
	if resp, _ := get(t, page); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the page of an entry that went is answered %d", resp.StatusCode)
	}
	refused := tributary(t, "compact", "--config", config)
	if refused.code != 1 || !strings.Contains(refused.stderr, "has it open") || !strings.Contains(refused.stderr, "stop it") {
		t.Errorf("compact while serve runs: exit %d, %s", refused.code, refused.stderr)
	}
	writeFile(t, dir, "feed.xml", numbered(2, 501))
	waitFor(t, 20*time.Second, "the new entry to be published", func() bool { return published() == 4 })
	d.stop(t)
	before := fileSize(t, filepath.Join(dir, "tributary.db"))
	said := must(t, "compact", "--config", config)
	if !strings.Contains(said.out, "1 entry dropped") || fileSize(t, filepath.Join(dir, "tributary.db")) >= before {
		t.Errorf("compact: %s; the file had %d bytes", said.out, before)
	}
	listed := must(t, "entries", "news", "--config", config, "--limit", "0")
	if n := strings.Count(listed.out, "Number"); n != 3 || !strings.Contains(listed.out, "Number 501") {
		t.Errorf("%d entries are left, want the 3 newest:\n%s", n, listed.out)
	}
}

// entryPage returns the address of the page of a published entry.
func entryPage(t testing.TB, d *process, title string) string {
	t.Helper()
	_, body := get(t, d.url+"/news/")
	for _, part := range strings.Split(string(body), "<a ")[1:] {
		if href, rest, ok := strings.Cut(strings.TrimPrefix(part[strings.Index(part, "href=")+len("href="):], `"`), `"`); ok && strings.Contains(href, "/entry/") && strings.Contains(rest, title) {
			if strings.HasPrefix(href, "http") {
				return href
			}
			return d.url + "/entry/" + href[strings.Index(href, "/entry/")+len("/entry/"):]
		}
	}
	t.Fatalf("no page of %q in\n%.2000s", title, body)
	return ""
}

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
