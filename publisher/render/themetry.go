package render

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"path"
	"strings"
	"time"

	nethtml "golang.org/x/net/html"

	"tributary/feed"
)

// maxTried bounds what a page of the trial may come to, in bytes.
const maxTried = 4 << 20

// try writes each page as full as it can be, and empty.
func (t *Theme) try(name string) error {
	var errs []error
	for _, p := range []*Page{fullPage(t), {Site: Site{Theme: t}, Entries: []feed.Entry{{}}}} {
		problem := &problemView{view: newView(p, "/"), Status: 404, Heading: "Nothing", Advice: "Go on."}
		for _, page := range []struct {
			file string
			*template.Template
			view any
		}{
			{"home.html", t.home, newHomeView(p)}, {"category.html", t.category, newCategoryView(p)},
			{"entry.html", t.entry, newEntryView(p)}, {"problem.html", t.problem, problem},
		} {
			out := &bounded{left: maxTried}
			err := page.Execute(out, page.view)
			switch {
			case errors.Is(err, errTooMuch):
				err = &ThemeError{File: path.Join(name, page.file), Problem: fmt.Sprintf("this page has more than %d MiB with one entry on it", maxTried>>20)}
			case err != nil:
				err = writtenWrong(name, err)
			default:
				err = within(name, forbidden(page.file, out.Bytes()))
			}
			if err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(once(errs)...)
}

var errTooMuch = errors.New("too much")

// A bounded buffer takes so many bytes.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errTooMuch
	}
	return b.Buffer.Write(p)
}

// forbidden tells of what the site's Content-Security-Policy would not let a
// page do.
func forbidden(file string, page []byte) error {
	for z := nethtml.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return nil
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			token := z.Token()
			if what := forbiddenIn(&token); what != "" {
				return &ThemeError{File: file, Problem: "the page holds " + what + ", which the site's Content-Security-Policy forbids",
					Hint: "styles go into site.css, pictures and fonts into the theme's folder, and pages run no script"}
			}
		}
	}
}

func forbiddenIn(t *nethtml.Token) string {
	value := func(key string) string {
		for _, a := range t.Attr {
			if a.Key == key {
				return a.Val
			}
		}
		return ""
	}
	switch t.Data {
	case "style", "base", "form", "object", "embed":
		return "<" + t.Data + ">"
	case "script":
		if kind := value("type"); kind != "application/ld+json" && kind != "application/json" {
			return "<script>"
		}
	case "link":
		rel, href := value("rel"), value("href")
		if (rel == "stylesheet" || rel == "icon" || rel == "preload") && (strings.Contains(href, ":") || strings.HasPrefix(href, "//")) {
			return fmt.Sprintf("<link rel=%q> to another server", rel)
		}
	}
	for _, a := range t.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			return fmt.Sprintf("the attribute %s", a.Key)
		}
	}
	return ""
}

// fullPage has everything that a page can show.
func fullPage(t *Theme) *Page {
	at := time.Date(2026, 3, 2, 13, 7, 0, 0, time.FixedZone("", 8*3600))
	e := feed.Entry{
		ID: feed.Identify("trial", "1", "", feed.Digest{}), Source: "trial", UpstreamID: "1", Filed: []string{"trial"}, Language: "ar",
		Title: feed.Text{Body: "A title"}, Summary: feed.Text{Body: "In short"}, Rights: feed.Text{Body: "Rights"},
		Content:    feed.Text{Type: feed.TextHTML, Body: `<p>Words and <img src="https://trial.example/1.png" alt="a picture"></p>`},
		Authors:    []feed.Person{{Name: "Ann", URI: "https://trial.example/ann"}, {Name: "Ben"}},
		Categories: []feed.Category{{Term: "term"}}, Image: "https://trial.example/0.png", Published: at, Updated: at.Add(time.Hour), Order: at,
		Links: []feed.Link{{Rel: feed.RelAlternate, Href: "https://trial.example/1"}},
		Also:  []feed.Also{{Source: "other", Href: "https://other.example/1", Title: "The same", At: at}},
	}
	for _, kind := range []string{"audio/mpeg", "video/mp4", "image/png", "application/pdf"} {
		e.Links = append(e.Links, feed.Link{Rel: feed.RelEnclosure, Href: "https://trial.example/" + kind, Type: kind, Length: 1 << 20, Title: "Enclosed"})
	}
	c := Category{Term: "trial", Label: "Trial", Description: "What is tried", Language: "zh-CN"}
	source := &Source{Name: "Source", Feed: feed.Feed{Links: []feed.Link{{Rel: feed.RelAlternate, Href: "https://trial.example/"}}}}
	return &Page{
		Site: Site{
			Title: "Title", Description: "Description", BaseURL: "https://trial.example", ID: "tag:trial.example,2026:trial", Language: "en",
			Author: feed.Person{Name: "Ann"}, Generator: Generator{Name: "tributary", URI: "https://trial.example/"}, Theme: t,
		},
		Categories: []Category{c, {Term: "other", Label: "Other"}}, Category: c, Entries: []feed.Entry{e}, Number: 2, More: true,
		Sections: []Section{{Category: c, Entries: []feed.Entry{e}}, {Category: Category{Term: "other"}}},
		Sources:  map[feed.SourceID]*Source{"trial": source, "other": {Name: "Other"}},
	}
}
