package parse

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// sitemapKind reads sitemaps (sitemaps.org, protocol 0.9), with what Google's
// news and image extensions say of their pages, and indexes of sitemaps.
var sitemapKind = Kind{
	Schemes: []string{"http", "https", "file"},
	Options: []string{"include", "exclude", "pages", "items"},
	Opaque:  true,
	New: func(o feed.Options) (Parser, error) {
		s := settings{of: o}
		return s.result(&sitemapParser{
			include: fields(o["include"]), exclude: fields(o["exclude"]),
			pages: s.number("pages", maxPages, 4), items: s.number("items", maxItems, 500),
		})
	},
}

// maxSitemapURLs bounds what one sitemap may list; the protocol has the same
// limit.
const maxSitemapURLs = 50_000

type sitemapParser struct {
	include, exclude []string // parts of addresses
	pages, items     int
}

func (p *sitemapParser) Pages() int { return p.pages }

// Detail is never asked for: full_text has the pages read.
func (p *sitemapParser) Detail(*Item, *fetch.Document) (*Item, error) { return &Item{}, nil }

// fields splits a text at its blanks.
func fields(text string) []string { return strings.Fields(text) }

// A sitemapURL is a url or sitemap element.
type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
	News    struct {
		Title       string `xml:"title"`
		Date        string `xml:"publication_date"`
		Keywords    string `xml:"keywords"`
		Publication struct {
			Name     string `xml:"name"`
			Language string `xml:"language"`
		} `xml:"publication"`
	} `xml:"http://www.google.com/schemas/sitemap-news/0.9 news"`
	Images []struct {
		Loc string `xml:"loc"`
	} `xml:"http://www.google.com/schemas/sitemap-image/1.1 image"`
}

// Parse gives an item for each page, the newest first, or, of an index, the
// newest sitemaps to go on with.
func (p *sitemapParser) Parse(doc *fetch.Document) (*Feed, error) {
	d := decode(doc.Body, doc.Header.Get("Content-Type"))
	base := baseOf(doc)
	f := &Feed{Format: "sitemap", Charset: d.charset, Notes: d.notes}
	if base != nil {
		f.Base = base.String()
		f.Title.Body = base.Hostname()
		if base.Host != "" {
			f.Links = []Link{{Link: feed.Link{Href: base.Scheme + "://" + base.Host + "/", Rel: feed.RelAlternate}}}
		}
	}
	root, list, err := readSitemap(d.text)
	switch {
	case root == "":
		return nil, err
	case err != nil:
		f.Notes = append(f.Notes, fmt.Sprintf("%v; the %d addresses before it are read", err, len(list)))
	}
	slices.SortStableFunc(list, func(a, b sitemapURL) int { return cmp.Compare(b.date(), a.date()) })
	if root == "sitemapindex" {
		p.index(f, base, list)
		return f, nil
	}
	left := 0
	for i := range list {
		switch u := &list[i]; {
		case !p.wants(u.Loc):
		case len(f.Items) == p.items:
			left++
		default:
			f.Items = append(f.Items, u.item())
			if f.Title.Body == "" || u.News.Publication.Name != "" {
				f.Title.Body = strings.TrimSpace(cmp.Or(u.News.Publication.Name, f.Title.Body))
			}
		}
	}
	if left > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("only the %d newest of its pages are read, %d are not; option items says how many", p.items, left))
	}
	return f, nil
}

// index takes the newest of an index's sitemaps. Where it does not tell when
// they changed, it never changes itself, and they have to be looked at.
func (p *sitemapParser) index(f *Feed, base *url.URL, list []sitemapURL) {
	f.Format = "sitemapindex"
	for i := range list {
		if href := webAddress(base, strings.TrimSpace(list[i].Loc)); href != "" {
			f.More = append(f.More, href)
			f.Restless = f.Restless || list[i].date() == ""
		}
	}
}

// wants reports whether the options leave a page in.
func (p *sitemapParser) wants(loc string) bool {
	has := func(part string) bool { return strings.Contains(loc, part) }
	return (len(p.include) == 0 || slices.ContainsFunc(p.include, has)) && !slices.ContainsFunc(p.exclude, has)
}

// date returns when the page was published or changed, as written: both forms
// of the protocol are in order as texts.
func (u *sitemapURL) date() string {
	return strings.TrimSpace(cmp.Or(u.News.Date, u.LastMod))
}

// item returns the page as an item. What no extension gives a title is named
// after its address.
func (u *sitemapURL) item() Item {
	loc := strings.TrimSpace(clean(u.Loc))
	it := Item{
		Title:     Text{Body: strings.TrimSpace(clean(u.News.Title))},
		Published: strings.TrimSpace(clean(cmp.Or(u.News.Date, u.LastMod))),
		Language:  strings.TrimSpace(clean(u.News.Publication.Language)),
		Links:     []Link{{Link: feed.Link{Href: loc, Rel: feed.RelAlternate}}},
	}
	if it.Title.Body == "" {
		it.Title.Body, it.guessed = titleOfAddress(loc), true
	}
	if u.News.Date != "" {
		it.Updated = strings.TrimSpace(clean(u.LastMod))
	}
	for _, term := range strings.Split(u.News.Keywords, ",") {
		if term = strings.TrimSpace(clean(term)); term != "" && len(it.Categories) < maxFew {
			it.Categories = addCategory(it.Categories, feed.Category{Term: term})
		}
	}
	if len(u.Images) > 0 {
		it.Image.Href = strings.TrimSpace(clean(u.Images[0].Loc))
	}
	return it
}

// titleOfAddress makes words of the last part of an address.
func titleOfAddress(loc string) string {
	at, err := url.Parse(loc)
	if err != nil {
		return loc
	}
	name := path.Base(strings.TrimRight(at.Path, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	if title := strings.TrimSpace(titleOf(strings.ReplaceAll(name, "_", "-"))); title != "" && title != "." && title != "/" {
		return title
	}
	return at.Hostname()
}

// readSitemap reads a sitemap or an index. What comes before an error is
// returned with it; root is "" when it is neither.
func readSitemap(text string) (root string, list []sitemapURL, err error) {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.Strict = false
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is text already
	for depth := 0; ; {
		t, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && root != "":
			return root, list, nil
		case err != nil && root != "":
			return root, list, sitemapError(err)
		case err != nil:
			return "", nil, noSitemap(text)
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch name := t.Name.Local; {
			case depth == 0 && (name == "urlset" || name == "sitemapindex"):
				root = name
				depth++
			case depth == 0:
				return "", nil, noSitemap(text)
			case depth == 1 && (name == "url" || name == "sitemap"):
				if len(list) == maxSitemapURLs {
					return root, list, fmt.Errorf("it lists more than %d addresses", maxSitemapURLs)
				}
				var u sitemapURL
				if err := dec.DecodeElement(&u, &t); err != nil {
					return root, list, sitemapError(err)
				}
				if strings.TrimSpace(u.Loc) != "" {
					list = append(list, u)
				}
			default:
				depth++
			}
		case xml.EndElement:
			depth--
		}
	}
}

func sitemapError(err error) error {
	var se *xml.SyntaxError
	if errors.As(err, &se) {
		return fmt.Errorf("line %d: %s", se.Line, se.Msg)
	}
	return err
}

// noSitemap says what a document is instead.
func noSitemap(text string) error {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 1024)]))
	switch {
	case head == "":
		return &Error{Reason: "the document is empty"}
	case strings.Contains(head, "<html") || strings.HasPrefix(head, "<!doctype html"):
		return &Error{Reason: "this is an HTML page, not a sitemap", Hint: "robots.txt of the site may name its sitemap"}
	case strings.Contains(head, "<rss") || strings.Contains(head, "<feed"):
		return &Error{Reason: "this is a feed, not a sitemap", Hint: `leave out kind, or set kind = "feed"`}
	}
	return &Error{Reason: "this is no sitemap: its root element is neither <urlset> nor <sitemapindex>"}
}
