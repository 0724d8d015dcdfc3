package feed_test

import (
	"strings"
	"testing"
	"time"

	"tributary/feed"
)

func TestIdentify(t *testing.T) {
	words := feed.DigestOf("a", "b")
	base := feed.Identify("s", "id", "link", words)
	for _, tt := range []struct {
		name string
		id   feed.EntryID
		same bool
	}{
		{"again", feed.Identify("s", "id", "link", words), true},
		{"the link does not matter beside an id", feed.Identify("s", "id", "other", words), true},
		{"another source", feed.Identify("t", "id", "link", words), false},
		{"another id", feed.Identify("s", "id2", "link", words), false},
		{"a link that looks like the id", feed.Identify("s", "", "id", words), false},
		{"words alone", feed.Identify("s", "", "", words), false},
	} {
		if (tt.id == base) != tt.same {
			t.Errorf("%s: same = %v, want %v", tt.name, tt.id == base, tt.same)
		}
	}
	if feed.Identify("s", "", "", words) == feed.Identify("s", "", "", feed.DigestOf("ab")) {
		t.Error("other words, same identity")
	}
}

// An identity that changes shows every subscriber every entry again: this
// one was computed by the first release.
func TestIdentityIsForGood(t *testing.T) {
	id := feed.Identify("gov", "NW202202112273888693", "", feed.Digest{})
	if got, want := id.URN(), "urn:uuid:6a2d911d-2e10-8c3e-9100-d135efaf4c28"; got != want {
		t.Errorf("URN = %s, want %s", got, want)
	}
}

func TestEntryIDText(t *testing.T) {
	id := feed.Identify("gov", "x", "", feed.Digest{})
	back, err := feed.ParseEntryID(strings.ToUpper(id.String()))
	if err != nil || back != id {
		t.Errorf("ParseEntryID(%q) = %v, %v", id, back, err)
	}
	for _, bad := range []string{"", "abc", id.String() + "a", "!" + id.String()[1:]} {
		if _, err := feed.ParseEntryID(bad); err == nil {
			t.Errorf("ParseEntryID(%q) took it", bad)
		}
	}
}

func TestDigestKeepsPartsApart(t *testing.T) {
	if feed.DigestOf("ab", "c") == feed.DigestOf("a", "bc") {
		t.Error("parts run together")
	}
}

func TestPlace(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	old, future := now.Add(-time.Hour), now.Add(time.Hour)
	make := func(dates ...time.Time) []feed.Entry {
		out := []feed.Entry{}
		for _, d := range dates {
			out = append(out, feed.Entry{Published: d})
		}
		return out
	}
	first := make(old, old, future, time.Time{})
	feed.Place(first, true, now)
	if !first[0].Order.Equal(old) || !first[1].Order.After(first[0].Order) {
		t.Errorf("on the first poll entries stand at their own dates, in upstream's order: %s, %s", first[0].Order, first[1].Order)
	}
	for _, e := range first[2:] {
		if e.Order.Sub(now) > time.Second || e.Order.Before(now) {
			t.Errorf("an entry from the future or without a date stands at the poll's time, not %s", e.Order)
		}
	}
	second := make(old)
	feed.Place(second, false, now)
	if second[0].Order.Before(now) || !second[0].Received.Equal(now) {
		t.Errorf("a late entry stands at the poll's time, not %s", second[0].Order)
	}
}
