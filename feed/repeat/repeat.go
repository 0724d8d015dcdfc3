// Package repeat tells whether two entries are one story: because they lead to
// the same page, or because the text of one is that of the other, with another
// headline, a source line, or its end cut off.
//
// It is pure, and compares sketches, which a store keeps: the cost of an entry
// is that of its own text and of the few it is compared with.
package repeat

import (
	"hash/fnv"
	"time"

	"tributary/feed"
	"tributary/feed/link"
)

// Of returns what tells that e comes once more: the page it leads to, and,
// with text, a sketch of its text.
func Of(e *feed.Entry, text bool) feed.Story {
	s := feed.Story{Link: linkKey(e)}
	if text {
		s.Keys, s.Probes, s.Sketch = sketch(e)
	}
	return s
}

// linkKey is zero for an entry that has no page of its own.
func linkKey(e *feed.Entry) uint64 {
	canonical := link.Canonical(page(e))
	if canonical == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(canonical))
	return h.Sum64()
}

// page returns the address of the entry's page: what the page itself says of
// that, where it has been fetched; else the alternate link; else what its text
// tells of a link that says nothing.
func page(e *feed.Entry) string {
	for i := range e.Links {
		if e.Links[i].Rel == feed.RelCanonical {
			return e.Links[i].Href
		}
	}
	href := e.Alternate()
	if link.Opaque(href) {
		for _, t := range [...]*feed.Text{&e.Content, &e.Summary} {
			if told := link.Tells(t.Body, href); told != "" {
				return told
			}
		}
	}
	return href
}

// Judge says whether next is first once more by the rule of a category, and
// for near-copies how much of the shorter text is in the other, in percent.
//
// Entries of one source are told apart by their source; two of one page are one
// only if their words are, too.
func Judge(rule feed.RepeatRule, first, next *feed.Entry) (feed.Likeness, int) {
	if first.ID == next.ID {
		return feed.Unlike, 0
	}
	share, alike := compare(first.Story.Sketch, next.Story.Sketch)
	sameLink := first.Story.Link != 0 && first.Story.Link == next.Story.Link
	switch {
	case sameLink && first.Source != next.Source:
		return feed.SameLink, 100
	case sameLink && (alike || sameWords(first, next)):
		return feed.SameLink, 100
	case rule.Story && alike && first.Source != next.Source && near(first, next, rule.Window):
		return feed.SameStory, share
	}
	return feed.Unlike, 0
}

func sameWords(a, b *feed.Entry) bool {
	return !a.Title.Empty() && a.Title.Body == b.Title.Body
}

// near reports whether the dates of two entries are within a window.
func near(a, b *feed.Entry, window time.Duration) bool {
	return a.Date().Sub(b.Date()).Abs() <= window
}
