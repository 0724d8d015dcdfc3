package parse

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/aggregator/fetch"
)

// A page is an HTML document that was fetched.
type page struct {
	root    *html.Node
	base    *url.URL // what its references start from; nil: unknown
	charset string
	notes   []string
}

// readPage reads an HTML document. The library bounds how deep elements lie in
// one another.
func readPage(doc *fetch.Document) (*page, error) {
	d := decode(doc.Body, doc.Header.Get("Content-Type"))
	if head := strings.TrimLeft(d.text[:min(len(d.text), 512)], " \t\r\n"); head == "" {
		return nil, &Error{Reason: "the page is empty"}
	}
	root, err := html.Parse(strings.NewReader(d.text))
	if err != nil {
		return nil, &Error{Reason: "this page cannot be read as HTML: " + err.Error(), Err: err}
	}
	p := &page{root: root, base: baseOf(doc), charset: d.charset, notes: d.notes}
	if b := p.find(`base[href]`); b != nil {
		if u, err := url.Parse(strings.TrimSpace(attribute(b, "href"))); err == nil && p.base != nil {
			p.base = p.base.ResolveReference(u)
		}
	}
	return p, nil
}

// find returns the first element that a constant selector means.
func (p *page) find(css string) *html.Node { return cascadia.Query(p.root, constant(css)) }

func (p *page) findAll(css string) []*html.Node { return cascadia.QueryAll(p.root, constant(css)) }

func constant(css string) cascadia.SelectorGroup {
	sel, err := cascadia.ParseGroup(css)
	if err != nil {
		panic(fmt.Sprintf("selector %q: %v", css, err)) // it is ours
	}
	return sel
}

// title returns what the page calls itself.
func (p *page) title() string {
	if n := p.find(`head title`); n != nil {
		return words(n)
	}
	return ""
}

// language returns the page's language, "" when it does not say.
func (p *page) language() string {
	if n := p.find(`html[lang]`); n != nil {
		return strings.TrimSpace(attribute(n, "lang"))
	}
	return ""
}

// address returns an absolute web address, "" when ref leads to none.
func (p *page) address(ref string) string { return webAddress(p.base, ref) }

// webAddress returns ref, which may be relative to base, as an absolute http
// address, "" when it is none.
func webAddress(base *url.URL, ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || ref == "" {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// words returns an element's text as a reader sees it, in one line.
func words(n *html.Node) string {
	var b strings.Builder
	collectWords(&b, n)
	return clean(strings.Join(strings.Fields(b.String()), " "))
}

// collectWords goes as deep as the document, which the library bounds.
func collectWords(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Template:
		return
	case n.DataAtom == atom.Img:
		if alt := attribute(n, "alt"); alt != "" {
			b.WriteString(" " + alt + " ")
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		collectWords(b, c)
	}
	if n.Type == html.ElementNode && !inlineElements[n.DataAtom] {
		b.WriteByte(' ')
	}
}

// inlineElements do not part words.
var inlineElements = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true, atom.Em: true,
	atom.Font: true, atom.I: true, atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.U: true, atom.Wbr: true, atom.Ins: true, atom.Del: true, atom.Time: true,
}

// innerHTML returns what is in an element, as HTML.
func innerHTML(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if html.Render(&b, c) != nil {
			return "" // a tree that no HTML can be of
		}
	}
	return strings.TrimSpace(clean(b.String()))
}

// outerHTML returns an element as HTML.
func outerHTML(n *html.Node) string {
	var b strings.Builder
	if html.Render(&b, n) != nil {
		return ""
	}
	return strings.TrimSpace(clean(b.String()))
}

func pathOf(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	return u.Path
}
