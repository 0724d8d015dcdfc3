package main

import (
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowDaemon is a daemon with polls under way that nobody answers, and with
// readers that do not read.
func slowDaemon(t *testing.T, up *origin, polls int) (d *process, config string, release []func()) {
	t.Helper()
	p := &plan{listen: freeAddress(t)}
	for i := range polls {
		path := fmt.Sprintf("/%d", i)
		release = append(release, up.hold(path))
		p.add(fmt.Sprintf("s%d", i), up.URL+path, inNews)
	}
	config = writeFile(t, t.TempDir(), "feeds.toml", p.text())
	d = serveProcess(t, config, p.listen)
	for i := range polls {
		up.waitAsked(t, fmt.Sprintf("/%d", i), 1)
	}
	for _, words := range []string{"", "GET /news/ HT", "POST /news/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		reader, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.listen)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { reader.Close() })
		if _, err := reader.Write([]byte(words)); err != nil {
			t.Fatal(err)
		}
	}
	return d, config, release
}

// TestShutdown: serve ends within 5 seconds whoever keeps it waiting, and what
// was answered meanwhile is stored.
func TestShutdown(t *testing.T) {
	t.Parallel()
	up := newOrigin(t)
	const polls, answered = 20, 10
	d, config, release := slowDaemon(t, up, polls)
	go func() {
		time.Sleep(500 * time.Millisecond) // until it is stopping
		for _, answer := range release[:answered] {
			answer()
		}
	}()
	d.stop(t) // it checks the time and the exit code
	rows := jsonLines[sourceRow](t, must(t, "sources", "--json", "--config", config).out)
	if len(rows) != polls {
		t.Fatalf("%d sources", len(rows))
	}
	for i := range polls {
		for _, row := range rows {
			switch {
			case string(row.Source) != fmt.Sprintf("s%d", i):
			case i < answered && (row.LastSuccess == nil || row.State != "ok"):
				t.Errorf("%s was answered, and is %s: last success %v", row.Source, row.State, row.LastSuccess)
			case i >= answered && (row.LastPoll != nil || row.Failures > 0):
				t.Errorf("%s was not answered: %+v; want nothing held against it", row.Source, row)
			}
		}
	}
	if n := strings.Count(must(t, "entries", "news", "--config", config).out, "Entry of "); n != answered {
		t.Errorf("%d entries are stored, want %d", n, answered)
	}
}

// TestSecondSignal: whoever does not want to wait asks twice.
func TestSecondSignal(t *testing.T) {
	d, config, _ := slowDaemon(t, newOrigin(t), 3)
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // so that they are two
	began := time.Now()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait() // looked at below
	status, ok := d.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if took := time.Since(began); !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM || took > time.Second {
		t.Errorf("it ended with %s after %s, want at once by the signal\n%s", d.cmd.ProcessState, took, d.log)
	}
	must(t, "sources", "--config", config) // the store is whole
}
