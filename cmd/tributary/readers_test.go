package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// feedparserReader is a reader on feedparser, as scripts have it: it keeps the
// validators and what it has seen, and prints how many entries that is and the
// status. feedparser asks for deltas by itself.
const feedparserReader = `
import feedparser, json, os, sys
state = json.load(open(sys.argv[2])) if os.path.exists(sys.argv[2]) else {"seen": []}
d = feedparser.parse(sys.argv[1], etag=state.get("etag"), modified=state.get("modified"))
if d.status not in (200, 226, 304) or d.bozo:
    sys.exit("status %s, %s" % (d.status, d.get("bozo_exception")))
for e in d.entries:
    if e.id not in state["seen"]:
        state["seen"].append(e.id)
if d.status != 304:
    state["etag"], state["modified"] = d.get("etag"), d.get("modified")
json.dump(state, open(sys.argv[2], "w"))
print(len(state["seen"]), d.status)
`

// A look polls a site's feeds as a real reader does, and tells how many entries
// the reader has seen.
type look func(t *testing.T, site string) string

// readers returns newsboat, and a script on feedparser.
func readers(t *testing.T, dir string) map[string]look {
	newsboat, python := testshared.Tool(t, "newsboat"), "/usr/bin/python3" // Debian's, which has Debian's modules
	if err := exec.CommandContext(t.Context(), python, "-c", "import feedparser").Run(); err != nil {
		testshared.Missing(t, "python3-feedparser is not installed")
	}
	run := func(t *testing.T, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	return map[string]look{
		"newsboat": func(t *testing.T, site string) string {
			out := run(t, newsboat, "-u", writeFile(t, dir, "urls", site+"/news/rss.xml\n"), "-c", filepath.Join(dir, "cache.db"),
				"-C", writeFile(t, dir, "config", "error-log /dev/stderr\n"), "-x", "reload", "print-unread")
			return strings.Fields(out)[0]
		},
		"feedparser": func(t *testing.T, site string) string {
			return strings.Fields(run(t, python, "-c", feedparserReader, site+"/news/atom.xml", filepath.Join(dir, "seen.json")))[0]
		},
	}
}

// TestReaders: real readers subscribe, see what is new after a poll, and see
// nothing twice: not after an edit, a restart, or a kill -9.
func TestReaders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all := readers(t, dir)
	follow(t, dir, func(string) map[string]look { return all })
}

// follow publishes a feed that grows and changes, over a restart and a kill -9,
// and holds what readers have seen to it. They subscribe once the site is there.
func follow(t *testing.T, dir string, subscribe func(site string) map[string]look) {
	t.Helper()
	up := newUpstreamFeed(t, "Letters")
	for i := range 3 {
		up.add(fmt.Sprint(i), fmt.Sprintf("%s/%d", up.URL, i), fmt.Sprintf("Letter %d", i), "Some words.")
	}
	p := &plan{listen: freeAddress(t), more: "min_interval = \"300ms\"\nmax_interval = \"400ms\""}
	p.add("letters", up.URL, inNews+"\ninterval = \"300ms\"")
	config := writeFile(t, dir, "feeds.toml", strings.Replace(p.text(), "[site]\n", "[site]\nquiet = \"100ms\"\n", 1))
	d := serveProcess(t, config, p.listen)
	var all map[string]look
	see := func(when, title string, want int) {
		t.Helper()
		for _, path := range []string{"/news/rss.xml", "/news/atom.xml"} {
			waitFor(t, 20*time.Second, title+" in "+path, func() bool {
				_, text := get(t, d.url+path)
				return strings.Contains(string(text), title)
			})
		}
		if all == nil {
			all = subscribe(d.url)
		}
		for name, look := range all {
			if got := look(t, d.url); got != fmt.Sprint(want) {
				t.Errorf("%s: %s has seen %s entries, want %d", when, name, got, want)
			}
		}
	}
	see("subscribed", "Letter 2", 3)
	up.add("3", up.URL+"/3", "Letter 3", "More words.")
	see("after a poll", "Letter 3", 4)
	up.mu.Lock()
	up.items[2] = strings.Replace(up.items[2], "Letter 1", "Letter one, corrected", 1)
	up.mu.Unlock()
	see("after an edit", "Letter one, corrected", 4)
	d.stop(t)
	d = serveProcess(t, config, p.listen)
	see("after a restart", "Letter 3", 4)
	up.add("4", up.URL+"/4", "Letter 4", "The last words.")
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait() // it was killed
	d = serveProcess(t, config, p.listen)
	see("after kill -9", "Letter 4", 5)
	d.stop(t)
}
