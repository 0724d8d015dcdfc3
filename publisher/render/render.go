// Package render writes one document from one Page: the same Page always
// gives the same bytes. It reads no store, network, clock or random source.
package render

import (
	"io"
	"time"

	"tributary/feed"
	"tributary/opml"
)

// A Scope says how many documents of a format there are.
type Scope uint8

// What one document of a format is about.
const (
	PerSite     Scope = iota // one: OPML, the home page
	PerCategory              // one for each category and for "all": Atom, RSS, JSON Feed, the category's page
	PerEntry                 // one for each entry: its page, its Jekyll post
)

// A Format is one kind of document.
type Format struct {
	Name      string // "atom", "rss", "json", "opml", "html"
	File      string // last part of the document's path: "atom.xml", "index.html"
	MediaType string // of the Content-Type, with its charset where the type has one
	Title     string // for people: "Atom", "JSON Feed"
	Scope     Scope
	Feed      bool               // pages announce it with rel=alternate
	Has       func(s *Site) bool // tells whether a site has it; nil: every site has
	Numbered  bool               // it goes on, at NumberedPath
	Render    func(w io.Writer, p *Page) error
}

// All is the term of the category that holds every filed entry.
const All = "all"

// A Site is what the documents of one publisher share.
type Site struct {
	Title       string
	Description string
	BaseURL     string // absolute, without a slash at its end; may have a path
	ID          string // an IRI that outlives the URL; feeds' ids are derived from it
	Language    string // BCP 47; empty: unknown
	Author      feed.Person
	Generator   Generator
	Hub         string         // URL of the WebSub hub that pushes the feeds; empty: none does
	Sources     []opml.Outline // what is aggregated, for /sources.opml; none: there is no such document
	Theme       *Theme         // how pages look; nil: as they do of themselves

	// Sign makes the signature of a picture's URL, at most MaxPictureURL long:
	// entries show the picture at its MediaPath then. Nil: pictures stay at
	// their own addresses.
	Sign func(url string) string `json:"-"`
}

// A Generator is atom:generator (RFC 4287 §4.2.4).
type Generator struct{ Name, URI, Version string }

// A Category is a published category.
type Category struct {
	Term        string // in paths and front matter
	Label       string // for people
	Description string
	Language    string   // empty: the site's
	Podcast     *Podcast // it is a show; nil: it is none
	SchemaType  string   // of schema.org, that its entries are on their pages; empty: NewsArticle
	Manner
}

// A Source is what a document says of where an entry came from.
type Source struct {
	Feed feed.Feed // upstream's own metadata
	URL  string    // of the upstream document; empty when it is no public URL
	Name string    // for people: the feed's title, else its name in feeds.toml
}

// A Page is all that a document is made from.
type Page struct {
	Site       Site
	Categories []Category                // all published ones, in feeds.toml's order, without "all"
	Category   Category                  // of PerCategory and PerEntry
	Entries    []feed.Entry              // newest Order first; exactly one of PerEntry
	Only       map[feed.EntryID]bool     // of Entries, those that feeds show, as the whole would; nil: all
	Place      Place                     // of feed documents: which of the category's they are
	Number     int                       // of a Numbered document's page; 0 is 1, the first
	More       bool                      // there are older entries, for the next page
	Until      time.Time                 // when what it says of others is out of date, although nothing has changed; zero: never
	Sections   []Section                 // of PerSite: one for each of Categories
	Sources    map[feed.SourceID]*Source // of all entries
	shared     *sharedItems              // see Share
}

// A Section is a category with its newest entries.
type Section struct {
	Category Category
	Entries  []feed.Entry
}

// Updated returns the date of the newest change among the page's entries, the
// zero time when it has none.
func (p *Page) Updated() time.Time {
	var newest time.Time
	see := func(entries []feed.Entry) {
		for i := range entries {
			if at := entries[i].LastUpdated(); at.After(newest) {
				newest = at
			}
		}
	}
	see(p.Entries)
	for _, s := range p.Sections {
		see(s.Entries)
	}
	return newest
}
