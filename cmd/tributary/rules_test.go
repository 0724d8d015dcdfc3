package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// rulesConfig is a configuration with one source, for a daemon.
func rulesConfig(t *testing.T, address, upstream, categories, source string) string {
	t.Helper()
	return fmt.Sprintf("[site]\nlisten = %q\n[aggregator]\nallow_networks = [\"127.0.0.0/8\"]\n%s\n[source.up]\nurl = %q\ninterval = \"1h\"\ncategories = [\"news\"]\n%s\n",
		address, categories, upstream, source)
}

// TestRulesReload changes the rules of a running daemon: what is stored is
// filed anew and published so, without a request to upstream; rules test and
// explain are answered by the daemon.
func TestRulesReload(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, `<rss version="2.0"><channel><title>T</title><link>https://example.com/</link><description>D</description>
<item><guid isPermaLink="false">1</guid><link>https://example.com/1</link><title>Ad: Rates rise</title><category>Economy</category></item>
<item><guid isPermaLink="false">2</guid><link>https://example.com/2</link><title>The match</title></item>
<item><guid isPermaLink="false">3</guid><link>https://example.com/3</link><title>Buy now</title></item></channel></rss>`)
	}))
	defer upstream.Close()
	dir, address := t.TempDir(), freeAddress(t)
	write := func(categories, source string) string {
		return writeFile(t, dir, "feeds.toml", rulesConfig(t, address, upstream.URL, categories, source))
	}
	config := write("[category.news]\n", `drop_if = 'title contains "Buy"'`)
	d := serveProcess(t, config, address)
	shows := func(term, want string, without ...string) {
		t.Helper()
		body := ""
		waitFor(t, 20*time.Second, fmt.Sprintf("%q in %s", want, term), func() bool {
			_, b := get(t, d.url+"/"+term+"/feed.json")
			body = string(b)
			if !strings.Contains(body, want) {
				return false
			}
			for _, w := range without {
				if strings.Contains(body, w) {
					return false
				}
			}
			return true
		})
	}
	shows("news", "The match", "Buy now")
	shows("news", "Ad: Rates rise")
	r := must(t, "rules", "test", `"Economy" in terms`, "up", "--config", config)
	if !strings.Contains(r.out, "1 of 2 entries match") {
		t.Errorf("rules test: %s", r.out)
	}

	write("[category.news]\n[category.economy]\nterms = [\"economy\"]\n", "set_title = 'sub(title, \"^Ad: \", \"\")'\ndrop_if = 'title contains \"match\"'")
	shows("economy", "Rates rise", "Ad:")
	shows("news", "Rates rise", "The match", "Ad:")
	r = must(t, "explain", "https://example.com/2", "--config", config)
	if !strings.Contains(r.out, "hidden") || !strings.Contains(r.out, "this drops it") {
		t.Errorf("explain: %s", r.out)
	}
	r = must(t, "explain", "https://example.com/1", "--json", "--config", config)
	if !strings.Contains(r.out, `"published":["http://`) || !strings.Contains(r.out, "/economy/atom.xml") || strings.Count(r.out, "\n") != 1 {
		t.Errorf("explain: %s", r.out)
	}
	r = must(t, "explain", "3", "--json", "--config", config)
	if !strings.Contains(r.out, `"state":"dropped"`) || !strings.Contains(r.out, filepath.Base(config)+":") {
		t.Errorf("explain: %s", r.out)
	}
	if r = tributary(t, "explain", "https://example.com/4", "--config", config); r.code != 1 || !strings.Contains(r.stderr, "is known") {
		t.Errorf("explain of an unknown entry: exit %d, %s", r.code, r.stderr)
	}

	write("[category.news]\n", "")
	shows("news", "Ad: Rates rise", "Buy now")
	shows("news", "The match")
	if n := asked.Load(); n != 1 {
		t.Errorf("upstream was asked %d times, want once", n)
	}
	// What was never stored comes in when the source is read next.
	must(t, "poll", "up", "--config", config)
	shows("news", "Buy now")
	d.stop(t)
}
