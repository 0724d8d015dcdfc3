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
	dates := datesOf(entries, now)
	slices.Reverse(dates)
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

// LearnNew is Learn for a document of which only the new entries are known.
// dated is how many entries of the whole have a date. Each new one moves the
// mean of the newest a little.
func LearnNew(s *feed.State, entries []feed.Entry, dated int, now time.Time) {
	if dated < 2 {
		if len(entries) > 0 {
			Learn(s, nil, now)
		}
		return
	}
	steps := time.Duration(min(dated, paceOf) - 1)
	for _, at := range datesOf(entries, now) {
		if at = at.UTC().Truncate(time.Second); at.After(s.Newest) {
			s.Gap += (at.Sub(s.Newest) - s.Gap) / steps
			s.Newest = at
		}
	}
}

// datesOf returns when entries were published, the earliest first.
func datesOf(entries []feed.Entry, now time.Time) (dates []time.Time) {
	for i := range entries {
		if at := dated(&entries[i]); !at.IsZero() && at.Before(now) {
			dates = append(dates, at)
		}
	}
	slices.SortFunc(dates, time.Time.Compare)
	return dates
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
