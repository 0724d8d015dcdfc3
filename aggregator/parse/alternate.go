package parse

import (
	"strings"

	"tributary/aggregator/fetch"
)

// An Alternate is a feed that a page says it has.
type Alternate struct {
	URL   string // absolute
	Title string
}

// maxAlternates bounds how many feeds of a page are listed.
const maxAlternates = 20

// Alternates returns the feeds that an HTML page links to with rel=alternate,
// in its order, and then those that its words link to. What is no page has
// none.
func Alternates(doc *fetch.Document) []Alternate {
	pg, err := readPage(doc)
	if err != nil {
		return nil
	}
	var out []Alternate
	add := func(href, title string) {
		at := pg.address(href)
		for i := range out {
			if out[i].URL == at {
				return
			}
		}
		if at != "" && len(out) < maxAlternates {
			out = append(out, Alternate{at, clean(strings.TrimSpace(title))})
		}
	}
	for _, n := range pg.findAll(`link[rel~="alternate" i][href], a[rel~="alternate" i][href]`) {
		if isFeedType(attribute(n, "type")) {
			add(attribute(n, "href"), attribute(n, "title"))
		}
	}
	for _, n := range pg.findAll(`a[href]`) {
		if looksLikeFeed(attribute(n, "href")) {
			add(attribute(n, "href"), words(n))
		}
	}
	return out
}

func isFeedType(kind string) bool {
	kind = strings.ToLower(kind)
	return strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || strings.Contains(kind, "feed+json") || strings.Contains(kind, "rdf+xml")
}

// looksLikeFeed reports whether an address is written like that of a feed.
func looksLikeFeed(href string) bool {
	at := strings.ToLower(pathOf(strings.TrimSpace(href)))
	for _, end := range []string{".rss", ".atom", "/feed", "/feed/", "/rss", "/rss/", "/atom", "/atom/", "rss.xml", "atom.xml", "feed.xml", "feed.json", "index.rdf"} {
		if strings.HasSuffix(at, end) {
			return true
		}
	}
	return false
}
