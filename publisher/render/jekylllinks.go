package render

import (
	"html"
	"net/url"
	"strings"
	"sync"
	"text/template"
	"unicode"

	"tributary/feed"
)

// returnData is what the template of the return links sees.
type returnData struct {
	Site       Site
	Home       string           // the site's address without its scheme, with a slash at its end: "//example.com/"
	Categories []returnCategory // those the entry is filed under, in feeds.toml's order
	Category   returnCategory   // the first of them
	Link       string           // the original's
	Title      string           // the entry's
}

// A returnCategory is a category with the address of its page in the Jekyll site.
type returnCategory struct{ Term, Label, URL string }

// The default return links, in Chinese and in English. They are links and
// separators only, so that a jekyll source knows them for what they are. A |
// would make a table of them.
var (
	returnChinese = mustCompile(`{{range .Categories}}[返回{{md .Label}}]({{.URL}})｜{{end}}[返回首页]({{.Home}})`)
	returnEnglish = mustCompile(`{{range .Categories}}[Back to {{md .Label}}]({{.URL}}) · {{end}}[Home]({{.Home}})`)
)

func mustCompile(text string) func() *template.Template {
	return sync.OnceValue(func() *template.Template {
		return template.Must(template.New("return_links").Funcs(jekyllFuncs).Parse(text))
	})
}

// returnLinks returns the line at the post's end.
func (j *Jekyll) returnLinks(p *Page, e *feed.Entry, filed []Category) (string, error) {
	home := strings.TrimRight(p.Site.BaseURL, "/") + "/"
	if _, after, ok := strings.Cut(home, ":"); ok && strings.HasPrefix(after, "//") {
		home = after
	}
	data := returnData{Site: p.Site, Home: home, Link: e.Alternate(), Title: e.Title.Body}
	for _, c := range filed {
		at := home + "category/" + url.PathEscape(c.Term) + ".html"
		data.Categories = append(data.Categories, returnCategory{Term: c.Term, Label: c.Label, URL: at})
	}
	if len(data.Categories) > 0 {
		data.Category = data.Categories[0]
	}
	return run(j.linksFor(p, filed), data)
}

// linksFor returns the configured template, else the one in the reader's
// language: Chinese if the category or the site says so or has a label in
// Chinese characters.
func (j *Jekyll) linksFor(p *Page, filed []Category) *template.Template {
	if j.links != nil {
		return j.links
	}
	if strings.HasPrefix(p.postLanguage(filed), "zh") {
		return returnChinese()
	}
	return returnEnglish()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// markdownText returns plain text as Markdown that shows it, in Jekyll's
// kramdown and elsewhere, and that holds no Liquid.
func markdownText(s string) string { return markdownEscaper.Replace(html.EscapeString(s)) }

var markdownEscaper = func() *strings.Replacer {
	var pairs []string
	for _, c := range "\\`*_[]|$" {
		pairs = append(pairs, string(c), "\\"+string(c))
	}
	return strings.NewReplacer(append(pairs, "{", "&#123;", "}", "&#125;", "~", "&#126;")...)
}()
