package w3ccheck

import (
	"regexp"
	"strings"
)

// atomFeed checks what concerns a feed as a whole.
func (c *checker) atomFeed(n *node) {
	c.duplicateLinks(n)
	entries := n.all("a:entry")
	if len(entries) > 0 {
		seen := false
		for _, k := range n.children {
			seen = seen || k.name == "a:entry"
			if seen && k.name != "a:entry" && strings.HasPrefix(k.name, "a:") {
				c.report("MisplacedMetadata", k.line, "%s after the first entry", k.name)
			}
		}
	}
	hasSelf := false
	for _, l := range n.all("a:link") {
		hasSelf = hasSelf || strings.TrimPrefix(l.value("rel"), "http://www.iana.org/assignments/relation/") == "self"
	}
	if !hasSelf {
		c.report("MissingSelf", n.line, "feed")
	}
	ids, dates := map[string]bool{}, map[string]bool{}
	for _, e := range entries {
		c.author(n, e)
		c.twice(e, "a:id", "DuplicateEntries", ids)
		c.twice(e, "a:updated", "DuplicateUpdated", dates)
	}
}

func (c *checker) twice(e *node, name, class string, seen map[string]bool) {
	for _, k := range e.all(name) {
		if v := strings.TrimSpace(k.text); v != "" {
			if seen[v] {
				c.report(class, k.end, "%s", v)
			}
			seen[v] = true
		}
	}
}

// author reports an entry without one (RFC 4287 §4.1.2).
func (c *checker) author(f, e *node) {
	source := e.child("a:source")
	if e.child("a:author") == nil && f.child("a:author") == nil && (source == nil || source.child("a:author") == nil) {
		c.report("MissingElement", e.end, "author in entry")
	}
}

func (c *checker) duplicateLinks(n *node) {
	seen := map[string]bool{}
	for _, l := range n.all("a:link") {
		if rel := l.attr("rel"); rel != nil && *rel != "alternate" {
			continue
		}
		key := l.value("type") + "\n" + l.value("hreflang")
		if seen[key] {
			c.report("DuplicateAtomLink", n.end, "two alternates of type %q", l.value("type"))
		}
		seen[key] = true
	}
}

func (c *checker) atomEntry(n *node) {
	c.duplicateLinks(n)
	content, summary := n.child("a:content"), n.child("a:summary")
	if content == nil && summary == nil {
		c.report("MissingTextualContent", n.end, "entry")
	}
	alternate := false
	for _, l := range n.all("a:link") {
		rel := l.attr("rel")
		alternate = alternate || rel == nil || *rel == "alternate"
	}
	if content == nil && !alternate {
		c.report("MissingContentOrAlternate", n.end, "entry")
	}
	if content != nil && summary == nil && (content.attr("src") != nil || isBinary(content.value("type"))) {
		c.report("MissingSummary", n.end, "entry")
	}
}

// isBinary reports whether content of a type is written in base64.
func isBinary(t string) bool {
	return isMIME(t) && !strings.HasPrefix(t, "text/") && !strings.HasSuffix(t, "xml")
}

func (c *checker) atomSource(n *node) {
	for _, name := range []string{"a:id", "a:title", "a:updated"} {
		if n.child(name) == nil {
			c.report("MissingSourceElement", n.end, "%s", name)
		}
	}
}

var containsEmail = regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w`)

func (c *checker) personName(n *node) {
	c.notBlank(n)
	if containsEmail.MatchString(n.text) {
		c.report("ContainsEmail", n.end, "%s", n.text)
	}
	c.noHTML(n, n.name, n.text, "ContainsHTML")
}

func (c *checker) atomCategory(n *node) {
	if v := n.attr("term"); v != nil && *v == "" {
		c.report("NotBlank", n.line, "category term")
	}
	if v := n.attr("scheme"); v != nil {
		c.reference(n, *v, fullURI)
	}
	c.noHTML(n, "category label", n.value("label"), "ContainsHTML")
}

// rels are the relations that the validator knows and we write.
var rels = map[string]bool{"alternate": true, "self": true, "enclosure": true, "related": true, "via": true, "replies": true, "next": true, "previous": true, "first": true,
	"last": true, "current": true, "payment": true, "license": true, "edit": true, "edit-media": true, "next-archive": true, "prev-archive": true, "service": true, "up": true, "monitor": true, "hub": true, "http": true}

func (c *checker) atomLink(n *node) {
	if n.attr("href") == nil {
		c.report("MissingHref", n.line, "link")
	} else {
		c.reference(n, n.value("href"), anyURI)
	}
	for _, name := range []string{"rel", "title"} {
		if v := n.attr(name); v != nil && *v == "" {
			c.report("AttrNotBlank", n.line, "link %s", name)
		}
	}
	if v := n.attr("rel"); v != nil && !rels[*v] && !strings.Contains(*v, ":") {
		c.report("UnregisteredAtomLinkRel", n.line, "%s", *v)
	}
	if v := n.attr("type"); v != nil && !isMIME(*v) {
		c.report("InvalidMIMEType", n.line, "link type %q", *v)
	}
	if v := n.attr("hreflang"); v != nil {
		c.language(n, "hreflang", *v)
	}
	if v := n.attr("length"); v != nil && !isDigits(*v) {
		c.report("InvalidNonNegativeInteger", n.line, "link length %q", *v)
	}
	c.noHTML(n, "link title", n.value("title"), "ContainsHTML")
	if strings.TrimSpace(n.text) != "" {
		c.report("AtomLinkNotEmpty", n.end, "link")
	}
	if n.value("rel") == "self" {
		c.self(n)
	}
}

// self checks that a self link is one to a feed.
func (c *checker) self(n *node) {
	if v := n.attr("type"); v != nil && !strings.HasSuffix(*v, "+xml") && !strings.HasPrefix(*v, "application/atom") {
		c.report("SelfNotAtom", n.line, "%s", *v)
	}
	if href := n.value("href"); !strings.Contains(href, ":") && n.parent.name != "a:source" && !based(n) {
		c.report("RelativeSelf", n.line, "%s", href)
	}
}

// based reports whether an xml:base is in force.
func based(n *node) bool {
	for ; n != nil; n = n.parent {
		if n.attr("xml:base") != nil {
			return true
		}
	}
	return false
}

func (c *checker) generator(n *node) {
	if v := n.attr("uri"); v != nil {
		c.reference(n, *v, anyURI)
	}
	if v := n.attr("version"); v != nil && *v == "" {
		c.report("AttrNotBlank", n.line, "generator version")
	}
	c.notBlank(n)
	c.noHTML(n, n.name, n.text, "ContainsHTML")
}

func (c *checker) atomID(n *node) {
	if n.parent.name == "a:source" && strings.TrimSpace(n.text) == "" {
		return
	}
	c.notBlank(n)
	c.reference(n, n.text, fullURI)
	if canonical := canonical(n.text); isURI(n.text) && canonical != n.text {
		c.report("NonCanonicalURI", n.end, "%s for %s", n.text, canonical)
	}
}

// textConstruct checks RFC 4287 §3.1.
func (c *checker) textConstruct(n *node) {
	t := n.attr("type")
	switch {
	case t == nil || *t == "text":
		c.textOnly(n)
		c.noHTML(n, n.name, n.text, "ContainsUndeclaredHTML")
	case *t == "html":
		c.html(n, n.text)
	case *t == "xhtml":
		c.xhtml(n)
		return
	case *t == "":
		c.report("AttrNotBlank", n.line, "%s type", n.name)
	case *t == "text/html" || *t == "application/xhtml+xml":
		c.report("InvalidTextType", n.line, "%s type %q", n.name, *t)
		c.fragment(n, *t)
	case !strings.Contains(*t, "/"):
		c.report("InvalidMIMEType", n.line, "%s type %q", n.name, *t)
	default:
		c.report("InvalidTextType", n.line, "%s type %q", n.name, *t)
	}
	if len(n.children) == 0 && strings.TrimSpace(n.text) == "" && (n.name == "a:title" || n.name == "a:subtitle") && (t == nil || *t == "text" || *t == "html") {
		c.notBlank(n)
	}
}

// fragment checks what says that it is a whole document of HTML.
func (c *checker) fragment(n *node, t string) {
	if strings.HasPrefix(strings.TrimSpace(n.text), "<html") {
		return
	}
	c.report("HtmlFragment", n.end, "%s type %q", n.name, t)
	if t == "text/html" {
		c.html(n, n.text)
	}
}

// textOnly reports text beside elements.
func (c *checker) textOnly(n *node) {
	if len(n.children) > 0 && strings.TrimSpace(n.text) != "" {
		c.report("UnexpectedText", n.line, "%s", n.name)
	}
}

func (c *checker) xhtml(n *node) {
	if n.child("h:div") == nil {
		c.report("MissingXhtmlDiv", n.end, "%s", n.name)
	}
}

// content checks RFC 4287 §4.1.3.
func (c *checker) content(n *node) {
	t, src := n.attr("type"), n.attr("src")
	if src != nil {
		c.reference(n, *src, anyURI)
		if t == nil {
			c.report("MissingTypeAttr", n.line, "content with src")
		}
	}
	switch {
	case t == nil || *t == "text" && src == nil:
		c.textOnly(n)
		c.noHTML(n, n.name, n.text, "ContainsUndeclaredHTML")
		if src == nil && len(n.children) == 0 {
			c.notBlank(n)
		}
	case *t == "html" && src == nil:
		c.textOnly(n)
		c.html(n, n.text)
	case *t == "xhtml" && src == nil:
		c.xhtml(n)
	case *t == "":
		c.report("AttrNotBlank", n.line, "content type")
	case *t == "text/html":
		if src == nil {
			c.fragment(n, *t)
		}
	case !isMIME(*t):
		c.report("InvalidMIMEType", n.line, "content type %q", *t)
	case isBinary(*t) && src == nil:
		c.notBlank(n)
	case *t == "text/plain":
		c.textOnly(n)
		c.noHTML(n, n.name, n.text, "ContainsUndeclaredHTML")
	}
}

func (c *checker) notBlank(n *node) {
	if strings.TrimSpace(n.text) == "" {
		c.report("NotBlank", n.end, "%s", n.name)
	}
}
