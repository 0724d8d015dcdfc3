package render

import (
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"tributary/feed"
)

const htmlType = "text/html; charset=utf-8"

var homePage = Format{
	Name: "html", Title: "HTML", File: "index.html", MediaType: htmlType, Scope: PerSite,
	Render: func(w io.Writer, p *Page) error { return p.Site.theme().home.Execute(w, newHomeView(p)) },
}

var categoryPage = Format{
	Name: "html", Title: "HTML", File: "index.html", MediaType: htmlType, Scope: PerCategory, Numbered: true,
	Render: func(w io.Writer, p *Page) error { return p.Site.theme().category.Execute(w, newCategoryView(p)) },
}

var entryPage = Format{
	Name: "html", Title: "HTML", File: ".html", MediaType: htmlType, Scope: PerEntry,
	Render: func(w io.Writer, p *Page) error {
		if len(p.Entries) != 1 {
			return fmt.Errorf("page of one entry: it has %d", len(p.Entries))
		}
		return p.Site.theme().entry.Execute(w, newEntryView(p))
	},
}

// ProblemType is the media type of a problem's page.
const ProblemType = htmlType

// Problem writes the page that explains an HTTP status. Its links begin at the
// root of the server: it may stand at any address.
func Problem(w io.Writer, p *Page, status int) error {
	v := newView(p, p.Site.BasePath()+"/")
	text, known := v.Words.Problem[status]
	if !known {
		text = v.Words.Problem[500]
	}
	v.Title = orElse(legal(p.Site.Title), "tributary")
	v.Title = text[0] + " - " + v.Title
	return p.Site.theme().problem.Execute(w, &problemView{view: v, Status: status, Heading: text[0], Advice: text[1]})
}

// A view is what every page shows.
type view struct {
	frame
	Title       string
	Description string
	Canonical   string // absolute
	Picture     string // absolute; may be empty
	Type        string // og:type
	Kind        string // class of the body; may be empty
	Site        *Site
	Open        openGraph
	Data        template.JS // what the page is in the words of schema.org; may be empty
}

type navLink struct {
	Label, Href string
	Lang        string // when it differs from the page's
	Current     string // aria-current: "page", or "true" on a page within it
}

// A feedLink leads to a feed. Type is the whole attribute: as text, its plus
// sign would be written in a way that not every program reads.
type feedLink struct {
	Format, Title, Href string
	Label               string // what a screen reader says
	Type                template.HTMLAttr
}

func newView(p *Page, root string) view {
	return view{frame: newFrame(p, root), Type: "website", Site: &p.Site, Description: p.description()}
}

func label(c Category) string { return orElse(legal(c.Label), c.Term) }

// A homeView is the site's first page.
type homeView struct {
	view
	Heading  string
	Sections []sectionView
	Feeds    []feedLink // of everything
}

type sectionView struct {
	Heading, Description string
	Lang                 string
	Href                 string
	Feeds                []feedLink
	Entries              []entryView
}

func newHomeView(p *Page) *homeView {
	v := &homeView{view: newView(p, "./")}
	v.Heading, v.Kind = orElse(legal(p.Site.Title), "tributary"), "t-front"
	v.Title, v.Canonical = v.Heading, p.Site.URL("/")
	v.Description = orElse(v.Description, v.Words.About)
	v.announce(Category{Term: All})
	v.Feeds = v.Announced()
	for _, s := range p.Sections {
		v.Sections = append(v.Sections, v.section(p, s))
	}
	v.Data = homeData(p, v)
	return v
}

func (v *homeView) section(p *Page, s Section) sectionView {
	v.announce(s.Category)
	out := sectionView{
		Heading: label(s.Category), Description: legal(s.Category.Description), Href: v.path(CategoryPath(s.Category.Term)),
		Feeds: v.feeds(nil, s.Category),
		Lang:  otherLanguage(languageTag(s.Category.Language), v.Lang),
	}
	own := *p
	own.Entries, own.Category, own.shared = s.Entries, s.Category, nil
	items := own.items()
	for i := range items {
		out.Entries = append(out.Entries, v.entry(&own, &items[i]))
	}
	return out
}

// A fullView is the page of one entry.
type fullView struct {
	view
	Entry       entryView
	Body        template.HTML
	Authors     []feed.Person
	Updated     *stamp // when it differs from the date
	Original    string // empty when there is none but this page
	Attachments []attachment
	Tags        []string
	Rights      string
	Back        navLink
}

func newEntryView(p *Page) *fullView {
	it := p.item(&p.Entries[0])
	v := &fullView{view: newView(p, "../"), Authors: webPeople(it.authors), Rights: plainText(asHTML(it.Entry.Rights))}
	v.current, v.alike = "true", true
	v.Entry = v.entry(p, &it)
	v.Title, v.Canonical, v.Type = it.title, p.Site.URL(EntryPath(it.ID)), "article"
	if p.Site.Title != "" {
		v.Title += " - " + legal(p.Site.Title)
	}
	v.Description, v.Picture = orElse(v.Entry.Excerpt, it.title), v.Entry.Picture
	v.announce(p.Category)
	if p.Category.Term != All {
		v.announce(Category{Term: All})
	}
	v.Back = navLink{Label: label(p.Category), Href: v.path(CategoryPath(p.Category.Term)), Lang: otherLanguage(languageTag(p.Category.Language), v.Lang)}
	if p.Category.Term == All {
		v.Back.Label = v.Words.All
	}
	v.Body = template.HTML(prose(it.html, it.title)) //nolint:gosec // sanitised when it was stored, and written anew from its tree
	if at := it.LastUpdated(); at.Sub(it.Date()).Abs() > 0 {
		s := v.Words.stamp(at)
		s.Class = "dt-updated"
		v.Updated = &s
	}
	if u := pageURL(it.Alternate()); u != "" {
		v.Original = u
	}
	v.Attachments = attachments(&it)
	for _, c := range it.categories {
		if t := orElse(c.Label, c.Term); !slices.Contains(v.Tags, t) {
			v.Tags = append(v.Tags, t)
		}
	}
	v.Open = articleGraph(p, v, &it)
	v.Data = articleData(p, v, &it) // it says what Open says
	return v
}

// pageURL returns a URL of the web, or "".
func pageURL(s string) string {
	if u := webURL(s); strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://") {
		return u
	}
	return ""
}

// A problemView is a page that explains why there is no other.
type problemView struct {
	view
	Status          int
	Heading, Advice string
}
