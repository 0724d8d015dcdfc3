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
	Interval   time.Duration // fixed time between polls; zero: it adapts
	Options    Options       // what only the kind understands
	Filing     Digest        // of all that decides about its entries besides Categories; zero: nothing does
	Request    Digest        // of how it is asked for: header fields, proxy, user; no secret can be read from it
}

// Options are the settings that one kind of source understands, by key.
// Secrets are never among them.
type Options map[string]string
