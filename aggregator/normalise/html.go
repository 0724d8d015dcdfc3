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
// It counts what it takes.
func (r *rules) sanitise(s string, b base) (string, feed.Taken) {
	s = strings.TrimSpace(s)
	if r.isFit(s) {
		return s, feed.Taken{}
	}
	s, taken := r.clean(s, b)
	if r.isFit(s) {
		return s, taken
	}
	// What bluemonday lets through but is not certain to be harmless, and what
	// grew beyond the limit in being cleaned: keep the words.
	taken.Add(feed.TookMarkup)
	return plainWords(s), taken
}

// clean returns s as tidy and bluemonday leave it.
func (r *rules) clean(s string, b base) (string, feed.Taken) {
	s, taken := r.tidy(comments(legal(cut(s, maxHTML))), b)
	return strings.TrimSpace(quotes(r.policy().Sanitize(s))), taken
}

// plainWords returns the words of some HTML as HTML without a tag.
func plainWords(s string) string {
	s = strings.Join(strings.FieldsFunc(legal(words(s)), isSpace), " ")
	return escapeText(cut(outdent(s), maxHTML/8))
}

// comments ends a comment that has no end at the next >, or before the next
// tag, so that it does not take all of the text with it.
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
		s = s[at+len("<!--"):]
		next := strings.IndexAny(s, "<>")
		if next < 0 {
			next = len(s)
		} else if s[next] == '>' {
			next++
		}
		s = s[next:]
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
	*rules
	in, out string
	base    base
	taken   feed.Taken // of all texts
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
	var taken feed.Taken
	c.out, taken = c.sanitise(t.Body, b)
	c.taken.AddAll(taken)
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
