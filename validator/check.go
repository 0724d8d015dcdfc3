package validator

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A place is what a message is about: a span of the document, and its names.
type place struct {
	start, end                 Position
	element, parent, attribute string
	value                      string
	fix                        *Fix
	node                       *node // whose place it is; nil if it is no element's
}

// mending returns the place with the edit that mends what is wrong there.
func (p place) mending(f *Fix) place {
	p.fix = f
	return p
}

// A checker gathers the messages about one document.
type checker struct {
	profile  *Profile
	only     map[string]bool
	ignore   map[string]bool
	now      time.Time
	limits   Limits
	doc      *Document
	result   *Result
	prefixes map[string]string // by namespace, as the root declares them
	entries  entryState
	rss1     rss1State
	netscape bool   // the document type is that of RSS 0.91
	unspoken bool   // a text of no language was reported
	self     string // the self link
	selfAt   place
	glimpses []Glimpse
	itunes   bool // elements of the iTunes extension were used
	slash    bool // numbers of comments were given
	news     int  // articles of a news sitemap
}

// maxValue bounds the value that a message quotes, in bytes.
const maxValue = 200

// report tells of something wrong by rule r. The text says it for this case
// in a clause that starts in lower case, unless it starts with a name; "" is
// the rule's What.
func (c *checker) report(r *Rule, at place, format string, args ...any) {
	level := c.profile.level(r)
	if level == Off || c.ignore[r.Code] || c.only != nil && !c.only[r.Code] {
		return
	}
	c.result.Counts[r.Code]++
	if level == Error {
		c.result.Valid = false
	}
	if c.result.Counts[r.Code] > c.limits.PerCode {
		return
	}
	if c.profile.Name == "w3c" {
		at = at.w3c(r)
	}
	text := r.What
	if format != "" {
		text = fmt.Sprintf(format, args...)
	}
	text = strings.ToValidUTF8(text, "\ufffd")
	c.result.Messages = append(c.result.Messages, Message{
		Rule: r, Level: level, Text: text, Start: at.start, End: at.end,
		Element: strings.Clone(at.element), Parent: strings.Clone(at.parent), Attribute: strings.Clone(at.attribute),
		Value: cut(at.value), Fix: at.fix,
	})
}

// cut returns at most maxValue bytes of s, whole characters, in memory of its
// own.
func cut(s string) string {
	if len(s) <= maxValue {
		return strings.ToValidUTF8(strings.Clone(s), "\ufffd")
	}
	end := maxValue
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.ToValidUTF8(s[:end], "\ufffd") + "…"
}

// sorted puts the messages in the document's order.
func (r *Result) sorted() {
	slices.SortStableFunc(r.Messages, func(a, b Message) int {
		switch {
		case a.Start.Offset != b.Start.Offset:
			return int(min(max(a.Start.Offset-b.Start.Offset, -1), 1))
		default:
			return int(b.Level) - int(a.Level)
		}
	})
}
