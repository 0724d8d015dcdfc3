package render

import (
	"bytes"
	"errors"
	"testing"
	"testing/fstest"

	"tributary/feed"
)

// framedPages returns pages of entries, each of which differs from the first in
// something that frames show.
func framedPages() []*Page {
	differ := []func(p *Page){
		func(*Page) {},
		func(p *Page) { p.Site.Title = "Other <title>" },
		func(p *Page) { p.Site.Generator.Name = "other" },
		func(p *Page) { p.Site.Generator.URI = "https://other.example/" },
		func(p *Page) { p.Site.Language = "ar" },
		func(p *Page) { p.Category = p.Categories[1] },
		func(p *Page) { p.Category = Category{Term: All} },
		func(p *Page) { p.Category.Label = "Another & label" },
		func(p *Page) { p.Category.Language = "zh-CN" },
		func(p *Page) { p.Categories = p.Categories[:1] },
		func(p *Page) { p.Categories = []Category{p.Categories[0], {Term: "third", Label: "Third"}} },
		func(p *Page) { p.Entries[0].Title.Body = "Another entry" },
	}
	out := make([]*Page, 0, len(differ))
	for _, change := range differ {
		p := &Page{
			Site:       Site{Title: "Title", BaseURL: "https://trial.example", Language: "en", Generator: Generator{Name: "tributary", URI: "https://trial.example/"}},
			Categories: []Category{{Term: "first", Label: "First"}, {Term: "second", Label: "Second", Language: "zh"}},
			Entries:    []feed.Entry{{Source: "trial", Title: feed.Text{Body: "An entry"}, Content: feed.Text{Body: "Words"}}},
		}
		p.Category = p.Categories[0]
		change(p)
		out = append(out, p)
	}
	return out
}

// What is written once for many pages is what would be written for each: the
// pages of a theme that has written others are those of one that has not.
func TestShared(t *testing.T) {
	own := folder("layout.html", `<html lang="{{.Lang}}">{{.Shared "all"}}{{template "main" .}}</html>{{define "nav"}}{{.Label}}{{.Current}}{{end}}
{{define "all"}}{{.Words.Skip}} {{.Dir}} {{.Root}} {{.Home}} {{.OPML}} {{.Style}} {{.Site.Title}} {{.Site.Generator}}
{{.Locale}} {{.NavItems}} {{range .Nav}}<i lang="{{.Lang}}">{{.Href}}</i>{{end}} {{range .Announced}}<a title="{{.Title}}" href="{{.Href}}">{{.Label}}</a>{{end}}{{end}}`)
	for name, files := range map[string]fstest.MapFS{"embedded": {}, "a theme": own} {
		t.Run(name, func(t *testing.T) {
			write := func(theme *Theme, p *Page) string {
				var out bytes.Buffer
				p.Site.Theme = theme
				if err := entryPage.Render(&out, p); err != nil {
					t.Fatal(err)
				}
				return out.String()
			}
			used, err := LoadTheme(files, "looks")
			if err != nil {
				t.Fatal(err)
			}
			pages := framedPages()
			seen := map[string]int{}
			for range 2 {
				for i, p := range pages {
					fresh, err := readTheme(files, "looks")
					if err != nil {
						t.Fatal(err)
					}
					got, want := write(used, p), write(fresh, p)
					if got != want {
						t.Errorf("page %d is another one when others were written before:\n%s\nwant\n%s", i, got, want)
					}
					if before, ok := seen[want]; ok && before != i {
						t.Errorf("pages %d and %d do not differ: the test shows nothing of that", before, i)
					}
					seen[want] = i
				}
			}
			if len(used.parts.written) == 0 || used.parts.size == 0 {
				t.Error("nothing was kept")
			}
		})
	}
}

// What is kept of frames is bounded.
func TestSharedIsBounded(t *testing.T) {
	theme, err := readTheme(folder(), "")
	if err != nil {
		t.Fatal(err)
	}
	parts := theme.parts
	for i := range 40 {
		parts.keep(partKey{name: "top", categories: i}, "x")
		parts.size += maxFrameParts / 8 // as if it were long
		if parts.size > maxFrameParts+maxFrameParts/8 {
			t.Fatalf("%d bytes are kept, at most %d may be", parts.size, maxFrameParts)
		}
	}
	if n := len(parts.written); n == 0 || n > 8 {
		t.Errorf("%d parts are kept", n)
	}
	if _, err := parts.write("none", &frame{theme: theme}); err == nil || errors.Unwrap(err) != nil {
		t.Errorf("%v", err)
	}
}
