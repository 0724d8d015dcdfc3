// Package validator judges feed documents: RSS, Atom, JSON Feed, OPML and the
// extensions they carry.
//
// A document is read once, as a stream; what is wrong with it is told as
// messages, each by one rule of a registry and with its place. Time and memory
// are linear in the input, and memory is bounded by one entry.
package validator

import (
	"io"
	"time"
)

// A Document is what is to be judged.
type Document struct {
	Name string // of the file, or the URL, as messages name it
	// URL is where the document was found, its base; "" is not known.
	URL string
	// ContentType is the media type the document was sent with; "" is none,
	// as for files.
	ContentType string
	Body        io.Reader
	// Exchange is how the document was fetched; nil for files.
	Exchange *Exchange
}

// Options say how to judge. The zero value judges by the specifications.
type Options struct {
	// Profile is a name of Profiles, "" the first.
	Profile string
	// Ignore are the codes not to report; with Only, no other is reported.
	Only, Ignore []string
	Limits       Limits
	// Now is the time that dates are held against; zero is the clock's.
	Now time.Time
}

// Limits bound what one document may cost. Zero fields take the defaults.
type Limits struct {
	Bytes   int64 // of the document; default 1 GiB
	Depth   int   // elements or values within each other; default 1,000
	PerCode int   // messages told of one code, the rest is counted; default 100
}

// A Format is what kind of document one is.
type Format string

// The formats that are told apart.
const (
	Unknown        Format = "unknown"
	RSS2           Format = "rss2" // 0.91 to 0.94 too
	RSS1           Format = "rss1" // 0.90, 1.0 and 1.1, which are RDF
	Atom           Format = "atom"
	AtomEntry      Format = "atom-entry"
	AtomService    Format = "atompub-service"
	AtomCategories Format = "atompub-categories"
	JSONFeed       Format = "json"
	OPML           Format = "opml"
	Sitemap        Format = "sitemap"
)

// A Result is what was found in a document.
type Result struct {
	Source   string // the document's name
	Format   Format
	Version  string // of the format, as the document says it
	Encoding string // the document was read in
	Profile  string // it was judged by, with its date
	Bytes    int64
	Entries  int
	// Valid reports that no message is an error.
	Valid bool
	// Messages are in the document's order.
	Messages []Message
	// Counts is how often each code was found, those that Limits.PerCode
	// left untold among them.
	Counts map[string]int
	// Entries of a document that was fetched, for a second look to be held
	// against, and the addresses it names that could be probed.
	Glimpses         []Glimpse
	Hubs, Enclosures []Probe
}

// A Position is a place in a document.
type Position struct {
	Line   int   // from 1
	Column int   // in characters, from 1
	Offset int64 // in bytes of the document, from 0
}

// A Message is one thing that is wrong.
type Message struct {
	Rule  *Rule
	Level Level // by the profile
	Text  string
	// Start is its first character and End the one after its last.
	Start, End Position
	// Element is the subject, without its prefix, Parent its container, and
	// Attribute the attribute that it is about, if any.
	Element, Parent, Attribute string
	Value                      string // that is wrong, cut at 200 bytes
	// Fix is what mends it safely, nil when only its author can tell.
	Fix *Fix
}

// A Fix mends one message by an edit of the document.
type Fix struct {
	What       string // it does, as an imperative: "escape the ampersand"
	Start, End int64  // the bytes it replaces
	New        string // in UTF-8
}
