package normalise

import (
	"slices"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// Part is Feed for a document of which listed, what f leaves out, is known. It
// returns what all of the document consists of, too: no items when that cannot
// be told apart, because entries share an identity or say nothing. Then what it
// returns of a part is not to be relied on.
func (n *Normaliser) Part(src *feed.Source, f *parse.Feed, listed feed.Parts) (feed.Feed, []feed.Entry, feed.Parts) {
	d := n.begin(src, f)
	if f.Split.Partial() {
		d.dates = listed.Dates
	}
	of, entries := d.read(f)
	parts := feed.Parts{Items: partsOf(f, entries, listed.Items), Dates: d.dates, Whole: listed.Whole}
	entries = newestOnly(entries)
	oldestFirst(entries, allDated(entries) && allListedDated(listed.Items))
	return of, entries, parts
}

// partsOf returns the parts of the document, in no order that matters.
func partsOf(f *parse.Feed, entries []feed.Entry, listed []feed.Part) []feed.Part {
	if f.Split == nil || len(entries) != len(f.Split.Read) || len(f.Split.Digests) > feed.MaxParts {
		return nil
	}
	parts := make([]feed.Part, len(entries), len(entries)+len(listed))
	seen := make(map[feed.EntryID]bool, len(entries))
	for i := range entries {
		e := &entries[i]
		if seen[e.ID] || e.ID != identity(e) { // it had to be told apart from another
			return nil
		}
		seen[e.ID] = true
		parts[i] = feed.NewPart(f.Split.Digests[f.Split.Read[i]], e)
	}
	for _, p := range parts {
		if slices.ContainsFunc(listed, p.SameEntry) {
			return nil
		}
	}
	return append(parts, listed...)
}

func allDated(entries []feed.Entry) bool {
	return !slices.ContainsFunc(entries, func(e feed.Entry) bool { return e.Date().IsZero() })
}

func allListedDated(listed []feed.Part) bool {
	return !slices.ContainsFunc(listed, func(p feed.Part) bool { return !p.Dated() })
}
