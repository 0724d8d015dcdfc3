// Package parse reads a document into upstream's own words: nothing is
// sanitised, resolved or dated yet, so its types cannot be stored by accident.
package parse

import (
	"tributary/aggregator/fetch"
	"tributary/feed"
)

// A Parser reads the documents of one kind of source.
type Parser interface {
	// Parse returns an *Error when the document holds no feed. A document that
	// is damaged but readable in part gives what could be read, and says so in
	// Feed.Notes.
	Parse(doc *fetch.Document) (*Feed, error)
}

// A Splitter is a Parser that can tell the items of a document apart before it
// reads them.
type Splitter interface {
	Parser
	// ParseNew is Parse without the items that are known. It leaves none out,
	// and says so in Feed.Split, unless it is sure that the others, and all
	// else of the feed, are read as they are in the whole document.
	ParseNew(doc *fetch.Document, known []feed.Part) (*Feed, error)
}

// A Kind makes the parser of a source; it checks the source's options.
type Kind struct {
	Schemes []string // of the URLs it can read
	Options []string // keys it understands
	New     func(o feed.Options) (Parser, error)
}

// A Feed is what a document says of itself.
type Feed struct {
	Format     string // "rss2.0", "rss1.0", "atom1.0", "json1.1", "jekyll", … for logs and inspect
	Charset    string // the name of the encoding the text was read as
	Base       string // what relative references start from: the document's URL or Content-Location; "" unknown
	ID         string
	Language   string
	Logo       string
	Icon       string
	Generator  string
	Title      Text
	Subtitle   Text
	Rights     Text
	Links      []Link
	Authors    []feed.Person
	Categories []feed.Category
	Published  string // as written
	Updated    string // as written
	Schedule   Schedule
	Items      []Item
	Split      *Split   `json:"-"` // nil when the items cannot be told apart for sure
	Notes      []string // what was wrong with the document and how it was read all the same
}

// An Item is one entry as upstream wrote it.
type Item struct {
	ID           string // byte for byte, surrounding white space aside
	Base         string // xml:base in force at the item, absolute if Feed.Base is; "" none of its own
	Language     string
	Title        Text
	Summary      Text
	Content      Text
	Rights       Text
	Links        []Link // alternate, enclosure, replies, …
	Authors      []feed.Person
	Contributors []feed.Person
	Categories   []feed.Category
	Published    string           // as written
	Updated      string           // as written
	InReplyTo    []feed.Reference `json:",omitzero"`
	Image        Link             `json:",omitzero"`
	Duration     string           `json:",omitzero"` // as written: seconds, minutes and seconds, or hours too
	Season       string           `json:",omitzero"` // as written
	Episode      string           `json:",omitzero"` // as written
	Point        string           `json:",omitzero"` // as written: latitude and longitude
	Slug         string           // a file name to publish it under, for kinds that have one
}

// A Schedule is what a document says of when to ask for it, as written.
type Schedule struct {
	TTL             string // RSS 2.0 ttl, in minutes
	UpdatePeriod    string // sy:updatePeriod: "hourly", "daily", …
	UpdateFrequency string // sy:updateFrequency: times in a period
	UpdateBase      string // sy:updateBase: a date
	SkipHours       string // RSS skipHours, with spaces between
	SkipDays        string // RSS skipDays, likewise
}

// A Text is a text construct as it was written. Base is the xml:base in force
// at it, when that is not the item's.
type Text struct {
	Type feed.TextType
	Body string
	Base string
}

// A Link is a link as it was written: Href may be relative to Base, or to the
// item's base when Base is empty.
type Link struct {
	feed.Link
	Base string
}

// An Error says why a document holds no feed, in words for the operator.
type Error struct {
	Reason string // "this is an HTML page, not a feed"
	Hint   string // what to do about it, or ""
	Line   int    // 0 when no place can be named
	Err    error
}

func (e *Error) Error() string { return e.Reason }
func (e *Error) Unwrap() error { return e.Err }
