package parse

import (
	"fmt"
	"net/url"
	"strings"
)

// Limits of one document. What is beyond is left out with a note; nesting
// beyond maxDepth is refused.
const (
	maxDepth    = 500
	maxItems    = 20_000
	maxElements = 300_000 // that gofeed gets to see
	maxProse    = 4 << 20 // bytes of one text
	maxNotes    = 10
	maxDamage   = 20_000    // repairs
	maxAttrs    = 256 << 10 // bytes of one tag's attributes
	maxBindings = 1000      // namespaces in force at one place
	maxEach     = 1000      // links, categories, people of one item
)

// A skeleton is a document rewritten for gofeed: well-formed whatever the
// original was, without namespaces, DOCTYPE, CDATA and relative URLs under
// xml:base, and with a number in place of every text construct. gofeed reads
// that quickly, and what it would drop or change (types, languages, bases,
// identities, the texts themselves) waits here to be put back.
type skeleton struct {
	sc          scanner
	out         []byte
	root        word   // the document's first element that is a feed
	version     string // of RSS
	atom        bool
	stack       []element
	bindings    []binding
	ents        *entities
	texts       []prosePiece
	schemes     []string // of categories, as written
	items       []itemPiece
	attrs       []attr // of the tag being read; reused
	elements    int
	inItem      bool
	full        bool // the limit on items or elements was hit
	complete    bool // the root's end was seen
	damage      int
	notes       []string
	rootScope   scope    // of the root, or of RSS's channel
	channelHref string   // of a channel definition
	base        *url.URL // where the document's xml:base starts from
}

// An element is one that is open.
type element struct {
	tag      string // as written
	name     string // as gofeed sees it, "" when it does not
	role     role
	bindings int // to go back to
	scope    scope
}

// A scope is what an element and its descendants inherit.
type scope struct {
	base *url.URL // nil: the document's own
	lang string
}

// A prosePiece is a text construct, put aside.
type prosePiece struct {
	raw       string // as written between its tags
	markup    bool   // there are tags in it
	kind      string // type attribute
	mode      string // mode attribute of Atom 0.3
	src       string // src attribute of atom:content
	permalink string // isPermaLink attribute of guid
	scope     scope
	words     vocabulary
}

// An itemPiece is what gofeed drops of an item's start tag.
type itemPiece struct {
	about string // rdf:about
	href  string // of a channel definition's item
	scope scope
	at    int // where in the document it starts
	out   int // where in the skeleton it starts
}

// newSkeleton rewrites a document. The error is an *Error.
func newSkeleton(s string, base *url.URL) (*skeleton, error) {
	k := &skeleton{sc: scanner{s: s}, base: base, out: make([]byte, 0, 1024+len(s)/4)}
	k.texts = make([]prosePiece, 0, 16+len(s)/1024)
	if err := k.findRoot(); err != nil {
		return nil, err
	}
	for !k.complete && !k.full {
		t, ok := k.sc.next()
		if !ok || t.open {
			break
		}
		if err := k.token(t); err != nil {
			return nil, err
		}
		if k.damage > maxDamage {
			return nil, &Error{Reason: fmt.Sprintf("its markup is wrong in more than %d places", maxDamage), Line: k.line(t.from)}
		}
	}
	k.finish()
	return k, nil
}

// line returns the line a place in the document is on.
func (k *skeleton) line(at int) int { return 1 + strings.Count(k.sc.s[:at], "\n") }

func (k *skeleton) note(at int, format string, args ...any) {
	if k.damage++; len(k.notes) < maxNotes {
		k.notes = append(k.notes, fmt.Sprintf("line %d: ", k.line(at))+fmt.Sprintf(format, args...))
	}
}

func (k *skeleton) token(t token) error {
	switch t.kind {
	case startToken:
		return k.start(t)
	case endToken:
		k.end(t)
	case textToken:
		k.chars(t.body, k.ents)
	case cdataToken:
		k.chars(t.body, nil)
	}
	return nil
}

// chars passes characters on, if the element they are in is.
func (k *skeleton) chars(s string, ents *entities) {
	if top := k.top(); top.role != pass || top.name == "" || strings.TrimLeft(s, " \t\r\n") == "" {
		return
	}
	if ents != nil {
		s = ents.unescape(s)
	}
	k.out = escape(k.out, s)
}

func (k *skeleton) top() *element { return &k.stack[len(k.stack)-1] }

// start reads a start tag.
func (k *skeleton) start(t token) error {
	if len(k.stack) >= maxDepth {
		return &Error{Reason: fmt.Sprintf("its elements are nested more than %d deep", maxDepth), Line: k.line(t.from)}
	}
	if len(t.attrs) > maxAttrs {
		t.attrs = t.attrs[:maxAttrs]
	}
	k.attrs = attributes(k.attrs[:0], t.attrs)
	before := len(k.bindings)
	if strings.Contains(t.attrs, "xmlns") && before < maxBindings {
		k.bindings = k.bind(k.bindings)
	}
	w := k.borrowed(k.word(t.body), t)
	e := element{tag: t.body, role: roleOf(w, k.atom), bindings: before}
	switch {
	case e.role == item && k.inItem && k.top().role == skip:
		e.role = skip // an extension's own, such as the conflicts of Simple Sharing
	case e.role == item:
		k.closeToChannel(t)
	case k.top().role == skip:
		e.role = skip
	case w.words == native && e.role != skip && !ofPerson(w.local):
		k.closeLeaves(t)
	}
	e.bindings = min(e.bindings, len(k.bindings))
	e.scope = k.top().scope
	if strings.Contains(t.attrs, "xml:") {
		e.scope = k.enter(e.scope, k.attrs)
	}
	k.open(&e, w, t)
	return nil
}

// word splits a name into its vocabulary and its local part in lower case.
func (k *skeleton) word(name string) word {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		prefix, local = "", name
	}
	w := word{lookup(k.bindings, prefix), strings.ToLower(local)}
	if w.words == atomWords && k.atom || w.words == foreign && !ok && (w.local == "channel" || w.local == "item") {
		w.words = native
	}
	return w
}

// open acts on a start tag by its role.
func (k *skeleton) open(e *element, w word, t token) {
	switch e.role {
	case item:
		k.openItem(e, w, t)
	case prose, address, datetime, periods:
		k.leaf(e, w, t)
		return
	case channel:
		k.rootScope = e.scope
		k.push(e, t)
	case skip:
		k.push(e, t)
	default:
		e.name = k.name(w)
		k.emitStart(e)
		k.push(e, t)
	}
}

func (k *skeleton) push(e *element, t token) {
	k.stack = append(k.stack, *e)
	if t.empty {
		k.pop()
	}
}

// name is what gofeed is to call an element.
func (k *skeleton) name(w word) string {
	local := strings.Map(nameByte, w.local)
	switch {
	case w.words != native:
		return prefixes[w.words] + ":" + local
	case local == "abstract":
		return "description" // a channel definition's
	case local == "author" && !k.inItem && !k.atom:
		return "raw:author" // gofeed knows it in items only
	}
	return local
}

func nameByte(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.' {
		return r
	}
	return '_'
}

func (k *skeleton) openItem(e *element, w word, t token) {
	if len(k.items) == maxItems || k.elements >= maxElements {
		k.note(t.from, "only the first %d entries are read", len(k.items))
		k.full = true
		return
	}
	piece := itemPiece{scope: e.scope, at: t.from, out: len(k.out)}
	for _, a := range k.attrs {
		switch _, local, _ := strings.Cut(a.name, ":"); {
		case local == "about" || a.name == "about":
			piece.about = strings.TrimSpace(k.ents.unescape(a.value))
		case strings.EqualFold(a.name, "href"):
			piece.href = k.resolve(a.value, e.scope)
		}
	}
	k.items = append(k.items, piece)
	e.name = w.local
	k.out = append(append(append(k.out, '<'), w.local...), '>')
	k.elements++
	k.inItem = true
	k.push(e, t)
}

// finish ends the skeleton: what is open is closed; an item that the document
// ends in the middle of is left out.
func (k *skeleton) finish() {
	if !k.complete && !k.full {
		at := len(k.sc.s)
		if k.inItem {
			last := len(k.items) - 1
			k.note(at, "the document ends in the middle of entry %d, which began on line %d; those before it are read",
				last+1, k.line(k.items[last].at))
			k.out = k.out[:k.items[last].out]
			k.items = k.items[:last]
			for k.top().role != item {
				k.stack = k.stack[:len(k.stack)-1]
			}
			k.stack = k.stack[:len(k.stack)-1]
		} else {
			k.note(at, "the document ends before </%s>", k.stack[0].tag)
		}
	}
	for len(k.stack) > 0 {
		k.pop()
	}
	if len(k.items) == 0 && len(k.notes) == 0 && (strings.Contains(k.sc.s, "<item") || strings.Contains(k.sc.s, "<entry")) {
		k.note(len(k.sc.s), "there are entries in the document, but none could be read")
	}
}
