package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"tributary/aggregator/discover"
)

// discoverable is a site: a blog that names its feeds, a board without any, a
// shop with a feed in a usual place, and a page that leads into the machine.
func discoverable(t *testing.T) *recorded {
	t.Helper()
	item := func(path string) string {
		return fmt.Sprintf("<item><guid>%s</guid><link>%s</link><title>One</title><pubDate>Fri, 01 Mar 2024 10:00:00 GMT</pubDate></item>", path, path)
	}
	feedOf := func(title string, items ...string) string {
		return `<rss version="2.0"><channel><title>` + title + `</title><link>https://example.com/</link><description>D</description>` + strings.Join(items, "") + `</channel></rss>`
	}
	return recordedServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/blog/":
			fmt.Fprint(w, `<html><head><link rel="alternate" type="application/rss+xml" title="Comments" href="comments.rss">
				<link rel="Alternate feed" type="application/rss+xml" href="/blog/posts.rss"><link rel="alternate" type="application/atom+xml" href="gone.atom"></head></html>`)
		case "/blog/comments.rss":
			fmt.Fprint(w, feedOf("Comments", item("/c")))
		case "/blog/posts.rss":
			fmt.Fprint(w, feedOf("Blog \"x\"\n[y]", item("/1"), item("/2")))
		case "/shop/atom.xml":
			fmt.Fprint(w, feedOf("Shop", item("/s")))
		case "/shop/things":
			fmt.Fprint(w, "<html><p>Things</p></html>")
		case "/board/":
			var b strings.Builder
			b.WriteString(`<html><head><title>Board</title></head><body><nav><ul><li><a href="/about">About us all</a></li><li><a href="/help">Help and more</a></li><li><a href="/team">Team and staff</a></li></ul></nav>
				<div id="main"><div class="list w-1/2">`)
			for i := range 12 {
				fmt.Fprintf(&b, `<div class="row post-%d md:flex"><span class="date">%d. 3. 2024</span><div><h3><a class="t" href="/board/n/%d">A notice about matter %d</a></h3><p class="lead">What this notice is about is told in a line, number %d.</p></div><a href="/board/n/%d#c">12 comments</a></div>`, i, i+1, i, i, i, i)
			}
			b.WriteString(`</div></div><footer><a href="/imprint">Imprint of us</a><a href="/privacy">Privacy of you</a><a href="/terms">Terms of use</a></footer></body></html>`)
			fmt.Fprint(w, b.String())
		case "/@ann":
			fmt.Fprint(w, "<html><p>scripts only</p></html>")
		case "/@ann.rss":
			fmt.Fprint(w, feedOf("Ann", item("/a")))
		default:
			http.NotFound(w, r)
		}
	})
}

func TestDiscover(t *testing.T) {
	t.Parallel()
	site := discoverable(t)
	for _, tt := range []struct{ path, want string }{
		{"/blog/", "/blog/posts.rss rss2.0 2 named by the page, /blog/comments.rss rss2.0 1 named by the page"},
		{"/blog/posts.rss", "/blog/posts.rss rss2.0 2 the address itself"},
		{"/shop/things", "/shop/atom.xml rss2.0 1 a usual place"},
		{"/@ann", "/@ann.rss rss2.0 1 the form of the address"},
	} {
		r := must(t, "discover", "--json", "--allow-networks", "127.0.0.0/8", site.URL+tt.path)
		var got discover.Result
		if err := json.Unmarshal([]byte(r.out), &got); err != nil {
			t.Fatal(err)
		}
		var feeds []string
		for _, f := range got.Feeds {
			feeds = append(feeds, fmt.Sprintf("%s %s %d %s", strings.TrimPrefix(f.URL, site.URL), f.Format, f.Entries, f.Via))
			if f.Updated.Format("2006-01-02") != "2024-03-01" {
				t.Errorf("%s: updated %s", f.URL, f.Updated)
			}
		}
		if text := strings.Join(feeds, ", "); text != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.path, text, tt.want)
		}
	}
	if n := len(site.take()); n > 30 {
		t.Errorf("%d requests", n)
	}
	if r := tributary(t, "discover", "--allow-networks", "127.0.0.0/8", site.URL+"/nowhere"); r.code != 1 || !strings.Contains(r.stderr, "404") {
		t.Errorf("a page that is not there: exit %d, %s", r.code, r.stderr)
	}
	if r := tributary(t, "discover", site.URL+"/blog/"); r.code != 1 || !strings.Contains(r.stderr, "loopback") {
		t.Errorf("without a flag: exit %d, %s", r.code, r.stderr)
	}
}

// What --add appends leaves the file valid and otherwise as it was; what is
// proposed for a page without a feed works when it is polled.
func TestDiscoverAdd(t *testing.T) {
	t.Parallel()
	site := discoverable(t)
	head := "# Mine.\n" + kindsHead + "[source.first] # stays\nurl = \"" + site.URL + "/shop/atom.xml\"\ncategories = [\"news\"]" // no line end
	config := writeFile(t, t.TempDir(), "feeds.toml", head)
	if err := os.Chmod(config, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "discover", "--config", config, "--add", site.URL+"/blog/")
	must(t, "discover", "--config", config, "--add", "--name", "the board", "--category", "notices", site.URL+"/board/")
	r := must(t, "discover", "--config", config, "--add", "--category", "news", site.URL+"/shop/things")
	if !strings.Contains(r.stderr, `source "first" has it already`) {
		t.Errorf("a source that is there: %s", r.stderr)
	}
	text := readText(t, config)
	for _, part := range []string{"[source.127-0-0-1-blog]", "[source.\"the board\"]", "[category.notices]", "# Blog \"x\" [y]: rss2.0, 2 entries, the newest of 2024-03-01."} {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %s in\n%s", part, text)
		}
	}
	if info, err := os.Stat(config); err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(text, head) {
		t.Errorf("the file was not only appended to: %v %v\n%s", info, err, text)
	}
	must(t, "config", "check", "--config", config)
	must(t, "poll", "--config", config)
	r = must(t, "entries", "notices", "--json", "--config", config)
	if n := strings.Count(r.out, "A notice about matter"); n != 12 || strings.Count(r.out, `"published":"2024-03-`) != 12 {
		t.Errorf("%d notices:\n%s", n, r.out)
	}
	if r := tributary(t, "discover", "--config", config, "--add", site.URL+"/@ann"); r.code != 2 || !strings.Contains(r.stderr, "expected --category TERM; defined are news, notices") {
		t.Errorf("two categories: exit %d, %s", r.code, r.stderr)
	}
	before := readText(t, config)
	if r := tributary(t, "discover", "--config", config, "--add", "--category", "Not A Term", site.URL+"/@ann"); r.code != 2 || readText(t, config) != before {
		t.Errorf("a wrong category: exit %d, %s", r.code, r.stderr)
	}
}

// What is printed for a page without a feed can be pasted as it is.
func TestDiscoverPaste(t *testing.T) {
	t.Parallel()
	site := discoverable(t)
	r := must(t, "discover", "--allow-networks", "127.0.0.0/8", site.URL+"/board/")
	config := writeFile(t, t.TempDir(), "feeds.toml", kindsHead+r.out)
	must(t, "config", "check", "--config", config)
	if r := must(t, "poll", "--config", config); !strings.Contains(r.out, "12 new") {
		t.Errorf("poll: %s\n%s", r.out, readText(t, config))
	}
}
