package render

import (
	"unicode/utf8"

	"tributary/feed"
	"tributary/feed/headline"
)

// A Manner says how feeds show a category's entries. Pages and posts show them
// as they are.
type Manner struct {
	SummaryOnly bool               // the summary stands in place of the whole text
	Titles      *headline.Template // of entries; nil: their own
}

const (
	longestSummary = 1000 // characters of an upstream's summary: what is longer is the text itself
	briefLength    = 300  // characters of one that we make
)

// feedItems returns the page's entries as feeds show them: in the manner of
// the page's category, or of the first of several that they are filed under.
func (p *Page) feedItems() []item {
	items := p.items()
	for i := range items {
		if c := p.shownIn(items[i].Entry); c != nil {
			p.show(&items[i], c)
		}
	}
	return items
}

// shownIn returns the category in whose manner an entry is shown, nil for none.
func (p *Page) shownIn(e *feed.Entry) *Category {
	if p.Category.Term != All {
		return &p.Category
	}
	for i := range p.Categories {
		if e.IsFiled(p.Categories[i].Term) {
			return &p.Categories[i]
		}
	}
	return nil
}

func (p *Page) show(it *item, c *Category) {
	if c.Titles != nil {
		f := headline.Fields{
			Title: it.title, Source: p.sourceName(it), Category: label(*c),
			Date: it.published.Format("2006-01-02"), Language: orElse(language(it.Language), language(p.language())),
		}
		if len(it.authors) > 0 {
			f.Author = it.authors[0].Name
		}
		it.title = orElse(legal(c.Titles.Title(&f)), it.title)
	}
	if c.SummaryOnly {
		it.html, it.summary = "", brief(orElse(it.summary, it.html))
	}
}

// brief returns a summary as it is, and the beginning of what is too long to be
// one.
func brief(markup string) string {
	text := plainText(markup)
	if utf8.RuneCountInString(text) <= longestSummary {
		return markup
	}
	return escapeHTML(excerpt(text, briefLength))
}
