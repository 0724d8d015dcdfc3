package normalise

import (
	"slices"
	"strings"
)

// isFit reports whether s is HTML in a form so plain that there is but one
// way to read it, and that it holds only what may stay: text, the character
// references XML allows, and tags of elements in lower case, each closed, with attributes
// in double quotes that their kind accepts. It is strict, so that every parser
// sees what it sees; most entries are fit, and cost no more than this look.
func (r *rules) isFit(s string) bool {
	if len(s) > maxHTML || !isLegal(s) {
		return false
	}
	f := fitness{rules: r, rest: s, open: make([]*element, 0, 16), margin: true}
	for {
		i := strings.IndexByte(f.rest, '<')
		if i < 0 {
			return len(f.open) == 0 && f.text(f.rest)
		}
		if !f.text(f.rest[:i]) {
			return false
		}
		f.rest = f.rest[i+1:]
		if !f.tag() {
			return false
		}
	}
}

// A fitness is a look at what follows a <.
type fitness struct {
	*rules
	rest   string
	open   []*element
	seen   []string // the attributes of the tag at hand
	margin bool     // text that comes now begins a line
}

// text looks at character data.
func (f *fitness) text(s string) bool {
	if f.margin && s != "" {
		if isIndented(s) && !f.within("pre") {
			return false
		}
		f.margin = isBlank(s)
	}
	return hasReferences(s)
}

func (f *fitness) within(name string) bool {
	return slices.ContainsFunc(f.open, func(e *element) bool { return e.name == name })
}

// tag consumes a start or an end tag.
func (f *fitness) tag() bool {
	end := strings.HasPrefix(f.rest, "/")
	if end {
		f.rest = f.rest[1:]
	}
	e := elements[f.name()]
	if e == nil {
		return false
	}
	if end {
		last := len(f.open) - 1
		if last < 0 || f.open[last] != e || !f.literal(">") {
			return false
		}
		f.open = f.open[:last]
		f.margin = e.begins(f.margin)
		return true
	}
	if !f.attributes(e) {
		return false
	}
	f.margin = e.begins(f.margin)
	if e.void {
		return f.literal(">") || f.literal("/>") || f.literal(" />")
	}
	if e.name == "iframe" {
		return f.literal("></iframe>")
	}
	if e.name == "p" && f.isGap() {
		return false
	}
	f.open = append(f.open, e)
	return len(f.open) <= maxDepth && f.literal(">")
}

func (f *fitness) literal(s string) bool {
	rest, ok := strings.CutPrefix(f.rest, s)
	f.rest = rest
	return ok
}

// name consumes lower-case letters and digits.
func (f *fitness) name() string {
	i := 0
	for i < len(f.rest) && ('a' <= f.rest[i] && f.rest[i] <= 'z' || '0' <= f.rest[i] && f.rest[i] <= '9') {
		i++
	}
	name := f.rest[:i]
	f.rest = f.rest[i:]
	return name
}

// attributes consumes those of a start tag of e.
func (f *fitness) attributes(e *element) bool {
	f.seen = f.seen[:0]
	var p pixel
	for len(f.rest) > 1 && f.rest[0] == ' ' && f.rest[1] != '/' {
		f.rest = f.rest[1:]
		key := f.name()
		kind := e.find(key)
		if kind == 0 || !f.literal(`="`) {
			return false
		}
		i := strings.IndexByte(f.rest, '"')
		if i < 0 || strings.ContainsAny(f.rest[:i], "<>\n\t") || !hasReferences(f.rest[:i]) {
			return false
		}
		value := unescape(f.rest[:i])
		f.rest = f.rest[i+1:]
		for _, other := range f.seen {
			if other == key {
				return false
			}
		}
		f.seen = append(f.seen, key)
		if !isLegal(value) || !kind.accepts(value) {
			return false
		}
		if e.name == "iframe" && !isFrameValue(key, value) {
			return false
		}
		p.see(key, value)
	}
	return f.whole(e, &p)
}

// whole reports whether the element of a tag is one that may stay, given all
// of its attributes.
func (f *fitness) whole(e *element, p *pixel) bool {
	switch e.name {
	case "img":
		return !p.isOne() && !isPlaceholder(p.src)
	case "audio", "video":
		return slices.Contains(f.seen, "controls")
	case "iframe":
		if p.isOne() || !f.mayFrame(p.src) || embedded(p.src) != p.src {
			return false
		}
		for _, a := range frameAlways {
			if !slices.Contains(f.seen, a.key) {
				return false
			}
		}
	}
	return true
}

// isGap reports whether a paragraph, of which the > of the start tag comes
// next, holds line breaks only.
func (f *fitness) isGap() bool {
	if !strings.HasPrefix(f.rest, ">") {
		return false
	}
	content := strings.TrimLeft(f.rest[1:], " \n\t")
	if !strings.HasPrefix(content, "<br") {
		return false
	}
	end := strings.Index(content, "</")
	return end >= 0 && strings.HasPrefix(content[end:], "</p>") && isGap(content[:end])
}

// hasReferences reports whether every & of a text or an attribute begins a
// character reference that ends in a semicolon and that stands for a character XML may hold.
func hasReferences(s string) bool {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return true
		}
		s = s[i+1:]
		end := strings.IndexByte(s[:min(len(s), 32)], ';')
		if end < 1 || !isReference(s[:end]) {
			return false
		}
		s = s[end+1:]
	}
}

// isReference reports whether name, between & and ;, is a usual one.
func isReference(name string) bool {
	switch name {
	case "amp", "lt", "gt", "quot", "nbsp", "#39", "#34":
		return true
	}
	if name[0] != '#' {
		for i := 0; i < len(name); i++ {
			if !plainHost[name[i]] {
				return false
			}
		}
	} else if len(name) > 9 {
		return false
	}
	whole := "&" + name + ";"
	text := unescape(whole)
	return text != whole && !strings.ContainsAny(text, "&;\uFFFD\r") && isLegal(text)
}

// A pixel gathers what tells a tracking pixel from a picture.
type pixel struct {
	sides    int // that are given
	tiny     int // sides of at most one pixel
	src      string
	isHidden bool
}

// see takes an attribute of the picture.
func (p *pixel) see(key, value string) {
	switch key {
	case "width", "height":
		p.sides++
		switch strings.TrimSuffix(strings.TrimSpace(value), "px") {
		case "0", "1":
			p.tiny++
		}
	case "src":
		p.src = value
	case "style":
		p.style(strings.ToLower(value))
	case "hidden":
		p.isHidden = true
	}
}

// style takes a style attribute, in lower case.
func (p *pixel) style(value string) {
	for declaration := range strings.SplitSeq(value, ";") {
		property, v, _ := strings.Cut(declaration, ":")
		v = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "!important"))
		switch strings.TrimSpace(property) {
		case "display":
			p.isHidden = p.isHidden || v == "none"
		case "visibility":
			p.isHidden = p.isHidden || v == "hidden"
		case "width", "height", "max-width", "max-height":
			p.isHidden = p.isHidden || v == "0" || v == "0px" || v == "1px"
		}
	}
}

// isOne reports whether the picture shows nothing but counts its readers. One
// with a side of a pixel and the other as it comes is none to look at either.
func (p *pixel) isOne() bool {
	return p.tiny == 2 || p.tiny == 1 && p.sides == 1 || p.isHidden || p.src != "" && isTracker(p.src)
}
