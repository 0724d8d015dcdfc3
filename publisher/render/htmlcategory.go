package render

import "fmt"

// A categoryView is the page of a category.
type categoryView struct {
	view
	Heading string
	Intro   string
	Feeds   []feedLink
	Updated *stamp
	Entries []entryView
	Sources []navLink // of the entries, each once
	Pager   *pager    // nil when there is no other page
}

// A pager leads from one page of a category to those beside it.
type pager struct {
	Number       int
	Newer, Older string // may be empty
}

// PageSize is how many entries a category's page lists at most, and LastPage
// the number of the last page that there can be: together they bound what one
// page costs to make, and its size.
const (
	PageSize = 40
	LastPage = 25
)

// number returns the page's number, counted from 1.
func (p *Page) number() int { return max(p.Number, 1) }

func newCategoryView(p *Page) *categoryView {
	n := p.number()
	root := "../"
	if n > 1 {
		root = "../../../"
	}
	v := &categoryView{view: newView(p, root), Heading: label(p.Category), Intro: legal(p.Category.Description)}
	if p.Category.Term == All {
		v.Heading, v.Intro = v.Words.All, p.description()
	}
	v.Title, v.Canonical = v.Heading, p.Site.URL(NumberedPath(p.Category.Term, n))
	if n > 1 {
		v.Title += v.Words.Comma + fmt.Sprintf(v.Words.Page, n)
	}
	if p.Site.Title != "" {
		v.Title += " - " + legal(p.Site.Title)
	}
	v.announce(p.Category)
	v.Feeds = v.Announced()
	if p.Category.Term != All {
		v.announce(Category{Term: All})
	}
	items := p.items()
	for i := range items[:min(len(items), PageSize)] {
		v.Entries = append(v.Entries, v.entry(p, &items[i]))
	}
	v.Sources, v.Pager = sourcesOf(v.Entries), v.pager(p)
	if len(items) > 0 {
		at := v.Words.stamp(p.pageUpdated(items))
		v.Updated = &at
	}
	v.Data = categoryData(p, v)
	return v
}

// sourcesOf returns where entries are from, in their order, each once.
func sourcesOf(entries []entryView) (out []navLink) {
	seen := map[navLink]bool{}
	for i := range entries {
		link := navLink{Label: entries[i].Source, Href: entries[i].SourceHref}
		if !seen[link] {
			seen[link] = true
			out = append(out, link)
		}
	}
	return out
}

func (v *categoryView) pager(p *Page) *pager {
	out := &pager{Number: p.number()}
	if out.Number > 1 {
		out.Newer = v.path(NumberedPath(p.Category.Term, out.Number-1))
	}
	if p.More && out.Number < LastPage {
		out.Older = v.path(NumberedPath(p.Category.Term, out.Number+1))
	}
	if out.Newer == "" && out.Older == "" {
		return nil
	}
	return out
}
