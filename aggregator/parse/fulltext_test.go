package parse_test

import (
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

var paragraphs = strings.Repeat("<p>The council met on Monday, and after a long debate, which few had expected, it agreed on a plan for the old harbour.</p>\n", 6)

var articlePage = `<!doctype html><html lang="en"><head><title>Harbour plan agreed - The News</title><link rel="Canonical" href="/harbour">
<meta name="author" content="Ann Example"></head><body><nav><a href="/">Home</a> <a href="/all">All</a></nav>
<article><h1>Harbour plan agreed</h1><div class="text">` + paragraphs + `<p class="ad">Buy now!</p><p><a href="more">More</a></p></div></article>
<aside class="side">Also read this and that</aside><footer>About us</footer></body></html>`

// detail reads a page as that of the only item of a feed.
func detail(t *testing.T, page, kind string, o feed.Options) (*parse.Item, error) {
	t.Helper()
	o["full_text"] = "true"
	p := parser(t, "feed", o)
	f, err := p.Parse(&fetch.Document{URL: "https://example.org/feed", Header: http.Header{}, Body: []byte(rss(
		`<item><title>T</title><link>/2024/harbour?utm_source=x#top</link><description>The council agreed.</description></item>`))})
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://example.org/2024/harbour?utm_source=x"; f.Items[0].Detail != want {
		t.Fatalf("detail = %q, want %q", f.Items[0].Detail, want)
	}
	return p.(parse.Gatherer).Detail(&f.Items[0], &fetch.Document{URL: f.Items[0].Detail, Header: http.Header{"Content-Type": {kind}}, Body: []byte(page)})
}

func TestFullText(t *testing.T) {
	for _, tt := range []struct {
		name   string
		o      feed.Options
		has    string
		hasNot []string
	}{
		{"extracted", feed.Options{}, "agreed on a plan for the old harbour", []string{"Also read", "About us", "Home"}},
		{"taken", feed.Options{"full_text_take": ".text"}, `<div class="text"><p>The council`, []string{"Also read", "<h1>"}},
		{"taken from two places", feed.Options{"full_text_take": "h1, .text"}, "<h1>Harbour plan agreed</h1>\n<div", []string{"Also read"}},
		{"removed", feed.Options{"full_text_take": "article", "full_text_remove": ".ad, h1"}, "agreed on a plan", []string{"Buy now", "<h1>"}},
		{"removed before it is extracted", feed.Options{"full_text_remove": ".ad"}, "agreed on a plan", []string{"Buy now"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			more, err := detail(t, articlePage, "text/html", tt.o)
			if err != nil {
				t.Fatal(err)
			}
			body := more.Content.Body
			if !strings.Contains(body, tt.has) {
				t.Errorf("%q lacks %q", body, tt.has)
			}
			for _, not := range tt.hasNot {
				if strings.Contains(body, not) {
					t.Errorf("%q has %q in it", body, not)
				}
			}
			if links(more) != "canonical https://example.org/harbour" {
				t.Errorf("links %s", links(more))
			}
			if more.Title.Body != "" {
				t.Errorf("the item's title %q was replaced", more.Title.Body)
			}
		})
	}
}

// A page that gives no text says why, and its canonical address all the same.
func TestFullTextFails(t *testing.T) {
	for _, tt := range []struct {
		name, page, kind string
		o                feed.Options
		want             string
	}{
		{"not HTML", "%PDF", "application/pdf", feed.Options{}, "its page is application/pdf, not HTML"},
		{"short", "<html><body><p>Hm.</p></body></html>", "text/html", feed.Options{"full_text_take": "p"}, "its page has less text (3 characters) than the feed (17)"},
		{"nothing taken", articlePage, "text/html", feed.Options{"full_text_take": ".story"}, `full_text_take: the selector ".story" matched nothing on its page`},
		{"no article", "<html><body></body></html>", "text/html", feed.Options{}, "no article"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			more, err := detail(t, tt.page, tt.kind, tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want %q", err, tt.want)
			}
			if tt.page == articlePage && links(more) != "canonical https://example.org/harbour" {
				t.Errorf("links %s", links(more))
			}
		})
	}
}
