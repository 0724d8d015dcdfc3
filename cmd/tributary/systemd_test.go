package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/storage"
)

// A manager is systemd's end of sd_notify(3).
type manager struct {
	mu   sync.Mutex
	said []notice
}

type notice struct {
	text string
	at   time.Time
}

// newManager listens where daemons that are started from now on say how they are.
func newManager(t *testing.T) *manager {
	dir, err := os.MkdirTemp("", "notify") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // a folder in the temporary one harms nobody
	path := filepath.Join(dir, "s")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	m := &manager{}
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			m.mu.Lock()
			m.said = append(m.said, notice{string(b[:n]), time.Now()})
			m.mu.Unlock()
		}
	}()
	return m
}

// heard returns the notices that begin with a word.
func (m *manager) heard(word string) (out []notice) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.said {
		if strings.HasPrefix(n.text, word) {
			out = append(out, n)
		}
	}
	return out
}

func (m *manager) wait(t testing.TB, word string, n int) {
	t.Helper()
	waitFor(t, 20*time.Second, fmt.Sprintf("%s, %d times", word, n), func() bool { return len(m.heard(word)) >= n })
}

// TestSystemd: what a service of Type=notify-reload says of itself.
func TestSystemd(t *testing.T) {
	m := newManager(t)
	const limit = 1500 * time.Millisecond
	t.Setenv("WATCHDOG_USEC", strconv.FormatInt(limit.Microseconds(), 10))
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t)}
	p.add("a", up.URL+"/a", inNews)
	d := serveProcess(t, writeFile(t, dir, "feeds.toml", p.text()), p.listen)
	m.wait(t, "READY=1", 1)
	m.wait(t, "WATCHDOG=1", 5)

	p.add("b", up.URL+"/b", inNews)
	for i, text := range []string{p.text(), "broken"} {
		before := monotonic(t)
		writeFile(t, dir, "feeds.toml", text)
		d.hangup(t)
		m.wait(t, "RELOADING=1\nMONOTONIC_USEC=", i+1)
		m.wait(t, "READY=1", i+2)
		_, usec, _ := strings.Cut(m.heard("RELOADING=1")[i].text, "MONOTONIC_USEC=")
		if at, err := strconv.ParseInt(strings.TrimSpace(usec), 10, 64); err != nil || at < before || at > monotonic(t)+100_000 {
			t.Errorf("it reloads at %q, want a moment of the monotonic clock after %d", usec, before)
		}
	}
	m.wait(t, "WATCHDOG=1\nSTATUS=2 polls, 0 failed, 2 new entries", 1)
	d.stop(t)
	m.wait(t, "STOPPING=1", 1)
	fed := m.heard("WATCHDOG=1")
	for i := 1; i < len(fed); i++ {
		if gap := fed[i].at.Sub(fed[i-1].at); gap > limit {
			t.Errorf("the watchdog was not fed for %s", gap)
		}
	}
}

// monotonic reads the clock that systemd compares with, in µs.
func monotonic(t testing.TB) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Skipf("the monotonic clock is read from /proc: %v", err)
	}
	seconds, err := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64((seconds - 0.02) * 1e6) // it is rounded
}

// A stuckStore is a store whose Claim hangs while it is locked, as on a disk
// that does not answer.
type stuckStore struct {
	storage.Store
	sync.RWMutex
}

func (s *stuckStore) Claim(ctx context.Context, c storage.Claim) ([]feed.State, error) {
	s.RLock()
	defer s.RUnlock()
	return s.Store.Claim(ctx, c)
}

// TestWatchdogOfStuckPolling: the watchdog is fed as long as polling looks for
// what is due, not as long as the process runs.
func TestWatchdogOfStuckPolling(t *testing.T) {
	m := newManager(t)
	const every = 100 * time.Millisecond // a third of the watchdog's time
	t.Setenv("WATCHDOG_USEC", strconv.FormatInt((3*every).Microseconds(), 10))
	t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	cfg, err := loadConfig(writeFile(t, t.TempDir(), "feeds.toml", "[category.c]\n[source.a]\nurl = \"file:a.xml\"\ncategories = [\"c\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer a.store.Close()
	stuck := &stuckStore{Store: a.store}
	a.store = stuck
	d := newDaemon(a)
	ctx, cancel := context.WithCancel(t.Context())
	var parts sync.WaitGroup
	parts.Go(func() { _ = d.polls.Run(ctx) }) // its end is awaited only
	parts.Go(func() { _ = d.supervise(ctx) }) // likewise
	m.wait(t, "WATCHDOG=1", 3)

	stuck.Lock()
	time.Sleep(5 * every) // what was seen before counts for a while
	before := len(m.heard("WATCHDOG=1"))
	time.Sleep(10 * every)
	if n := len(m.heard("WATCHDOG=1")) - before; n > 0 {
		t.Errorf("polling is stuck, and the watchdog was fed %d times", n)
	}
	stuck.Unlock()
	m.wait(t, "WATCHDOG=1", before+2)
	cancel()
	parts.Wait()
}

// TestUnit has systemd look at the unit that comes with tributary.
func TestUnit(t *testing.T) {
	analyze := testshared.Tool(t, "systemd-analyze")
	text, err := os.ReadFile(filepath.Join(testshared.Root(t), "docs", "tributary.service"))
	if err != nil {
		t.Fatal(err)
	}
	version, err := exec.CommandContext(t.Context(), analyze, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := strconv.Atoi(strings.Fields(string(version))[1]); err == nil && n < 253 {
		text = []byte(strings.Replace(string(text), "Type=notify-reload", "Type=notify\nExecReload=kill -HUP $MAINPID", 1)) // as its head says
	}
	here, err := binary() // it is to be there
	if err != nil {
		t.Fatal(err)
	}
	unit := writeFile(t, t.TempDir(), "tributary.service", strings.ReplaceAll(string(text), "/usr/local/bin/tributary", here))
	if out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", unit).CombinedOutput(); err != nil || strings.Contains(string(out), "tributary.service") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	// It is exposed by 1.4 of 10, most of that for the network; newer versions may look at more.
	if out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--no-pager", "--threshold=20", unit).CombinedOutput(); err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}
