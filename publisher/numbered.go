package publisher

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// numberedName is the path of the n-th page of a category's document, as a
// request has it and as a file is called.
func numberedName(term string, f *render.Format, n int) string {
	if n <= 1 {
		return documentName(term, f)
	}
	return "/" + term + "/page/" + strconv.Itoa(n) + "/" + f.File
}

// findNumbered returns what a path such as "/news/page/2/index.html" stands
// for.
func (p *Publisher) findNumbered(name string) (target, bool) {
	before, after, ok := strings.Cut(name, "/page/")
	if !ok {
		return target{}, false
	}
	digits, file, _ := strings.Cut(after, "/")
	n, err := strconv.Atoi(digits)
	t, known := p.targets[before+"/"+file]
	if err != nil || !known || !t.format.Numbered || n < 2 || n > render.LastPage || strconv.Itoa(n) != digits {
		return target{}, false
	}
	t.number, t.edition, t.past = n, nil, nil
	return t, true
}

// numbered fills the page with the entries of its number. There is none of a
// number that has no entries, but for the first.
func (p *Publisher) numbered(ctx context.Context, t target, page *render.Page) error {
	page.Number = max(t.number, 1)
	before := (page.Number - 1) * render.PageSize
	if t.after != (storage.Cursor{}) {
		before = 0
	}
	which := query(t.category.Term, 0)
	which.After = t.after
	var err error
	page.Entries, page.More, err = p.further(ctx, which, before, render.PageSize)
	if err == nil && len(page.Entries) == 0 && page.Number > 1 {
		return errNoPage
	}
	return err
}

// further returns so many of a query's entries behind some that are passed
// over, and whether there are more.
func (p *Publisher) further(ctx context.Context, which storage.Query, before, size int) (entries []feed.Entry, more bool, err error) {
	which.Limit = before + size + 1
	entries = make([]feed.Entry, 0, min(size, 1000))
	i := 0
	for e, err := range p.store.Entries(ctx, which) {
		if err != nil {
			return nil, false, fmt.Errorf("read the entries of %q: %w", which.Category, err)
		}
		if len(entries) == size {
			return entries, true, nil
		}
		if i++; i > before {
			entries = append(entries, e)
		}
	}
	return entries, false, nil
}

// numberedOf stands for the renderings of a category, which its further pages
// follow, where terms name categories.
func numberedOf(term string) string { return "/page/" + term }

// expireNumbered marks the further pages of a category as out of date: they
// are made for who asks next.
func (p *Publisher) expireNumbered(term string) {
	p.requested.expire(p.cache, []string{numberedOf(term)})
}

// numberedFiles are the further pages of categories that have changed.
func numberedFiles(ctx context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		for _, path := range slices.Sorted(maps.Keys(b.targets)) {
			t := b.targets[path]
			if !t.format.Numbered || !b.touched.target(t) {
				continue
			}
			ends, err := b.numberedEnds(ctx, t.category.Term)
			if err != nil {
				yield(job{}, err)
				return
			}
			for n := 2; n <= render.LastPage; n++ {
				t.number, t.after = n, storage.Cursor{}
				there := n-1 < len(ends)
				if there {
					t.after = ends[n-2]
				}
				j := b.served(numberedName(t.category.Term, t.format, n), t)
				if (there || b.out.lists(j.path)) && !yield(j, nil) { // one that was is removed
					return
				}
			}
		}
	}
}

// numberedEnds returns where each of a category's pages ends.
func (p *Publisher) numberedEnds(ctx context.Context, term string) (ends []storage.Cursor, err error) {
	n := 0
	for e, err := range p.store.Entries(ctx, query(term, render.LastPage*render.PageSize)) {
		if err != nil {
			return nil, fmt.Errorf("read the entries of %q: %w", term, err)
		}
		if n%render.PageSize == 0 {
			ends = append(ends, storage.Cursor{})
		}
		ends[len(ends)-1] = storage.After(&e)
		n++
	}
	return ends, nil
}
