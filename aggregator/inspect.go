package aggregator

import (
	"context"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// Inspect returns what a first poll of src makes of a document, with its entries
// in the document's order. What it leads to, further pages and documents of
// entries, is asked for by set.Fetcher, set.HostGap apart. Nothing is stored.
func Inspect(ctx context.Context, set Settings, src *feed.Source, p parse.Parser, doc *fetch.Document) (*parse.Feed, feed.Feed, []feed.Entry, error) {
	parsed, err := p.Parse(doc)
	if err != nil {
		return nil, feed.Feed{}, nil, err
	}
	if g, ok := p.(parse.Gatherer); ok && leadsOn(parsed) {
		set.Fetcher = &spaced{Fetcher: set.Fetcher, gap: set.HostGap, next: map[string]time.Time{fetch.HostKey(doc.URL): time.Now().Add(set.HostGap)}}
		a := New(nil, set)
		a.reparse()
		_, err := a.gather(ctx, g, &feed.State{Source: *src}, doc.URL, parsed)
		a.unparse()
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, feed.Feed{}, nil, err
		}
	}
	f, entries := normalise.Framing(set.Frames).Document(src, parsed)
	return parsed, f, entries, nil
}

// A spaced fetcher leaves a gap between two requests of a host, where there is
// no dispatcher to do so. It is for one goroutine.
type spaced struct {
	fetch.Fetcher
	gap  time.Duration
	next map[string]time.Time // by host
}

// Fetch implements fetch.Fetcher.
func (s *spaced) Fetch(ctx context.Context, state *feed.State) (*fetch.Document, error) {
	host := fetch.HostKey(state.URL)
	timer := time.NewTimer(time.Until(s.next[host]))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.next[host] = time.Now().Add(s.gap)
	return s.Fetcher.Fetch(ctx, state)
}
