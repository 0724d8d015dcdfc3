package exchange_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"tributary/validator"
	"tributary/validator/exchange"
)

// A testCase is a line of the manifest: a recorded exchange, and what the
// specification says of it.
type testCase struct {
	Path     string
	Expect   struct{ Mode, Code string }
	Verdict  struct{ Valid bool }
	Messages []struct{ Code, Severity string }
}

func TestCases(t *testing.T) {
	text, err := os.ReadFile("testdata/http/manifest.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var c testCase
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(c.Path), ".txt"), func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

func (c testCase) check(t *testing.T) {
	recorded, err := os.ReadFile(filepath.Join("testdata", c.Path))
	if err != nil {
		t.Fatal(err)
	}
	r := judge(t, replay(t, string(recorded))+"/")
	if r.Valid != c.Verdict.Valid {
		t.Errorf("valid is %v, want %v: %v", r.Valid, c.Verdict.Valid, messages(r))
	}
	if found := r.Counts[c.Expect.Code] > 0; found != (c.Expect.Mode == "present") {
		t.Errorf("%s should be %s: %v", c.Expect.Code, c.Expect.Mode, messages(r))
	}
	for _, want := range c.Messages {
		for _, m := range r.Messages {
			if m.Rule.Code == want.Code && m.Level.String() != want.Severity {
				t.Errorf("%s is told as %s, want %s", want.Code, m.Level, want.Severity)
			}
		}
	}
}

func judge(t *testing.T, address string) *validator.Result {
	t.Helper()
	doc, err := exchange.Get(t.Context(), address, exchange.Options{Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	r, err := validator.Validate(doc, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func messages(r *validator.Result) []string {
	var out []string
	for _, m := range r.Messages {
		out = append(out, m.Rule.Code+": "+m.Text)
	}
	return out
}

// replay serves recorded answers over real connections, each by its path and
// the condition of the request.
func replay(t *testing.T, recorded string) string {
	t.Helper()
	answers := map[string]string{}
	for block := range strings.SplitSeq(recorded, "=====\n") {
		request, answer, _ := strings.Cut(block, "\n")
		answers[strings.TrimPrefix(request, "GET ")] = answer
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	here := "http://" + l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn, here, answers)
		}
	}()
	return here
}

func answer(conn net.Conn, here string, answers map[string]string) {
	defer func() { _ = conn.Close() }()
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	text, ok := "", false
	for _, condition := range []string{"If-None-Match", "If-Modified-Since"} {
		if req.Header.Get(condition) != "" {
			text, ok = answers[req.URL.Path+" "+condition]
		}
	}
	if !ok {
		text = answers[req.URL.Path]
	}
	head, body, _ := strings.Cut(text, "\n\n")
	payload := expand(strings.TrimSuffix(body, "\n"), here)
	if !strings.Contains(head, "Content-Length:") && !strings.HasPrefix(head, "HTTP/1.1 304") {
		head += fmt.Sprintf("\nContent-Length: %d", len(payload))
	}
	_, _ = conn.Write(append([]byte(strings.ReplaceAll(head, "\n", "\r\n")+"\r\nConnection: close\r\n\r\n"), payload...))
}

const item = "<item><title>One</title><guid>https://example.com/1</guid></item>"

func feed(self, items string) string {
	return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>News</title><link>https://example.com/</link>" +
		"<description>All</description><language>en</language>" + self + items + "</channel></rss>"
}

// expand writes the body that a recording names.
func expand(name, here string) []byte {
	long := feed("", strings.ReplaceAll(strings.Repeat(item, 1), "One", strings.Repeat("One ", 500)))
	switch {
	case name == "{FEED}":
		return []byte(feed("", item))
	case name == "{HUGE}":
		return []byte(feed("", "<item><title>One</title><guid>https://example.com/1</guid><description>"+strings.Repeat("word ", 1_200_000)+"</description></item>"))
	case strings.HasPrefix(name, "{SELF "):
		self := strings.ReplaceAll(strings.Trim(name, "{}")[5:], "HERE", here+"/")
		return []byte(feed(`<atom:link rel="self" type="application/rss+xml" href="`+self+`"/>`, item))
	case strings.HasPrefix(name, "{LONG"):
		return pack(strings.TrimPrefix(strings.Trim(name, "{}"), "LONG"), long)
	}
	return []byte(name)
}

func pack(coding, text string) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	switch strings.TrimSpace(coding) {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "deflate-raw":
		w, _ = flate.NewWriter(&b, 6)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	default:
		return []byte(text)
	}
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

// TestTLS is about certificates.
func TestTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, feed("", item)) }))
	defer server.Close()
	if r := judge(t, server.URL); r.Counts["http-tls-certificate"] != 1 || r.Valid {
		t.Errorf("a certificate of its own: %v", messages(r))
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if r := judge(t, "http://"+l.Addr().String()+"/"); r.Counts["http-unreachable"] != 1 || r.Valid {
		t.Errorf("nobody listens: %v", messages(r))
	}
}

// TestLooks compares two looks at a feed whose ids or dates move.
func TestLooks(t *testing.T) {
	for _, tt := range []struct{ name, first, second, code string }{
		{"ids", "<guid>https://example.com/1</guid>", "<guid>https://example.com/2</guid>", "http-id-unstable"},
		{"dates", "<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>", "<pubDate>Fri, 20 Nov 2026 08:00:01 GMT</pubDate>", "http-date-unstable"},
		{"nothing", "<guid>https://example.com/1</guid>", "<guid>https://example.com/1</guid>", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := tt.first
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, feed("", "<item><title>One</title>"+now+"</item>"))
			}))
			defer server.Close()
			before := judge(t, server.URL)
			now = tt.second
			doc, err := exchange.Get(t.Context(), server.URL, exchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			doc.Exchange.Earlier = before.Glimpses
			r, err := validator.Validate(doc, validator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range []string{"http-id-unstable", "http-date-unstable"} {
				if (r.Counts[code] > 0) != (code == tt.code) {
					t.Errorf("%s: %v", code, messages(r))
				}
			}
		})
	}
}

// TestProbe asks for hubs and enclosures.
func TestProbe(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.mp3" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(make([]byte, 1234)))
	}))
	defer server.Close()
	got := exchange.Probe(t.Context(), server.URL, []validator.Probe{{URL: server.URL + "/a.mp3"}, {URL: server.URL + "/b.mp3"}, {URL: ":"}}, exchange.Options{})
	if got[0].Length != 1234 || got[0].Type != "audio/mpeg" || got[1].Status != 404 || got[2].Failure == "" {
		t.Errorf("probes %+v", got)
	}
	// A document of the internet does not lead into private networks.
	got = exchange.Probe(context.Background(), "https://example.com/feed.xml", []validator.Probe{{URL: server.URL + "/a.mp3"}}, exchange.Options{Timeout: time.Second})
	if !strings.Contains(got[0].Failure, "private network") {
		t.Errorf("a private address was asked: %+v", got[0])
	}
}
