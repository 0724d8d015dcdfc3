package publisher

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// lastPart is the number of the part that grows.
func lastPart(has storage.Archives) int { return has.Next/partArchives + 1 }

// firstPart is the number of the oldest part.
func firstPart(has storage.Archives) int { return has.First/partArchives + 1 }

// parts lists the sitemaps.
func (p *Publisher) parts(ctx context.Context, page *render.Page) ([]render.Address, error) {
	has, err := p.store.Archives(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("read the archives: %w", err)
	}
	list := []render.Address{{Path: render.SitemapPagesPath}, {Path: render.SitemapNewsPath}}
	last := lastPart(has)
	for n := max(firstPart(has), last+len(list)-render.MaxSitemaps+1); n < last; n++ {
		at, err := p.partChanged(ctx, n, has)
		if err != nil {
			return nil, err
		}
		if !at.IsZero() {
			list = append(list, render.Address{Path: render.SitemapPartPath(n), Changed: at})
		}
	}
	open, err := p.partEntries(ctx, last, has)
	if errors.Is(err, errNoPage) {
		return list, nil
	}
	page.Entries = latest(nil, open)
	list[0].Changed, list[1].Changed = changed(open), changed(open)
	return append(list, render.Address{Path: render.SitemapPartPath(last), Changed: changed(open)}), err
}

// partChanged returns when the last entry came into a full part; zero when
// nothing is left of it.
func (p *Publisher) partChanged(ctx context.Context, n int, has storage.Archives) (time.Time, error) {
	m := &p.sitemaps
	m.mu.Lock()
	losses := m.losses
	at, known := m.ends[n]
	m.mu.Unlock()
	if known {
		return at, nil
	}
	for k := n*partArchives - 1; k >= max(has.First, (n-1)*partArchives) && at.IsZero(); k-- {
		archive, err := p.store.Archive(ctx, "", k)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return at, fmt.Errorf("read archive %d: %w", k+1, err)
		}
		at = changed(archive.Entries)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.losses == losses {
		if m.ends == nil {
			m.ends = map[int]time.Time{}
		}
		m.ends[n] = at
	}
	return at, nil
}

// part lists a part's entries.
func (p *Publisher) part(ctx context.Context, n int, page *render.Page) ([]render.Address, error) {
	has, err := p.store.Archives(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("read the archives: %w", err)
	}
	entries, err := p.partEntries(ctx, n, has)
	page.Entries = latest(nil, entries)
	list := make([]render.Address, len(entries))
	for i := range entries {
		list[i] = render.EntryAddress(&entries[i])
	}
	return list, err
}

// partEntries returns the entries that came in a part, or that changed then,
// each once.
func (p *Publisher) partEntries(ctx context.Context, n int, has storage.Archives) ([]feed.Entry, error) {
	var out []feed.Entry
	have := map[feed.EntryID]bool{}
	add := func(entries []feed.Entry) {
		for i := range entries {
			if !have[entries[i].ID] {
				have[entries[i].ID] = true
				out = append(out, entries[i])
			}
		}
	}
	if n == lastPart(has) {
		open, err := p.store.Unarchived(ctx, "")
		if err != nil {
			return nil, fmt.Errorf("read what is in no archive: %w", err)
		}
		add(open)
	}
	for k := min(has.Next, n*partArchives) - 1; k >= max(has.First, (n-1)*partArchives); k-- { // the newest version of an entry first
		archive, err := p.store.Archive(ctx, "", k)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return nil, fmt.Errorf("read archive %d: %w", k+1, err)
		}
		add(archive.Entries)
	}
	if len(out) == 0 {
		return nil, errNoPage
	}
	return out, nil
}

// sitemapFiles are the sitemaps that may have changed. The news does as time
// goes by: each build makes it.
func sitemapFiles(ctx context.Context, b *build) iter.Seq2[job, error] {
	return func(yield func(job, error) bool) {
		has, err := b.store.Archives(ctx, "")
		if err != nil {
			yield(job{}, fmt.Errorf("read the archives: %w", err))
			return
		}
		file := func(path string, m sitemap) bool {
			return yield(b.served(path, target{format: sitemapFormat, sitemap: &m}), nil)
		}
		if !file(render.SitemapNewsPath, sitemap{kind: sitemapNews}) || !b.touched.any() {
			return
		}
		last := lastPart(has)
		for n := 1; n <= last; n++ {
			path := render.SitemapPartPath(n)
			have := b.out.lists(fileOf(path))
			wasFull := have && b.out.lists(fileOf(render.SitemapPartPath(n+1)))
			if n < firstPart(has) && !have || wasFull && !b.touched.all && !b.touched.losses[render.All] {
				continue
			}
			if !file(path, sitemap{sitemapPart, n}) {
				return
			}
		}
		_ = file(render.SitemapPagesPath, sitemap{kind: sitemapPages}) && file(render.SitemapPath, sitemap{kind: sitemapIndex})
	}
}
