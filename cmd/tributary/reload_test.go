package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const takenOn = "configuration taken on"

// TestReload changes the configuration of a daemon in every way there is.
func TestReload(t *testing.T) {
	t.Parallel()
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t)}
	p.add("a", up.URL+"/a", inNews)
	p.add("b", up.URL+"/b", inNews)
	write := func() string { return writeFile(t, dir, "feeds.toml", p.text()) }
	d := serveProcess(t, write(), p.listen)
	waitFor(t, 20*time.Second, "the first entries", func() bool { return d.has(t, "/news/atom.xml", "/a") && d.has(t, "/news/atom.xml", "/b") })

	// A changed file is taken on by itself: a source has gone, one has moved, two have come.
	release := up.hold("/slow")
	p.remove("b")
	p.find("a").url = up.URL + "/moved"
	p.add("c", up.URL+"/c", inExtra)
	p.add("slow", up.URL+"/slow", inExtra)
	write()
	d.logged(t, takenOn, 1)
	waitFor(t, 20*time.Second, "the new sources' entries", func() bool {
		resp, _ := get(t, d.url+"/extra/atom.xml")
		return resp.StatusCode == http.StatusOK && d.has(t, "/extra/atom.xml", "/c") && d.has(t, "/news/atom.xml", "/moved")
	})
	for _, document := range []string{"/news/atom.xml", "/all/atom.xml"} {
		waitFor(t, 20*time.Second, "the removed source's entry to leave "+document, func() bool { return !d.has(t, document, "/b") })
	}

	// On SIGHUP, with a poll under way whose source gets another category.
	up.waitAsked(t, "/slow", 1)
	p.find("slow").rest = `categories = ["extra", "more"]`
	write()
	d.hangup(t)
	d.logged(t, takenOn, 2)
	release()
	waitFor(t, 20*time.Second, "the poll under way to be published where it belongs now", func() bool {
		return d.has(t, "/more/atom.xml", "/slow") && d.has(t, "/extra/atom.xml", "/slow")
	})

	breakAndMend(t, d, p, dir)

	// What only a restart can change is told, and left as it was.
	next := *p
	next.listen, next.log = freeAddress(t), "warn"
	writeFile(t, dir, "feeds.toml", next.text())
	d.hangup(t)
	d.logged(t, `"keys":"site.listen, log"`, 1)
	if !d.has(t, "/news/atom.xml", "/moved") {
		t.Error("it does not publish any more")
	}
	d.stop(t)
	for path, want := range map[string]int{"/a": 1, "/b": 1, "/moved": 1, "/c": 1, "/slow": 1} {
		if got := up.count(path); got != want {
			t.Errorf("%s was asked for %d times, want %d", path, got, want)
		}
	}
}

// breakAndMend: a file with an error is told of once, with its place, and
// changes nothing.
func breakAndMend(t *testing.T, d *process, p *plan, dir string) {
	t.Helper()
	text := p.text() + "colour = \"blue\"\n"
	writeFile(t, dir, "feeds.toml", text)
	place := fmt.Sprintf("feeds.toml:%d: ", strings.Count(text, "\n"))
	const told = "the new configuration cannot be used, the old one stays in force"
	d.logged(t, told, 1)
	d.logged(t, place, 1)
	time.Sleep(3 * lookEvery) // it would be told again now
	if n := strings.Count(d.log.String(), told); n != 1 {
		t.Errorf("a broken file is told of %d times, want once:\n%s", n, d.log)
	}
	d.hangup(t) // whoever asks is told again
	d.logged(t, told, 2)
	if !d.has(t, "/news/atom.xml", "/moved") || !d.has(t, "/more/atom.xml", "/slow") {
		t.Error("a broken file changes what is published")
	}
	before := strings.Count(d.log.String(), takenOn)
	writeFile(t, dir, "feeds.toml", p.text())
	d.logged(t, takenOn, before+1)
}

func (d *process) hangup(t testing.TB) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// TestReloadKeepsSecrets: a source that moves to another host while it has
// credentials for the old one does not take them along, however often the
// configuration goes back and forth.
func TestReloadKeepsSecrets(t *testing.T) {
	const secret = "for-the-first-host-only"
	t.Setenv("FIRST_TOKEN", secret)
	leaked := make(chan string, 100)
	other := newOrigin(t)
	inner := other.Config.Handler
	other.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "" {
			leaked <- got
		}
		inner.ServeHTTP(w, r)
	})
	first, dir := newOrigin(t), t.TempDir()
	var with, without plan
	with.listen = freeAddress(t)
	without.listen = with.listen
	for i := range 50 {
		with.add(fmt.Sprintf("s%d", i), fmt.Sprintf("%s/%d", first.URL, i), inNews+"\nbearer_env = \"FIRST_TOKEN\"")
		without.add(fmt.Sprintf("s%d", i), fmt.Sprintf("%s/%d", other.URL, i), inNews)
	}
	d := serveProcess(t, writeFile(t, dir, "feeds.toml", with.text()), with.listen)
	for i := range 6 {
		next := &without
		if i%2 == 1 {
			next = &with
		}
		writeFile(t, dir, "feeds.toml", next.text())
		d.hangup(t)
		d.logged(t, takenOn, i+1)
	}
	writeFile(t, dir, "feeds.toml", without.text())
	d.hangup(t)
	waitFor(t, 20*time.Second, "all sources to be polled at the other host", func() bool {
		n := 0
		for i := range 50 {
			n += min(1, other.count(fmt.Sprintf("/%d", i)))
		}
		return n == 50
	})
	d.stop(t)
	select {
	case got := <-leaked:
		t.Errorf("another host was sent %q", got)
	default:
	}
}

// TestReloadMany: polling goes on while a configuration of 10,000 sources is
// taken on.
func TestReloadMany(t *testing.T) {
	t.Parallel()
	const many = 10_000
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t), more: "min_interval = \"100ms\""}
	p.add("pulse", up.URL+"/pulse", inNews+"\ninterval = \"100ms\"")
	for i := range many {
		p.add(fmt.Sprintf("f%d", i), fmt.Sprintf("file:%d.xml", i), inNews+"\ninterval = \"1d\"")
		if i%10 == 0 {
			writeFile(t, dir, fmt.Sprintf("%d.xml", i), `<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>`)
		}
	}
	d := serveProcess(t, writeFile(t, dir, "feeds.toml", p.text()), p.listen)
	waitFor(t, time.Minute, "the first polls", func() bool { return controlledPolls(t, filepath.Join(dir, "feeds.toml")) > many })
	for i := range many / 2 {
		p.find(fmt.Sprintf("f%d", i)).rest = inExtra + "\ninterval = \"2d\""
	}
	p.sources = p.sources[:len(p.sources)-100]
	text := p.text()
	began := time.Now()
	writeFile(t, dir, "feeds.toml", text)
	d.hangup(t)
	d.logged(t, takenOn, 1)
	took := time.Since(began)
	up.waitAsked(t, "/pulse", up.count("/pulse")+5)
	longest := time.Duration(0)
	times := up.times("/pulse")
	for i := 1; i < len(times); i++ {
		if times[i].After(began) {
			longest = max(longest, times[i].Sub(times[i-1]))
		}
	}
	t.Logf("taken on in %s; the longest time between two polls of a source with an interval of 100ms was %s", took, longest)
	if longest > 2*time.Second {
		t.Errorf("polling stood still for %s", longest)
	}
	d.stop(t)
}

func controlledPolls(t testing.TB, config string) int64 {
	return controlled[processStatus](t, config, "/status").Polls
}
