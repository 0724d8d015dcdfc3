package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/internal/testshared"
)

// An nginx is a real server with one site on two ports, the second with TLS
// and HTTP/2.
type nginx struct {
	dir           string
	plain, secure string // addresses
}

// The site: feeds compressed on the way, one behind a password, one that moved
// and two of which a minute has one request.
const nginxConfig = `
daemon off; master_process off; pid %[1]s/nginx.pid; error_log %[1]s/error.log notice;
events { worker_connections 64; }
http {
  types { application/atom+xml atom; }
  client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
  log_format asked escape=none '$request_method $request_uri $server_protocol $status [$http_if_none_match] [$http_if_modified_since] [$http_accept_encoding] [$http_referer$http_cookie]';
  access_log %[1]s/access.log asked;
  limit_req_zone $uri zone=minute:1m rate=1r/m;
  ssl_certificate %[1]s/server.pem; ssl_certificate_key %[1]s/server.key;
  server {
    listen %[2]s;
    listen %[3]s ssl http2;
    root %[1]s/www;
    gzip on; gzip_types application/atom+xml; gzip_min_length 100;
    location /strong/ { gzip off; }
    location /private/ { auth_basic "feeds"; auth_basic_user_file %[1]s/htpasswd; }
    location /busy/ { limit_req zone=minute; limit_req_status 429; error_page 429 @later; }
    location /down/ { limit_req zone=minute; limit_req_status 503; error_page 503 @down; }
    location @later { add_header Retry-After 120 always; return 429; }
    location @down { add_header Retry-After 120 always; return 503; }
    location = /old.atom { return 301 /gzip/feed.atom; }
  }
}
`

// startNginx runs Debian's nginx from a folder of the test's own until the
// test ends.
func startNginx(t *testing.T) *nginx {
	t.Helper()
	testshared.Tool(t, "nginx")
	n := &nginx{dir: t.TempDir(), plain: freeAddress(t), secure: freeAddress(t)}
	n.certify(t)
	writeFile(t, n.dir, "htpasswd", "ann:{PLAIN}"+nginxPassword+"\n")
	for _, name := range []string{"gzip/feed.atom", "strong/feed.atom", "private/feed.atom", "busy/feed.atom", "down/feed.atom"} {
		writeFile(t, n.dir, "www/"+name, atomOf(1, 2, 3))
	}
	config := writeFile(t, n.dir, "nginx.conf", fmt.Sprintf(nginxConfig, n.dir, n.plain, n.secure))
	runNginx(t, n.dir, config, n.secure)
	return n
}

// runNginx runs nginx until the test ends, and waits until it listens.
func runNginx(t *testing.T, dir, config, address string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), testshared.Tool(t, "nginx"), "-p", dir, "-c", config, "-e", filepath.Join(dir, "error.log"))
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	log := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = cmd.Wait()                          // likewise
	})
	waitFor(t, 10*time.Second, "nginx to answer", func() bool {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return false
		}
		c.Close()
		return true
	})
}

const nginxPassword = "open-sesame-7"

// atomOf returns a feed of entries with these numbers.
func atomOf(numbers ...int) string {
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:news</id><updated>2026-01-01T00:00:00Z</updated><author><name>Ann</name></author>`)
	for _, n := range numbers {
		fmt.Fprintf(&b, `<entry><title>Entry %[1]d</title><id>urn:entry:%[1]d</id><updated>2026-01-0%[1]dT00:00:00Z</updated><link href="https://example.com/%[1]d"/><summary>What happened, the %[1]d. part.</summary></entry>`, n)
	}
	b.WriteString("</feed>\n")
	return b.String()
}

// certify makes an authority, ca.pem, and the server's certificate by it.
func (n *nginx) certify(t testing.TB) {
	t.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	sign := func(template, parent *x509.Certificate, public *ecdsa.PrivateKey, by *ecdsa.PrivateKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &public.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	write := func(name, kind string, der []byte) {
		writeFile(t, n.dir, name, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	}
	from, to := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "nginx"}, NotBefore: from, NotAfter: to,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	authorityKey, serverKey := key(), key()
	write("ca.pem", "CERTIFICATE", sign(authority, authority, authorityKey, authorityKey))
	write("server.pem", "CERTIFICATE", sign(server, authority, serverKey, authorityKey))
	der, err := x509.MarshalECPrivateKey(serverKey)
	if err != nil {
		t.Fatal(err)
	}
	write("server.key", "EC PRIVATE KEY", der)
}

// log returns nginx's own notes since the last time.
func (n *nginx) log(t testing.TB) string {
	t.Helper()
	path := filepath.Join(n.dir, "access.log")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.Truncate(path, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// config writes a feeds.toml with one source.
func (n *nginx) config(t testing.TB, url, more string) string {
	t.Helper()
	return writeFile(t, t.TempDir(), "feeds.toml", fmt.Sprintf(`[aggregator]
allow_networks = ["127.0.0.0/8"]
[category.c]
label = "C"
[source.a]
url = %q
categories = ["c"]
%s
`, url, more))
}

// traced polls once, and returns what was said.
func traced(t testing.TB, config string, code int) (hops []*fetch.Hop, all string) {
	t.Helper()
	r := tributary(t, "poll", "--config", config, "--trace", "--json", "a")
	if r.code != code {
		t.Fatalf("exit %d, want %d\n%s%s", r.code, code, r.out, r.stderr)
	}
	var p tracedOutcome
	if err := json.NewDecoder(strings.NewReader(r.out)).Decode(&p); err != nil || p.Exchange == nil || len(p.Exchange.Hops) == 0 {
		t.Fatalf("no exchange is shown: %v\n%s", err, r.out)
	}
	return p.Exchange.Hops, r.out + r.stderr
}

// Polls of a server that half the web runs: 200 and then 304, with the
// validators as they came, over HTTP/1.1 and HTTP/2, with and without gzip.
func TestPollNginx(t *testing.T) {
	n := startNginx(t)
	t.Setenv("TEST_NGINX_PASSWORD", nginxPassword)
	private := "username = \"ann\"\npassword_env = \"TEST_NGINX_PASSWORD\"\n"
	trust := fmt.Sprintf("ca_file = %q\n", filepath.Join(n.dir, "ca.pem"))
	for name, tt := range map[string]struct {
		url, more, protocol, file string
		weak                      bool
		hops                      int
	}{
		"plain":           {"http://" + n.plain + "/strong/feed.atom", "", "HTTP/1.1", "strong", false, 1},
		"gzip":            {"http://" + n.plain + "/gzip/feed.atom", "", "HTTP/1.1", "gzip", true, 1},
		"a password":      {"http://" + n.plain + "/private/feed.atom", private, "HTTP/1.1", "private", true, 1},
		"TLS":             {"https://" + n.secure + "/strong/feed.atom", trust, "HTTP/2.0", "strong", false, 1},
		"all of it":       {"https://" + n.secure + "/private/feed.atom", trust + private, "HTTP/2.0", "private", true, 1},
		"moved":           {"http://" + n.plain + "/old.atom", "", "HTTP/1.1", "gzip", true, 2},
		"moved, with TLS": {"https://" + n.secure + "/old.atom", trust, "HTTP/2.0", "gzip", true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			config := n.config(t, tt.url, tt.more)
			n.log(t)
			first, _ := traced(t, config, 0)
			last := first[len(first)-1]
			etag, modified := last.Response.Get("ETag"), last.Response.Get("Last-Modified")
			if len(first) != tt.hops || last.Status != http.StatusOK || last.Protocol != tt.protocol || strings.HasPrefix(etag, "W/") != tt.weak || modified == "" {
				t.Fatalf("%d hops, status %d, %s, ETag %s, Last-Modified %s", len(first), last.Status, last.Protocol, etag, modified)
			}
			if packed := last.Response.Get("Content-Encoding") == "gzip"; packed != tt.weak {
				t.Errorf("sent in gzip: %t", packed)
			}
			n.log(t)
			second, all := traced(t, config, 0)
			again := second[len(second)-1]
			if again.Status != http.StatusNotModified || again.Request.Get("If-None-Match") != etag || again.Request.Get("If-Modified-Since") != modified {
				t.Errorf("status %d, asked with %v, want %s and %s", again.Status, again.Request, etag, modified)
			}
			line := fmt.Sprintf("GET /%s/feed.atom %s 304 [%s] [%s] [gzip, br, zstd, deflate] []", tt.file, tt.protocol, etag, modified)
			if log := n.log(t); !strings.Contains(log, line) || strings.Count(log, "\n") != tt.hops {
				t.Errorf("nginx noted\n%swant\n%s", log, line)
			}
			if strings.Contains(tt.more, "username") && (again.Request.Get("Authorization") != "***" || strings.Contains(all, nginxPassword)) {
				t.Errorf("the password is shown, or was not sent: %s", all)
			}
			if tt.hops > 1 && second[0].Request.Get("If-None-Match") != "" {
				t.Errorf("the old address was asked with %v", second[0].Request)
			}
		})
	}
}

func TestPollNginxChanges(t *testing.T) {
	n := startNginx(t)
	config := n.config(t, "http://"+n.plain+"/old.atom", "")
	for _, tt := range []struct {
		entries []int
		want    string
	}{
		{[]int{1, 2, 3}, "a: 3 new, 0 updated, 0 unchanged (200, "},
		{[]int{1, 2, 3}, "a: nothing new (304, "},
		{[]int{1, 2, 3, 4}, "a: 1 new, 0 updated, 3 unchanged (200, "},
	} {
		if len(tt.entries) > 3 {
			writeFile(t, n.dir, "www/gzip/feed.atom", atomOf(tt.entries...))
		}
		r := must(t, "poll", "--config", config, "-v", "a")
		if !strings.Contains(r.out, tt.want) || !strings.Contains(r.out, "moved for good to http://"+n.plain+"/gzip/feed.atom") {
			t.Errorf("%s\nwant %s", r.out, tt.want)
		}
	}
	r := must(t, "poll", "--config", config, "--trace", "a")
	for _, want := range []string{
		"> GET http://" + n.plain + "/old.atom", "< HTTP/1.1 301 Moved Permanently", "< HTTP/1.1 304 Not Modified",
		"= asked whether it has changed, with If-None-Match and If-Modified-Since", "= 304: nothing new", "= a permanent redirect to http://" + n.plain + "/gzip/feed.atom",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
}

// A server that asks to be left alone is.
func TestPollNginxLimits(t *testing.T) {
	n := startNginx(t)
	for path, status := range map[string]int{"/busy/feed.atom": 429, "/down/feed.atom": 503} {
		config := n.config(t, "http://"+n.plain+path, "")
		must(t, "poll", "--config", config, "a")
		r := tributary(t, "poll", "--config", config, "a")
		if r.code != 3 || !strings.Contains(r.stderr, fmt.Sprintf("the server answered %d", status)) {
			t.Errorf("%s: exit %d, %s", path, r.code, r.stderr)
		}
		n.log(t)
		r = tributary(t, "poll", "--config", config, "a")
		if r.code != 3 || !strings.Contains(r.stderr, "not asked: the server wants to be left alone until") {
			t.Errorf("%s again: exit %d, %s", path, r.code, r.stderr)
		}
		if log := n.log(t); log != "" {
			t.Errorf("%s: asked although it wants to be left alone: %s", path, log)
		}
	}
}

func TestPollNginxRefuses(t *testing.T) {
	n := startNginx(t)
	t.Setenv("TEST_NGINX_PASSWORD", "wrong-one")
	for name, tt := range map[string]struct{ url, more, want string }{
		"no password":    {"http://" + n.plain + "/private/feed.atom", "", "401 Unauthorized: it wants a username and a password"},
		"a wrong one":    {"http://" + n.plain + "/private/feed.atom", "username = \"ann\"\npassword_env = \"TEST_NGINX_PASSWORD\"\n", "it does not accept the credentials of this source"},
		"no authority":   {"https://" + n.secure + "/gzip/feed.atom", "", "signed by an authority that this machine does not trust"},
		"no such feed":   {"http://" + n.plain + "/none.atom", "", "404 Not Found: there is no feed at this address"},
		"TLS left out":   {"http://" + n.secure + "/gzip/feed.atom", "", "the server answered 400"},
		"TLS not spoken": {"https://" + n.plain + "/gzip/feed.atom", "", "the server does not speak TLS at this port"},
	} {
		r := tributary(t, "poll", "--config", n.config(t, tt.url, tt.more), "a")
		if r.code != 3 || !strings.Contains(r.stderr, tt.want) || strings.Contains(r.stderr, "wrong-one") {
			t.Errorf("%s: exit %d, %s", name, r.code, r.stderr)
		}
	}
}
