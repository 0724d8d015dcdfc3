package config

import "time"

// Retention is the [retention] table. Zero fields bound nothing.
type Retention struct {
	MaxAge     time.Duration // of everything that is stored
	MaxEntries int           // in all categories together
	Remember   time.Duration // how long what went is known after its source has stopped listing it; default 90d
}

const (
	maxAge          = 36_500 * day // a hundred years
	maxEntries      = 1_000_000_000
	defaultRemember = 90 * day
)

func (d *decoder) retention(s *section) Retention {
	r := Retention{MaxAge: s.maxAge(), MaxEntries: s.maxEntries(), Remember: s.duration("remember", maxAge, defaultRemember)}
	s.done()
	return r
}

// maxAge returns the age at which entries go; zero: they do not.
func (s *section) maxAge() time.Duration {
	const key = "max_age"
	if !s.has(key) {
		return 0
	}
	return s.duration(key, maxAge, 365*day)
}

// maxEntries returns how many entries are kept; zero: all.
func (s *section) maxEntries() int {
	const key = "max_entries"
	if !s.has(key) {
		return 0
	}
	return s.number(key, maxEntries, 10_000)
}
