package parse

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tributary/feed"
)

// Kinds are the kinds of source there are, by the name that feeds.toml gives
// them. A kind is one file and one row here.
var Kinds = map[string]Kind{
	"exec":    execKind,
	"feed":    feedKind,
	"file":    fileKind,
	"html":    htmlKind,
	"json":    jsonKind,
	"jekyll":  jekyllKind,
	"sitemap": sitemapKind,
}

// Version says how documents are read: it rises when the same bytes give
// other entries than before, so that they are asked for once more.
const Version = 5

// New returns the parser for a source's kind, having checked its options.
func New(s *feed.Source) (Parser, error) {
	kind, ok := Kinds[s.Kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind %q: known are %s", s.Kind, strings.Join(KindNames(), ", "))
	}
	for _, key := range slices.Sorted(maps.Keys(s.Options)) {
		if !slices.Contains(kind.Options, key) && !slices.Contains(CommonOptions, key) {
			return nil, fmt.Errorf("kind %q has no option %q", s.Kind, key)
		}
	}
	p, err := kind.New(s.Options)
	if err != nil {
		return nil, err
	}
	return withFullText(p, s.Options)
}

// KindNames returns the names of all kinds, sorted.
func KindNames() []string { return slices.Sorted(maps.Keys(Kinds)) }
