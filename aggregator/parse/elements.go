package parse

import (
	"strconv"
	"strings"
)

// end reads an end tag: elements left open inside are closed with it, one
// that nothing opened is dropped.
func (k *skeleton) end(t token) {
	i := len(k.stack) - 1
	for i >= 0 && !strings.EqualFold(k.stack[i].tag, t.body) {
		if k.stack[i].role == item && !k.closesItem(t.body) {
			i = -1
			break
		}
		i--
	}
	if i == 1 && k.root.local == "channel" {
		i = 0
	}
	if i < 0 {
		k.note(t.from, "</%s> ends nothing", t.body)
		return
	}
	if i < len(k.stack)-1 && k.top().role != channel {
		k.note(t.from, "<%s> is not closed", k.top().tag)
	}
	k.popTo(i)
}

// closesItem reports whether an end tag belongs to what holds items.
func (k *skeleton) closesItem(tag string) bool {
	for i := range k.stack {
		if k.stack[i].role == item {
			return false
		}
		if strings.EqualFold(k.stack[i].tag, tag) {
			return true
		}
	}
	return false
}

// popTo closes elements until i are open. A channel is only closed with the
// root: RSS 1.0 has its items after it, and some feeds have two.
func (k *skeleton) popTo(i int) {
	for len(k.stack) > i {
		if k.top().role == channel && i > 0 {
			return
		}
		k.pop()
	}
}

// closeToChannel closes what is open within the channel or feed, since items
// do not nest.
func (k *skeleton) closeToChannel(t token) {
	i := len(k.stack)
	for i > 1 && k.stack[i-1].role != channel {
		i--
	}
	if i < len(k.stack) {
		k.note(t.from, "<%s> is not closed", k.top().tag)
	}
	k.popTo(i)
}

// closeLeaves closes what was left open before one of the format's own
// elements that cannot hold it: an extension, or RSS's elements of text.
func (k *skeleton) closeLeaves(t token) {
	for len(k.stack) > 2 && k.top().role == pass {
		e := k.top()
		extension := strings.IndexByte(e.name, ':') > 0
		if !extension && (k.atom || !holdsText(e.name)) {
			return
		}
		k.note(t.from, "<%s> is not closed", e.tag)
		k.popTo(len(k.stack) - 1)
	}
}

func holdsText(name string) bool {
	switch name {
	case "author", "category", "enclosure", "language", "generator", "managingeditor", "webmaster", "ttl":
		return true
	}
	return false
}

func (k *skeleton) pop() {
	e := k.top()
	if e.name != "" {
		k.out = append(append(append(k.out, "</"...), e.name...), '>')
	}
	if e.role == item {
		k.inItem = false
	}
	k.bindings = k.bindings[:e.bindings]
	k.stack = k.stack[:len(k.stack)-1]
	k.complete = len(k.stack) == 0
}

// emitStart writes the start tag of e, with the attributes that gofeed reads.
func (k *skeleton) emitStart(e *element) {
	if k.elements++; k.elements > maxElements {
		if k.elements == maxElements+1 {
			k.note(k.sc.pos, "only the first %d elements are read", maxElements)
		}
		e.role, e.name = skip, ""
		return
	}
	k.out = append(append(k.out, '<'), e.name...)
	for _, a := range k.attrs {
		k.emitAttr(a, e.scope)
	}
	k.out = append(k.out, '>')
}

func (k *skeleton) emitAttr(a attr, sc scope) {
	local := strings.Map(nameByte, strings.ToLower(a.name))
	if strings.IndexByte(a.name, ':') >= 0 || local == "xmlns" {
		return
	}
	value := a.value
	switch local {
	case "href", "url", "uri", "src":
		value = k.resolve(value, sc)
	case "scheme":
		value = k.schemeAside(value)
	default:
		value = k.ents.unescape(value)
	}
	k.out = append(append(append(k.out, ' '), local...), '=', '"')
	k.out = append(escape(k.out, value), '"')
}

// schemeAside keeps a category's scheme for later: gofeed takes it for a
// reference and writes it anew, which loses the # that a vocabulary's name
// ends with ("http://www.blogger.com/atom/ns#").
func (k *skeleton) schemeAside(value string) string {
	if len(k.schemes) == 0 || k.schemes[len(k.schemes)-1] != value {
		k.schemes = append(k.schemes, value)
	}
	return strconv.Itoa(len(k.schemes) - 1)
}

// scheme returns the scheme that gofeed saw as a number.
func (k *skeleton) scheme(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(k.schemes) {
		return ""
	}
	return strings.TrimSpace(k.ents.unescape(k.schemes[n]))
}
