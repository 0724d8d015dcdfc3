package parse

import (
	"bytes"
	"fmt"
	"strings"

	gofeed "github.com/mmcdole/gofeed/rss"

	"tributary/feed"
)

// rss reads an RSS skeleton: 0.9x, 1.0, 2.0, and channel definitions, which
// have the same elements.
func (k *skeleton) rss() (*Feed, error) {
	doc, err := new(gofeed.Parser).Parse(bytes.NewReader(k.out))
	if err != nil {
		return nil, &Error{Reason: "this RSS cannot be read: " + err.Error(), Err: err}
	}
	home := k.rootScope
	x := extended{k, doc.Extensions, home}
	f := &Feed{Format: k.version, Language: first(strings.TrimSpace(doc.Language), x.value("dc", "language"), home.lang)}
	f.ID = k.plain(x.value("atom", "id"))
	f.Generator = doc.Generator
	f.Title = k.firstText(k.heading(doc.Title, home), x.heading("atom:title", "dc:title", "itunes:title"))
	f.Subtitle = k.firstText(k.hypertext(doc.Description, home),
		x.prose("atom:subtitle", "dc:description", "itunes:summary", "itunes:subtitle"))
	f.Rights = k.firstText(k.heading(doc.Copyright, home), x.heading("atom:rights", "dc:rights"))
	f.Published = x.date("raw:pubdate", "raw:published", "dc:date", "dcterms:issued", "raw:issued", "raw:created")
	f.Updated = x.date("raw:lastbuilddate", "raw:updated", "dcterms:modified", "raw:modified", "dc:date")
	k.channelPeople(f, doc, x)
	for _, c := range doc.Categories {
		f.Categories = addCategory(f.Categories, feed.Category{Term: twice(c.Value), Scheme: c.Domain})
	}
	f.Categories = x.categories(f.Categories)
	k.channelLinks(f, doc, x)
	f.Schedule = x.schedule()
	f.Schedule.TTL = doc.TTL
	if len(doc.Items) != len(k.items) {
		return nil, &Error{Reason: fmt.Sprintf("of its %d items only %d could be read", len(k.items), len(doc.Items))}
	}
	f.Items = make([]Item, len(doc.Items))
	for i, it := range doc.Items {
		k.item(&f.Items[i], it, &k.items[i])
	}
	return f, nil
}

func (k *skeleton) channelPeople(f *Feed, doc *gofeed.Feed, x extended) {
	f.Authors, f.Contributors = x.people(nil), x.contributors()
	for _, name := range [...]string{x.value("raw", "author"), doc.ManagingEditor, x.value("dc", "publisher")} {
		if p, ok := person(name); ok && len(f.Authors) == 0 {
			f.Authors = append(f.Authors, p)
		}
	}
	f.Authors = x.owner(f.Authors)
	f.Credits = x.credits()
}

func (k *skeleton) channelLinks(f *Feed, doc *gofeed.Feed, x extended) {
	for _, href := range doc.Links {
		f.Links = addLink(f.Links, Link{Link: feed.Link{Href: href, Rel: feed.RelAlternate}})
	}
	if len(f.Links) == 0 {
		f.Links = addLink(f.Links, Link{Link: feed.Link{Href: k.channelHref, Rel: feed.RelAlternate}})
	}
	f.Links = x.links(f.Links)
	if doc.Image != nil {
		f.Logo = doc.Image.URL
	}
	for _, e := range x.list("itunes", "image") {
		f.Logo = first(f.Logo, e.Attrs["href"])
	}
	f.Logo = first(f.Logo, x.value("atom", "logo"))
	f.Icon = x.value("atom", "icon")
}

// firstText returns the first text that is not empty.
func (k *skeleton) firstText(texts ...Text) Text {
	for _, t := range texts {
		if t.Body != "" {
			return t
		}
	}
	return Text{}
}

// item maps an RSS item.
func (k *skeleton) item(to *Item, it *gofeed.Item, piece *itemPiece) {
	home := piece.scope
	x := extended{k, it.Extensions, home}
	to.Base = k.baseOf(home)
	to.Language = first(x.value("dc", "language"), k.textLang(home, it.Content, x.value("content", "encoded"), x.value("atom", "content"), it.Custom["encoded"],
		it.Custom["content"], x.value("xhtml", "body"), x.value("xhtml", "div"), it.Custom["fullitem"], it.Custom["body"]), piece.lang(k))
	k.itemTexts(to, it, x)
	k.itemLinks(to, it, piece, x)
	to.Rights = k.firstText(k.heading(it.Custom["copyright"], home), x.heading("atom:rights", "dc:rights"))
	to.Published = x.date("raw:pubdate", "raw:published", "dcterms:issued", "dcterms:created", "raw:issued", "raw:created",
		"dc:date", "raw:date")
	to.Updated = x.date("raw:updated", "dcterms:modified", "raw:modified", "raw:lastbuilddate", "dc:date")
	to.Contributors = x.contributors()
	to.Source = rssSource(it.Source)
	for _, c := range it.Categories {
		to.Categories = addCategory(to.Categories, feed.Category{Term: twice(c.Value), Scheme: c.Domain})
	}
	to.Categories = x.categories(to.Categories)
	if p, ok := person(first(it.Author, it.Custom["managingeditor"])); ok {
		to.Authors = append(to.Authors, p)
	}
	to.Authors = x.people(to.Authors)
	x.rest(to)
}

func (p *itemPiece) lang(k *skeleton) string {
	if p.scope.lang != k.rootScope.lang {
		return p.scope.lang
	}
	return ""
}

// textLang returns the language that the first text there is says it is in, ""
// where that is what is said around it.
func (k *skeleton) textLang(home scope, numbers ...string) string {
	for _, number := range numbers {
		if p := k.piece(number); p != nil && p.scope.lang != home.lang {
			return p.scope.lang
		} else if p != nil {
			return ""
		}
	}
	return ""
}

// itemTexts settles which of an item's texts is the summary and which the
// content. A second text makes the longer form the content.
func (k *skeleton) itemTexts(to *Item, it *gofeed.Item, x extended) {
	home := x.home
	to.Title = k.firstText(k.heading(it.Title, home), x.heading("atom:title", "dc:title"), x.mediaText("title"),
		x.heading("itunes:title"))
	to.Content = k.firstText(k.hypertext(it.Content, home), x.prose("content:encoded", "atom:content"),
		k.hypertext(it.Custom["encoded"], home), k.hypertext(it.Custom["content"], home), x.prose("xhtml:body", "xhtml:div"),
		k.hypertext(it.Custom["fullitem"], home), k.hypertext(it.Custom["body"], home))
	description := k.hypertext(it.Description, home)
	summary := k.firstText(k.hypertext(it.Custom["summary"], home), x.prose("atom:summary"))
	switch {
	case description.Body == "":
		to.Summary = k.firstText(summary, x.prose("dc:description", "itunes:summary", "itunes:subtitle"), x.mediaText("description"))
	case summary.Body == "" || to.Content.Body != "":
		to.Summary = description
	case before(it.Custom["summary"], it.Description):
		to.Summary, to.Content = summary, description
	default:
		to.Summary, to.Content = description, summary
	}
}

// before reports whether the piece of the first number was written before
// that of the second.
func before(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

func (k *skeleton) itemLinks(to *Item, it *gofeed.Item, piece *itemPiece, x extended) {
	to.ID = piece.about
	for _, href := range it.Links {
		to.Links = addLink(to.Links, Link{Link: feed.Link{Href: href, Rel: feed.RelAlternate}})
	}
	if it.GUID != nil {
		if guid := k.plain(it.GUID.Value); guid != "" {
			to.ID = guid
			to.Links = k.permalink(to.Links, guid, k.piece(it.GUID.Value))
		}
	}
	if to.ID == "" {
		to.ID = first(k.plain(x.value("atom", "id")), x.value("dc", "identifier"))
	}
	if len(to.Links) == 0 {
		to.Links = addLink(to.Links, Link{Link: feed.Link{Href: piece.href, Rel: feed.RelAlternate}})
	}
	to.Links = x.original(to.Links)
	for _, e := range it.Enclosures {
		l := feed.Link{Href: e.URL, Rel: feed.RelEnclosure, Type: e.Type, Length: length(e.Length)}
		to.Links = addLink(to.Links, Link{Link: l})
	}
	to.Links = x.links(to.Links)
	to.Links = addLink(to.Links, Link{Link: feed.Link{Href: it.Comments, Rel: feed.RelReplies}})
}

// permalink makes a guid a link where it says it is one and there is no other.
func (k *skeleton) permalink(links []Link, guid string, p *prosePiece) []Link {
	if len(links) > 0 || p.permalink == "false" || p.permalink == "" && !strings.Contains(guid, "://") {
		return links
	}
	return append(links, Link{Link: feed.Link{Href: k.against(guid, p.scope), Rel: feed.RelAlternate}})
}

// baseOf returns the base of an item, unless it is the feed's.
func (k *skeleton) baseOf(home scope) string {
	if home.base == k.rootScope.base {
		return ""
	}
	return home.String()
}
