package feed_test

import (
	"slices"
	"testing"
	"time"

	"tributary/feed"
)

// TestMergeRepeat: what is a repeat stays one where its source files it, and
// is filed where it is put anew.
func TestMergeRepeat(t *testing.T) {
	entry := feed.Entry{ID: feed.EntryID{1}, Filed: []string{"a", "b"}, Digest: feed.Digest{1}, Received: poll, Modified: poll, Order: poll}
	prev := entry.Repeating(feed.Repeat{Term: "a", Of: feed.EntryID{2}})
	if !slices.Equal(prev.Filed, []string{"b"}) || !slices.Equal(prev.Terms(), []string{"a", "b"}) {
		t.Fatalf("a repeat in a is filed under %v, belongs to %v", prev.Filed, prev.Terms())
	}
	for _, tt := range []struct {
		name  string
		next  feed.Entry
		op    feed.Op
		filed []string
		terms []string
	}{
		{"the same", feed.Entry{Filed: []string{"a", "b"}, Digest: feed.Digest{1}}, feed.Unchanged, []string{"b"}, nil},
		{"other words", feed.Entry{Filed: []string{"a", "b"}, Digest: feed.Digest{2}}, feed.Updated, []string{"b"}, []string{"a", "b"}},
		{"one more category", feed.Entry{Filed: []string{"a", "b", "c"}, Digest: feed.Digest{1}}, feed.Refiled, []string{"b", "c"}, []string{"b", "c"}},
		{"without that of the repeat", feed.Entry{Filed: []string{"b"}, Digest: feed.Digest{1}}, feed.Refiled, []string{"b"}, []string{"b"}},
		{"only that of the repeat", feed.Entry{Filed: []string{"a"}, Digest: feed.Digest{1}}, feed.Refiled, nil, []string{"b"}},
	} {
		got, op, terms := feed.Merge(&prev, tt.next)
		if op != tt.op || !slices.Equal(got.Filed, tt.filed) || !slices.Equal(terms, tt.terms) {
			t.Errorf("%s: %v, filed under %v, %v out of date; want %v, %v, %v", tt.name, op, got.Filed, terms, tt.op, tt.filed, tt.terms)
		}
	}
	if out := prev.Released("a"); !slices.Equal(out.Filed, []string{"a", "b"}) || len(out.Repeats) != 0 {
		t.Errorf("released it is filed under %v and repeats %v", out.Filed, out.Repeats)
	}
}

// TestLead: the preferred source's words are published under the first's
// identity, and are an update.
func TestLead(t *testing.T) {
	first := feed.Entry{ID: feed.EntryID{1}, Source: "a", UpstreamID: "urn:x:1", Title: feed.Text{Body: "A"}, Filed: []string{"news"}, Received: poll, Modified: poll, Order: poll, Published: poll.Add(-time.Hour)}
	late := poll.Add(2 * time.Hour)
	other := feed.Entry{ID: feed.EntryID{2}, Source: "b", UpstreamID: "urn:x:2", Title: feed.Text{Body: "B"}, Received: late, Modified: late, Order: late}
	if got := first.Listing(&other, map[feed.SourceID]int{"a": 1, "b": 1}); got.Lead != (feed.EntryID{}) || len(got.Also) != 1 {
		t.Errorf("a source of the same priority leads: %+v", got)
	}
	led := first.Listing(&other, map[feed.SourceID]int{"b": 1})
	if led.Lead != other.ID {
		t.Fatalf("the preferred source does not lead: %+v", led)
	}
	shown := led.InWordsOf(&other)
	if shown.ID != first.ID || shown.UpstreamID != first.UpstreamID || shown.Source != "a" || shown.Origin() != "b" || shown.Title.Body != "B" || !shown.Order.Equal(poll) || !shown.IsFiled("news") {
		t.Errorf("it is shown as %+v", shown)
	}
	if !shown.Date().Equal(first.Date()) || !shown.LastUpdated().Equal(late) || len(shown.Also) != 1 || shown.Also[0].Source != "a" {
		t.Errorf("it is of %s, updated %s, and also at %+v; want the first's date, the time of the change and the first", shown.Date(), shown.LastUpdated(), shown.Also)
	}
	if got := led.Unlisting(other.ID); got.Lead != (feed.EntryID{}) || len(got.Also) != 0 {
		t.Errorf("without the other it is %+v", got)
	}
}
