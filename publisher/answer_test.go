package publisher_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"tributary/server"
)

// laidOutServer serves what is ready on the quick way, whose answers have
// their header laid out.
func laidOutServer(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	s := server.New(server.Settings{Handler: h, Ready: func(string) bool { return true }})
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

// A document's answer is the same whether its header is laid out or a map, and
// has what it should.
func TestLaidOutAnswers(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	usual := httptest.NewServer(h)
	defer usual.Close()
	quick := laidOutServer(t, h)
	get := func(base, method, path string, header ...string) (*http.Response, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, base+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "identity")
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		resp, err := http.DefaultTransport.RoundTrip(req.WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Header.Del("Date")
		return resp, string(b)
	}
	for _, path := range []string{"/", "/rivers/", "/rivers/atom.xml", "/rivers/rss.xml", "/rivers/feed.json", "/opml.xml"} {
		first, _ := get(quick, "GET", path)
		tag := first.Header.Get("Etag")
		for _, ask := range []struct {
			method string
			status int
			header []string
		}{
			{"GET", 200, nil},
			{"HEAD", 200, nil},
			{"GET", 200, []string{"Accept-Encoding", "gzip"}},
			{"GET", 200, []string{"Accept-Encoding", "br, zstd"}},
			{"GET", 304, []string{"If-None-Match", tag}},
			{"HEAD", 304, []string{"If-None-Match", tag}},
			{"GET", 412, []string{"If-Match", `"another"`}},
			{"GET", 200, []string{"A-IM", "feed", "If-None-Match", `"unknown"`}},
		} {
			want, wantBody := get(usual.URL, ask.method, path, ask.header...)
			got, gotBody := get(quick, ask.method, path, ask.header...)
			if got.StatusCode != ask.status || want.StatusCode != ask.status || gotBody != wantBody || !reflect.DeepEqual(got.Header, want.Header) {
				t.Errorf("%s %s %v: laid out %d\n%v\nas a map %d\n%v", ask.method, path, ask.header, got.StatusCode, got.Header, want.StatusCode, want.Header)
			}
			isPage := first.Header.Get("Content-Type") == "text/html; charset=utf-8"
			if told := got.Header.Get("Content-Security-Policy") != ""; told != (got.StatusCode == http.StatusOK || isPage) {
				t.Errorf("%s %s %v: %d tells a policy: %t", ask.method, path, ask.header, got.StatusCode, told)
			}
			if ask.status != 412 && got.Header.Get("Etag") == "" {
				t.Errorf("%s %s %v: no tag", ask.method, path, ask.header)
			}
		}
	}
}
