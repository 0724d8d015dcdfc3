package aggregator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tributary/feed"
	"tributary/storage"
)

// A deltaServer knows RFC 3229's "feed": whoever has an earlier version gets
// what is new since then, as 226.
type deltaServer struct {
	*httptest.Server
	mu       sync.Mutex
	versions [][]string // of the items, newest first
	im       string     // the IM field of a 226
	cut      bool       // break the 226's document
	asked    []string   // how, request by request: A-IM and If-None-Match
}

func newDeltaServer(t testing.TB) *deltaServer {
	t.Helper()
	d := &deltaServer{im: "feed"}
	d.Server = httptest.NewServer(d)
	t.Cleanup(d.Close)
	return d
}

// publish makes these items the document.
func (d *deltaServer) publish(items ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.versions = append(d.versions, items)
}

func (d *deltaServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	tag := r.Header.Get("If-None-Match")
	d.asked = append(d.asked, strings.TrimSpace(r.Header.Get("A-IM")+" "+tag))
	last := len(d.versions) - 1
	w.Header().Set("ETag", fmt.Sprintf(`"%d"`, last))
	known := -1
	if _, err := fmt.Sscanf(tag, `"%d"`, &known); err == nil && known == last {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	items := slices.Clone(d.versions[last])
	if known < 0 || r.Header.Get("A-IM") != "feed" {
		_, _ = w.Write([]byte(rss(items...)))
		return
	}
	items = slices.DeleteFunc(items, func(item string) bool { return slices.Contains(d.versions[known], item) })
	w.Header().Set("IM", d.im)
	w.Header().Set("Cache-Control", "no-store, im")
	w.WriteHeader(http.StatusIMUsed)
	if d.cut {
		_, _ = w.Write([]byte("no feed at all"))
		return
	}
	_, _ = w.Write([]byte(rss(items...)))
}

func (d *deltaServer) fleet(t testing.TB) *fleet {
	t.Helper()
	return newFleet(t, filepath.Join(t.TempDir(), "test.db"), feed.Source{ID: "a", URL: d.URL + "/feed", Kind: "feed", Categories: []string{"c"}})
}

func (f *fleet) titleSet(t testing.TB) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, e := range f.entries(t) {
		out[e.Title.Body] = true
	}
	return out
}

// A 226 adds entries, and what is not in it stays. The document that came in
// full before counts as read no longer: when it comes again, it is news.
func TestPollDelta(t *testing.T) {
	d := newDeltaServer(t)
	f := d.fleet(t)
	d.publish(item(1, "One"))
	want(t, f.pass(t)["a"], 200, 1, 0, 0)
	d.publish(item(2, "Two"), item(1, "One, corrected"))
	want(t, f.pass(t)["a"], 226, 1, 1, 0)
	want(t, f.pass(t)["a"], 304, 0, 0, 0)
	d.publish(item(3, "Three"), item(2, "Two"), item(1, "One, corrected"))
	want(t, f.pass(t)["a"], 226, 1, 0, 0)
	if got := f.titleSet(t); len(got) != 3 || !got["One, corrected"] || !got["Two"] || !got["Three"] {
		t.Errorf("entries %v", got)
	}
	if asked := strings.Join(d.asked, ", "); asked != `, feed "0", feed "1", feed "1"` {
		t.Errorf("asked with %s", asked)
	}
	// The first document again, in full, from a server that lost the others.
	d.mu.Lock()
	d.versions = [][]string{nil, nil, nil, nil, {item(1, "One")}}
	d.im = ""
	d.mu.Unlock()
	forgetTag(t, f)
	want(t, f.pass(t)["a"], 200, 0, 1, 0)
	if got := f.titleSet(t); !got["One"] || got["One, corrected"] {
		t.Errorf("entries %v: the correction was taken back", got)
	}
}

// forgetTag loses the source's ETag and nothing else, as a server that sends
// none in between does.
func forgetTag(t testing.TB, f *fleet) {
	t.Helper()
	states, err := f.store.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{"a"}, Limit: 1})
	if err != nil || len(states) != 1 {
		t.Fatal(states, err)
	}
	states[0].ETag = ""
	if _, err := f.store.Commit(t.Context(), storage.Poll{State: states[0]}); err != nil {
		t.Fatal(err)
	}
}

// A 226 that cannot be used does not stand in the way for ever: the next
// request is for the whole document.
func TestPollDeltaThatCannotBeRead(t *testing.T) {
	for name, spoil := range map[string]func(*deltaServer){
		"no feed":                 func(d *deltaServer) { d.cut = true },
		"a kind nobody asked for": func(d *deltaServer) { d.im = "vcdiff" },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeltaServer(t)
			f := d.fleet(t)
			d.publish(item(1, "One"))
			want(t, f.pass(t)["a"], 200, 1, 0, 0)
			d.publish(item(2, "Two"), item(1, "One"))
			spoil(d)
			if o := f.pass(t)["a"]; o.Error == "" || o.Status != 226 {
				t.Errorf("outcome %+v", o)
			}
			want(t, f.pass(t)["a"], 200, 1, 0, 1)
			if asked := strings.Join(d.asked, ", "); asked != `, feed "0", ` {
				t.Errorf("asked with %s", asked)
			}
		})
	}
}

// What a delta says of a feed as a whole is that there is news, not how often.
func TestPollDeltaKeepsThePace(t *testing.T) {
	d := newDeltaServer(t)
	f := d.fleet(t)
	dated := func(n int, date string) string {
		return strings.Replace(item(n, fmt.Sprint("Entry ", n)), "</item>", "<pubDate>"+date+"</pubDate></item>", 1)
	}
	items := []string{
		dated(3, "Thu, 15 Jan 2026 10:00:00 GMT"), dated(2, "Thu, 08 Jan 2026 10:00:00 GMT"), dated(1, "Thu, 01 Jan 2026 10:00:00 GMT"),
	}
	d.publish(items...)
	gap := f.pass(t)["a"].State.Gap
	d.publish(append([]string{dated(5, "Thu, 15 Jan 2026 12:00:01 GMT"), dated(4, "Thu, 15 Jan 2026 12:00:00 GMT")}, items...)...)
	o := f.pass(t)["a"]
	if o.Status != 226 || o.New != 2 || gap == 0 || o.State.Gap != gap {
		t.Errorf("status %d, %d new, gap %v, before %v", o.Status, o.New, o.State.Gap, gap)
	}
}
