package validator

import (
	"bytes"
	"fmt"
	"strings"

	"tributary/validator/markup"
	"tributary/validator/xmltext"
)

// An engine builds elements from a document's tokens, has each checked at its
// end, and forgets it when nothing needs it any more.
type engine struct {
	*checker
	scan     *xmltext.Scanner
	entities xmltext.Entities
	scopes   []*scope // one for each open element
	top      *scope
	at       *node // the innermost open element
	rooted   bool
	doctype  *xmltext.DocType
	scratch  []byte
	free     []*node
	slab     int // how many nodes were made last
	html     markup.Scanner
	failed   bool
	badBytes bool   // bytes that the encoding does not allow were reported
	recoded  string // the document's encoding
}

// limits of one element.
const (
	maxText     = 1 << 20   // of a text that is looked at as a whole, in bytes
	htmlPart    = 256 << 10 // of HTML that is looked at at once
	maxParts    = 4096      // of a text, whose places are known
	maxChildren = 10_000    // kept of one element
)

// xml judges a document of XML.
func (e *engine) xml() {
	e.top = newScope()
	for !e.failed {
		t := e.scan.Next()
		switch t.Kind {
		case xmltext.EOF:
			e.atEnd()
			return
		case xmltext.Failed:
			e.notWellFormed(e.scan.Err)
		case xmltext.Start:
			e.start(t)
		case xmltext.End:
			e.close(t)
		case xmltext.Text, xmltext.CData:
			e.characters(t)
		case xmltext.Doctype:
			e.documentType(t)
		case xmltext.Instruction:
			e.instruction(t)
		}
	}
}

// atEnd checks that what the document opened is closed.
func (e *engine) atEnd() {
	p := place{start: position(e.scan.Pos()), end: position(e.scan.Pos())}
	switch {
	case !e.rooted:
		e.report(xmlEmpty, p, "")
	case e.at != nil:
		p.element = e.at.name.local
		e.report(xmlUnclosed, p, "the document ends while <%s> of line %d is still open", e.at.name.written(), e.at.start.Line)
	}
}

func (e *engine) notWellFormed(err *xmltext.Error) {
	start := position(err.Pos)
	end := start
	end.Column += err.Len
	end.Offset += int64(err.Len)
	p := place{start: start, end: end}
	if e.at != nil {
		p.element, p.parent = e.at.name.local, e.at.parentName()
	}
	r := map[xmltext.ErrorKind]*Rule{xmltext.IllegalChar: xmlCharacter, xmltext.BadBytes: xmlBytes, xmltext.BadReference: xmlReference,
		xmltext.TooLong: xmlTooLong, xmltext.Unfinished: xmlUnclosed, xmltext.Duplicate: xmlAttributeTwice, xmltext.Read: documentUnread}[err.Kind]
	if r == nil {
		r = xmlSyntax
	}
	if !e.rooted && err.Kind == xmltext.Syntax && bytes.Contains([]byte(err.Text), []byte("starts no tag")) {
		r = xmlSyntax
	}
	e.report(r, p, "%s", err.Text)
	e.failed = true
}

// fatal reports an error after which nothing more is read.
func (e *engine) fatal(r *Rule, at place, format string, args ...any) {
	e.report(r, at, format, args...)
	e.failed = true
}

// newNode returns an empty node.
func (e *engine) newNode() *node {
	if len(e.free) == 0 {
		e.slab = min(max(8, 2*e.slab), 64)
		slab := make([]node, e.slab)
		for i := range slab {
			e.free = append(e.free, &slab[i])
		}
	}
	n := e.free[len(e.free)-1]
	e.free = e.free[:len(e.free)-1]
	return n
}

// forget gives a node and what it holds back.
func (e *engine) forget(n *node) {
	for _, k := range n.children {
		e.forget(k)
	}
	*n = node{attrs: n.attrs[:0], children: n.children[:0], counts: n.counts[:0], text: n.text.emptied()}
	clear(n.attrs[:cap(n.attrs)])
	e.free = append(e.free, n)
}

func (e *engine) start(t *xmltext.Token) {
	n := e.newNode()
	n.parent, n.start = e.at, t.Pos
	n.tag = string(t.Raw)
	n.end, n.close = n.start, n.tag
	if e.at != nil {
		n.depth, n.lang, n.base, n.inline, n.ignored = e.at.depth+1, e.at.lang, e.at.base, e.at.inline || e.at.markup, e.at.ignored
	}
	sc := e.declare(n, t)
	nm, bound := sc.element(t.Name)
	n.name = nm
	switch {
	case !bound:
		e.fatal(xmlPrefixUnbound, n.open(), "the prefix %q of <%s> is bound to no namespace: add xmlns:%s=\"...\" to the root element", nm.prefix, nm.written(), nm.prefix)
		return
	case n.depth >= e.limits.Depth:
		e.fatal(xmlDepth, n.open(), "elements are nested %d deep here, more than is read", n.depth+1)
		return
	case e.at == nil && e.rooted:
		e.fatal(xmlAfterRoot, n.open(), "<%s> stands after the end of the root element: a document has one root", nm.written())
		return
	}
	if !e.attributes(n, t, sc) {
		return
	}
	e.scopes = append(e.scopes, sc)
	e.at = n
	e.opened(n)
	if t.Empty && !e.failed {
		e.finished(n)
	}
}

// scope returns the bindings in force.
func (e *engine) scope() *scope {
	if len(e.scopes) == 0 {
		return e.top
	}
	return e.scopes[len(e.scopes)-1]
}

// declare returns the bindings in force within a tag.
func (e *engine) declare(n *node, t *xmltext.Token) *scope {
	sc := e.scope()
	var prefixes, uris []string
	for _, a := range t.Attrs {
		prefix, ok := strings.CutPrefix(string(a.Name), "xmlns")
		if !ok || prefix != "" && prefix[0] != ':' {
			continue
		}
		value := string(a.Value)
		if a.NeedsDecoded {
			value, _ = e.entities.DecodeValue(a.Value)
		}
		prefixes, uris = append(prefixes, strings.TrimPrefix(prefix, ":")), append(uris, value)
	}
	if prefixes == nil {
		return sc
	}
	return sc.with(prefixes, uris)
}

// attributes takes over the attributes of a tag; it returns false when they
// are not well-formed.
func (e *engine) attributes(n *node, t *xmltext.Token, sc *scope) bool {
	for i := range t.Attrs {
		a := &t.Attrs[i]
		out := attr{raw: n.tag[a.ValueAt : a.ValueAt+len(a.Value)], at: a.At, valueAt: a.ValueAt}
		out.value = out.raw
		written := n.tag[a.At : a.At+len(a.Name)]
		out.key = written
		if strings.IndexByte(written, ':') >= 0 {
			nm, bound := sc.resolve(written, false)
			if strings.HasPrefix(written, "xmlns:") {
				nm, bound = &name{key: written}, true
			}
			if !bound {
				n.attrs = append(n.attrs, out)
				e.fatal(xmlPrefixUnbound, n.named(&out), "the prefix %q of the attribute %s is bound to no namespace", nm.prefix, written)
				return false
			}
			out.key = nm.key
		}
		if a.NeedsDecoded {
			value, err := e.entities.DecodeValue(a.Value)
			if err != nil {
				e.badReference(err, xmltext.Advance(n.start, []byte(n.tag[:a.ValueAt+min(err.At, len(out.raw))])), n)
				return false
			}
			out.value = value
		}
		if out.key == "xml:lang" {
			n.lang = true
		}
		if out.key == "xml:base" {
			n.base = true
		}
		n.attrs = append(n.attrs, out)
	}
	return true
}

// badReference reports a reference that cannot be resolved, and ends reading.
func (e *engine) badReference(err *xmltext.ReferenceError, at xmltext.Pos, n *node) {
	p := place{start: position(at), end: position(at), value: err.Name}
	if n != nil {
		p.element, p.parent = n.name.local, n.parentName()
	}
	p.end.Column += err.Len
	p.end.Offset += int64(err.Len)
	switch {
	case err.TooLarge:
		e.fatal(xmlEntityBomb, p, "%s", err.Text)
	case err.Undefined:
		e.fatal(xmlEntity, p.mending(characterFor(err, p)), "%s", err.Text)
	default:
		if !strings.HasPrefix(err.Name, "#") {
			p = p.mending(&Fix{What: "escape the ampersand", Start: p.start.Offset, End: p.start.Offset + 1, New: "&amp;"})
		}
		e.fatal(xmlReference, p, "%s", err.Text)
	}
}

// opened finds out what an element may hold, and checks its tag.
func (e *engine) opened(n *node) {
	e.namespaces(n)
	switch {
	case n.parent == nil:
		e.rooted = true
		e.root(n)
	case n.inline:
		e.markupElement(n)
		return
	case n.ignored:
		return
	default:
		e.belongs(n)
		n.old = n.name.space != nil && n.name.space.short == "r1:" && strings.Contains(n.name.uri, "netscape")
	}
	if n.def == nil {
		return
	}
	n.html = n.def.html
	n.markup = n.def.mixed
	if kids := n.def.compile().kids; len(kids) > 0 {
		n.counts = append(n.counts[:0], make([]uint16, len(kids))...)
	}
	e.checkAttrs(n)
	if n.def.open != nil {
		n.def.open(e.checker, n)
	}
}

// belongs finds what an element means in its parent.
func (e *engine) belongs(n *node) {
	p := n.parent
	if p.def == nil || p.def.anything {
		n.ignored = true
		return
	}
	ref := n.name.childOf(p.def)
	if ref.index < 0 {
		n.ignored = true
		p.strays++
		e.unexpected(n)
		return
	}
	n.def = ref.def
	e.order(n)
	if p.counts[ref.index]++; p.counts[ref.index] == 0 {
		p.counts[ref.index]--
	}
	if k := p.def.compile().kids[ref.index]; k.max > 0 && int(p.counts[ref.index]) > k.max {
		e.repeated(n)
	}
}

// order reports what stands after the entries and belongs before them.
func (e *engine) order(n *node) {
	p := n.parent
	switch {
	case n.def != nil && n.def.record:
		if n.name.uri == p.name.uri {
			if p.records == 0 {
				p.entered = n.start
			}
			p.records++
		}
	case p.records > 0 && p.def.late != nil && n.name.uri == p.name.uri:
		e.report(p.def.late, n.open(), "<%s> stands after the first entry of <%s>, move it before", n.name.written(), p.name.written())
	}
}

// close ends an element.
func (e *engine) close(t *xmltext.Token) {
	n := e.at
	if n == nil {
		e.fatal(xmlSyntax, place{start: position(t.Pos), end: position(xmltext.Advance(t.Pos, t.Raw)), element: string(t.Name)},
			"</%s> closes nothing: no element is open", t.Name)
		return
	}
	if !sameName(n.name, t.Name) {
		e.fatal(xmlMismatch, place{start: position(t.Pos), end: position(xmltext.Advance(t.Pos, t.Raw)), element: string(t.Name), parent: n.name.local},
			"</%s> stands where </%s> is expected, which closes <%s> of line %d", t.Name, n.name.written(), n.name.written(), n.start.Line)
		return
	}
	n.end = t.Pos
	n.close = n.name.closing
	if len(t.Raw) != len(n.close) {
		n.close = string(t.Raw)
	}
	e.finished(n)
}

func sameName(n *name, written []byte) bool {
	if n.prefix == "" {
		return string(written) == n.local
	}
	return len(written) == len(n.prefix)+1+len(n.local) && string(written[:len(n.prefix)]) == n.prefix && string(written[len(n.prefix)+1:]) == n.local
}

// finished checks an element at its end.
func (e *engine) finished(n *node) {
	e.scopes = e.scopes[:len(e.scopes)-1]
	e.at = n.parent
	keep := false
	if n.def != nil && !n.ignored && !n.inline {
		n.text.seal()
		e.checkElement(n)
		keep = !n.def.record && n.parent != nil && len(n.parent.children) < maxChildren
	}
	if n.parent == nil {
		return
	}
	if keep {
		n.parent.children = append(n.parent.children, n)
		return
	}
	e.forget(n)
}

// checkElement runs the checks of an element whose end has been read.
func (e *engine) checkElement(n *node) {
	d := n.def
	if !n.markup && !d.anything {
		e.checkChildren(n)
	}
	v := val{n: n, s: n.text.s}
	switch {
	case n.html:
		e.feedHTML(n, true)
	case d.text == nil && !n.markup && !d.anything && strings.TrimSpace(n.text.s) != "":
		e.unexpectedText(n)
	}
	if d.text != nil {
		d.text(e.checker, v)
	}
	if d.check != nil {
		d.check(e.checker, n)
	}
}

// characters takes in text.
func (e *engine) characters(t *xmltext.Token) {
	n := e.at
	if n == nil {
		if t.Kind == xmltext.CData || len(bytes.TrimSpace(t.Raw)) > 0 {
			e.outsideRoot(t)
		}
		return
	}
	decoded, plain := t.Raw, true
	if t.Kind == xmltext.Text && t.Flags&(xmltext.References|xmltext.Returns) != 0 || t.Flags&xmltext.Returns != 0 {
		var err *xmltext.ReferenceError
		plain, e.entities.Numbered = false, false
		if t.Kind == xmltext.CData {
			decoded = bytes.ReplaceAll(bytes.ReplaceAll(t.Raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		} else if decoded, err = e.entities.Decode(e.scratch[:0], t.Raw); err != nil {
			e.badReference(err, xmltext.Advance(t.Pos, t.Raw[:min(err.At, len(t.Raw))]), n)
			return
		} else {
			e.scratch = decoded
		}
	}
	if t.Flags&xmltext.Garbled != 0 || !plain && e.entities.Numbered && garbled(decoded) {
		e.garbled(n, t)
	}
	if n.inline || n.markup {
		e.inlineContent(n, decoded, place{start: position(t.Pos), end: position(xmltext.Advance(t.Pos, t.Raw))})
	}
	if n.resource && len(bytes.TrimSpace(decoded)) > 0 {
		e.report(rss1RDF, n.open(), "<%s> stands for a resource within <%s>, it cannot hold text", n.name.written(), n.parent.name.written())
		n.resource = false
	}
	if n.def == nil || n.ignored || n.inline || n.def.anything {
		return
	}
	if n.text.add(t, decoded) && n.html && len(n.text.buf) > htmlPart {
		n.text.seal()
		e.feedHTML(n, false)
	}
}

// outsideRoot reports text before or after the root element.
func (e *engine) outsideRoot(t *xmltext.Token) {
	at := len(t.Raw) - len(bytes.TrimLeft(t.Raw, " \t\r\n"))
	from := xmltext.Advance(t.Pos, t.Raw[:at])
	p := place{start: position(from), end: position(xmltext.Advance(from, bytes.TrimSpace(t.Raw)))}
	where := "before"
	if e.rooted {
		where = "after"
	}
	e.fatal(xmlOutsideRoot, p, "text stands %s the root element: %q", where, cut(string(bytes.TrimSpace(t.Raw))))
}

// feedHTML looks through the text of n that is there, as HTML.
func (e *engine) feedHTML(n *node, last bool) {
	if n.text.done == 0 && !n.text.fed {
		e.html.Reset()
		n.text.fed = true
	}
	e.html.Report = func(f markup.Finding) { e.htmlFinding(n, f) }
	done := e.html.Feed(n.text.s, last)
	if !last {
		n.text.drop(done)
	}
}

// instruction checks a processing instruction.
func (e *engine) instruction(t *xmltext.Token) {
	if !bytes.EqualFold(t.Name, []byte("xml")) || t.Pos.Offset == 0 || t.Pos.Offset == 3 && t.Pos.Column == 1 {
		return
	}
	p := place{start: position(t.Pos), end: position(xmltext.Advance(t.Pos, t.Raw))}
	if !e.rooted && e.at == nil {
		e.fatal(xmlDeclarationLate, p.mending(&Fix{What: "remove what stands before the declaration", Start: 0, End: t.Pos.Offset}),
			"the XML declaration must be the very first thing of the document, before it stands white space or a comment")
		return
	}
	e.fatal(xmlSyntax, p, "<?xml ...?> stands within the document: it may only be its very first characters")
}

// documentType takes in the document type declaration.
func (e *engine) documentType(t *xmltext.Token) {
	if e.rooted {
		e.fatal(xmlSyntax, place{start: position(t.Pos), end: position(xmltext.Advance(t.Pos, t.Raw))}, "a DOCTYPE must stand before the root element")
		return
	}
	d := xmltext.ParseDocType(t.Raw)
	e.doctype = &d
	e.entities = xmltext.Entities{Declared: d.Entities, Unread: d.System != "" || d.ParameterEntites || len(d.External) > 0}
	e.checkDocType(d, place{start: position(t.Pos), end: position(xmltext.Advance(t.Pos, t.Raw)), element: d.Name})
}

// describe joins alternatives for people.
func describe(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return fmt.Sprintf("%s or %s", strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
}
