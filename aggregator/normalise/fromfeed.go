package normalise

import (
	"reflect"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// fromFeed returns what an item says of the feed that it was taken from, nil
// when that is nothing.
func (d *document) fromFeed(f *parse.Feed, b base) *feed.Feed {
	if f == nil {
		return nil
	}
	of := *d
	of.base, of.language = b, languageTag(f.Language)
	out := of.feed(f)
	if reflect.ValueOf(&out).Elem().IsZero() {
		return nil
	}
	return &out
}

// appendFromFeed appends to the parts of a digest what readers see of that
// feed. Its date is not among them: that of one which is gathered from others
// changes with each of their entries.
func appendFromFeed(parts []string, f *feed.Feed) []string {
	if f == nil {
		return parts
	}
	return append(parts, "source", f.ID, f.Title.Body, f.Self(), f.Alternate())
}
