package aggregator

import (
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// wholeEvery bounds for how long documents of a source are read in parts: what
// can only be seen in a whole one is seen by then.
const wholeEvery = 7 * 24 * time.Hour

// parseNew reads the document, or what is new in it.
func parseNew(p parse.Parser, s *feed.State, doc *fetch.Document) (*parse.Feed, error) {
	splitter, ok := p.(parse.Splitter)
	if !ok || doc.Delta || len(s.Parts.Items) == 0 || time.Since(s.Parts.Whole) >= wholeEvery {
		return p.Parse(doc)
	}
	return splitter.ParseNew(doc, s.Parts.Items)
}

// whole returns what a document says that was read as a whole.
func (a *Aggregator) whole(src *feed.Source, doc *fetch.Document, parsed *parse.Feed) reading {
	f, entries, parts := a.set().normalise.Part(src, parsed, feed.Parts{})
	r := reading{feed: &f, entries: entries, parts: parts, rhythm: normalise.Rhythm(&parsed.Schedule), notes: parsed.Notes}
	if len(parts.Items) > judged && parsed.Format != "rss1.0" { // which lists its items
		r.codes, r.problems = judgePart(doc, parsed.Split.First(judged), parsed.Charset, "")
		return r
	}
	if !parse.Kinds[src.Kind].Opaque {
		r.codes, r.problems = judge(doc)
	}
	return r
}

// part returns what a document says of which only what is new was read. It
// reports false when the whole document is to be read: when an entry that is
// new may have to be told apart from one that is not.
func (a *Aggregator) part(s *feed.State, doc *fetch.Document, parsed *parse.Feed) (reading, bool) {
	listed := stillListed(s.Parts.Items, parsed.Split)
	known := feed.Parts{Items: listed, Dates: s.Parts.Dates, Whole: s.Parts.Whole}
	f, entries, parts := a.set().normalise.Part(&s.Source, parsed, known)
	if parts.Items == nil {
		return reading{}, false
	}
	r := reading{feed: &f, entries: entries, listed: listed, parts: parts, rhythm: normalise.Rhythm(&parsed.Schedule)}
	r.codes, r.problems = judgePart(doc, parsed.Split, parsed.Charset, s.Problems)
	return r, true
}

// stillListed returns the known parts that a document was not read for.
func stillListed(known []feed.Part, s *parse.Split) []feed.Part {
	read := make(map[int]bool, len(s.Read))
	for _, i := range s.Read {
		read[i] = true
	}
	of := make(map[feed.Part]feed.Part, len(known))
	for _, p := range known {
		of[p.Key()] = p
	}
	listed := make([]feed.Part, 0, len(s.Digests)-len(s.Read))
	for i, d := range s.Digests {
		if !read[i] {
			listed = append(listed, of[feed.KeyOf(d)])
		}
	}
	return listed
}

// learnParts remembers what the document consisted of. A delta may hold
// another version of an entry than the last whole document: that one is to be
// read again, then.
func learnParts(s *feed.State, doc *fetch.Document, r *reading, now time.Time) {
	switch {
	case doc.Delta || r.parts.Items == nil:
		s.Parts = feed.Parts{}
	default:
		s.Parts = r.parts
		if s.Parts.Whole.IsZero() {
			s.Parts.Whole = now.UTC().Truncate(time.Second)
		}
	}
}

// dated counts the items that have a date.
func dated(parts []feed.Part) (n int) {
	for _, p := range parts {
		if p.Dated() {
			n++
		}
	}
	return n
}
