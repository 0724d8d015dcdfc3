package publishedcheck

import (
	"bytes"
	"html"
	"time"

	"github.com/mmcdole/gofeed"
)

// An entry is what a reader has of one: equal in all formats.
type entry struct {
	id, title string
	published time.Time // RSS tells seconds alone
}

// entries reads a document as a feed reader does.
func (s *suite) entries(file string, doc []byte) []entry {
	if doc == nil {
		return nil
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(doc))
	if err != nil {
		s.problem(file, "gofeed: %v", err)
		return nil
	}
	out := make([]entry, 0, len(parsed.Items))
	for _, item := range parsed.Items {
		e := entry{id: item.GUID, title: item.Title}
		if item.PublishedParsed == nil {
			s.problem(file, "%s has no date that gofeed reads: %q", item.GUID, item.Published)
		} else {
			e.published = *item.PublishedParsed
		}
		out = append(out, e)
	}
	return out
}

// same compares the entries of a folder's three feeds, in order.
func (s *suite) same(folder string, atom, rss, jsonFeed []entry) {
	if len(atom) != len(rss) || len(atom) != len(jsonFeed) {
		s.problem(folder, "gofeed reads %d entries from Atom, %d from RSS, %d from JSON Feed", len(atom), len(rss), len(jsonFeed))
		return
	}
	for i, a := range atom {
		r, j := rss[i], jsonFeed[i]
		if a.id != j.id || r.id != j.id {
			s.problem(folder, "entry %d: id is %q in Atom, %q in RSS, %q in JSON Feed", i+1, a.id, r.id, j.id)
		}
		if !sameText(a.title, j.title) || !sameText(r.title, j.title) {
			s.problem(folder, "entry %d: title is %q in Atom, %q in RSS, %q in JSON Feed", i+1, a.title, r.title, j.title)
		}
		if !a.published.Equal(j.published) || !r.published.Equal(j.published.Truncate(time.Second)) {
			s.problem(folder, "entry %d: published is %s in Atom, %s in RSS, %s in JSON Feed", i+1, a.published, r.published, j.published)
		}
	}
}

// sameText reports whether a title is the other. One that could be taken for
// markup stands as HTML in Atom, and gofeed does not tell.
func sameText(got, want string) bool { return got == want || html.UnescapeString(got) == want }
