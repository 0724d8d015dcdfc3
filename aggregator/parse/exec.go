package parse

import "tributary/feed"

// execKind reads the feed that a command writes to its standard output.
var execKind = Kind{
	Schemes: []string{"exec"},
	New:     func(feed.Options) (Parser, error) { return feedParser{}, nil },
}
