package render

import (
	"encoding/json"
	"html/template"
	"strings"
	"time"

	"tributary/feed"
)

// An openGraph is what a page says in the words of ogp.me, beyond its title,
// description and picture.
type openGraph struct {
	Published, Modified string // RFC 3339; empty: unknown
	Section             string
	Tags                []string
}

func articleGraph(p *Page, v *fullView, it *item) openGraph {
	o := openGraph{Published: it.Date().Format(time.RFC3339), Tags: v.Tags[:min(len(v.Tags), mostTags)]}
	if v.Updated != nil {
		o.Modified = it.LastUpdated().Format(time.RFC3339)
	}
	if p.Category.Term != All {
		o.Section = label(p.Category)
	}
	return o
}

// mostTags bounds how many terms of an entry are told to machines.
const mostTags = 20

// Locale returns the language as Open Graph has it: "zh_CN". It is empty for
// one without a country.
func (f *frame) Locale() string {
	language, country, ok := strings.Cut(f.Lang, "-")
	if !ok || len(country) != 2 {
		return ""
	}
	return strings.ToLower(language) + "_" + strings.ToUpper(country)
}

// A thing is one of schema.org's, in JSON-LD.
type thing struct {
	Context       string  `json:"@context,omitempty"`
	Type          string  `json:"@type"`
	ID            string  `json:"@id,omitempty"`
	Name          string  `json:"name,omitempty"`
	Headline      string  `json:"headline,omitempty"`
	URL           string  `json:"url,omitempty"`
	Description   string  `json:"description,omitempty"`
	Language      string  `json:"inLanguage,omitempty"`
	Section       string  `json:"articleSection,omitempty"`
	Published     string  `json:"datePublished,omitempty"`
	Modified      string  `json:"dateModified,omitempty"`
	Image         string  `json:"image,omitempty"`
	Keywords      string  `json:"keywords,omitempty"`
	Author        []thing `json:"author,omitempty"`
	Publisher     *thing  `json:"publisher,omitempty"`
	BasedOn       string  `json:"isBasedOn,omitempty"`
	MainPage      string  `json:"mainEntityOfPage,omitempty"`
	MainEntity    *thing  `json:"mainEntity,omitempty"`
	PartOf        *thing  `json:"isPartOf,omitempty"`
	NumberOfItems int     `json:"numberOfItems,omitempty"`
	Items         []thing `json:"itemListElement,omitempty"`
	Position      int     `json:"position,omitempty"`
}

// data returns t as a script's text. Nothing in it can end the script:
// package json writes <, > and & as escapes.
func data(t *thing) template.JS {
	t.Context = "https://schema.org"
	text, err := json.Marshal(t)
	if err != nil {
		return "" // strings and numbers: it cannot fail
	}
	return template.JS(text) //nolint:gosec // see above
}

func (s *Site) thing() *thing {
	return &thing{Type: "WebSite", Name: orElse(legal(s.Title), "tributary"), URL: s.URL("/")}
}

func homeData(p *Page, v *homeView) template.JS {
	t := p.Site.thing()
	t.Description, t.Language = v.Description, v.Lang
	return data(t)
}

func categoryData(p *Page, v *categoryView) template.JS {
	list := &thing{Type: "ItemList", NumberOfItems: len(v.Entries)}
	for i := range v.Entries {
		path := strings.TrimPrefix(v.Entries[i].Href, v.Root)
		list.Items = append(list.Items, thing{Type: "ListItem", Position: i + 1, URL: p.Site.URL("/" + path)})
	}
	return data(&thing{
		Type: "CollectionPage", Name: v.Heading, URL: v.Canonical, Description: v.Intro, Language: v.Lang, PartOf: p.Site.thing(), MainEntity: list,
	})
}

// newsArticle is what an entry is on its page when its category says nothing
// else.
const newsArticle = "NewsArticle"

// longest is what search engines show of a headline, in characters.
const longest = 110

func articleData(p *Page, v *fullView, it *item) template.JS {
	t := &thing{
		Type: orElse(p.Category.SchemaType, newsArticle), Headline: excerpt(it.title, longest), URL: v.Canonical, MainPage: v.Canonical,
		Description: v.Entry.Excerpt, Language: orElse(v.Entry.Lang, v.Lang), Section: v.Open.Section,
		Published: v.Open.Published, Modified: orElse(v.Open.Modified, v.Open.Published), Image: v.Picture,
		Keywords: strings.Join(v.Open.Tags, ", "), BasedOn: v.Original, PartOf: p.Site.thing(),
		Publisher: &thing{Type: "Organization", Name: v.Entry.Source, URL: v.Entry.SourceHref},
	}
	for _, a := range v.Authors {
		t.Author = append(t.Author, thing{Type: "Person", Name: a.Name, URL: a.URI})
	}
	if len(t.Author) == 0 {
		t.Author = []thing{*t.Publisher}
	}
	return data(t)
}

// mostAuthors bounds how many persons a page names.
const mostAuthors = 20

// webPeople returns persons with only those URIs that a page may link to.
func webPeople(in []feed.Person) []feed.Person {
	in = in[:min(len(in), mostAuthors)]
	for i := range in {
		in[i].URI = pageURL(in[i].URI)
	}
	return in
}
