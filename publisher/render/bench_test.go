package render_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"tributary/feed"
	"tributary/publisher/render"
)

const benchEntries = 50

// paragraph times twelve is a body of about 2 KB.
const paragraph = `<p>After eleven weeks in dry dock the ferry crossed with four cars &amp; a horse: ` +
	`<a href="https://gauge.example/levels?day=1&amp;gate=2">levels</a>, 水位每日四次发布。</p>` + "\n"

func benchPage() *render.Page {
	p := page()
	p.Sources["gauge"] = &render.Source{Name: "The Gauge House", URL: "https://gauge.example/feed.xml", Feed: feed.Feed{ID: "tag:gauge.example,2026:feed"}}
	day := time.Date(2026, 3, 2, 9, 15, 0, 0, time.FixedZone("", 8*3600))
	for i := range benchEntries {
		id := fmt.Sprintf("https://gauge.example/notes/%d", i)
		p.Entries = append(p.Entries, feed.Entry{
			ID: feed.Identify("gauge", id, "", feed.Digest{}), Source: "gauge", UpstreamID: id,
			Title:   feed.Text{Body: fmt.Sprintf("Reading number %d: ropes & chains", i)},
			Content: feed.Text{Type: feed.TextHTML, Body: strings.TrimSpace(strings.Repeat(paragraph, 12))},
			Links:   []feed.Link{{Rel: feed.RelAlternate, Href: id}}, Authors: []feed.Person{{Name: "Ida Holm"}},
			Published: day.Add(-time.Duration(i) * time.Minute), Order: day.Add(-time.Duration(i) * time.Minute),
		})
	}
	return p
}

func BenchmarkRender(b *testing.B) {
	p := benchPage()
	for _, f := range render.Feeds() {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.Render(io.Discard, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPages writes the pages of HTML, each with a link to 40 categories.
func BenchmarkPages(b *testing.B) {
	p := benchPage()
	for i := range 40 {
		p.Categories = append(p.Categories, render.Category{Term: fmt.Sprintf("topic-%d", i), Label: fmt.Sprintf("Topic %d", i)})
	}
	one := *p
	one.Entries = p.Entries[:1]
	for _, f := range render.Formats {
		if f.Name != "html" || f.Scope == render.PerSite {
			continue
		}
		name, of := "category", p
		if f.Scope == render.PerEntry {
			name, of = "entry", &one
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.Render(io.Discard, of); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPlain is what gorilla/feeds makes of the same entries as it is.
func BenchmarkPlain(b *testing.B) {
	p := benchPage()
	plain := &feeds.Feed{Title: "Rivers", Link: &feeds.Link{Href: "https://feeds.example/rivers/"}, Description: "Water levels"}
	for i := range p.Entries {
		e := &p.Entries[i]
		plain.Items = append(plain.Items, &feeds.Item{
			Title: e.Title.Body, Link: &feeds.Link{Href: e.Alternate()}, Id: e.UpstreamID, Content: e.Content.Body,
			Author: &feeds.Author{Name: e.Authors[0].Name}, Created: e.Published,
		})
	}
	for name, write := range map[string]func(io.Writer) error{"atom": plain.WriteAtom, "rss": plain.WriteRss, "json": plain.WriteJSON} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := write(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
