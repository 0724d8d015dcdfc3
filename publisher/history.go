package publisher

import (
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"tributary/feed"
	"tributary/publisher/render"
)

const (
	// mostTags is how many renderings of a document are remembered.
	mostTags = 32
	// mostRows is how many entries of a rendering are: of a document with more
	// nobody learns what is new in it.
	mostRows = 2000
)

// A history remembers the last renderings of a category's documents: of the
// newest the entries, each with the number of the rendering that it has been
// the same since, and of each document the tags of the last ones. So it tells
// what is new since any of them, and costs some ten bytes an entry more than
// to remember one.
type history struct {
	mu   sync.Mutex
	n    uint64 // of the newest rendering; 0: there was none
	rows []row  // its entries, in order; nil when there are too many
	tags map[*render.Format][]tagged
}

type row struct {
	id     feed.EntryID
	digest uint64
	since  uint64 // the number of the rendering in which it was new, or changed
}

type tagged struct {
	etag string
	n    uint64 // of the last rendering that gave these bytes
}

// note takes a rendering's entries; rows' since is filled in. It returns the
// rendering's number, which is the last one's when all entries are the same.
func (h *history) note(rows []row) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n > 0 && len(rows) <= mostRows && sameRows(h.rows, rows) {
		return h.n
	}
	h.n++
	if len(rows) > mostRows {
		h.rows, h.tags = nil, nil
		return h.n
	}
	before := make(map[feed.EntryID]row, len(h.rows))
	for _, r := range h.rows {
		before[r.id] = r
	}
	for i := range rows {
		rows[i].since = h.n
		if old, ok := before[rows[i].id]; ok && old.digest == rows[i].digest {
			rows[i].since = old.since
		}
	}
	h.rows = rows
	return h.n
}

// sameRows reports whether two renderings have the same entries in the same
// order.
func sameRows(a, b []row) bool {
	return slices.EqualFunc(a, b, func(x, y row) bool { return x.id == y.id && x.digest == y.digest })
}

// tag notes what the document of a format is called in rendering n.
func (h *history) tag(f *render.Format, etag string, n uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !f.Feed || h.rows == nil || n != h.n {
		return
	}
	if h.tags == nil {
		h.tags = map[*render.Format][]tagged{}
	}
	known := slices.DeleteFunc(h.tags[f], func(t tagged) bool { return t.etag == etag })
	if len(known) >= mostTags {
		known = slices.Delete(known, 0, len(known)-mostTags+1)
	}
	h.tags[f] = append(known, tagged{etag, n})
}

// newSince returns the entries that are new, or changed, since rendering n,
// in their order.
func (h *history) newSince(n uint64) (ids []feed.EntryID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rows {
		if r.since > n {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// rowsOf returns the page's entries for note.
func rowsOf(p *render.Page) []row {
	rows := make([]row, len(p.Entries))
	for i := range p.Entries {
		rows[i] = row{id: p.Entries[i].ID, digest: shown(p, &p.Entries[i])}
	}
	return rows
}

// shown returns a digest of what a page shows of an entry: its words, which
// have a digest, and what is not among them.
func shown(p *render.Page, e *feed.Entry) uint64 {
	var d xxhash.Digest
	d.Reset()
	text := func(s string) {
		_, _ = d.WriteString(s) // it cannot fail
		_, _ = d.Write([]byte{0})
	}
	moment := func(t time.Time) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(t.UnixNano()))
		_, _ = d.Write(b[:])
	}
	source := func(id feed.SourceID) {
		text(string(id))
		if s := p.Sources[id]; s != nil {
			text(s.Name)
			text(s.URL)
			text(s.Feed.ID)
			text(s.Feed.Alternate())
		}
	}
	_, _ = d.Write(e.Digest[:])
	moment(e.Modified)
	moment(e.LastUpdated())
	source(e.Origin())
	if p.Category.Term == render.All {
		for _, term := range e.Filed {
			text(term)
		}
	}
	for i := range e.Also {
		a := &e.Also[i]
		source(a.Source)
		text(a.Href)
		text(a.Title)
	}
	return d.Sum64()
}
