package render

import (
	"time"

	"tributary/feed"
)

// carriedSource returns what an entry that upstream has taken from another feed
// says of that feed, which is kept when it is published once more (RFC 4287
// §4.2.11); nil when upstream's own is to be named.
func (it *item) carriedSource() *atomSource {
	f := it.FromFeed
	if f == nil {
		return nil
	}
	self, page := webURL(f.Self()), webURL(f.Alternate())
	id := f.ID
	for _, other := range []string{self, page} {
		if !lasting(id) {
			id = other
		}
	}
	if !lasting(id) {
		return nil
	}
	out := &atomSource{ID: id, Title: newAtomText(orElse(legal(f.Title.Body), id)), Updated: it.updated.Format(time.RFC3339)}
	if !f.Updated.IsZero() {
		out.Updated = documentDate(f.Updated).Format(time.RFC3339)
	}
	if self != "" {
		out.Links = append(out.Links, newAtomLink(feed.Link{Href: self, Rel: feed.RelSelf}))
	}
	if page != "" {
		out.Links = append(out.Links, newAtomLink(feed.Link{Href: page, Rel: feed.RelAlternate}))
	}
	return out
}

// rssSource returns the attribution, nil when there is no URL to give.
func (it *item) rssSource() *rssSource {
	if f := it.FromFeed; f != nil {
		if u := webURL(f.Self()); u != "" {
			return &rssSource{URL: u, written: *plain(orElse(legal(f.Title.Body), u))}
		}
	}
	return newRSSSource(it.source)
}
