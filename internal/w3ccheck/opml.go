package w3ccheck

// opmlDocument checks what concerns an OPML document as a whole.
func (c *checker) opmlDocument(n *node) {
	if v := n.attr("version"); v != nil && *v != "1.0" && *v != "1.1" && *v != "2.0" {
		c.report("InvalidOPMLVersion", n.line, "%s", *v)
	}
	if body := n.child("body"); body != nil && body.child("outline") == nil {
		c.report("MissingElement", body.end, "outline in body")
	}
}

var outlineAttrs = map[string]bool{"text": true, "type": true, "isComment": true, "isBreakpoint": true, "created": true, "category": true, "description": true,
	"htmlUrl": true, "language": true, "title": true, "version": true, "xmlUrl": true, "url": true}

// outline checks an outline by its type; those of a type that is not known
// may have any attributes.
func (c *checker) outline(n *node) {
	if n.attr("text") == nil {
		c.report("MissingAttribute", n.line, "outline text")
	}
	for _, name := range []string{"isComment", "isBreakpoint"} {
		if v := n.attr(name); v != nil && *v != "true" && *v != "false" {
			c.report("InvalidTrueFalse", n.line, "outline %s %q", name, *v)
		}
	}
	switch n.value("type") {
	case "rss":
		c.subscription(n)
	case "link", "include":
		if n.attr("url") == nil {
			c.report("MissingUrlAttr", n.line, "outline of type link")
		}
	}
}

func (c *checker) subscription(n *node) {
	for _, a := range n.attrs {
		if !outlineAttrs[a.name] {
			c.report("UnexpectedAttribute", n.line, "outline %s", a.name)
		}
	}
	if v := n.attr("xmlUrl"); v == nil {
		c.report("MissingXmlURL", n.line, "outline of type rss")
	} else {
		c.reference(n, *v, fullURI)
	}
	if v := n.attr("htmlUrl"); v != nil {
		c.reference(n, *v, fullURI)
	}
	if n.attr("title") == nil {
		c.report("MissingTitleAttr", n.line, "outline of type rss")
	}
	if v := n.attr("version"); v != nil && *v != "RSS" && *v != "RSS1" && *v != "RSS2" && *v != "scriptingNews" {
		c.report("InvalidOutlineVersion", n.line, "%q", *v)
	}
	if v := n.attr("language"); v != nil {
		c.language(n, "language", *v)
	}
}

func (c *checker) ownerEmail(n *node) {
	if !isAddress(n.text) {
		c.report("InvalidContact", n.end, "%q", n.text)
	}
}
