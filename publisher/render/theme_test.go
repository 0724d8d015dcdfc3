package render

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

// folder returns a theme's folder of names and texts in turn.
func folder(files ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		out[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return out
}

// What a theme has is shown, what it has not is as it was; a style sheet leads
// to the theme's files by the names they are served under.
func TestTheme(t *testing.T) {
	theme, err := LoadTheme(folder(
		"problem.html", `{{define "main"}}<h1>Lost at {{.Status}}</h1><img src="{{.Asset "pictures/owl.svg"}}" alt="an owl">{{end}}`,
		"site.css", `body { background: url(pictures/owl.svg) } /* url(none.svg) */`,
		"pictures/owl.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"README.md", "How this looks",
	), "looks")
	if err != nil {
		t.Fatal(err)
	}
	site := Site{Title: "Ours", BaseURL: "https://ours.example/news", Theme: theme}
	var page bytes.Buffer
	if err := Problem(&page, &Page{Site: site}, 404); err != nil {
		t.Fatal(err)
	}
	var owl, style *Asset
	for _, a := range site.Assets() {
		switch {
		case strings.HasPrefix(a.Name, "pictures/owl-"):
			owl = &a
		case strings.HasPrefix(a.Name, "site-"):
			style = &a
		}
	}
	if owl == nil || style == nil {
		t.Fatalf("%+v: a file of the theme is missing", site.Assets())
	}
	for _, want := range []string{"Lost at 404", `src="/news/assets/` + owl.Name + `"`, `href="/news/assets/` + style.Name + `"`, "<header"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no %s in\n%s", want, page.String())
		}
	}
	if want := `url("` + owl.Name + `")`; !strings.Contains(string(style.Body), want) {
		t.Errorf("no %s in %s", want, style.Body)
	}
	if other, err := LoadTheme(folder("site.css", "body {}"), "looks"); err != nil || other.Digest == theme.Digest {
		t.Errorf("%v: another theme has the same digest", err)
	}
}

// What is wrong with a theme is told with its file and line.
func TestThemeErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		wants []string
	}{
		{"a template that does not end", []string{"home.html", "{{define \"main\"}}\n\n{{if .Heading}}\n"}, []string{"looks/home.html:", "unexpected EOF"}},
		{"a page has no such field", []string{"entry.html", "{{define \"main\"}}\n<p>{{.Headline}}{{end}}"}, []string{"looks/entry.html:2: {{.Headline}}: there is no Headline here", "docs/themes.md"}},
		{"no content", []string{"category.html", "<p>Entries</p>"}, []string{`looks/category.html: it does not define "main"`}},
		{"no links of the navigation", []string{"layout.html", "<html>{{.NavItems}}{{template \"main\" .}}</html>"}, []string{`looks/layout.html:1: {{.NavItems}}: the layout defines no template "nav" for it`}},
		{"what pages share shows an entry", []string{"layout.html", "<html>\n{{.Shared \"top\"}}{{template \"main\" .}}</html>\n{{define \"top\"}}<b>{{.Title}}</b>{{end}}"}, []string{"looks/layout.html:3: {{.Title}}: there is no Title here", "docs/themes.md"}},
		{"what pages share is not there", []string{"layout.html", `<html>{{.Shared "top"}}{{template "main" .}}</html>`}, []string{`looks/layout.html:1: {{.Shared}}: the layout defines no template "top" for it`}},
		{"a script", []string{"layout.html", `<html><script src="x.js"></script>{{template "main" .}}</html>`}, []string{"looks/home.html", "the page holds <script>", "Content-Security-Policy"}},
		{"a handler", []string{"home.html", `{{define "main"}}<p onclick="x()">{{end}}`}, []string{"looks/home.html", "the attribute onclick"}},
		{"a script's file", []string{"x.js", "1"}, []string{"looks/x.js: pages run no script"}},
		{"a file of no use", []string{"x.exe", "1"}, []string{"looks/x.exe: a theme has no use for this file"}},
		{"a picture that is not there", []string{"site.css", "a {}\nb { background: url(owl.svg) }"}, []string{"looks/site.css:2: there is no file owl.svg in the theme"}},
		{"another server", []string{"site.css", "a { background: url(https://a.example/b.png) }"}, []string{"looks/site.css:1: https://a.example/b.png is on another server"}},
		{"an import", []string{"site.css", "@import 'b.css';"}, []string{"looks/site.css:1: @import"}},
		{"an asset that is not there", []string{"home.html", `{{define "main"}}{{.Asset "owl.svg"}}{{end}}`}, []string{"looks/home.html:1", "there is no file owl.svg"}},
		{"a page without end", []string{"home.html", `{{define "main"}}{{template "main" .}}{{end}}`}, []string{"looks/"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadTheme(folder(tt.files...), "looks")
			var wrong *ThemeError
			if !errors.As(err, &wrong) {
				t.Fatalf("%v, want a ThemeError", err)
			}
			for _, want := range tt.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nwant %s", err, want)
				}
			}
		})
	}
}

// A layout may have its own links, or go through them itself.
func TestThemeNavigation(t *testing.T) {
	for _, layout := range []string{
		`<html><nav>{{.NavItems}}</nav>{{template "main" .}}</html>{{define "nav"}}<b>{{.Label}}</b>{{end}}`,
		`<html><nav>{{range .Nav}}<b>{{.Label}}</b>{{end}}</nav>{{template "main" .}}</html>`,
	} {
		theme, err := LoadTheme(folder("layout.html", layout), "looks")
		if err != nil {
			t.Fatal(err)
		}
		p := &Page{Site: Site{Theme: theme}, Categories: []Category{{Term: "a", Label: "A & B"}}}
		for range 2 {
			var page bytes.Buffer
			if err := Problem(&page, p, 404); err != nil || !strings.Contains(page.String(), "<nav><b>A &amp; B</b><b>All entries</b></nav>") {
				t.Errorf("%v\n%s", err, page.String())
			}
		}
	}
}
