package render

import (
	"encoding/binary"
	"time"
)

// Readers sort by date. One before there were feeds, or after the entry was
// received, is a mistake that would keep it at one end for good.
var (
	firstFeeds = time.Date(1990, time.January, 1, 0, 0, 0, 0, time.UTC)
	lastYear   = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC) // that RFC 3339 can write
)

// tolerance is how far upstream's clock, or its idea of its time zone, may be
// ahead of ours.
const tolerance = 24 * time.Hour

func (it *item) isPlausible(t time.Time) bool {
	latest := lastYear
	if !it.Received.IsZero() {
		latest = it.Received.Add(tolerance)
	}
	return !t.Before(firstFeeds) && t.Before(latest)
}

// date returns the date that readers sort by: Entry.Date if it is plausible,
// else when the entry was received.
func (it *item) date() time.Time {
	for _, t := range []time.Time{it.Published, it.Updated, it.Received, it.Order} {
		if it.isPlausible(t) {
			return inMinutes(t)
		}
	}
	return nothingYet
}

// setDates gives the items of a document their dates. Readers and validators
// take two entries updated at one instant for a mistake, though date-only
// feeds have many: the newer of them is set apart by less than a millisecond,
// always the same for one entry. What upstream said stays as it is wherever
// nothing else claims the same instant.
func setDates(items []item) {
	taken := make(map[int64]bool, len(items))
	for i := len(items) - 1; i >= 0; i-- {
		it := &items[i]
		it.published = it.date()
		it.updated = it.published
		if at := it.LastUpdated(); it.isPlausible(at) && at.After(it.updated) {
			it.updated = inMinutes(at)
		}
		apart := time.Duration(binary.BigEndian.Uint32(it.Entry.ID[12:])%999_983) + 1
		for taken[it.updated.UnixNano()] {
			it.updated = it.updated.Add(apart)
			apart = 1
		}
		taken[it.updated.UnixNano()] = true
	}
}

// inMinutes returns t with an offset that dates in documents can have: whole
// minutes, less than a day.
func inMinutes(t time.Time) time.Time {
	if _, offset := t.Zone(); offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		return t.UTC()
	}
	return t
}
