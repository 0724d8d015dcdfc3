package aggregator

import (
	"fmt"
	"testing"
	"time"

	"tributary/feed"
	"tributary/rules"
)

// BenchmarkDecide decides about the 25 entries of a document.
func BenchmarkDecide(b *testing.B) {
	drop, err := rules.Compile(rules.Drop, `title contains "[Sponsored]" or "ad" in terms`)
	if err != nil {
		b.Fatal(err)
	}
	categories := []rules.Category{{Term: "news"}}
	for _, bb := range []struct {
		name string
		set  *rules.Set
	}{
		{"none", nil},
		{"of another source", rules.New(map[feed.SourceID][]*rules.Rule{"b": {drop}}, categories, nil)},
		{"one", rules.New(nil, categories, []*rules.Rule{drop})},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			src := &feed.Source{ID: "a", Categories: []string{"news"}}
			var entries []feed.Entry
			for i := range 25 {
				entries = append(entries, feed.Entry{
					Source: "a", Title: feed.Text{Body: fmt.Sprintf("Entry number %d of a usual feed", i)}, Filed: src.Categories,
					Categories: []feed.Category{{Term: "economy"}, {Term: "europe"}},
				})
			}
			a := &Aggregator{}
			a.Rule(bb.set)
			for b.Loop() {
				if d := a.decide(src, entries, time.Time{}); len(d.entries) != len(entries) {
					b.Fatal("entries were dropped")
				}
			}
		})
	}
}
