package normalise_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/microcosm-cc/bluemonday"

	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// document is a feed of 50 items of about 4 KB, one in twenty of which needs mending.
func document() (f *parse.Feed, bytes int64) {
	f = &parse.Feed{Base: "https://site.example/feed.xml", Language: "en-us"}
	for i := range 50 {
		var body strings.Builder
		for p := range 10 {
			fmt.Fprintf(&body, "<p>Paragraph %d of entry %d has <a href=\"https://site.example/%d/%d\">a link</a>, some <em>stress</em> and %s.</p>\n",
				p, i, i, p, strings.Repeat("a number of plain words ", 10))
		}
		if i%20 == 0 {
			body.WriteString(`<p onclick="steal()">click</p><img src="/pixel.gif" width="1" height="1"><a href="relative">x</a>`)
		}
		f.Items = append(f.Items, parse.Item{
			ID: fmt.Sprintf("urn:entry:%d", i), Title: htmlText(fmt.Sprintf("Entry &amp; number %d", i)), Content: htmlText(body.String()),
			Summary: htmlText("<p>A short summary.</p>"), Links: alternate(fmt.Sprintf("https://site.example/%d?utm_source=rss", i)),
			Published: "Fri, 11 Feb 2022 13:07:57 +0800", Authors: []feed.Person{{Name: "A. Author"}},
		})
		bytes += int64(body.Len())
	}
	return f, bytes
}

func BenchmarkFeed(b *testing.B) {
	f, size := document()
	n := normalise.New()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		n.Feed(source, f)
	}
}

// BenchmarkFeedUGC is what the same entries cost with bluemonday alone.
func BenchmarkFeedUGC(b *testing.B) {
	f, size := document()
	policy := bluemonday.UGCPolicy()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for i := range f.Items {
			policy.Sanitize(f.Items[i].Content.Body)
			policy.Sanitize(f.Items[i].Summary.Body)
		}
	}
}
