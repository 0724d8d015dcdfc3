package fetch

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

func header(fields ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(fields); i += 2 {
		h.Add(fields[i], fields[i+1])
	}
	return h
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestFreshness(t *testing.T) {
	const date, later = "Fri, 02 Jan 2026 11:00:00 GMT", "Fri, 02 Jan 2026 13:00:00 GMT"
	for _, tt := range []struct {
		name string
		h    http.Header
		want time.Duration
	}{
		{"nothing said", header(), 0},
		{"max-age", header("Cache-Control", "public, Max-Age=600"), 10 * time.Minute},
		{"in quotes", header("Cache-Control", `max-age="600"`), 10 * time.Minute},
		{"less its age", header("Cache-Control", "max-age=600", "Age", "100"), 500 * time.Second},
		{"older than that", header("Cache-Control", "max-age=600", "Age", "1000"), 0},
		{"an age that is none", header("Cache-Control", "max-age=600", "Age", "-5"), 10 * time.Minute},
		{"the first of two", header("Cache-Control", "max-age=600, max-age=6"), 10 * time.Minute},
		{"in two fields", header("Cache-Control", "public", "Cache-Control", "max-age=600"), 10 * time.Minute},
		{"shared caches' is not ours", header("Cache-Control", "s-maxage=600"), 0},
		{"no-cache wins", header("Cache-Control", "max-age=600, no-cache"), 0},
		{"no-store wins", header("Cache-Control", "no-store", "Cache-Control", "max-age=600"), 0},
		{"a year at most", header("Cache-Control", "max-age=99999999999999999999999"), maxFresh},
		{"negative", header("Cache-Control", "max-age=-1"), 0},
		{"broken", header("Cache-Control", "max-age=soon"), 0},
		{"Expires by our clock", header("Expires", later), time.Hour},
		{"Expires by the server's", header("Expires", later, "Date", date), 2 * time.Hour},
		{"Expires in the past", header("Expires", date), 0},
		{"Expires: 0", header("Expires", "0"), 0},
		{"Expires far away", header("Expires", "Fri, 02 Jan 2099 13:00:00 GMT"), maxFresh},
		{"max-age before Expires", header("Expires", later, "Cache-Control", "max-age=60"), time.Minute},
	} {
		if got := freshness(tt.h, noon); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLinks(t *testing.T) {
	const base = "https://example.com/a/feed"
	for _, tt := range []struct {
		name   string
		fields []string
		want   string
	}{
		{"none", nil, "[]"},
		{"one", []string{`<https://hub.example/>; rel="hub"`}, "[https://hub.example/]"},
		{"relative, without quotes", []string{`</hub>;rel=hub`}, "[https://example.com/hub]"},
		{"several relations", []string{`<h>; rel="Alternate HUB"`}, "[https://example.com/a/h]"},
		{"several in a field, and fields", []string{`<self>; rel=self, <one>; rel=hub`, `<two>; rel=hub`}, "[https://example.com/a/one https://example.com/a/two]"},
		{"a comma and an angle in quotes", []string{`<x>; title="a, <b>"; rel=next, <one>; rel=hub`}, "[https://example.com/a/one]"},
		{"a relation in quotes of another parameter", []string{`<x>; title="a; rel=hub"; rel=next`}, "[]"},
		{"the first rel counts", []string{`<x>; rel=next; rel=hub`}, "[]"},
		{"of something else", []string{`<x>; rel=hub; anchor="/other"`}, "[]"},
		{"of itself, in so many words", []string{`<x>; rel=hub; anchor="https://example.com/a/feed"`}, "[https://example.com/a/x]"},
		{"broken", []string{`<x; rel=hub`, `rel=hub`, `<:>; rel=hub`}, "[]"},
		{"quotes without end", []string{`<x>; title="; rel=hub, <y>; rel=hub`}, "[]"},
	} {
		d := &Document{URL: base, Header: http.Header{"Link": tt.fields}}
		if got := d.Links("hub"); fmt.Sprint(got) != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
	many := &Document{URL: base, Header: http.Header{}}
	for range 100 {
		many.Header.Add("Link", "<x>; rel=hub")
	}
	if got := len(many.Links("hub")); got != maxLinks {
		t.Errorf("%d links, want %d at most", got, maxLinks)
	}
}
