package publisher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// errNoPage says that there is nothing at a path.
var errNoPage = errors.New("there is no such document")

// render returns a target's bytes, and the page they are made from.
func (p *Publisher) render(ctx context.Context, t target) ([]byte, *render.Page, error) {
	var out bytes.Buffer
	page, err := p.renderTo(ctx, &out, t)
	return out.Bytes(), page, err
}

// renderTo is render into a buffer.
func (p *Publisher) renderTo(ctx context.Context, out *bytes.Buffer, t target) (*render.Page, error) {
	if t.sitemap != nil {
		body, page, err := p.renderSitemap(ctx, t.sitemap)
		out.Write(body)
		return page, err
	}
	page, err := p.page(ctx, t)
	if err != nil {
		return nil, err
	}
	p.renderings.Add(1)
	return page, t.write(out, page)
}

// write writes a page in the target's format.
func (t *target) write(out *bytes.Buffer, page *render.Page) error {
	if err := t.format.Render(out, page); err != nil {
		return fmt.Errorf("render %s: %w", t.format.Name, err)
	}
	return nil
}

// page gathers what a document is made from. All documents of an edition are
// made from one page.
func (p *Publisher) page(ctx context.Context, t target) (*render.Page, error) {
	if t.archive > 0 {
		return p.archivePage(ctx, t)
	}
	page := &render.Page{Site: p.set.Site, Categories: p.categories, Category: t.category.Category}
	if t.chosen != nil {
		return p.complete(ctx, page, p.choose(ctx, &t, page))
	}
	var err error
	if t.delta != nil {
		page.Only = t.delta.only
		if page.Entries, err = p.gather(ctx, t.delta); err == nil {
			err = p.linkArchives(ctx, t.category.Term, page)
		}
		return p.complete(ctx, page, err)
	}
	switch t.format.Scope {
	case render.PerSite:
		page.Sections, err = p.sections(ctx)
	case render.PerCategory:
		if t.format.Numbered {
			err = p.numbered(ctx, t, page)
			break
		}
		if t.paged > 0 {
			err = p.fillPaged(ctx, t, page)
			break
		}
		page.Entries, err = p.newest(ctx, t.category.Term, t.category.Limit)
		if err == nil {
			err = p.subscribe(ctx, t.category.Term, page)
		}
		page.Entries = t.category.young(page.Entries, time.Now())
	case render.PerEntry:
		err = p.single(ctx, t.entry, page)
	}
	return p.complete(ctx, page, err)
}

// sharedPage is page for a page that several documents are written from.
func (p *Publisher) sharedPage(ctx context.Context, t target) (*render.Page, error) {
	page, err := p.page(ctx, t)
	if err == nil {
		page.Share()
	}
	return page, err
}

// complete adds to a page what its entries need.
func (p *Publisher) complete(ctx context.Context, page *render.Page, err error) (*render.Page, error) {
	if err != nil {
		return nil, err
	}
	if err := p.leadAll(ctx, page); err != nil {
		return nil, err
	}
	page.Sources, err = newSources(p.store).of(ctx, page)
	return page, err
}

// newest returns the newest entries of a category.
func (p *Publisher) newest(ctx context.Context, term string, limit int) ([]feed.Entry, error) {
	entries := make([]feed.Entry, 0, min(limit, 1000))
	for e, err := range p.store.Entries(ctx, query(term, limit)) {
		if err != nil {
			return nil, fmt.Errorf("read the entries of %q: %w", term, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func query(term string, limit int) storage.Query {
	if term == render.All {
		term = ""
	}
	return storage.Query{Category: term, Limit: limit}
}

func (p *Publisher) sections(ctx context.Context) ([]render.Section, error) {
	out := make([]render.Section, 0, len(p.categories))
	for _, c := range p.set.Categories {
		entries, err := p.newest(ctx, c.Term, min(recent, c.Limit))
		if err != nil {
			return nil, err
		}
		out = append(out, render.Section{Category: c.Category, Entries: entries})
	}
	return out, nil
}

// single fills the page with one entry and the first category it is
// published in.
func (p *Publisher) single(ctx context.Context, id feed.EntryID, page *render.Page) error {
	e, err := p.store.Entry(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && len(e.Filed) == 0 {
		return errNoPage
	}
	if err != nil {
		return fmt.Errorf("read entry %s: %w", id, err)
	}
	page.Entries, page.Category = []feed.Entry{e}, p.home(&e)
	return nil
}

// home returns the first category the entry is published in, else "all".
func (p *Publisher) home(e *feed.Entry) render.Category {
	for _, c := range p.categories {
		if e.IsFiled(c.Term) {
			return c
		}
	}
	return render.Category{Term: render.All}
}

// modified returns when what the page shows last changed as far as its
// entries and the settings tell; zero when they do not.
func (p *Publisher) modified(page *render.Page) time.Time {
	newest := p.set.Changed
	see := func(entries []feed.Entry) {
		for i := range entries {
			for _, at := range []time.Time{entries[i].Modified, entries[i].Received} {
				if at.After(newest) {
					newest = at
				}
			}
			for j := range entries[i].Also {
				if at := entries[i].Also[j].At; at.After(newest) {
					newest = at
				}
			}
		}
	}
	see(page.Entries)
	for _, s := range page.Sections {
		see(s.Entries)
	}
	return newest
}

// sources reads what is known of entries' sources, each once.
type sources struct {
	store storage.Reader
	known map[feed.SourceID]*render.Source
}

func newSources(store storage.Reader) *sources {
	return &sources{store: store, known: map[feed.SourceID]*render.Source{}}
}

// maxSources bounds how many sources are remembered.
const maxSources = 4096

// of returns the sources of all of the page's entries.
func (s *sources) of(ctx context.Context, page *render.Page) (map[feed.SourceID]*render.Source, error) {
	if len(s.known) > maxSources {
		s.known = map[feed.SourceID]*render.Source{}
	}
	if err := s.see(ctx, page.Entries); err != nil {
		return nil, err
	}
	for _, section := range page.Sections {
		if err := s.see(ctx, section.Entries); err != nil {
			return nil, err
		}
	}
	return s.known, nil
}

func (s *sources) see(ctx context.Context, entries []feed.Entry) error {
	for i := range entries {
		if err := s.know(ctx, entries[i].Origin()); err != nil {
			return err
		}
		for j := range entries[i].Also {
			if err := s.know(ctx, entries[i].Also[j].Source); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sources) know(ctx context.Context, id feed.SourceID) error {
	if s.known[id] != nil {
		return nil
	}
	state, err := s.store.State(ctx, id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("read source %q: %w", id, err)
	}
	s.known[id] = newSource(id, &state)
	return nil
}

// newSource returns what documents say of a source. One that is no longer
// known has a name only.
func newSource(id feed.SourceID, state *feed.State) *render.Source {
	src := &render.Source{Feed: state.Feed, URL: publicURL(state.URL), Name: state.Feed.Title.Body}
	if src.URL == "" {
		src.URL = publicURL(state.Source.URL)
	}
	if src.Name == "" || state.Feed.Title.Type != feed.TextPlain {
		src.Name = string(id)
	}
	return src
}

// publicURL returns the URL of a document on the web without what looks like a
// secret, "" for any other.
func publicURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return feed.PublicURL(u.String())
}
