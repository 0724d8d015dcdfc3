package parse

import (
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"tributary/internal/lazy"
)

// A selector is an option that picks something on a page: a CSS selector,
// and behind @ the attribute that is meant instead of the element's text.
// "." is the element that the search begins at.
type selector struct {
	key  string
	text string
	css  cascadia.SelectorGroup // nil: the element itself
	attr string                 // "": what suits the element
}

const maxSelector = 1000 // bytes

var attributeSuffix = lazy.Regexp(`\s*@\s*([A-Za-z][A-Za-z0-9:_-]*)\s*$`)

// selector reads an option, nil when it is not given.
func (s *settings) selector(key string) *selector {
	if !s.has(key) {
		return nil
	}
	text := s.of[key]
	sel := &selector{key: key, text: text}
	if m := attributeSuffix().FindStringSubmatchIndex(text); m != nil {
		sel.attr = strings.ToLower(text[m[2]:m[3]])
		text = text[:m[0]]
	}
	if t := strings.TrimSpace(text); t == "." || t == "" && sel.attr != "" {
		return sel
	}
	var err error
	if len(text) > maxSelector {
		err = fmt.Errorf("it is longer than %d bytes", maxSelector)
	} else {
		sel.css, err = cascadia.ParseGroup(text)
	}
	if err != nil {
		s.wrong(key, unreadFrom(text), "the CSS selector cannot be read: "+plainCause(err), `expected one such as "main article h2 > a", perhaps with an attribute behind it, as in "time @datetime"`, "")
		return nil
	}
	return sel
}

// plainCause returns what the library says, without the selector, which is
// shown anyway.
func plainCause(err error) string {
	text := err.Error()
	if strings.HasPrefix(text, "parsing ") && strings.HasSuffix(text, "bytes left over") {
		return "what follows is no part of one"
	}
	return text
}

// unreadFrom returns the offset from which on a selector makes no sense: the
// end of its longest beginning that does. The library does not tell.
func unreadFrom(text string) int {
	if len(text) > maxSelector {
		return maxSelector
	}
	for end := len(text) - 1; end > 0; end-- {
		if _, err := cascadia.ParseGroup(text[:end]); err == nil && strings.TrimSpace(text[:end]) != "" {
			return len(strings.TrimRight(text[:end], " \t"))
		}
	}
	return 0
}

// all returns the elements below at that are meant, at most limit.
func (sel *selector) all(at *html.Node, limit int) []*html.Node {
	if sel.css == nil {
		return []*html.Node{at}
	}
	found := cascadia.QueryAll(at, sel.css)
	return found[:min(len(found), limit)]
}

// one returns the first element that is meant, nil when there is none.
func (sel *selector) one(at *html.Node) *html.Node {
	if sel.css == nil {
		return at
	}
	return cascadia.Query(at, sel.css)
}

// value returns the attribute that is asked for, the first of those that
// suit, or else the element's words.
func (sel *selector) value(n *html.Node, suit ...string) string {
	if sel != nil && sel.attr != "" {
		return strings.TrimSpace(clean(attribute(n, sel.attr)))
	}
	for _, name := range suit {
		if v := strings.TrimSpace(attribute(n, name)); v != "" {
			return clean(v)
		}
	}
	return words(n)
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}
