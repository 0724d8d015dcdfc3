package render

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"tributary/feed"
)

const rssFile = "rss.xml"

var rss = Format{
	Name: "rss", Title: "RSS", File: rssFile, MediaType: "application/rss+xml; charset=utf-8",
	Scope: PerCategory, Feed: true,
	Render: func(w io.Writer, p *Page) error { return writeXML(w, newRSS(p)) },
}

// An rssDocument is gorilla's, with the namespaces of what is added to it.
type rssDocument struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel *rssChannel
}

// FeedXml implements feeds.XmlFeed.
func (d *rssDocument) FeedXml() any { return d } //nolint:revive // the library's name

// An rssChannel is gorilla's, with what it lacks (RSS Advisory Board profile).
type rssChannel struct {
	*feeds.RssFeed
	Self  *rssSelf
	Items []*rssItem `xml:"item"`
}

type rssSelf struct {
	XMLName xml.Name `xml:"atom:link"`
	Href    string   `xml:"href,attr"`
	Rel     string   `xml:"rel,attr"`
	Type    string   `xml:"type,attr"`
}

// An rssItem is gorilla's, likewise. Its own body would be written as CDATA,
// which has no place for every text.
type rssItem struct {
	*feeds.RssItem
	Content  string        `xml:"content:encoded,omitempty"`
	Creators []string      `xml:"dc:creator"`
	Category []rssCategory `xml:"category"`
	Source   *rssSource
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Term   string `xml:",chardata"`
}

type rssSource struct {
	XMLName xml.Name `xml:"source"`
	URL     string   `xml:"url,attr"`
	Name    string   `xml:",chardata"`
}

func newRSS(p *Page) *rssDocument {
	items := p.items()
	c := &rssChannel{
		RssFeed: &feeds.RssFeed{
			Title: p.heading(), Link: p.Site.URL(CategoryPath(p.Category.Term)),
			Description: orElse(p.description(), p.heading()), Language: strings.ToLower(p.language()),
			Generator: strings.TrimSpace(p.Site.Generator.Name + " " + p.Site.Generator.Version),
			Docs:      "https://www.rssboard.org/rss-specification",
		},
		Self: &rssSelf{Href: p.Site.URL(CategoryPath(p.Category.Term) + rssFile), Rel: feed.RelSelf, Type: "application/rss+xml"},
	}
	if len(items) > 0 {
		c.LastBuildDate = rfc822(p.pageUpdated(items))
	}
	for i := range items {
		c.Items = append(c.Items, p.rssItem(&items[i]))
	}
	return &rssDocument{
		Version: "2.0", Atom: atomNS, Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Channel: c,
	}
}

// rfc822 writes a date as RSS wants it: RFC 822 with the year in four digits,
// the zone as its offset.
func rfc822(t time.Time) string { return t.Format("Mon, 02 Jan 2006 15:04:05 -0700") }

func (p *Page) rssItem(it *item) *rssItem {
	out := &rssItem{
		RssItem: &feeds.RssItem{
			Title: it.title, Link: it.link, Description: orElse(it.summary, it.html), PubDate: rfc822(it.Date()),
			Guid: &feeds.RssGuid{Id: it.id, IsPermaLink: strconv.FormatBool(it.id == it.link)},
		},
		Source: newRSSSource(it.source),
	}
	if it.summary != "" {
		out.Content = it.html
	}
	for _, a := range it.authors {
		out.Creators = append(out.Creators, a.Name)
	}
	for _, c := range it.categories {
		out.Category = append(out.Category, rssCategory{Domain: c.Scheme, Term: orElse(c.Label, c.Term)})
	}
	for _, l := range it.Entry.Links {
		if l.Rel == feed.RelReplies && out.Comments == "" {
			out.Comments = webURL(l.Href)
		}
	}
	// One enclosure, as the profile says; 0 stands for a length that is not known.
	if len(it.enclosures) > 0 {
		l := it.enclosures[0]
		out.Enclosure = &feeds.RssEnclosure{Url: l.Href, Type: l.Type, Length: strconv.FormatInt(l.Length, 10)}
	}
	return out
}

// newRSSSource returns the attribution, nil when the source has no URL.
func newRSSSource(s *Source) *rssSource {
	if s == nil {
		return nil
	}
	u := webURL(s.URL)
	if u == "" {
		return nil
	}
	return &rssSource{URL: u, Name: orElse(legal(s.Name), u)}
}
