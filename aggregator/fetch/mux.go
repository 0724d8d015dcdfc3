package fetch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tributary/feed"
)

// A Mux fetches a source by the Fetcher for its URL's scheme.
type Mux map[string]Fetcher

// Fetch hands the source to the Fetcher of its scheme.
func (m Mux) Fetch(ctx context.Context, s *feed.State) (*Document, error) {
	scheme, _, found := strings.Cut(s.URL, ":")
	if f, ok := m[strings.ToLower(scheme)]; ok && found {
		return f.Fetch(ctx, s)
	}
	known := strings.Join(slices.Sorted(maps.Keys(m)), ", ")
	if !found {
		return nil, &Error{Reason: "the source's url has no scheme; known are " + known}
	}
	return nil, &Error{Reason: fmt.Sprintf("the scheme %q of the source's url is unknown here; known are %s", scheme, known)}
}
