package config

import (
	"fmt"
	"strconv"
	"time"
)

const (
	defaultWindow = 72 * time.Hour
	longestWindow = 30 * day
	mostPriority  = 100
)

// window returns how far apart near-copies may be: a key that has a meaning
// only where they are looked for.
func (s *section) window() time.Duration {
	const key = "repeats_window"
	if e := s.t.find(key); e != nil {
		if how := s.t.find("repeats"); how == nil || how.value.text != "story" {
			s.wrong(key, e.at, key+" is given, and repeats is not \"story\"", "expected it only with repeats = \"story\": links are compared with all that is stored", "")
		}
	}
	return s.duration(key, longestWindow, defaultWindow)
}

// priority returns whose words are preferred: of a higher number those of this
// source.
func (s *section) priority() int {
	const key = "priority"
	v := s.get(key, isNumber, "1")
	if v == nil {
		return 0
	}
	n, err := strconv.ParseInt(v.text, 0, 64)
	if err != nil || n < -mostPriority || n > mostPriority {
		s.wrong(key, v.at, fmt.Sprintf("%s is %s", key, shorten(v.text)),
			fmt.Sprintf("expected a whole number from -%d to %d, such as %s = 1; 0 is that of sources without it", mostPriority, mostPriority, key), "")
		return 0
	}
	return int(n)
}
