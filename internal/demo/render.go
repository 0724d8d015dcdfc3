package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"sync"
	"text/template"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

//go:embed templates/*.xml
var files embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"xml":     escape,
		"rfc3339": func(t time.Time) string { return t.Format(time.RFC3339) },
		"rfc822":  func(t time.Time) string { return t.Format(time.RFC1123Z) },
		"length":  func() int { return len(sound()) },
	}).ParseFS(files, "templates/*.xml"))
})

// escape returns text as XML and HTML write it.
func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}

// xmlTemplate renders a page with one of the templates.
func xmlTemplate(name string) func(*page) ([]byte, error) {
	return func(p *page) ([]byte, error) {
		var b bytes.Buffer
		if err := templates().ExecuteTemplate(&b, name, p); err != nil {
			return nil, fmt.Errorf("render %s: %w", name, err)
		}
		return b.Bytes(), nil
	}
}

// gb18030 renders a page with a template, in the encoding that many Chinese
// sites still use.
func gb18030(name string) func(*page) ([]byte, error) {
	render := xmlTemplate(name)
	return func(p *page) ([]byte, error) {
		utf8, err := render(p)
		if err != nil {
			return nil, err
		}
		return simplifiedchinese.GB18030.NewEncoder().Bytes(utf8)
	}
}

// jsonFeed renders a page as JSON Feed 1.1.
func jsonFeed(p *page) ([]byte, error) {
	type person struct {
		Name string `json:"name"`
	}
	type item struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		Title     string    `json:"title"`
		HTML      string    `json:"content_html"`
		Summary   string    `json:"summary"`
		Published time.Time `json:"date_published"`
		Authors   []person  `json:"authors"`
		Tags      []string  `json:"tags"`
	}
	items := make([]item, 0, len(p.Entries))
	for _, e := range p.Entries {
		items = append(items, item{
			ID: fmt.Sprintf("tag:%s.example,2026:%d", p.name, e.Number), URL: e.URL, Title: e.Title, HTML: e.HTML(),
			Summary: e.Paragraphs[0], Published: e.Published.Truncate(time.Second), Authors: []person{{e.Author}}, Tags: []string{e.Topic},
		})
	}
	return json.MarshalIndent(map[string]any{
		"version": "https://jsonfeed.org/version/1.1", "title": p.title, "description": p.about,
		"home_page_url": p.Base + "/", "feed_url": p.Base + p.path(), "language": "en", "items": items,
	}, "", " ")
}
