package w3ccheck

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
)

// A node is an element. Its name is the local name, after the short name of
// its namespace: "a:entry", "item", "dc:creator"; "?:" is an unknown one.
type node struct {
	name     string
	attrs    []attr
	declared []string // namespaces declared here
	children []*node
	parent   *node
	text     string // of the element itself, without its children's
	raw      []byte // as it was written
	line     int    // of the end of its start tag
	end      int    // of the end of its end tag
}

// An attr's name has the same form; those without a namespace have none.
type attr struct{ name, value string }

// namespaces are those whose elements have a short name.
var namespaces = map[string]string{
	"":                                         "",
	"http://www.w3.org/2005/Atom":              "a:",
	"http://www.w3.org/XML/1998/namespace":     "xml:",
	"http://purl.org/dc/elements/1.1/":         "dc:",
	"http://purl.org/dc/terms/":                "dcterms:",
	"http://purl.org/rss/1.0/modules/content/": "content:",
	"http://www.w3.org/1999/xhtml":             "h:",
}

// others are namespaces that the validator knows and this package does not
// look into.
var others = []string{
	"http://search.yahoo.com/mrss/", "http://www.itunes.com/dtds/podcast-1.0.dtd", "http://purl.org/rss/1.0/modules/", "http://a9.com/-/spec/opensearch/1.1/",
	"http://purl.org/syndication/", "http://www.georss.org/georss", "http://www.opengis.net/gml", "http://www.w3.org/2003/01/geo/wgs84_pos#",
	"http://backend.userland.com/creativeCommonsRssModule", "http://wellformedweb.org/CommentAPI/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
	"http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg", "http://www.w3.org/2007/app", "http://creativecommons.org/ns#", "http://web.resource.org/cc/",
	"http://madskills.com/public/xml/rss/module/trackback/", "http://webns.net/mvcb/", "http://backend.userland.com/blogChannelModule",
	"http://www.microsoft.com/schemas/rss/core/2005", "http://schemas.google.com/", "http://feedsync.org/", "http://www.feedsync.org/", "http://hacks.benhammersley.com/", "http://media.tangent.org/rss/1.0/",
	"http://prismstandard.org/namespaces/", "http://my.netscape.com/", "http://xmlns.com/foaf/0.1/", "http://rssnamespace.org/feedburner/ext/1.0", "urn:atom-extension:indexing",
	"http://podcastindex.org/namespace/1.0", "http://conversationsnetwork.org/rssNamespace-1.0/", "http://www.rssboard.org/media-rss", "http://www.w3.org/2000/01/rdf-schema#",
	"http://www.bloglines.com/about/specs/fac-1.0", "http://purl.org/atompub/", "http://geourl.org/rss/module/", "http://purl.org/rss/modules/", "http://my.theinfo.org/",
	"http://purl.org/rss/1.0/", "http://www.w3.org/1999/xlink", "http://schemas.pocketsoap.com/",
}

// limits of what is read.
const (
	maxDepth    = 100
	maxElements = 1 << 20
)

type parseError struct {
	line int
	text string
}

// parse reads a document into a tree, and says where it is not well-formed.
func parse(doc []byte) (*node, *parseError) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.CharsetReader = decode
	top := &node{}
	at, depth, elements := top, 0, 0
	starts := []int64{}
	for {
		before := d.InputOffset()
		t, err := d.Token()
		line, _ := d.InputPos()
		switch {
		case errors.Is(err, io.EOF) && len(top.children) > 0:
			return top.children[0], nil
		case err != nil:
			return nil, &parseError{line, err.Error()}
		}
		switch t := t.(type) {
		case xml.StartElement:
			n, err := newNode(t)
			if err != nil {
				return nil, &parseError{line, err.Error()}
			}
			if depth, elements = depth+1, elements+1; depth > maxDepth || elements > maxElements {
				return nil, &parseError{line, fmt.Sprintf("more than %d elements, or %d within each other", maxElements, maxDepth)}
			}
			n.line, n.parent = line, at
			at.children = append(at.children, n)
			at, starts = n, append(starts, before)
		case xml.EndElement:
			start := starts[len(starts)-1]
			if end := d.InputOffset(); end <= int64(len(doc)) {
				at.raw = doc[start:end]
			}
			at.end, at, depth, starts = line, at.parent, depth-1, starts[:len(starts)-1]
		case xml.CharData:
			at.text += string(t)
		}
	}
}

// decode reads Latin-1 as it is defined: on the web its name means windows-1252.
func decode(label string, r io.Reader) (io.Reader, error) {
	if strings.EqualFold(label, "iso-8859-1") {
		return charmap.ISO8859_1.NewDecoder().Reader(r), nil
	}
	return charset.NewReaderLabel(label, r)
}

func newNode(t xml.StartElement) (*node, error) {
	name, err := short(t.Name)
	if err != nil {
		return nil, err
	}
	n := &node{name: name}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			n.declared = append(n.declared, a.Value)
			continue
		}
		key, err := short(a.Name)
		if err != nil {
			return nil, err
		}
		if n.attr(key) != nil {
			return nil, fmt.Errorf("attribute %s twice", key)
		}
		n.attrs = append(n.attrs, attr{key, a.Value})
	}
	return n, nil
}

// short returns the name with the short name of its namespace.
func short(name xml.Name) (string, error) {
	if prefix, ok := namespaces[name.Space]; ok {
		return prefix + name.Local, nil
	}
	if isOther(name.Space) {
		return "+:" + name.Local, nil
	}
	// The decoder leaves a prefix that is bound to nothing in the namespace's place.
	if !strings.ContainsAny(name.Space, ":/#") {
		return "", fmt.Errorf("prefix %s is bound to no namespace", name.Space)
	}
	return "?:" + name.Local, nil
}

// isOther reports whether a namespace is one of others.
func isOther(namespace string) bool {
	for _, other := range others {
		if strings.HasPrefix(namespace, other) {
			return true
		}
	}
	return false
}

// attr returns an attribute's value, nil when it is not there.
func (n *node) attr(name string) *string {
	for i := range n.attrs {
		if n.attrs[i].name == name {
			return &n.attrs[i].value
		}
	}
	return nil
}

// value returns an attribute's value, "" when it is not there.
func (n *node) value(name string) string {
	if v := n.attr(name); v != nil {
		return *v
	}
	return ""
}

// child returns the first child of a name, nil when there is none.
func (n *node) child(name string) *node {
	for _, k := range n.children {
		if k.name == name {
			return k
		}
	}
	return nil
}

// all returns the children of a name.
func (n *node) all(name string) []*node {
	var out []*node
	for _, k := range n.children {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}
