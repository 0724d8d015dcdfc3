package render

import (
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
	dom "golang.org/x/net/html/atom"
)

// prose returns an entry's HTML as part of a page: its headings below the
// page's own, nothing that the page's landmarks, ids or style sheet would
// take for theirs, pictures that wait until they are looked at. It is written
// anew from its tree, so that no tag of it can end one of the page.
//
// A heading at its beginning that only repeats the title goes.
func prose(body, title string) string {
	context := &nethtml.Node{Type: nethtml.ElementNode, Data: "div", DataAtom: dom.Div}
	nodes, err := nethtml.ParseFragment(strings.NewReader(body), context)
	if err != nil { // nested too deeply
		return "<p>" + escapeHTML(plainText(body)) + "</p>"
	}
	for _, n := range withoutTitle(nodes, title) {
		context.AppendChild(n)
	}
	return tidied(context)
}

// tidied writes what is in an element, each of its elements made fit.
func tidied(root *nethtml.Node) string {
	var unfit []*nethtml.Node
	for n := range root.Descendants() {
		if n.Type == nethtml.ElementNode && (raw[n.Data] || n.Namespace != "") || n.Type == nethtml.CommentNode {
			unfit = append(unfit, n)
		}
		settle(n)
	}
	for _, n := range unfit {
		n.Parent.RemoveChild(n)
	}
	var out strings.Builder
	for n := range root.ChildNodes() {
		if err := nethtml.Render(&out, n); err != nil {
			return "<p>" + escapeHTML(textOf(root)) + "</p>"
		}
	}
	return out.String()
}

// raw are elements whose content is not HTML, or whose end a parser takes
// for its own business. Sanitised HTML has none of them.
var raw = map[string]bool{
	"frameset": true, "listing": true, "noembed": true, "noframes": true, "noscript": true, "plaintext": true, "script": true,
	"select": true, "style": true, "template": true, "textarea": true, "title": true, "xmp": true,
}

func withoutTitle(nodes []*nethtml.Node, title string) []*nethtml.Node {
	for i, n := range nodes {
		switch {
		case n.Type == nethtml.TextNode && strings.TrimSpace(n.Data) == "":
		case n.Type == nethtml.ElementNode && (n.Data == "h1" || n.Data == "h2") && textOf(n) == title:
			return nodes[i+1:]
		default:
			return nodes
		}
	}
	return nodes
}

// textOf returns the text of an element.
func textOf(n *nethtml.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == nethtml.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// below says what an element becomes within a page.
var below = map[string]string{
	"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6",
	"main": "div", "nav": "div", "header": "div", "footer": "div", "aside": "div", "article": "div", "hgroup": "div", "center": "div",
}

// settle makes one element fit.
func settle(n *nethtml.Node) {
	if n.Type != nethtml.ElementNode {
		return
	}
	if to, ok := below[n.Data]; ok {
		n.Data, n.DataAtom = to, dom.Lookup([]byte(to))
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a nethtml.Attribute) bool {
		return a.Key == "class" || a.Key == "id" || a.Key == "style" || strings.HasPrefix(a.Key, "on")
	})
	switch n.Data {
	case "img":
		missing(n, "alt", "")
		missing(n, "loading", "lazy")
		place(n)
	case "iframe": // those of hosts that the operator allows are there, and nothing within them
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
		remove(n, "srcdoc")
	case "pre", "table": // it may be wider than the page: the keyboard scrolls what it can reach
		replace(n, "tabindex", "0")
	case "audio", "video":
		missing(n, "controls", "")
		replace(n, "preload", "none")
	}
}

// missing gives an element an attribute unless it has it.
func missing(n *nethtml.Node, key, value string) {
	if !slices.ContainsFunc(n.Attr, func(a nethtml.Attribute) bool { return a.Key == key }) {
		n.Attr = append(n.Attr, nethtml.Attribute{Key: key, Val: value})
	}
}

func remove(n *nethtml.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a nethtml.Attribute) bool { return a.Key == key })
}

func replace(n *nethtml.Node, key, value string) {
	remove(n, key)
	n.Attr = append(n.Attr, nethtml.Attribute{Key: key, Val: value})
}
