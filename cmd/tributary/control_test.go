package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/internal/cli"
)

// TestControlSocket: only its user may ask the daemon; what kill -9 leaves is
// replaced; the end takes the socket away.
func TestControlSocket(t *testing.T) {
	t.Parallel()
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t)}
	p.add("a", up.URL+"/a", inNews)
	config, socket := writeFile(t, dir, "feeds.toml", p.text()), filepath.Join(dir, "tributary.db.sock")
	d := serveProcess(t, config, p.listen)
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 || info.Mode()&os.ModeSocket == 0 {
		t.Fatalf("the socket is %v, %v; want one with 0600", info, err)
	}
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait() // killed by us
	if _, err := os.Stat(socket); err != nil {
		t.Fatalf("kill -9 leaves no socket, so that this test shows nothing: %v", err)
	}
	must(t, "sources", "--config", config) // without a daemon, in spite of the socket
	d = serveProcess(t, config, p.listen)
	must(t, "sources", "--config", config)
	d.stop(t)
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket is there after the end: %v", err)
	}
}

// TestTwoDaemons: the second on one store is refused in words, and leaves the
// first alone.
func TestTwoDaemons(t *testing.T) {
	t.Parallel()
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t)}
	p.add("a", up.URL+"/a", inNews)
	config := writeFile(t, dir, "feeds.toml", p.text())
	d := serveProcess(t, config, p.listen)
	second := *p
	second.listen = freeAddress(t)
	r := serveRefused(t, writeFile(t, dir, "second.toml", second.text()))
	if !strings.Contains(r.stderr, "tributary.db: another process has it open") || !strings.Contains(r.stderr, "stop the other tributary") {
		t.Errorf("a second daemon says %q", r.stderr)
	}
	if r := must(t, "sources", "--config", config); !strings.Contains(r.out, "a ") {
		t.Errorf("the first answers %q", r.out)
	}
	d.stop(t)
}

// TestLongPath: a store whose path does not fit into a socket's address can be
// asked all the same.
func TestLongPath(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("long paths need /proc")
	}
	up := newOrigin(t)
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	p := &plan{listen: freeAddress(t)}
	p.add("a", up.URL+"/a", inNews)
	config := writeFile(t, dir, "feeds.toml", p.text())
	d := serveProcess(t, config, p.listen)
	up.waitAsked(t, "/a", 1)
	if r := must(t, "poll", "a", "--config", config); up.count("/a") != 2 {
		t.Errorf("asked %d times, want 2: %s", up.count("/a"), r.out)
	}
	if _, err := os.Stat(filepath.Join(dir, "tributary.db.sock")); err != nil {
		t.Errorf("the socket is not beside its store: %v", err)
	}
	d.stop(t)
	if _, err := os.Stat(filepath.Join(dir, "tributary.db.sock")); !os.IsNotExist(err) {
		t.Errorf("the socket is there after the end: %v", err)
	}
}

// TestLongName: one whose very name is too long is served, and a warning says
// what is missing.
func TestLongName(t *testing.T) {
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t)}
	p.add("a", up.URL+"/a", inNews)
	config := writeFile(t, dir, "feeds.toml", "storage = \"bolt:"+strings.Repeat("n", 150)+".db\"\n"+p.text())
	d := serveProcess(t, config, p.listen)
	d.logged(t, "other commands cannot ask this daemon", 1)
	if r := tributary(t, "sources", "--config", config); r.code != cli.ExitFailed || !strings.Contains(r.stderr, "too long for a UNIX socket") {
		t.Errorf("sources: exit %d, %q", r.code, r.stderr)
	}
	d.stop(t)
}

// TestAskedOfDaemon: the same commands give the same with and without a daemon.
func TestAskedOfDaemon(t *testing.T) {
	t.Parallel()
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t)}
	p.add("good", up.URL+"/good", inNews+"\ninterval = \"1h\"")
	p.add("other", "file:nowhere.xml", inNews+"\ninterval = \"1h\"")
	config := writeFile(t, dir, "feeds.toml", p.text())
	d := serveProcess(t, config, p.listen)
	waitFor(t, 20*time.Second, "both to be polled", func() bool { return controlledPolls(t, config) == 2 })
	asked := map[string]result{}
	commands := [][]string{
		{"sources", "--why"}, {"sources", "--json"}, {"sources", "other", "--json"}, {"sources", "god"}, {"sources", "--state", "failing", "--json"},
		{"poll", "good", "--trace"}, {"poll", "othr", "--trace"},
	}
	for _, args := range commands {
		asked[strings.Join(args, " ")] = tributary(t, append(args, "--config", config)...)
	}
	r := tributary(t, "poll", "--config", config)
	if r.code != cli.ExitFailed || !strings.Contains(r.stderr, "tributary serve has bolt:") || !strings.Contains(r.stderr, "tributary poll SOURCE") {
		t.Errorf("poll beside a daemon: exit %d, %q", r.code, r.stderr)
	}
	d.stop(t)
	for _, args := range commands {
		with, without := asked[strings.Join(args, " ")], tributary(t, append(args, "--config", config)...)
		if with.code != without.code || shape(with.out) != shape(without.out) || shape(with.stderr) != shape(without.stderr) {
			t.Errorf("%v gives with a daemon %d\n%s%s\nand without %d\n%s%s", args, with.code, with.out, with.stderr, without.code, without.out, without.stderr)
		}
	}
	if got := up.count("/good"); got != 3 {
		t.Errorf("asked %d times, want 3: by serve, through it, and by poll", got)
	}
}

// shape is a text without what differs from one time to the next: its numbers,
// how times are kept apart, and what only a daemon says.
func shape(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  * ") || strings.HasPrefix(line, "good: ") || strings.HasPrefix(line, "other: ") {
			continue
		}
		line = strings.NewReplacer("h", "", "m", "", "s", "").Replace(line)
		out.WriteString(strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '.' {
				return -1
			}
			return r
		}, line))
	}
	return out.String()
}
