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
	spaces
	Channel *rssChannel
}

// FeedXml implements feeds.XmlFeed.
func (d *rssDocument) FeedXml() any { return d } //nolint:revive // the library's name

// An rssChannel is gorilla's, with what it lacks (RSS Advisory Board profile).
type rssChannel struct {
	*feeds.RssFeed
	Title       *written `xml:"title"`
	Description *written `xml:"description"`
	Generator   *written `xml:"generator"`
	Links       []rssSelf
	Archive     *archiveMark
	*show
	Items []*rssItem `xml:"item"`
}

type rssSelf struct {
	XMLName xml.Name `xml:"atom:link"`
	Href    string   `xml:"href,attr"`
	Rel     string   `xml:"rel,attr"`
	Type    string   `xml:"type,attr,omitempty"`
}

// An rssItem is gorilla's, likewise.
type rssItem struct {
	*feeds.RssItem
	Title       *written   `xml:"title"`
	Description *written   `xml:"description"`
	Content     *written   `xml:"content:encoded"`
	Creators    []*written `xml:"dc:creator"`
	Authors     []rssPerson
	Contributor []*written `xml:"dc:contributor"`
	Rights      *written   `xml:"dc:rights"`
	Updated     string     `xml:"atom:updated,omitempty"`
	Category    []rssCategory
	Source      *rssSource
	Related     []rssRelated
	*episode
	extras
}

// An rssPerson says of an author what dc:creator cannot, in Atom's words.
type rssPerson struct {
	XMLName xml.Name `xml:"atom:author"`
	Name    string   `xml:"atom:name"`
	URI     string   `xml:"atom:uri,omitempty"`
	Email   string   `xml:"atom:email,omitempty"`
}

// An rssRelated is where else an item's story is: RSS has no element for that,
// and Atom's is what its profile adds to channels.
type rssRelated struct {
	XMLName xml.Name `xml:"atom:link"`
	Href    string   `xml:"href,attr"`
	Rel     string   `xml:"rel,attr"`
	Title   string   `xml:"title,attr,omitempty"`
}

type rssCategory struct {
	XMLName xml.Name `xml:"category"`
	Domain  string   `xml:"domain,attr,omitempty"`
	written
}

type rssSource struct {
	XMLName xml.Name `xml:"source"`
	URL     string   `xml:"url,attr"`
	written
}

func newRSS(p *Page) *rssDocument {
	items := p.feedItems()
	home := p.Site.URL(p.home())
	c := &rssChannel{
		RssFeed: &feeds.RssFeed{
			Link: home, Language: strings.ToLower(language(p.language())), Docs: "https://www.rssboard.org/rss-specification",
		},
		Title: plain(p.heading()), Description: plain(orElse(p.description(), p.heading())),
		Generator: plain(legal(strings.TrimSpace(p.generator().Name + " " + p.generator().Version))),
		Links:     []rssSelf{{Href: p.Site.URL(p.self(rssFile)), Rel: feed.RelSelf, Type: "application/rss+xml"}},
	}
	if p.Site.Hub != "" {
		c.Links = append(c.Links, rssSelf{Href: p.Site.Hub, Rel: relHub})
	}
	c.Archive = p.archiveMark()
	for _, l := range p.related(rssFile, "application/rss+xml") {
		c.Links = append(c.Links, rssSelf{Href: l.Href, Rel: l.Rel, Type: l.Type})
	}
	if len(items) > 0 {
		c.LastBuildDate = rfc822(p.pageUpdated(items))
	}
	var used spaces
	podcast := p.Category.Podcast
	if podcast != nil {
		c.show = newShow(podcast, home+rssFile)
		used.ITunes, used.Podcast = itunesNS, podcastNS
	}
	for i := range items {
		if podcast != nil {
			items[i].enclosures = playableFirst(items[i].enclosures)
		}
		it := newRSSItem(&items[i])
		if podcast != nil {
			it.episode = newEpisode(&items[i])
		}
		used.declare(&it.extras)
		c.Items = append(c.Items, it)
	}
	return &rssDocument{
		spaces: used, Version: "2.0", Atom: atomNS, Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Channel: c,
	}
}

// rfc822 writes a date as RSS wants it: RFC 822 with the year in four digits,
// the zone as its offset. An offset of odd minutes is more than many readers
// expect.
func rfc822(t time.Time) string {
	if _, offset := t.Zone(); offset%(30*60) != 0 {
		t = t.UTC()
	}
	return t.Format("Mon, 02 Jan 2006 15:04:05 -0700")
}

func newRSSItem(it *item) *rssItem {
	out := &rssItem{
		RssItem: &feeds.RssItem{
			Link: it.link, PubDate: rfc822(it.published),
			Guid: &feeds.RssGuid{Id: it.id, IsPermaLink: strconv.FormatBool(it.id == it.link)},
		},
		extras: newExtras(it),
		Title:  plain(it.title), Description: cdata(inert(orElse(it.summary, it.html))), Source: it.rssSource(),
	}
	if it.summary != "" {
		out.Content = cdata(inert(it.html))
	}
	for _, a := range it.authors {
		out.Creators = append(out.Creators, plain(a.Name))
		if a.URI != "" || a.Email != "" {
			out.Authors = append(out.Authors, rssPerson{Name: a.Name, URI: a.URI, Email: a.Email})
		}
	}
	for _, c := range people(it.Contributors) {
		out.Contributor = append(out.Contributor, plain(c.Name))
	}
	out.Rights = plain(plainText(asHTML(it.Rights)))
	if updated := documentDate(it.LastUpdated()); updated.Truncate(time.Second).After(it.published) {
		out.Updated = updated.Format(time.RFC3339)
	}
	for _, c := range it.categories {
		out.Category = append(out.Category, rssCategory{Domain: c.Scheme, written: *plain(orElse(c.Label, c.Term))})
	}
	out.Comments = it.comments()
	out.extras.Season, out.extras.Episode = positive(it.Season), positive(it.Episode)
	out.extras.Credits = podcastPeople(it.credits)
	for i := range it.also {
		l := it.also[i].related()
		out.Related = append(out.Related, rssRelated{Href: l.Href, Rel: l.Rel, Title: unmarked(legal(l.Title))})
	}
	// One enclosure, as the profile says; 0 stands for a length that is not known.
	if len(it.enclosures) > 0 {
		l := it.enclosures[0]
		out.Enclosure = &feeds.RssEnclosure{Url: l.Href, Type: l.Type, Length: strconv.FormatInt(max(l.Length, 0), 10)}
		for i := range it.enclosures[1:] {
			out.Contents = append(out.Contents, newMediaContent(&it.enclosures[1+i]))
		}
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
	return &rssSource{URL: u, written: *plain(orElse(legal(s.Name), u))}
}
