package validator

import "strings"

const (
	rss1Spec = "https://web.resource.org/rss/1.0/spec"
	rdfNS    = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
)

// rdfFamily is RSS 1.0 and 0.90, which are RDF.
var rdfFamily = &family{
	name:  "rss1",
	rules: []*Rule{rss1ElementUnknown, rss1ElementRepeated, rss1ElementMissing, rss1AttributeMissing, rss1TitleMissing, rss1LinkMissing, rss1DescriptionMissing, rss1RDF, rss1Items, rss1About, rss1Text, wikiOld},
	namespaces: []namespace{
		{short: "r1:", uri: "http://purl.org/rss/1.0/", prefix: "rss1", also: []string{"http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/"}},
		{short: "rdf:", uri: rdfNS, prefix: "rdf"},
		{short: "wiki:", uri: "http://purl.org/rss/1.0/modules/wiki/", prefix: "wiki"},
		{short: "oldwiki:", uri: "http://www.usemod.com/cgi-bin/mb.pl?ModWiki", prefix: "wiki"},
	},
	grammar: grammar{unknown: rss1ElementUnknown, repeated: rss1ElementRepeated, missing: rss1ElementMissing, missingAttr: rss1AttributeMissing, text: rss1Text},
	elements: map[string]*element{
		"rdf:RDF":                 {children: "r1:channel! r1:image? r1:item* r1:textinput?", anyAttrs: true, check: rdfEnd},
		"r1:channel":              {children: "r1:title! r1:link! r1:description! r1:image? r1:items! r1:textinput?", missing: rss1Missing, attrs: aboutAttr, check: rss1ChannelEnd},
		"r1:item":                 {children: "r1:title! r1:link! r1:description?", attrs: aboutAttr, open: rss1ItemStart, check: rss1ItemEnd, record: true},
		"r1:image":                {children: "r1:title! r1:url! r1:link!", attrs: aboutAttr},
		"r1:channel/r1:image":     {attrs: attrs{"rdf:resource": {check: uriReference}}, anything: true},
		"r1:textinput":            {children: "r1:title! r1:description! r1:name! r1:link!", attrs: aboutAttr},
		"r1:channel/r1:textinput": {attrs: attrs{"rdf:resource": {check: uriReference}}, anything: true},
		"r1:items":                {children: "rdf:Seq? rdf:Bag?"},
		"rdf:Bag":                 {children: "rdf:li*", anyAttrs: true},
		"rdf:Seq":                 {children: "rdf:li*", anyAttrs: true},
		"rdf:li":                  {attrs: attrs{"rdf:resource": {check: uriReference}, "resource": {check: uriReference}}, anything: true},
		"r1:title":                {text: rssPlain, anyAttrs: true},
		"r1:link":                 {text: rssLink, anyAttrs: true},
		"r1:url":                  {text: rssLink, anyAttrs: true},
		"r1:name":                 {text: ignoreText, anyAttrs: true},
		"r1:description":          {text: plainText, anyAttrs: true},
	},
	in: nil,
}

// aboutAttr is the address of what an element describes. The first channel of
// a feed must have it.
var aboutAttr = attrs{"rdf:about": {required: true, check: uriReference}}

var rss1Missing = map[string]*Rule{"r1:title": rss1TitleMissing, "r1:link": rss1LinkMissing, "r1:description": rss1DescriptionMissing}

// rss1Doc is a feed of RSS 1.0 with these elements in its channel and item.
func rss1Doc(channel, item string) Example {
	return Example{Text: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" xmlns:rdf=\"" + rdfNS + "\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n" +
		"<channel rdf:about=\"https://example.com/\"><title>News</title>" + channel + "<description>All the news</description><items><rdf:Seq><rdf:li rdf:resource=\"https://example.com/1\"/></rdf:Seq></items></channel>\n" +
		"<item rdf:about=\"https://example.com/1\"><title>One</title>" + item + "</item>\n</rdf:RDF>\n"}
}

const (
	rss1Link  = "<link>https://example.com/</link>"
	rss1Link1 = "<link>https://example.com/1</link>"
)

var rss1Good = rss1Doc(rss1Link, rss1Link1)

var (
	rss1ElementUnknown = &Rule{
		Code: "rss1-element-unknown", Level: Error, W3C: "UndefinedElement", Spec: Spec{"RSS 1.0 §5", rss1Spec + "#s5"},
		What: "an element is not one of RSS 1.0, or not at this place", Why: "Readers ignore it: what it says is lost. RSS 1.0 has fewer elements than RSS 2.0.", Mend: "Use the module that has it: <dc:language>, <dc:date>, <dc:creator>.",
		Bad: rss1Doc(rss1Link+"<language>en</language>", rss1Link1), Good: rss1Doc(rss1Link+"<dc:language>en</dc:language>", rss1Link1),
	}
	rss1ElementRepeated = &Rule{
		Code: "rss1-element-repeated", Level: Error, W3C: "DuplicateElement", Spec: Spec{"RSS 1.0 §5", rss1Spec + "#s5"},
		What: "an element is there more often than once", Why: "Readers take the first or the last, each its own.", Mend: "Keep one.",
		Bad: rss1Doc(rss1Link, rss1Link1+rss1Link1), Good: rss1Good,
	}
	rss1ElementMissing = &Rule{
		Code: "rss1-element-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"RSS 1.0 §5", rss1Spec + "#s5"},
		What: "an element lacks one that it must have", Why: "Readers rely on it.", Mend: "Add it: an item has a title and a link, a channel a list of its items.",
		Bad: rss1Doc(rss1Link, ""), Good: rss1Good,
	}
	rss1AttributeMissing = &Rule{
		Code: "rss1-attribute-missing", Level: Error, W3C: "MissingAttribute", Spec: Spec{"RSS 1.0 §5.3", rss1Spec + "#s5.3"},
		What: "an element lacks rdf:about", Why: "It says which resource the element describes; software that reads RDF cannot tell one item from another.", Mend: `Add rdf:about="address".`,
		Bad: Example{Text: strings.Replace(rss1Good.Text, ` rdf:about="https://example.com/1"`, "", 1)}, Good: rss1Good,
	}
	rss1TitleMissing = &Rule{
		Code: "rss1-title-missing", Level: Error, W3C: "MissingTitle", Spec: Spec{"RSS 1.0 §5.3.1", rss1Spec + "#s5.3.1"},
		What: "the channel has no title", Why: "Readers list feeds by their titles.", Mend: "Add <title>.",
		Bad: Example{Text: strings.Replace(rss1Good.Text, "<title>News</title>", "", 1)}, Good: rss1Good,
	}
	rss1LinkMissing = &Rule{
		Code: "rss1-link-missing", Level: Error, W3C: "MissingLink", Spec: Spec{"RSS 1.0 §5.3.2", rss1Spec + "#s5.3.2"},
		What: "the channel has no link", Why: "Readers offer the way to the website by it.", Mend: "Add <link> with the address of the website.",
		Bad: rss1Doc("", rss1Link1), Good: rss1Good,
	}
	rss1DescriptionMissing = &Rule{
		Code: "rss1-description-missing", Level: Error, W3C: "MissingDescription", Spec: Spec{"RSS 1.0 §5.3.3", rss1Spec + "#s5.3.3"},
		What: "the channel has no description", Why: "RSS 1.0 asks for it; directories show it.", Mend: "Add <description> with a sentence about the feed.",
		Bad: Example{Text: strings.Replace(rss1Good.Text, "<description>All the news</description>", "", 1)}, Good: rss1Good,
	}
	rss1RDF = &Rule{
		Code: "rss1-rdf-invalid", Level: Error, W3C: "InvalidRDF", Spec: Spec{"RDF/XML §2, §7", "https://www.w3.org/TR/rdf-syntax-grammar/"},
		What: "the document is not acceptable RDF/XML", Why: "Software that reads RDF must stop here.", Mend: "Let properties and resources take turns; write markup as text (escaped) or with rdf:parseType=\"Literal\".",
		Bad: rss1Doc(rss1Link, rss1Link1+"<description><content>First</content></description>"), Good: rss1Good,
	}
	rss1Items = &Rule{
		Code: "rss1-items-differ", Level: Error, Spec: Spec{"RSS 1.0 §5.3.5", rss1Spec + "#s5.3.5"},
		What: "the list of items in the channel is not that of the items there are", Why: "Readers that go by the list miss items, or look for some that are not there.", Mend: "List each item once, by its rdf:about, in their order.",
		Bad: Example{Text: strings.Replace(rss1Good.Text, `rdf:resource="https://example.com/1"`, `rdf:resource="https://example.com/2"`, 1)}, Good: rss1Good,
	}
	rss1About = &Rule{
		Code: "rss1-about-repeated", Level: Error, W3C: "DuplicateValue", Spec: Spec{"RSS 1.0 §5.5", rss1Spec + "#s5.5"},
		What: "two items have one rdf:about", Why: "To software that reads RDF they are one item.", Mend: "Give each item its own address.",
		Bad: Example{Text: strings.Replace(rss1Good.Text, "</rdf:RDF>", `<item rdf:about="https://example.com/1"><title>Two</title><link>https://example.com/2</link></item></rdf:RDF>`, 1)}, Good: rss1Good,
	}
	rss1Text = &Rule{
		Code: "rss1-text-unexpected", Level: Error, W3C: "UnexpectedText", Spec: Spec{"RSS 1.0 §5", rss1Spec + "#s5"},
		What: "text stands where only elements belong", Why: "No reader shows it.", Mend: "Move it into an element.",
		Bad: Example{Text: strings.Replace(rss1Good.Text, "<items>", "<items>these", 1)}, Good: rss1Good,
	}
	wikiOld = &Rule{
		Code: "wiki-namespace-former", Level: Warning, W3C: "ObsoleteWikiNamespace", Spec: Spec{"RSS 1.0 Modules: ModWiki", "https://www.meatballwiki.org/wiki/ModWiki"},
		What: "the former namespace of the wiki module is used", Why: "Readers look for the new one.", Mend: "Declare http://purl.org/rss/1.0/modules/wiki/.",
		Bad: Example{In: "rss:item", Text: `<w:version xmlns:w="http://www.usemod.com/cgi-bin/mb.pl?ModWiki">2</w:version>`}, Good: Example{In: "rss:item", Text: `<wiki:version xmlns:wiki="http://purl.org/rss/1.0/modules/wiki/">2</wiki:version>`},
	}
)

// rss1State is what is remembered of a feed of RSS 1.0.
type rss1State struct {
	about   seen
	listed  map[string]place // by address, that no item has been found for yet
	listing bool
	strays  []strayItem
}

type strayItem struct {
	about string
	at    place
}

// maxListed bounds the items that are held against the list.
const maxListed = 10_000

func rss1ChannelEnd(c *checker, n *node) {
	if n.child("dc:language") == nil && !n.lang {
		c.report(langMissing, n.lacking("dc:language"), "the channel does not state its language: add <dc:language>")
	}
	c.show(n)
	items := n.child("r1:items")
	if items == nil || items.child("rdf:Seq") == nil {
		return
	}
	c.rss1.listed = map[string]place{}
	for _, li := range items.child("rdf:Seq").all("rdf:li") {
		a := li.attr("rdf:resource")
		if a == nil {
			a = li.attr("resource")
		}
		if a != nil && len(c.rss1.listed) < maxListed {
			c.rss1.listed[strings.TrimSpace(a.value)] = val{n: li, attr: a, s: a.value}.whole()
			c.rss1.listing = true
		}
	}
}

func rss1ItemStart(c *checker, n *node) {
	c.result.Entries++
	a := n.attr("rdf:about")
	if a == nil {
		return
	}
	v := val{n: n, attr: a, s: a.value}
	if line := c.rss1.about.again(a.value, n.start.Line); line > 0 {
		c.report(rss1About, v.whole(), "the item of line %d has the same rdf:about", line)
		return
	}
	if _, ok := c.rss1.listed[strings.TrimSpace(a.value)]; ok {
		delete(c.rss1.listed, strings.TrimSpace(a.value))
	} else if len(c.rss1.strays) < maxListed {
		c.rss1.strays = append(c.rss1.strays, strayItem{strings.Clone(a.value), v.whole()})
	}
}

func rss1ItemEnd(c *checker, n *node) { c.playable(n) }

// property checks an element in a property of RDF: it is a resource, whose own
// properties are elements.
func (e *engine) property(n *node) {
	if n.parent.value("rdf:parseType") == "Literal" {
		return
	}
	n.resource = n.name.key == "r1:"+n.name.local
	if n.attr("rdf:resource") != nil {
		e.report(rss1RDF, n.open(), "<%s> stands for a resource within <%s>, it cannot have rdf:resource", n.name.written(), n.parent.name.written())
	}
}

// rdfEnd holds the items against the channel's list.
func rdfEnd(c *checker, n *node) {
	if !c.rss1.listing {
		return
	}
	for about, at := range c.rss1.listed {
		c.report(rss1Items, at, "the list names %q, and there is no such item", shorten(about))
	}
	for _, s := range c.rss1.strays {
		c.report(rss1Items, s.at, "the item %q is not in the channel's list", shorten(s.about))
	}
}
