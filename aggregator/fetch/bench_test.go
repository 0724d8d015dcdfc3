package fetch_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// bodyOf84KB is about what a feed of 40 entries weighs.
func bodyOf84KB() []byte {
	var b bytes.Buffer
	for i := range 420 {
		fmt.Fprintf(&b, "<item><title>Entry %d of many, the %x one</title><description>What happened at place %d, told in a few words by %x and others who stood by.</description><guid>urn:%d</guid></item>\n",
			i, i*7919, i*31%97, i*104729, i)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// BenchmarkPoll compares polls that bring nothing new with a bare client that
// asks the same server and discards what it gets.
func BenchmarkPoll(b *testing.B) {
	plain := bodyOf84KB()
	packed := gzipped(b, plain)
	server := serve(b, func(w http.ResponseWriter, r *http.Request) {
		body := plain
		switch {
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
			return
		case strings.HasPrefix(r.URL.Path, "/gzip") && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
			w.Header().Set("Content-Encoding", "gzip")
			body = packed
		}
		if strings.HasSuffix(r.URL.Path, "/etag") {
			w.Header().Set("ETag", `"x"`)
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	for _, path := range []string{"/plain/etag", "/plain", "/gzip"} {
		b.Run("ours"+path, func(b *testing.B) { pollOurs(b, server.URL+path, func(*feed.State) {}) })
		b.Run("bare"+path, func(b *testing.B) { pollBare(b, server.URL+path, path == "/plain/etag") })
	}
	b.Run("ours/gzip/unpacked", func(b *testing.B) {
		pollOurs(b, server.URL+"/gzip", func(s *feed.State) { s.Coded = feed.Digest{} })
	})
}

func pollOurs(b *testing.B, url string, forget func(*feed.State)) {
	f, s := client(b, fetch.Settings{PerHost: 8}), state(url)
	learn(s, get(b, f, s))
	forget(s)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if doc, err := f.Fetch(b.Context(), s); err != nil || !doc.NotModified {
				b.Errorf("document %+v, error %v", doc, err)
			}
		}
	})
}

func pollBare(b *testing.B, url string, conditional bool) {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer c.CloseIdleConnections()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, http.NoBody)
			if err != nil {
				b.Error(err)
				return
			}
			if conditional {
				req.Header.Set("If-None-Match", `"x"`)
			}
			resp, err := c.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				b.Error(err)
			}
			if err := resp.Body.Close(); err != nil {
				b.Error(err)
			}
		}
	})
}
