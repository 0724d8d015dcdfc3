package render

import (
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
)

// Classes of pictures whose size is not known before they are loaded: they
// get a place of a fixed size, so that nothing moves when they come.
const (
	boxClass   = "t-box"   // as wide as the text
	glyphClass = "t-glyph" // as high as the text
)

// place gives a picture its place.
func place(n *nethtml.Node) {
	var width, height int
	src, alt := "", ""
	for _, a := range n.Attr {
		switch a.Key {
		case "width":
			width = pixels(a.Val)
		case "height":
			height = pixels(a.Val)
		case "src":
			src = a.Val
		case "alt":
			alt = a.Val
		}
	}
	if width > 0 && height > 0 {
		return // its shape is known
	}
	class := boxClass
	if isGlyph(src, alt, max(width, height)) {
		class = glyphClass
	}
	for _, key := range []string{"width", "height"} {
		remove(n, key)
	}
	n.Attr = append(n.Attr, nethtml.Attribute{Key: "class", Val: class})
}

// isGlyph reports whether a picture stands for a character, by what is known
// of it.
func isGlyph(src, alt string, side int) bool {
	if side > 0 {
		return side <= 32
	}
	if n := len([]rune(alt)); n > 0 && n <= 2 && len(alt) >= 3 {
		return true // an emoji, which has three bytes at least
	}
	src = strings.ToLower(upstreamOf(src))
	return strings.Contains(src, "/emoji") || strings.Contains(src, "/smilies/") || strings.Contains(src, "/smiley")
}

// pixels returns a number of pixels, 0 for a share of the page or nothing.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < 0 || n > 1<<15 {
		return 0
	}
	return n
}
