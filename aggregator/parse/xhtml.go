package parse

import (
	"strings"

	"tributary/feed"
)

// inline turns markup that stands in the document itself (XHTML, mostly) into
// HTML: prefixes go, empty elements that HTML has end tags for get them, CDATA
// becomes text, and the div that wraps XHTML (RFC 4287 §3.1.1.3) goes.
func (k *skeleton) inline(p *prosePiece) Text {
	w := inliner{k: k, p: p, scopes: []scope{p.scope}, out: make([]byte, 0, len(p.raw))}
	sc := scanner{s: p.raw}
	for t, ok := sc.next(); ok; t, ok = sc.next() {
		w.token(t)
	}
	body := strings.TrimSpace(string(w.out))
	if p.kind == "xhtml" || p.words == xhtml {
		body = unwrap(body)
	}
	return Text{Type: feed.TextHTML, Body: body}
}

type inliner struct {
	k      *skeleton
	p      *prosePiece
	out    []byte
	scopes []scope // of the open elements, the text's own first
	attrs  []attr
}

func (w *inliner) token(t token) {
	switch t.kind {
	case textToken:
		w.characters(t.body)
	case cdataToken:
		w.cdata(t.body)
	case startToken:
		w.start(t)
	case endToken:
		if len(w.scopes) > 1 {
			w.scopes = w.scopes[:len(w.scopes)-1]
		}
		w.out = append(append(append(w.out, "</"...), local(t.body)...), '>')
	}
}

// characters keeps references that HTML knows, too.
func (w *inliner) characters(s string) {
	if len(w.k.ents.values) == 0 || strings.IndexByte(s, '&') < 0 {
		w.out = append(w.out, s...)
		return
	}
	w.out = escape(w.out, w.k.ents.unescape(s))
}

// cdata is text in XHTML; RSS that mixes it with tags means HTML.
func (w *inliner) cdata(s string) {
	if w.p.words == native && !w.k.atom {
		w.out = append(w.out, s...)
		return
	}
	w.out = escape(w.out, s)
}

func (w *inliner) start(t token) {
	sc := w.scopes[len(w.scopes)-1]
	if w.asWritten(t, sc) {
		w.out = append(w.out, w.p.raw[t.from:t.to]...)
		w.enter(t, sc)
		return
	}
	w.attrs = attributes(w.attrs[:0], t.attrs)
	if strings.Contains(t.attrs, "xml:") {
		sc = w.k.enter(sc, w.attrs)
	}
	name := local(t.body)
	w.out = append(append(w.out, '<'), name...)
	for _, a := range w.attrs {
		w.attr(a, sc)
	}
	w.out = append(w.out, '>')
	if t.empty && !isVoid(name) {
		w.out = append(append(append(w.out, "</"...), name...), '>')
	}
	w.enter(t, sc)
}

// asWritten reports whether a tag means in HTML what it means in XML.
func (w *inliner) asWritten(t token, sc scope) bool {
	return sc.base == w.scopes[0].base && !strings.Contains(t.attrs, "xml") && strings.IndexByte(t.body, ':') < 0 &&
		(!t.empty || isVoid(t.body)) && strings.IndexByte(t.attrs, '\'') < 0 &&
		(len(w.k.ents.values) == 0 || strings.IndexByte(t.attrs, '&') < 0)
}

func (w *inliner) enter(t token, sc scope) {
	if !t.empty && len(w.scopes) < maxDepth {
		w.scopes = append(w.scopes, sc)
	}
}

// attr writes an attribute. URLs below an xml:base of their own are resolved
// here; all others are left to the text's base.
func (w *inliner) attr(a attr, sc scope) {
	if a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") || a.name == "xml:base" || a.name == "xml:space" {
		return
	}
	name, value := local(a.name), w.k.ents.unescape(a.value)
	if sc.base != w.scopes[0].base {
		switch name {
		case "href", "src", "cite", "poster", "action", "background", "longdesc", "data":
			value = w.k.against(strings.TrimSpace(value), sc)
		}
	}
	w.out = append(append(append(w.out, ' '), name...), '=', '"')
	w.out = append(escape(w.out, value), '"')
}

func local(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// isVoid reports whether HTML has no end tag for an element (HTML §13.1.2).
func isVoid(name string) bool {
	switch strings.ToLower(name) {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// unwrap takes off a div that is all there is.
func unwrap(s string) string {
	const end = "</div>"
	sc := scanner{s: s}
	t, ok := sc.next()
	if !ok || t.kind != startToken || t.body != "div" || t.empty || !strings.HasSuffix(s, end) {
		return s
	}
	depth := 1
	for inner, ok := sc.next(); ok; inner, ok = sc.next() {
		switch {
		case inner.body == "div" && inner.kind == startToken && !inner.empty:
			depth++
		case inner.body == "div" && inner.kind == endToken:
			if depth--; depth == 0 && inner.to < len(s) {
				return s
			}
		}
	}
	return strings.TrimSpace(s[t.to : len(s)-len(end)])
}
