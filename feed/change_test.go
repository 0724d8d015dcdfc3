package feed_test

import (
	"slices"
	"testing"
	"time"

	"tributary/feed"
)

func TestMerge(t *testing.T) {
	first := feed.Entry{ID: feed.EntryID{1}, Filed: []string{"a", "b"}, Digest: feed.Digest{1}, Received: poll, Order: poll}
	stored, op, terms := feed.Merge(nil, first)
	if op != feed.Created || !slices.Equal(terms, first.Filed) || !stored.Modified.Equal(poll) {
		t.Fatalf("a new entry: %v, %v, modified %s", op, terms, stored.Modified)
	}
	again := poll.Add(time.Hour)
	for _, tt := range []struct {
		name     string
		next     feed.Entry
		op       feed.Op
		terms    []string
		modified time.Time
	}{
		{"the same", feed.Entry{Filed: []string{"a", "b"}, Digest: feed.Digest{1}}, feed.Unchanged, nil, poll},
		{"other words", feed.Entry{Filed: []string{"a", "b"}, Digest: feed.Digest{2}}, feed.Updated, []string{"a", "b"}, again},
		{"other categories", feed.Entry{Filed: []string{"b", "c"}, Digest: feed.Digest{1}}, feed.Refiled, []string{"a", "b", "c"}, poll},
		{"both", feed.Entry{Filed: []string{"c"}, Digest: feed.Digest{2}}, feed.Updated, []string{"a", "b", "c"}, again},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.next.ID, tt.next.Received, tt.next.Order = stored.ID, again, again
			got, op, terms := feed.Merge(&stored, tt.next)
			if op != tt.op || !slices.Equal(terms, tt.terms) {
				t.Errorf("%v %v, want %v %v", op, terms, tt.op, tt.terms)
			}
			if !got.Received.Equal(poll) || !got.Order.Equal(poll) || !got.Modified.Equal(tt.modified) {
				t.Errorf("received %s order %s modified %s: the first two stay, the last is %s", got.Received, got.Order, got.Modified, tt.modified)
			}
			if !slices.Equal(got.Filed, tt.next.Filed) || got.Digest != tt.next.Digest {
				t.Errorf("filed %v digest %v, want those of the new version", got.Filed, got.Digest)
			}
		})
	}
}

// A brief version is an update like another, and keeps what only the first
// version's own document said.
func TestMergeBrief(t *testing.T) {
	own := feed.Link{Rel: feed.RelCanonical, Href: "https://example.org/own"}
	page := feed.Link{Rel: feed.RelAlternate, Href: "https://example.org/a"}
	prev := feed.Entry{Title: feed.Text{Body: "old"}, Content: feed.Text{Body: "the whole text"}, Authors: []feed.Person{{Name: "Ann"}},
		Links: []feed.Link{page, own}, Digest: feed.DigestOf("1"), Filed: []string{"a"}}
	next := feed.Entry{Title: feed.Text{Body: "new"}, Content: feed.Text{Body: "in short"}, Links: []feed.Link{page}, Digest: feed.DigestOf("2"), Filed: []string{"a"}, Brief: true}
	got, op, _ := feed.Merge(&prev, next)
	if op != feed.Updated || got.Title.Body != "new" || got.Content.Body != "the whole text" || len(got.Authors) != 1 || got.Brief {
		t.Errorf("%s: %+v", op, got)
	}
	if len(got.Links) != 2 || got.Links[1] != own {
		t.Errorf("links %v", got.Links)
	}
	next.Digest = prev.Digest
	if got, op, _ = feed.Merge(&prev, next); op != feed.Unchanged || got.Title.Body != "old" {
		t.Errorf("%s: %+v", op, got)
	}
	next.Brief, next.Digest = false, feed.DigestOf("3")
	if got, _, _ = feed.Merge(&prev, next); got.Content.Body != "in short" {
		t.Errorf("a whole version has %q", got.Content.Body)
	}
}
