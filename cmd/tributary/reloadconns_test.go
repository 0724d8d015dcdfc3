package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A visitor is a client that notes how often it had to connect. It takes in
// only what is read.
type visitor struct {
	http.Client
	url   string
	odd   string // a header field that has net/http answer
	dials atomic.Int64
}

// newVisitor returns one of a site that speaks TLS, unless way begins with
// "plain", by the authority in a folder.
func newVisitor(t testing.TB, dir, address, way string) *visitor {
	t.Helper()
	v, tr := &visitor{url: "http://" + address}, &http.Transport{}
	switch way {
	case "plain, by net/http":
		v.odd = "Pragma"
	case "TLS":
		tr, _ = secureClient(t, dir, "http/1.1").Transport.(*http.Transport)
	case "HTTP/2":
		tr, _ = secureClient(t, dir).Transport.(*http.Transport)
	}
	if tr.TLSClientConfig != nil {
		v.url = "https://" + address
	}
	tr.DisableCompression = true
	tr.HTTP2 = &http.HTTP2Config{MaxReceiveBufferPerStream: 64 << 10}
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		v.dials.Add(1)
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if tcp, ok := c.(*net.TCPConn); ok {
			err = tcp.SetReadBuffer(32 << 10)
		}
		return c, err
	}
	v.Transport = tr
	t.Cleanup(tr.CloseIdleConnections)
	return v
}

// begin asks for a document and leaves the answer to be read.
func (v *visitor) begin(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+path, nil)
	if err != nil {
		return nil, err
	}
	if v.odd != "" {
		req.Header.Set(v.odd, "x")
	}
	resp, err := v.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, resp.Status)
	}
	return resp, err
}

func (v *visitor) ask(ctx context.Context, path string) (string, error) {
	resp, err := v.begin(ctx, path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// TestReloadDropsNobody: connections outlive changes of the configuration and
// of the certificate, and so does what is being sent on them; a stream of
// events comes to its proper end, and its reader goes on where it was.
func TestReloadDropsNobody(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"plain", "plain, by net/http", "TLS", "HTTP/2"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			reloadDropsNobody(t, way)
		})
	}
}

func reloadDropsNobody(t *testing.T, way string) {
	t.Helper()
	up, dir, address := newUpstreamFeed(t, "Upstream"), t.TempDir(), freeAddress(t)
	for i := range 40 { // more than the system's buffers hold
		up.add(fmt.Sprint(i), fmt.Sprintf("%s/%d", up.URL, i), fmt.Sprintf("Entry %d", i), strings.Repeat("some words of it ", 3000))
	}
	secure := ""
	if !strings.HasPrefix(way, "plain") {
		(&nginx{dir: dir}).certify(t)
		secure = "tls_cert = \"server.pem\"\ntls_key = \"server.key\"\n"
	}
	configure := func(n int) string {
		path := eventsConfig(t, t.TempDir(), address, up.URL, fmt.Sprintf("[server]\nidle_timeout = \"%ds\"\n%s", 90+n, secure))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return writeFile(t, dir, "feeds.toml", strings.Replace(string(text), "[site]\n", fmt.Sprintf("[site]\ntitle = \"Site %d\"\n", n), 1))
	}
	d := started(t, configure(0))
	kept, slow, listener := newVisitor(t, dir, address, way), newVisitor(t, dir, address, way), newVisitor(t, dir, address, way)
	if way == "HTTP/2" { // one connection for all
		slow, listener = kept, kept
	}
	waitFor(t, 20*time.Second, "the entries", func() bool {
		body, err := kept.ask(t.Context(), "/news/atom.xml")
		return err == nil && strings.Contains(body, "Entry 39") && strings.Contains(body, "Entry 0<")
	})
	time.Sleep(300 * time.Millisecond) // until it is rendered for good
	whole, err := kept.ask(t.Context(), "/news/atom.xml")
	if err != nil || len(whole) < 1<<20 {
		t.Fatalf("%d bytes, %v: want far more than the visitor takes in by itself", len(whole), err)
	}
	sending, err := slow.begin(t.Context(), "/news/atom.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer sending.Body.Close()
	stream := listenTo(t, &listener.Client, listener.url+"/news/events", "")
	waitFor(t, 5*time.Second, "the first id", func() bool { _, last := stream.heard(); return last != "" })

	busy, end := context.WithCancel(t.Context())
	var asked atomic.Int64
	done := make(chan error, 1)
	other := newVisitor(t, dir, address, way)
	go func() {
		for busy.Err() == nil {
			if _, err := other.ask(t.Context(), "/news/rss.xml"); err != nil {
				done <- err
				return
			}
			asked.Add(1)
		}
		done <- nil
	}()
	for n := 1; n <= 3; n++ {
		if n == 2 && secure != "" {
			(&nginx{dir: dir}).certify(t) // of another authority: whoever has to connect anew does not trust it
		}
		configure(n)
		d.hangup(t)
		d.logged(t, takenOn, n)
		if body, err := kept.ask(t.Context(), "/"); err != nil || !strings.Contains(body, fmt.Sprintf("Site %d", n)) {
			t.Errorf("who was connected before reload %d: %v\n%.300s", n, err, body)
		}
		stream.ends(t, "the configuration was taken on again")
		if stream.err != nil {
			t.Errorf("a stream of events ends with %v", stream.err)
		}
		_, last := stream.heard()
		stream = listenTo(t, &listener.Client, listener.url+"/news/events", last)
		title := fmt.Sprintf("Late entry %d", n)
		up.add(title, up.URL+"/late/"+fmt.Sprint(n), title, "words")
		stream.waits(t, "entry "+title)
	}
	end()
	if err := <-done; err != nil || asked.Load() < 3 {
		t.Errorf("who asked all the while: %d answers, then %v", asked.Load(), err)
	}
	body, err := io.ReadAll(sending.Body)
	if err != nil || string(body) != whole {
		t.Errorf("what was being sent comes to %d bytes of %d, %v", len(body), len(whole), err)
	}
	for who, v := range map[string]*visitor{"who asked now and then": kept, "who asked all the while": other, "who read slowly": slow, "who listened": listener} {
		if n := v.dials.Load(); n != 1 {
			t.Errorf("%s had to connect %d times", who, n)
		}
	}
	d.stop(t)
}
