package normalise

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Pages that load pictures when they are scrolled to keep the addresses in
// attributes of their own, for a script to put in place. We are that script.

// lazyAttributes are those attributes and what they stand for, the ones that
// say it most surely first.
var lazyAttributes = []struct{ name, stands string }{
	{"data-src", "src"}, {"data-lazy-src", "src"}, {"data-actualsrc", "src"}, {"data-original", "src"}, {"data-lazyload", "src"},
	{"data-lazy", "src"}, {"data-echo", "src"}, {"data-original-src", "src"}, {"data-url", "src"},
	{"data-srcset", "srcset"}, {"data-lazy-srcset", "srcset"}, {"data-original-set", "srcset"},
	{"data-sizes", "sizes"}, {"data-lazy-sizes", "sizes"},
	{"data-poster", "poster"},
}

// deferred are the values a script would put in place.
type deferred struct {
	values [4]string // of the keys of deferredKeys
	ranks  [4]int    // 1 + the index in lazyAttributes they came from
}

var deferredKeys = [4]string{"src", "srcset", "sizes", "poster"}

// see takes an attribute of the element.
func (d *deferred) see(key, value string) {
	if !strings.HasPrefix(key, "data-") || value == "" {
		return
	}
	for i, lazy := range lazyAttributes {
		if lazy.name != key {
			continue
		}
		at := slices.Index(deferredKeys[:], lazy.stands)
		if d.ranks[at] == 0 || i+1 < d.ranks[at] {
			d.values[at], d.ranks[at] = value, i+1
		}
		return
	}
}

func (d *deferred) isEmpty() bool { return d.ranks == [4]int{} }

// restore puts what d holds in the attributes of e, and reports whether it did.
func (t *tidier) restore(e *element, d *deferred) bool {
	restored := false
	for i, key := range deferredKeys {
		kind, own := e.attrs[key]
		value := d.values[i]
		if !own || value == "" || key == "src" && !replaces(value, t.value("src")) {
			continue
		}
		if value, ok := kind.clean(legal(value), t.base); ok {
			t.set(key, value)
			restored = true
		}
	}
	return restored
}

// replaces reports whether the value of a lazy attribute is to stand in the
// place of src. A source that shows something gives way to an address only,
// not to a word that may mean anything.
func replaces(value, src string) bool {
	if !strings.HasPrefix(src, "http") || isPlaceholder(src) {
		return true
	}
	value = strings.TrimSpace(value)
	return strings.HasPrefix(value, "http") || strings.HasPrefix(value, "/")
}

// set gives the tag at hand an attribute, in the place of the one it has.
func (t *tidier) set(key, value string) {
	for i := range t.attrs {
		if t.attrs[i].Key == key {
			t.attrs[i].Val = value
			return
		}
	}
	t.attrs = append(t.attrs, html.Attribute{Key: key, Val: value})
}

func (t *tidier) unset(key string) {
	t.attrs = slices.DeleteFunc(t.attrs, func(a html.Attribute) bool { return a.Key == key })
}

// placeholders are the names of files that stand for pictures to come.
var placeholders = wordSet(`blank spacer placeholder placehold transparent 1x1 clear clear1x1 pixel lazyload lazy-load lazy loading
	load loader img-placeholder image-placeholder pic-placeholder default-placeholder grey gray trans`)

// isPlaceholder reports whether a picture's URL says that it is none, but
// stands where a script would put one.
func isPlaceholder(url string) bool {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	file := url[strings.LastIndexByte(url, '/')+1:]
	name, kind, ok := strings.Cut(file, ".")
	if !ok || len(name) > 20 {
		return false
	}
	switch kind {
	case "gif", "png", "svg", "jpg", "webp":
		return placeholders[name]
	}
	return false
}

// A shown is the picture that was copied last.
type shown struct {
	end      int // where in out its tag ends
	src      string
	lazy     bool // it was a script's to show
	fallback bool // it was in a noscript
}

// isTwin reports whether the picture at hand is the one before it once more:
// one of them is for readers without scripts.
func (t *tidier) isTwin(next shown) bool {
	last := t.shown
	if last.end == 0 || last.fallback == next.fallback || last.end > len(t.out) || !onlyEnds(string(t.out[last.end:])) {
		return false
	}
	return last.src == next.src || last.lazy || next.lazy
}

// onlyEnds reports whether there is nothing in s but blanks and the end tags
// of what may be around a picture.
func onlyEnds(s string) bool {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		name, rest, ok := strings.Cut(s, ">")
		switch {
		case !ok || name != "</picture" && name != "</span" && name != "</a":
			return false
		}
		s = rest
	}
	return true
}
