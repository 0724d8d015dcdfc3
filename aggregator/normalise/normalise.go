// Package normalise turns what upstream sent into entries fit to keep:
// identity settled, dates parsed, references absolute, HTML sanitised.
//
// It is pure: no clock, network or store. The same input gives the same
// entries on every machine, which is what keeps published IDs stable.
package normalise

import (
	"tributary/aggregator/parse"
	"tributary/feed"
)

// A Normaliser holds what is made once and shared by all polls. It is safe
// for concurrent use.
type Normaliser struct{}

// New returns a Normaliser.
func New() *Normaliser { return &Normaliser{} }

// Feed returns what src's document says, normalised: the feed, and its
// entries oldest first, each with ID, Source, Filed and Digest, without
// Received, Order and Modified, which depend on the store.
func (n *Normaliser) Feed(src *feed.Source, f *parse.Feed) (feed.Feed, []feed.Entry) {
	return feed.Feed{}, nil
}
