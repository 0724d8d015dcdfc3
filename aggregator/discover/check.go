package discover

import (
	"context"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// Check asks an address for a feed. It returns where permanent redirects led,
// "" when none did; an error says why there is no feed.
func Check(ctx context.Context, f fetch.Fetcher, address string) (moved string, err error) {
	doc, err := (&search{fetcher: f}).get(ctx, address)
	if err != nil {
		return "", err
	}
	defer doc.Close()
	p, err := parse.New(&feed.Source{ID: "discover", URL: doc.URL, Kind: "feed"})
	if err != nil {
		return "", err
	}
	if _, err := p.Parse(doc); err != nil {
		return "", err
	}
	return doc.Moved, nil
}
