package render

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"tributary/feed"
)

const jsonFeedFile = "feed.json"

var jsonFeed = Format{
	Name: "json", Title: "JSON Feed", File: jsonFeedFile, MediaType: "application/feed+json; charset=utf-8",
	Scope: PerCategory, Feed: true,
	Render: func(w io.Writer, p *Page) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(newJSONFeed(p))
	},
}

// A jsonDocument is gorilla's, with items that are there even when there are
// none (JSON Feed 1.1, "items" is required).
type jsonDocument struct {
	*feeds.JSONFeed
	Items []*jsonItem `json:"items"`
}

// A jsonItem is gorilla's, with what JSON Feed 1.1 has and it lacks.
type jsonItem struct {
	*feeds.JSONItem
	Language      string           `json:"language,omitempty"`
	PublishedDate string           `json:"date_published,omitempty"`
	ModifiedDate  string           `json:"date_modified,omitempty"`
	Attachments   []jsonAttachment `json:"attachments,omitempty"`
	Extras        *jsonExtras      `json:"_tributary,omitempty"`
	Also          *jsonAlso        `json:"_also,omitempty"`
}

// A jsonAlso says where else an item's story is: an extension (JSON Feed 1.1,
// "Extensions"), since JSON Feed has no links with relations.
type jsonAlso struct {
	About string          `json:"about"`
	Links []jsonAlsoPlace `json:"links"`
}

type jsonAlsoPlace struct {
	URL    string `json:"url"`
	Title  string `json:"title,omitempty"`
	Source string `json:"source"`
}

// newJSONAlso returns nil for an item whose story is nowhere else.
func newJSONAlso(also []alsoAt) *jsonAlso {
	if len(also) == 0 {
		return nil
	}
	out := &jsonAlso{About: "links are other places of the same story"}
	for _, a := range also {
		out.Links = append(out.Links, jsonAlsoPlace{URL: a.Href, Title: a.Title, Source: a.Source})
	}
	return out
}

// A jsonAttachment has a size of more than 2 GB, and a duration only if it is
// known, which gorilla's always writes.
type jsonAttachment struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Title    string `json:"title,omitempty"`
	Size     int64  `json:"size_in_bytes,omitempty"`
	Duration int64  `json:"duration_in_seconds,omitempty"`
}

func newJSONFeed(p *Page) *jsonDocument {
	doc := &jsonDocument{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: p.heading(), Language: language(p.language()), Favicon: p.Site.URL(AssetPath(p.Site.theme().assets[iconFile].Name)),
			HomePageUrl: p.Site.URL(p.home()), FeedUrl: p.Site.URL(p.current() + jsonFeedFile),
			NextUrl: p.nextURL(), Description: p.description(), Authors: jsonAuthors(people([]feed.Person{p.Site.Author})),
		},
		Items: []*jsonItem{},
	}
	if p.Site.Hub != "" {
		doc.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: p.Site.Hub}}
	}
	for _, it := range p.feedItems() {
		doc.Items = append(doc.Items, p.jsonItem(&it))
	}
	return doc
}

func (p *Page) jsonItem(it *item) *jsonItem {
	out := &jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: it.id, Url: it.link, Title: it.title, ContentHTML: orElse(it.html, it.summary),
			Image: orElse(it.picture, firstImage(it)), Authors: jsonAuthors(it.authors),
		},
		Language:      otherLanguage(language(it.Language), language(p.language())),
		PublishedDate: it.published.Format(time.RFC3339Nano),
		ModifiedDate:  documentDate(it.LastUpdated()).Format(time.RFC3339Nano),
		Also:          newJSONAlso(it.also),
	}
	if it.html != "" {
		out.Summary = plainText(it.summary)
	}
	for _, c := range it.categories {
		out.Tags = append(out.Tags, orElse(c.Label, c.Term))
	}
	for _, l := range it.enclosures {
		out.Attachments = append(out.Attachments, jsonAttachment{URL: l.Href, MIMEType: l.Type, Title: legal(l.Title), Size: max(l.Length, 0)})
	}
	if len(out.Attachments) > 0 {
		out.Attachments[0].Duration = int64(max(it.Duration, 0) / time.Second)
	}
	out.Extras = newJSONExtras(it)
	return out
}

func jsonAuthors(in []feed.Person) []*feeds.JSONAuthor {
	var out []*feeds.JSONAuthor
	for _, p := range in {
		at := jsonURL(p.URI)
		if at == "" && p.Email != "" {
			at = "mailto:" + p.Email
		}
		out = append(out, &feeds.JSONAuthor{Name: p.Name, Url: at})
	}
	return out
}

// jsonURL returns a URL of the web or an e-mail address, which is what the
// readers of JSON Feed follow, else "".
func jsonURL(s string) string {
	switch scheme, _, _ := strings.Cut(s, ":"); strings.ToLower(scheme) {
	case "http", "https", "mailto":
		return s
	}
	return ""
}

// firstImage returns the entry's enclosed picture, if it has one.
func firstImage(it *item) string {
	for _, l := range it.enclosures {
		if len(l.Type) > 6 && l.Type[:6] == "image/" {
			return l.Href
		}
	}
	return ""
}
