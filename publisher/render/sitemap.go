package render

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"
	"time"

	"tributary/feed"
)

// SitemapType is the media type of sitemaps.
const SitemapType = "application/xml; charset=utf-8"

// The limits of an index of sitemaps (sitemaps.org), and of the news extension.
const (
	MaxSitemaps = 50_000
	MaxNews     = 1000
	NewsAge     = 48 * time.Hour
)

// An Address is one of the site's, for crawlers.
type Address struct {
	Path    string
	Changed time.Time // zero: unknown
}

// EntryAddress is the address of an entry's page.
func EntryAddress(e *feed.Entry) Address { return Address{EntryPath(e.ID), entryChanged(e)} }

// entryChanged returns when an entry's page last changed.
func entryChanged(e *feed.Entry) time.Time {
	if e.Modified.After(e.Received) {
		return e.Modified
	}
	return e.Received
}

// WriteSitemapIndex writes an index of sitemaps.
func WriteSitemapIndex(w io.Writer, site *Site, sitemaps []Address) error {
	m := newSitemap(w, "sitemapindex", "")
	for i := range sitemaps {
		m.add(site, "sitemap", &sitemaps[i], nil)
	}
	return m.end()
}

// WriteSitemap writes a sitemap of pages.
func WriteSitemap(w io.Writer, site *Site, pages []Address) error {
	m := newSitemap(w, "urlset", "")
	for i := range pages {
		m.add(site, "url", &pages[i], nil)
	}
	return m.end()
}

// WriteNews writes a sitemap with the news extension, which says of each entry
// whose publication it is, when it was published, and its title.
func WriteNews(w io.Writer, p *Page) error {
	m := newSitemap(w, "urlset", ` xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"`)
	name, language := orElse(legal(p.Site.Title), "tributary"), languageTag(p.Site.Language)
	for i := range p.Entries {
		e := &p.Entries[i]
		it := p.item(e)
		at := EntryAddress(e)
		m.add(&p.Site, "url", &at, func() {
			m.write("<news:news><news:publication>")
			m.text("news:name", name)
			m.text("news:language", newsLanguage(orElse(languageTag(e.Language), language)))
			m.write("</news:publication>")
			m.text("news:publication_date", it.Date().Format(time.RFC3339))
			m.text("news:title", it.title)
			m.write("</news:news>")
		})
	}
	return m.end()
}

// newsLanguage returns a language as the news extension has it: by ISO 639,
// but for Chinese, where the script counts.
func newsLanguage(tag string) string {
	first, rest, _ := strings.Cut(tag, "-")
	switch {
	case first == "":
		return "en"
	case first != "zh":
		return first
	case rest == "TW", rest == "HK", rest == "MO", strings.HasPrefix(rest, "Hant"):
		return "zh-tw"
	}
	return "zh-cn"
}

// A sitemap is one that is being written. What goes wrong shows at its end.
type sitemap struct {
	out  *bufio.Writer
	root string
}

func newSitemap(w io.Writer, root, spaces string) *sitemap {
	m := &sitemap{bufio.NewWriter(w), root}
	m.write(xml.Header, "<", root, ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`, spaces, ">\n")
	return m
}

func (m *sitemap) write(parts ...string) {
	for _, p := range parts {
		_, _ = m.out.WriteString(p) // Flush says so, too
	}
}

func (m *sitemap) text(name, text string) {
	m.write("<", name, ">")
	_ = xml.EscapeText(m.out, []byte(text)) // Flush says so, too
	m.write("</", name, ">")
}

// add adds an address as an element, with what more writes in it.
func (m *sitemap) add(site *Site, element string, at *Address, more func()) {
	m.write("<", element, ">")
	m.text("loc", site.URL(at.Path))
	if !at.Changed.IsZero() {
		m.text("lastmod", at.Changed.UTC().Format(time.RFC3339))
	}
	if more != nil {
		more()
	}
	m.write("</", element, ">\n")
}

func (m *sitemap) end() error {
	m.write("</", m.root, ">\n")
	return m.out.Flush()
}
