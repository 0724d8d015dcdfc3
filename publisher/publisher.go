// Package publisher turns what is stored into the documents of a site, and
// serves them over HTTP or writes them as files.
//
// It only reads the store. What a change of the store makes out of date is
// rendered anew once the change has settled: the documents of its categories
// and those of the whole site. Pages of entries are made when somebody asks
// for them, and so are documents that memory has no room for.
package publisher

import (
	"context"
	"log/slog"
	"sync/atomic"
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
	// Unlisted are sources of which there is no feed of their own.
	Unlisted []feed.SourceID
	// Mixes, of categories' terms, and Sources are feeds that are rendered, pushed
	// and written as files as those of categories are. Others of that sort are
	// made when somebody asks for them.
	Mixes   [][]string
	Sources []feed.SourceID

	Frames     []string // hosts whose frames entries' pages may show; default none
	Pictures   Pictures // shows entries' pictures at addresses of ours; nil: they stay at their own
	CacheBytes int64    // of documents kept in memory; default 64 MiB
	Log        *slog.Logger

	Quiet time.Duration // a category is rendered when nothing of it has changed for so long; default 2s
	Late  time.Duration // and at the latest so long after the first change; default 30s, at least Quiet

	Events Events // streams of events

	// Rendered, unless nil, is told of each document of a category that changed,
	// once it is served. It is called by Run, one call at a time and outside of
	// locks: while it takes its time, nothing else is rendered. Of what the first
	// rendering of a process changes it is told where Record is set.
	Rendered func(ctx context.Context, r *Rendering)
	Record   string // a file that remembers what was published last; empty: nothing does

	Dates *Dates // of documents, beyond this publisher; default none
}

// A Category is a published category and what its feeds hold.
type Category struct {
	render.Category
	Limit    int           // zero: Settings.Limit
	LimitAge time.Duration // of what its feeds hold, by its place there (feed.Entry.Order); zero: any
}

const (
	defaultLimit = 50
	defaultCache = 64 << 20
	defaultQuiet = 2 * time.Second
	defaultLate  = 30 * time.Second
	recent       = 6 // entries of each category on the home page
)

// A Publisher makes documents from a store. It is safe for concurrent use.
type Publisher struct {
	store      storage.Reader
	set        Settings
	categories []render.Category
	editions   map[string]*edition // by term; siteTerm for the documents of the whole site
	targets    map[string]target   // every document but entries' pages, by path
	plan       *plan
	base       string // the path of Site.BaseURL, without a slash at its end
	cache      *cache
	renderings atomic.Int64
	sitemaps   sitemaps
	lasting    map[string]*chosen  // of Mixes and Sources, by folder
	following  map[string][]string // the folders of those, by the terms whose changes concern them
	requested  requested
	pasts      *pasts
	events     *events
	record     record
	log        *slog.Logger
}

// A target is what a path stands for.
type target struct {
	format   *render.Format
	category Category     // of PerCategory
	entry    feed.EntryID // of PerEntry
	archive  int          // of PerCategory: the number of the archive; 0: the newest entries
	edition  *edition     // it is rendered with; nil: it is made when it is asked for
	past     *past        // of former renderings; nil: nobody is told what is new since then
	delta    *delta       // of PerCategory: the part that is new; nil: all of it
	number   int          // of a Numbered format's page; 0 is 1
	sitemap  *sitemap     // it is for crawlers, of no format
	paged    int          // of PerCategory: the number of a page of the feed; 0: it is the feed that is subscribed to
	chosen   *chosen      // of PerCategory: it shows this in place of a category

	after storage.Cursor // of a Numbered format's page: where the one before it ends; zero: that has to be found out
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
	if set.Quiet <= 0 {
		set.Quiet = defaultQuiet
	}
	if set.Late <= 0 {
		set.Late = defaultLate
	}
	set.Late = max(set.Late, set.Quiet)
	if set.Pictures != nil {
		set.Site.Sign = set.Pictures.Sign
	}
	p := &Publisher{
		store: store, set: set, cache: newCache(set.CacheBytes), log: set.Log, base: set.Site.BasePath(),
		plan: newPlan(pace{quiet: set.Quiet, late: set.Late}),
	}
	for i := range p.set.Categories {
		c := &p.set.Categories[i]
		if c.Limit <= 0 {
			c.Limit = set.Limit
		}
		p.categories = append(p.categories, c.Category)
	}
	p.pasts, p.lasting = newPasts(), p.nameChosen()
	p.following = p.followers()
	p.targets = p.route()
	p.editions = editions(p.targets)
	p.record.path = set.Record
	p.events = newEvents(set.Events, p.published())
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
			if f.Has == nil || f.Has(&p.set.Site) {
				table["/"+f.File] = target{format: f}
			}
		case render.PerCategory:
			for _, c := range p.published() {
				table[documentName(c.Term, f)] = target{format: f, category: c}
			}
		}
	}
	p.routeNamed(table)
	return table
}

// documentName is the path of a category's document as a request has it and
// as a file is called: not escaped.
func documentName(term string, f *render.Format) string { return "/" + term + "/" + f.File }
