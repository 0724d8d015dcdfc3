package validator

import (
	"bytes"
	"slices"
	"strings"

	"tributary/validator/xmltext"
)

// A node is an element while it, or the entry it belongs to, is looked at.
type node struct {
	name   *name
	def    *element // what it may hold; nil is not looked into
	parent *node
	// start is where its start tag begins and tag the tag as written.
	start xmltext.Pos
	tag   string
	// end is where its end tag begins, and close that tag as written; for an
	// empty-element tag they are those of the tag.
	end      xmltext.Pos
	close    string
	attrs    []attr
	children []*node
	counts   []uint16 // of the children that def names, in its order
	text     text
	depth    int
	lang     bool // an xml:lang is in force
	base     bool // an xml:base is in force
	old      bool // of RSS 0.90, which has neither lists of items nor rdf:about
	inline   bool // markup within a text construct
	markup   bool // what it holds is markup, as in a text construct of XHTML
	html     bool // its text is HTML
	xhtml    bool // the markup it holds is XHTML
	// what was seen of the markup in a text construct
	divs, strays       int    // its div children; elements that may not be there
	first              string // its first element
	looseText, escaped bool   // text outside the div; escaped markup within
	escapedAt          place
	inner              int         // elements of the markup, at any depth
	records            int         // children that are not kept
	entered            xmltext.Pos // where the first of them starts
	resource           bool        // a resource of RDF within a property
	ignored            bool        // where the element may not be: only its tags are read
}

// An attr is an attribute. Its names are the local name after the short name
// of its namespace, "xml:lang".
type attr struct {
	key, raw string // raw is the value as written
	value    string
	at       int // of its name in the tag
	valueAt  int
}

// attr returns an attribute, nil when it is not there.
func (n *node) attr(key string) *attr {
	for i := range n.attrs {
		if n.attrs[i].key == key {
			return &n.attrs[i]
		}
	}
	return nil
}

// value returns an attribute's value, "" when it is not there.
func (n *node) value(key string) string {
	if a := n.attr(key); a != nil {
		return a.value
	}
	return ""
}

// child returns the first child of a name, nil when there is none.
func (n *node) child(key string) *node {
	for _, k := range n.children {
		if k.name.key == key {
			return k
		}
	}
	return nil
}

// all returns the children of a name.
func (n *node) all(key string) []*node {
	var out []*node
	for _, k := range n.children {
		if k.name.key == key {
			out = append(out, k)
		}
	}
	return out
}

// is reports whether the node has one of these names.
func (n *node) is(keys ...string) bool { return n != nil && slices.Contains(keys, n.name.key) }

func (n *node) parentName() string {
	if n.parent == nil {
		return "root"
	}
	return n.parent.name.local
}

func position(p xmltext.Pos) Position { return Position(p) }

// spanOf returns the span of raw, which stands at p.
func spanOf(p xmltext.Pos, raw string) (Position, Position) {
	return position(p), position(xmltext.Advance(p, []byte(raw)))
}

// open is the place of the element's start tag, up to its name's end.
func (n *node) open() place {
	length := len(n.tag)
	if i := strings.IndexAny(n.tag, " \t\r\n/>"); i > 0 {
		length = i
	}
	p := n.place()
	p.start, p.end = spanOf(n.start, n.tag[:length])
	return p
}

// finish is the place of the element's end tag, before which what is missing
// belongs.
func (n *node) finish() place {
	p := n.place()
	p.start, p.end = spanOf(n.end, n.close)
	return p
}

func (n *node) place() place {
	return place{element: n.name.local, parent: n.parentName(), node: n}
}

// lacking is the place for a child that the node does not have.
func (n *node) lacking(child string) place {
	p := n.finish()
	p.element, p.parent = local(child), n.name.local
	return p
}

// local returns a key without the short name of its namespace.
func local(key string) string { return key[strings.LastIndexByte(key, ':')+1:] }

// lackingAttr is the place for an attribute that the node does not have.
func (n *node) lackingAttr(key string) place {
	p := n.open()
	p.attribute = local(key)
	return p
}

// named is the place of an attribute's name.
func (n *node) named(a *attr) place {
	p := n.place()
	at := xmltext.Advance(n.start, []byte(n.tag[:a.at]))
	end := a.at + strings.IndexAny(n.tag[a.at:]+"=", "= \t\r\n")
	p.start, p.end = spanOf(at, n.tag[a.at:end])
	p.attribute, p.value = local(a.key), a.value
	return p
}

// A val is a value to check: an element's text, or an attribute's.
type val struct {
	n    *node
	attr *attr // nil: the element's text
	s    string
	from int // of s in the text
}

// whole is the place of the whole value; where it is empty, of the tag.
func (v val) whole() place { return v.at(0, len(v.s)) }

// at is the place of length bytes of the value at an offset.
func (v val) at(offset, length int) place {
	p := v.n.place()
	p.value = v.s
	if v.attr != nil {
		p.attribute = local(v.attr.key)
		p.start, p.end = v.inAttr(offset, length)
		return p
	}
	if v.s == "" {
		q := v.n.open()
		p.start, p.end = q.start, q.end
		return p
	}
	p.start, p.end = v.n.text.span(v.from+offset, length)
	return p
}

func (v val) inAttr(offset, length int) (Position, Position) {
	from, to := offset, offset+length
	if v.attr.raw != v.attr.value {
		from, to = source(v.attr.raw, from), source(v.attr.raw, to)
	}
	from, to = min(from, len(v.attr.raw)), min(to, len(v.attr.raw))
	at := v.attr.valueAt + from
	start := xmltext.Advance(v.n.start, []byte(v.n.tag[:at]))
	return spanOf(start, v.n.tag[at:max(at, v.attr.valueAt+to)])
}

// label names the value for people: "the attribute href of <link>" or "<id>".
func (v val) label() string {
	if v.attr != nil {
		return v.attr.key + " of <" + v.n.name.written() + ">"
	}
	return "<" + v.n.name.written() + ">"
}

// A text is the character data of an element, without its children's.
type text struct {
	s     string // once it is sealed
	buf   []byte // what has been read of it, if that is more than one part
	raw   []byte // the parts as written
	parts []part
	done  int  // how many bytes before s were looked at and dropped
	fed   bool // it has been looked at in part
	cdata bool // some of it stands in a CDATA section
	cut   bool // it is longer than what is kept
}

// add takes in a token, decoded. It returns true when the text is in several
// parts.
func (t *text) add(tok *xmltext.Token, decoded []byte) bool {
	cdata := tok.Kind == xmltext.CData
	t.cdata = t.cdata || cdata
	if len(t.s)+len(t.buf) > maxText {
		t.cut = true
		return true
	}
	if len(t.parts) == 0 {
		t.s = string(decoded)
		t.write(tok, 0, cdata)
		return false
	}
	if len(t.buf) == 0 {
		t.buf = append(t.buf, t.s...)
	}
	if len(t.parts) < maxParts {
		t.write(tok, len(t.buf), cdata)
	}
	t.buf = append(t.buf, decoded...)
	return true
}

// write keeps a part as written; at is where it starts in the text.
func (t *text) write(tok *xmltext.Token, at int, cdata bool) {
	from := len(t.raw)
	t.raw = append(t.raw, tok.Raw...)
	t.parts = append(t.parts, part{at: at, from: from, to: len(t.raw), pos: tok.Pos, cdata: cdata})
}

// written returns a part as written.
func (t *text) written(p *part) []byte { return t.raw[p.from:p.to] }

// maxSpare is how much memory an empty text keeps for the next, in bytes.
const maxSpare = 64 << 10

// emptied returns an empty text that has the memory of t.
func (t *text) emptied() text {
	out := text{parts: t.parts[:0]}
	if cap(t.buf) <= maxSpare {
		out.buf = t.buf[:0]
	}
	if cap(t.raw) <= maxSpare {
		out.raw = t.raw[:0]
	}
	return out
}

// seal makes what has been read the text.
func (t *text) seal() {
	if len(t.buf) > 0 {
		t.s = string(t.buf)
		t.buf = t.buf[:0]
	}
}

// drop forgets the first n bytes, which have been looked at.
func (t *text) drop(n int) {
	t.done += n
	kept, raw := t.parts[:0], t.raw[:0]
	for i, p := range t.parts {
		if i+1 == len(t.parts) || t.parts[i+1].at > n {
			from := len(raw)
			raw = append(raw, t.written(&p)...)
			kept = append(kept, part{at: p.at - n, from: from, to: len(raw), pos: p.pos, cdata: p.cdata})
		}
	}
	t.parts, t.raw = kept, raw
	t.buf = append(t.buf[:0], t.s[n:]...)
	t.s = ""
}

// A part is a piece of text as written.
type part struct {
	at       int // in the text
	from, to int // of the text as written
	pos      xmltext.Pos
	cdata    bool
}

// span returns where length bytes of the text at an offset are.
func (t *text) span(offset, length int) (Position, Position) {
	start := t.pos(offset)
	if length <= 0 {
		return position(start), position(start)
	}
	return position(start), position(t.pos(offset + length))
}

// pos returns where the byte of the text at an offset is.
func (t *text) pos(offset int) xmltext.Pos {
	if len(t.parts) == 0 {
		return xmltext.Pos{Line: 1, Column: 1}
	}
	i := len(t.parts) - 1
	for i > 0 && t.parts[i].at > offset {
		i--
	}
	p := &t.parts[i]
	raw, in := t.written(p), max(offset-p.at, 0)
	if !p.cdata || bytes.IndexByte(raw, '\r') >= 0 {
		in = source(string(raw), in)
	}
	return xmltext.Advance(p.pos, raw[:min(in, len(raw))])
}

// source returns the offset in raw of a byte of its decoded form.
func source(raw string, at int) int {
	if strings.IndexByte(raw, '&') < 0 && strings.IndexByte(raw, '\r') < 0 {
		return at
	}
	var e xmltext.Entities
	return e.Source(raw, at)
}
