package main

import (
	"tributary/config"
	"tributary/feed"
)

// sourceFeeds says which sources have feeds of their own. It is found out when
// a configuration is taken on: a daemon does not keep the sources of it.
type sourceFeeds struct {
	none  []feed.SourceID // they are unlisted
	named []feed.SourceID // rendered, pushed and built
}

func sourceFeedsOf(cfg *config.Config) (f sourceFeeds) {
	for i := range cfg.Sources {
		switch id := cfg.Sources[i].ID; {
		case cfg.Sources[i].Unlisted:
			f.none = append(f.none, id)
		case cfg.Site.SourceFeeds:
			f.named = append(f.named, id)
		}
	}
	return f
}
