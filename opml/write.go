package opml

import (
	"encoding/xml"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"tributary/validator/value"
)

// Write writes the document as OPML 2.0. An outline with an xmlUrl is a
// subscription: it gets the text, title and type that it lacks.
func (d *Document) Write(w io.Writer) error {
	p := &printer{shared: map[string]string{}}
	outlines := p.prepare(d.Outlines)
	p.text(xml.Header, `<opml version="2.0"`)
	for _, prefix := range slices.Sorted(maps.Keys(p.shared)) {
		if p.shared[prefix] != "" {
			p.attribute(Attr{Name: "xmlns:" + prefix, Value: p.shared[prefix]})
		}
	}
	p.text(">\n  <head>\n    <title>")
	p.escape(d.Title)
	p.text("</title>\n")
	if d.Owner != "" {
		p.text("    <ownerName>")
		p.escape(d.Owner)
		p.text("</ownerName>\n")
	}
	p.text("  </head>\n  <body>\n")
	if len(outlines) == 0 { // a body has at least one (OPML 2.0)
		outlines = []Outline{{Attrs: []Attr{{Name: "text", Value: d.Title}}}}
	}
	for i := range outlines {
		p.outline(&outlines[i], "    ")
	}
	p.text("  </body>\n</opml>\n")
	_, err := w.Write(p.out)
	return err
}

// A printer writes one document.
type printer struct {
	out    []byte
	shared map[string]string // prefixes that mean the same wherever they are used; "" for one that does not
}

func (p *printer) text(parts ...string) {
	for _, part := range parts {
		p.out = append(p.out, part...)
	}
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\r", "&#13;", "\t", "&#9;")

func (p *printer) escape(text string) { p.text(escapes.Replace(legal(text))) }

func (p *printer) attribute(a Attr) {
	p.text(" ", a.Name, `="`)
	p.escape(a.Value)
	p.text(`"`)
}

func (p *printer) outline(o *Outline, indent string) {
	p.text(indent, "<outline")
	for _, a := range o.Attrs {
		if prefix, ok := strings.CutPrefix(a.Name, "xmlns:"); !ok || p.shared[prefix] == "" {
			p.attribute(a)
		}
	}
	if len(o.Outlines) == 0 {
		p.text("/>\n")
		return
	}
	p.text(">\n")
	for i := range o.Outlines {
		p.outline(&o.Outlines[i], indent+"  ")
	}
	p.text(indent, "</outline>\n")
}

// prepare returns valid outlines, and notes the prefixes they use.
func (p *printer) prepare(outlines []Outline) []Outline {
	out := make([]Outline, len(outlines))
	for i := range outlines {
		out[i] = Outline{Attrs: valid(outlines[i].Attrs), Outlines: p.prepare(outlines[i].Outlines)}
		for _, a := range out[i].Attrs {
			prefix, ok := strings.CutPrefix(a.Name, "xmlns:")
			if !ok {
				continue
			}
			if uri, known := p.shared[prefix]; known && uri != a.Value {
				p.shared[prefix] = ""
			} else if !known {
				p.shared[prefix] = a.Value
			}
		}
	}
	return out
}

// valid returns attributes that OPML allows. The others go into a namespace.
func valid(attrs []Attr) []Attr {
	out := make([]Attr, 0, len(attrs)+3)
	_, feed := Get(attrs, "xmlUrl")
	var foreign bool
	for _, a := range attrs {
		prefix, _, prefixed := strings.Cut(a.Name, ":")
		switch _, declared := Get(attrs, "xmlns:"+prefix); {
		case prefixed && prefix != "xmlns" && prefix != "xml" && !declared || prefix == keptPrefix:
			continue
		case a.Name == "xmlUrl" && value.WebURL(a.Value) != nil:
			out = append(out, Attr{Name: "xmlUrl", Value: unwise.Replace(a.Value)})
			foreign = true
			a.Name = keptPrefix + ":xmlUrl"
		case !prefixed && !allowed(a, attrs):
			foreign = true
			a.Name = keptPrefix + ":" + a.Name
		}
		out = append(out, a)
	}
	name := Name(attrs)
	if address, _ := Get(attrs, "xmlUrl"); name == "" {
		name = address
	}
	complete := []string{"text"}
	if feed {
		complete = []string{"text", "title", "type"}
	}
	for i, word := range complete {
		if _, ok := Get(out, word); !ok {
			out = append(out, Attr{})
			copy(out[i+1:], out[i:])
			out[i] = Attr{Name: word, Value: name}
			if word == "type" {
				out[i].Value = "rss"
			}
		}
	}
	if foreign {
		out = append(out, Attr{Name: "xmlns:" + keptPrefix, Value: kept})
	}
	return out
}

// isType reports whether an outline with these attributes can have that type.
func isType(word string, attrs []Attr) bool {
	if _, feed := Get(attrs, "xmlUrl"); feed || strings.EqualFold(word, "rss") {
		return feed && word == "rss"
	}
	if word == "link" || word == "include" {
		address, _ := Get(attrs, "url")
		return value.WebURL(address) == nil
	}
	return true
}

// unwise writes what RFC 3986 has no place for in an address, and real ones
// hold.
var unwise = strings.NewReplacer("[", "%5B", "]", "%5D", "{", "%7B", "}", "%7D", "|", "%7C", `\`, "%5C", "^", "%5E", "`", "%60", "<", "%3C", ">", "%3E", `"`, "%22", " ", "%20")

// keptPrefix stands for kept in what is written.
const keptPrefix = "kept"

// allowed reports whether OPML allows an attribute without a prefix.
func allowed(a Attr, all []Attr) bool {
	if !slices.Contains(words, a.Name) {
		return false
	}
	switch a.Name {
	case "type":
		return isType(a.Value, all)
	case "isComment", "isBreakpoint":
		return a.Value == "true" || a.Value == "false"
	case "version":
		return slices.Contains([]string{"RSS", "RSS1", "RSS2", "scriptingNews"}, a.Value)
	case "language":
		_, err := language.Parse(a.Value)
		return err == nil
	case "created":
		_, err := time.Parse("Mon, 02 Jan 2006 15:04:05 MST", a.Value)
		return err == nil
	case "htmlUrl":
		return a.Value == "" || value.WebURL(a.Value) == nil
	case "url":
		return value.WebURL(a.Value) == nil
	}
	return true
}
