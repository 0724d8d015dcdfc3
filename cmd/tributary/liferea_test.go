//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// A liferea is the graphical reader Liferea on a screen of its own. It is told
// to refresh over D-Bus; what it shows is read from its database.
type liferea struct {
	home string
	env  []string
	site *recorder
}

// lifereaFeeds are what it subscribes to. It knows no JSON Feed.
var lifereaFeeds = []string{"/news/atom.xml", "/news/rss.xml"}

// lifereaItems prints how many items Liferea has of each subscription.
const lifereaItems = `
import sqlite3, sys
for n in sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True, timeout=10).execute("select count(*) from items group by node_id"):
    print(n[0])
`

// startLiferea subscribes to a site's feeds and waits for their first entries.
func startLiferea(t *testing.T, dir, site string) *liferea {
	t.Helper()
	liferea := &liferea{home: filepath.Join(dir, "home"), site: newRecorder(t, site)}
	program, session, screen := testshared.Tool(t, "liferea"), testshared.Tool(t, "dbus-run-session"), testshared.Tool(t, "Xvfb")
	writeFile(t, liferea.home, ".config/liferea/feedlist.opml", fmt.Sprintf(`<opml version="1.0"><head><title>Feeds</title></head><body>
<outline title="Atom" text="Atom" type="atom" xmlUrl="%[1]s%[2]s" id="atomfeed"/>
<outline title="RSS" text="RSS" type="rss" xmlUrl="%[1]s%[3]s" id="rssfeed"/>
</body></opml>`, liferea.site.url, lifereaFeeds[0], lifereaFeeds[1]))
	runtime := filepath.Join(liferea.home, "run")
	if err := os.Mkdir(runtime, 0o700); err != nil {
		t.Fatal(err)
	}
	liferea.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + liferea.home, "XDG_RUNTIME_DIR=" + runtime, "LANG=C.UTF-8", "GSETTINGS_BACKEND=memory",
	}
	display := liferea.background(t, screen, "-displayfd", "1", "-nolisten", "tcp")
	liferea.env = append(liferea.env, "DISPLAY=:"+display)
	bus := liferea.background(t, session, "--", "sh", "-c", `echo "$DBUS_SESSION_BUS_ADDRESS"; exec "$0" --disable-plugins --mainwindow-state=hidden`, program)
	liferea.env = append(liferea.env, "DBUS_SESSION_BUS_ADDRESS="+bus)
	waitFor(t, time.Minute, "Liferea to have both feeds", func() bool {
		_ = liferea.refresh(t) // it may not hear yet
		return len(liferea.items(t)) == len(lifereaFeeds)
	})
	return liferea
}

// background starts a program that runs, with all that it starts, until the
// test ends, and returns its first line.
func (l *liferea) background(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...) // the cleanup ends it
	cmd.Env, cmd.SysProcAttr = l.env, &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may have ended
		_ = cmd.Wait()                                      // likewise
	})
	first := make(chan string, 1)
	go func() {
		lines := bufio.NewReader(out)
		line, _ := lines.ReadString('\n') // an empty one is told of
		first <- strings.TrimSpace(line)
		_, _ = lines.WriteTo(discard{}) // until it ends
	}()
	select {
	case line := <-first:
		if line == "" {
			t.Fatalf("%s ended at once", name)
		}
		return line
	case <-time.After(30 * time.Second):
		t.Fatalf("%s says nothing", name)
		return ""
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// items returns how many items it has of each subscription it has any of.
func (l *liferea) items(t *testing.T) []string {
	t.Helper()
	path := filepath.Join(l.home, ".local", "share", "liferea", "liferea.db")
	out, err := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", lifereaItems, path).Output()
	if err != nil { // it is not there yet
		return nil
	}
	return strings.Fields(string(out))
}

// refresh tells it to ask for its feeds, and gives it a moment.
func (l *liferea) refresh(t *testing.T) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "dbus-send", "--session", "--print-reply", "--reply-timeout=5000",
		"--dest=org.gnome.feed.Reader", "/org/gnome/feed/Reader", "org.gnome.feed.Reader.Refresh")
	cmd.Env = l.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("tell Liferea to refresh: %w\n%s", err, out)
	}
	time.Sleep(300 * time.Millisecond)
	return nil
}

// look has Liferea ask twice for each feed: the second time is after it has
// taken in what it was sent the first time.
func (l *liferea) look(t *testing.T, _ string) string {
	t.Helper()
	for range 2 {
		before := map[string]int{}
		for _, path := range lifereaFeeds {
			before[path] = l.site.conditional(path)
		}
		waitFor(t, 30*time.Second, "Liferea to ask for both feeds", func() bool {
			if err := l.refresh(t); err != nil {
				t.Fatal(err)
			}
			return l.site.conditional(lifereaFeeds[0]) > before[lifereaFeeds[0]] && l.site.conditional(lifereaFeeds[1]) > before[lifereaFeeds[1]]
		})
	}
	seen := l.items(t)
	if len(seen) == 2 && seen[0] == seen[1] {
		return seen[0]
	}
	return strings.Join(seen, " and ")
}

// TestLiferea: the same for a graphical reader, which stays open all the while.
func TestLiferea(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"liferea", "dbus-run-session", "dbus-send", "Xvfb"} {
		testshared.Tool(t, name)
	}
	dir := t.TempDir()
	follow(t, dir, func(site string) map[string]look {
		return map[string]look{"Liferea": startLiferea(t, dir, site).look}
	})
}
