package normalise

import (
	"slices"
	"strconv"
	"time"

	"tributary/feed"
)

// settle gives the entries of one document their identity and digest, and
// returns them in the document's order without repetitions.
//
// Entries that would have the same identity, because upstream gives one id or
// one link to several, are told apart by their link, then their title, then,
// where they have no id, their date and text. Each is then named by that too, so
// that it keeps its name when the others have left the document. Those that
// even so are the same are versions of one entry.
func settle(entries []feed.Entry) {
	for i := range entries {
		entries[i].ID = identity(&entries[i])
	}
	for _, distinction := range distinctions {
		if !tellApart(entries, distinction) {
			break
		}
	}
	for i := range entries {
		entries[i].Digest = digest(&entries[i])
	}
}

// identity is that of an entry which shares it with no other of its document.
func identity(e *feed.Entry) feed.EntryID {
	return feed.Identify(e.Source, e.UpstreamID, untracked(e.Alternate()), wordsOf(e))
}

var distinctions = []func(*feed.Entry) string{
	func(e *feed.Entry) string { return untracked(e.Alternate()) },
	func(e *feed.Entry) string { return e.Title.Body },
	func(e *feed.Entry) string {
		if e.UpstreamID != "" {
			return ""
		}
		return stamp(e.Published) + e.Summary.Body + e.Content.Body
	},
}

// wordsOf is the identity of an entry without id and link: its title and
// date, else its text, else all there is.
func wordsOf(e *feed.Entry) feed.Digest {
	switch {
	case e.UpstreamID != "" || e.Alternate() != "":
		return feed.Digest{}
	case !e.Title.Empty():
		return feed.DigestOf(e.Title.Body, stamp(e.Published))
	case !e.Summary.Empty() || !e.Content.Empty():
		return feed.DigestOf(e.Summary.Body, e.Content.Body, stamp(e.Published))
	}
	return digest(e)
}

// tellApart renames the entries that share an ID and differ by distinction,
// and reports whether any shared one.
func tellApart(entries []feed.Entry, distinction func(*feed.Entry) string) bool {
	of := make(map[feed.EntryID][]int, len(entries))
	for i := range entries {
		of[entries[i].ID] = append(of[entries[i].ID], i)
	}
	if len(of) == len(entries) {
		return false
	}
	for id, same := range of {
		first := distinction(&entries[same[0]])
		if !slices.ContainsFunc(same, func(i int) bool { return distinction(&entries[i]) != first }) {
			continue
		}
		for _, i := range same {
			e := &entries[i]
			e.ID = feed.Identify(e.Source, string(id[:])+distinction(e), "", feed.Digest{})
		}
	}
	return true
}

// newestOnly leaves one entry for each ID: the one with the latest date, the
// first of the document where they have the same or none.
func newestOnly(entries []feed.Entry) []feed.Entry {
	at := make(map[feed.EntryID]int, len(entries))
	kept := entries[:0]
	for _, e := range entries {
		i, seen := at[e.ID]
		switch {
		case !seen:
			at[e.ID] = len(kept)
			kept = append(kept, e)
		case version(&e).After(version(&kept[i])):
			kept[i] = e
		}
	}
	return kept
}

// version is the date that tells which of two versions of an entry is newer.
func version(e *feed.Entry) time.Time {
	if !e.Updated.IsZero() {
		return e.Updated
	}
	return e.Published
}

// oldestFirst turns the document's order, newest first, round, and sorts by
// date where every entry of the document has one.
func oldestFirst(entries []feed.Entry, dated bool) {
	slices.Reverse(entries)
	if dated {
		slices.SortStableFunc(entries, func(a, b feed.Entry) int { return a.Date().Compare(b.Date()) })
	}
}

// digest covers all of an entry that a reader sees.
func digest(e *feed.Entry) feed.Digest {
	parts := make([]string, 0, 32)
	parts = append(parts, e.Slug, e.Title.Body, e.Language, stamp(e.Published), stamp(e.Updated))
	for _, t := range []feed.Text{e.Summary, e.Content, e.Rights} {
		parts = append(parts, strconv.Itoa(int(t.Type)), t.Body)
	}
	parts = append(parts, strconv.Itoa(len(e.Links)))
	for _, l := range e.Links {
		parts = append(parts, l.Href, l.Rel, l.Type, l.HrefLang, l.Title, strconv.FormatInt(l.Length, 10))
	}
	for _, people := range [][]feed.Person{e.Authors, e.Contributors} {
		parts = append(parts, strconv.Itoa(len(people)))
		for _, p := range people {
			parts = append(parts, p.Name, p.URI, p.Email)
		}
	}
	for _, c := range e.Categories {
		parts = append(parts, c.Term, c.Scheme, c.Label)
	}
	return feed.DigestOf(appendFromFeed(appendRest(parts, e), e.FromFeed)...)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
