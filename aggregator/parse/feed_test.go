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

// What a document says of when to ask for it is kept as written.
func TestSchedule(t *testing.T) {
	want := parse.Schedule{TTL: "60", UpdatePeriod: "hourly", UpdateFrequency: "2", UpdateBase: "2000-01-01T12:00+00:00", SkipHours: "0 1 23", SkipDays: "Saturday Sunday"}
	const sy = `<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency><sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>`
	const item = `<item><title>T</title><link>http://example.com/1</link></item>`
	for _, tt := range []struct {
		name, body string
		want       parse.Schedule
	}{
		{"RSS", `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>T</title><ttl>60</ttl>` +
			`<skipHours><hour>0</hour><hour> 1 </hour><hour>23</hour></skipHours><skipDays><day>Saturday</day><day>Sunday</day></skipDays>` + sy + item + `</channel></rss>`, want},
		{"hours that do not end", `<rss version="2.0"><channel><title>T</title><skipHours><hour>7</hour>` + item + `</channel></rss>`, parse.Schedule{SkipHours: "7"}},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><title>T</title>` + sy +
			`<entry><title>E</title><id>urn:x:1</id></entry></feed>`,
			parse.Schedule{UpdatePeriod: "hourly", UpdateFrequency: "2", UpdateBase: "2000-01-01T12:00+00:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := read(t, document(tt.body))
			if err != nil || len(f.Items) != 1 {
				t.Fatalf("%d items, %v", len(f.Items), err)
			}
			if f.Schedule != tt.want {
				t.Errorf("%+v, want %+v", f.Schedule, tt.want)
			}
		})
	}
}

func TestHubs(t *testing.T) {
	for name, body := range map[string]string{
		"JSON Feed": `{"version":"https://jsonfeed.org/version/1.1","title":"T","hubs":[{"type":"rssCloud","url":"https://x.example/"},{"type":"WebSub","url":"https://hub.example/"}],"items":[{"id":"1"}]}`,
		"Atom":      `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="hub" href="https://hub.example/"/><entry><title>E</title><id>urn:x:1</id></entry></feed>`,
		"RSS":       `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title><atom:link rel="hub" href="https://hub.example/"/><item><title>E</title></item></channel></rss>`,
	} {
		f, err := read(t, document(body))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found := false
		for _, l := range f.Links {
			found = found || l.Rel == "hub" && l.Href == "https://hub.example/"
		}
		if !found {
			t.Errorf("%s: its hub is not among %v", name, f.Links)
		}
	}
}
