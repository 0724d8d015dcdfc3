package parse

import (
	"html"
	"regexp"
	"strings"
)

// liquidTag is {% name … %} or {{ … }}, as Liquid's own tokenizer cuts them.
var liquidTag = regexp.MustCompile(`\{%-?\s*(\w*)(?s:(.*?))-?%\}|\{\{-?(?s:(.*?))-?\}\}`)

// liquidString is an output that is a string, perhaps with filters behind it.
var liquidString = regexp.MustCompile(`^\s*(?:"([^"]*)"|'([^']*)')\s*(?:\||$)`)

// unliquid returns a post without what only Jekyll's template language can
// run, and how much that was. What has one reading is kept: raw blocks as they
// stand, highlight blocks as code, strings. Comments go.
func unliquid(s string) (string, int) {
	if !strings.Contains(s, "{%") && !strings.Contains(s, "{{") {
		return s, 0
	}
	var out strings.Builder
	removed := 0
	for {
		at := liquidTag.FindStringSubmatchIndex(s)
		if at == nil {
			out.WriteString(s)
			return out.String(), removed
		}
		out.WriteString(s[:at[0]])
		tag := s[at[0]:at[1]]
		rest := s[at[1]:]
		if at[2] < 0 {
			text, ok := liquidText(s[at[6]:at[7]])
			if !ok {
				removed++
			}
			out.WriteString(text)
			s = rest
			continue
		}
		block, rest, ok := liquidBlock(s[at[2]:at[3]], s[at[4]:at[5]], rest)
		if !ok && tag != "" {
			removed++
		}
		out.WriteString(block)
		s = rest
	}
}

// liquidText returns an output that is but a string.
func liquidText(expression string) (string, bool) {
	parts := liquidString.FindStringSubmatch(expression)
	if parts == nil {
		return "", false
	}
	return parts[1] + parts[2], true
}

// liquidBlock returns what a tag leads to, what follows that, and whether it
// was understood. rest is what follows the tag.
func liquidBlock(name, args, rest string) (block, after string, ok bool) {
	switch name {
	case "raw", "comment", "highlight":
	default:
		return "", rest, false
	}
	end := liquidEnds[name].FindStringIndex(rest)
	if end == nil {
		return "", rest, false
	}
	inner, after := rest[:end[0]], rest[end[1]:]
	switch name {
	case "raw":
		return inner, after, true
	case "highlight":
		return highlighted(args, inner), after, true
	}
	return "", after, true
}

var liquidEnds = map[string]*regexp.Regexp{
	"raw":       regexp.MustCompile(`\{%-?\s*endraw\s*-?%\}`),
	"comment":   regexp.MustCompile(`\{%-?\s*endcomment\s*-?%\}`),
	"highlight": regexp.MustCompile(`\{%-?\s*endhighlight\s*-?%\}`),
}

// highlighted returns code as an HTML block.
func highlighted(args, code string) string {
	class := ""
	if lang := strings.Fields(args); len(lang) > 0 {
		class = ` class="language-` + html.EscapeString(lang[0]) + `"`
	}
	return "<pre><code" + class + ">" + html.EscapeString(strings.Trim(code, "\n")) + "</code></pre>"
}
