package publisher

import (
	"context"
	"fmt"

	"tributary/publisher/render"
)

// Feeds returns the paths of the documents that can be subscribed to, by their
// URLs.
func (p *Publisher) Feeds() map[string]string {
	out := map[string]string{}
	for name, t := range p.targets {
		if t.format.Feed {
			out[p.feedURL(t)] = name
		}
	}
	return out
}

func (p *Publisher) feedURL(t target) string {
	return p.set.Site.URL(render.DocumentPath(t.category.Term, t.format))
}

// FeedURL returns the URL of a rendered feed.
func (p *Publisher) FeedURL(r *Rendering) string {
	return p.set.Site.URL(render.DocumentPath(r.Term, r.Format))
}

// Feed returns what one of Feeds is now.
func (p *Publisher) Feed(ctx context.Context, path string) (*Rendering, error) {
	t, ok := p.targets[path]
	if !ok || !t.format.Feed {
		return nil, fmt.Errorf("%s: %w", path, errNoPage)
	}
	d, err := p.document(ctx, path, t)
	if err != nil {
		return nil, err
	}
	return &Rendering{Path: path, Term: t.category.Term, Format: t.format, Body: d.body(), ETag: d.etag(), Modified: d.modified}, nil
}

// feedFields are header fields of feeds alone: where they are pushed from (W3C
// WebSub §4), and that other sites' scripts may read them.
func (p *Publisher) feedFields(t target) []field {
	if !t.format.Feed {
		return nil
	}
	fields := []field{{"Access-Control-Allow-Origin", []string{"*"}}}
	if hub := p.set.Site.Hub; hub != "" && t.chosen == nil && t.paged == 0 {
		fields = append(fields, field{"Link", []string{fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, hub, p.feedURL(t))}})
	}
	return fields
}
