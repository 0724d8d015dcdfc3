package normalise

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// tidy rewrites HTML so that a sanitiser need only look at single tags:
// elements are closed in order, references are absolute, code and tracking
// pixels are gone, attributes are those of the table.
func tidy(s string, b base) string {
	t := tidier{z: html.NewTokenizer(strings.NewReader(s)), base: b}
	t.out = make([]byte, 0, len(s)+len(s)/8)
	for t.room() > 0 && t.next() {
	}
	for len(t.open) > 0 {
		t.pop()
	}
	return string(t.out)
}

type tidier struct {
	z     *html.Tokenizer
	out   []byte
	base  base
	code  codeSkipper
	open  []opened
	attrs []html.Attribute // of the tag at hand
}

// An opened is an element whose start tag is copied and whose end tag is not.
type opened struct {
	*element
	at, content int  // where in out its start tag and its content begin
	robbed      bool // a tracking pixel was in it
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
		if !t.code.skipping() {
			t.text(string(t.z.Text()))
		}
	case html.StartTagToken:
		t.start(false)
	case html.SelfClosingTagToken:
		t.start(true)
	case html.EndTagToken:
		name, _ := t.z.TagName()
		if t.code.end(string(name)) {
			break
		}
		if e := elements[string(name)]; e != nil && !e.void {
			t.end(e)
		} else if string(name) == "br" {
			t.put("<br>")
		}
	}
	return true
}

// text copies character data within what is left of the limit.
func (t *tidier) text(s string) {
	t.put(escapeText(cut(legal(s), max(0, t.room()))))
}

// start copies a start tag that may stay.
func (t *tidier) start(closed bool) {
	raw, more := t.z.TagName()
	name := string(raw)
	if name == "image" {
		name = "img"
	}
	if closed {
		t.z.NextIsNotRawText() // <script/> of XHTML is empty
	} else {
		unraw(t.z, name)
		t.code.start(name)
	}
	e := elements[name]
	if t.code.skipping() || e == nil {
		return
	}
	if !t.attributes(e, more) {
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
	var lazy string
	for more {
		var key, val []byte
		key, val, more = t.z.TagAttr()
		name, value := string(key), string(val)
		p.see(name, value)
		if lazyAttributes[name] {
			lazy = value
		}
		kind := e.find(name)
		if kind == 0 || slices.ContainsFunc(t.attrs, func(a html.Attribute) bool { return a.Key == name }) {
			continue
		}
		if value, ok := kind.clean(legal(value), t.base); ok {
			t.attrs = append(t.attrs, html.Attribute{Key: name, Val: value})
		}
	}
	if e.name != "img" {
		return true
	}
	t.load(lazy)
	p.src = t.value("src")
	return !p.isOne() && (p.src != "" || t.value("srcset") != "")
}

// lazyAttributes are where pages keep a picture's URL until it is scrolled to.
var lazyAttributes = wordSet("data-src data-original data-lazy-src data-actualsrc data-original-src")

// load gives a picture without a source the one that a script would have.
func (t *tidier) load(lazy string) {
	if lazy == "" || strings.HasPrefix(t.value("src"), "http") {
		return
	}
	if url := t.base.picture(lazy); url != "" {
		t.attrs = slices.DeleteFunc(t.attrs, func(a html.Attribute) bool { return a.Key == "src" })
		t.attrs = append(t.attrs, html.Attribute{Key: "src", Val: url})
	}
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

// pop closes the innermost open element. A link whose only content was a
// tracking pixel goes with it.
func (t *tidier) pop() {
	last := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	if last.robbed && last.name == "a" && len(t.out) == last.content {
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
}

// unraw makes the tokenizer read as markup what browsers that run scripts or
// show frames take as raw text: it is what we show instead of them.
func unraw(z *html.Tokenizer, name string) {
	switch name {
	case "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext":
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
	if c.depth == 0 && codeElements[name] {
		c.name, c.depth = name, 1
	} else if c.depth > 0 && name == c.name {
		c.depth++
	}
}

// end sees an end tag and reports whether it was within the code.
func (c *codeSkipper) end(name string) bool {
	if c.depth == 0 {
		return false
	}
	if name == c.name {
		c.depth--
	}
	return true
}
