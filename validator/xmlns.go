package validator

import (
	"strings"
)

// nameFamily is about namespaces and language, whatever the format.
var nameFamily = &family{name: "xmlns", rules: []*Rule{
	xmlnsUnknown, xmlnsUnchecked, xmlnsPrefixUnusual, xmlnsPrefixReserved, xmlnsAtomPrefix, xmlnsMisspelt, xmlnsRoot, xmlnsObsolete, xmlnsMissing,
	xmlnsNone, xmlnsVocabulary, langInvalid, langMissing,
}, namespaces: []namespace{
	{short: "xml:", uri: xmlNamespace, prefix: "xml"},
	{short: "h:", uri: "http://www.w3.org/1999/xhtml", prefix: "xhtml"},
	{short: "svg:", uri: "http://www.w3.org/2000/svg", prefix: "svg"},
	{short: "math:", uri: "http://www.w3.org/1998/Math/MathML", prefix: "mathml"},
	{short: "xlink:", uri: "http://www.w3.org/1999/xlink", prefix: "xlink"},
	{short: "rdfs:", uri: "http://www.w3.org/2000/01/rdf-schema#", prefix: "rdfs"},
	{short: "foaf:", uri: "http://xmlns.com/foaf/0.1/", prefix: "foaf"},
	{short: "gd:", uri: "http://schemas.google.com/g/2005", prefix: "gd", unchecked: true},
}}

var (
	xmlnsUnknown = &Rule{
		Code: "xmlns-unknown", Level: Warning, W3C: "UnknownNamespace", w3cAt: atStart, Spec: Spec{"Namespaces in XML §3", xmlNames + "#ns-decl"},
		What: "a namespace is declared that is not known here", Why: "What is in it is not checked, and most readers ignore it. A misspelt address makes an extension invisible.",
		Mend: "Check the address letter by letter, the case and the last slash too; nothing is to be done for an extension of your own.",
		Bad:  Example{In: "rss:item", Text: `<x:mood xmlns:x="https://example.com/ns/mood">glad</x:mood>`}, Good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"},
	}
	xmlnsUnchecked = &Rule{
		Code: "xmlns-unchecked", Level: Info, W3C: "UnsupportedNamespace", Spec: Spec{"Namespaces in XML §3", xmlNames + "#ns-decl"},
		What: "a namespace is declared that is known by name only", Why: "Its elements are not checked.", Mend: "Nothing is to be done.",
		Bad: Example{In: "rss:item", Text: `<gd:rating xmlns:gd="http://schemas.google.com/g/2005" value="4"/>`}, Good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"},
	}
	xmlnsPrefixUnusual = &Rule{
		Code: "xmlns-prefix-unusual", Level: Info, W3C: "NonstdPrefix", Spec: Spec{"Namespaces in XML §3", xmlNames + "#ns-decl"},
		What: "a namespace is bound to a prefix other than its usual one", Why: "It is correct, but some simple readers look for the usual prefix.", Mend: "Use the usual prefix.",
		Bad: Example{In: "rss:item", Text: `<dublin:creator xmlns:dublin="http://purl.org/dc/elements/1.1/">Li Wei</dublin:creator>`}, Good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"},
	}
	xmlnsPrefixReserved = &Rule{
		Code: "xmlns-prefix-taken", Level: Warning, W3C: "ReservedPrefix", Spec: Spec{"Namespaces in XML §3", xmlNames + "#ns-decl"},
		What: "a well-known prefix is bound to another namespace", Why: "Simple readers go by the prefix and take it for the well-known extension.", Mend: "Correct the address of the namespace, or use another prefix.",
		Bad: Example{In: "rss:item", Text: `<itunes:author xmlns:itunes="http://www.itunes.com/DTDs/Podcast-1.0.dtd">Li Wei</itunes:author>`}, Good: Example{In: "rss:item", Text: "<itunes:author>Li Wei</itunes:author>"},
	}
	xmlnsAtomPrefix = &Rule{
		Code: "xmlns-atom-prefix", Level: Warning, W3C: "AvoidNamespacePrefix", Spec: Spec{"RFC 4287 §1.2", rfc4287 + "#section-1.2"},
		What: "Atom or XHTML elements of an Atom document are written with a prefix", Why: "It is correct, but some readers do not understand it.", Mend: "Declare the namespace without a prefix: xmlns=\"...\" on <feed>, and on the <div> of XHTML content.",
		Bad:  Example{In: "atom:entry", Text: `<content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml">First</x:div></content>`},
		Good: Example{In: "atom:entry", Text: `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">First</div></content>`},
	}
	xmlnsMisspelt = &Rule{
		Code: "xmlns-misspelt", Level: Warning, Spec: Spec{"Namespaces in XML §3", xmlNames + "#ns-decl"},
		What: "a namespace differs from a well-known one only a little", Why: "Addresses of namespaces are compared letter by letter: the extension is not recognised at all.", Mend: "Copy the address from the extension's specification.",
		Bad: Example{In: "rss:item", Text: `<d:creator xmlns:d="https://purl.org/dc/elements/1.1">Li Wei</d:creator>`}, Good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"},
	}
	xmlnsRoot = &Rule{
		Code: "xmlns-root", Level: Error, W3C: "InvalidNamespace", Spec: Spec{"RFC 4287 §2; RSS 2.0", rfc4287 + "#section-2"},
		What: "the root element is in a namespace that is not its format's", Why: "A feed reader cannot tell what the document is.", Mend: "Atom is in http://www.w3.org/2005/Atom; RSS 2.0 elements are in no namespace.",
		Bad: Example{Text: `<feed xmlns="http://example.com/atom"/>`}, Good: Example{In: "atom:feed", Text: ""},
	}
	xmlnsObsolete = &Rule{
		Code: "xmlns-obsolete", Level: Error, W3C: "ObsoleteNamespace", Spec: Spec{"RFC 4287 §2", rfc4287 + "#section-2"},
		What: "the document is written in a draft of Atom before 1.0", Why: "Readers have dropped the drafts.", Mend: "Write Atom 1.0, in the namespace http://www.w3.org/2005/Atom.",
		Bad: Example{Text: `<feed version="0.3" xmlns="http://purl.org/atom/ns#"/>`}, Good: Example{In: "atom:feed", Text: ""},
	}
	xmlnsMissing = &Rule{
		Code: "xmlns-missing", Level: Error, W3C: "MissingNamespace", Spec: Spec{"RFC 4287 §2, §3.1.1.3", rfc4287 + "#section-2"},
		What: "an element is in no namespace where it must be in one", Why: "Without its namespace a reader does not recognise the element.", Mend: "Add xmlns=\"http://www.w3.org/2005/Atom\" to <feed>; xmlns=\"http://www.w3.org/1999/xhtml\" to the <div> of XHTML content.",
		Bad: Example{Text: `<feed/>`}, Good: Example{In: "atom:feed", Text: ""},
	}
	xmlnsNone = &Rule{
		Code: "xmlns-none", Level: Error, W3C: "NotInANamespace", Spec: Spec{"RSS 2.0, extending RSS", "https://www.rssboard.org/rss-specification#extendingRss"},
		What: "an element without a namespace stands in an extension element", Why: "RSS may be extended by elements of a namespace only.", Mend: "Write it with the prefix of the extension.",
		Bad: Example{In: "rss:item", Text: `<dc:creator><name>Li Wei</name></dc:creator>`}, Good: Example{In: "rss:item", Text: "<dc:creator>Li Wei</dc:creator>"},
	}
	xmlnsVocabulary = &Rule{
		Code: "xmlns-vocabulary", Level: Warning, W3C: "UndeterminableVocabulary", Spec: Spec{"RFC 4287 §6.4", rfc4287 + "#section-6.4"},
		What: "an element in no namespace stands among those of a format that has one", Why: "Nobody can tell what it means.", Mend: "Remove xmlns=\"\", or give the element a namespace.",
		Bad: Example{In: "atom:entry", Text: `<mood xmlns="">glad</mood>`}, Good: Example{In: "atom:entry", Text: ""},
	}
	langInvalid = &Rule{
		Code: "language-invalid", Level: Error, W3C: "InvalidLanguage", Spec: Spec{"BCP 47 (RFC 5646) §2.1", "https://www.rfc-editor.org/rfc/rfc5646#section-2.1"},
		What: "a language tag is not one", Why: "Readers choose fonts, hyphenation and voices by it, directories the audience.", Mend: "Write a language with an optional script and region: zh-Hans-CN, en, pt-BR.",
		Bad: Example{In: "rss:channel", Text: "<language>en_US</language>"}, Good: Example{In: "rss:channel", Text: "<language>en-US</language>"},
	}
	langMissing = &Rule{
		Code: "language-missing", Level: Info, W3C: "MissingDCLanguage", Spec: Spec{"RFC 4287 §2; RSS 2.0", rfc4287 + "#section-2"},
		What: "nothing states the language", Why: "Readers have to guess it to choose a font, a voice or a translation: Chinese and Japanese text are shown differently.", Mend: "Add <language> to the channel, or xml:lang to <feed>.",
		Bad: Example{In: "rss:channel", Text: "", Without: []string{"language"}}, Good: Example{In: "rss:channel", Text: "<language>zh-CN</language>"},
	}
)

// namespaces checks what a tag declares.
func (e *engine) namespaces(n *node) {
	for i := range n.attrs {
		a := &n.attrs[i]
		prefix, ok := strings.CutPrefix(a.key, "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' {
			continue
		}
		prefix = strings.TrimPrefix(prefix, ":")
		e.declared(n, a, prefix)
	}
}

func (e *engine) declared(n *node, a *attr, prefix string) {
	v := val{n: n, attr: a, s: a.value}
	ns := namespaces()[a.value]
	switch {
	case ns == nil && a.value != "":
		if like := similar(a.value); like != "" {
			e.report(xmlnsMisspelt, v.whole().mending(v.replaced(like)), "%q is not a known namespace, %q is", a.value, like)
		}
		uriReference(e.checker, v)
		e.report(xmlnsUnknown, v.whole(), "the namespace %q is not known here: what is in it is not checked", a.value)
	case ns == nil:
		e.report(xmlnsUnknown, v.whole(), "xmlns=\"\" takes <%s> out of every namespace", n.name.written())
	case ns.family == nil && ns.unchecked:
		e.report(xmlnsUnchecked, v.whole(), "the elements of %q are not checked", a.value)
	}
	if ns != nil && ns.short == "oldwiki:" {
		e.report(wikiOld, v.whole().mending(v.replaced("http://purl.org/rss/1.0/modules/wiki/")), "")
	}
	switch {
	case prefix == "":
	case ns != nil && ns.prefix != "" && !strings.EqualFold(ns.prefix, prefix):
		e.report(xmlnsPrefixUnusual, e.prefixPlace(n, a), "the usual prefix of %q is %s", a.value, ns.prefix)
	case (ns == nil || ns.prefix == "") && wellKnown(prefix) != "":
		e.report(xmlnsPrefixReserved, e.prefixPlace(n, a), "the prefix %s is bound to %q, readers expect %q", prefix, a.value, wellKnown(prefix))
	}
	if e.result.Format == Atom && prefix != "" || n.parent == nil && prefix != "" && strings.HasSuffix(n.name.key, ":feed") {
		if ns != nil && (ns.short == "a:" && (n.name.prefix == prefix || n.parent == nil) || ns.short == "h:") {
			e.report(xmlnsAtomPrefix, e.prefixPlace(n, a), "")
		}
	}
}

func (e *engine) prefixPlace(n *node, a *attr) place { return n.named(a) }

// replaced is the edit that writes another value.
func (v val) replaced(s string) *Fix {
	p := v.whole()
	if v.s == "" {
		return nil
	}
	return &Fix{What: "write " + s, Start: p.start.Offset, End: p.end.Offset, New: escape(s)}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")

func escape(s string) string { return escaper.Replace(s) }

// similar returns the known namespace that was probably meant: the same but
// for the scheme, the case, www and what ends it.
func similar(uri string) string {
	bare := bareURI(uri)
	best := ""
	for known := range namespaces() {
		if known != "" && bareURI(known) == bare && (best == "" || known < best) {
			best = known
		}
	}
	return best
}

func bareURI(uri string) string {
	uri = strings.ToLower(uri)
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return uri
	}
	return strings.TrimRight(strings.TrimPrefix(rest, "www."), "/# ")
}

// wellKnown returns the namespace that a prefix is usually bound to.
func wellKnown(prefix string) string {
	best := ""
	for uri, ns := range namespaces() {
		if ns.prefix == prefix && uri == ns.uri && (best == "" || uri < best) {
			best = uri
		}
	}
	return best
}

// obsoleteAtom are the namespaces of Atom's drafts.
var obsoleteAtom = map[string]bool{
	"http://purl.org/atom/ns#": true, "http://purl.org/atom/ns": true,
	"http://purl.org/atom/ns#draft-ietf-atompub-format-03": true, "http://purl.org/atom/ns#draft-ietf-atompub-format-04": true,
}

// displaced reports an element of another vocabulary, or of none. It returns
// false when there is nothing to say by it.
func (e *engine) displaced(n *node) bool {
	p := n.parent
	switch {
	case n.name.space != nil && n.name.space.short == "rdf:" && e.result.Format == RSS2:
		if r := p.def.family.grammar.unknown; r != nil {
			e.report(r, n.open(), "there is no element <%s> in RSS 2.0", n.name.written())
		}
		return true
	case n.name.space != nil && n.name.space.short == "rdf:":
		return true // RDF may say what it likes
	case e.result.Format == RSS1 && len(p.def.compile().kids) == 0:
		e.property(n)
		return true
	case n.name.space != nil && n.name.space.short == "h:":
		if p.is("channel", "item", "a:feed", "a:entry") {
			e.report(rssXHTML, n.open(), "<%s> stands directly in <%s>", n.name.written(), p.name.written())
		}
		return p.def.stray == nil
	case n.name.uri != "" || p.name.uri == "":
		return false
	case p.def.family == atomFamily && p.name.space.short == "a:" && p.def.stray == nil, p.def.family == rdfFamily:
		e.report(xmlnsVocabulary, n.open(), "<%s> is in no namespace, among elements of %q", n.name.written(), p.name.uri)
		return true
	case e.result.Format == RSS2:
		e.report(xmlnsNone, n.open(), "<%s> is in no namespace, in an element of an extension", n.name.written())
		return true
	}
	return false
}

// foreignAttr checks an attribute of a namespace that its element's
// definition does not name.
func (e *engine) foreignAttr(n *node, a *attr) {
	if a.key == "thr:when" {
		e.report(thrWhen, n.named(a), "thr:when is called thr:updated in RFC 4685")
	}
	if r := n.def.family.grammar.unknownAttr; r != nil && a.key == "rdf:resource" && e.result.Format == RSS2 && !n.def.anyAttrs {
		e.report(r, n.named(a), "<%s> has no attribute %s in RSS 2.0", n.name.written(), a.key)
	}
	if r := n.def.family.grammar.extensionAttr; r != nil && n.name.uri == "" && !n.def.anyAttrs {
		e.report(r, n.named(a), "<%s> carries the attribute %s of an extension", n.name.written(), a.key)
	}
}

// commonAttr checks the attributes of XML itself.
func commonAttr(c *checker, v val) {
	switch v.attr.key {
	case "xml:lang":
		if v.s != "" {
			languageTag(c, v)
		}
	case "xml:base":
		uriReference(c, v)
	}
}
