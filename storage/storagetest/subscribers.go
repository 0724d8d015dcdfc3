package storagetest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
)

// subscribers returns what is stored, sorted.
func (b *bench) subscribers(t testing.TB) []feed.Subscriber {
	t.Helper()
	all := collect(t, b.Subscribers(t.Context()))
	slices.SortFunc(all, func(x, y feed.Subscriber) int {
		return cmp.Or(strings.Compare(x.Topic, y.Topic), strings.Compare(x.Callback, y.Callback))
	})
	return all
}

// testSubscribers stores, replaces and forgets the subscribers of our hub, and
// keeps every field of theirs.
func testSubscribers(t *testing.T, b *bench) {
	if got := b.subscribers(t); len(got) != 0 {
		t.Errorf("a new store has the subscribers %+v", got)
	}
	want := feed.Subscriber{
		Topic: "https://example.org/tech/atom.xml", Callback: "https://example.com/a?b=c", Secret: "s", Since: epoch, LeaseEnd: epoch.Add(time.Hour),
		Sent: feed.DigestOf("body"), Owed: epoch.Add(time.Minute), Next: epoch.Add(2 * time.Minute), Failures: 3, Error: "refused",
		Delivered: epoch.Add(30 * time.Second),
	}
	for v, i := reflect.ValueOf(want), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Fatalf("%s is not set: the test does not see it", v.Type().Field(i).Name)
		}
	}
	other, third := want, feed.Subscriber{Topic: want.Topic, Callback: "https://example.net/"}
	other.Topic = "https://example.org/tech/rss.xml"
	if err := b.PutSubscribers(t.Context(), []feed.Subscriber{other, third, want}, nil); err != nil {
		t.Fatal(err)
	}
	b.reopen(t)
	if got := b.subscribers(t); !slices.Equal(got, []feed.Subscriber{want, third, other}) {
		t.Errorf("subscribers %+v", got)
	}
	want.Secret, want.Failures, want.Owed, want.Error = "another", 0, time.Time{}, ""
	gone := []feed.Subscriber{{Topic: third.Topic, Callback: third.Callback}, {Topic: "nobody's", Callback: third.Callback}}
	if err := b.PutSubscribers(t.Context(), []feed.Subscriber{want}, gone); err != nil {
		t.Fatal(err)
	}
	b.reopen(t)
	if got := b.subscribers(t); !slices.Equal(got, []feed.Subscriber{want, other}) {
		t.Errorf("subscribers %+v, want one with another secret and one that is as it was", got)
	}
	var many []feed.Subscriber
	for i := range 1500 {
		many = append(many, feed.Subscriber{Topic: want.Topic, Callback: fmt.Sprintf("https://example.com/%d", i)})
	}
	if err := b.PutSubscribers(t.Context(), many, []feed.Subscriber{want, other}); err != nil {
		t.Fatal(err)
	}
	if got := b.subscribers(t); len(got) != len(many) {
		t.Errorf("%d subscribers, want %d", len(got), len(many))
	}
}
