package render_test

import (
	"html"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
)

// An episode in a category of many shows is by its own author, by its show's, or
// by the show: never by the category's.
func TestEpisodeAuthor(t *testing.T) {
	enclosure := []feed.Link{{Rel: feed.RelEnclosure, Href: "https://show.example/1.mp3", Type: "audio/mpeg", Length: 1}}
	for _, tt := range []struct {
		name   string
		entry  []feed.Person
		source *render.Source
		want   string
	}{
		{"its own", []feed.Person{{Name: "Per Lund"}}, &render.Source{Name: "The Show", Feed: feed.Feed{Authors: []feed.Person{{Name: "Ida Holm"}}}}, "Per Lund"},
		{"its show's", nil, &render.Source{Name: "The Show", Feed: feed.Feed{Authors: []feed.Person{{Name: "Ida Holm"}, {Name: "B"}}}}, "Ida Holm"},
		{"the show", nil, &render.Source{Name: "The <Show>"}, "The <Show>"},
		{"nobody's", nil, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := page()
			p.Category.Podcast = show()
			p.Entries = []feed.Entry{{Source: "show", UpstreamID: "urn:1", Title: feed.Text{Body: "One"}, Authors: tt.entry, Links: enclosure, Received: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
			p.Sources = map[feed.SourceID]*render.Source{"show": tt.source}
			if tt.source == nil {
				p.Sources = nil
			}
			_, item, _ := strings.Cut(string(renderRSS(t, p)), "<item>")
			_, got, _ := strings.Cut(item, "<itunes:author>")
			got, _, _ = strings.Cut(got, "</itunes:author>")
			if got = html.UnescapeString(got); got != tt.want {
				t.Errorf("it is by %q, want %q\n%s", got, tt.want, item)
			}
		})
	}
}
