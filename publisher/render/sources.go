package render

import (
	"io"

	"tributary/opml"
)

// sourcesList is what is aggregated, by folders. It is there when the site
// tells its sources.
var sourcesList = Format{
	Name: "sources", Title: "OPML", File: SourcesPath[1:], MediaType: "text/x-opml; charset=utf-8",
	Scope: PerSite, Has: func(s *Site) bool { return len(s.Sources) > 0 },
	Render: func(w io.Writer, p *Page) error {
		doc := opml.Document{Title: orElse(legal(p.Site.Title), "tributary"), Owner: legal(p.Site.Author.Name), Outlines: p.Site.Sources}
		return doc.Write(w)
	},
}
