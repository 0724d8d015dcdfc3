// Package publisher turns what is stored into the documents of a site, and
// serves them over HTTP or writes them as files.
//
// It only reads the store. Documents are made when somebody asks for them and
// kept until a change of the store makes them out of date.
package publisher

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// Settings are what is published, and how. Zero fields take the defaults.
type Settings struct {
	Site       render.Site
	Categories []Category // in the order in which pages list them
	Limit      int        // entries of "all", and of categories that set none; default 50
	Changed    time.Time  // when the settings last did: no document is older; zero: unknown
	Frames     []string   // hosts whose frames entries' pages may show; default none
	CacheBytes int64      // of documents kept in memory; default 64 MiB
	Log        *slog.Logger
}

// A Category is a published category and how many entries its feeds hold.
type Category struct {
	render.Category
	Limit int // zero: Settings.Limit
}

const (
	defaultLimit = 50
	defaultCache = 64 << 20
	recent       = 6 // entries of each category on the home page
)

// A Publisher makes documents from a store. It is safe for concurrent use.
type Publisher struct {
	store      storage.Reader
	set        Settings
	categories []render.Category
	targets    map[string]target // every document but entries' pages, by path
	base       string            // the path of Site.BaseURL, without a slash at its end
	cache      *cache
	log        *slog.Logger
}

// A target is what a path stands for.
type target struct {
	format   *render.Format
	category Category     // of PerCategory
	entry    feed.EntryID // of PerEntry
}

// New returns a publisher of what store holds.
func New(store storage.Reader, set Settings) *Publisher {
	if set.Limit <= 0 {
		set.Limit = defaultLimit
	}
	if set.CacheBytes <= 0 {
		set.CacheBytes = defaultCache
	}
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	p := &Publisher{store: store, set: set, cache: newCache(set.CacheBytes), log: set.Log, base: set.Site.BasePath()}
	for i := range p.set.Categories {
		c := &p.set.Categories[i]
		if c.Limit <= 0 {
			c.Limit = set.Limit
		}
		p.categories = append(p.categories, c.Category)
	}
	p.targets = p.route()
	return p
}

// published returns every category there are documents of, "all" last.
func (p *Publisher) published() []Category {
	all := Category{Category: render.Category{Term: render.All}, Limit: p.set.Limit}
	return append(p.set.Categories[:len(p.set.Categories):len(p.set.Categories)], all)
}

// route returns the site's documents by their paths, unescaped, without the
// pages of entries.
func (p *Publisher) route() map[string]target {
	table := map[string]target{}
	for _, f := range render.Formats {
		switch f.Scope {
		case render.PerSite:
			table["/"+f.File] = target{format: f}
		case render.PerCategory:
			for _, c := range p.published() {
				table[documentName(c.Term, f)] = target{format: f, category: c}
			}
		}
	}
	return table
}

// documentName is the path of a category's document as a request has it and
// as a file is called: not escaped.
func documentName(term string, f *render.Format) string { return "/" + term + "/" + f.File }

// Run marks documents as out of date when what they are made from changes,
// until ctx ends. What was made before it began counts as out of date.
func (p *Publisher) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		after, err := p.store.LastChange(ctx)
		if err != nil {
			return err
		}
		p.cache.expireAll()
		if err := p.follow(ctx, after); err != nil && !errors.Is(err, storage.ErrTrimmed) && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// follow marks what each change after seq concerns.
func (p *Publisher) follow(ctx context.Context, after feed.Seq) error {
	for change, err := range p.store.Watch(ctx, after) {
		if err != nil {
			return err
		}
		p.expire(&change)
	}
	return nil
}

func (p *Publisher) expire(change *feed.Change) {
	p.cache.expire(render.EntryPath(change.Entry))
	terms := append(change.Categories[:len(change.Categories):len(change.Categories)], render.All)
	for _, f := range render.Formats {
		switch f.Scope {
		case render.PerSite:
			p.cache.expire("/" + f.File)
		case render.PerCategory:
			for _, term := range terms {
				p.cache.expire(documentName(term, f))
			}
		}
	}
}
