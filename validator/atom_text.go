package validator

import (
	"strings"

	"tributary/validator/markup"
	"tributary/validator/value"
)

var textAttrs = attrs{"type": {check: blankAttr}}

var contentAttrs = attrs{"type": {check: blankAttr}, "src": {check: uriReference}}

// ignoreText is the text check of elements whose check looks at it.
func ignoreText(*checker, val) {}

// textStart finds out what a text construct holds (RFC 4287 §3.1).
func textStart(c *checker, n *node) {
	if !n.lang && !c.unspoken {
		c.unspoken = true
		c.report(langMissing, n.open(), "the language of <%s> is not stated: add xml:lang to <feed>", n.name.written())
	}
	t := n.attr("type")
	switch {
	case t == nil || t.value == "text" || t.value == "":
	case t.value == "html":
		n.html = true
	case t.value == "xhtml":
		n.markup = true
	case !strings.Contains(t.value, "/"):
		c.report(mediaTypeInvalid, val{n: n, attr: t, s: t.value}.whole(), "type of <%s> is %q, it must be text, html or xhtml", n.name.written(), t.value)
	default:
		v := val{n: n, attr: t, s: t.value}
		at := v.whole()
		if plain := map[string]string{"text/plain": "text", "text/html": "html"}[t.value]; plain != "" {
			at = at.mending(v.replaced(plain))
		}
		c.report(atomTextType, at, "type of <%s> is %q, it must be text, html or xhtml", n.name.written(), t.value)
		n.markup = isXMLType(t.value)
		n.html = t.value == "text/html"
	}
	n.xhtml = n.markup
}

// textEnd checks what a text construct holds.
func textEnd(c *checker, n *node) {
	v := val{n: n, s: n.text.s}
	title := n.is("a:title", "a:subtitle")
	switch t := n.value("type"); t {
	case "", "text":
		c.strayText(n)
		undeclared(c, v)
		if title && n.strays == 0 && n.attr("type") == nil || t == "text" && title {
			notBlank(c, v)
		}
	case "html":
		c.strayText(n)
		if title && n.strays == 0 {
			notBlank(c, v)
		}
	case "xhtml":
		c.div(n)
	case "text/html", "application/xhtml+xml":
		c.fragment(n, t)
	default:
		if strings.Contains(t, "/") {
			c.binary(v, t)
		}
	}
}

// strayText reports text beside elements where there may be text alone.
func (c *checker) strayText(n *node) {
	if n.strays > 0 && strings.TrimSpace(n.text.s) != "" {
		c.report(atomText, n.open(), "<%s> holds text and elements: escape the markup and write type=\"html\", or type=\"xhtml\" with a <div>", n.name.written())
	}
}

// div checks that XHTML is held by one div (RFC 4287 §3.1.1.3).
func (c *checker) div(n *node) {
	if n.divs == 0 {
		c.report(atomDivMissing, n.finish(), "<%s type=\"xhtml\"> must hold one <div xmlns=\"http://www.w3.org/1999/xhtml\"> and nothing beside it", n.name.written())
	}
	if n.escaped && n.inner <= n.divs {
		at := n.escapedAt
		at.element, at.parent = n.name.local, n.parentName()
		c.report(atomNotInline, at, "the XHTML of <%s> holds escaped markup, which readers show as text", n.name.written())
	}
	if n.looseText && n.first != "" {
		c.report(atomText, n.open(), "<%s type=\"xhtml\"> holds text outside its <div>", n.name.written())
	}
}

// fragment checks what says that it is a whole document of HTML.
func (c *checker) fragment(n *node, t string) {
	s := strings.ToLower(strings.TrimSpace(n.text.s))
	if strings.HasPrefix(s, "<html") || strings.HasPrefix(s, "<!doctype") || n.first == "html" {
		return
	}
	v := val{n: n, attr: n.attr("type"), s: t}
	want := map[string]string{"text/html": "html", "application/xhtml+xml": "xhtml"}[t]
	c.report(atomTypeFragment, v.whole().mending(v.replaced(want)), "type %q is for whole documents, write type=%q for a piece of one", t, want)
	if t == "text/html" && n.value("mode") == "escaped" && n.strays > 0 && n.is("a:title", "a:summary", "a:subtitle", "a:rights") {
		c.report(atomEscaped, n.open(), "<%s> is declared to be HTML, whose markup must be escaped, and holds elements", n.name.written())
	}
}

// isXMLType reports whether content of a media type is written as elements.
func isXMLType(t string) bool {
	t, _, _ = strings.Cut(strings.ToLower(t), ";")
	return strings.HasSuffix(t, "+xml") || strings.HasSuffix(t, "/xml")
}

// isBinary reports whether content of a media type is written in base64.
func isBinary(t string) bool {
	return value.MediaType(t) == nil && !strings.HasPrefix(strings.ToLower(t), "text/") && !isXMLType(t) && t != "multipart/alternative"
}

// isTextual reports whether a media type outside text/ is text for people who
// write feeds: RFC 4287 asks for base64, publishers do not use it.
func isTextual(t string) bool {
	t = strings.ToLower(t)
	return strings.HasSuffix(t, "json") || strings.HasSuffix(t, "javascript") || strings.HasSuffix(t, "yaml") || strings.HasSuffix(t, "ecmascript")
}

// binary checks content that is written in base64 (RFC 4287 §4.1.3.3).
func (c *checker) binary(v val, t string) {
	if !isBinary(t) || isTextual(t) {
		return
	}
	if notBlank(c, v) {
		if p := value.Base64(v.s); p != nil {
			c.problem(atomBase64, v, p)
		}
	}
}

// contentStart finds out what content holds (RFC 4287 §4.1.3).
func contentStart(c *checker, n *node) {
	t, src := n.value("type"), n.attr("src")
	switch {
	case n.attr("type") == nil || t == "":
	case src == nil && t == "text":
	case src == nil && t == "html":
		n.html = true
	case src == nil && t == "xhtml":
		n.markup, n.xhtml = true, true
	case value.MediaType(t) != nil:
		v := val{n: n, attr: n.attr("type"), s: t}
		c.problem(mediaTypeInvalid, v, value.MediaType(t))
	case isXMLType(t) && src == nil:
		n.markup = true
		n.xhtml = strings.EqualFold(t, "application/xhtml+xml")
	case strings.EqualFold(t, "text/html") && src == nil:
		n.html = true
	}
	if src != nil && n.attr("type") == nil {
		c.report(atomSrcType, n.lackingAttr("type"), "")
	}
}

// contentEnd checks what content holds.
func contentEnd(c *checker, n *node) {
	t, src := n.value("type"), n.attr("src")
	v := val{n: n, s: n.text.s}
	switch {
	case src != nil:
		if strings.TrimSpace(n.text.s) != "" {
			c.report(atomText, n.open(), "<content> with src must be empty")
		}
	case t == "" && n.attr("type") != nil:
	case t == "" || t == "text":
		c.strayText(n)
		undeclared(c, v)
		if n.strays == 0 {
			notBlank(c, v)
		}
	case t == "html":
		c.strayText(n)
	case t == "xhtml":
		c.div(n)
	case strings.EqualFold(t, "text/html"):
		c.fragment(n, "text/html")
	case strings.EqualFold(t, "text/plain"):
		c.strayText(n)
		undeclared(c, v)
	default:
		c.binary(v, t)
	}
}

// inlineContent looks at text within inline markup: of XHTML that is escaped,
// and outside its div.
func (c *checker) inlineContent(n *node, text []byte, at place) {
	top := n
	for top.inline {
		top = top.parent
	}
	if n == top && n.xhtml && len(strings.TrimSpace(string(text))) > 0 {
		n.looseText = true
	}
	if top.xhtml && !top.escaped && markup.LooksEscaped(string(text)) {
		top.escaped, top.escapedAt = true, at
	}
}
