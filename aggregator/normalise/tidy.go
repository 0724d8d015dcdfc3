package normalise

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"tributary/feed"
)

// tidy rewrites HTML so that a sanitiser need only look at single tags:
// elements are closed in order, references are absolute, code and tracking
// pixels are gone, attributes are those of the table.
func (r *rules) tidy(s string, b base) (string, feed.Taken) {
	t := tidier{rules: r, in: s, z: html.NewTokenizer(strings.NewReader(s)), base: b, margin: true, ends: -1}
	t.out = make([]byte, 0, len(s)+len(s)/8)
	for t.room() > 0 && t.next() {
	}
	t.endFormula()
	for len(t.open) > 0 {
		t.pop()
	}
	return string(t.out), t.taken
}

type tidier struct {
	*rules
	in       string
	z        *html.Tokenizer
	out      []byte
	base     base
	code     codeSkipper
	open     []opened
	attrs    []html.Attribute // of the tag at hand
	lazy     bool             // a script was to fill them in
	formula  *formula         // that is being read
	formulas int              // where in out the last formula ends; 0: there was none
	margin   bool             // text that comes now begins a line
	noscript int              // depth
	shown    shown            // the last picture
	mute     bool             // text that comes now is a frame's
	ends     int              // </iframe> still to come; -1: not counted yet
	ended    int              // </iframe> gone by
	taken    feed.Taken
}

// An opened is an element whose start tag is copied and whose end tag is not.
type opened struct {
	*element
	at, content int  // where in out its start tag and its content begin
	robbed      bool // a tracking pixel was in it
	outdented   bool // wide blanks were in it
}

// room is what is left of the limit, less what may be needed for end tags.
func (t *tidier) room() int { return maxHTML - maxDepth*16 - len(t.out) }

func (t *tidier) put(parts ...string) {
	for _, s := range parts {
		t.out = append(t.out, s...)
	}
}

// next copies one token and reports whether there was one.
func (t *tidier) next() bool {
	switch t.z.Next() {
	case html.ErrorToken:
		return false
	case html.TextToken:
		t.characters()
	case html.StartTagToken:
		t.start(false)
	case html.SelfClosingTagToken:
		t.start(true)
	case html.EndTagToken:
		raw, _ := t.z.TagName()
		if name := word(raw); !t.code.end(name) {
			t.endTag(name)
		}
	}
	return true
}

// characters takes character data.
func (t *tidier) characters() {
	switch {
	case t.mute:
		t.mute = false
	case t.code.skipping():
	case t.formula != nil:
		t.formula.text(string(t.z.Text()))
	default:
		t.text(string(t.z.Text()))
	}
}

// text copies character data within what is left of the limit, without the
// indentation at the start of a line.
func (t *tidier) text(s string) {
	s = legal(s)
	if t.margin {
		if out := outdent(s); len(out) < len(s) && !t.within("pre") {
			s = out
			if last := len(t.open) - 1; last >= 0 {
				t.open[last].outdented = true
			}
		}
		t.margin = isBlank(s)
	}
	t.put(escapeText(cut(s, max(0, t.room()))))
}

// within reports whether an element of that name is open.
func (t *tidier) within(name string) bool {
	return slices.ContainsFunc(t.open, func(o opened) bool { return o.name == name })
}

// endTag takes the end tag of an element that is not code.
func (t *tidier) endTag(name string) {
	switch name {
	case "noscript":
		t.noscript = max(0, t.noscript-1)
		return
	case "iframe":
		t.mute, t.ended, t.ends = false, t.ended+1, max(-1, t.ends-1)
		return
	}
	if t.formula != nil && t.formula.end(name) {
		if name == "math" {
			t.endFormula()
		}
		return
	}
	e := elements[name]
	switch {
	case e != nil && !e.void:
		t.end(e)
	case name == "br":
		t.put("<br>")
		t.margin = true
	}
}

// start copies a start tag that may stay.
func (t *tidier) start(closed bool) {
	raw, more := t.z.TagName()
	name := word(raw)
	if name == "image" {
		name = "img"
	}
	if closed {
		t.z.NextIsNotRawText() // <script/> of XHTML is empty
	} else {
		unraw(t.z, name)
		skipped := t.code.skipping()
		if t.code.start(name); t.code.skipping() && !skipped {
			t.taken.Add(kindOfElement(name))
		}
	}
	if t.code.skipping() || t.inFormula(name, closed, more) {
		return
	}
	switch name {
	case "noscript":
		if !closed {
			t.noscript++
		}
		return
	case "iframe":
		t.frame(more, closed)
		return
	}
	e := elements[name]
	if e == nil {
		t.taken.Add(kindOfElement(name))
		return
	}
	visible := t.attributes(e, more)
	if !closed && t.isFormulaAgain(e) {
		t.code.again()
		return
	}
	if !visible && e.name == "img" && t.value("src") != "" {
		t.taken.Add(feed.TookTrackers)
	}
	if !visible || e.name == "img" && !t.show() {
		if last := len(t.open) - 1; last >= 0 {
			t.open[last].robbed = true
		}
		return
	}
	t.imply(e)
	if !e.void && len(t.open) == maxDepth {
		return
	}
	t.write(e, closed)
}

// attributes reads those of a start tag of e that may stay, and reports
// whether the element may.
func (t *tidier) attributes(e *element, more bool) bool {
	t.attrs = t.attrs[:0]
	var p pixel
	var lazy deferred
	choosy := false // it says when it is for, in a way that may not stay
	for more {
		var key, val []byte
		key, val, more = t.z.TagAttr()
		name, value := word(key), string(val)
		p.see(name, value)
		lazy.see(name, value)
		kind := e.find(name)
		if kind == 0 {
			t.taken.Add(kindOfAttribute(name))
		}
		if kind == 0 || slices.ContainsFunc(t.attrs, func(a html.Attribute) bool { return a.Key == name }) {
			continue
		}
		if cleaned, ok := kind.clean(legal(value), t.base); ok {
			t.attrs = append(t.attrs, html.Attribute{Key: name, Val: cleaned})
			t.tracked(kind, value, cleaned)
		} else if t.unfollowed(kind, value); name == "media" {
			choosy = true
		}
	}
	t.lazy = !lazy.isEmpty() && t.restore(e, &lazy)
	p.src = t.value("src")
	switch e.name {
	case "img":
		t.pictureOnly(&p)
		return !p.isOne() && (p.src != "" || t.value("srcset") != "")
	case "iframe":
		return !p.isOne()
	case "source":
		return !choosy && (p.src != "" || t.value("srcset") != "")
	case "audio", "video":
		t.set("controls", "") // without them and without scripts nobody can play it
	}
	return true
}

// pictureOnly drops a source that stands for a picture to come.
func (t *tidier) pictureOnly(p *pixel) {
	if isPlaceholder(p.src) {
		t.unset("src")
		p.src = ""
	}
	if strings.HasPrefix(t.value("sizes"), "auto") && t.value("loading") != "lazy" {
		t.unset("sizes")
	}
}

// show remembers the picture at hand, and reports whether it is another than
// the one before.
func (t *tidier) show() bool {
	next := shown{src: t.value("src"), lazy: t.lazy, fallback: t.noscript > 0}
	if t.isTwin(next) {
		return false
	}
	t.shown = next
	return true
}

func (t *tidier) value(key string) string {
	for _, a := range t.attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// imply ends the open elements that a start tag of e ends (HTML §13.1.2.4).
func (t *tidier) imply(e *element) {
	if e.ends == nil {
		return
	}
	found := -1
	for i := len(t.open) - 1; i >= 0 && !slices.Contains(e.stops, t.open[i].name); i-- {
		if slices.Contains(e.ends, t.open[i].name) {
			found = i
		}
	}
	for found >= 0 && len(t.open) > found {
		t.pop()
	}
}

// end closes the innermost e and what is open in it. An end tag without a
// start, or from within a table's cell to outside it, is dropped.
func (t *tidier) end(e *element) {
	for i := len(t.open) - 1; i >= 0; i-- {
		if t.open[i].element == e {
			for len(t.open) > i {
				t.pop()
			}
			return
		}
		if cells[t.open[i].name] && !tableParts[e.name] {
			return
		}
	}
}

var (
	cells      = wordSet("td th caption")
	tableParts = wordSet("table caption colgroup thead tbody tfoot tr td th")
)

// isGap reports whether a paragraph that ends here only puts a distance
// between others. One with nothing at all in it does not even that.
func (o *opened) isGap(out []byte) bool {
	if len(out)-o.content > 256 {
		return false
	}
	content := string(out[o.content:])
	return (o.outdented || strings.Contains(content, "<br")) && isGap(content)
}

// pop closes the innermost open element. A link whose only content was a
// tracking pixel goes with it.
func (t *tidier) pop() {
	last := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	t.margin = last.begins(t.margin)
	if last.robbed && last.name == "a" && len(t.out) == last.content || last.name == "p" && last.isGap(t.out) {
		t.out = t.out[:last.at]
		return
	}
	t.put("</", last.name, ">")
}

// write copies the start tag at hand.
func (t *tidier) write(e *element, closed bool) {
	at := len(t.out)
	t.put("<", e.name)
	for _, a := range t.attrs {
		if len(a.Val) < t.room() {
			t.put(" ", a.Key, `="`, html.EscapeString(a.Val), `"`)
		}
	}
	switch {
	case e.void && closed:
		t.put("/>")
	case closed:
		t.put("></", e.name, ">")
	case e.void:
		t.put(">")
	default:
		t.put(">")
		t.open = append(t.open, opened{element: e, at: at, content: len(t.out)})
	}
	t.margin = e.begins(t.margin)
	if e.name == "img" {
		t.shown.end = len(t.out)
	}
}

// word returns the name of an element or an attribute, without memory of its
// own where it is a usual one.
func word(b []byte) string {
	if known, ok := usualWords[string(b)]; ok {
		return known
	}
	return string(b)
}

var usualWords = func() map[string]string {
	all := map[string]string{"style": "style", "onclick": "onclick", "border": "border", "id": "id", "target": "target", "script": "script"}
	for name, e := range elements {
		all[name] = name
		for key := range e.attrs {
			all[key] = key
		}
	}
	for key := range globalAttributes {
		all[key] = key
	}
	return all
}()

// unraw makes the tokenizer read as markup what browsers that run scripts or
// show frames take as raw text: it is what we show instead of them.
func unraw(z *html.Tokenizer, name string) {
	switch name {
	case "noembed", "noframes", "noscript", "xmp", "plaintext":
		z.NextIsNotRawText()
	}
}

// A codeSkipper knows whether a token is within an element whose content is code.
type codeSkipper struct {
	name  string
	depth int
}

func (c *codeSkipper) skipping() bool { return c.depth > 0 }

// start sees a start tag.
func (c *codeSkipper) start(name string) {
	c.leave(name)
	if c.depth == 0 && codeElements[name] {
		c.name, c.depth = name, 1
	} else if c.depth > 0 && name == c.name {
		c.depth++
	}
}

// end sees an end tag and reports whether it was within the code.
func (c *codeSkipper) end(name string) bool {
	c.leave(name)
	if c.depth == 0 {
		return false
	}
	if name == c.name {
		c.depth--
	}
	return true
}
