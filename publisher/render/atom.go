package render

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"time"

	"github.com/gorilla/feeds"

	"tributary/feed"
)

const atomFile = "atom.xml"

var atom = Format{
	Name: "atom", Title: "Atom", File: atomFile, MediaType: "application/atom+xml; charset=utf-8",
	Scope: PerCategory, Feed: true,
	Render: func(w io.Writer, p *Page) error { return writeXML(w, newAtomFeed(p)) },
}

// writeXML lets gorilla/feeds write a document, and ends it with a newline.
func writeXML(w io.Writer, doc feeds.XmlFeed) error {
	b := bufio.NewWriter(w)
	if err := feeds.WriteXML(doc, b); err != nil {
		return err
	}
	if err := b.WriteByte('\n'); err != nil {
		return err
	}
	return b.Flush()
}

// relHub leads to a WebSub hub (W3C WebSub §4).
const relHub = "hub"

const atomNS = "http://www.w3.org/2005/Atom"

// An atomFeed is gorilla's, with the elements that it has one of and Atom
// several (RFC 4287 §4.1.1), or lacks, in place of its own.
type atomFeed struct {
	*feeds.AtomFeed
	spaces
	Lang      string    `xml:"xml:lang,attr,omitempty"`
	Title     *atomText `xml:"title"`
	Subtitle  *atomText `xml:"subtitle"`
	Link      []atomLink
	Author    []feeds.AtomAuthor
	Generator *atomGenerator
	Archive   *archiveMark
	Entries   []*atomEntry `xml:"entry"`
}

// FeedXml implements feeds.XmlFeed.
func (f *atomFeed) FeedXml() any { return f } //nolint:revive // the library's name

type atomGenerator struct {
	XMLName xml.Name `xml:"generator"`
	URI     string   `xml:"uri,attr,omitempty"`
	Version string   `xml:"version,attr,omitempty"`
	Name    string   `xml:",chardata"`
}

type atomLink struct {
	feeds.AtomLink
	HrefLang string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

// An atomEntry is gorilla's, likewise (RFC 4287 §4.1.2).
type atomEntry struct {
	*feeds.AtomEntry
	Lang        string    `xml:"xml:lang,attr,omitempty"`
	Title       *atomText `xml:"title"`
	Summary     *atomText `xml:"summary"`
	Content     *atomText `xml:"content"`
	Rights      *atomText `xml:"rights"`
	Links       []atomLink
	Author      []feeds.AtomAuthor
	Contributor []feeds.AtomContributor
	Category    []atomCategory
	Source      *atomSource
	extras
}

type atomCategory struct {
	XMLName xml.Name `xml:"category"`
	Term    string   `xml:"term,attr"`
	Scheme  string   `xml:"scheme,attr,omitempty"`
	Label   string   `xml:"label,attr,omitempty"`
}

// An atomSource is the metadata of the feed an entry came from (RFC 4287
// §4.2.11).
type atomSource struct {
	XMLName xml.Name  `xml:"source"`
	ID      string    `xml:"id"`
	Title   *atomText `xml:"title"`
	Updated string    `xml:"updated"`
	Links   []atomLink
}

func newAtomFeed(p *Page) *atomFeed {
	items := p.feedItems()
	f := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: atomNS, Id: p.feedID(), Updated: p.pageUpdated(items).Format(time.RFC3339Nano),
			Icon: p.Site.URL(AssetPath(p.Site.theme().assets[iconFile].Name)),
		},
		Lang: language(p.language()), Title: newAtomText(p.heading()), Subtitle: newAtomText(p.description()),
		Link: []atomLink{
			newAtomLink(feed.Link{Href: p.Site.URL(p.self(atomFile)), Rel: feed.RelSelf, Type: "application/atom+xml"}),
			newAtomLink(feed.Link{Href: p.Site.URL(p.home()), Rel: feed.RelAlternate, Type: "text/html"}),
		},
		Generator: newAtomGenerator(p.generator()), Archive: p.archiveMark(),
	}
	for _, l := range p.related(atomFile, "application/atom+xml") {
		f.Link = append(f.Link, newAtomLink(l))
	}
	if p.Site.Hub != "" {
		f.Link = append(f.Link, newAtomLink(feed.Link{Href: p.Site.Hub, Rel: relHub}))
	}
	for _, a := range people([]feed.Person{p.Site.Author}) {
		f.Author = append(f.Author, feeds.AtomAuthor{AtomPerson: atomPerson(a)})
	}
	sources := map[*Source]*atomSource{}
	for i := range items {
		e := p.atomEntry(&items[i], len(f.Author) > 0)
		e.Source = items[i].atomSource(sources)
		f.declare(&e.extras)
		f.Entries = append(f.Entries, e)
	}
	return f
}

func newAtomGenerator(g Generator) *atomGenerator {
	if g.Name == "" {
		return nil
	}
	return &atomGenerator{Name: unmarked(legal(g.Name)), URI: absolute(g.URI), Version: g.Version}
}

func newAtomLink(l feed.Link) atomLink {
	out := atomLink{AtomLink: feeds.AtomLink{Href: l.Href, Rel: l.Rel, Type: l.Type}, HrefLang: language(l.HrefLang), Title: unmarked(legal(l.Title))}
	if l.Length > 0 {
		out.Length = strconv.FormatInt(l.Length, 10)
	}
	return out
}

func atomPerson(p feed.Person) feeds.AtomPerson {
	return feeds.AtomPerson{Name: p.Name, Uri: p.URI, Email: p.Email}
}

// atomEntry writes an entry. When neither it nor the feed names an author,
// its source does, since an entry must have one (RFC 4287 §4.1.2).
func (p *Page) atomEntry(it *item, feedHasAuthor bool) *atomEntry {
	e := &atomEntry{
		AtomEntry: &feeds.AtomEntry{
			Id: it.id, Published: it.published.Format(time.RFC3339Nano), Updated: it.updated.Format(time.RFC3339Nano),
		},
		Lang:  otherLanguage(language(it.Language), language(p.language())),
		Title: newAtomText(it.title), Summary: newAtomHTML(inert(it.summary)), Content: newAtomHTML(inert(it.html)),
		Rights: newAtomHTML(inert(p.Site.pictures(asHTML(it.Rights)))), Links: atomLinks(it),
		extras: newExtras(it),
	}
	for _, a := range it.authors {
		e.Author = append(e.Author, feeds.AtomAuthor{AtomPerson: atomPerson(a)})
	}
	if len(e.Author) == 0 && !feedHasAuthor {
		name := "tributary"
		if named := people([]feed.Person{{Name: p.sourceName(it)}}); len(named) > 0 {
			name = named[0].Name // its e-mail address, if it has one, is not an author's
		}
		e.Author = []feeds.AtomAuthor{{AtomPerson: feeds.AtomPerson{Name: name}}}
	}
	for _, c := range people(it.Contributors) {
		e.Contributor = append(e.Contributor, feeds.AtomContributor{AtomPerson: atomPerson(c)})
	}
	for _, c := range it.categories {
		e.Category = append(e.Category, atomCategory{Term: c.Term, Scheme: c.Scheme, Label: unmarked(c.Label)})
	}
	return e
}

func otherLanguage(entry, page string) string {
	if entry == page {
		return ""
	}
	return entry
}

// sourceName returns a name for where the entry came from.
func (p *Page) sourceName(it *item) string {
	if it.source != nil {
		if name := unmarked(legal(it.source.Name)); name != "" {
			return name
		}
	}
	return orElse(string(it.Origin()), "tributary")
}

// atomLinks returns the entry's links: its page, enclosures, where it can be
// answered, what it is related to.
func atomLinks(it *item) []atomLink {
	out := []atomLink{newAtomLink(feed.Link{Href: it.link, Rel: feed.RelAlternate, Type: "text/html"})}
	for _, l := range it.enclosures {
		out = append(out, newAtomLink(l))
	}
	for _, l := range it.Entry.Links {
		if l.Rel != feed.RelReplies && l.Rel != feed.RelRelated && l.Rel != feed.RelVia {
			continue
		}
		if l.Href = webURL(l.Href); l.Href == "" {
			continue
		}
		if l.Type != "" {
			l.Type = mediaType(l.Type, l.Href)
		}
		out = append(out, newAtomLink(l))
	}
	for i := range it.also {
		out = append(out, newAtomLink(it.also[i].related()))
	}
	return out
}

// atomSource returns the attribution, nil when nothing is known: the source
// as it was when it published this entry. Its own date of today would change
// every document at each poll.
func (it *item) atomSource(known map[*Source]*atomSource) *atomSource {
	if s := it.carriedSource(); s != nil {
		return s
	}
	if it.source == nil {
		return nil
	}
	s := known[it.source]
	if s == nil {
		s = newAtomSource(it)
		known[it.source] = s
	}
	out := *s
	out.Updated = it.updated.Format(time.RFC3339)
	return &out
}

// newAtomSource returns the attribution but for its date.
func newAtomSource(it *item) *atomSource {
	s, id := it.source, sourceID(it)
	out := &atomSource{ID: id, Title: newAtomText(orElse(legal(s.Name), id))}
	if u := webURL(s.URL); u != "" {
		out.Links = append(out.Links, newAtomLink(feed.Link{Href: u, Rel: feed.RelSelf}))
	}
	if u := webURL(s.Feed.Alternate()); u != "" {
		out.Links = append(out.Links, newAtomLink(feed.Link{Href: u, Rel: feed.RelAlternate}))
	}
	return out
}

// sourceID returns what upstream calls its feed, else its address, else a
// urn:uuid that is always the same for one source.
func sourceID(it *item) string {
	for _, id := range []string{it.source.Feed.ID, it.source.URL} {
		if lasting(id) {
			return id
		}
	}
	return feed.Identify(it.Origin(), "", "", feed.DigestOf("the source itself")).URN()
}
