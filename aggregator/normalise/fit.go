package normalise

import "strings"

// isFit reports whether s is HTML in a form so plain that there is but one
// way to read it, and that it holds only what may stay: text, the character
// references XML allows, and tags of elements in lower case, each closed, with attributes
// in double quotes that their kind accepts. It is strict, so that every parser
// sees what it sees; most entries are fit, and cost no more than this look.
func isFit(s string) bool {
	if len(s) > maxHTML || !isLegal(s) {
		return false
	}
	f := fitness{rest: s, open: make([]*element, 0, 16)}
	for {
		i := strings.IndexByte(f.rest, '<')
		if i < 0 {
			return len(f.open) == 0 && hasReferences(f.rest)
		}
		if !hasReferences(f.rest[:i]) {
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
	rest string
	open []*element
	seen []string // the attributes of the tag at hand
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
		return true
	}
	if !f.attributes(e) {
		return false
	}
	if e.void {
		return f.literal(">") || f.literal("/>") || f.literal(" />")
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
		p.see(key, value)
	}
	return e.name != "img" || !p.isOne()
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
	tiny     int // sides of at most one pixel
	src      string
	isHidden bool
}

// see takes an attribute of the picture.
func (p *pixel) see(key, value string) {
	switch key {
	case "width", "height":
		switch strings.TrimSuffix(strings.TrimSpace(value), "px") {
		case "0", "1":
			p.tiny++
		}
	case "src":
		p.src = value
	case "style":
		value = strings.ToLower(strings.ReplaceAll(value, " ", ""))
		p.isHidden = strings.Contains(value, "display:none") || strings.Contains(value, "width:1px") || strings.Contains(value, "width:0")
	}
}

// isOne reports whether the picture shows nothing but counts its readers.
func (p *pixel) isOne() bool {
	return p.tiny == 2 || p.isHidden || p.src != "" && isTracker(p.src)
}
