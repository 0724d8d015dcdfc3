package render

import "tributary/feed"

// mostAlso bounds how many other places of one story a document names.
const mostAlso = 20

// An alsoAt is another place of an entry's story: in Atom and RSS a link with
// the relation "related", in JSON Feed an element of "_also", on pages a line.
type alsoAt struct {
	Href   string // of the web
	Title  string // may be empty
	Source string // never empty
}

// alsoAt returns the other places of the entry's story, each once.
func (p *Page) alsoAt(e *feed.Entry) (out []alsoAt) {
	seen := map[string]bool{"": true, pageURL(e.Alternate()): true}
	for i := range e.Also {
		a := &e.Also[i]
		href := pageURL(a.Href)
		if seen[href] || len(out) == mostAlso {
			continue
		}
		seen[href] = true
		name := string(a.Source)
		if s := p.Sources[a.Source]; s != nil {
			name = orElse(unmarked(legal(s.Name)), name)
		}
		out = append(out, alsoAt{Href: href, Title: legal(a.Title), Source: orElse(name, "tributary")})
	}
	return out
}

// related returns it as a link whose title names the source.
func (a *alsoAt) related() feed.Link {
	title := a.Source
	if a.Title != "" {
		title += ": " + a.Title
	}
	return feed.Link{Href: a.Href, Rel: feed.RelRelated, Title: title}
}
