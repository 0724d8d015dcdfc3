package storage

import "tributary/feed"

// ArchiveSize is how many arrivals an archive has. It is part of what is
// published: another number would move the boundaries of archives that readers
// have.
const ArchiveSize = 50

// An Archive is a part of a category that does not change any more (RFC 5005
// §4): the entries of ArchiveSize arrivals one after the other, in the versions
// that they had when the last of them arrived. What has left the category since,
// or is stored no more, is missing.
type Archive struct {
	Entries []feed.Entry // newest Order first; in the words they were published in, so that Lead is zero
	// Sources are those of the entries, as they were then: ID and URL of the
	// source, URL and Feed, of which ID, Title and the alternate link are known.
	Sources map[feed.SourceID]feed.State
}

// Archives says which archives a category has: those from First on, below
// Next. What was before First is gone; archive Next is not full yet.
type Archives struct{ First, Next int }
