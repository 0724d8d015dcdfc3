package validator

import "strings"

// A namespace is one that documents declare.
type namespace struct {
	short  string // names elements in rules: "a:", "itunes:"; "" for RSS
	uri    string
	prefix string   // that documents usually bind it to
	also   []string // other addresses that mean the same
	family *family  // whose elements are checked; nil: known by name only
	// unchecked ones are worth telling that their elements are not checked.
	unchecked bool
	// loose ones may have elements that are not defined here.
	loose bool
}

// A name is an element's or attribute's.
type name struct {
	space   *namespace // nil: not known
	uri     string
	prefix  string // as written
	local   string
	key     string // the short name of the namespace and the local name
	closing string // its end tag, as it is usually written
	defs    map[*element]childRef
}

// written returns the name as the document writes it.
func (n *name) written() string {
	if n.prefix != "" {
		return n.prefix + ":" + n.local
	}
	return n.local
}

// A scope is the namespace bindings in force.
type scope struct {
	parent   *scope
	bindings map[string]string // prefix to namespace
	elements map[string]*name  // by the name as written
	inner    map[string]*scope // by the declarations that make them
	// alias is a namespace that is read as aliased: that of a root element
	// whose name is right and whose namespace is not.
	alias, aliased string
}

// root is the outermost scope, which knows what the document's root element
// is in.
func (s *scope) root() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

func newScope() *scope {
	return &scope{bindings: map[string]string{"": "", "xml": xmlNamespace}, elements: map[string]*name{}}
}

// lookup returns the namespace that a prefix is bound to.
func (s *scope) lookup(prefix string) (string, bool) {
	for ; s != nil; s = s.parent {
		if uri, ok := s.bindings[prefix]; ok {
			return uri, true
		}
	}
	return "", false
}

// with returns the scope in which prefixes are bound anew, the same one for
// the same bindings.
func (s *scope) with(prefixes, uris []string) *scope {
	var b strings.Builder
	for i := range prefixes {
		b.WriteString(prefixes[i])
		b.WriteByte('=')
		b.WriteString(uris[i])
		b.WriteByte(' ')
	}
	if in, ok := s.inner[b.String()]; ok {
		return in
	}
	in := &scope{parent: s, bindings: map[string]string{}, elements: map[string]*name{}}
	for i := range prefixes {
		in.bindings[prefixes[i]] = uris[i]
	}
	if s.inner == nil {
		s.inner = map[string]*scope{}
	}
	if len(s.inner) < maxScopes {
		s.inner[b.String()] = in
	}
	return in
}

// limits of what is remembered, so that hostile names cost no memory.
const (
	maxScopes = 1000
	maxNames  = 10000
)

// element returns the name of an element; ok is false when its prefix is
// bound to nothing.
func (s *scope) element(written []byte) (*name, bool) {
	if n, ok := s.elements[string(written)]; ok {
		return n, true
	}
	n, ok := s.resolve(string(written), true)
	if ok && len(s.elements) < maxNames {
		s.elements[string(written)] = n
	}
	return n, ok
}

// resolve returns a name by the bindings in force.
func (s *scope) resolve(written string, element bool) (*name, bool) {
	prefix, loc, found := strings.Cut(written, ":")
	if !found {
		prefix, loc = "", written
	}
	uri, ok := "", true
	if found || element {
		uri, ok = s.lookup(prefix)
	}
	n := &name{uri: uri, prefix: prefix, local: loc, closing: "</" + written + ">"}
	if root := s.root(); root.alias == uri && root.aliased != root.alias {
		uri = root.aliased
		n.uri = uri
	}
	n.space = namespaces()[uri]
	switch {
	case uri == "":
		n.key = loc
	case n.space != nil:
		n.key = n.space.short + loc
	default:
		n.key = "?:" + loc
	}
	return n, ok
}
