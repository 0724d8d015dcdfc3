package publisher

import (
	"context"
	"fmt"
	"net/url"
	"strings"

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

func (p *Publisher) feedURL(t target) string { return p.urlOf(t.editionName(), t.format) }

// FeedURL returns the URL of a rendered feed.
func (p *Publisher) FeedURL(r *Rendering) string { return p.urlOf(r.Term, r.Format) }

// urlOf returns the URL of an edition's document in a format.
func (p *Publisher) urlOf(term string, f *render.Format) string {
	if strings.HasPrefix(term, "/") { // the folder of what is chosen
		return p.set.Site.URL(term + f.File)
	}
	return p.set.Site.URL(render.DocumentPath(term, f))
}

func unescape(path string) string {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return plain
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
	return &Rendering{Path: path, Term: t.editionName(), Format: t.format, Body: d.body(), ETag: d.etag(), Modified: d.modified}, nil
}

// feedFields are header fields of feeds alone: where they are pushed from (W3C
// WebSub §4), and that other sites' scripts may read them.
func (p *Publisher) feedFields(t target) []field {
	if !t.format.Feed {
		return nil
	}
	fields := []field{{"Access-Control-Allow-Origin", []string{"*"}}}
	if hub := p.set.Site.Hub; hub != "" && (t.chosen == nil || p.isNamed(t.chosen)) && t.paged == 0 {
		fields = append(fields, field{"Link", []string{fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, hub, p.feedURL(t))}})
	}
	return fields
}
