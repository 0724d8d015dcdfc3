package parse

import "strings"

// A vocabulary is a set of element names that feeds use, however a document
// spells its namespace and prefix.
type vocabulary uint8

const (
	foreign vocabulary = iota // not one we read
	native                    // the format's own: RSS, RDF, Atom in Atom
	atomWords
	contentWords
	dublinCore
	dcTerms
	mediaRSS
	itunes
	xhtml
	feedburner
	rdfWords
	syndication
	threading
	geoRSS
	gml
	geoWGS84
	podcast
)

// prefixes are the names that gofeed knows the vocabularies by, and those that
// documents use without declaring them.
var prefixes = [...]string{
	foreign: "x", native: "", atomWords: "atom", contentWords: "content", dublinCore: "dc", dcTerms: "dcterms",
	mediaRSS: "media", itunes: "itunes", xhtml: "xhtml", feedburner: "feedburner", rdfWords: "rdf", syndication: "sy",
	threading: "thr", geoRSS: "georss", gml: "gml", geoWGS84: "geo", podcast: "podcast",
}

// namespaces are compared without scheme, case, "www." and a final slash or #,
// since feeds get all of these wrong.
var namespaces = map[string]vocabulary{
	"":                                      native,
	"w3.org/2005/atom":                      atomWords,
	"purl.org/atom/ns":                      atomWords,
	"purl.org/rss/1.0":                      native,
	"my.netscape.com/rdf/simple/0.9":        native,
	"channel.netscape.com/rdf/simple/0.9":   native,
	"backend.userland.com/rss":              native,
	"backend.userland.com/rss2":             native,
	"backend.userland.com/rss091":           native,
	"blogs.law.harvard.edu/tech/rss":        native,
	"purl.org/net/rss1.1":                   native,
	"w3.org/1999/02/22-rdf-syntax-ns":       rdfWords,
	"purl.org/rss/1.0/modules/content":      contentWords,
	"purl.org/dc/elements/1.1":              dublinCore,
	"purl.org/dc/elements/1.0":              dublinCore,
	"purl.org/dc/terms":                     dcTerms,
	"purl.org/rss/1.0/modules/syndication":  syndication,
	"search.yahoo.com/mrss":                 mediaRSS,
	"itunes.com/dtds/podcast-1.0.dtd":       itunes,
	"example.com/dtds/podcast-1.0.dtd":      itunes,
	"w3.org/1999/xhtml":                     xhtml,
	"rssnamespace.org/feedburner/ext/1.0":   feedburner,
	"purl.org/rss/1.0/modules/rss091":       native,
	"blogs.law.harvard.edu/tech/rss#":       native,
	"cyber.law.harvard.edu/rss/rss.html":    native,
	"netscape.com/publish/formats/rss-0.91": native,

	"purl.org/syndication/thread/1.0": threading,
	"georss.org/georss":               geoRSS,
	"opengis.net/gml":                 gml,
	"w3.org/2003/01/geo/wgs84_pos":    geoWGS84,
	"podcastindex.org/namespace/1.0":  podcast,
	"github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": podcast,
}

// vocabularyOf returns whose words a namespace holds.
func vocabularyOf(namespace string) vocabulary {
	ns := strings.ToLower(strings.TrimSpace(namespace))
	ns = strings.TrimPrefix(ns, "https://")
	ns = strings.TrimPrefix(ns, "http://")
	ns = strings.TrimPrefix(ns, "www.")
	ns = strings.TrimRight(ns, "/#")
	return namespaces[ns]
}

// A binding ties a prefix to a vocabulary, from the element that declares it
// to its end.
type binding struct {
	prefix string
	words  vocabulary
}

// bind appends the namespace declarations of the tag just read.
func (k *skeleton) bind(into []binding) []binding {
	for _, a := range k.attrs {
		if a.name == "xmlns" {
			into = append(into, binding{"", vocabularyOf(k.ents.unescape(a.value))})
		} else if p, ok := strings.CutPrefix(a.name, "xmlns:"); ok {
			into = append(into, binding{p, vocabularyOf(k.ents.unescape(a.value))})
		}
	}
	return into
}

// lookup returns what a prefix stands for. One that is not declared stands
// for what everybody uses it for.
func lookup(bindings []binding, prefix string) vocabulary {
	for i := len(bindings) - 1; i >= 0; i-- {
		if b := bindings[i]; b.prefix == prefix {
			return b.words
		}
	}
	if prefix == "" || prefix == "rss" {
		return native
	}
	for words, p := range prefixes {
		if p == prefix {
			return vocabulary(words)
		}
	}
	return foreign
}
