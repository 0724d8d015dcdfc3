package feed

import "slices"

// A Seq numbers the changes of a store. It only grows.
type Seq uint64

// An Op says what a commit did to an entry.
type Op uint8

// What a commit may do to an entry.
const (
	Unchanged Op = iota
	Created
	Updated
	Refiled // only the categories it is filed under changed
	Deleted // it went, and stays away although its source may list it still
)

// String returns the operation as logs and JSON name it.
func (o Op) String() string {
	return [...]string{"unchanged", "created", "updated", "refiled", "deleted"}[o]
}

// A Change says that an entry was created, updated, refiled or deleted.
type Change struct {
	Seq        Seq
	Op         Op
	Entry      EntryID
	Categories []string // terms whose feeds are out of date
}

// Merge returns what to keep of next, given prev (nil: none), and what that
// does. Engines call it inside their transaction, so that the rules of an
// update are written once: identity, Received and Order stay; an equal Digest
// and equal filing is Unchanged. next.Received is taken for the time of the
// poll; next.Filed is what its source says: where prev is a repeat, next is. A
// Brief entry keeps what only its own documents say. The terms returned are
// those whose feeds are out of date.
func Merge(prev *Entry, next Entry) (Entry, Op, []string) {
	if prev == nil {
		next.Modified, next.Brief = next.Received, false
		return next, Created, next.Filed
	}
	polled := next.Received
	next.ID, next.Received, next.Order = prev.ID, prev.Received, prev.Order
	next.Modified = prev.Modified
	if next.Brief {
		next.complete(prev)
	}
	if next.Digest == prev.Digest {
		if slices.Equal(next.Filed, prev.Terms()) {
			return *prev, Unchanged, nil
		}
		kept := *prev
		kept.refile(next.Filed, prev.Repeats)
		return kept, Refiled, Filing(prev.Filed, kept.Filed)
	}
	next.refile(next.Filed, prev.Repeats)
	next.Also, next.Lead, next.Modified = prev.Also, prev.Lead, polled
	return next, Updated, Filing(prev.Terms(), next.Terms())
}

// complete takes from prev what a brief entry does not have: the content,
// which is the whole text there, and what it leaves empty.
func (e *Entry) complete(prev *Entry) {
	e.Brief = false
	if !prev.Content.Empty() {
		e.Content, e.Making = prev.Content, prev.Making
	}
	if e.Title.Empty() {
		e.Title = prev.Title
	}
	if e.Summary.Empty() {
		e.Summary = prev.Summary
	}
	if e.Published.IsZero() {
		e.Published = prev.Published
	}
	if e.Updated.IsZero() {
		e.Updated = prev.Updated
	}
	if e.Image == "" {
		e.Image = prev.Image
	}
	if len(e.Authors) == 0 {
		e.Authors = prev.Authors
	}
	if len(e.Categories) == 0 {
		e.Categories = prev.Categories
	}
	for _, l := range prev.Links {
		if !slices.ContainsFunc(e.Links, func(o Link) bool { return o.Rel == l.Rel }) {
			e.Links = append(e.Links, l)
		}
	}
}

// Filing returns the terms of lists as Entry.Filed has them: sorted, each once.
func Filing(lists ...[]string) []string {
	out := slices.Concat(lists...)
	slices.Sort(out)
	return slices.Compact(out)
}
