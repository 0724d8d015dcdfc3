package normalise

import (
	"html"
	"strings"
	"unicode/utf8"

	"tributary/aggregator/parse"
	"tributary/feed"
)

const (
	maxDepth = 256     // open elements within each other; deeper tags go, their content stays
	maxHTML  = 1 << 20 // bytes of one text; the rest is cut off
)

// sanitise returns HTML that is fit to stand in anyone's page: only elements
// and attributes of this package's table, absolute references, no trackers,
// every element closed, nothing XML cannot hold. What is fit already is
// returned as it is, byte for byte, so doing it twice changes nothing.
func sanitise(s string, b base) string {
	s = strings.TrimSpace(s)
	if isFit(s) {
		return s
	}
	s = comments(legal(cut(s, maxHTML)))
	s = strings.TrimSpace(quotes(policy().Sanitize(tidy(s, b))))
	if isFit(s) {
		return s
	}
	// What bluemonday lets through but is not certain to be harmless, and what
	// grew beyond the limit in being cleaned: keep the words.
	return escapeText(cut(line(words(s)), maxHTML/8))
}

// comments ends a comment that has no end at the next >, so that it does not
// take all of the text with it.
func comments(s string) string {
	if !strings.Contains(s, "<!--") {
		return s
	}
	end := max(strings.LastIndex(s, "-->"), strings.LastIndex(s, "--!>"), 0)
	at := strings.Index(s[end:], "<!--")
	if at < 0 {
		return s
	}
	var out strings.Builder
	out.WriteString(s[:end])
	for s = s[end:]; at >= 0; at = strings.Index(s, "<!--") {
		out.WriteString(s[:at])
		_, s, _ = strings.Cut(s[at:], ">")
	}
	out.WriteString(s)
	return out.String()
}

// cut returns at most n bytes of s, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// quotes undoes what bluemonday does to quotation marks in text, where they
// are harmless. In its output, tags are what is between < and >.
func quotes(s string) string {
	if !strings.Contains(s, "&#3") {
		return s
	}
	s = strings.ReplaceAll(s, "&#39;", "'") // its attributes stand in "
	var out strings.Builder
	out.Grow(len(s))
	for s != "" {
		text, tag, found := strings.Cut(s, "<")
		out.WriteString(strings.ReplaceAll(text, "&#34;", `"`))
		if !found {
			break
		}
		tag, s, _ = strings.Cut(tag, ">")
		out.WriteByte('<')
		out.WriteString(tag)
		out.WriteByte('>')
	}
	return out.String()
}

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escapeText(s string) string { return textEscaper.Replace(s) }

// A cleaner sanitises the texts of one entry; summary and content are often
// the same.
type cleaner struct {
	in, out string
	base    base
}

// text returns a text construct with its HTML sanitised. Plain text keeps its
// lines and loses what XML cannot hold.
func (c *cleaner) text(t parse.Text, b base) feed.Text {
	if t.Type == feed.TextPlain {
		return feed.Text{Body: cut(strings.TrimSpace(legal(t.Body)), maxHTML)}
	}
	b = within(b, t.Base)
	if c.in == t.Body && c.base == b && c.out != "" {
		return feed.Text{Type: feed.TextHTML, Body: c.out}
	}
	c.in, c.base = t.Body, b
	c.out = sanitise(t.Body, b)
	if c.out == "" {
		return feed.Text{}
	}
	return feed.Text{Type: feed.TextHTML, Body: c.out}
}

func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return html.UnescapeString(s)
}
