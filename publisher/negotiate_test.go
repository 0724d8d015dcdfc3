package publisher_test

import (
	"net/http"
	"testing"
)

// The format at /{category}/feed is the one that a reader likes best; the
// addresses of the formats are what they are.
func TestNegotiatedFormat(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	const atom, rss, json = "/rivers/atom.xml", "/rivers/rss.xml", "/rivers/feed.json"
	for _, tt := range []struct{ accept, want string }{
		{"", atom},
		{"*/*", atom},
		{"application/rss+xml", rss},
		{"application/atom+xml;q=0.8, application/rss+xml", rss},
		{"Application/Feed+JSON", json},
		{"application/json", json},
		{"application/xml", atom},
		{"application/xml, application/atom+xml;q=0.5", rss},
		{"application/rss+xml;q=0.9, */*;q=0.1", rss},
		{"application/*;q=0.2, application/atom+xml;q=0, application/rss+xml;q=0", json},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", atom},
		{"application/feed+json; charset=utf-8; q=0.9, application/rss+xml;q=0.8", json},
		{"image/png", atom},
		{";;,q=", atom},
	} {
		r, want := request(t, h, "GET", "/rivers/feed", "Accept", tt.accept), request(t, h, "GET", tt.want, "Accept", tt.accept)
		if r.StatusCode != http.StatusOK || body(t, r) != body(t, want) || r.Header.Get("Content-Location") != tt.want || r.Header.Get("Vary") != "Accept, Accept-Encoding" {
			t.Errorf("Accept: %s: %d %v, want what %s has", tt.accept, r.StatusCode, r.Header, tt.want)
		}
		if want.Header.Get("Vary") != "Accept-Encoding" || want.Header.Get("Content-Location") != "" {
			t.Errorf("%s: %v", tt.want, want.Header)
		}
		again := request(t, h, "GET", "/rivers/feed", "Accept", tt.accept, "If-None-Match", r.Header.Get("Etag"))
		if again.StatusCode != http.StatusNotModified || again.Header.Get("Vary") != "Accept, Accept-Encoding" {
			t.Errorf("Accept: %s: %d %v for its tag", tt.accept, again.StatusCode, again.Header)
		}
	}
}
