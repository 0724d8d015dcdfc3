package normalise

import (
	"slices"

	"tributary/aggregator/parse"
	"tributary/feed"
)

// complete adds to an entry what its item's own document says, which comes
// first. Identity and digest are settled by then: the next poll knows the
// entry, and that it has not changed, by the source's document alone.
func (d *document) complete(e *feed.Entry, it *parse.Item) {
	e.Brief = it.Brief
	if it.Lack != "" {
		e.Making.Text, e.Making.Why = feed.FromNowhere, cut(legal(it.Lack), feed.MaxWhy)
	}
	if it.More == nil {
		return
	}
	more := d.entry(it.More)
	if !more.Content.Empty() && it.Lack == "" {
		e.Making = more.Making
		if e.Making.Text = it.More.From; e.Making.Text == feed.FromSource {
			e.Making.Text = feed.FromDocument
		}
	}
	for _, text := range []struct{ to, from *feed.Text }{
		{&e.Title, &more.Title}, {&e.Summary, &more.Summary}, {&e.Content, &more.Content}, {&e.Rights, &more.Rights},
	} {
		if !text.from.Empty() {
			*text.to = *text.from
		}
	}
	if !more.Published.IsZero() {
		e.Published = more.Published
	}
	if !more.Updated.IsZero() {
		e.Updated = more.Updated
	}
	if it.More.Language != "" && more.Language != "" {
		e.Language = more.Language
	}
	if more.Image != "" {
		e.Image = more.Image
	}
	if len(more.Authors) > 0 {
		e.Authors = more.Authors
	}
	if len(more.Categories) > 0 {
		e.Categories = more.Categories
	}
	for _, l := range more.Links {
		if !slices.ContainsFunc(e.Links, func(o feed.Link) bool { return o.Rel == l.Rel && o.Href == l.Href }) {
			e.Links = append(e.Links, l)
		}
	}
}
