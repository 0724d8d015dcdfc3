package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// withServer adds tables to the configuration of the examples.
func withServer(t testing.TB, dir, address, tables string) string {
	t.Helper()
	path := examplesConfig(t, dir, address)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return writeFile(t, dir, "feeds.toml", string(text)+tables)
}

// started starts `tributary serve` and waits until it listens.
func started(t testing.TB, config string) *process {
	t.Helper()
	d := &process{cmd: command(t, "serve", "--config", config), log: &lockedBuffer{}}
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill() // it may have ended
		_ = d.cmd.Wait()         // likewise
	})
	d.logged(t, "listening on", 1)
	return d
}

// published waits until a document has entries, and returns its ETag.
func (d *process) published(t testing.TB, path string) string {
	t.Helper()
	var etag string
	waitFor(t, 20*time.Second, path, func() bool {
		resp, body := get(t, d.url+path)
		etag = resp.Header.Get("ETag")
		return resp.StatusCode == http.StatusOK && strings.Contains(string(body), "<entry")
	})
	return etag
}

// series returns the value of a series of a scrape, "" when it is not there.
func series(text []byte, name string) string {
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindSubmatch(text)
	if m == nil {
		return ""
	}
	return string(m[1])
}

// The operator's listener tells what there is, the readers' nothing of it.
func TestAdmin(t *testing.T) {
	t.Parallel()
	address, adminAddress := freeAddress(t), freeAddress(t)
	d := serveProcess(t, withServer(t, t.TempDir(), address, fmt.Sprintf("[admin]\nlisten = %q\n", adminAddress)), address)
	admin := "http://" + adminAddress
	etag := d.published(t, "/posts/atom.xml")
	_, before := get(t, admin+"/metrics")
	for range 3 {
		get(t, d.url+"/posts/atom.xml")
	}
	get(t, d.url+"/posts/atom.xml", "If-None-Match", etag)
	get(t, d.url+"/posts/rss.xml", "Connection", "Upgrade", "Upgrade", "none") // not the quick way
	get(t, d.url+"/nowhere")
	_, after := get(t, admin+"/metrics")
	for name, more := range map[string]int{
		`tributary_http_requests_total{format="atom",status="2xx"}`:  3,
		`tributary_http_requests_total{format="atom",status="3xx"}`:  1,
		`tributary_http_requests_total{format="rss",status="2xx"}`:   1,
		`tributary_http_requests_total{format="other",status="4xx"}`: 1,
		`tributary_http_request_seconds_count`:                       6,
	} {
		was, _ := strconv.Atoi(series(before, name)) // one that is not there yet is 0
		is, _ := strconv.Atoi(series(after, name))
		if is-was != more {
			t.Errorf("%s went from %d to %d, want %d more", name, was, is, more)
		}
	}
	for _, name := range []string{"tributary_store_bytes", "tributary_polls_total", "tributary_renderings_total", "tributary_http_connections", "process_resident_memory_bytes", "go_goroutines",
		`tributary_poll_lateness_seconds{quantile="0.99"}`, `tributary_http_body_bytes_total{format="atom"}`} {
		if v := series(after, name); v == "" || v == "0" && !strings.Contains(name, "lateness") {
			t.Errorf("%s is %q", name, v)
		}
	}
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": "ready", "/sources": `"source":"posts"`, "/status": `"polls":`, "/debug/pprof/goroutine?debug=1": "goroutine profile",
	} {
		resp, body := get(t, admin+path)
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s, %.200s", path, resp.Status, body)
		}
		if resp, _ := get(t, d.url+path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("readers get %s: %s", path, resp.Status)
		}
	}
	if resp, _ := get(t, d.url+"/metrics"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("readers get the metrics: %s", resp.Status)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, admin+"/sources", nil)
	req.Host = "rebound.example"
	if resp, err := http.DefaultClient.Do(req); err != nil || resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("a page of another name gets %v, %v", resp, err)
	}
	d.stop(t)
}

// Each request has a line, over a rotation of the file and up to the last one
// before the end.
func TestRequestLog(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	config := withServer(t, dir, address, "[server]\naccess_log = \"access.log\"\ntrusted_proxies = [\"127.0.0.1\"]\n")
	d := serveProcess(t, config, address)
	d.published(t, "/posts/atom.xml")
	path := filepath.Join(dir, "access.log")
	resp, body := get(t, d.url+"/posts/rss.xml?a=%22b", "User-Agent", "a \"reader\"\\", "Referer", "https://x.example/", "X-Forwarded-For", "203.0.113.9, 2001:db8::7")
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	want := regexp.MustCompile(fmt.Sprintf(`(?m)^2001:db8::7 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /posts/rss\.xml\?a=%%22b HTTP/1\.1" 200 \d+ "https://x\.example/" "a \\"reader\\"\\\\"$`))
	waitFor(t, 5*time.Second, "the line of the request", func() bool {
		text, _ := os.ReadFile(path)
		return want.Match(text)
	})
	if len(body) == 0 {
		t.Error("nothing was sent")
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	get(t, d.url+"/posts/?before")
	d.hangup(t)
	d.logged(t, takenOn, 1)
	get(t, d.url+"/posts/?after")
	get(t, d.url+"/posts/?last", "Connection", "Upgrade", "Upgrade", "none")
	d.stop(t)
	old, _ := os.ReadFile(path + ".1")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(old), "?before") || strings.Contains(string(old), "?after") || !strings.Contains(string(text), "?after") || !strings.Contains(string(text), "?last") {
		t.Errorf("before the rotation\n%s\nafter\n%s", old, text)
	}
}

// What a stranger claims about who asks is not taken; the short form goes to
// standard output.
func TestRequestLogOfStrangers(t *testing.T) {
	address := freeAddress(t)
	d := serveProcess(t, withServer(t, t.TempDir(), address, "[server]\naccess_log = \"-\"\naccess_log_format = \"common\"\n"), address)
	get(t, d.url+"/?plain", "X-Forwarded-For", "203.0.113.9", "Forwarded", "for=203.0.113.9", "User-Agent", "nobody")
	d.stop(t)
	if line := regexp.MustCompile(`(?m)^127\.0\.0\.1 - - \[[^]]+\] "GET /\?plain HTTP/1\.1" 200 \d+$`); !line.MatchString(d.log.String()) {
		t.Errorf("no line like %s in\n%s", line, d.log)
	}
}

// secureClient trusts the authority of a folder.
func secureClient(t testing.TB, dir string, protocols ...string) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, NextProtos: protocols}, ForceAttemptHTTP2: len(protocols) == 0}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 10 * time.Second}
}

// TLS with HTTP/2, and a certificate that is renewed while readers stay
// connected.
func TestTLS(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	n := &nginx{dir: dir}
	n.certify(t)
	config := withServer(t, dir, address, "[server]\ntls_cert = \"server.pem\"\ntls_key = \"server.key\"\naccess_log = \"access.log\"\n")
	d := started(t, config)
	url := "https://" + address + "/posts/atom.xml"
	old := secureClient(t, dir)
	resp := ask(t, old, url)
	if resp.ProtoMajor != 2 {
		t.Errorf("%s, want HTTP/2", resp.Proto)
	}
	if resp := ask(t, secureClient(t, dir, "http/1.1"), url); resp.ProtoMajor != 1 {
		t.Errorf("%s, want HTTP/1.1", resp.Proto)
	}
	if resp, _ := get(t, "http://"+address+"/"); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("without TLS: %s", resp.Status)
	}
	writeFile(t, dir, "server.key", "no key")
	d.logged(t, "the new certificate cannot be used, the old one stays", 1)
	if ask(t, secureClient(t, dir), url).StatusCode != http.StatusOK {
		t.Error("a broken key ends TLS")
	}
	n.certify(t) // of a new authority
	d.logged(t, "certificate taken on", 1)
	if resp := ask(t, secureClient(t, dir), url); resp.StatusCode != http.StatusOK {
		t.Errorf("by the new certificate: %s", resp.Status)
	}
	if resp := ask(t, old, url); resp.StatusCode != http.StatusOK { // on its connection: it does not trust the new one
		t.Errorf("who was connected before: %s", resp.Status)
	}
	d.stop(t)
	writeFile(t, dir, "server.key", "no key")
	for _, args := range [][]string{{"serve"}, {"config", "check"}} {
		if r := tributary(t, append(args, "--config", config)...); r.code != 2 || !strings.Contains(r.stderr, "tls_cert") {
			t.Errorf("%v with a broken key: exit %d, %s", args, r.code, r.stderr)
		}
	}
	if log, _ := os.ReadFile(filepath.Join(dir, "access.log")); !strings.Contains(string(log), `"GET /posts/atom.xml HTTP/2.0" 200`) {
		t.Errorf("the request log has no line of HTTP/2:\n%s", log)
	}
}

func ask(t testing.TB, c *http.Client, url string) *http.Response {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body) // so that the connection is kept
	resp.Body.Close()
	return resp
}

// A UNIX socket: who may connect, one that a kill has left, one that is in use.
func TestUNIXSocket(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "web.sock")
	config := withServer(t, dir, "localhost:1", "[server]\nsocket_mode = \"0600\"\naccess_log = \"-\"\n")
	text, _ := os.ReadFile(config)
	writeFile(t, dir, "feeds.toml", strings.Replace(string(text), `"localhost:1"`, `"unix:web.sock"`, 1))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	d := started(t, config)
	if resp := ask(t, client, "http://x/posts/"); resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: want mode 0600", info, err)
	}
	writeFile(t, dir, "other/feeds.toml", strings.ReplaceAll(string(text), `"localhost:1"`, fmt.Sprintf("%q", "unix:"+socket)))
	if r := tributary(t, "serve", "--config", filepath.Join(dir, "other/feeds.toml")); r.code == 0 || !strings.Contains(r.stderr, "another program listens there") {
		t.Errorf("a second one: exit %d, %s", r.code, r.stderr)
	}
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait() // killed
	again := started(t, config)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/?proxied", nil)
	req.Header.Set("Forwarded", `for="[2001:db8::9]:4711";proto=https`)
	if resp, err := client.Do(req); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	again.stop(t)
	if !strings.Contains(again.log.String(), "\n2001:db8::9 - - [") {
		t.Errorf("the proxy's word is not taken:\n%s", again.log)
	}
	if _, err := os.Stat(socket); err == nil {
		t.Error("the socket is still there")
	}
}

func dialed(t testing.TB, address string) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// closedWithin checks that the other side ends a connection, in that time.
func closedWithin(t testing.TB, c net.Conn, most time.Duration, what string) {
	t.Helper()
	began := time.Now()
	_ = c.SetReadDeadline(began.Add(most)) // reading tells
	if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Errorf("%s is still connected after %s", what, most)
	}
}

// Connections that do nothing, or too slowly, end; too many are refused; who
// behaves is answered all the while.
func TestServerLimits(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	tables := func(perClient int, more string) string {
		return fmt.Sprintf("[server]\nmax_connections_per_client = %d\nheader_timeout = \"1s\"\nbody_timeout = \"1s\"\nidle_timeout = \"1s\"\nwrite_timeout = \"1s\"\nmax_header = \"8 KiB\"\n%s", perClient, more)
	}
	d := serveProcess(t, withServer(t, dir, address, tables(8, "")), address)
	d.published(t, "/posts/atom.xml")
	for what, sent := range map[string]string{
		"one who says nothing":        "",
		"half a header":               "GET /posts/atom.xml HTTP/1.1\r\nHost: x\r\n",
		"half a body":                 "POST /posts/atom.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
		"one who asks no more":        "GET /posts/atom.xml HTTP/1.1\r\nHost: x\r\n\r\n",
		"one who asks no more, oddly": "GET /posts/atom.xml HTTP/1.1\r\nHost: x\r\nPragma: x\r\n\r\n",
	} {
		c := dialed(t, address)
		fmt.Fprint(c, sent)
		closedWithin(t, c, 5*time.Second, what)
		c.Close()
	}
	c := dialed(t, address)
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nA: %s\r\n\r\n", strings.Repeat("a", 20<<10))
	if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a long header: %v, %v", resp, err)
	}
	c.Close()

	// One address has its number of connections, and no more.
	writeFile(t, dir, "feeds.toml", "") // not yet: a broken file changes nothing
	var held []net.Conn
	waitFor(t, 10*time.Second, "a connection to be refused", func() bool {
		c := dialed(t, address)
		held = append(held, c)
		_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // reading tells
		_, err := c.Read(make([]byte, 1))
		return err != nil && !strings.Contains(err.Error(), "timeout")
	})
	if len(held) < 5 || len(held) > 20 {
		t.Errorf("refused at the %d. connection, want about the 9th", len(held))
	}
	for _, c := range held {
		c.Close()
	}
	d.logged(t, "a connection was refused", 1)
	d.logged(t, "server.max_connections_per_client", 1)
	d.stop(t)
}

// A reload changes limits and logs and drops nobody.
func TestServerReload(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	d := serveProcess(t, withServer(t, dir, address, "[server]\naccess_log = \"one.log\"\n"), address)
	d.published(t, "/posts/atom.xml")
	quick, slow := dialed(t, address), dialed(t, address)
	read := map[net.Conn]*bufio.Reader{quick: bufio.NewReader(quick), slow: bufio.NewReader(slow)}
	again := func(c net.Conn, path, more string) {
		t.Helper()
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, more)
		resp, err := http.ReadResponse(read[c], nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %v", path, resp, err)
		}
		_, _ = io.Copy(io.Discard, resp.Body) // the next answer is behind it
	}
	again(quick, "/posts/?first", "")
	again(slow, "/posts/?first", "Pragma: x\r\n")
	withServer(t, dir, address, fmt.Sprintf("[server]\naccess_log = \"two.log\"\nmax_connections = 100\nidle_timeout = \"90s\"\n[admin]\nlisten = %q\n", freeAddress(t)))
	d.hangup(t)
	d.logged(t, takenOn, 1)
	d.logged(t, `"keys":"admin.listen"`, 1)
	again(quick, "/posts/?second", "")
	again(slow, "/posts/?second", "Pragma: x\r\n")
	again(dialed2(t, address, read), "/posts/?third", "")
	withServer(t, dir, address, "[server]\naccess_log = \"no/such/folder/log\"\n")
	d.hangup(t)
	d.logged(t, "access_log", 1)
	again(quick, "/posts/?fourth", "")
	d.stop(t)
	one, _ := os.ReadFile(filepath.Join(dir, "one.log"))
	two, _ := os.ReadFile(filepath.Join(dir, "two.log"))
	if strings.Count(string(one), "?first") != 2 || strings.Contains(string(one), "?second") || strings.Count(string(two), "?second") != 2 ||
		!strings.Contains(string(two), "?third") || !strings.Contains(string(two), "?fourth") {
		t.Errorf("one.log\n%s\ntwo.log\n%s", one, two)
	}
}

func dialed2(t testing.TB, address string, read map[net.Conn]*bufio.Reader) net.Conn {
	t.Helper()
	c := dialed(t, address)
	read[c] = bufio.NewReader(c)
	return c
}

// A reader that does not read is cut off once it takes nothing for a while,
// one that reads slowly is not; both hold up nobody.
func TestSlowReaders(t *testing.T) {
	up := newOrigin(t)
	p := &plan{listen: freeAddress(t)}
	for i := range 200 {
		p.add(fmt.Sprintf("s%d", i), fmt.Sprintf("%s/%d", up.URL, i), inNews)
	}
	text := strings.Replace(p.text(), "[aggregator]", "[server]\nwrite_timeout = \"1s\"\n[aggregator]", 1)
	text = strings.Replace(text, "[site]\n", "[site]\nlimit = 200\n", 1)
	d := serveProcess(t, writeFile(t, t.TempDir(), "feeds.toml", text), p.listen)
	waitFor(t, 30*time.Second, "the entries", func() bool { return d.has(t, "/news/atom.xml", "/199") && d.has(t, "/news/atom.xml", "/0") })
	resp, body := get(t, d.url+"/news/atom.xml")
	if resp.StatusCode != http.StatusOK || len(body) < 50_000 {
		t.Fatalf("%s, %d bytes: too few", resp.Status, len(body))
	}
	const asked = 400 // pipelined: far more than buffers hold
	stuck, slow := dialed(t, p.listen), dialed(t, p.listen)
	for _, c := range []net.Conn{stuck, slow} {
		go fmt.Fprint(c, strings.Repeat("GET /news/atom.xml HTTP/1.1\r\nHost: x\r\n\r\n", asked))
	}
	began := time.Now()
	total := 0
	for buf := make([]byte, 128<<10); time.Since(began) < 4*time.Second; time.Sleep(50 * time.Millisecond) {
		n, err := slow.Read(buf)
		if total += n; err != nil {
			t.Fatalf("the slow reader was cut off after %s and %d bytes: %v", time.Since(began), total, err)
		}
		asked := time.Now()
		if resp, _ := get(t, d.url+"/news/rss.xml"); resp.StatusCode != http.StatusOK || time.Since(asked) > 2*time.Second {
			t.Fatalf("another reader got %s after %s", resp.Status, time.Since(asked))
		}
	}
	_ = stuck.SetReadDeadline(time.Now().Add(20 * time.Second)) // reading tells
	got, err := io.Copy(io.Discard, stuck)
	if whole := int64(asked * len(body)); got >= whole || err != nil && strings.Contains(err.Error(), "timeout") {
		t.Errorf("who read nothing for 4 seconds got %d bytes of %d, %v: want to be cut off", got, whole, err)
	}
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait() // the slow one is cut off
}
