package feed_test

import (
	"testing"
	"time"

	"tributary/feed"
)

var (
	day   = time.Date(2022, 2, 11, 13, 7, 57, 0, time.FixedZone("", 8*3600))
	later = day.Add(time.Hour)
	poll  = day.Add(24 * time.Hour).UTC()

	ancient = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestDates(t *testing.T) {
	for _, tt := range []struct {
		name          string
		entry         feed.Entry
		date, updated time.Time
	}{
		{"published", feed.Entry{Published: day, Received: poll, Modified: poll}, day, day},
		{"only updated", feed.Entry{Updated: later, Received: poll, Modified: poll}, later, later},
		{"both", feed.Entry{Published: day, Updated: later, Received: poll}, day, later},
		{"updated before published", feed.Entry{Published: later, Updated: day, Received: poll}, later, later},
		{"none", feed.Entry{Received: poll, Modified: poll}, poll, poll},
		{"an edit seen here counts when upstream has no date for it", feed.Entry{Published: day, Received: poll, Modified: poll.Add(time.Hour)}, day, poll.Add(time.Hour)},
		{"published before there were feeds", feed.Entry{Published: ancient, Received: poll, Modified: poll}, poll, poll},
		{"published in the future", feed.Entry{Published: poll.AddDate(0, 0, 2), Received: poll, Modified: poll}, poll, poll},
		{"a mistaken date beside a good one", feed.Entry{Published: ancient, Updated: later, Received: poll, Modified: poll}, later, later},
		{"updated in the future", feed.Entry{Published: day, Updated: poll.AddDate(80, 0, 0), Received: poll, Modified: poll}, day, day},
		{"updated after it was first seen", feed.Entry{Published: day, Updated: poll.Add(time.Hour), Received: poll, Modified: poll.Add(2 * time.Hour)}, day, poll.Add(time.Hour)},
		{"published in another zone's morning", feed.Entry{Published: poll.Add(14 * time.Hour), Received: poll}, poll, poll},
		{"published as it was polled", feed.Entry{Published: poll, Received: poll}, poll, poll},
		{"updated today and published tomorrow", feed.Entry{Published: poll.Add(14 * time.Hour), Updated: day, Received: poll}, day, day},
		{"published again, later", feed.Entry{Published: poll.AddDate(0, 0, 3), Received: poll, Modified: poll.AddDate(0, 0, 3)}, poll.AddDate(0, 0, 3), poll.AddDate(0, 0, 3)},
		{"nobody knows when it was seen", feed.Entry{Published: day, Updated: later}, day, later},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.entry.Date(); !got.Equal(tt.date) {
				t.Errorf("Date = %s, want %s", got, tt.date)
			}
			if got := tt.entry.LastUpdated(); !got.Equal(tt.updated) {
				t.Errorf("LastUpdated = %s, want %s", got, tt.updated)
			}
		})
	}
}

func TestDateKeepsOffset(t *testing.T) {
	e := feed.Entry{Published: day}
	if got := e.Date().Format(time.RFC3339); got != "2022-02-11T13:07:57+08:00" {
		t.Errorf("Date = %s, want upstream's own offset", got)
	}
}

func TestLinks(t *testing.T) {
	e := feed.Entry{Links: []feed.Link{
		{Href: "https://example.com/a.mp3", Rel: feed.RelEnclosure},
		{Href: "https://example.com/a", Rel: feed.RelAlternate},
		{Href: "https://example.com/b.mp3", Rel: feed.RelEnclosure},
	}}
	if got := e.Alternate(); got != "https://example.com/a" {
		t.Errorf("Alternate = %q", got)
	}
	if got := e.Enclosures(); len(got) != 2 || got[1].Href != "https://example.com/b.mp3" {
		t.Errorf("Enclosures = %v", got)
	}
	bare := feed.Feed{Links: []feed.Link{{Href: "https://example.com/"}}}
	if got := bare.Alternate(); got != "https://example.com/" {
		t.Errorf("a link without rel is an alternate one, Alternate = %q", got)
	}
}
