package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// binary is tributary as a user runs it, built once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tributary-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tributary")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build tributary: %w\n%s", err, out)
	}
	return path, nil
})

func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), path, args...)
}

// A result is how a command ended.
type result struct {
	code        int
	out, stderr string
}

// tributary runs a command to its end.
func tributary(t testing.TB, args ...string) result {
	t.Helper()
	cmd := command(t, args...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	r := result{code: cmd.ProcessState.ExitCode(), out: out.String(), stderr: stderr.String()}
	if strings.Contains(r.stderr, "goroutine ") {
		t.Fatalf("tributary %v crashed:\n%s", args, r.stderr)
	}
	return r
}

// must runs a command that has to end with exit code 0.
func must(t testing.TB, args ...string) result {
	t.Helper()
	r := tributary(t, args...)
	if r.code != 0 {
		t.Fatalf("tributary %v: exit %d\n%s%s", args, r.code, r.out, r.stderr)
	}
	return r
}

// A process is a running `tributary serve`.
type process struct {
	url string
	cmd *exec.Cmd
	log *lockedBuffer
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// serveProcess starts `tributary serve` and waits until it answers.
func serveProcess(t testing.TB, config, address string) *process {
	t.Helper()
	return daemonProcess(t, address, "serve", "--config", config)
}

// daemonProcess starts a command that publishes on address, and waits until
// it answers.
func daemonProcess(t testing.TB, address string, args ...string) *process {
	t.Helper()
	d := &process{url: "http://" + address, cmd: command(t, args...), log: &lockedBuffer{}}
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill() // it may have ended
		_ = d.cmd.Wait()         // likewise
	})
	waitFor(t, 20*time.Second, "tributary to answer", func() bool {
		resp, err := http.Get(d.url + "/")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return d
}

// stop ends the daemon as a service manager would, and checks that it does
// so in time and without a complaint.
func (d *process) stop(t testing.TB) {
	t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := d.cmd.Wait(); err != nil {
		t.Fatalf("serve ended with %v\n%s", err, d.log)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("serve took %s to stop, want at most 5s", took)
	}
}

// waitFor polls until a condition holds.
func waitFor(t testing.TB, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain for %s", limit, what)
		}
	}
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// get fetches a URL with headers given as name, value, name, value.
func get(t testing.TB, url string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// writeFile writes a file into a test's folder and returns its path.
func writeFile(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// jsonLines decodes one value a line.
func jsonLines[T any](t testing.TB, text string) []T {
	t.Helper()
	var out []T
	for dec := json.NewDecoder(strings.NewReader(text)); dec.More(); {
		var v T
		if err := dec.Decode(&v); err != nil {
			t.Fatalf("not JSON lines: %v\n%s", err, text)
		}
		out = append(out, v)
	}
	return out
}

// simulatorConfig writes a feeds.toml that polls the simulator's feeds.
func simulatorConfig(t testing.TB, dir string, up *testshared.Upstream, head string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("[aggregator]\nallow_networks = [\"127.0.0.0/8\"]\nhost_gap = \"0s\"\nmin_interval = \"1h\"\n[category.sim]\nlabel = \"Simulator\"\n")
	for _, f := range up.Feeds {
		fmt.Fprintf(&b, "[source.f%d]\nurl = %q\ncategories = [\"sim\"]\n", f.ID, f.URL)
	}
	return writeFile(t, dir, "feeds.toml", b.String())
}
