package parse

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// htmlKind reads a page that lists entries and has no feed.
var htmlKind = Kind{
	Schemes: []string{"http", "https", "file"},
	Options: []string{"item", "title", "link", "date", "date_layout", "date_zone", "summary", "content", "author", "category", "image", "next", "pages"},
	Opaque:  true,
	New:     newHTML,
}

// Bounds of one page and of how far a list is followed.
const (
	maxPageItems = 1000
	maxPages     = 50
	maxFew       = 20 // authors or categories of one entry
)

type htmlParser struct {
	item, title, link, date, summary, content, author, category, image, next *selector
	dates                                                                    dateReader
	pages                                                                    int
}

func newHTML(o feed.Options) (Parser, error) {
	s := settings{of: o}
	p := &htmlParser{
		item: s.selector("item"), title: s.selector("title"), link: s.selector("link"), date: s.selector("date"),
		summary: s.selector("summary"), content: s.selector("content"), author: s.selector("author"),
		category: s.selector("category"), image: s.selector("image"), next: s.selector("next"),
		dates: s.dates(), pages: s.number("pages", maxPages, 1),
	}
	if p.item == nil {
		s.wrong("item", -1, "it is missing", `expected the CSS selector of what surrounds each entry, such as options.item = "main article"`,
			"tributary discover URL proposes selectors for a page")
	}
	if p.pages > 1 && p.next == nil {
		s.wrong("pages", -1, "it says how many pages to read, and option next is missing", `expected the selector of the link to the next page, such as options.next = "a[rel=next]"`, "")
	}
	return s.result(p)
}

func (p *htmlParser) Pages() int { return p.pages }

// Detail is never asked for: pages say all there is.
func (p *htmlParser) Detail(*Item, *fetch.Document) (*Item, error) { return &Item{}, nil }

// Parse reads one page of the list. That a selector finds nothing anywhere is
// noted: the page has probably changed.
func (p *htmlParser) Parse(doc *fetch.Document) (*Feed, error) {
	pg, err := readPage(doc)
	if err != nil {
		return nil, err
	}
	f := &Feed{Format: "html", Charset: pg.charset, Language: pg.language(), Title: Text{Body: pg.title()}, Notes: pg.notes}
	if pg.base != nil {
		f.Base = pg.base.String()
	}
	if at := webAddress(nil, doc.URL); at != "" {
		f.Links = []Link{{Link: feed.Link{Href: at, Rel: feed.RelAlternate}}}
	}
	found := p.item.all(pg.root, maxPageItems+1)
	if len(found) == 0 {
		return nil, &Error{Reason: fmt.Sprintf("option item: the selector %q matched nothing on this page", shorten(p.item.text, 200)),
			Hint: "the page may have changed, or be made by scripts in the browser; tributary discover " + doc.URL + " proposes selectors"}
	}
	if len(found) > maxPageItems {
		f.Notes = append(f.Notes, fmt.Sprintf("only the first %d entries of the page are read", maxPageItems))
		found = found[:maxPageItems]
	}
	r := pageReader{htmlParser: p, on: pg, tallies: map[string]*tally{}}
	for _, n := range found {
		if it, ok := r.read(n); ok {
			f.Items = append(f.Items, it)
		}
	}
	f.Notes = append(f.Notes, r.notes()...)
	if len(f.Items) == 0 {
		return nil, &Error{Reason: fmt.Sprintf("option item: of the %d places that the selector %q matched, none has a link or a title", len(found), shorten(p.item.text, 200)),
			Hint: "set option title or link to selectors of what is in them"}
	}
	if p.next != nil {
		if n := p.next.one(pg.root); n != nil {
			if next := pg.address(p.next.value(n, "href")); next != "" && next != doc.URL {
				f.More = []string{next}
			}
		}
	}
	return f, nil
}

// A pageReader reads the entries of one page.
type pageReader struct {
	*htmlParser
	on      *page
	tallies map[string]*tally
}

// pick returns what an option picks in an entry, nil when it is not set or
// matches nothing.
func (r *pageReader) pick(sel *selector, at *html.Node) *html.Node {
	if sel == nil {
		return nil
	}
	n := sel.one(at)
	t := r.tallies[sel.key]
	if t == nil {
		t = &tally{}
		r.tallies[sel.key] = t
	}
	t.see(n != nil)
	return n
}

// notes tells of the options that gave nothing.
func (r *pageReader) notes() []string {
	var out []string
	for _, sel := range []*selector{r.title, r.link, r.date, r.summary, r.content, r.author, r.category, r.image} {
		if sel == nil || r.tallies[sel.key] == nil {
			continue
		}
		switch t := r.tallies[sel.key]; {
		case t.found == 0:
			out = append(out, fmt.Sprintf("option %s: the selector %q matched in none of the %d entries", sel.key, shorten(sel.text, 200), t.tried))
		case t.first != "":
			out = append(out, t.first)
		}
	}
	return out
}

// read reads one entry.
func (r *pageReader) read(n *html.Node) (Item, bool) {
	var it Item
	anchor := r.pick(r.link, n)
	if r.link == nil {
		anchor = firstLink(n)
	}
	if anchor != nil {
		if href := r.on.address(r.link.value(anchor, "href")); href != "" {
			it.Links = append(it.Links, Link{Link: feed.Link{Href: href, Rel: feed.RelAlternate}})
		}
	}
	it.Title.Body = r.heading(n, anchor)
	if it.Title.Body == "" && len(it.Links) == 0 {
		return it, false
	}
	it.Published = r.published(n)
	if m := r.pick(r.summary, n); m != nil {
		it.Summary = r.prose(r.summary, m)
	}
	if m := r.pick(r.content, n); m != nil {
		it.Content = r.prose(r.content, m)
	}
	if r.author != nil && r.pick(r.author, n) != nil {
		for _, m := range r.author.all(n, maxFew) {
			if who, ok := person(r.author.value(m)); ok {
				it.Authors = addPerson(it.Authors, who)
			}
		}
	}
	if r.category != nil && r.pick(r.category, n) != nil {
		for _, m := range r.category.all(n, maxFew) {
			it.Categories = addCategory(it.Categories, feed.Category{Term: r.category.value(m)})
		}
	}
	if m := r.pick(r.image, n); m != nil {
		if href := r.on.address(imageOf(r.image, m)); href != "" {
			it.Image.Href = href
		}
	}
	return it, true
}

// heading returns the entry's title: what the option picks, else the first
// heading, else the words of the link.
func (r *pageReader) heading(n, anchor *html.Node) string {
	if r.title != nil {
		if m := r.pick(r.title, n); m != nil {
			return r.title.value(m)
		}
		return ""
	}
	if m := firstElement(n, func(n *html.Node) bool { return headings[n.DataAtom] }); m != nil {
		if text := words(m); text != "" {
			return text
		}
	}
	if anchor != nil {
		return words(anchor)
	}
	return ""
}

var headings = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}

// published returns the entry's date: what the option picks, else the first
// time element.
func (r *pageReader) published(n *html.Node) string {
	m := r.pick(r.date, n)
	if r.date == nil {
		m = firstElement(n, func(n *html.Node) bool { return n.DataAtom == atom.Time })
	}
	if m == nil {
		return ""
	}
	text := r.date.value(m, "datetime")
	date, ok := r.dates.read(text)
	if !ok && r.date != nil {
		r.tallies["date"].failed("option date_layout: the date %q is not written like %q", shorten(text, 60), r.dates.layout)
	}
	return date
}

// prose returns what a selector picks as a text: an attribute plain, an
// element as HTML.
func (r *pageReader) prose(sel *selector, n *html.Node) Text {
	if sel.attr != "" {
		return Text{Body: sel.value(n)}
	}
	return Text{Type: feed.TextHTML, Body: innerHTML(n)}
}

// imageOf returns the address of a picture: that of an img, or of the first
// below an element, as pages that load it late have it, too.
func imageOf(sel *selector, n *html.Node) string {
	if sel.attr == "" && n.DataAtom != atom.Img && n.DataAtom != atom.Meta {
		if inner := firstElement(n, func(n *html.Node) bool { return n.DataAtom == atom.Img }); inner != nil {
			n = inner
		}
	}
	value := sel.value(n, "data-src", "data-original", "src", "content", "href", "srcset")
	first, _, _ := strings.Cut(strings.TrimSpace(value), " ")
	return strings.TrimSuffix(first, ",")
}

// firstLink returns the element itself if it is a link, else the first in it
// that has words, else the first.
func firstLink(n *html.Node) *html.Node {
	isLink := func(n *html.Node) bool { return n.DataAtom == atom.A && attribute(n, "href") != "" }
	if m := firstElement(n, func(n *html.Node) bool { return headings[n.DataAtom] }); m != nil {
		if a := firstElement(m, isLink); a != nil {
			return a
		}
	}
	if a := firstElement(n, func(n *html.Node) bool { return isLink(n) && words(n) != "" }); a != nil {
		return a
	}
	return firstElement(n, isLink)
}

// firstElement returns the first element at or below n that fits, in the
// document's order.
func firstElement(n *html.Node, fits func(*html.Node) bool) *html.Node {
	if n.Type == html.ElementNode && fits(n) {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if m := firstElement(c, fits); m != nil {
			return m
		}
	}
	return nil
}
