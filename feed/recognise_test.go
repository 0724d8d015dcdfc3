package feed_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"tributary/feed"
)

// known makes what the n-th entry is recognised by; a word of its own for
// each of link and words, unless it is given.
func known(n byte, link, words string) feed.Known {
	k := feed.Known{ID: feed.EntryID{n}, Link: link, Title: words}
	if words != "" {
		k.Words = feed.DigestOf(words)
	}
	return k
}

func TestRecognise(t *testing.T) {
	stored := []feed.Known{
		known(1, "http://example.com/1/", "one"), known(2, "http://example.com/2", "two"), known(3, "http://example.com/3", "three"),
		known(4, "http://example.com/4", "four"), known(5, "", "five"), known(6, "http://example.com/twice", "twice"), known(7, "http://example.com/twice", "twice"),
	}
	for _, tt := range []struct {
		name      string
		strangers []feed.Known
		want      map[byte]byte
	}{
		{"link and words", []feed.Known{known(101, "http://example.com/1/", "one")}, map[byte]byte{101: 1}},
		{"moved to HTTPS", []feed.Known{known(101, "https://example.com/1", "one")}, map[byte]byte{101: 1}},
		{"one link alone", []feed.Known{known(101, "http://example.com/1/", "other")}, nil},
		{"the words of another page", []feed.Known{known(101, "http://example.com/1/", "two")}, nil},
		{"most by their link", []feed.Known{known(101, "http://example.com/1/", "a"), known(102, "http://example.com/2", "b"), known(103, "http://example.com/3", "c"), known(104, "http://example.com/new", "d")}, map[byte]byte{101: 1, 102: 2, 103: 3}},
		{"most by their words", []feed.Known{known(101, "https://moved.example/1/", "one"), known(102, "https://moved.example/2", "two"), known(105, "https://moved.example/5", "five")}, map[byte]byte{101: 1, 102: 2, 105: 5}},
		{"some by their words", []feed.Known{known(101, "x", "one"), known(102, "y", "two"), known(105, "z", "five"), known(106, "u", "6"), known(107, "v", "7"), known(108, "w", "8")}, nil},
		{"what two stored ones have", []feed.Known{known(101, "http://example.com/twice", "twice")}, nil},
		{"what two strangers have", []feed.Known{known(101, "http://example.com/1/", "one"), known(102, "http://example.com/1/", "one")}, nil},
		{"two that would be one", []feed.Known{known(101, "http://example.com/1/", "a"), known(102, "", "one"), known(103, "http://example.com/3", "three"), known(104, "http://example.com/4", "four")}, map[byte]byte{103: 3, 104: 4}},
		{"nothing to go by", []feed.Known{known(101, "", ""), known(102, "", "")}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := map[feed.EntryID]feed.EntryID{}
			for from, to := range tt.want {
				want[feed.EntryID{from}] = feed.EntryID{to}
			}
			if got := feed.Recognise(stored, tt.strangers); !maps.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestMostlyNew(t *testing.T) {
	for _, tt := range []struct {
		unknown, all int
		want         bool
	}{{0, 0, false}, {0, 3, false}, {1, 2, false}, {2, 3, true}, {1, 1, true}} {
		if got := feed.MostlyNew(tt.unknown, tt.all); got != tt.want {
			t.Errorf("%d of %d unknown: %v, want %v", tt.unknown, tt.all, got, tt.want)
		}
	}
}

func TestKnownBy(t *testing.T) {
	e := feed.Entry{ID: feed.EntryID{1}, Title: feed.Text{Body: "T"}, Links: []feed.Link{{Href: "https://example.com/1", Rel: feed.RelAlternate}}}
	first := feed.KnownBy(&e)
	if first.ID != e.ID || first.Link != e.Links[0].Href || first.Title != "T" || first.Words.IsZero() {
		t.Errorf("known by %+v", first)
	}
	e.Content.Body = "more"
	if second := feed.KnownBy(&e); second.Words == first.Words {
		t.Error("other words have the same digest")
	}
	if bare := feed.KnownBy(&feed.Entry{}); !bare.Words.IsZero() {
		t.Errorf("an entry without words is known by %v", bare.Words)
	}
}

func TestForgettable(t *testing.T) {
	const day = 24 * time.Hour
	d := feed.DeletedEntry{Listed: poll}
	for _, tt := range []struct {
		read, now time.Duration // after it was listed
		polled    bool
		want      bool
	}{
		{0, 100 * day, true, false},
		{day - 1, 100 * day, true, false},
		{day, 10*day + day - 1, true, false},
		{day, 11 * day, true, true},
		{0, 10 * day, false, false},
		{0, 11 * day, false, true},
	} {
		read := time.Time{}
		if tt.polled {
			read = poll.Add(tt.read)
		}
		if got := d.Forgettable(read, poll.Add(tt.now), 10*day); got != tt.want {
			t.Errorf("%+v: forgettable %v", tt, got)
		}
	}
}

func TestRetention(t *testing.T) {
	r := feed.Retention{Categories: map[string]feed.Keep{"b": {MaxAge: 1}, "a": {MaxEntries: 1}, "c": {}}}
	if got := fmt.Sprint(r.Bounded()); got != "[a b]" {
		t.Errorf("bounded are %s", got)
	}
}
