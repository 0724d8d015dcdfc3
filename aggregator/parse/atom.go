package parse

import (
	"bytes"
	"fmt"
	"strings"

	gofeed "github.com/mmcdole/gofeed/atom"

	"tributary/feed"
)

// readAtom reads an Atom skeleton, 0.3 or 1.0.
func (k *skeleton) readAtom() (*Feed, error) {
	doc, err := new(gofeed.Parser).Parse(bytes.NewReader(k.out))
	if err != nil {
		return nil, &Error{Reason: "this Atom feed cannot be read: " + err.Error(), Err: err}
	}
	home := k.rootScope
	x := extended{k, doc.Extensions, home}
	f := &Feed{Format: k.version, Language: first(home.lang, x.value("dc", "language")), ID: k.plain(doc.ID)}
	f.Title = k.firstText(k.text(doc.Title, home), x.heading("dc:title"))
	f.Subtitle = k.firstText(k.text(doc.Subtitle, home), x.prose("dc:description", "itunes:summary", "itunes:subtitle"))
	f.Rights = k.firstText(k.text(doc.Rights, home), x.heading("dc:rights"))
	f.Icon, f.Logo = doc.Icon, doc.Logo
	for _, e := range x.list("itunes", "image") {
		f.Logo = first(f.Logo, e.Attrs["href"])
	}
	if doc.Generator != nil {
		f.Generator, f.GeneratorURI, f.GeneratorVersion = doc.Generator.Value, doc.Generator.URI, doc.Generator.Version
	}
	f.Updated = x.date("raw:updated", "raw:modified", "dcterms:modified", "raw:lastbuilddate", "dc:date")
	f.Published = x.date("raw:published", "raw:issued", "raw:created", "dc:date", "dcterms:issued", "raw:pubdate")
	f.Authors = x.people(people(doc.Authors))
	f.Contributors = people(doc.Contributors)
	f.Credits = x.credits()
	f.Categories = x.categories(k.atomCategories(doc.Categories))
	f.Links = x.links(atomLinks(doc.Links))
	f.Schedule = x.schedule()
	if len(doc.Entries) != len(k.items) {
		return nil, &Error{Reason: fmt.Sprintf("of its %d entries only %d could be read", len(k.items), len(doc.Entries))}
	}
	f.Items = make([]Item, len(doc.Entries))
	for i, e := range doc.Entries {
		k.entry(&f.Items[i], e, &k.items[i])
	}
	return f, nil
}

// entry maps an Atom entry.
func (k *skeleton) entry(to *Item, e *gofeed.Entry, piece *itemPiece) {
	home := piece.scope
	x := extended{k, e.Extensions, home}
	to.ID = first(k.plain(e.ID), x.value("dc", "identifier"))
	to.Base = k.baseOf(home)
	to.Language = first(piece.lang(k), x.value("dc", "language"))
	to.Title = k.firstText(k.text(e.Title, home), x.heading("dc:title"), x.mediaText("title"))
	to.Summary = k.firstText(k.text(e.Summary, home), x.prose("dc:description", "itunes:summary"), x.mediaText("description"))
	to.Rights = k.firstText(k.text(e.Rights, home), x.heading("dc:rights"))
	to.Published = x.date("raw:published", "raw:issued", "raw:created", "dc:date", "dcterms:issued", "raw:pubdate")
	to.Updated = x.date("raw:updated", "raw:modified", "dcterms:modified", "raw:lastbuilddate", "dc:date")
	to.Authors = x.people(people(e.Authors))
	to.Contributors = people(e.Contributors)
	to.Categories = x.categories(k.atomCategories(e.Categories))
	to.Links = atomLinks(e.Links)
	if e.Content != nil {
		k.content(to, e.Content.Value, home)
		if p := k.piece(e.Content.Value); p != nil && p.scope.lang != home.lang {
			to.Language = p.scope.lang
		}
	}
	if to.Content.Body == "" {
		to.Content = x.prose("content:encoded", "xhtml:body", "xhtml:div")
	}
	to.Links = x.links(to.Links)
	to.Links = x.original(to.Links)
	x.rest(to)
	if e.Source != nil {
		to.Source = k.atomSource(e.Source, home)
		if len(to.Authors) == 0 {
			to.Authors = to.Source.Authors
		}
	}
}

// content reads atom:content; what it only points at becomes a link.
func (k *skeleton) content(to *Item, number string, home scope) {
	p := k.piece(number)
	if p == nil {
		return
	}
	if p.src == "" {
		to.Content = k.text(number, home)
		return
	}
	l := feed.Link{Href: p.src, Rel: feed.RelRelated, Type: p.kind}
	switch {
	case isMedia(p.kind):
		l.Rel = feed.RelEnclosure
	case !hasAlternate(to.Links):
		l.Rel = feed.RelAlternate
	}
	to.Links = addLink(to.Links, Link{Link: l})
}

func hasAlternate(links []Link) bool {
	for i := range links {
		if links[i].Rel == feed.RelAlternate {
			return true
		}
	}
	return false
}

func people(list []*gofeed.Person) []feed.Person {
	var out []feed.Person
	for _, p := range list {
		to := feed.Person{Name: clean(p.Name), Email: mailto(p.Email), URI: p.URI}
		if to.Email == "" && strings.IndexByte(to.Name, '@') > 0 {
			if read, ok := person(to.Name); ok {
				to.Name, to.Email = first(read.Name, to.Name), read.Email
			}
		}
		if to != (feed.Person{}) {
			out = addPerson(out, to)
		}
	}
	return out
}

func (k *skeleton) atomCategories(list []*gofeed.Category) []feed.Category {
	var out []feed.Category
	for _, c := range list {
		out = addCategory(out, feed.Category{Term: first(c.Term, c.Label), Scheme: k.scheme(c.Scheme), Label: c.Label})
	}
	return out
}

// relations are those of RFC 4287 written as a URI.
const relations = "http://www.iana.org/assignments/relation/"

func atomLinks(list []*gofeed.Link) []Link {
	var out []Link
	for _, l := range list {
		rel := strings.TrimPrefix(strings.TrimSpace(l.Rel), relations)
		out = addLink(out, Link{Link: feed.Link{Href: l.Href, Rel: rel, Type: l.Type, HrefLang: l.Hreflang,
			Title: l.Title, Length: length(l.Length)}})
	}
	return out
}
