package parse

import (
	"fmt"
	"html"
	"strings"
)

// isPage reports whether a document that has this tag before any feed's root
// is a page for people.
func isPage(tag string) bool {
	return strings.EqualFold(tag, "html") || strings.EqualFold(tag, "body") || strings.EqualFold(tag, "head")
}

// others are documents that people mistake for feeds, by root element.
var others = map[string]Error{
	"opml":    {Reason: "this is OPML, a list of feeds, not a feed", Hint: "add the feeds it lists, each as a source of its own"},
	"outline": {Reason: "this is an outline, a list of feeds, not a feed", Hint: "add the feeds it lists, each as a source of its own"},
	"html":    {Reason: "this is an HTML page, not a feed"},
	"urlset":  {Reason: "this is a sitemap, not a feed"},
	"svg":     {Reason: "this is a picture (SVG), not a feed"},
	"error":   {Reason: "this is an error message in XML, not a feed"},
	"entry":   {Reason: "this is a single Atom entry, not a feed"},
	"service": {Reason: "this is an Atom service document, not a feed", Hint: "use the address of one of its collections"},
}

// refuse says why a document without a feed's root is not one. first is its
// first tag, if it has any.
func (k *skeleton) refuse(first token) error {
	s := k.sc.s
	head := strings.TrimSpace(s[:min(len(s), 512)])
	switch {
	case head == "":
		return &Error{Reason: "the document is empty"}
	case isPage(first.body) || strings.HasPrefix(strings.ToLower(head), "<!doctype html"):
		e := others["html"]
		e.Hint = "give the address of the site's feed, not of its page"
		if href := announced(s); href != "" {
			e.Hint = fmt.Sprintf("the page names its feed: %s", k.against(href, scope{base: k.base}))
		}
		return &e
	case first.body == "":
		return &Error{Reason: fmt.Sprintf("this is no feed: neither XML nor JSON, it begins with %q", shorten(head, 40)),
			Hint: "feeds are RSS, Atom or JSON Feed documents"}
	}
	local := strings.ToLower(first.body[strings.IndexByte(first.body, ':')+1:])
	if e, ok := others[local]; ok {
		return &e
	}
	return &Error{Reason: fmt.Sprintf("this is XML, but no feed: its root element is <%s>", shorten(first.body, 40)),
		Hint: "feeds begin with <rss>, <feed> or <rdf:RDF>", Line: 1 + strings.Count(s[:first.from], "\n")}
}

// announced returns the feed that an HTML page links to with rel=alternate.
func announced(page string) string {
	sc := scanner{s: page[:min(len(page), maxPreamble)]}
	for t, ok := sc.next(); ok; t, ok = sc.next() {
		if t.kind != startToken || !strings.EqualFold(t.body, "link") {
			continue
		}
		var rel, kind, href string
		for _, a := range attributes(nil, t.attrs) {
			switch strings.ToLower(a.name) {
			case "rel":
				rel = strings.ToLower(a.value)
			case "type":
				kind = strings.ToLower(a.value)
			case "href":
				href = strings.TrimSpace(html.UnescapeString(a.value))
			}
		}
		feed := strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || strings.Contains(kind, "feed+json")
		if feed && strings.Contains(rel, "alternate") {
			return shorten(href, 300)
		}
	}
	return ""
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
