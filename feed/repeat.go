package feed

import (
	"slices"
	"time"
)

// A Story is what tells that an entry is another one once more. Package repeat
// makes and compares them; a store finds by them and looks no further.
type Story struct {
	Link   uint64   // of the page that the entry leads to; zero: it leads to none of its own
	Keys   []uint64 // what later copies find it by
	Probes []uint64 // what it finds those by that it may be a copy of; more than Keys, and not stored
	Sketch string   // of the text; empty: only the link counts
}

// IsZero reports whether nothing is known.
func (s *Story) IsZero() bool { return s.Link == 0 && len(s.Keys) == 0 }

// A Repeat says that an entry is not published in a category, where another
// one is the same.
type Repeat struct {
	Term  string
	Of    EntryID // the entry that is published there
	Why   Likeness
	Share int // for SameStory: how much of the shorter text is in the other, in percent
}

// A Likeness is why two entries are one.
type Likeness uint8

// Why entries may be one.
const (
	Unlike    Likeness = iota
	SameLink           // they lead to one page
	SameStory          // one text is the other, more or less
)

// String names it in words for people.
func (l Likeness) String() string { return [...]string{"unlike", "same link", "same story"}[l] }

// An Also is where else the story of an entry is: an entry that repeats it.
type Also struct {
	Entry  EntryID
	Source SourceID
	Href   string // its page; may be empty
	Title  string
	At     time.Time // when it came
}

// MaxAlso bounds the entries that are listed with one; what repeats it beyond
// that is left out all the same.
const MaxAlso = 100

// Repeats says what becomes of entries that repeat others. The zero value
// keeps them all.
type Repeats struct {
	Categories map[string]RepeatRule // by term; those that keep repeats are not there
	Priority   map[SourceID]int      // of sources whose words are preferred, or passed over; zero: as any
}

// A RepeatRule says what is a repeat in a category.
type RepeatRule struct {
	Story  bool          // near-copies are, too; else only what leads to the same page
	Window time.Duration // between the dates of near-copies, at most
}

// Any reports whether a category of those terms leaves repeats out, and whether
// one leaves out near-copies.
func (r *Repeats) Any(terms []string) (any, story bool) {
	if r == nil {
		return false, false
	}
	for _, t := range terms {
		rule, ok := r.Categories[t]
		any, story = any || ok, story || ok && rule.Story
	}
	return any, story
}

// Longest returns the longest window of any category.
func (r *Repeats) Longest() (longest time.Duration) {
	for _, rule := range r.Categories {
		longest = max(longest, rule.Window)
	}
	return longest
}

// Terms returns the categories the entry belongs to as its source says: those
// it is filed under, and those that it repeats another one in. Sorted.
func (e *Entry) Terms() []string {
	if len(e.Repeats) == 0 {
		return e.Filed
	}
	repeated := make([]string, len(e.Repeats))
	for i := range e.Repeats {
		repeated[i] = e.Repeats[i].Term
	}
	return Filing(e.Filed, repeated)
}

// RepeatIn returns what the entry repeats in a category, nil for none.
func (e *Entry) RepeatIn(term string) *Repeat {
	for i := range e.Repeats {
		if e.Repeats[i].Term == term {
			return &e.Repeats[i]
		}
	}
	return nil
}

// refile files e under terms, but for those in which it is a repeat still.
func (e *Entry) refile(terms []string, repeats []Repeat) {
	e.Filed, e.Repeats = terms, nil
	for _, r := range repeats {
		if slices.Contains(terms, r.Term) {
			e.Repeats = append(e.Repeats, r)
		}
	}
	if len(e.Repeats) > 0 {
		e.Filed = slices.DeleteFunc(slices.Clone(terms), func(t string) bool { return e.RepeatIn(t) != nil })
	}
}

// Repeating returns the entry as one that is a repeat in a category.
func (e *Entry) Repeating(r Repeat) Entry {
	out := *e
	terms := out.Terms()
	repeats := slices.DeleteFunc(slices.Clone(out.Repeats), func(o Repeat) bool { return o.Term == r.Term })
	out.refile(terms, append(repeats, r))
	return out
}

// Released returns the entry as one that is published in a category.
func (e *Entry) Released(term string) Entry {
	out := *e
	out.refile(out.Terms(), slices.DeleteFunc(slices.Clone(out.Repeats), func(o Repeat) bool { return o.Term == term }))
	return out
}

// Listing returns the entry with another one among those that repeat it, by
// the source whose words are to be preferred if there is one.
func (e *Entry) Listing(repeat *Entry, priority map[SourceID]int) Entry {
	out := *e
	out.Also = slices.DeleteFunc(slices.Clone(e.Also), func(a Also) bool { return a.Entry == repeat.ID })
	if len(out.Also) < MaxAlso {
		out.Also = append(out.Also, Also{Entry: repeat.ID, Source: repeat.Source, Href: repeat.Alternate(), Title: repeat.Title.Body, At: repeat.Received})
	}
	best := priority[e.Source]
	out.Lead = EntryID{}
	for i := range out.Also {
		if a := &out.Also[i]; priority[a.Source] > best {
			best, out.Lead = priority[a.Source], a.Entry
		}
	}
	return out
}

// Unlisting returns the entry without one that does not repeat it any more.
func (e *Entry) Unlisting(id EntryID) Entry {
	out := *e
	out.Also = slices.DeleteFunc(slices.Clone(e.Also), func(a Also) bool { return a.Entry == id })
	if out.Lead == id {
		out.Lead = EntryID{}
	}
	return out
}

// Renaming returns the entry with another title and page of one on its list.
func (e *Entry) Renaming(repeat *Entry) Entry {
	out := *e
	out.Also = slices.Clone(e.Also)
	for i := range out.Also {
		if a := &out.Also[i]; a.Entry == repeat.ID {
			a.Href, a.Title = repeat.Alternate(), repeat.Title.Body
		}
	}
	return out
}

// InWordsOf returns the entry as it is published when another one that repeats
// it says it better: with its words, links, persons and source, in the place
// and under the identity that e has.
func (e *Entry) InWordsOf(better *Entry) Entry {
	out := *better
	out.ID, out.Source, out.UpstreamID, out.Slug, out.Filed = e.ID, e.Source, e.UpstreamID, e.Slug, e.Filed
	out.Published, out.Received, out.Order, out.WordsOf = e.Published, e.Received, e.Order, better.Source
	out.Modified = latestOf(e.Modified, better.Received, better.Modified)
	out.Updated = latestOf(e.LastUpdated(), better.LastUpdated(), better.Received)
	own := Also{Entry: e.ID, Source: e.Source, Href: e.Alternate(), Title: e.Title.Body, At: e.Received}
	out.Also, out.Repeats, out.Lead = []Also{own}, nil, EntryID{}
	for _, a := range e.Also {
		if a.Entry != better.ID {
			out.Also = append(out.Also, a)
		}
	}
	return out
}

// Origin returns the source whose words the entry has.
func (e *Entry) Origin() SourceID {
	if e.WordsOf != "" {
		return e.WordsOf
	}
	return e.Source
}

func latestOf(times ...time.Time) (latest time.Time) {
	for _, t := range times {
		if t.After(latest) {
			latest = t
		}
	}
	return latest
}
