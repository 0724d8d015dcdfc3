package feed

import "strings"

// A Known is what an entry is recognised by when its upstream has given it
// another id.
type Known struct {
	ID    EntryID
	Link  string // its page
	Title string
	Words Digest // of its title and text; zero when it has none
}

// KnownBy returns what e is recognised by.
func KnownBy(e *Entry) Known {
	k := Known{ID: e.ID, Link: e.Alternate(), Title: e.Title.Body}
	if !e.Title.Empty() || !e.Summary.Empty() || !e.Content.Empty() {
		k.Words = DigestOf(e.Title.Body, e.Summary.Body, e.Content.Body)
	}
	return k
}

// MostlyNew reports whether so many unknown entries of a document are a reason
// to look whether upstream has changed its ids: more than half.
func MostlyNew(unknown, all int) bool { return unknown*2 > all }

// fewest is how many entries must be recognised by their link or their words
// alone, before that is taken for a change of ids.
const fewest = 3

// Recognise returns which of the strangers, entries of one document whose ids
// are not known, are stored entries of the same source: the identity that each
// keeps, by its new one.
//
// An entry with the link and the words of a stored one is that. When only one
// of the two is the same, most strangers must be recognised: then upstream has
// moved its pages, or changed all its texts, together with its ids. A link or
// words that several have tell nothing.
func Recognise(stored, strangers []Known) map[EntryID]EntryID {
	links, words := unique(stored, linkOf), unique(stored, wordsOf)
	ours, ourWords := unique(strangers, linkOf), unique(strangers, wordsOf)
	sure, likely := map[EntryID]EntryID{}, map[EntryID]EntryID{}
	for i := range strangers {
		s := &strangers[i]
		byLink, l := match(s, linkOf, links, ours)
		byWords, w := match(s, wordsOf, words, ourWords)
		switch {
		case l && w && byLink == byWords:
			sure[s.ID] = byLink
		case l && w:
		case l:
			likely[s.ID] = byLink
		case w:
			likely[s.ID] = byWords
		}
	}
	if n := len(sure) + len(likely); n >= fewest && MostlyNew(n, len(strangers)) {
		for id, to := range likely {
			sure[id] = to
		}
	}
	return once(sure)
}

// match returns the stored entry with what a stranger alone has.
func match(s *Known, of func(*Known) string, stored, strangers map[string]EntryID) (EntryID, bool) {
	key := of(s)
	if key == "" || strangers[key] != s.ID {
		return EntryID{}, false
	}
	id := stored[key]
	return id, id != EntryID{}
}

// unique maps what only one of the entries has to its id.
func unique(entries []Known, of func(*Known) string) map[string]EntryID {
	out := make(map[string]EntryID, len(entries))
	for i := range entries {
		key := of(&entries[i])
		if _, seen := out[key]; seen {
			out[key] = EntryID{}
			continue
		}
		out[key] = entries[i].ID
	}
	return out
}

// once leaves out what would give two strangers one identity.
func once(found map[EntryID]EntryID) map[EntryID]EntryID {
	times := map[EntryID]int{}
	for _, to := range found {
		times[to]++
	}
	for from, to := range found {
		if times[to] > 1 {
			delete(found, from)
		}
	}
	return found
}

func linkOf(k *Known) string { return LinkKey(k.Link) }

// LinkKey is a link without what changes when a site moves to HTTPS.
func LinkKey(link string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(link, "http://"), "https://"), "/")
}

func wordsOf(k *Known) string {
	if k.Words.IsZero() {
		return ""
	}
	return string(k.Words[:])
}
