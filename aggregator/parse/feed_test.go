package parse_test

import (
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
)

func document(body string, header ...string) *fetch.Document {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &fetch.Document{URL: "http://example.com/feeds/a.xml", Header: h, Body: []byte(body)}
}

// What holds no feed is refused with a reason a person can act on.
func TestRefused(t *testing.T) {
	for _, tt := range []struct{ name, body, reason, hint string }{
		{"empty", " \n", "empty", ""},
		{"a page", `<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>`,
			"HTML page", "http://example.com/feed.xml"},
		{"a page without a feed", "<html><body>hello</body></html>", "HTML page", "address of the site's feed"},
		{"OPML", `<?xml version="1.0"?><opml version="2.0"><body/></opml>`, "OPML", "each as a source"},
		{"other XML", "<note>\n</note>", "root element is <note>", "<rss>"},
		{"plain text", "not found", `begins with "not found"`, ""},
		{"other JSON", `{"error":"not found"}`, "no JSON Feed", ""},
		{"broken JSON", `{"error"`, "no JSON Feed", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(t, document(tt.body))
			pe, ok := err.(*parse.Error)
			if !ok {
				t.Fatalf("err = %v, want a *parse.Error", err)
			}
			if !strings.Contains(pe.Reason, tt.reason) || !strings.Contains(pe.Hint, tt.hint) {
				t.Errorf("reason %q, hint %q; want them to name %q and %q", pe.Reason, pe.Hint, tt.reason, tt.hint)
			}
		})
	}
}
