package feed

import "time"

// A SourceID names a source for good. It is the source's name in feeds.toml;
// the identity of its entries hangs on it, so its URL may move.
type SourceID string

// A Source is one upstream to poll, as feeds.toml describes it.
type Source struct {
	ID         SourceID
	URL        string        // http, https or an absolute file: URL; its scheme picks the Fetcher
	Kind       string        // picks the parser: "feed", "file" or "jekyll"
	Categories []string      // terms of the categories its entries are filed under
	Interval   time.Duration // fixed time between polls; zero: min_interval of the aggregator
	Options    Options       // what only the kind understands
}

// Options are the settings that one kind of source understands, by key.
// Secrets are never among them.
type Options map[string]string

// A State is what polling has learned of a source.
type State struct {
	Source Source
	// Revision rises with each commit of this source, and with settings that a
	// poll under way does not know. A poll is committed on top of the revision
	// it began from, or not at all.
	Revision uint64

	URL          string    // what to ask for next: Source.URL, or where permanent redirects led
	Feed         Feed      // upstream's own metadata, from the last body
	ETag         string    // RFC 9110 §8.8.3, opaque, as received
	LastModified string    // RFC 9110 §8.8.2, as received
	Body         Digest    // of the last body that was read to the end, for upstreams without validators
	Problems     string    // the codes of the validator's errors in the last body, with spaces between them
	Coded        Digest    // of the same body before its content codings were undone; zero when it had none
	LastPoll     time.Time // zero: never polled
	NextPoll     time.Time // zero: due at once
	LastSuccess  time.Time
	Failures     int    // in a row
	LastError    string // for the operator; empty after a success
}
