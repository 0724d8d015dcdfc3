package normalise

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"

	"tributary/internal/lazy"
)

// An attribute says what values an attribute may have.
type attribute uint8

const (
	attrText   attribute = iota + 1 // anything, on one line
	attrLink                        // an absolute URL of one of schemes
	attrSource                      // an absolute URL of a picture, sound or film
	attrSrcset                      // several of them, HTML §4.8.4.2.1
	attrNumber                      // digits, perhaps % or px
	attrClass                       // names
	attrToken                       // letters, digits, _-/.:,;=+()# and blanks
	attrFlag                        // present or not
	attrRel                         // what a link may say of the page it is on
)

// patterns are the values as bluemonday checks them; attribute.accepts is the
// same without regular expressions. They are compiled when they are first
// needed: commands that sanitise nothing start without them.
var patterns = sync.OnceValue(func() map[attribute]*regexp.Regexp {
	return map[attribute]*regexp.Regexp{
		attrText:   nil,
		attrLink:   regexp.MustCompile(`^(?:https?://|(?:mailto|tel|sms|ftps?|sftp|gemini|gopher|magnet|ircs?|xmpp|geo|news|nntp|sips?|matrix|rtsp|rtmp|mms):)`),
		attrSource: regexp.MustCompile(`^(?:https?://|data:image/(?:png|jpe?g|gif|webp|avif|bmp);base64,)`),
		attrSrcset: regexp.MustCompile(`^https?://`),
		attrNumber: regexp.MustCompile(`^[0-9]{1,5}(?:\.[0-9]{1,3})?(?:%|px)?$`),
		attrClass:  regexp.MustCompile(`^[\p{L}\p{N}_\-: ]{0,200}$`),
		attrToken:  regexp.MustCompile(`^[A-Za-z0-9_\-/.:,;=+()# ]{0,200}$`),
		attrFlag:   regexp.MustCompile(`^[a-z]{0,16}$`),
		attrRel:    regexp.MustCompile(`^[a-z -]{1,100}$`),
	}
})

var dataPicture = lazy.Regexp(`^data:image/(?:png|jpe?g|gif|webp|avif|bmp);base64,`)

// An element is one that may stay. Its attributes are those of every element
// and its own.
type element struct {
	name   string
	void   bool // HTML §13.1.2: has no content and no end tag
	line   bool // text after its tags begins a line
	inline bool // text after its tags goes on with the line
	attrs  map[string]attribute
	ends   []string // open elements that its start tag ends (HTML §13.1.2.4)
	stops  []string // elements beyond which it ends none
}

var globalAttributes = map[string]attribute{"class": attrClass, "title": attrText, "lang": attrToken, "dir": attrToken}

// elements are all that may stay in an entry: text, pictures, sound and film,
// tables, code, ruby. What is not here goes, and its content stays unless it
// is in codeElements.
var elements = func() map[string]*element {
	table := map[string]*element{}
	add := func(names string, attrs map[string]attribute) {
		for name := range strings.FieldsSeq(names) {
			table[name] = &element{name: name, attrs: attrs}
		}
	}
	add(`b bdi bdo big br cite code dfn em hr i kbd mark rb rp rt rtc ruby s samp small span strike strong sub sup
		tt u var wbr address article aside center dd dl dt div figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup
		main nav p pre section summary caption picture`, map[string]attribute{"align": attrToken})
	add("abbr acronym", nil)
	add("a", map[string]attribute{"href": attrLink, "hreflang": attrToken, "type": attrToken, "rel": attrRel})
	add("blockquote q", map[string]attribute{"cite": attrLink})
	add("del ins", map[string]attribute{"cite": attrLink, "datetime": attrToken})
	add("time", map[string]attribute{"datetime": attrToken})
	add("details", map[string]attribute{"open": attrFlag})
	add("ul menu", map[string]attribute{"type": attrToken})
	add("ol", map[string]attribute{"start": attrNumber, "reversed": attrFlag, "type": attrToken})
	add("li", map[string]attribute{"value": attrNumber})
	add("table thead tbody tfoot tr", map[string]attribute{"align": attrToken, "valign": attrToken, "width": attrNumber, "border": attrNumber})
	add("td th", map[string]attribute{"colspan": attrNumber, "rowspan": attrNumber, "align": attrToken, "valign": attrToken,
		"width": attrNumber, "scope": attrToken, "abbr": attrText})
	add("col colgroup", map[string]attribute{"span": attrNumber, "width": attrNumber})
	add("img", map[string]attribute{"src": attrSource, "srcset": attrSrcset, "sizes": attrToken, "alt": attrText,
		"width": attrNumber, "height": attrNumber, "align": attrToken, "loading": attrToken, "decoding": attrToken})
	add("source", map[string]attribute{"src": attrSource, "srcset": attrSrcset, "sizes": attrToken, "type": attrText,
		"media": attrToken, "width": attrNumber, "height": attrNumber})
	add("audio", map[string]attribute{"src": attrSource, "controls": attrFlag, "loop": attrFlag, "muted": attrFlag, "preload": attrToken})
	add("video", map[string]attribute{"src": attrSource, "poster": attrSource, "width": attrNumber, "height": attrNumber,
		"controls": attrFlag, "loop": attrFlag, "muted": attrFlag, "playsinline": attrFlag, "preload": attrToken})
	add("track", map[string]attribute{"src": attrSource, "kind": attrToken, "srclang": attrToken, "label": attrText, "default": attrFlag})
	add("iframe", map[string]attribute{"src": attrLink, "width": attrNumber, "height": attrNumber, "allowfullscreen": attrFlag,
		"sandbox": attrToken, "loading": attrToken, "referrerpolicy": attrToken})
	for name := range strings.FieldsSeq("br hr wbr col img source track") {
		table[name].void = true
	}
	for name := range strings.FieldsSeq(lines) {
		table[name].line = true
	}
	for name := range strings.FieldsSeq(inlines) {
		table[name].inline = true
	}
	closing(table)
	return table
}()

// closing fills in which open elements a start tag ends.
func closing(table map[string]*element) {
	set := func(names, ends, stops string) {
		for name := range strings.FieldsSeq(names) {
			e := table[name]
			e.ends, e.stops = strings.Fields(ends), strings.Fields(stops)
		}
	}
	set(`address article aside blockquote center details dl div figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup
		hr main menu nav ol p pre section table ul`, "p", "td th caption table")
	set("li", "li", "ul ol menu table")
	set("dd dt", "dd dt", "dl table")
	set("rt rp rb rtc", "rt rp rb", "ruby")
	set("td th", "td th caption", "table tr")
	set("tr", "tr td th caption colgroup", "table")
	set("thead tbody tfoot", "thead tbody tfoot tr td th caption colgroup", "table")
	set("a", "a", "")
}

// find returns the element's own attribute or the one of every element, or 0.
func (e *element) find(key string) attribute {
	if kind, ok := e.attrs[key]; ok {
		return kind
	}
	return globalAttributes[key]
}

// codeElements go with all that is in them: their content is for machines.
var codeElements = wordSet("script style svg template title xml")

// newPolicy returns bluemonday's view of elements, with frames of those hosts:
// it is the last to see any HTML that is not kept byte for byte.
func newPolicy(frames []string) *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	allow := func(key string, kind attribute) interface {
		OnElements(...string) *bluemonday.Policy
	} {
		if patterns()[kind] == nil {
			return p.AllowAttrs(key)
		}
		return p.AllowAttrs(key).Matching(patterns()[kind])
	}
	for name, e := range elements {
		if name == "iframe" && len(frames) == 0 {
			continue
		}
		p.AllowNoAttrs().OnElements(name)
		for key, kind := range e.attrs {
			if name != "iframe" || !isFrameRule(key) {
				allow(key, kind).OnElements(name)
			}
		}
		for key, kind := range globalAttributes {
			allow(key, kind).OnElements(name)
		}
	}
	allowFrames(p, frames)
	return p
}

// clean returns what may stay of an attribute's value, and whether any may.
func (a attribute) clean(value string, b base) (string, bool) {
	switch a {
	case attrText:
		return line(value), true
	case attrLink:
		value = b.link(value)
		return value, value != ""
	case attrSource:
		value = b.picture(value)
		return value, value != ""
	case attrSrcset:
		value = b.srcset(value)
		return value, value != ""
	case attrFlag:
		return "", true
	case attrRel:
		value = relations(value)
		return value, value != ""
	}
	value = strings.TrimSpace(value)
	return value, a.accepts(value)
}

// accepts reports whether a value may stay as it is. It is what the pattern
// says, or stricter.
func (a attribute) accepts(v string) bool {
	switch a {
	case attrText:
		return len(v) <= maxTitle && isFolded(v) && strings.TrimSpace(v) == v
	case attrLink:
		return v != "" && base{}.link(v) == v
	case attrSource:
		return v != "" && base{}.picture(v) == v
	case attrNumber:
		return v != "" && len(v) <= 5 && allBytes(v, &digit) || patterns()[attrNumber].MatchString(v)
	case attrClass:
		return len(v) <= 200 && (allBytes(v, &classByte) || patterns()[attrClass].MatchString(v))
	case attrToken:
		return len(v) <= 200 && allBytes(v, &tokenByte)
	case attrFlag:
		return len(v) <= 16 && (v == "" || patterns()[attrFlag].MatchString(v))
	case attrSrcset:
		return v != "" && base{}.srcset(v) == v
	case attrRel:
		return v != "" && relations(v) == v
	}
	return false
}

// linkRelations are what a link in an entry may say. Others speak for the page
// that it comes to stand on: whose it is (me), where to send mentions of it.
var linkRelations = wordSet(`alternate author bookmark external help license next nofollow noopener noreferrer prev search sponsored tag ugc`)

// relations returns those of a link that may stay.
func relations(v string) string {
	if linkRelations[v] {
		return v
	}
	var kept []string
	for word := range strings.FieldsSeq(strings.ToLower(v)) {
		if linkRelations[word] && !slices.Contains(kept, word) {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

func allBytes(s string, set *[256]bool) bool {
	for i := 0; i < len(s); i++ {
		if !set[s[i]] {
			return false
		}
	}
	return true
}

var digit, classByte, tokenByte = func() (digit, class, token [256]bool) {
	for c := range 128 {
		digit[c] = '0' <= c && c <= '9'
		class[c] = plainHost[c] || strings.ContainsRune("_-: ", rune(c))
		token[c] = class[c] || strings.ContainsRune("/.,;=+()#", rune(c))
	}
	return digit, class, token
}()

// srcset returns the candidates of a srcset attribute with absolute URLs.
func (b base) srcset(v string) string {
	var out []string
	for v = strings.TrimLeft(v, " \t\n\r\f,"); v != "" && len(out) < maxCandidates; v = strings.TrimLeft(v, " \t\n\r\f,") {
		end := strings.IndexAny(v, " \t\n\r\f")
		if end < 0 {
			end = len(v)
		}
		url, rest := v[:end], v[end:]
		descriptor := ""
		if trimmed := strings.TrimRight(url, ","); trimmed != url {
			url = trimmed
		} else {
			descriptor, rest, _ = strings.Cut(rest, ",")
			descriptor = strings.TrimSpace(descriptor)
		}
		v = rest
		if url = b.link(url); strings.HasPrefix(url, "http") && !strings.HasSuffix(url, ",") && (descriptor == "" || descriptorPattern().MatchString(descriptor)) {
			out = append(out, strings.TrimSpace(url+" "+descriptor))
		}
	}
	return strings.Join(out, ", ")
}

const maxCandidates = 32

var descriptorPattern = lazy.Regexp(`^[0-9]{1,5}(?:\.[0-9]{1,3})?[wxh](?: [0-9]{1,5}h)?$`)
