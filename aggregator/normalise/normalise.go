// Package normalise turns what upstream sent into entries fit to keep:
// identity settled, dates parsed, references absolute, HTML sanitised.
//
// It is pure: no clock, network or store. The same input gives the same
// entries on every machine, which is what keeps published IDs stable.
package normalise

import (
	"slices"
	"strings"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// maxList bounds the links, persons and categories of one entry; the rest is dropped.
const maxList = 100

// A Normaliser holds what is made once and shared by all polls. It is safe
// for concurrent use.
type Normaliser struct{ rules *rules }

// New returns a Normaliser that keeps no frames.
func New() *Normaliser { return Framing(nil) }

// Framing returns a Normaliser that keeps frames of those hosts, which are in
// lower case: players of sound and film.
func Framing(hosts []string) *Normaliser { return &Normaliser{rules: newRules(hosts)} }

// Version says how documents are read and normalised: it is another when the
// same bytes give other entries than before.
func (n *Normaliser) Version() int { return n.rules.version }

// Feed returns what src's document says, normalised: the feed, and its
// entries oldest first, each with ID, Source, Filed and Digest, without
// Received, Order and Modified, which depend on the store.
//
// Oldest first is by date where every entry has one, and else the document's
// order turned round, since upstream lists the newest first. Items with nothing
// in them are left out; of an item that is repeated the newest stays.
func (n *Normaliser) Feed(src *feed.Source, f *parse.Feed) (feed.Feed, []feed.Entry) {
	of, entries, _ := n.Part(src, f, feed.Parts{})
	return of, entries
}

// Document is Feed with the entries in the document's own order and its
// repetitions, for whoever wants to look at a document.
func (n *Normaliser) Document(src *feed.Source, f *parse.Feed) (feed.Feed, []feed.Entry) {
	return n.begin(src, f).read(f)
}

// Items returns the entries that Document makes of the items' own words, those
// of their own documents aside, and for each the number of its item.
func (n *Normaliser) Items(src *feed.Source, f *parse.Feed) ([]feed.Entry, []int) {
	return n.begin(src, f).entries(f)
}

// begin returns what the items of f share.
func (n *Normaliser) begin(src *feed.Source, f *parse.Feed) *document {
	d := &document{rules: n.rules, src: src, base: documentBase(src, f), filed: feed.Filing(src.Categories)}
	d.language = languageTag(f.Language)
	d.dates = dateLanguage(f, d.language)
	d.credits = credits(f.Credits, d.base)
	return d
}

func (d *document) read(f *parse.Feed) (feed.Feed, []feed.Entry) {
	entries, of := d.entries(f)
	for i := range entries {
		d.complete(&entries[i], &f.Items[of[i]])
	}
	return d.feed(f), entries
}

// entries returns the entries, settled, and the numbers of their items.
func (d *document) entries(f *parse.Feed) (entries []feed.Entry, of []int) {
	entries = make([]feed.Entry, 0, len(f.Items))
	for i := range f.Items {
		if says(&f.Items[i]) {
			entries = append(entries, d.entry(&f.Items[i]))
			of = append(of, i)
		}
	}
	settle(entries)
	return entries, of
}

// documentBase returns what the document's references start from. A document
// that came from a folder has no place of its own on the web, and takes that
// of the page it belongs to.
func documentBase(src *feed.Source, f *parse.Feed) base {
	for _, url := range []string{f.Base, src.URL} {
		if b := parseBase(url, base{}); !b.isZero() {
			return b
		}
	}
	for _, l := range f.Links {
		if l.Rel == feed.RelAlternate || l.Rel == "" {
			if b := parseBase(l.Href, base{}); !b.isZero() {
				return b
			}
		}
	}
	return base{}
}

// A document is what the items of one document share.
type document struct {
	rules    *rules
	src      *feed.Source
	base     base
	filed    []string
	language string
	dates    string        // the language that its dates are read in
	credits  []feed.Credit // of episodes that name nobody
}

// within returns the base that url sets, or b when it sets none.
func within(b base, url string) base {
	if url == "" {
		return b
	}
	return parseBase(url, b)
}

func (d *document) feed(f *parse.Feed) feed.Feed {
	c := cleaner{rules: d.rules}
	return feed.Feed{
		ID:           d.feedID(f.ID),
		Language:     d.language,
		Logo:         d.base.link(f.Logo),
		Icon:         d.base.link(f.Icon),
		Generator:    feed.Generator{Name: line(f.Generator), URI: d.base.link(f.GeneratorURI), Version: line(f.GeneratorVersion)},
		Title:        feed.Text{Body: title(f.Title)},
		Subtitle:     c.text(f.Subtitle, d.base),
		Rights:       c.text(f.Rights, d.base),
		Links:        links(f.Links, d.base),
		Authors:      persons(f.Authors, d.base),
		Contributors: persons(f.Contributors, d.base),
		Categories:   categories(f.Categories),
		Published:    Date(f.Published, d.dates),
		Updated:      Date(f.Updated, d.dates),
	}
}

// feedID returns the feed's id; one that is a path is made absolute, since it
// is to be an IRI (RFC 4287 §4.2.6).
func (d *document) feedID(id string) string {
	id = strings.TrimSpace(legal(id))
	if strings.HasPrefix(id, "/") || strings.HasPrefix(id, "./") || strings.HasPrefix(id, "../") || strings.HasPrefix(id, "?") {
		if url := d.base.link(id); url != "" {
			return url
		}
	}
	return id
}

// entry returns the item as an entry, its identity and digest aside.
func (d *document) entry(it *parse.Item) feed.Entry {
	c := cleaner{rules: d.rules}
	b := within(d.base, it.Base)
	e := feed.Entry{
		Source:       d.src.ID,
		UpstreamID:   it.ID,
		Slug:         line(it.Slug),
		Filed:        d.filed,
		Title:        feed.Text{Body: title(it.Title)},
		Content:      c.text(it.Content, b),
		Summary:      c.text(it.Summary, b),
		Rights:       c.text(it.Rights, b),
		Language:     languageTag(it.Language),
		Links:        links(it.Links, b),
		Authors:      persons(it.Authors, b),
		Contributors: persons(it.Contributors, b),
		Categories:   categories(it.Categories),
	}
	dates := e.Language
	if e.Language == "" {
		e.Language, dates = d.language, d.dates
	}
	e.Making.Taken = c.taken
	rest(&e, it, b)
	e.Credits = d.creditsOf(&e)
	e.FromFeed = d.fromFeed(it.Source, b)
	e.Published = Date(it.Published, dates)
	e.Updated = Date(it.Updated, dates)
	return e
}

// says reports whether there is anything at all in an item.
func says(it *parse.Item) bool {
	for _, s := range []string{it.ID, it.Title.Body, it.Summary.Body, it.Content.Body, it.Rights.Body, it.Published, it.Updated, it.Slug} {
		if strings.TrimSpace(s) != "" {
			return true
		}
	}
	return it.Language != "" || it.Image.Href != "" || it.Source != nil || len(it.Links)+len(it.Authors)+len(it.Contributors)+len(it.Categories) > 0
}

// links returns those that can be followed, alternate first, each once. They
// are as upstream gave them, what counts its readers too: identity is taken
// from them without that.
func links(in []parse.Link, b base) []feed.Link {
	var out []feed.Link
	for _, l := range in[:min(len(in), maxList)] {
		link := l.Link
		if link.Rel = strings.ToLower(line(l.Rel)); link.Rel == "" {
			link.Rel = feed.RelAlternate
		}
		link.Href = within(b, l.Base).absolute(l.Href)
		if link.Href == "" {
			continue
		}
		link.Type, link.Title, link.HrefLang = line(l.Type), line(l.Title), languageTag(l.HrefLang)
		link.Length = max(0, l.Length)
		if !slices.ContainsFunc(out, func(o feed.Link) bool { return o.Href == link.Href && o.Rel == link.Rel && o.Type == link.Type }) {
			out = append(out, link)
		}
	}
	slices.SortStableFunc(out, func(x, y feed.Link) int { return relOrder(x) - relOrder(y) })
	return out
}

// relOrder puts a page that can be read before one in another format.
func relOrder(l feed.Link) int {
	switch {
	case l.Rel != feed.RelAlternate:
		return 2
	case l.Type != "" && !strings.Contains(l.Type, "html"):
		return 1
	}
	return 0
}

// persons returns those with a name, an address or a page, each once.
func persons(in []feed.Person, b base) []feed.Person {
	var out []feed.Person
	for _, p := range in[:min(len(in), maxList)] {
		p = feed.Person{Name: line(p.Name), URI: b.link(p.URI), Email: line(strings.TrimPrefix(p.Email, "mailto:"))}
		if p != (feed.Person{}) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// categories returns those with a term, or else a label, each once.
func categories(in []feed.Category) []feed.Category {
	var out []feed.Category
	for _, c := range in[:min(len(in), maxList)] {
		c = feed.Category{Term: line(c.Term), Scheme: strings.TrimSpace(legal(c.Scheme)), Label: line(c.Label)}
		if c.Term == "" {
			c.Term = c.Label
		}
		if c.Term != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}
