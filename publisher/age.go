package publisher

import (
	"context"
	"fmt"
	"sort"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
)

// expires returns when an entry is too old for the feeds of all categories of
// some that it is filed under; the zero time: never.
func expires(e *feed.Entry, in []Category) (at time.Time) {
	for i := range in {
		switch c := &in[i]; {
		case !e.IsFiled(c.Term):
		case c.LimitAge <= 0:
			return time.Time{}
		default:
			if end := e.Order.Add(c.LimitAge); end.After(at) {
				at = end
			}
		}
	}
	return at
}

// young returns those of a category's entries, newest first, that are not too
// old for its feeds.
func (c *Category) young(entries []feed.Entry, now time.Time) []feed.Entry {
	if c.LimitAge <= 0 {
		return entries
	}
	return entries[:sort.Search(len(entries), func(i int) bool { return c.isTooOld(&entries[i], now) })]
}

// isTooOld reports whether a category's feeds do not show an entry any more.
func (c *Category) isTooOld(e *feed.Entry, now time.Time) bool {
	return c.LimitAge > 0 && !e.Order.Add(c.LimitAge).After(now)
}

// boundBy returns the categories whose entries a feed shows that is bound by
// their ages; none for what is not.
func (p *Publisher) boundBy(t *target) []Category {
	if t.chosen != nil {
		if t.chosen.source != "" {
			return p.set.Categories
		}
		return t.chosen.mix
	}
	if t.format.Feed && t.archive == 0 && t.delta == nil && t.category.LimitAge > 0 {
		return []Category{t.category}
	}
	return nil
}

// until returns when something that a page shows will be too old for it; the
// zero time: never.
func (p *Publisher) until(t *target, page *render.Page) (first time.Time) {
	in := p.boundBy(t)
	if len(in) == 0 || !page.Until.IsZero() {
		return page.Until
	}
	for i := range page.Entries {
		if at := expires(&page.Entries[i], in); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// wake has an edition rendered at a time, unless that is zero.
func (p *Publisher) wake(term string, at time.Time) {
	if !at.IsZero() {
		p.plan.do(func(t *timetable) { t.wake(term, at) })
	}
}

// seeAged notes the categories whose feeds have lost entries to their age
// since a build began.
func (b *build) seeAged(ctx context.Context, since time.Time) error {
	for i := range b.set.Categories {
		c := &b.set.Categories[i]
		if c.LimitAge <= 0 {
			continue
		}
		entries, err := b.newest(ctx, c.Term, c.Limit)
		if err != nil {
			return err
		}
		open, err := b.store.Unarchived(ctx, c.Term)
		if err != nil {
			return fmt.Errorf("read what is in no archive of %q: %w", c.Term, err)
		}
		for _, e := range append(entries, open...) {
			if c.isTooOld(&e, b.began) && !c.isTooOld(&e, since) {
				b.touched.aged, b.touched.terms[c.Term] = true, true
			}
		}
	}
	return nil
}
