package fetch_test

import (
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// secureServer answers over TLS and HTTP/2 with a certificate that no machine
// trusts, for example.com and loopback addresses.
func secureServer(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told of handshakes that are meant to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func authoritiesOf(t testing.TB, server *httptest.Server) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return pool
}

func TestFetchTrustsTheAuthoritiesOfASource(t *testing.T) {
	server := secureServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, rss) })

	f := client(t, fetch.Settings{Requests: fetch.Requests{wayOf("own"): {CA: authoritiesOf(t, server)}, wayOf("none"): {CA: x509.NewCertPool()}}})
	get(t, f, stateOf("own", server.URL))
	for _, id := range []string{"none", "usual"} { // although connections that trust it are kept
		_, err := f.Fetch(t.Context(), stateOf(feed.SourceID(id), server.URL))
		if err == nil || !strings.Contains(err.Error(), "signed by an authority that this machine does not trust") {
			t.Errorf("%s: error %v", id, err)
		}
	}
}

// Connections are kept, and what was agreed on before is used again when they
// are made anew.
func TestFetchOverHTTP2(t *testing.T) {
	var mu sync.Mutex
	var protocols []string
	var resumed []bool
	server := secureServer(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		protocols, resumed = append(protocols, r.Proto), append(resumed, r.TLS.DidResume)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"1"`)
		_, _ = io.WriteString(w, rss)
	})
	f, s := client(t, fetch.Settings{Requests: fetch.Requests{wayOf("news"): {CA: authoritiesOf(t, server)}}}), state(server.URL)
	trace := &fetch.Trace{}
	poll := func() *fetch.Document {
		doc, err := f.Fetch(fetch.WithTrace(t.Context(), trace), s)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	learn(s, poll())
	if doc := poll(); doc.Status != 304 {
		t.Errorf("status %d", doc.Status)
	}
	f.Close()
	poll()
	if want := "HTTP/2.0 HTTP/2.0 HTTP/2.0"; strings.Join(protocols, " ") != want {
		t.Errorf("protocols %q", protocols)
	}
	hops := trace.Hops()
	if hops[0].Reused || !hops[1].Reused || hops[2].Reused || resumed[0] || !resumed[2] {
		t.Errorf("connections reused %t, %t, %t; sessions resumed %t", hops[0].Reused, hops[1].Reused, hops[2].Reused, resumed)
	}
	if hops[0].TLS <= 0 || hops[1].TLS != 0 || hops[0].Wait <= 0 || hops[0].Total < hops[0].Wait {
		t.Errorf("times %+v, %+v", hops[0], hops[1])
	}
}

// HTTP/2 has forms of its own for a header that is too long.
func TestFetchLimitsHeadersOfHTTP2(t *testing.T) {
	server := secureServer(t, func(w http.ResponseWriter, r *http.Request) {
		for i := range 30 {
			w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 10<<10))
		}
		if r.URL.Path == "/field" {
			w.Header().Set("X-Long", strings.Repeat("x", 300<<10))
		}
		_, _ = io.WriteString(w, rss)
	})
	f := client(t, fetch.Settings{Requests: fetch.Requests{wayOf("news"): {CA: authoritiesOf(t, server)}}})
	for _, path := range []string{"/fields", "/field"} {
		_, err := f.Fetch(t.Context(), state(server.URL+path))
		if err == nil || !strings.Contains(err.Error(), "the answer's header is longer than 262144 bytes") {
			t.Errorf("%s: error %v", path, err)
		}
	}
}
