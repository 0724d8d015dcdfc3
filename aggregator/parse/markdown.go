package parse

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// markdowner reads what GitHub reads, footnotes and definition lists. HTML
// passes as it is: everything is sanitised later.
var markdowner = goldmark.New(
	goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// markdown returns a Markdown text as HTML. Text that is HTML already comes
// out byte for byte, unless blank lines or words stand outside its elements.
func markdown(text string) string {
	var out bytes.Buffer
	if err := markdowner.Convert([]byte(text), &out); err != nil {
		return text // a Buffer takes everything, so this cannot be
	}
	return strings.TrimSpace(out.String())
}

var (
	// autolink is a paragraph that is one URL in angle brackets.
	autolink = regexp.MustCompile(`^<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]+)>$`)
	// returnLinks is a paragraph of inline links with nothing but separators
	// between them.
	returnLinks = regexp.MustCompile(`^(?:[\s｜|·•/—–-]*\[(?:[^\[\]\\]|\\.)*\]\([^\s()<>]*\))+[\s｜|·•/—–-]*$`)
)

// cutTail cuts off how a published post ends: a paragraph that is nothing but
// a link to the original, which is returned, and then perhaps one of links back
// to the site's own pages. known is the link if the front matter has it: then a
// paragraph with another one is content.
//
// Links at the end without the original's before them are taken for return
// links only if each of them stays on a site (no scheme), or there are several.
func cutTail(body, known string) (rest, link string) {
	rest, last := lastParagraph(body)
	isReturn := returnLinks.MatchString(last)
	before, original := rest, last
	if isReturn {
		before, original = lastParagraph(rest)
	}
	if m := autolink.FindStringSubmatch(original); m != nil && (known == "" || known == m[1]) {
		return before, m[1]
	}
	if isReturn && (strings.Count(last, "](") > 1 || !strings.Contains(last, "://")) {
		return rest, ""
	}
	return body, ""
}

// lastParagraph cuts the text at its last blank line.
func lastParagraph(s string) (before, last string) {
	s = strings.TrimRight(s, " \t\n")
	for end := len(s); end > 0; {
		start := strings.LastIndexByte(s[:end], '\n') + 1
		if strings.TrimSpace(s[start:end]) == "" {
			return s[:start], s[end+1:]
		}
		end = start - 1
	}
	return "", s
}
