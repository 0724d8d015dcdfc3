package parse_test

import (
	"fmt"
	"strings"
	"testing"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// BenchmarkKinds reads lists of 100 entries by each kind, and articles.
func BenchmarkKinds(b *testing.B) {
	page := "<html><body>" + repeat(100, `<article class="post"><h2><a href="/n/%[1]d">Story %[1]d</a></h2><time datetime="2024-03-01">x</time><p class="s">`+strings.Repeat("word ", 60)+`</p></article>`) + "</body></html>"
	api := `{"data":{"list":[` + strings.TrimSuffix(strings.TrimSpace(repeat(100, `{"id":%[1]d,"title":"Story %[1]d","url":"/n/%[1]d","ts":1644555999,"body":"`+strings.Repeat("word ", 60)+`"},`)), ",") + `]}}`
	urls := `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + repeat(100, `<url><loc>https://example.org/n/story-%[1]d</loc><lastmod>2024-03-01</lastmod></url>`) + `</urlset>`
	for _, bb := range []struct {
		kind, body string
		o          feed.Options
	}{
		{"html", page, feed.Options{"item": "article.post", "summary": ".s"}},
		{"json", api, feed.Options{"items": ".data.list[]", "date": ".ts", "content": ".body"}},
		{"sitemap", urls, nil},
	} {
		b.Run(bb.kind, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.body)))
			for b.Loop() {
				f, err := readAs(b, bb.kind, bb.body, bb.o)
				if err != nil || len(f.Items) != 100 {
					b.Fatal(err, len(f.Items))
				}
			}
		})
	}
	for name, o := range map[string]feed.Options{"extract": {"full_text": "true"}, "take": {"full_text": "true", "full_text_take": "article"}} {
		b.Run(name, func(b *testing.B) {
			article := strings.Replace(articlePage, paragraphs, strings.Repeat(paragraphs, 10), 1)
			p := parser(b, "feed", o).(parse.Gatherer)
			b.ReportAllocs()
			b.SetBytes(int64(len(article)))
			for b.Loop() {
				more, err := p.Detail(&parse.Item{}, someDocument([]byte(article)))
				if err != nil || more.Content.Body == "" {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("New", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			parser(b, "json", feed.Options{"items": ".data.list[]", "date": ".ts", "detail": `"/a?id=\(.id)"`, "detail_content": ".body"})
		}
	})
}

// repeat writes the numbers from 1 to n into a format.
func repeat(n int, format string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}
