package publisher

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"tributary/publisher/render"
)

// Feeds can be read on, page by page (RFC 5005 §3), by those who ask for it:
// /news/atom.xml?page=2. Pages are counted from the newest entry, so what is on
// one moves on as others come; archives are what stays.

// deepestPaged is how many entries are passed over at most.
const deepestPaged = 10_000

// servePaged answers a request for a page of a feed, and reports whether it was
// one.
func (h *handler) servePaged(w http.ResponseWriter, r *http.Request, name string, t target) bool {
	if r.URL.RawQuery == "" || !t.format.Feed {
		return false
	}
	values, asked := r.URL.Query()["page"]
	if !asked {
		return false
	}
	n, err := strconv.Atoi(values[0])
	if err != nil || n < 1 || strconv.Itoa(n) != values[0] || len(values) > 1 {
		h.problem(w, r, http.StatusBadRequest)
		return true
	}
	if n-1 > deepestPaged/t.category.Limit {
		h.problem(w, r, http.StatusNotFound)
		return true
	}
	t.edition, t.paged = nil, n
	name += "?page=" + values[0]
	h.requested.note(h.cache, name, t.category.Term)
	if !h.serveDocument(w, r, name, t, nil) {
		h.problem(w, r, http.StatusNotFound)
	}
	return true
}

// fillPaged fills a page of a category's feed. There is none of a number that
// has no entries, but for the first.
func (p *Publisher) fillPaged(ctx context.Context, t target, page *render.Page) error {
	page.Site.Hub = "" // nobody pushes it
	page.Place.Paged = t.paged
	skip := (t.paged - 1) * t.category.Limit
	size := t.category.Limit
	entries, _, err := p.further(ctx, query(t.category.Term, 0), skip, size+1)
	if err != nil {
		return err
	}
	page.Entries = t.category.young(entries, time.Now())
	if len(page.Entries) > size {
		page.Entries, page.More = page.Entries[:size], skip+size <= deepestPaged
	}
	if len(page.Entries) == 0 && t.paged > 1 {
		return errNoPage
	}
	return nil
}
