package fetch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/aggregator/fetch"
)

// Large bodies are in memory a few at a time; who waits for room does not run
// out of the server's time, and needs no connection of anybody else's.
func TestFetchHoldsFewLargeBodies(t *testing.T) {
	large := bytes.Repeat([]byte("<title>again and again</title>"), 40_000) // 1.2 MB
	packed := gzipped(t, large)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/small" {
			_, _ = io.WriteString(w, rss)
			return
		}
		if r.URL.Path == "/gzip" {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed)
			return
		}
		_, _ = w.Write(large)
	})
	const timeout = 500 * time.Millisecond
	f := client(t, fetch.Settings{Large: 1, Limits: fetch.Limits{Timeout: timeout, Stall: 100 * time.Millisecond, Ratio: 10_000}})
	first := get(t, f, state(server.URL+"/plain"))
	for _, path := range []string{"/plain", "/gzip"} {
		got := make(chan *fetch.Document, 1)
		go func() {
			doc, err := f.Fetch(t.Context(), state(server.URL+path))
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			got <- doc
		}()
		select {
		case doc := <-got:
			t.Fatalf("%s: %d bytes although there is no room", path, len(doc.Body))
		case <-time.After(2 * timeout):
		}
		get(t, f, state(server.URL+"/small")).Close()
		first.Close()
		first.Close() // once more is harmless
		if first = <-got; first == nil || len(first.Body) != len(large) {
			t.Fatalf("%s: %+v", path, first)
		}
	}
	first.Close()
	s := state(server.URL + "/plain")
	for range 3 { // what is not kept gives its room back by itself
		doc := get(t, f, s)
		learn(s, doc)
		doc.Close()
	}
	unchanged := get(t, f, s)
	get(t, f, state(server.URL+"/gzip")).Close()
	unchanged.Close()
}

// A waiting fetch ends with its context, and leaves the room to others.
func TestFetchWaitsForRoomNoLongerThanItsContext(t *testing.T) {
	large := bytes.Repeat([]byte("x"), 1<<20)
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(large) })
	f := client(t, fetch.Settings{Large: 1})
	first := get(t, f, state(server.URL))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := f.Fetch(ctx, state(server.URL)); err == nil || !strings.Contains(err.Error(), "reading the body") {
		t.Errorf("error %v", err)
	}
	first.Close()
	get(t, f, state(server.URL)).Close()
}

// However a fetch ends, nothing of it stays behind.
func TestFetchLeavesNothingBehind(t *testing.T) {
	var open atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hang":
			<-r.Context().Done()
		case "/stall":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "<")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case "/long":
			_, _ = w.Write(make([]byte, 300<<10))
		case "/404":
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(make([]byte, 300<<10))
		case "/302":
			w.Header().Set("Location", "/feed")
			w.WriteHeader(http.StatusFound)
			_, _ = w.Write(make([]byte, 300<<10))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gzipped(t, make([]byte, 3<<20)))
		default:
			_, _ = io.WriteString(w, rss)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	f := client(t, fetch.Settings{PerHost: 4, Limits: fetch.Limits{
		Timeout: 300 * time.Millisecond, Header: 100 * time.Millisecond, Stall: 50 * time.Millisecond, Body: 200 << 10,
	}})
	before := runtime.NumGoroutine()
	var polls sync.WaitGroup
	for i := range 56 {
		path := []string{"/hang", "/stall", "/long", "/404", "/302", "/bomb", "/feed"}[i%7]
		polls.Go(func() {
			doc, _ := f.Fetch(t.Context(), state(server.URL+path)) // most are meant to fail
			doc.Close()
		})
	}
	polls.Wait()
	get(t, f, state(server.URL+"/feed"))
	soon(t, func() (bool, string) {
		n := open.Load()
		return n <= 4, fmt.Sprintf("%d connections to one host are open, want 4 at most", n)
	})
	f.Close()
	soon(t, func() (bool, string) {
		n, now := open.Load(), runtime.NumGoroutine()
		return n == 0 && now <= before+2, fmt.Sprintf("%d connections are open, %d goroutines run, %d did before", n, now, before)
	})
}

// soon waits until it holds: a server takes a moment to see that a connection
// was closed.
func soon(t testing.TB, holds func() (bool, string)) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		ok, what := holds()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Connections of HTTP/2 that the server closes are made anew, also when the
// host may have few.
func TestFetchReconnectsOverHTTP2(t *testing.T) {
	server := secureServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, rss) })
	f := client(t, fetch.Settings{PerHost: 1, Limits: fetch.Limits{Timeout: 2 * time.Second}, Requests: fetch.Requests{wayOf("news"): {CA: authoritiesOf(t, server)}}})
	for i := range 8 {
		get(t, f, state(fmt.Sprint(server.URL, "/", i)))
		if i%2 == 0 {
			server.CloseClientConnections()
			time.Sleep(20 * time.Millisecond) // until it is noticed
		}
	}
}

// A trace tells of each hop, of what went wrong in it, and no secret.
func TestTrace(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "c00kie"})
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, rss)
		case "/hang":
			<-r.Context().Done()
		default:
			_, _ = io.WriteString(w, rss)
		}
	})
	hanging := listen(t, hold)
	f := client(t, fetch.Settings{
		Limits:   fetch.Limits{Timeout: 300 * time.Millisecond},
		Requests: fetch.Requests{wayOf("news"): {Username: "ann", Password: "s3cret", Header: http.Header{"X-Key": {"k3y"}, "Accept-Language": {"zh"}}, Secrets: []string{"k3y"}}},
	})
	for _, tt := range []struct {
		url    string
		status []int
		bytes  int
		err    string
	}{
		{server.URL + "/moved", []int{301, 200}, len(rss), ""},
		{server.URL + "/cut", []int{200}, 0, "cut short"},
		{server.URL + "/hang", []int{0}, 0, "does not answer"},
		{"https://" + hanging, []int{0}, 0, "TLS handshake"},
	} {
		trace := &fetch.Trace{}
		s := state(tt.url)
		s.ETag = `"1"`
		_, _ = f.Fetch(fetch.WithTrace(t.Context(), trace), s) // the trace tells how it went
		hops := trace.Hops()
		if len(hops) != len(tt.status) {
			t.Fatalf("%s: %d hops", tt.url, len(hops))
		}
		last := hops[len(hops)-1]
		if last.Bytes != tt.bytes || !strings.Contains(last.Error, tt.err) || (tt.err == "") != (last.Error == "") || last.Total <= 0 || last.Total > time.Minute {
			t.Errorf("%s: %+v", tt.url, last)
		}
		for i, h := range hops {
			if h.Status != tt.status[i] || h.Method != http.MethodGet || h.Request.Get("Authorization") != "***" || (i == 0) != (h.Request.Get("If-None-Match") == `"1"`) {
				t.Errorf("%s: %+v", tt.url, h)
			}
			for _, secret := range []string{"s3cret", "k3y", "c00kie", "YW5u"} {
				if strings.Contains(fmt.Sprintf("%+v", h), secret) {
					t.Errorf("%s: %q is shown: %+v", tt.url, secret, h)
				}
			}
		}
	}
}
