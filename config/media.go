package config

import "fmt"

// Media is what the [site] table says of entries' pictures.
type Media struct {
	Proxy bool   // they are shown at addresses of ours
	Cache int64  // bytes that are kept on disk; default 1 GB
	Key   Secret // signs these addresses; empty: one that is made and kept beside the store
}

const (
	defaultMediaCache = 1e9
	minMediaCache     = 64 << 20
	maxMediaCache     = 1 << 44
	minMediaKey       = 16
)

func (d *decoder) media(s *section) Media {
	const key, example = "media_key_env", "NEWS_MEDIA_KEY"
	m := Media{
		Proxy: s.flag("media_proxy"),
		Cache: s.size("media_cache", maxMediaCache, defaultMediaCache),
		Key:   (&roster{decoder: d}).fromEnvironment(s, key, example),
	}
	if m.Cache < minMediaCache {
		s.wrong("media_cache", s.valueAt("media_cache"), fmt.Sprintf("media_cache is %d bytes", m.Cache), fmt.Sprintf(`expected at least %d MiB: a picture can have 10, such as media_cache = "1 GB"`, minMediaCache>>20), "")
	}
	if n := len(m.Key); n > 0 && n < minMediaKey {
		s.wrong(key, s.valueAt(key), fmt.Sprintf("the key in the variable of %s is too short to be one", key), fmt.Sprintf("expected at least %d characters that nobody can guess", minMediaKey), "")
	}
	return m
}
