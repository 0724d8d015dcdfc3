package feed

import "time"

// A DeletedEntry is what is left of an entry that was dropped: at:deleted-entry
// of RFC 6721 §3. It keeps the entry from coming back while its source still
// lists it, and says what became of it.
type DeletedEntry struct {
	Ref        EntryID // at:ref
	Source     SourceID
	UpstreamID string
	Link       string
	Title      string
	Words      Digest    // see Known
	Received   time.Time // when the entry was first seen
	When       time.Time // at:when: when it was dropped
	By         string    // at:by: ByRetention, or the name of what else dropped it
	Comment    string    // at:comment: why, in words for the operator
	Listed     time.Time // when its source listed it last, to the day
}

// ByRetention is what DeletedEntry.By says of an entry that was kept until its
// time was over.
const ByRetention = "retention"

// ByRule is what DeletedEntry.By says of an entry that a rule of the
// configuration does not let in.
const ByRule = "rule"

// Final reports whether the entry stays away although its source lists it
// still. What another cause has dropped comes back when that no longer holds.
func (d *DeletedEntry) Final() bool { return d.By == ByRetention }

// Delete returns what is left of an entry.
func Delete(e *Entry, by, comment string, when time.Time) DeletedEntry {
	known := KnownBy(e)
	return DeletedEntry{
		Ref: e.ID, Source: e.Source, UpstreamID: e.UpstreamID, Link: known.Link, Title: known.Title, Words: known.Words,
		Received: e.Received, When: when.UTC().Truncate(time.Second), By: by, Comment: comment, Listed: when.UTC().Truncate(time.Second),
	}
}

// ListedStep is how coarse DeletedEntry.Listed is: it is not written at every
// poll.
const ListedStep = 24 * time.Hour

// Relisted reports whether Listed is to be written anew for an entry that is
// listed by a document of that time.
func (d *DeletedEntry) Relisted(at time.Time) bool { return at.Sub(d.Listed) >= ListedStep }

// Forgettable reports whether nothing is lost by forgetting the entry: its
// source, whose last whole document is of the time read, has not listed it for
// longer than remember. A source that is not polled any more has no such time.
func (d *DeletedEntry) Forgettable(read, now time.Time, remember time.Duration) bool {
	if !read.IsZero() && read.Sub(d.Listed) < ListedStep {
		return false // it was in the last document, or may have been
	}
	return now.Sub(d.Listed) >= remember+ListedStep
}
