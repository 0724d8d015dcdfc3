package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// A recorder stands between a reader and the daemon and keeps what was asked
// for and the statuses of the answers.
type recorder struct {
	url string

	mu   sync.Mutex
	seen []answered
}

type answered struct {
	path        string
	conditional bool // it named an ETag
	status      int
}

func newRecorder(t testing.TB, target string) *recorder {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to) },
		ModifyResponse: func(resp *http.Response) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen = append(r.seen, answered{resp.Request.URL.Path, resp.Request.Header.Get("If-None-Match") != "", resp.StatusCode})
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *recorder) statuses() (out []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, is := range r.seen {
		out = append(out, is.status)
	}
	return out
}

// conditional counts the answers to who asked for a path and had it before.
func (r *recorder) conditional(path string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, is := range r.seen {
		if is.path == path && is.conditional {
			n++
		}
	}
	return n
}
