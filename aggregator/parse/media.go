package parse

import (
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"tributary/feed"
)

// rest reads what only extensions say of an item: what it answers, its
// picture, how long it is and which episode, where it is.
func (x extended) rest(to *Item) {
	if len(x.all) == 0 {
		return
	}
	for _, e := range x.list("thr", "in-reply-to") {
		r := feed.Reference{Ref: e.Attrs["ref"], Href: e.Attrs["href"], Source: e.Attrs["source"], Type: e.Attrs["type"]}
		if r != (feed.Reference{}) && len(to.InReplyTo) < maxEach {
			to.InReplyTo = append(to.InReplyTo, r)
		}
	}
	to.Image.Href = x.picture()
	to.Duration = x.value("itunes", "duration")
	for _, e := range x.media("content") {
		to.Duration = first(to.Duration, e.Attrs["duration"])
	}
	to.Season = first(x.value("itunes", "season"), x.value("podcast", "season"))
	to.Episode = first(x.value("itunes", "episode"), x.value("podcast", "episode"))
	to.Credits, to.Explicit = x.credits(), x.value("itunes", "explicit")
	to.Point = x.point()
}

// credits returns the people of the item's recording, or of all of a show's
// (Podcasting 2.0, person).
func (x extended) credits() (out []feed.Credit) {
	for _, e := range x.list("podcast", "person") {
		c := feed.Credit{Name: clean(e.Value), Role: e.Attrs["role"], Group: e.Attrs["group"], Href: e.Attrs["href"], Image: e.Attrs["img"]}
		if c.Name != "" && len(out) < maxEach {
			out = append(out, c)
		}
	}
	return out
}

// picture returns the URL of the item's picture: what a podcast shows, else
// the first thumbnail.
func (x extended) picture() string {
	for _, list := range [...][]ext.Extension{x.list("itunes", "image"), x.media("thumbnail")} {
		for _, e := range list {
			if href := first(e.Attrs["href"], e.Attrs["url"]); href != "" {
				return href
			}
		}
	}
	return ""
}

// point returns latitude and longitude, as GeoRSS, GML or the W3C's basic geo
// vocabulary give them.
func (x extended) point() string {
	if p := x.value("georss", "point"); p != "" {
		return p
	}
	for _, where := range x.list("georss", "where") {
		for _, p := range where.Children["point"] {
			if pos := childValue(p, "pos"); pos != "" {
				return pos
			}
		}
	}
	lat, long := x.value("geo", "lat"), x.value("geo", "long")
	for _, p := range x.list("geo", "point") {
		lat, long = first(lat, childValue(p, "lat")), first(long, childValue(p, "long"))
	}
	return strings.TrimSpace(lat + " " + long)
}

func childValue(e ext.Extension, name string) string {
	for _, c := range e.Children[name] {
		if c.Value != "" {
			return c.Value
		}
	}
	return ""
}
