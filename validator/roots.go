package validator

import "strings"

// roots are the elements that documents start with, and the format each shows.
var roots = map[string]Format{
	"rss": RSS2, "a:feed": Atom, "a:entry": AtomEntry, "opml": OPML, "rdf:RDF": RSS1, "rss11:Channel": RSS1,
	"app:service": AtomService, "app:categories": AtomCategories, "sm:urlset": Sitemap, "sm:sitemapindex": Sitemap,
}

// root finds out the document's format by its root element.
func (e *engine) root(n *node) {
	e.prefixes = map[string]string{}
	for i := range n.attrs {
		if p, ok := strings.CutPrefix(n.attrs[i].key, "xmlns"); ok {
			e.prefixes[n.attrs[i].value] = strings.TrimPrefix(p, ":")
		}
	}
	if f, ok := roots[n.name.key]; ok && vocabulary()[n.name.key] != nil {
		e.result.Format = f
		e.result.Version = strings.Clone(n.value("version"))
		n.def = vocabulary()[n.name.key]
		return
	}
	e.foreignRoot(n)
	if n.def == nil {
		n.ignored = true
		return
	}
	e.result.Format = roots[n.def.key]
	if n.def.key == "outlineDocument" {
		e.result.Format = OPML
	}
}

// foreignRoot reports a root element that is in the wrong namespace, or that
// of no feed. What can be read is read.
func (e *engine) foreignRoot(n *node) {
	switch loc := n.name.local; {
	case loc == "feed" && n.name.uri == "":
		e.alias(n, atomNS)
		n.def = vocabulary()["a:feed"]
		e.report(xmlnsMissing, n.open().mending(after(n, ` xmlns="http://www.w3.org/2005/Atom"`)), "<feed> is in no namespace: add xmlns=\"http://www.w3.org/2005/Atom\"")
	case (loc == "feed" || loc == "entry") && obsoleteAtom[n.name.uri]:
		e.report(xmlnsObsolete, n.open(), "<%s> is in %q, a draft of Atom before 1.0", n.name.written(), n.name.uri)
	case loc == "rss" && userland[n.name.uri]:
		e.alias(n, "")
		n.def = vocabulary()["rss"]
	case loc == "feed" || loc == "rss":
		e.report(xmlnsRoot, n.open(), "<%s> is in the namespace %q, which is not that of its format", n.name.written(), n.name.uri)
		if loc == "rss" {
			e.alias(n, "")
			n.def = vocabulary()["rss"]
		} else {
			e.alias(n, atomNS)
			n.def = vocabulary()["a:feed"]
		}
	case (loc == "urlset" || loc == "sitemapindex") && n.name.uri == "":
		e.alias(n, sitemapNS)
		n.def = vocabulary()["sm:"+loc]
		e.report(xmlnsMissing, n.open().mending(after(n, ` xmlns="`+sitemapNS+`"`)), "<%s> is in no namespace: add xmlns=%q", loc, sitemapNS)
	case loc == "outlineDocument":
		e.report(opmlOutlineDocument, n.open(), "")
		n.def = vocabulary()["outlineDocument"]
	default:
		e.report(xmlRootUnknown, n.open(), "<%s> is the root element of no feed", n.name.written())
	}
}

// userland are namespaces that RSS 2.0 had in its first days.
var userland = map[string]bool{
	"http://backend.userland.com/rss2": true, "http://backend.userland.com/rss": true, "http://backend.userland.com/RSS2": true, "http://blogs.law.harvard.edu/tech/rss": true,
	"http://www.rssboard.org/rss-specification": true, "http://cyber.law.harvard.edu/rss/rss.html": true,
}

// alias reads the elements of the root's namespace as those of another.
func (e *engine) alias(n *node, uri string) {
	e.top.alias, e.top.aliased = n.name.uri, uri
	clear(e.top.elements)
	for s := e.scope(); s != nil; s = s.parent {
		clear(s.elements)
	}
}

// after is the edit that adds text after the name of a start tag.
func after(n *node, text string) *Fix {
	p := n.open()
	return &Fix{What: "add" + text, Start: p.end.Offset, End: p.end.Offset, New: text}
}
