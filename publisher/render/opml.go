package render

import (
	"encoding/xml"
	"io"
)

// subscriptionList lists what is published.
var subscriptionList = Format{
	Name: "opml", Title: "OPML", File: OPMLPath[1:], MediaType: "text/x-opml; charset=utf-8",
	Scope: PerSite,
	Render: func(w io.Writer, p *Page) error {
		if _, err := io.WriteString(w, xml.Header); err != nil {
			return err
		}
		enc := xml.NewEncoder(w)
		enc.Indent("", "  ")
		if err := enc.Encode(newOPML(p)); err != nil {
			return err
		}
		_, err := io.WriteString(w, "\n")
		return err
	},
}

// An opmlDocument is a subscription list (OPML 2.0).
type opmlDocument struct {
	XMLName  xml.Name      `xml:"opml"`
	Version  string        `xml:"version,attr"`
	Title    string        `xml:"head>title"`
	Owner    string        `xml:"head>ownerName,omitempty"`
	Outlines []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Text        string `xml:"text,attr"`
	Title       string `xml:"title,attr"`
	Type        string `xml:"type,attr"`
	XMLURL      string `xml:"xmlUrl,attr"`
	HTMLURL     string `xml:"htmlUrl,attr"`
	Description string `xml:"description,attr,omitempty"`
	Language    string `xml:"language,attr,omitempty"`
	Version     string `xml:"version,attr"`
}

// newOPML lists each category once, in the format that most readers have
// known longest.
func newOPML(p *Page) *opmlDocument {
	doc := &opmlDocument{Version: "2.0", Title: orElse(legal(p.Site.Title), "tributary"), Owner: legal(p.Site.Author.Name)}
	for _, c := range append([]Category{{Term: All, Label: p.Site.Title}}, p.Categories...) {
		label := orElse(legal(c.Label), c.Term)
		doc.Outlines = append(doc.Outlines, opmlOutline{
			Text: label, Title: label, Type: "rss", Version: "RSS2",
			XMLURL: p.Site.URL(CategoryPath(c.Term) + rssFile), HTMLURL: p.Site.URL(CategoryPath(c.Term)),
			Description: legal(c.Description), Language: language(orElse(c.Language, p.Site.Language)),
		})
	}
	return doc
}
