package validator

import (
	"slices"
	"strings"
	"sync"
)

// checkAttrs checks the attributes of an element against its definition.
func (e *engine) checkAttrs(n *node) {
	g := &n.def.family.grammar
	for i := range n.attrs {
		a := &n.attrs[i]
		if spec, ok := n.def.attrs[a.key]; ok {
			if spec.check != nil {
				spec.check(e.checker, val{n: n, attr: a, s: a.value})
			}
			continue
		}
		switch {
		case a.key == "xml:lang" || a.key == "xml:base" || a.key == "xml:space" || a.key == "xml:id":
			commonAttr(e.checker, val{n: n, attr: a, s: a.value})
		case strings.HasPrefix(a.key, "xmlns"):
		case strings.Contains(a.key, ":"):
			e.foreignAttr(n, a)
		case !n.def.anyAttrs && g.unknownAttr != nil:
			e.report(g.unknownAttr, n.named(a), "<%s> has no attribute %s%s", n.name.written(), a.key, allowed(n.def))
		}
	}
	for _, key := range n.def.compile().required {
		if n.attr(key) != nil || n.old {
			continue
		}
		if r := firstRule(n.def.attrs[key].missing, g.missingAttr); r != nil {
			e.report(r, n.lackingAttr(key), "<%s> lacks its attribute %s", n.name.written(), key)
		}
	}
}

// allowed names the attributes that an element may have.
func allowed(d *element) string {
	if len(d.attrs) == 0 {
		return ", nor any other"
	}
	return ", it may have " + describe(sortedKeys(d.attrs))
}

func firstRule(rules ...*Rule) *Rule {
	for _, r := range rules {
		if r != nil {
			return r
		}
	}
	return nil
}

// checkChildren reports the children that an element must have and lacks.
func (e *engine) checkChildren(n *node) {
	c := n.def.compile()
	if n.old {
		return
	}
	for _, i := range c.needed {
		k := &c.kids[i]
		if int(n.counts[i]) >= k.min {
			continue
		}
		if r := firstRule(n.def.missing[k.key], n.def.family.grammar.missing); r != nil {
			at := n.lacking(k.key)
			if n.parent == nil && n.def.family == atomFamily {
				at.start, at.end = n.open().start, n.open().end
			}
			e.report(r, at, "<%s> lacks its element <%s>", n.name.written(), e.spell(k.key))
		}
	}
}

// spell returns a key as the document would write it, by the prefixes that
// its root declares.
func (c *checker) spell(key string) string {
	short, loc, ok := strings.Cut(key, ":")
	if !ok {
		return key
	}
	for uri, ns := range namespaces() {
		if ns.short == short+":" && uri == ns.uri {
			if p, ok := c.prefixes[uri]; ok {
				return strings.TrimPrefix(p+":"+loc, ":")
			}
			return strings.TrimPrefix(ns.prefix+":"+loc, ":")
		}
	}
	return loc
}

// repeated reports an element that is there more often than it may be.
func (e *engine) repeated(n *node) {
	g := &n.parent.def.family.grammar
	if n.def != nil && n.def.family != nil && n.def.family.grammar.repeated != nil {
		g = &n.def.family.grammar
	}
	if g.repeated != nil {
		e.report(g.repeated, n.open(), "<%s> is here a second time, <%s> may have one", n.name.written(), n.parent.name.written())
	}
}

// unexpected reports an element that may not be where it is. Of namespaces
// that are not known nothing can be said.
func (e *engine) unexpected(n *node) {
	var r *Rule
	if n.name.key == "blink" && n.parent.is("channel") {
		e.report(rssBlink, n.open(), "")
		return
	}
	if e.displaced(n) {
		return
	}
	if n.name.space != nil && n.name.space.short == "a:" && n.parent.def.family == appFamily {
		e.report(appQuestionable, n.open(), "<%s> has no meaning in <%s>", n.name.written(), n.parent.name.written())
		return
	}
	if e.ofRSS(n) {
		e.report(atomExtensionOfRSS, n.open(), "<%s> is made for RSS%s", n.name.written(), e.home(n.name.key))
		return
	}
	switch {
	case n.parent.def.stray != nil:
		r = n.parent.def.stray
	case n.name.space != nil && (n.name.space.loose || n.name.space.short == "dc:" && strings.Contains(n.name.local, ".")):
	case n.name.space != nil && n.name.space.family != nil:
		r = n.name.space.family.grammar.unknown
	case n.name.uri == "" && n.parent.def != nil:
		r = n.parent.def.family.grammar.unknown
	}
	if r == nil {
		return
	}
	switch key := n.name.key; {
	case known(key):
		e.report(r, n.open(), "<%s> does not belong in <%s>%s", n.name.written(), n.parent.name.written(), e.home(key))
	default:
		e.report(r, n.open(), "there is no element <%s>%s", n.name.written(), e.nearest(n))
	}
}

// ofRSS reports an element in Atom of a podcast extension, which are defined
// for RSS alone. RFC 4287 §6.1 lets it stand.
func (e *engine) ofRSS(n *node) bool {
	if !n.parent.is("a:feed") && !n.parent.is("a:entry") || n.name.space == nil || n.name.space.family != podcastFamily && n.name.space.family != itunesFamily {
		return false
	}
	in := homes()[n.name.key]
	return slices.Contains(in, "channel") || slices.Contains(in, "item")
}

// homes are the elements that may hold another, by the other's key.
var homes = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, parent := range sortedKeys(vocabulary()) {
		own := ownKey(parent)
		for child := range vocabulary()[parent].compile().byKey {
			if !slices.Contains(out[child], own) {
				out[child] = append(out[child], own)
			}
		}
	}
	return out
})

// home tells where an element belongs, if that is few places.
func (e *engine) home(key string) string {
	const most = 4
	parents := homes()[key]
	if len(parents) == 0 || len(parents) > most {
		return ""
	}
	names := make([]string, len(parents))
	for i, p := range parents {
		names[i] = "<" + e.spell(p) + ">"
	}
	return ", it belongs in " + describe(names)
}

// nearest suggests the element that was probably meant.
func (e *engine) nearest(n *node) string {
	best, at := "", 3
	for _, k := range n.parent.def.compile().kids {
		d := distance(strings.ToLower(local(k.key)), strings.ToLower(n.name.local))
		if strings.Contains(k.key, ":") != strings.Contains(n.name.key, ":") && d > 0 {
			continue // another vocabulary's, unless it is the very word
		}
		if d < at && d < len(n.name.local)/2+1 {
			best, at = k.key, d
		}
	}
	if best == "" {
		return ""
	}
	return ", did you mean <" + e.spell(best) + ">?"
}

// distance is the number of edits between two short words, at most 3.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 || len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, last+1)
		}
	}
	return min(row[len(b)], 3)
}

// unexpectedText reports text in an element that holds elements only.
func (e *engine) unexpectedText(n *node) {
	r := n.def.family.grammar.text
	if r == nil {
		return
	}
	at := len(n.text.s) - len(strings.TrimLeft(n.text.s, " \t\r\n"))
	s := strings.TrimSpace(n.text.s)
	v := val{n: n, s: n.text.s}
	holds := "holds elements only"
	if len(n.def.compile().kids) == 0 {
		holds = "is empty by its definition"
	}
	e.report(r, v.at(at, len(s)), "text stands in <%s>, which %s: %q", n.name.written(), holds, shorten(s))
}

// shorten returns the start of a value, to be quoted in a sentence.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && s[end]&0xc0 == 0x80 {
		end--
	}
	return s[:end] + "…"
}
