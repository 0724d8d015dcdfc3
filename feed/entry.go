package feed

import (
	"bytes"
	"slices"
	"time"
)

// A Feed is atom:feed without its entries (RFC 4287 §4.1.1): an RSS channel,
// the top of a JSON Feed.
type Feed struct {
	ID           string
	Language     string // BCP 47
	Logo         string // URL, RFC 4287 §4.2.8
	Icon         string // URL, RFC 4287 §4.2.5
	Generator    Generator
	Title        Text
	Subtitle     Text
	Rights       Text
	Links        []Link
	Authors      []Person
	Contributors []Person
	Categories   []Category
	Published    time.Time // RSS pubDate; zero when not given
	Updated      time.Time
}

// A Generator is RFC 4287 §4.2.4: the program that made a feed.
type Generator struct{ Name, URI, Version string }

// An Entry is one item, normalised (RFC 4287 §4.1.2): its references are
// absolute, its HTML is sanitised, its identity is settled.
type Entry struct {
	ID         EntryID  // ours, from Identify; never changes
	Source     SourceID // whose entry it is
	UpstreamID string   // atom:id, guid or JSON Feed id, byte for byte; may be empty
	Slug       string   // the file name to publish it under, when its source has one; else empty
	Filed      []string // terms of the published categories it is filed under, sorted

	Title    Text // always TextPlain
	Summary  Text
	Content  Text
	Rights   Text
	Language string // BCP 47; empty when neither entry nor feed says

	Links        []Link // alternate first; enclosures have rel "enclosure", comments rel "replies"
	Authors      []Person
	Contributors []Person
	Categories   []Category // upstream's own
	InReplyTo    []Reference
	FromFeed     *Feed // atom:source (RFC 4287 §4.2.11): the feed that upstream has it from; nil: it says none

	Image    string        // URL of a picture of it
	Duration time.Duration // of its first enclosure; 0: unknown
	Season   int           // 0: none
	Episode  int           // 0: none
	Credits  []Credit      // who took part in its recording
	Explicit Rating        // of its recording
	Point    string        // where it is: latitude and longitude, "45.256 -71.92" (GeoRSS point)

	Published time.Time // upstream's, with its offset; zero when it gave none
	Updated   time.Time // upstream's, with its offset; zero when it gave none
	Received  time.Time // when first seen, UTC
	Order     time.Time // its place in every feed, set once and unique within a poll; see Place
	Modified  time.Time // when what a reader sees last changed here, UTC
	Digest    Digest    // of what a reader would see, as the source's own document has it

	// Brief says that the entry was made without the documents of its own that
	// its first version was made from: Merge keeps what those gave. It is not
	// stored.
	Brief bool

	Making   Making    // what was done to make it
	Original *Original // what upstream says where a rule has changed it; nil: nowhere

	Story   Story    // what it is known by when it comes once more
	Repeats []Repeat // the categories in which it is another one's repeat, not in Filed; by term
	Also    []Also   // the entries that repeat it
	Lead    EntryID  // of Also: whose words are published in its place; none: its own
	WordsOf SourceID // whose words these are, once they are those of Lead; never stored
}

// An Original is what upstream says in the fields that rules may change.
type Original struct {
	Title    Text
	Language string
	Digest   Digest // of the entry as upstream has it
}

// A Category is RFC 4287 §4.2.2; RSS category with its domain as Scheme.
type Category struct{ Term, Scheme, Label string }

// A Person is RFC 4287 §3.2.
type Person struct{ Name, URI, Email string }

// A Credit is podcast:person of Podcasting 2.0: who took part, as what and in
// which group, in upstream's words, and a page and a picture of theirs.
type Credit struct{ Name, Role, Group, Href, Image string }

// A Rating says whether something is for grown-ups.
type Rating uint8

// What itunes:explicit says.
const (
	Unrated Rating = iota
	Clean
	Explicit
)

// A Link is RFC 4287 §4.2.7. Length is in bytes, 0 when not known.
type Link struct {
	Href, Rel, Type, HrefLang, Title string
	Length                           int64
}

// A Reference is what an entry answers (RFC 4685 §3). Ref is the id of that.
type Reference struct{ Ref, Href, Source, Type string }

// Relations that the packages of tributary give a meaning (RFC 4287 §4.2.7.2).
const (
	RelAlternate  = "alternate"
	RelEnclosure  = "enclosure"
	RelReplies    = "replies" // RFC 4685 §4; RSS comments
	RelRelated    = "related"
	RelSelf       = "self"
	RelHub        = "hub" // W3C WebSub §4
	RelVia        = "via"
	RelTranscript = "transcript" // Podcasting 2.0: of the first enclosure, in HrefLang
	RelChapters   = "chapters"   // Podcasting 2.0: of the first enclosure
	RelCanonical  = "canonical"  // RFC 6596: the page that its publisher prefers to all copies
)

// A TextType is the type attribute of a text construct (RFC 4287 §3.1.1).
type TextType uint8

// Text is plain, or HTML. XHTML is turned into HTML when it is parsed.
const (
	TextPlain TextType = iota
	TextHTML
)

// A Text is a text construct (RFC 4287 §3.1). In an Entry or a stored Feed,
// HTML is always sanitised.
type Text struct {
	Type TextType
	Body string
}

// Empty reports whether there is no text.
func (t Text) Empty() bool { return t.Body == "" }

// Alternate returns the URL of the entry's page, or "" when it has none.
func (e *Entry) Alternate() string { return alternate(e.Links) }

// Alternate returns the URL of the feed's page, or "" when it has none.
func (f *Feed) Alternate() string { return alternate(f.Links) }

// Self returns the URL of the feed itself, or "" when it does not say.
func (f *Feed) Self() string {
	for i := range f.Links {
		if f.Links[i].Rel == RelSelf {
			return f.Links[i].Href
		}
	}
	return ""
}

func alternate(links []Link) string {
	for i := range links {
		if links[i].Rel == RelAlternate || links[i].Rel == "" {
			return links[i].Href
		}
	}
	return ""
}

// Enclosures returns the links with rel "enclosure", in upstream's order.
func (e *Entry) Enclosures() []Link {
	var out []Link
	for _, l := range e.Links {
		if l.Rel == RelEnclosure {
			out = append(out, l)
		}
	}
	return out
}

// Date returns the date a reader expects to see: published, else updated,
// else when the entry was first seen. It keeps upstream's offset. A date
// before the first feeds, or from the future, is a mistake of upstream's and
// passed over: nothing is newer than when it was first seen. Published and
// Updated keep what upstream gave.
func (e *Entry) Date() time.Time {
	switch {
	case e.Plausible(e.Published):
		return e.Published
	case e.Plausible(e.Updated):
		return e.Updated
	}
	return e.Received
}

// LastUpdated returns atom:updated: upstream's own date, else that of the
// last change seen here, never before Date.
func (e *Entry) LastUpdated() time.Time {
	at := e.Updated
	if !e.Plausible(at) {
		at = time.Time{}
		if e.Modified.After(e.Received) {
			at = e.Modified
		}
	}
	if date := e.Date(); at.Before(date) {
		return date
	}
	return at
}

// Dates are true from the first feeds on, and as long as RFC 3339 can write
// them.
var (
	oldest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	latest = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Plausible reports whether the entry can be of that date: not before the
// first feeds, nor after it was first seen, or last seen to change.
func (e *Entry) Plausible(at time.Time) bool {
	limit := latest
	if !e.Received.IsZero() {
		limit = e.Received
	}
	if e.Modified.After(e.Received) {
		limit = e.Modified
	}
	return !at.Before(oldest) && !at.After(limit)
}

// NewestFirst compares two entries for the order of feeds: newest Order first,
// of equal ones the greater ID.
func NewestFirst(a, b Entry) int {
	if c := b.Order.Compare(a.Order); c != 0 {
		return c
	}
	return bytes.Compare(b.ID[:], a.ID[:])
}

// IsFiled reports whether the entry is published in the category of that term.
func (e *Entry) IsFiled(term string) bool { return slices.Contains(e.Filed, term) }
