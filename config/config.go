// Package config reads feeds.toml. Whatever is wrong with it is told at once,
// each error with its file, line and key, what was expected and what to do.
package config

import (
	"log/slog"
	"net/netip"
	"time"

	"tributary/feed"
	"tributary/feed/headline"
	"tributary/rules"
)

// A Config is what feeds.toml says, defaults filled in.
type Config struct {
	Path       string // of the file
	Storage    string // ENGINE:LOCATION; a bolt path is relative to the file's folder
	Site       Site
	Server     Server
	Admin      Admin
	Hub        Hub
	Events     Events
	Aggregator Aggregator
	Retention  Retention
	Rules      []*rules.Rule // of the [rules] table: for every source
	Jekyll     Jekyll
	Log        Log
	Categories []Category // in the file's order
	Sources    []Source   // in the file's order
}

// Site is the [site] table.
type Site struct {
	Title       string
	Description string
	BaseURL     string // without a slash at its end; default http://localhost and the port of Listen
	Listen      string // host:port, or unix:path; default localhost:8080
	ID          string // IRI; default a tag URI of BaseURL's host and path. Set once before publishing, never changed
	Language    string // BCP 47
	Author      feed.Person
	Limit       int           // entries of "all", and of categories that set none; default 50
	Mixes       [][]string    // of categories' terms, in their order, each once: feeds that are rendered, pushed and built as categories' are
	SourceFeeds bool          // so are the feeds of the sources that are not unlisted
	Theme       string        // a folder with templates and style of the pages; empty: they look as they do
	Quiet       time.Duration // a category is rendered once nothing of it has changed for so long; default 2s
	Late        time.Duration // and at the latest so long after a change; default 30s, not shorter than Quiet
	Media       Media
}

// Aggregator is the [aggregator] table.
type Aggregator struct {
	MinInterval   time.Duration  // default 1h
	MaxInterval   time.Duration  // default 24h
	CatchUp       time.Duration  // over which what became due during a stop is spread; default 10m
	Workers       int            // polls at one time; default 256
	PerHost       int            // requests at one time to one host; default 2
	HostGap       time.Duration  // from one request to a host to the next; default 1s
	PublicURL     string         // where hubs can reach us, without a slash at its end; empty: there is no pushing
	MaxBody       int64          // bytes after decoding; default 16 MiB
	Timeout       time.Duration  // of one request, redirects included; default 30s
	Contact       string         // e-mail address or URL for the User-Agent
	AllowNetworks []netip.Prefix // private networks that may be polled
	Iframes       []string       // hosts whose frames stay in entries, in lower case; empty: none does
	AllowExec     bool           // sources may be commands
}

// Jekyll is the [jekyll] table: how build --jekyll writes posts.
type Jekyll struct {
	Layout      string // of posts; default "post"
	Slug        string // text/template for a post's file name; default the entry's slug, link or id
	ReturnLinks string // text/template for the Markdown line at a post's end
}

// Log is the [log] table.
type Log struct {
	Level  slog.Level // default info
	Format string     // "text", "json", or "auto": text on a terminal
}

// A Category is a [category.TERM] table.
type Category struct {
	Term        string
	Label       string // default the term
	Description string
	Language    string
	Folder      [][]Attr           // of OPML that its sources lie in, the outermost first: attributes of the outlines; default its label; empty: none
	Podcast     *Podcast           // it is a show; nil: it is none
	Limit       int                // entries in its feeds; default Site.Limit
	LimitAge    time.Duration      // of entries in its feeds, at most; zero: any
	SummaryOnly bool               // its feeds have summaries in place of the whole text
	SchemaType  string             // of schema.org, that its entries are on their pages: "NewsArticle", "BlogPosting" or "Article"
	Title       *headline.Template // of entries in its feeds; nil: their own
	MaxAge      time.Duration      // of what is kept for it; zero: for good
	MaxEntries  int                // that are kept for it; zero: all
	Terms       []string           // of upstreams, that file an entry here
	Rules       []*rules.Rule      // what is filed here goes by them
	Repeats     string             // what is left out as a repeat: "keep" nothing, "link" what leads to the same page, "story" near-copies too
	Window      time.Duration      // between the dates of near-copies, at most; default 72h
}

// A Source is a [source.NAME] table.
type Source struct {
	feed.Source
	Request  *Request      // nil: asked for in the usual way
	Rules    []*rules.Rule // what it lists goes by them
	Priority int           // whose words are preferred among those of one story; default 0
	Outline  []Attr        // that its outline has in OPML besides its address
	Unlisted bool          // it is left out of /sources.opml
}

// Known is what feeds.toml may name: the tables of the packages that read it.
type Known struct {
	Engines []string            // schemes of storage
	Kinds   map[string]KindKeys // kinds of source
}

// KindKeys says which URLs and options a kind of source understands.
type KindKeys struct {
	Schemes, Options []string
	Needs            bool                       // it is of no use without options
	Check            func(o feed.Options) *Flaw // what is wrong with them, nil for nothing; nil: they take any text
}
