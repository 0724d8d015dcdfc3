package validator

import "strings"

const rss11Spec = "https://inamidst.com/rss1.1/"

func rss11Doc(channel, item string) Example {
	return Example{Text: `<Channel xmlns="http://purl.org/net/rss1.1#" xmlns:rdf="` + rdfNS + `" rdf:about="https://example.com/rss" xml:lang="en"><title>News</title><link>https://example.com/</link><description>All</description>` + channel +
		`<items rdf:parseType="Collection"><item rdf:about="https://example.com/1"><title>One</title><link>https://example.com/1</link>` + item + `</item></items></Channel>`}
}

var rss11Grammar = func() grammar {
	g := extensionRules{prefix: "rss11", name: "RSS 1.1", spec: Spec{"RSS 1.1", rss11Spec}, good: rss11Doc("", ""), unknown: "-", missing: "-"}.grammar()
	g.unknown.Bad, g.missing.Bad = rss11Doc("<language>en</language>", ""), Example{Text: strings.Replace(rss11Doc("", "").Text, "<link>https://example.com/1</link>", "", 1)}
	return g
}()

// rss11Family is RSS 1.1, which is RDF.
var rss11Family = &family{
	name: "rss11", grammar: rss11Grammar, rules: append(rss11Grammar.rules(), rss11About),
	namespaces: []namespace{{short: "rss11:", uri: "http://purl.org/net/rss1.1#", prefix: "rss11"}, {short: "payload:", uri: "http://purl.org/net/rss1.1/payload#"}},
	elements: map[string]*element{
		"rss11:Channel": {children: "rss11:title! rss11:link+ rss11:description! rss11:image? rss11:items!", missing: map[string]*Rule{"rss11:title": rss1TitleMissing, "rss11:link": rss1LinkMissing, "rss11:description": rss1DescriptionMissing}, anyAttrs: true, attrs: attrs{"rdf:about": {check: uriReference}}},
		"rss11:items":   {children: "rss11:item*", anyAttrs: true},
		"rss11:item":    {children: "rss11:title+ rss11:link+ rss11:description?", anyAttrs: true, attrs: attrs{"rdf:about": {check: uriReference}}, open: rss11ItemStart, record: true},
		"rss11:image":   {children: "rss11:title! rss11:url! rss11:link?", anyAttrs: true, check: rss11ImageEnd},
		"rss11:title":   {text: rssPlain, anyAttrs: true}, "rss11:link": {text: rssLink, anyAttrs: true}, "rss11:url": {text: rssLink, anyAttrs: true}, "rss11:description": {text: plainText, anyAttrs: true},
	},
}

var rss11About = &Rule{
	Code: "rss11-about-repeated", Level: Error, W3C: "DuplicateValue", Spec: Spec{"RSS 1.1", rss11Spec},
	What: "two elements have one rdf:about", Why: "To software that reads RDF they are one resource.", Mend: "Give each its own address.",
	Bad: Example{Text: strings.Replace(rss11Doc("", "").Text, "</items>", `<item rdf:about="https://example.com/1"><title>Two</title><link>https://example.com/2</link></item></items>`, 1)}, Good: rss11Doc("", ""),
}

func rss11ItemStart(c *checker, n *node) {
	c.result.Entries++
	c.resource(n)
}

// resource remembers what an element of RSS 1.1 is about.
func (c *checker) resource(n *node) {
	if a := n.attr("rdf:about"); a != nil {
		if line := c.rss1.about.again(a.value, n.start.Line); line > 0 {
			c.report(rss11About, val{n: n, attr: a, s: a.value}.whole(), "rdf:about is that of line %d", line)
		}
	}
}

func rss11ImageEnd(c *checker, n *node) {
	own, theirs := n.child("rss11:link"), n.parent.child("rss11:link")
	if own != nil && theirs != nil && own.text.s != theirs.text.s {
		c.report(rssImageLink, val{n: own, s: own.text.s}.whole(), "the image has the link %q, the channel %q", shorten(own.text.s), shorten(theirs.text.s))
	}
}

// metaFamily is the meta element of XHTML in a feed, for robots.
var metaFamily = &family{name: "meta", rules: []*Rule{metaName, metaContent},
	elements: map[string]*element{"h:meta": {anyAttrs: true, check: metaEnd}},
	in:       map[string]string{"a:feed": "h:meta*", "channel": "h:meta*"},
}

var (
	metaName = &Rule{Code: "meta-name", Level: Error, W3C: "InvalidMetaName", Spec: Spec{"Robots meta tag in feeds", "https://www.robotstxt.org/meta.html"}, What: "meta in a feed has a name other than robots", Why: "Nothing reads it.", Mend: "Write name=\"robots\", or remove it.",
		Bad: Example{In: "atom:feed", Text: `<meta xmlns="http://www.w3.org/1999/xhtml" name="author" content="noindex"/>`}, Good: Example{In: "atom:feed", Text: `<meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="noindex"/>`}}
	metaContent = &Rule{Code: "meta-content", Level: Error, W3C: "InvalidMetaContent", Spec: Spec{"Robots meta tag in feeds", "https://www.robotstxt.org/meta.html"}, What: "the content of meta is none of the words for robots", Why: "Search engines take the feed for open.", Mend: "Write all, none, index, noindex, follow or nofollow, with commas between them.",
		Bad: Example{In: "atom:feed", Text: `<meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="private"/>`}, Good: Example{In: "atom:feed", Text: `<meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="noindex"/>`}}
)

var robotWords = wordSet("all none index noindex follow nofollow")

func metaEnd(c *checker, n *node) {
	if a := n.attr("name"); a != nil && !strings.EqualFold(a.value, "robots") {
		c.report(metaName, val{n: n, attr: a, s: a.value}.whole(), "the name is %q, it must be robots", shorten(a.value))
	}
	a := n.attr("content")
	if a == nil {
		return
	}
	for w := range strings.SplitSeq(strings.ToLower(a.value), ",") {
		if !robotWords[strings.TrimSpace(w)] {
			c.report(metaContent, val{n: n, attr: a, s: a.value}.whole(), "the content %q holds %q, which is no word for robots", shorten(a.value), shorten(w))
			return
		}
	}
}
