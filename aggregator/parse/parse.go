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

// A Gatherer is a Parser whose documents lead to others: Feed.More and
// Item.Detail. It reads them too; who asks for them, and when, is not its
// business.
type Gatherer interface {
	Parser
	// Pages is how many documents Parse is to read in one poll at most, the
	// source's own included.
	Pages() int
	// Detail reads the document that it.Detail names, and returns what it says
	// of the item. An *Error says why it gives no text; what it says
	// otherwise, which may be nil, is returned all the same.
	Detail(it *Item, doc *fetch.Document) (*Item, error)
}

// A Kind makes the parser of a source; it checks the source's options. What is
// wrong with one is an *OptionError.
type Kind struct {
	Schemes []string // of the URLs it can read
	Options []string // keys it understands
	Opaque  bool     // its documents are no feeds, so that no rule of feeds holds for them
	New     func(o feed.Options) (Parser, error)
}

// A Feed is what a document says of itself.
type Feed struct {
	Format           string // "rss2.0", "rss1.0", "atom1.0", "json1.1", "jekyll", … for logs and inspect
	Charset          string // the name of the encoding the text was read as
	Base             string // what relative references start from: the document's URL or Content-Location; "" unknown
	ID               string
	Language         string
	Logo             string
	Icon             string
	Generator        string
	GeneratorURI     string `json:",omitempty"`
	GeneratorVersion string `json:",omitempty"`
	Title            Text
	Subtitle         Text
	Rights           Text
	Links            []Link
	Authors          []feed.Person
	Contributors     []feed.Person `json:",omitempty"`
	Categories       []feed.Category
	Credits          []feed.Credit `json:",omitempty"` // of each episode that names nobody itself; Href and Image as written
	Published        string        // as written
	Updated          string        // as written
	Schedule         Schedule
	Items            []Item
	Split            *Split   `json:"-"`          // nil when the items cannot be told apart for sure
	More             []string `json:",omitempty"` // where the items go on, as the document has it: further documents for Parse
	Restless         bool     `json:",omitempty"` // More may have something new although this document has not
	Notes            []string // what was wrong with the document and how it was read all the same
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
	Source       *Feed            `json:",omitempty"` // the feed that it was taken from, without items
	Image        Link             `json:",omitzero"`
	Duration     string           `json:",omitzero"` // as written: seconds, minutes and seconds, or hours too
	Season       string           `json:",omitzero"` // as written
	Episode      string           `json:",omitzero"` // as written
	Credits      []feed.Credit    `json:",omitzero"` // Href and Image as written
	Explicit     string           `json:",omitzero"` // as written
	Point        string           `json:",omitzero"` // as written: latitude and longitude
	Slug         string           // a file name to publish it under, for kinds that have one

	// Detail is the URL of a document of its own that says more of the item, ""
	// for none, and More what was found there. More comes before what the item
	// says itself, except that identity and digest never depend on it.
	Detail  string        `json:",omitempty"`
	More    *Item         `json:",omitempty"`
	Brief   bool          `json:",omitempty"` // More is not given although there was one when the item was new
	Scant   bool          `json:",omitempty"` // without More there is hardly anything to read
	From    feed.TextFrom `json:",omitempty"` // of More: where its content is from
	Lack    string        `json:",omitempty"` // why More is not given although it was asked for
	guessed bool          // its title is made of its address
	raw     any           // what the item was read from, for kinds that need it for Detail
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
