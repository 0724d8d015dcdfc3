package parse

import (
	"strconv"
	"strings"
)

// leaf reads an element up to its end and writes it whole.
func (k *skeleton) leaf(e *element, w word, t token) {
	raw, markup, ok := "", false, true
	if !t.empty {
		raw, markup, ok = k.inner(t.body, e.role)
	}
	if !ok { // the document ends inside: finish sees to it
		k.sc.pos = len(k.sc.s)
	}
	if k.elements == maxElements {
		k.note(k.sc.pos, "only the first %d elements are read", maxElements)
	}
	if k.elements++; k.elements > maxElements || !ok && !k.inItem {
		k.bindings = k.bindings[:e.bindings]
		return
	}
	e.name = k.name(w)
	switch e.role {
	case prose:
		k.emitLeaf(e.name, strconv.Itoa(len(k.texts)))
		k.aside(e, w, raw, markup)
	case datetime:
		k.emitLeaf("raw:"+w.local, strings.TrimSpace(k.characters(raw)))
	case periods:
		k.emitLeaf("raw:"+w.local, k.list(raw))
	default:
		k.emitAddress(e, raw)
	}
	k.bindings = k.bindings[:e.bindings]
}

func (k *skeleton) emitLeaf(name, text string) {
	k.out = append(append(append(k.out, '<'), name...), '>')
	k.out = escape(k.out, text)
	k.out = append(append(append(k.out, "</"...), name...), '>')
}

func (k *skeleton) emitAddress(e *element, raw string) {
	k.emitStart(e)
	if text := strings.TrimSpace(k.characters(raw)); text != "" {
		k.out = escape(k.out, k.against(text, e.scope))
	}
	k.out = append(append(append(k.out, "</"...), e.name...), '>')
}

// inner returns what stands between a start tag just read and its end, and
// whether there are tags in it. An element that is not closed ends where its
// item does. ok is false when the document ends first.
func (k *skeleton) inner(tag string, r role) (raw string, markup, ok bool) {
	from, depth := k.sc.pos, 1
	for {
		t, more := k.sc.next()
		if more && t.kind == cdataToken {
			k.cdata(&t, tag)
		}
		if !more || t.open {
			return k.sc.s[from:], markup, false
		}
		switch t.kind {
		case startToken:
			if k.leaves(t.body, r) {
				return k.unclosed(tag, from, t.from), markup, true
			}
			markup = true
			if t.body == tag && !t.empty {
				depth++
			}
		case endToken:
			if strings.EqualFold(t.body, tag) {
				if depth--; depth == 0 {
					return k.sc.s[from:t.from], markup, true
				}
			} else if k.isOpen(t.body) {
				return k.unclosed(tag, from, t.from), markup, true
			} else if !markup {
				k.note(t.from, "</%s> ends <%s>", t.body, tag)
				return k.sc.s[from:t.from], markup, true
			}
		}
	}
}

// cdata ends a CDATA section that has no end of its own where its element
// ends: one that goes on to the end of the document or into the next item.
func (k *skeleton) cdata(t *token, tag string) {
	inner := strings.Index(t.body, "<![CDATA[")
	if !t.open && inner < 0 {
		return
	}
	end := strings.Index(t.body, "</"+tag)
	if end < 0 || !t.open && inner < end {
		return
	}
	k.note(t.from, "a CDATA section is not closed")
	k.sc.pos = t.from + len("<![CDATA[") + end
	t.open = false
}

// leaves reports whether a start tag shows that the leaf before it was never
// closed: another item begins, or something follows what holds no tags.
func (k *skeleton) leaves(tag string, r role) bool {
	w := k.word(tag)
	switch {
	case r == periods:
		return w.local != "hour" && w.local != "day"
	case r != prose:
		return true
	}
	if w.words != native {
		return false
	}
	switch w.local {
	case "pubdate", "guid", "description", "enclosure", "comments", "category", "published", "updated":
		return true // no names of HTML
	}
	return roleOf(w, k.atom) == item
}

func (k *skeleton) unclosed(tag string, from, at int) string {
	k.note(at, "<%s> is not closed", tag)
	k.sc.pos = at
	return k.sc.s[from:at]
}

// isOpen reports whether an end tag closes the item, channel or root.
func (k *skeleton) isOpen(tag string) bool {
	for i := range k.stack {
		if (k.stack[i].role == item || i == 0 || k.stack[i].role == channel) && k.stack[i].tag == tag {
			return true
		}
	}
	return false
}

// characters returns the text of an element that holds no tags.
func (k *skeleton) characters(raw string) string {
	if strings.IndexByte(raw, '<') < 0 {
		return k.ents.unescape(raw)
	}
	var b strings.Builder
	sc := scanner{s: raw}
	for t, ok := sc.next(); ok; t, ok = sc.next() {
		switch t.kind {
		case textToken:
			b.WriteString(k.ents.unescape(t.body))
		case cdataToken:
			b.WriteString(t.body)
		}
	}
	return b.String()
}

// list returns the texts in an element, with spaces between.
func (k *skeleton) list(raw string) string {
	var words []string
	sc := scanner{s: raw}
	for t, ok := sc.next(); ok && len(words) < maxPeriods; t, ok = sc.next() {
		if t.kind == textToken || t.kind == cdataToken {
			words = append(words, strings.Fields(k.ents.unescape(t.body))...)
		}
	}
	return strings.Join(words, " ")
}

// maxPeriods is more than there are hours in a day.
const maxPeriods = 48

// aside keeps a text construct for later.
func (k *skeleton) aside(e *element, w word, raw string, markup bool) {
	p := prosePiece{raw: raw, markup: markup, scope: e.scope, words: w.words}
	if len(p.raw) > maxProse {
		p.raw = strings.ToValidUTF8(p.raw[:maxProse], "")
		k.note(k.sc.pos, "<%s> is cut after %d MB", e.tag, maxProse>>20)
	}
	for _, a := range k.attrs {
		switch {
		case strings.EqualFold(a.name, "type"):
			p.kind = strings.ToLower(strings.TrimSpace(k.ents.unescape(a.value)))
		case strings.EqualFold(a.name, "mode"):
			p.mode = strings.ToLower(strings.TrimSpace(a.value))
		case strings.EqualFold(a.name, "src"):
			p.src = k.resolve(a.value, e.scope)
		case strings.EqualFold(a.name, "ispermalink"):
			p.permalink = strings.ToLower(strings.TrimSpace(a.value))
		}
	}
	k.texts = append(k.texts, p)
}
