package w3ccheck

import (
	"strings"
)

// rssDocument checks what concerns an RSS document as a whole.
func (c *checker) rssDocument(n *node) {
	if v := n.attr("version"); v != nil && *v != "2.0" && *v != "0.91" && *v != "0.92" {
		c.report("InvalidRSSVersion", n.line, "%s", *v)
	}
	for _, channel := range n.all("channel") {
		c.channel(n.value("version"), channel)
	}
}

func (c *checker) channel(version string, n *node) {
	self := false
	for _, l := range n.all("a:link") {
		c.atomLink(l)
		self = self || l.value("rel") == "self"
	}
	if !self && (version == "2.0" || version == "") {
		c.report("MissingAtomSelfLink", n.end, "channel")
	}
	c.semantics(n, "DuplicateSemantics", [][2]string{{"language", "dc:language"}, {"copyright", "dc:rights"}, {"managingEditor", "dc:creator"},
		{"webMaster", "dc:publisher"}, {"pubDate", "dc:date"}, {"lastBuildDate", "dcterms:modified"}})
	seen, guids := false, map[string]bool{}
	for _, k := range n.children {
		if k.name == "item" {
			seen = true
			c.twice(k, "guid", "DuplicateValue", guids)
		} else if seen && strings.Contains(rules["channel"].children, k.name) {
			c.report("MisplacedItem", k.line, "%s after an item", k.name)
		}
	}
}

// semantics reports what is said twice, in RSS's words and others.
func (c *checker) semantics(n *node, class string, pairs [][2]string) {
	for _, pair := range pairs {
		if n.child(pair[0]) != nil && n.child(pair[1]) != nil {
			c.report(class, n.child(pair[1]).end, "%s and %s", pair[0], pair[1])
		}
	}
}

func (c *checker) item(n *node) {
	if n.child("title") == nil && n.child("description") == nil {
		c.report("ItemMustContainTitleOrDescription", n.end, "item")
	}
	if n.child("guid") == nil && n.parent.parent.value("version") == "2.0" {
		c.report("MissingGuid", n.end, "item")
	}
	for i, k := range n.all("enclosure") {
		if i > 0 {
			c.report("DuplicateEnclosure", k.end, "item")
		}
	}
	c.semantics(n, "DuplicateItemSemantics", [][2]string{{"author", "dc:creator"}, {"category", "dc:subject"}, {"pubDate", "dc:date"},
		{"pubDate", "a:published"}, {"source", "dc:source"}})
	described := false
	for _, k := range n.children {
		switch k.name {
		case "description":
			described = true
		case "content:encoded":
			if !described {
				c.report("NeedDescriptionBeforeContent", k.line, "item")
			}
		}
	}
}

func (c *checker) plain(n *node) {
	c.notBlank(n)
	c.noHTML(n, n.name, n.text, "ContainsHTML")
}

// description is HTML in an item, and plain text in a channel.
func (c *checker) description(n *node) {
	if n.parent.name == "item" {
		c.html(n, n.text)
		return
	}
	c.noHTML(n, n.name, n.text, "ContainsHTML")
}

func (c *checker) enclosure(n *node) {
	if v := n.attr("url"); v != nil && !isWebURL(*v) {
		c.report("InvalidURLAttribute", n.line, "enclosure url %q", *v)
	}
	if v := n.attr("type"); v != nil && !isMIME(*v) {
		c.report("InvalidMIMEAttribute", n.line, "enclosure type %q", *v)
	}
	switch v := n.attr("length"); {
	case v == nil || isDigits(*v):
	case *v == "-1":
		c.report("UseZeroForUnknown", n.line, "enclosure length")
	default:
		c.report("InvalidIntegerAttribute", n.line, "enclosure length %q", *v)
	}
}

func (c *checker) guid(n *node) {
	permalink := n.attr("isPermaLink")
	switch {
	case permalink != nil && *permalink != "true" && *permalink != "false":
		c.report("InvalidBooleanAttribute", n.line, "guid isPermaLink %q", *permalink)
	case permalink != nil && *permalink == "false":
		c.notBlank(n)
		if isDigits(n.text) && len(n.text) < 9 {
			c.report("NotSufficientlyUnique", n.end, "%s", n.text)
		}
	case n.text == "":
		c.notBlank(n)
		c.report("InvalidHttpGUID", n.end, "guid")
	case strings.HasPrefix(n.text, "tag:") || strings.HasPrefix(n.text, "urn:uuid:"):
		c.report("InvalidPermalink", n.end, "%s", n.text)
	case !isWebURL(n.text):
		c.report("InvalidHttpGUID", n.end, "%s", n.text)
	}
}

func (c *checker) source(n *node) {
	c.plain(n)
	if v := n.attr("url"); v != nil {
		c.reference(n, *v, fullURI)
	}
}

// contact checks an address as RSS wants it: "user@example.com (Name)".
func (c *checker) contact(n *node) {
	c.noHTML(n, n.name, n.text, "ContainsHTML")
	address, name, named := strings.Cut(strings.TrimPrefix(n.text, "mailto:"), " ")
	switch {
	case !isAddress(strings.TrimSpace(address)):
		if containsEmail.MatchString(n.text) && !strings.Contains(n.text, "mailto:") {
			c.report("EmailFormat", n.end, "%s", n.text)
			return
		}
		c.report("InvalidContact", n.end, "%s", n.text)
	case !named:
		c.report("MissingRealName", n.end, "%s", n.text)
	case !strings.HasPrefix(name, "(") || !strings.HasSuffix(name, ")"):
		c.report("EmailFormat", n.end, "%s", n.text)
	}
}
