package schedule

import (
	"slices"
	"time"

	"tributary/feed"
)

// paceOf is how many of the newest entries tell a source's pace.
const paceOf = 20

// Learn takes from a document's entries when the newest was published and how
// far apart they are. A document without dates, which has changed, shows by
// that when something came.
func Learn(s *feed.State, entries []feed.Entry, now time.Time) {
	var dates []time.Time
	for i := range entries {
		if at := dated(&entries[i]); !at.IsZero() && at.Before(now) {
			dates = append(dates, at)
		}
	}
	slices.SortFunc(dates, func(a, b time.Time) int { return b.Compare(a) })
	dates = dates[:min(len(dates), paceOf)]
	if len(dates) >= 2 {
		s.Newest = dates[0].UTC().Truncate(time.Second)
		s.Gap = dates[0].Sub(dates[len(dates)-1]) / time.Duration(len(dates)-1)
		return
	}
	if !s.Newest.IsZero() && !s.LastSuccess.IsZero() {
		gap := now.Sub(s.Newest)
		if s.Gap > 0 {
			gap = (3*s.Gap + gap) / 4
		}
		s.Gap = gap
	}
	s.Newest = now.UTC().Truncate(time.Second)
}

// dated returns upstream's own date, zero when it gave none that can be true.
func dated(e *feed.Entry) time.Time {
	switch {
	case e.Plausible(e.Published):
		return e.Published
	case e.Plausible(e.Updated):
		return e.Updated
	}
	return time.Time{}
}
