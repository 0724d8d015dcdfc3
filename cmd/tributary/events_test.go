package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A told event is what a reader of a stream takes note of.
type told struct{ kind, id, title string }

// A streamReader reads a category's events until it is cut off.
type streamReader struct {
	resp *http.Response
	done chan struct{} // closed at the end of the stream
	err  error         // then, unless that was a proper end

	mu     sync.Mutex
	events []told
	last   string // Last-Event-ID
}

// listenTo opens a stream, from an event on unless last is empty.
func listenTo(t testing.TB, client *http.Client, url, last string) *streamReader {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	r := &streamReader{done: make(chan struct{})}
	if r.resp, err = client.Do(req); err != nil {
		t.Fatal(err)
	}
	if r.resp.StatusCode != http.StatusOK || r.resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s: %s, %v", url, r.resp.Status, r.resp.Header)
	}
	go r.read()
	return r
}

func (r *streamReader) read() {
	defer close(r.done)
	defer r.resp.Body.Close()
	var now told
	lines := bufio.NewScanner(r.resp.Body)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			now.kind = value
		case "id":
			now.id = value
		case "data":
			var item struct{ Title, Reason string }
			_ = json.Unmarshal([]byte(value), &item) // a test sees that nothing is there
			now.title = item.Title + item.Reason
		case "":
			r.mu.Lock()
			if now.id != "" {
				r.last = now.id
			}
			if now.kind != "" {
				r.events = append(r.events, now)
			}
			r.mu.Unlock()
			now = told{}
		}
	}
	r.err = lines.Err()
}

// heard returns what was told of, and the last id.
func (r *streamReader) heard() (out []string, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		out = append(out, e.kind+" "+e.title)
	}
	return out, r.last
}

// waits until exactly that was told of.
func (r *streamReader) waits(t testing.TB, want ...string) (last string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		got, last := r.heard()
		if slices.Equal(got, want) && last != "" {
			return last
		}
		if len(got) > len(want) || time.Now().After(deadline) {
			t.Fatalf("told of %q, want %q", got, want)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (r *streamReader) ends(t testing.TB, why string) {
	t.Helper()
	select {
	case <-r.done:
	case <-time.After(10 * time.Second):
		t.Fatalf("the stream goes on: %s", why)
	}
}

// eventsConfig publishes an upstream, by TLS where the folder has a certificate.
func eventsConfig(t testing.TB, dir, address, upstream, more string) string {
	t.Helper()
	return writeFile(t, dir, "feeds.toml", fmt.Sprintf(`[site]
listen = %q
quiet = "100ms"
[aggregator]
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
min_interval = "1s"
%s
[category.news]
[source.a]
url = %q
categories = ["news"]
interval = "1s"
`, address, more, upstream))
}

// TestEvents has a new entry of an upstream told of, and what was missed during
// a reload, a kill -9 and a stop: each of them once.
func TestEvents(t *testing.T) {
	t.Parallel()
	up := newUpstreamFeed(t, "Upstream")
	up.add("1", "https://example.org/1", "One", "words")
	dir, address := t.TempDir(), freeAddress(t)
	config := eventsConfig(t, dir, address, up.URL, "")
	d := serveProcess(t, config, address)
	waitFor(t, 20*time.Second, "the first entry", func() bool { _, body := get(t, d.url+"/news/feed.json"); return strings.Contains(string(body), "One") })
	time.Sleep(300 * time.Millisecond) // until it is told of
	r := listenTo(t, http.DefaultClient, d.url+"/news/events", "")
	waitFor(t, 5*time.Second, "the first id", func() bool { _, last := r.heard(); return last != "" })
	began := time.Now()
	up.add("2", "https://example.org/2", "Two", "words")
	last := r.waits(t, "entry Two")
	t.Logf("told of %s after upstream had it, polled each second", time.Since(began).Round(time.Millisecond))

	d.hangup(t)
	r.ends(t, "the configuration was taken on again")
	r = listenTo(t, http.DefaultClient, d.url+"/news/events", last)
	up.add("3", "https://example.org/3", "Three", "words")
	last = r.waits(t, "entry Three")

	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait() // it was killed
	r.ends(t, "the server was killed")
	up.add("4", "https://example.org/4", "Four", "words")
	must(t, "poll", "--all", "--config", config) // committed, and nobody there to tell of it
	d = serveProcess(t, config, address)
	r = listenTo(t, http.DefaultClient, d.url+"/news/events", last)
	last = r.waits(t, "entry Four")
	up.add("5", "https://example.org/5", "Five", "words")
	r.waits(t, "entry Four", "entry Five")

	other := listenTo(t, http.DefaultClient, d.url+"/all/events", last)
	other.waits(t, "entry Five")
	d.stop(t)
	r.ends(t, "the server has stopped")
	other.ends(t, "the server has stopped")
}

// TestEventsByHTTP2: streams go over one connection, and are bounded by address.
func TestEventsByHTTP2(t *testing.T) {
	t.Parallel()
	up := newUpstreamFeed(t, "Upstream")
	dir, address := t.TempDir(), freeAddress(t)
	(&nginx{dir: dir}).certify(t)
	d := started(t, eventsConfig(t, dir, address, up.URL, "[events]\nmax_streams_per_client = 3\nheartbeat = \"300ms\"\n[server]\nwrite_timeout = \"1s\"\ntls_cert = \"server.pem\"\ntls_key = \"server.key\"\n"))
	client := secureClient(t, dir)
	client.Timeout = 0
	url := "https://" + address + "/news/events"
	one, two := listenTo(t, client, url, ""), listenTo(t, client, url, "")
	if one.resp.ProtoMajor != 2 || one.resp.Header.Get("Content-Encoding") != "" {
		t.Errorf("%s, %v", one.resp.Proto, one.resp.Header)
	}
	time.Sleep(1500 * time.Millisecond) // longer than a reader may take for some of an answer
	up.add("1", "https://example.org/1", "One", "words")
	one.waits(t, "entry One")
	two.waits(t, "entry One")
	listenTo(t, client, url, "")
	resp := ask(t, client, url)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %s, %v", resp.Status, resp.Header)
	}
	d.stop(t)
}

// TestEventsCrowd: a stream costs little memory, and 500 of them hear of an
// entry at once.
func TestEventsCrowd(t *testing.T) {
	const crowd, most = 500, 64 // KB for each, garbage and the connection included
	up := newUpstreamFeed(t, "Upstream")
	dir, address, admin := t.TempDir(), freeAddress(t), freeAddress(t)
	config := eventsConfig(t, dir, address, up.URL, fmt.Sprintf("[admin]\nlisten = %q\n[events]\nmax_streams_per_client = 1000\n[server]\nmax_connections_per_client = 1000\n", admin))
	d := serveProcess(t, config, address)
	listenTo(t, http.DefaultClient, d.url+"/news/events", "")
	for range 200 {
		get(t, d.url+"/news/atom.xml") // so that what is made once is there
	}
	before := d.resident(t)
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: crowd}}
	readers := make([]*streamReader, crowd)
	for i := range readers {
		readers[i] = listenTo(t, client, d.url+"/news/events", "")
	}
	each := float64(d.resident(t)-before) / crowd
	began := time.Now()
	up.add("1", "https://example.org/1", "One", "words")
	for _, r := range readers {
		r.waits(t, "entry One")
	}
	t.Logf("%.1f KB for each of %d streams; all heard of an entry %s after upstream had it", each, crowd, time.Since(began).Round(time.Millisecond))
	if each > most {
		t.Errorf("%.1f KB for each stream, want at most %d", each, most)
	}
	_, scrape := get(t, "http://"+admin+"/metrics")
	if got := series(scrape, "tributary_event_streams"); got != fmt.Sprint(crowd+1) {
		t.Errorf("the metrics count %s streams", got)
	}
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	for _, r := range readers {
		r.ends(t, "the server has stopped")
	}
	_ = d.cmd.Wait() // seen elsewhere
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("%d streams took %s to end", crowd, took)
	}
}
