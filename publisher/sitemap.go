package publisher

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
)

// What crawlers may want to read is listed in sitemaps (sitemaps.org): an index
// of them, one of the pages of categories, one of the newest entries as news,
// and parts with the entries in the order of their arrival. A part is what a
// number of archives of "all" hold, so its bounds never move: only the last one
// grows.

// partArchives is how many archives make a part.
const partArchives = 20

// A sitemapKind is a sort of sitemap.
type sitemapKind int

const (
	sitemapIndex sitemapKind = iota
	sitemapPages
	sitemapNews
	sitemapPart
)

// A sitemap is a document for crawlers.
type sitemap struct {
	kind sitemapKind
	part int // of sitemapPart: its number, the first being 1
}

// sitemaps remembers when the full parts last changed, as long as no entry can
// have left them.
type sitemaps struct {
	mu     sync.Mutex // guards what follows
	losses int        // how often that may have been
	ends   map[int]time.Time
}

// lose forgets them.
func (m *sitemaps) lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.losses++
	m.ends = nil
}

// sitemapFormat tells a target of no category apart: all that it says is the
// media type.
var sitemapFormat = &render.Format{Name: "sitemap", MediaType: render.SitemapType, Scope: render.PerSite}

// findSitemap returns what a path stands for.
func findSitemap(name string) (sitemap, bool) {
	switch name {
	case render.SitemapPath:
		return sitemap{kind: sitemapIndex}, true
	case render.SitemapPagesPath:
		return sitemap{kind: sitemapPages}, true
	case render.SitemapNewsPath:
		return sitemap{kind: sitemapNews}, true
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "/sitemap/"), ".xml"))
	return sitemap{sitemapPart, n}, err == nil && n > 0 && render.SitemapPartPath(n) == name
}

// serveSitemap answers for a sitemap, and reports whether there is one at the
// path. They are made when somebody asks for them: a full part anew when an
// entry may have left it, the news each hour, and what grows when something
// has changed.
func (h *handler) serveSitemap(w http.ResponseWriter, r *http.Request, name string) bool {
	m, ok := findSitemap(name)
	if !ok {
		return false
	}
	slot, changes := name, render.All
	switch m.kind {
	case sitemapNews:
		slot += "#" + strconv.FormatInt(newsHour(time.Now()).Unix(), 10)
	case sitemapPart:
		has, err := h.store.Archives(r.Context(), "")
		switch {
		case err != nil:
			h.archiveFailed(w, r, name, err)
			return true
		case m.part > lastPart(has):
			return false
		case m.part < lastPart(has):
			changes = losses(render.All)
		}
	}
	h.requested.note(h.cache, slot, changes)
	return h.serveDocument(w, r, slot, target{format: sitemapFormat, sitemap: &m}, nil)
}

// newsHour is when news that is shown now is counted from, the end of the hour:
// what will be too old then is left out already, so that a sitemap stays as it
// is in between and is never of more days than it may be.
func newsHour(now time.Time) time.Time { return now.Truncate(time.Hour).Add(time.Hour) }

// renderSitemap returns a sitemap, and a page with entries of which one was the
// last to change.
func (p *Publisher) renderSitemap(ctx context.Context, m *sitemap) ([]byte, *render.Page, error) {
	page := &render.Page{Site: p.set.Site}
	var out bytes.Buffer
	var list []render.Address
	var err error
	write := render.WriteSitemap
	switch m.kind {
	case sitemapNews:
		if page.Entries, err = p.news(ctx, newsHour(time.Now())); err == nil {
			err = render.WriteNews(&out, page)
		}
		return p.sitemapMade(&out, page, err)
	case sitemapIndex:
		write = render.WriteSitemapIndex
		list, err = p.parts(ctx, page)
	case sitemapPages:
		list, err = p.pages(ctx, page)
	case sitemapPart:
		list, err = p.part(ctx, m.part, page)
	}
	if err == nil {
		err = write(&out, &page.Site, list)
	}
	return p.sitemapMade(&out, page, err)
}

func (p *Publisher) sitemapMade(out *bytes.Buffer, page *render.Page, err error) ([]byte, *render.Page, error) {
	if err != nil {
		return nil, nil, err
	}
	p.renderings.Add(1)
	return out.Bytes(), page, nil
}

// news returns the newest entries that were published since the oldest that
// counts as news, in the words that their pages have.
func (p *Publisher) news(ctx context.Context, now time.Time) ([]feed.Entry, error) {
	all, err := p.newest(ctx, render.All, render.MaxNews)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for i := range all {
		if all[i].Date().After(now.Add(-render.NewsAge)) {
			out = append(out, all[i])
		}
	}
	return out, p.lead(ctx, out)
}

// pages lists the pages that are no entry's.
func (p *Publisher) pages(ctx context.Context, page *render.Page) ([]render.Address, error) {
	home := render.Address{Path: "/"}
	list := []render.Address{home}
	for _, c := range p.published() {
		entries, err := p.newest(ctx, c.Term, render.PageSize)
		if err != nil {
			return nil, err
		}
		at := render.Address{Path: render.CategoryPath(c.Term), Changed: changed(entries)}
		list = append(list, at)
		page.Entries = latest(page.Entries, entries)
	}
	list[0].Changed = list[len(list)-1].Changed
	return list, nil
}

// changed returns when the last of some entries changed.
func changed(entries []feed.Entry) (at time.Time) {
	for i := range entries {
		if a := render.EntryAddress(&entries[i]); a.Changed.After(at) {
			at = a.Changed
		}
	}
	return at
}

// latest returns the entry that changed last, of those of which it was that so
// far and some more.
func latest(so, more []feed.Entry) []feed.Entry {
	for i := range more {
		if len(so) == 0 || changed(more[i:i+1]).After(changed(so)) {
			so = append(so[:0], more[i])
		}
	}
	return so
}
