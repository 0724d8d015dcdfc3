package validator

import (
	"bytes"
	"strings"

	"tributary/validator/markup"
)

const rssHTML = "https://www.rssboard.org/rss-profile#data-types-characterdata"

// htmlFamily is about the HTML in titles and bodies.
var htmlFamily = &family{name: "html", rules: []*Rule{
	htmlElementUnsafe, htmlAttributeUnsafe, htmlStyleUnsafe, htmlScriptURL, htmlRelative, htmlInvalid, htmlInstruction, htmlUnclosed, htmlEscapedTwice,
	textMarkup, textMarkupUndeclared, textCharacterData,
}}

var (
	htmlElementUnsafe = &Rule{
		Code: "html-element-unsafe", Level: Warning, W3C: "SecurityRisk", Spec: Spec{"RFC 4287 §8.1", rfc4287 + "#section-8.1"},
		What: "the HTML holds an element that feed readers remove", Why: "Scripts, frames and forms run with the reader's rights; readers take the element out, often with what it holds.", Mend: "Leave it out; link to the page that has it.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;script&gt;alert(1)&lt;/script&gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;p&gt;First&lt;/p&gt;</description>"},
	}
	htmlAttributeUnsafe = &Rule{
		Code: "html-attribute-unsafe", Level: Warning, W3C: "SecurityRiskAttr", Spec: Spec{"RFC 4287 §8.1", rfc4287 + "#section-8.1"},
		What: "the HTML holds an attribute that feed readers remove", Why: "Event handlers run scripts with the reader's rights.", Mend: "Leave it out.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;p onclick=\"alert(1)\"&gt;First&lt;/p&gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;p class=\"lead\"&gt;First&lt;/p&gt;</description>"},
	}
	htmlStyleUnsafe = &Rule{
		Code: "html-style-unsafe", Level: Warning, W3C: "DangerousStyleAttr", Spec: Spec{"RFC 4287 §8.1", rfc4287 + "#section-8.1"},
		What: "a style attribute holds what feed readers remove", Why: "Styles can cover the reader's own controls or fetch from elsewhere.", Mend: "Keep to colours, fonts, margins and the like, or leave the attribute out.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;p style=\"position: fixed\"&gt;First&lt;/p&gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;p style=\"color: red\"&gt;First&lt;/p&gt;</description>"},
	}
	htmlScriptURL = &Rule{
		Code: "html-script-url", Level: Warning, Spec: Spec{"RFC 4287 §8.1", rfc4287 + "#section-8.1"},
		What: "the HTML holds an address that runs a script", Why: "Following it would run the script with the reader's rights; readers remove it.", Mend: "Link to a page.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;a href=\"javascript:alert(1)\"&gt;First&lt;/a&gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;a href=\"https://example.com/1\"&gt;First&lt;/a&gt;</description>"},
	}
	htmlRelative = &Rule{
		Code: "html-url-relative", Level: Warning, W3C: "ContainsRelRef", Spec: Spec{"RSS Best Practices, relative addresses", rssBest + "#data-types-url"},
		What: "the HTML holds an address without its host", Why: "RSS does not say what it is relative to: pictures are missing and links lead nowhere in most readers.", Mend: "Write it in full: https://example.com/path.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;img src=\"/a.png\"&gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;img src=\"https://example.com/a.png\"&gt;</description>"},
	}
	htmlInvalid = &Rule{
		Code: "html-invalid", Level: Warning, W3C: "NotHtml", Spec: Spec{"HTML, syntax", "https://html.spec.whatwg.org/multipage/syntax.html"},
		What: "what is declared to be HTML is not", Why: "Readers show it broken, or lose what follows.", Mend: "Correct the element, the reference or the tag that is named; declare plain text as text.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;blnik&gt;First&lt;/blnik&gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;b&gt;First&lt;/b&gt;</description>"},
	}
	htmlInstruction = &Rule{
		Code: "html-instruction", Level: Warning, W3C: "SecurityRisk", Spec: Spec{"HTML, syntax", "https://html.spec.whatwg.org/multipage/syntax.html"},
		What: "the HTML holds a processing instruction", Why: "HTML has none: word processors leave them, and browsers show or hide them at will.", Mend: "Remove <?...>.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;?xml:namespace prefix=o /&gt;First</description>"}, Good: Example{In: "rss:item", Text: "<description>First</description>"},
	}
	htmlUnclosed = &Rule{
		Code: "html-unclosed", Level: Info, Spec: Spec{"HTML, optional tags", "https://html.spec.whatwg.org/multipage/syntax.html#optional-tags"},
		What: "an element of the HTML is not closed, or closed without being open", Why: "Its formatting runs on to the end of the entry, in some readers over the next one.", Mend: "Close it.",
		Bad: Example{In: "rss:item", Text: "<description>&lt;b&gt;First</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;b&gt;First&lt;/b&gt;</description>"},
	}
	htmlEscapedTwice = &Rule{
		Code: "html-escaped-twice", Level: Info, Spec: Spec{"RSS Best Practices, character data", rssHTML},
		What: "the HTML was escaped twice", Why: "Readers show the tags as text.", Mend: "Escape it once: either in a CDATA section or with &lt;, not both.",
		Bad: Example{In: "rss:item", Text: "<description>&amp;lt;p&amp;gt;First&amp;lt;/p&amp;gt;</description>"}, Good: Example{In: "rss:item", Text: "<description>&lt;p&gt;First&lt;/p&gt;</description>"},
	}
	textMarkup = &Rule{
		Code: "text-markup", Level: Warning, W3C: "ContainsHTML", Spec: Spec{"RSS Best Practices, character data", rssHTML},
		What: "markup stands where plain text belongs", Why: "Most readers show the tags or the reference as they stand.", Mend: "Write plain text.",
		Bad: Example{In: "rss:item", Text: "<title>&lt;b&gt;One&lt;/b&gt;</title>"}, Good: Example{In: "rss:item", Text: "<title>One</title>"},
	}
	textMarkupUndeclared = &Rule{
		Code: "atom-text-markup", Level: Warning, W3C: "ContainsUndeclaredHTML", Spec: Spec{"RFC 4287 §3.1.1.1", rfc4287 + "#section-3.1.1.1"},
		What: "markup stands in a text that is declared to be plain", Why: "Readers show the tags as they stand.", Mend: "Add type=\"html\", or write plain text.",
		Bad: Example{In: "atom:entry", Text: "<title>&lt;b&gt;One&lt;/b&gt;</title>"}, Good: Example{In: "atom:entry", Text: "<title type=\"html\">&lt;b&gt;One&lt;/b&gt;</title>"},
	}
	textCharacterData = &Rule{
		Code: "text-character-data", Level: Warning, W3C: "CharacterData", Spec: Spec{"RSS Best Practices, character data", rssHTML},
		What: "& or < stand in plain text in a way that readers take for markup", Why: "Readers disagree whether it is markup.", Mend: "Write &#x26; for & and &#x3C; for <, without CDATA.",
		Bad: Example{In: "rss:item", Text: "<title>&lt;/ is how an end tag starts</title>"}, Good: Example{In: "rss:item", Text: "<title>&#x3C;/ is how an end tag starts</title>"},
	}
)

var htmlRules = map[markup.Kind]*Rule{
	markup.UnsafeElement: htmlElementUnsafe, markup.UnsafeAttribute: htmlAttributeUnsafe, markup.UnsafeStyle: htmlStyleUnsafe, markup.ScriptURL: htmlScriptURL,
	markup.RelativeURL: htmlRelative, markup.UnknownElement: htmlInvalid, markup.BadReference: htmlInvalid, markup.Unfinished: htmlInvalid,
	markup.Instruction: htmlInstruction, markup.Unclosed: htmlUnclosed, markup.DoubleEscaped: htmlEscapedTwice,
}

// documentElements are those that a whole document of HTML has.
var documentElements = wordSet("html head body title meta base")

// htmlFinding reports what was found in the HTML of an element.
func (e *engine) htmlFinding(n *node, f markup.Finding) {
	r := htmlRules[f.Kind]
	if f.Kind == markup.UnsafeElement && n.value("type") == "text/html" && strings.HasPrefix(strings.ToLower(strings.TrimSpace(n.text.s[:min(len(n.text.s), 200)])), "<html") && documentElements[strings.ToLower(f.Element)] {
		return
	}
	if r == nil || f.Kind == markup.RelativeURL && (n.base || e.result.Format != RSS2 && e.result.Format != RSS1) {
		return
	}
	e.report(r, val{n: n, s: n.text.s}.at(f.At, f.Len).quoting(f.Value), "the HTML of <%s>: %s", n.name.written(), f.Text)
}

// quoting returns the place with another value.
func (p place) quoting(s string) place {
	if s != "" {
		p.value = s
	}
	return p
}

// markupElement judges an element of inline XHTML by its tag.
func (e *engine) markupElement(n *node) {
	top := n.parent
	for top.inline {
		top = top.parent
	}
	top.inner++
	if p := n.parent; p.markup {
		if p.first == "" {
			p.first = n.name.local
		}
		if n.name.key == "h:div" {
			p.divs++
		}
	}
	switch {
	case n.name.uri == "":
		e.report(xmlnsMissing, n.open(), "<%s> is in no namespace: HTML within an Atom document is in http://www.w3.org/1999/xhtml", n.name.written())
		return
	case n.name.space != nil && n.name.space.short == "a:" && top.xhtml:
		e.report(htmlInvalid, n.open(), "<%s> is an element of Atom here: XHTML needs xmlns=\"http://www.w3.org/1999/xhtml\"", n.name.written())
		return
	case n.name.space != nil && n.name.space.short == "math:":
		e.judged(n, markup.MathML(n.name.local), markup.MathAttribute)
		return
	case n.name.space == nil || n.name.space.short != "h:":
		return
	}
	e.judged(n, markup.Element(n.name.local), markup.Attribute)
}

// judged reports what was found of an inline element's name, or else of its
// attributes.
func (e *engine) judged(n *node, f *markup.Finding, attribute func(element, name, value string) *markup.Finding) {
	if f != nil {
		e.report(htmlRules[f.Kind], n.open(), "%s", f.Text)
		return
	}
	for i := range n.attrs {
		a := &n.attrs[i]
		if strings.HasPrefix(a.key, "xml") {
			continue
		}
		if f := attribute(n.name.local, a.key, a.value); f != nil && htmlRules[f.Kind] != nil && f.Kind != markup.RelativeURL {
			e.report(htmlRules[f.Kind], n.named(a), "%s", f.Text)
		}
	}
}

// plainText checks a text that holds no markup.
func plainText(c *checker, v val) { c.plain(v, textMarkup) }

// undeclared checks a text of Atom that is declared to be plain.
func undeclared(c *checker, v val) { c.plain(v, textMarkupUndeclared) }

func (c *checker) plain(v val, r *Rule) {
	rss := c.result.Format == RSS2 || c.result.Format == RSS1
	if rss && v.attr == nil && v.hexadecimal() {
		return // < and & written so are meant as they stand
	}
	if f := markup.Plain(v.s); f != nil {
		c.report(r, v.at(f.At, f.Len), "%s: %s", v.label(), f.Text)
	} else if i := strings.Index(v.s, "</"); rss && i >= 0 {
		c.report(textCharacterData, v.at(i, 2), "%s holds \"</\", which readers may take for markup", v.label())
	}
}

// hexadecimal reports whether some of the text is written by hexadecimal
// references.
func (v val) hexadecimal() bool {
	return bytes.Contains(v.n.text.raw, []byte("&#x"))
}
