package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"
	"time"
	"unicode"

	"tributary/feed"
)

// JekyllSettings is how posts for the site generator Jekyll look. Empty
// fields take the defaults.
type JekyllSettings struct {
	Layout      string // of posts; default "post"
	Slug        string // text/template of a post's name, for entries that bring none; see Jekyll.Slug
	ReturnLinks string // text/template of the Markdown line at a post's end; see returnData
}

// A Jekyll writes posts and category pages. It is safe for concurrent use.
type Jekyll struct {
	layout string
	slug   *template.Template // nil: no template
	links  *template.Template // nil: in the language of the category

	fingerprint string
}

// NewJekyll checks the settings: its errors begin with the key of [jekyll]
// that is wrong.
func NewJekyll(set JekyllSettings) (*Jekyll, error) {
	j := &Jekyll{layout: set.Layout, fingerprint: fmt.Sprintf("%q", set)}
	if j.layout == "" {
		j.layout = "post"
	}
	if !isLayout(j.layout) {
		return nil, fmt.Errorf("layout: %q is no name of a layout: letters, digits, - and _ are expected", set.Layout)
	}
	sample := samplePage()
	var err error
	if set.Slug != "" {
		if j.slug, err = compile("slug", set.Slug); err == nil {
			_, err = j.Slug(&sample.Entries[0])
		}
		if err != nil {
			return nil, fmt.Errorf("slug: %w", err)
		}
	}
	if set.ReturnLinks != "" {
		if j.links, err = compile("return_links", set.ReturnLinks); err == nil {
			err = j.Post(io.Discard, sample)
		}
		if err != nil {
			return nil, fmt.Errorf("return_links: %w", err)
		}
	}
	return j, nil
}

// Layout returns the name of the layout that posts have.
func (j *Jekyll) Layout() string { return j.layout }

func isLayout(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !isNameRune(r) })
}

func isNameRune(r rune) bool {
	return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// samplePage is what templates are tried on when they are read.
func samplePage() *Page {
	link := feed.Link{Rel: feed.RelAlternate, Href: "https://example.com/a/b.html?c=d"}
	e := feed.Entry{Title: feed.Text{Body: "title"}, Filed: []string{"term"}, Links: []feed.Link{link}, Received: time.Unix(0, 0).UTC()}
	return &Page{
		Site:       Site{Title: "site", BaseURL: "https://example.org"},
		Categories: []Category{{Term: "term", Label: "label"}},
		Entries:    []feed.Entry{e},
	}
}

// compile reads a template of feeds.toml; its errors say what is wrong where,
// in a person's words.
func compile(key, text string) (*template.Template, error) {
	t, err := template.New(key).Option("missingkey=error").Funcs(jekyllFuncs).Parse(text)
	if err != nil {
		return nil, templateError(err)
	}
	return t, nil
}

// templateError drops what only a Go programmer would miss.
func templateError(err error) error {
	s := strings.TrimPrefix(err.Error(), "template: ")
	if _, after, ok := strings.Cut(s, "can't evaluate field "); ok {
		field, _, _ := strings.Cut(after, " ")
		s = fmt.Sprintf("there is no field .%s here", field)
	}
	return errors.New(s + `; a template is Go's text/template, such as {{query .Link "id"}}`)
}

// maxMade bounds what a template may write.
const maxMade = 64 << 10

// A boundedBuffer refuses to grow beyond maxMade.
type boundedBuffer struct{ bytes.Buffer }

func (b *boundedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxMade {
		return 0, fmt.Errorf("it writes more than %d KiB", maxMade>>10)
	}
	return b.Buffer.Write(p)
}

// run returns what the template makes of data, without blank lines.
func run(t *template.Template, data any) (string, error) {
	var out boundedBuffer
	if err := t.Execute(&out, data); err != nil {
		return "", templateError(err)
	}
	return strings.TrimSpace(blankLines().ReplaceAllString(out.String(), "\n")), nil
}

// Post writes the page's one entry as a post: front matter, its HTML as a
// block that Markdown leaves alone, the original's link, the return links.
func (j *Jekyll) Post(w io.Writer, p *Page) error {
	if len(p.Entries) != 1 {
		return fmt.Errorf("a post is made of one entry, not of %d", len(p.Entries))
	}
	e := &p.Entries[0]
	filed := p.filed(e)
	back, err := j.returnLinks(p, e, filed)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("---\n")
	j.frontMatter(&b, e, filed)
	b.WriteString("---\n")
	b.WriteString(jekyllBody(e))
	for _, paragraph := range []string{autolink(e.Alternate()), p.jekyllAlso(e, filed), back} {
		if paragraph != "" {
			b.WriteString("\n\n" + paragraph)
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// filed returns the published categories that e is filed under.
func (p *Page) filed(e *feed.Entry) []Category {
	var out []Category
	for _, c := range p.Categories {
		if e.IsFiled(c.Term) {
			out = append(out, c)
		}
	}
	return out
}

func (j *Jekyll) frontMatter(b *strings.Builder, e *feed.Entry, filed []Category) {
	var terms, labels []string
	for _, c := range filed {
		terms = append(terms, c.Term)
		labels = append(labels, c.Label)
	}
	fmt.Fprintf(b, "layout: %s\n", yamlScalar(j.layout))
	fmt.Fprintf(b, "title: %s\n", YAMLQuoted(e.Title.Body))
	fmt.Fprintf(b, "date: %s\n", e.Date().Format("2006-01-02 15:04:05 -0700"))
	fmt.Fprintf(b, "categories: %s\n", yamlWords(terms))
	fmt.Fprintf(b, "tags: %s\n", yamlWords(labels))
}

// autolink returns a URL as a paragraph that every Markdown links, or "" for
// one that Jekyll's Markdown would not.
func autolink(url string) string {
	if scheme, _, _ := strings.Cut(url, ":"); scheme != "http" && scheme != "https" {
		return ""
	}
	return "<" + urlEscaper.Replace(url) + ">"
}

// urlEscaper replaces what would end an autolink or start Liquid.
var urlEscaper = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\n", "%0A", "\t", "%09",
	"{", "%7B", "}", "%7D", "\\", "%5C", "`", "%60", `"`, "%22")

// CategoryPage writes the page of a category that the return links lead to. It lists
// what Jekyll files under the term.
func (j *Jekyll) CategoryPage(w io.Writer, c Category) error {
	_, err := fmt.Fprintf(w, "---\nlayout: category\ntitle: %s\ncategory: %s\npermalink: %s\n---\n",
		YAMLQuoted(c.Label), YAMLQuoted(c.Term), YAMLQuoted("/"+JekyllCategoryFile(c.Term)))
	return err
}

// JekyllCategoryFile returns the path of a category's page in a Jekyll site.
func JekyllCategoryFile(term string) string { return "category/" + term + ".html" }

// Fingerprint is the same for the same settings.
func (j *Jekyll) Fingerprint() string { return j.fingerprint }
