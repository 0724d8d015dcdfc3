package publisher_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tributary/feed"
)

// nowhere takes a response and keeps nothing of it.
type nowhere struct {
	header http.Header
	status int
}

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) WriteHeader(status int)      { n.status = status }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }

// BenchmarkHandler answers from memory: 50 entries of 2 KB as Atom.
func BenchmarkHandler(b *testing.B) {
	s := newSite(b)
	s.many(b, 200)
	h := s.publisher().Handler()
	const path = "/rivers/atom.xml"
	etag := request(b, h, "GET", path).Header.Get("Etag")
	for _, bb := range []struct {
		name   string
		status int
		header [2]string
	}{
		{"200", 200, [2]string{}},
		{"200-gzip", 200, [2]string{"Accept-Encoding", "gzip, deflate"}},
		{"200-br", 200, [2]string{"Accept-Encoding", "gzip, deflate, br, zstd"}},
		{"304", 304, [2]string{"If-None-Match", etag}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), "GET", path, nil)
			if bb.header[0] != "" {
				r.Header.Set(bb.header[0], bb.header[1])
			}
			w := &nowhere{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
			if w.status != bb.status {
				b.Fatalf("status %d", w.status)
			}
		})
	}
}

// BenchmarkDocument makes each document of a category from the store, among
// few and among many entries: what is stored beside them must not matter.
func BenchmarkDocument(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		if testing.Short() && n > 10_000 {
			continue
		}
		s := newSite(b)
		s.many(b, n)
		for _, path := range []string{"/rivers/", "/rivers/atom.xml", "/rivers/rss.xml", "/rivers/feed.json"} {
			b.Run(fmt.Sprintf("%s/entries=%d", path[8:], n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					// A new publisher has no document yet: this reads, renders, packs.
					r := httptest.NewRequestWithContext(b.Context(), "GET", path, nil)
					w := httptest.NewRecorder()
					s.publisher().Handler().ServeHTTP(w, r)
					if w.Code != 200 {
						b.Fatal(w.Code)
					}
				}
			})
		}
	}
}

// BenchmarkBuild writes a site of 1,000 entries again, nothing changed.
func BenchmarkBuild(b *testing.B) {
	s := newSite(b)
	s.many(b, 1000)
	dir := b.TempDir()
	build(b, s, dir)
	b.ReportAllocs()
	for b.Loop() {
		if report := build(b, s, dir); report.Written != 0 {
			b.Fatal(report)
		}
	}
}

// many polls n entries of 2 KB.
func (s *site) many(b testing.TB, n int) {
	b.Helper()
	text := strings.Repeat("<p>The gauge at the old mill was read at noon, as it is every day of the year.</p>\n", 24)
	const group = 2000
	for from := 0; from < n; from += group {
		entries := make([]feed.Entry, 0, group)
		for i := from; i < min(from+group, n); i++ {
			e := sample(i)
			e.Published = start.Add(-time.Duration(n-i) * time.Second)
			e.Content.Body = text
			entries = append(entries, e)
		}
		s.poll(b, "gauge", entries...)
	}
}

// BenchmarkServer is a whole request over loopback with keep-alive.
func BenchmarkServer(b *testing.B) {
	s := newSite(b)
	s.many(b, 200)
	srv := httptest.NewServer(s.publisher().Handler())
	defer srv.Close()
	client := srv.Client()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := client.Get(srv.URL + "/rivers/atom.xml")
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, r.Body)
			if cerr := r.Body.Close(); err != nil || cerr != nil {
				b.Error(err, cerr)
			}
		}
	})
}
