package parse

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"tributary/internal/lazy"
)

// markdowner reads what GitHub reads, footnotes and definition lists. HTML
// passes as it is: everything is sanitised later.
var markdowner = goldmark.New(
	goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
	goldmark.WithRendererOptions(html.WithUnsafe()),
)

// What the library may be given: its time grows with the square of some of it.
const (
	maxMarkdown   = 1 << 20 // bytes of one post
	maxDelimiters = 8000    // brackets, asterisks and the like without a blank line between them
	maxContainers = 50      // quotes and lists within each other, begun on one line
)

// markdown returns a Markdown text as HTML, and false when it is beyond what
// can be read in reasonable time; then it is shown as it is written.
func markdown(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if htmlBlock().MatchString(text) && !blankLine().MatchString(text) {
		return text, true
	}
	var out bytes.Buffer
	if !isReadable(text) || markdowner.Convert([]byte(text), &out) != nil {
		return "<pre>" + textOnly.Replace(text) + "</pre>", false
	}
	return strings.TrimSpace(out.String()), true
}

var textOnly = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var (
	// htmlBlock begins a block of HTML that only a blank line ends (CommonMark
	// §4.6, kind 6). A text that is such a block is what comes out of it.
	htmlBlock = lazy.Regexp(`^</?(?:address|article|aside|blockquote|center|details|div|dl|figure|footer|h[1-6]|header|hr|main|nav|ol|p|section|table|ul)[ >]`)
	blankLine = lazy.Regexp(`\n[ \t]*\n`)
	nested    = lazy.Regexp(`(?m)^(?:[ \t]*(?:>|[-*+:][ \t]|\d{1,9}[.)][ \t])){` + strconv.Itoa(maxContainers) + `}`)
)

// isReadable reports whether the text is within the limits.
func isReadable(text string) bool {
	if len(text) > maxMarkdown || nested().MatchString(text) {
		return false
	}
	n, wasBlank := 0, true // since the last blank line
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '*', '[', '~', '`':
			n++
		case '_':
			if i == 0 || i+1 == len(text) || !isNameStart(text[i-1]) || !isNameStart(text[i+1]) {
				n++ // within a word it is none
			}
		case '\n':
			if wasBlank {
				n = 0
			}
			wasBlank = true
			continue
		case ' ', '\t':
			continue
		}
		if wasBlank = false; n > maxDelimiters {
			return false
		}
	}
	return true
}

var (
	// autolink is a paragraph that is one URL in angle brackets.
	autolink = lazy.Regexp(`^<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]+)>$`)
	// returnLinks is a paragraph of inline links with nothing but separators
	// between them.
	returnLinks = lazy.Regexp(`^(?:[\s｜|·•/—–-]*\[(?:[^\[\]\\]|\\.)*\]\([^\s()<>]*\))+[\s｜|·•/—–-]*$`)
)

// alsoAt is the paragraph of a post of ours that says where else its story is.
var alsoAt = lazy.Regexp(`^(?:Also at |同时见于：)\[(?:[^\[\]\\]|\\.)*\]\([^\s()<>]*\)(?:(?:, |、)\[(?:[^\[\]\\]|\\.)*\]\([^\s()<>]*\))*$`)

// cutTail cuts off how a published post ends: a paragraph that is nothing but
// a link to the original, which is returned, and then perhaps one of where else
// its story is and one of links back to the site's own pages. known is the link if the front matter has it: then a
// paragraph with another one is content.
//
// Links at the end without the original's before them are taken for return
// links only if each of them stays on a site (no scheme), or there are several.
func cutTail(body, known string) (rest, link string) {
	rest, last := lastParagraph(body)
	isReturn := returnLinks().MatchString(last)
	before, original := rest, last
	if isReturn {
		before, original = lastParagraph(rest)
	}
	if alsoAt().MatchString(original) {
		before, original = lastParagraph(before)
	}
	if m := autolink().FindStringSubmatch(original); m != nil && (known == "" || known == m[1]) {
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
