package publisher

import (
	"context"
	"sync"

	"tributary/feed"
	"tributary/publisher/render"
)

// origins are what a build's documents say of sources, read once for many of
// them. They are safe for concurrent use.
type origins struct {
	mu sync.Mutex // guards what follows
	*sources
}

// of returns the sources of a page's entries, for the page alone.
func (o *origins) of(ctx context.Context, page *render.Page) (map[feed.SourceID]*render.Source, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known, err := o.sources.of(ctx, page)
	if err != nil {
		return nil, err
	}
	own := make(map[feed.SourceID]*render.Source, 1)
	for i := range page.Entries {
		e := &page.Entries[i]
		own[e.Origin()] = known[e.Origin()]
		for j := range e.Also {
			own[e.Also[j].Source] = known[e.Also[j].Source]
		}
	}
	return own, nil
}
