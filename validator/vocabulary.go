package validator

import (
	"strings"
	"sync"
)

// A family is a format or an extension: its rules, its namespaces, and the
// elements it defines.
type family struct {
	name       string
	rules      []*Rule
	namespaces []namespace
	// elements are by their key, or by "parent/key" for those that depend on
	// where they stand.
	elements map[string]*element
	// in are the children that elements of other families may have.
	in map[string]string
	// grammar are the rules for what does not fit elements.
	grammar grammar
}

// A grammar is the rules for elements and attributes where they may not be,
// or are not where they must. A nil rule is not looked for.
type grammar struct {
	unknown, repeated, missing              *Rule // elements
	unknownAttr, missingAttr, extensionAttr *Rule
	text                                    *Rule // beside elements
}

// An element says what one element may hold.
type element struct {
	// children are the keys of the elements it may hold: "a:id!" exactly
	// once, "a:title?" at most once, "a:link*" as often as one likes, "a:name+"
	// at least once.
	children string
	// like is the key of an element whose children it may have too, by the
	// same rules; those of its own come first.
	like string
	// attrs are those it may have. Elements without attrs have none.
	attrs attrs
	// anyAttrs lets attributes without a namespace stand that attrs lacks.
	anyAttrs bool
	// text checks its text. An element without one, but with children, holds
	// no text.
	text func(c *checker, v val)
	// html looks through its text as HTML, which may come in parts.
	html bool
	// mixed elements hold markup that is looked at by markupElement.
	mixed bool
	// open is called at its start tag and check at its end, when children
	// and text are there.
	open, check func(c *checker, n *node)
	// record is an element that is forgotten when it has been checked: an
	// entry. Its parent does not keep it among its children.
	record bool
	// late is the rule for what stands after its records, stray for elements
	// that it may not hold, of whatever namespace.
	late, stray *Rule
	// anything lets it hold whatever there is, which is not looked into.
	anything bool
	// missing, by child, is used in place of the family's rule.
	missing map[string]*Rule

	key    string
	family *family
	once   sync.Once
	kids   *compiled
}

// attrs are attributes by their keys.
type attrs map[string]attribute

// An attribute says what an attribute may be.
type attribute struct {
	required bool
	check    func(c *checker, v val) // nil: anything
	missing  *Rule                   // in place of the family's
}

// A compiled element has its children by their place in counts.
type compiled struct {
	kids     []kid
	byKey    map[string]int
	needed   []int    // the kids that must be there
	required []string // attributes, in order
}

type kid struct {
	key      string
	min, max int // max 0 is no limit
	def      *element
}

// A childRef is what a name means below an element.
type childRef struct {
	index int // in counts, -1 when it may not be there
	def   *element
}

// namespaces are all, by address.
var namespaces = sync.OnceValue(func() map[string]*namespace {
	out := map[string]*namespace{}
	for _, f := range families {
		for i := range f.namespaces {
			ns := &f.namespaces[i]
			for key := range f.elements {
				if ns.short != "" && strings.HasPrefix(ownKey(key), ns.short) {
					ns.family = f
				}
			}
			for _, uri := range append([]string{ns.uri}, ns.also...) {
				if out[uri] != nil {
					panic("validator: two families of namespace " + uri)
				}
				out[uri] = ns
			}
		}
	}
	return out
})

// ownKey returns a key without its parent's.
func ownKey(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }

// vocabulary is every element by its key in element tables.
var vocabulary = sync.OnceValue(func() map[string]*element {
	out := map[string]*element{}
	for _, f := range families {
		for key, e := range f.elements {
			if out[key] != nil {
				panic("validator: element " + key + " is declared twice")
			}
			e.key, e.family = key, f
			out[key] = e
		}
	}
	for _, f := range families {
		for parent, children := range f.in {
			p := out[parent]
			if p == nil {
				panic("validator: family " + f.name + " extends " + parent + ", which no family declares")
			}
			p.children += " " + children
		}
	}
	return out
})

// known reports whether a key names an element somewhere.
func known(key string) bool {
	for k := range vocabulary() {
		if k == key || strings.HasSuffix(k, "/"+key) {
			return true
		}
	}
	return false
}

// compile returns an element's children.
func (e *element) compile() *compiled {
	e.once.Do(func() { e.kids = e.kidsOf() })
	return e.kids
}

// kidsOf reads the children's declaration.
func (e *element) kidsOf() *compiled {
	out := &compiled{byKey: map[string]int{}}
	out.add(e.key, e.children)
	if e.like != "" {
		out.add(e.like, vocabulary()[e.like].children)
	}
	for _, key := range sortedKeys(e.attrs) {
		if e.attrs[key].required {
			out.required = append(out.required, key)
		}
	}
	return out
}

// add reads the declaration of children of a parent.
func (c *compiled) add(parent, children string) {
	for word := range strings.FieldsSeq(children) {
		k := kid{key: strings.TrimRight(word, "!?*+"), max: 1}
		switch word[len(word)-1] {
		case '!':
			k.min = 1
		case '+':
			k.min, k.max = 1, 0
		case '*':
			k.max = 0
		}
		own := ownKey(parent)
		if k.def = vocabulary()[own+"/"+k.key]; k.def == nil {
			k.def = vocabulary()[k.key]
		}
		if _, again := c.byKey[k.key]; !again {
			c.byKey[k.key] = len(c.kids)
			if k.min > 0 {
				c.needed = append(c.needed, len(c.kids))
			}
			c.kids = append(c.kids, k)
		}
	}
}

// childOf returns what a name means below e.
func (n *name) childOf(e *element) childRef {
	if ref, ok := n.defs[e]; ok {
		return ref
	}
	ref := childRef{index: -1}
	c := e.compile()
	if i, ok := c.byKey[n.key]; ok {
		ref = childRef{index: i, def: c.kids[i].def}
	}
	if n.defs == nil {
		n.defs = map[*element]childRef{}
	}
	n.defs[e] = ref
	return ref
}
