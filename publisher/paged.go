package publisher

import (
	"context"
	"fmt"
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
	if r.URL.RawQuery == "" || !t.format.Feed || t.chosen != nil {
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
	t.edition, t.past, t.paged = nil, nil, n
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
	now := time.Now()
	page.Site.Hub = "" // nobody pushes it
	page.Place.Paged = t.paged
	size := t.category.Limit
	skip := (t.paged - 1) * size
	entries, _, err := p.further(ctx, query(t.category.Term, 0), skip, size)
	if err != nil {
		return err
	}
	page.Entries = t.category.young(entries, now)
	if len(page.Entries) == 0 && t.paged > 1 {
		return errNoPage
	}
	if page.Place.Last, page.Until, err = p.lastPaged(ctx, &t.category, now); err != nil {
		return err
	}
	page.More = t.paged < page.Place.Last
	return nil
}

// lastPaged returns the number of the last page of a category's feed, and until
// when it is that if nothing changes; the zero time: for good.
func (p *Publisher) lastPaged(ctx context.Context, c *Category, now time.Time) (last int, until time.Time, err error) {
	deepest := 1 + deepestPaged/c.Limit
	var after time.Time
	if c.LimitAge > 0 {
		after = now.Add(-c.LimitAge)
	}
	n, oldest, err := p.store.Count(ctx, query(c.Term, 0).Category, after, deepest*c.Limit)
	if err != nil {
		return 0, until, fmt.Errorf("count the entries of %q: %w", c.Term, err)
	}
	if c.LimitAge > 0 && n > 0 {
		until = oldest.Add(c.LimitAge)
	}
	return max(1, (n+c.Limit-1)/c.Limit), until, nil
}
