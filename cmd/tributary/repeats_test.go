package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// An upstreamFeed is a feed on the loopback that a test changes.
type upstreamFeed struct {
	*httptest.Server
	mu    sync.Mutex
	items []string
}

func newUpstreamFeed(t testing.TB, title string) *upstreamFeed {
	u := &upstreamFeed{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		u.mu.Lock()
		defer u.mu.Unlock()
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title><link>%s/</link><description>D</description>%s</channel></rss>`, title, u.URL, strings.Join(u.items, ""))
	}))
	t.Cleanup(u.Close)
	return u
}

// add puts an item in front.
func (u *upstreamFeed) add(guid, link, title, words string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	item := fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><link>%s</link><title>%s</title><description><![CDATA[%s]]></description></item>`, guid, link, title, words)
	u.items = append([]string{item}, u.items...)
}

const (
	portStrike = `<p>Dock workers at three northern ports walked off the job at dawn on Thursday after overnight talks over pay and
rosters broke down, leaving dozens of container ships waiting at anchor.</p><p>The union, which represents about 7,400 crane
drivers, said employers had refused to index wages to inflation and wanted smaller crews at night.</p>`
	portStrikeWire = `NORTHPORT (Newsline) - Dock workers at three northern ports walked off the job at dawn on Thursday after overnight
talks over pay and rosters broke down, leaving dozens of container ships waiting at anchor. The union, which represents…`
)

// repeatsFeed is what a test reads of a JSON Feed.
type repeatsFeed struct {
	Items []struct {
		ID, URL, Title string
		Modified       string `json:"date_modified"`
		Also           struct {
			Links []struct{ URL, Title, Source string }
		} `json:"_also"`
	}
}

func readRepeats(t testing.TB, d *process, term string) (f repeatsFeed) {
	t.Helper()
	_, body := get(t, d.url+"/"+term+"/feed.json")
	if err := json.Unmarshal(body, &f); err != nil {
		t.Fatalf("%v in\n%s", err, body)
	}
	return f
}

// TestRepeats: two upstreams carry one story in two wordings, and a third,
// whose words are preferred, brings it late. It is published once, under one
// id, at one place, through a restart and a kill.
func TestRepeats(t *testing.T) {
	t.Parallel()
	first, wire, best := newUpstreamFeed(t, "The Harbour"), newUpstreamFeed(t, "Newsline"), newUpstreamFeed(t, "Northport Post")
	first.add("1", first.URL+"/ports", "Dock workers begin open-ended strike", portStrike)
	dir, address := t.TempDir(), freeAddress(t)
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf(`
[site]
listen = %q
base_url = "http://%s"
[aggregator]
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
[category.news]
repeats = "story"
[category.kept]
[source.harbour]
url = "%s/feed"
interval = "1s"
categories = ["news", "kept"]
[source.newsline]
url = "%s/feed"
interval = "1s"
categories = ["news", "kept"]
[source.post]
url = "%s/feed"
interval = "1s"
categories = ["news", "kept"]
priority = 1
`, address, address, first.URL, wire.URL, best.URL))
	d := serveProcess(t, config, address)
	waitFor(t, 20*time.Second, "the first to be published", func() bool { return len(readRepeats(t, d, "news").Items) == 1 })
	before := readRepeats(t, d, "news").Items[0]

	wire.add("a", wire.URL+"/x?utm_source=rss", "Cranes fall silent in the north", portStrikeWire)
	wire.add("b", wire.URL+"/cheese", "Cheese market opens", "The cheese market of the old town was opened by the mayor under a clear sky, and nobody went home hungry that Saturday.")
	waitFor(t, 20*time.Second, "the wire's copy to be listed", func() bool {
		items := readRepeats(t, d, "news").Items
		return len(items) == 2 && len(items[1].Also.Links) == 1
	})
	joined := readRepeats(t, d, "news").Items[1]
	if joined.ID != before.ID || joined.URL != before.URL || joined.Modified != before.Modified || joined.Also.Links[0].URL != wire.URL+"/x?utm_source=rss" || joined.Also.Links[0].Source != "Newsline" {
		t.Errorf("a repeat has changed\n%+v\nto\n%+v", before, joined)
	}
	if n := len(readRepeats(t, d, "kept").Items); n != 3 {
		t.Errorf("%d entries in the category that keeps repeats, want 3", n)
	}
	_, atom := get(t, d.url+"/news/atom.xml")
	if !bytes.Contains(atom, []byte(`rel="related" title="Newsline: Cranes fall silent in the north"`)) {
		t.Errorf("Atom does not lead to the repeat:\n%s", atom)
	}
	if _, page := get(t, d.url+"/news/"); !bytes.Contains(page, []byte("Also at ")) || !bytes.Contains(page, []byte(">Newsline</a>")) {
		t.Errorf("the page does not say where else the story is:\n%s", page)
	}
	if r := must(t, "explain", wire.URL+"/x", "--config", config); !strings.Contains(r.out, "repeats") || !strings.Contains(r.out, "Dock workers begin") || !strings.Contains(r.out, "same story") {
		t.Errorf("explain does not say what it repeats:\n%s", r.out)
	}
	if r := must(t, "explain", first.URL+"/ports", "--json", "--config", config); !strings.Contains(r.out, `"also":[{`) && !strings.Contains(r.out, `"also": [`) {
		t.Errorf("explain does not say where else the story is:\n%s", r.out)
	}
	d.stop(t)

	d = serveProcess(t, config, address)
	best.add("p", best.URL+"/strike", "Strike at three ports: what you need to know", portStrike)
	waitFor(t, 20*time.Second, "the preferred words", func() bool {
		items := readRepeats(t, d, "news").Items
		return len(items) == 2 && items[1].Title == "Strike at three ports: what you need to know"
	})
	led := readRepeats(t, d, "news").Items[1]
	if led.ID != before.ID || led.URL != best.URL+"/strike" || len(led.Also.Links) != 2 || led.Also.Links[0].URL != first.URL+"/ports" {
		t.Errorf("in the preferred words it is\n%+v\nwas\n%+v", led, before)
	}
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait() // it was killed
	d = serveProcess(t, config, address)
	time.Sleep(1500 * time.Millisecond) // a poll more of each
	if after := readRepeats(t, d, "news").Items; len(after) != 2 || fmt.Sprint(after[1]) != fmt.Sprint(led) {
		t.Errorf("after a kill it is\n%+v\nwas\n%+v", after, led)
	}
	d.stop(t)

	listed := must(t, "entries", "news", "--config", config)
	if !strings.Contains(listed.out, "also at newsline") || !strings.Contains(listed.out, "same story: ") {
		t.Errorf("entries does not say what was joined and why:\n%s", listed.out)
	}
}
