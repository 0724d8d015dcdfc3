package render

import (
	"html"
	"strings"

	"tributary/feed"
	"tributary/internal/lazy"
)

// jekyllBody returns the entry's content, else its summary, as one block of
// HTML that Markdown and Liquid pass on as it stands. HTML that is such a
// block already comes out byte for byte.
func jekyllBody(e *feed.Entry) string {
	text := e.Content
	if text.Empty() {
		text = e.Summary
	}
	body := strings.TrimSpace(text.Body)
	if text.Type == feed.TextPlain {
		body = paragraphs(body)
	}
	if body == "" {
		return ""
	}
	body, isBlock := asBlock(body)
	if !isBlock {
		body = "<div>" + body + "</div>"
	}
	return unliquid(body)
}

// paragraphs returns plain text as HTML.
func paragraphs(s string) string {
	if s == "" {
		return ""
	}
	s = html.EscapeString(strings.ReplaceAll(s, "\r\n", "\n"))
	s = blankLines().ReplaceAllString(s, "</p>\n<p>")
	return "<p>" + strings.ReplaceAll(strings.ReplaceAll(s, "\n", "<br>\n"), "</p><br>\n<p>", "</p>\n<p>") + "</p>"
}

// blankLines is white space that holds at least one.
var blankLines = lazy.Regexp(`\n[ \t]*\n[ \t\n]*`)

// asBlock returns sanitised HTML without blank lines, which would end a block
// of HTML in Markdown, and whether it is made of nothing but block elements,
// so that Markdown knows it for such a block. It means what it meant before.
func asBlock(s string) (string, bool) {
	var out strings.Builder
	out.Grow(len(s))
	isBlock, depth, pre := true, 0, 0
	for s != "" {
		text, rest, found := strings.Cut(s, "<")
		if depth == 0 && !isGap(text) {
			isBlock = false
		}
		out.WriteString(withoutBlankLines(text, pre > 0))
		if !found {
			break
		}
		tag, after, _ := strings.Cut(rest, ">")
		out.WriteString("<" + tag + ">")
		s = after
		name := tagName(tag)
		if depth == 0 && !blockElements[name] && !(name == "pre" && out.Len() > len(tag)+2) {
			isBlock = false
		}
		step := tagStep(tag, name)
		depth += step
		if name == "pre" {
			pre += step
		}
	}
	return out.String(), isBlock
}

// tagStep returns how much deeper the tag leads: 1, 0 or -1.
func tagStep(tag, name string) int {
	switch {
	case strings.HasPrefix(tag, "/"):
		return -1
	case strings.HasSuffix(tag, "/") || voidElements[name]:
		return 0
	}
	return 1
}

// tagName returns the name of a start or an end tag.
func tagName(tag string) string {
	tag = strings.TrimPrefix(tag, "/")
	if i := strings.IndexAny(tag, " /\n\t"); i >= 0 {
		tag = tag[:i]
	}
	return tag
}

var (
	// blockElements start a block of HTML both for CommonMark (§4.6, kind 6)
	// and for kramdown. So does pre, but CommonMark ends that block with it:
	// it may follow, and not begin.
	blockElements = wordSet(`address article aside blockquote center details div dl figure footer h1 h2 h3 h4 h5 h6
		header hr main nav ol p section table ul`)
	voidElements = wordSet("br hr wbr col img source track")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// isGap reports whether text between two blocks is white space that leaves the
// second one where a block may start: at most three blanks into its line.
func isGap(text string) bool {
	if strings.Trim(text, " \n\t") != "" {
		return false
	}
	indent := text[strings.LastIndexByte(text, '\n')+1:]
	return len(indent) <= 3 && !strings.Contains(indent, "\t")
}

// withoutBlankLines folds them, or, within pre, writes all line ends of a run
// but the first as character references.
func withoutBlankLines(text string, isPre bool) string {
	if strings.Count(text, "\n") < 2 {
		return text
	}
	return blankLines().ReplaceAllStringFunc(text, func(run string) string {
		if isPre {
			first, rest, _ := strings.Cut(run, "\n")
			return first + "\n" + strings.ReplaceAll(rest, "\n", "&#10;")
		}
		return run[strings.LastIndexByte(run, '\n'):]
	})
}

// unliquid keeps Jekyll from running what looks like its template language.
func unliquid(body string) string {
	if !strings.Contains(body, "{{") && !strings.Contains(body, "{%") {
		return body
	}
	if strings.Contains(body, "endraw") {
		return strings.NewReplacer("{{", "&#123;&#123;", "{%", "&#123;%").Replace(body)
	}
	return "{% raw %}\n" + body + "\n{% endraw %}"
}
