package render

import (
	"fmt"
	"html/template"
	"strings"
)

// A frame is what a page shows around its own content: the same on all pages
// of one category, language and depth. Its links are relative, so that a site
// works wherever its files lie.
type frame struct {
	Words     *words
	Lang, Dir string
	Root      string // what leads from the page to the site's root, with a slash at its end
	Site      siteWords
	theme     *Theme
	page      *Page
	current   string // what the page is to its own category: "page", or "true" for one within it
	announced []Category
	alike     bool // many pages have it: what is written from it is kept, see Shared
}

// siteWords are what a frame shows of the site.
type siteWords struct {
	Title, Description, Language string
	Generator                    Generator
}

func newFrame(p *Page, root string) frame {
	language := languageTag(p.language())
	return frame{
		Words: wordsOf(language), Lang: orElse(language, "en"), Dir: direction(language), Root: root, theme: p.Site.theme(), page: p, current: "page",
		Site: siteWords{Title: p.Site.Title, Description: p.Site.Description, Language: p.Site.Language, Generator: p.Site.Generator},
	}
}

// path returns what leads from the page to one of the site's paths.
func (f *frame) path(path string) string { return f.Root + strings.TrimPrefix(path, "/") }

// OPML returns what leads to the subscription list.
func (f *frame) OPML() string { return f.path(OPMLPath) }

// Home returns what leads to the home page.
func (f *frame) Home() string { return f.Root }

// announce adds the feeds of a category to those that the page announces.
func (f *frame) announce(c Category) { f.announced = append(f.announced, c) }

// Announced returns the feeds that the page announces.
func (f *frame) Announced() (out []feedLink) {
	for _, c := range f.announced {
		out = f.feeds(out, c)
	}
	return out
}

// feeds appends the feeds of a category.
func (f *frame) feeds(out []feedLink, c Category) []feedLink {
	title := label(c)
	if c.Term == All {
		title = orElse(legal(f.Site.Title), f.Words.All)
	}
	for _, format := range feedFormats {
		mediaType, _, _ := strings.Cut(format.MediaType, ";")
		out = append(out, feedLink{
			Format: format.Title, Title: title + " (" + format.Title + ")", Label: fmt.Sprintf(f.Words.SubscribeTo, format.Title, title),
			Href: f.path(DocumentPath(c.Term, format)),
			Type: template.HTMLAttr(`type="` + mediaType + `"`), //nolint:gosec // from the table of formats
		})
	}
	return out
}
