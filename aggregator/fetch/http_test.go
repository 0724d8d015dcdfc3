package fetch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>`

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// serve answers every request with handler until the test ends.
func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// client returns a fetcher that may poll loopback addresses.
func client(t testing.TB, set fetch.Settings) *fetch.HTTP {
	t.Helper()
	if set.AllowNetworks == nil {
		set.AllowNetworks = loopback
	}
	h := fetch.NewHTTP(set)
	t.Cleanup(h.Close)
	return h
}

func state(url string) *feed.State {
	return &feed.State{Source: feed.Source{ID: "news", URL: url, Request: wayOf("news")}, URL: url}
}

// wayOf is how a source of that name is asked for.
func wayOf(id feed.SourceID) feed.Digest { return feed.DigestOf(string(id)) }

// get fetches what must not fail.
func get(t testing.TB, f fetch.Fetcher, s *feed.State) *fetch.Document {
	t.Helper()
	doc, err := f.Fetch(t.Context(), s)
	if err != nil {
		t.Fatalf("fetch %s: %v", s.URL, err)
	}
	return doc
}

// learn keeps what a poll keeps.
func learn(s *feed.State, doc *fetch.Document) {
	s.ETag, s.LastModified, s.ValidatorsOf, s.Body, s.Coded = doc.ETag, doc.LastModified, doc.Redirected, doc.Digest, doc.Coded
}

func TestFetchSaysWhoAsks(t *testing.T) {
	var got http.Header
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write([]byte(rss))
	})
	doc := get(t, client(t, fetch.Settings{UserAgent: "tributary/1 (+https://example.com)"}), state(server.URL+"/feed#top"))
	if string(doc.Body) != rss || doc.Status != 200 || doc.Received != int64(len(rss)) || doc.Digest.IsZero() || doc.NotModified {
		t.Errorf("document = %+v", doc)
	}
	if doc.URL != server.URL+"/feed" || doc.Moved != "" || doc.Header.Get("Content-Type") != "application/rss+xml" {
		t.Errorf("url %q, moved %q, header %v", doc.URL, doc.Moved, doc.Header)
	}
	if got.Get("User-Agent") != "tributary/1 (+https://example.com)" || !strings.Contains(got.Get("Accept"), "application/atom+xml") {
		t.Errorf("asked with %v", got)
	}
	for _, field := range []string{"Referer", "Cookie", "Authorization", "If-None-Match", "If-Modified-Since"} {
		if v, ok := got[field]; ok {
			t.Errorf("a first request has %s: %q", field, v)
		}
	}
}

func TestFetchConditionally(t *testing.T) {
	const modified = "Tue, 06 Jan 2026 10:00:00 +0100" // no HTTP date, to be sent back as it is
	newer := map[string]string{}
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `W/"a b"` && r.Header.Get("If-Modified-Since") == modified {
			for name, value := range newer {
				w.Header().Set(name, value)
			}
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `W/"a b"`)
		w.Header().Set("Last-Modified", modified)
		_, _ = w.Write([]byte(rss))
	})
	f, s := client(t, fetch.Settings{}), state(server.URL)
	learn(s, get(t, f, s))
	for _, tt := range []struct {
		name               string
		newer              map[string]string
		etag, lastModified string
	}{
		{name: "the validators stay", etag: `W/"a b"`, lastModified: modified},
		{name: "a newer date replaces the old one", newer: map[string]string{"Last-Modified": "later"}, etag: `W/"a b"`, lastModified: "later"},
		{name: "so does a newer tag", newer: map[string]string{"ETag": `"c"`}, etag: `"c"`, lastModified: modified},
	} {
		newer = tt.newer
		doc := get(t, f, s)
		if !doc.NotModified || doc.Status != 304 || doc.Body != nil || doc.ETag != tt.etag || doc.LastModified != tt.lastModified || doc.Digest != s.Body {
			t.Errorf("%s: document = %+v", tt.name, doc)
		}
	}
}

func TestFetchKnowsTheSameBytes(t *testing.T) {
	n := 0
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, n))
		_, _ = w.Write([]byte(rss))
	})
	f, s := client(t, fetch.Settings{}), state(server.URL)
	learn(s, get(t, f, s))
	doc := get(t, f, s)
	if !doc.NotModified || doc.Body != nil || doc.Status != 200 || doc.ETag != `"2"` || doc.Digest != s.Body {
		t.Errorf("document = %+v", doc)
	}
	s.Body = feed.Digest{}
	if doc := get(t, f, s); doc.NotModified {
		t.Error("not modified although no body was ever kept")
	}
}

func TestFetchDropsValidatorsThatCannotBeSentBack(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"`+strings.Repeat("x", 4<<10)+`"`)
		_, _ = w.Write([]byte(rss))
	})
	if doc := get(t, client(t, fetch.Settings{}), state(server.URL)); doc.ETag != "" {
		t.Errorf("kept a validator of %d bytes", len(doc.ETag))
	}
}

func TestFetchLimits(t *testing.T) {
	short := fetch.Limits{Timeout: 800 * time.Millisecond, Stall: 100 * time.Millisecond, Floor: 100, Body: 100 << 10}
	endless := func(w http.ResponseWriter, chunk int, pause time.Duration) {
		for range 1000 {
			if _, err := w.Write(make([]byte, chunk)); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			time.Sleep(pause)
		}
	}
	for _, tt := range []struct {
		name string
		do   http.HandlerFunc
		want string
	}{
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "the server takes the request and does not answer (timeout)"},
		{"a byte now and then", func(w http.ResponseWriter, _ *http.Request) { endless(w, 1, 5*time.Millisecond) }, "too slowly: fewer than 100 bytes in 100ms"},
		{"without end, slowly", func(w http.ResponseWriter, _ *http.Request) { endless(w, 1000, 10*time.Millisecond) }, "no end after 800ms (timeout), reading the body"},
		{"without end", func(w http.ResponseWriter, _ *http.Request) { endless(w, 10000, 0) }, "longer than 102400 bytes (max_body)"},
		{"announced too long", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "102401")
			w.WriteHeader(http.StatusOK)
		}, "longer than 102400 bytes (max_body)"},
		{"an endless header", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 300<<10))
		}, "header is longer than"},
		{"nothing", func(http.ResponseWriter, *http.Request) {}, "200 OK with an empty body"},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(rss))
		}, fmt.Sprintf("cut short: the connection ended after %d of 1000 bytes", len(rss))},
		{"chunks cut short", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(rss))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "cut short: the connection ended after"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, tt.do)
			began := time.Now()
			doc, err := client(t, fetch.Settings{Limits: short}).Fetch(t.Context(), state(server.URL))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("document %+v, error %v, want %q", doc, err, tt.want)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
