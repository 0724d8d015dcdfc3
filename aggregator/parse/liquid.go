package parse

import (
	"html"
	"regexp"
	"strings"

	"tributary/internal/lazy"
)

// liquidTag is {% name … %} or {{ … }}, as Liquid's own tokenizer cuts them.
var liquidTag = lazy.Regexp(`\{%-?\s*(\w*)(?s:(.*?))-?%\}|\{\{-?(?s:(.*?))-?\}\}`)

// liquidString is an output that is a string, perhaps with filters behind it.
var liquidString = lazy.Regexp(`^\s*(?:"([^"]*)"|'([^']*)')\s*(?:\||$)`)

// unliquid returns a post without what only Jekyll's template language can
// run, and how many tags that were. What has one reading is kept: raw blocks
// as they stand, highlight blocks as code, strings. Comments go.
func unliquid(s string) (string, int) {
	if !strings.Contains(s, "{%") && !strings.Contains(s, "{{") {
		return s, 0
	}
	l := liquid{rest: s, open: map[string]bool{}}
	for {
		at := liquidTag().FindStringSubmatchIndex(l.rest)
		if at == nil {
			l.out.WriteString(l.rest)
			return l.out.String(), l.removed
		}
		group := func(n int) string { return l.rest[max(0, at[2*n]):max(0, at[2*n+1])] }
		name, args, expression := group(1), group(2), group(3)
		l.out.WriteString(l.rest[:at[0]])
		isTag := at[2] >= 0
		l.rest = l.rest[at[1]:]
		text, ok := liquidText(expression)
		if isTag {
			text, ok = l.block(name, args)
		}
		if !ok {
			l.removed++
		}
		l.out.WriteString(text)
	}
}

// A liquid is a post whose tags are being taken out.
type liquid struct {
	rest    string // behind the tag at hand
	out     strings.Builder
	removed int
	open    map[string]bool // blocks whose end is nowhere in rest
}

// liquidText returns an output that is but a string.
func liquidText(expression string) (string, bool) {
	parts := liquidString().FindStringSubmatch(expression)
	if parts == nil {
		return "", false
	}
	return parts[1] + parts[2], true
}

// block consumes the block that a tag begins and returns what is shown of it,
// and whether the tag was understood.
func (l *liquid) block(name, args string) (string, bool) {
	ending := liquidEnds[name]
	if ending == nil || l.open[name] {
		return "", false
	}
	end := ending().FindStringIndex(l.rest)
	if end == nil {
		l.open[name] = true
		return "", false
	}
	inner := l.rest[:end[0]]
	l.rest = l.rest[end[1]:]
	switch name {
	case "raw":
		return inner, true
	case "highlight":
		return highlighted(args, inner), true
	}
	return "", true
}

var liquidEnds = map[string]func() *regexp.Regexp{
	"raw":       lazy.Regexp(`\{%-?\s*endraw\s*-?%\}`),
	"comment":   lazy.Regexp(`\{%-?\s*endcomment\s*-?%\}`),
	"highlight": lazy.Regexp(`\{%-?\s*endhighlight\s*-?%\}`),
}

// highlighted returns code as an HTML block.
func highlighted(args, code string) string {
	class := ""
	if lang := strings.Fields(args); len(lang) > 0 {
		class = ` class="language-` + html.EscapeString(lang[0]) + `"`
	}
	return "<pre><code" + class + ">" + html.EscapeString(strings.Trim(code, "\n")) + "</code></pre>"
}
