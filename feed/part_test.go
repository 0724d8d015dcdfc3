package feed_test

import (
	"testing"
	"time"

	"tributary/feed"
)

func TestPart(t *testing.T) {
	const digest = 0xfedcba9876543210
	one := feed.NewPart(digest, &feed.Entry{ID: feed.EntryID{12: 0xab, 13: 0xcd}})
	dated := feed.NewPart(digest+1, &feed.Entry{ID: feed.EntryID{12: 0xab, 13: 0xcd}, Published: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)})
	other := feed.NewPart(digest, &feed.Entry{ID: feed.EntryID{12: 0xab, 13: 0x00}})
	if one.Key() != feed.KeyOf(digest) || dated.Key() == one.Key() || other.Key() != one.Key() {
		t.Errorf("keys %x, %x, %x of digest %x", one.Key(), dated.Key(), other.Key(), uint64(digest))
	}
	if one.Dated() || !dated.Dated() {
		t.Error("one is dated that has no date, or the other way round")
	}
	if !one.SameEntry(dated) || one.SameEntry(other) {
		t.Errorf("entries of %x, %x, %x are told apart wrongly", one, dated, other)
	}
}
