package render

import (
	"encoding/binary"
	"time"
)

// setDates gives the items of a document their dates. Readers and validators
// take two entries updated at one instant for a mistake, though date-only
// feeds have many: the newer of them is set apart by less than a millisecond,
// always the same for one entry. What upstream said stays as it is wherever
// nothing else claims the same instant.
func setDates(items []item) {
	taken := make(map[int64]bool, len(items))
	for i := len(items) - 1; i >= 0; i-- {
		it := &items[i]
		it.published, it.updated = documentDate(it.Date()), documentDate(it.LastUpdated())
		apart := time.Duration(binary.BigEndian.Uint32(it.Entry.ID[12:])%999_983) + 1
		for taken[it.updated.UnixNano()] {
			it.updated = it.updated.Add(apart)
			apart = 1
		}
		taken[it.updated.UnixNano()] = true
	}
}

// documentDate returns t as documents can write it: with a year of four
// digits, and an offset of whole minutes, less than a day.
func documentDate(t time.Time) time.Time {
	if t.Year() < 1990 || t.Year() > 9998 {
		return nothingYet
	}
	if _, offset := t.Zone(); offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		return t.UTC()
	}
	return t
}
