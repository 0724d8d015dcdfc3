package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// An origin is an upstream on loopback whose feed at each path has one entry,
// titled after it. It notes who asks when, and answers late where a test says.
type origin struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string][]time.Time
	held  map[string]chan struct{}
}

func newOrigin(t testing.TB) *origin {
	o := &origin{asked: map[string][]time.Time{}, held: map[string]chan struct{}{}}
	o.Server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.CloseClientConnections)
	t.Cleanup(o.Close)
	return o
}

func (o *origin) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.asked[r.URL.Path] = append(o.asked[r.URL.Path], time.Now())
	held := o.held[r.URL.Path]
	o.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("ETag", `"1"`)
	fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><link>https://example.com/</link><description>D</description>`+
		`<item><guid isPermaLink="false">%[1]s</guid><link>https://example.com%[1]s</link><title>Entry of %[1]s</title></item></channel></rss>`, r.URL.Path)
}

// hold lets answers to a path wait until release is called.
func (o *origin) hold(path string) (release func()) {
	held := make(chan struct{})
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held[path] = held
	return sync.OnceFunc(func() {
		close(held)
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.held, path)
	})
}

// times returns when a path was asked for.
func (o *origin) times(path string) []time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.asked[path])
}

func (o *origin) count(path string) int { return len(o.times(path)) }

// waitAsked waits until a path was asked for that many times.
func (o *origin) waitAsked(t testing.TB, path string, n int) {
	t.Helper()
	waitFor(t, 20*time.Second, path+" to be asked for", func() bool { return o.count(path) >= n })
}

// A plan is a configuration that a test changes and writes.
type plan struct {
	listen  string
	more    string // keys of [aggregator]
	log     string
	sources []planned
}

type planned struct{ name, url, rest string }

func (p *plan) add(name, url, rest string) { p.sources = append(p.sources, planned{name, url, rest}) }

func (p *plan) remove(name string) {
	p.sources = slices.DeleteFunc(p.sources, func(s planned) bool { return s.name == name })
}

func (p *plan) find(name string) *planned {
	return &p.sources[slices.IndexFunc(p.sources, func(s planned) bool { return s.name == name })]
}

// text writes the configuration. Its categories are those that sources name.
func (p *plan) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "[site]\nlisten = %q\n[log]\nlevel = %q\nformat = \"json\"\n", p.listen, cmp.Or(p.log, "info"))
	fmt.Fprintf(&b, "[aggregator]\nallow_networks = [\"127.0.0.0/8\", \"::1\"]\nhost_gap = \"0s\"\nper_host = 100\n%s\n", p.more)
	for _, c := range []string{"news", "extra", "more"} {
		if slices.ContainsFunc(p.sources, func(s planned) bool { return strings.Contains(s.rest, `"`+c+`"`) }) {
			fmt.Fprintf(&b, "[category.%s]\n", c)
		}
	}
	for _, s := range p.sources {
		fmt.Fprintf(&b, "[source.%s]\nurl = %q\n%s\n", s.name, s.url, s.rest)
	}
	return b.String()
}

const (
	inNews  = `categories = ["news"]`
	inExtra = `categories = ["extra"]`
)

// has reports whether a document of the daemon's holds the entry of a path.
func (d *process) has(t testing.TB, document, path string) bool {
	t.Helper()
	_, body := get(t, d.url+document)
	return strings.Contains(string(body), "Entry of "+path+"<")
}

// logged waits until the log holds the words that many times.
func (d *process) logged(t testing.TB, words string, n int) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for strings.Count(d.log.String(), words) < n {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %q, %d times, in the log:\n%s", words, n, d.log)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
