package testshared

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An Upstream is a running upstream simulator (../shared/upstream).
type Upstream struct {
	URL   string // of its first host, without a slash at its end
	Feeds []UpstreamFeed
}

// An UpstreamFeed is what the simulator says of one of its feeds.
type UpstreamFeed struct {
	ID       int    `json:"id"`
	URL      string `json:"url"`
	Title    string `json:"title"`
	Category string `json:"category"`
	Format   string `json:"format"`
	Charset  string `json:"charset"`
	Items    int    `json:"items"`
	Version  int    `json:"version"`
	Fault    string `json:"fault"`
}

// StartUpstream builds the simulator, runs it on a free port until the test
// ends, and waits until it answers.
func StartUpstream(t testing.TB, flags ...string) *Upstream {
	t.Helper()
	bin := buildUpstream(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bin, append([]string{"-port", fmt.Sprint(port)}, flags...)...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()         // killed by us
	})
	u := &Upstream{URL: fmt.Sprintf("http://127.0.0.1:%d", port)}
	deadline := time.Now().Add(time.Minute)
	for {
		err := u.Get(t.Context(), "/feeds", &u.Feeds)
		if err == nil {
			err = u.listens(t.Context())
		}
		if err == nil {
			return u
		}
		if time.Now().After(deadline) {
			t.Fatalf("the upstream simulator does not answer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// listens returns an error unless all hosts of the feeds do: the first one
// answers before the others are there.
func (u *Upstream) listens(ctx context.Context) error {
	hosts := map[string]bool{}
	for i := range u.Feeds {
		at, err := url.Parse(u.Feeds[i].URL)
		if err != nil {
			return err
		}
		if hosts[at.Host] {
			continue
		}
		hosts[at.Host] = true
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", at.Host)
		if err != nil {
			return err
		}
		if err := conn.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Get reads the JSON at a path of the simulator's own.
func (u *Upstream) Get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.URL+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

// Post sends a control request such as "/control?change=1".
func (u *Upstream) Post(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.URL+path, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// buildUpstream compiles the simulator into the test's own folder; Go's build
// cache makes that a matter of linking.
func buildUpstream(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "upstream")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".")
	cmd.Dir = Dir(t, "upstream")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the upstream simulator: %v\n%s", err, out)
	}
	return path
}
