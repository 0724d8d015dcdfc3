package parse

import (
	"fmt"
	"mime"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// Options of every kind: the text of entries is taken from their pages.
const (
	optionFullText = "full_text"
	optionTake     = "full_text_take"
	optionRemove   = "full_text_remove"
)

// CommonOptions are the options that every kind understands.
var CommonOptions = []string{optionFullText, optionTake, optionRemove}

// A fullText is a parser whose items' own documents are their pages.
type fullText struct {
	Parser
	take, remove *selector
}

// withFullText wraps p if the options ask for it.
func withFullText(p Parser, o feed.Options) (Parser, error) {
	s := settings{of: o}
	if !s.flag(optionFullText) {
		for _, key := range []string{optionTake, optionRemove} {
			if s.has(key) {
				s.wrong(key, -1, "it says what to do with an entry's page, and full_text is not true", "expected full_text = true with it", "")
			}
		}
		return s.result(p)
	}
	if j, ok := p.(*jsonParser); ok && j.detail != nil {
		s.wrong(optionFullText, -1, "option detail has a document of its own for each entry already", "expected one of the two", "")
	}
	return s.result(&fullText{Parser: p, take: s.selector(optionTake), remove: s.selector(optionRemove)})
}

// Pages is that of the parser within.
func (p *fullText) Pages() int {
	if g, ok := p.Parser.(Gatherer); ok {
		return g.Pages()
	}
	return 1
}

// Parse names each item's page as the document that has more of it.
func (p *fullText) Parse(doc *fetch.Document) (*Feed, error) {
	f, err := p.Parser.Parse(doc)
	if err != nil {
		return nil, err
	}
	for i := range f.Items {
		it := &f.Items[i]
		it.Detail = pageOf(it, f.Base)
	}
	return f, nil
}

// pageOf returns the address of the item's page, "" when it has none.
func pageOf(it *Item, base string) string {
	for i := range it.Links {
		l := &it.Links[i]
		if l.Rel != feed.RelAlternate && l.Rel != "" || l.Type != "" && !strings.Contains(l.Type, "html") {
			continue
		}
		from, err := url.Parse(first(l.Base, it.Base, base))
		if err != nil {
			from = nil
		}
		if at := webAddress(from, l.Href); at != "" {
			return at
		}
	}
	return ""
}

// Bounds of an entry's page.
const (
	maxPageElements = 50_000
	maxTaken        = 50
)

// Detail takes the text from an entry's page: what the options say, else what
// looks like the article. A page with less text than the item has itself says
// nothing.
func (p *fullText) Detail(it *Item, doc *fetch.Document) (*Item, error) {
	kind, _, _ := mime.ParseMediaType(doc.Header.Get("Content-Type"))
	if kind != "" && !strings.Contains(kind, "html") {
		return nil, &Error{Reason: fmt.Sprintf("its page is %s, not HTML", kind)}
	}
	pg, err := readPage(doc)
	if err != nil {
		return nil, err
	}
	more := &Item{}
	if pg.base != nil {
		more.Base = pg.base.String()
	}
	if n := pg.find(`link[rel~="canonical" i][href]`); n != nil {
		if href := pg.address(attribute(n, "href")); href != "" {
			more.Links = []Link{{Link: feed.Link{Href: href, Rel: feed.RelCanonical}}}
		}
	}
	if p.remove != nil {
		for _, n := range p.remove.all(pg.root, maxPageElements) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
	text := p.taken
	if p.take == nil {
		text = extracted
	}
	body, err := text(pg, it, more)
	if err != nil {
		return more, err
	}
	if n, own := textLength(body), max(textLength(it.Content.Body), textLength(it.Summary.Body)); n == 0 || n < own {
		return more, &Error{Reason: fmt.Sprintf("its page has less text (%d characters) than the feed (%d)", n, own)}
	}
	more.Content = Text{Type: feed.TextHTML, Body: body}
	more.From = feed.FromArticle
	if p.take != nil {
		more.From = feed.FromSelectors
	}
	return more, nil
}

// taken returns what full_text_take picks, in the page's order.
func (p *fullText) taken(pg *page, it, more *Item) (string, error) {
	found := p.take.all(pg.root, maxTaken)
	if len(found) == 0 {
		return "", &Error{Reason: fmt.Sprintf("%s: the selector %q matched nothing on its page", optionTake, shorten(p.take.text, 200))}
	}
	if it.Title.Body == "" || it.guessed {
		more.Title.Body = pg.title()
	}
	var parts []string
	for _, n := range found {
		parts = append(parts, outerHTML(n))
	}
	return strings.Join(parts, "\n"), nil
}

// extracted returns what looks like the article, and lets the page say what
// the item leaves open.
func extracted(pg *page, it, more *Item) (string, error) {
	reader := readability.NewParser()
	reader.MaxElemsToParse = maxPageElements
	article, err := reader.ParseAndMutate(pg.root, pg.base)
	if err != nil {
		return "", &Error{Reason: "no article could be taken from its page: " + err.Error(), Err: err}
	}
	if article.Node == nil {
		return "", &Error{Reason: "no article was found on its page", Hint: "set full_text_take to a selector of the text"}
	}
	if it.Title.Body == "" || it.guessed {
		more.Title.Body = clean(article.Title())
	}
	if at, err := article.PublishedTime(); err == nil && it.Published == "" && it.Updated == "" {
		more.Published = at.Format("2006-01-02T15:04:05Z07:00")
	}
	if who, ok := person(clean(article.Byline())); ok && len(it.Authors) == 0 && len(who.Name) < 100 {
		more.Authors = []feed.Person{who}
	}
	if it.Image.Href == "" {
		more.Image.Href = pg.address(article.ImageURL())
	}
	if it.Language == "" {
		more.Language = clean(article.Language())
	}
	return innerHTML(article.Node), nil
}

// textLength counts the bytes of a text that are no markup and no blanks.
func textLength(s string) int {
	n := 0
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return n
		case html.TextToken:
			for _, w := range strings.Fields(string(z.Text())) {
				n += len(w)
			}
		}
	}
}
