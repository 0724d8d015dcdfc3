package parse_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

// upstreamDocuments fetches n feeds of the simulator.
func upstreamDocuments(b testing.TB, n int) (docs []*fetch.Document, total int64) {
	up := testshared.StartUpstream(b, "-n", "100")
	for _, f := range up.Feeds[:n] {
		d := get(b, f.URL)
		docs = append(docs, d)
		total += int64(len(d.Body))
	}
	return docs, total
}

// BenchmarkParse compares the feed kind with gofeed's universal parser.
func BenchmarkParse(b *testing.B) {
	docs, total := upstreamDocuments(b, 100)
	p, err := parse.New(&feed.Source{Kind: "feed"})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("tributary", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(total)
		for b.Loop() {
			for _, d := range docs {
				if _, err := p.Parse(d); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("gofeed", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(total)
		fp := gofeed.NewParser()
		for b.Loop() {
			for _, d := range docs {
				r := io.Reader(bytes.NewReader(d.Body))
				if _, err := fp.Parse(r); err != nil && !strings.Contains(err.Error(), "charset") {
					b.Fatal(d.URL, err)
				}
			}
		}
	})
}
