package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// What tributary lists for crawlers, tributary reads as a source: the news, and
// by the index what has changed.
func TestOwnSitemaps(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	when := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	feed := writeFile(t, dir, "up.xml", fmt.Sprintf(`<rss version="2.0"><channel><title>江河</title><link>https://up.example/</link><description>d</description>
<item><guid>1</guid><link>https://up.example/1</link><title>水位 &lt; 3 米</title><pubDate>%s</pubDate><description>一</description></item>
<item><guid>2</guid><link>https://up.example/2</link><title>Long ago</title><pubDate>Mon, 02 Mar 2020 08:00:00 GMT</pubDate><description>two</description></item>
</channel></rss>`, when.Format(time.RFC1123Z)))
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf("[site]\nlisten = %q\nbase_url = \"http://%s\"\n[category.news]\n[source.up]\nurl = %q\ncategories = [\"news\"]\n",
		address, address, fileURL(feed)))
	must(t, "poll", "--all", "--config", config)
	d := serveProcess(t, config, address)
	for path, want := range map[string]int{"/sitemap/news.xml": 1, "/sitemap/1.xml": 2} {
		var read struct {
			Entries []struct {
				Title     string    `json:"title"` // HTML
				Published time.Time `json:"published"`
			} `json:"entries"`
		}
		out := must(t, "inspect", "--kind", "sitemap", "--json", d.url+path).out
		if err := json.Unmarshal([]byte(out), &read); err != nil {
			t.Fatal(err)
		}
		if len(read.Entries) != want {
			t.Fatalf("%s has %d entries, want %d\n%s", path, len(read.Entries), want, out)
		}
		if e := read.Entries[0]; path == "/sitemap/news.xml" && (e.Title != "水位 &lt; 3 米" || !e.Published.Equal(when)) {
			t.Errorf("%s: %q of %v\n%s", path, e.Title, e.Published, out)
		}
	}
}
