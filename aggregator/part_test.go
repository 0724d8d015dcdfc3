package aggregator_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// dated is an item with a date.
func dated(n int, title string, at time.Time) string {
	return strings.Replace(item(n, title), "</item>", "<pubDate>"+at.Format(time.RFC1123Z)+"</pubDate></item>", 1)
}

// story publishes one document after the other, and returns what is stored in
// the end. With whole set, nothing is remembered of the documents in between.
func story(t *testing.T, whole bool, documents []string) (entries []string) {
	t.Helper()
	u := newUpstream(t, documents[0])
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	for i, d := range documents {
		u.body.Store(d)
		if whole {
			forgetParts(t, f)
		}
		if o := f.pass(t)["a"]; o.Error != "" {
			t.Fatalf("document %d: %s", i, o.Error)
		}
	}
	for _, e := range f.entries(t) {
		entries = append(entries, fmt.Sprintf("%s %q %q %s", e.ID, e.UpstreamID, e.Title.Body, e.Digest))
	}
	return entries
}

// forgetParts loses what is remembered of the source's last document.
func forgetParts(t *testing.T, f *fleet) {
	t.Helper()
	states, err := f.store.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{"a"}, Limit: 1})
	if err != nil || len(states) != 1 {
		t.Fatalf("%d sources were claimed; %v", len(states), err)
	}
	states[0].Parts = feed.Parts{}
	if _, err := f.store.Commit(t.Context(), storage.Poll{State: states[0]}); err != nil {
		t.Fatal(err)
	}
}

// What is stored of documents that are read in parts is what is stored of whole
// ones.
func TestPartsStoreTheSame(t *testing.T) {
	at := time.Now().Add(-time.Hour)
	day := func(n int) time.Time { return at.AddDate(0, 0, n-20) }
	same := `<item><guid isPermaLink="false">same</guid><link>https://example.com/%d</link><title>%d</title></item>`
	for name, documents := range map[string][]string{
		"new ones":             {rss(item(1, "One")), rss(item(2, "Two"), item(1, "One")), rss(item(4, "Four"), item(3, "Three"), item(2, "Two"))},
		"a correction":         {rss(item(2, "Two"), item(1, "One")), rss(item(2, "Two!"), item(1, "One")), rss(item(3, "Three"), item(2, "Two"), item(1, "One"))},
		"a late one":           {rss(dated(2, "Two", day(2)), dated(1, "One", day(1))), rss(dated(5, "Five", day(1)), dated(4, "Four", day(4)), dated(2, "Two", day(2)), dated(1, "One", day(1)))},
		"one without a date":   {rss(dated(2, "Two", day(2)), item(1, "One")), rss(dated(4, "Four", day(4)), dated(3, "Three", day(5)), dated(2, "Two", day(2)), item(1, "One"))},
		"an id that is shared": {rss(fmt.Sprintf(same, 1, 1), item(9, "Nine")), rss(fmt.Sprintf(same, 2, 2), fmt.Sprintf(same, 1, 1), item(9, "Nine")), rss(fmt.Sprintf(same, 3, 3), fmt.Sprintf(same, 2, 2), item(9, "Nine"))},
		"one that comes back":  {rss(item(2, "Two"), item(1, "One")), rss(item(3, "Three"), item(2, "Two")), rss(item(2, "Two"), item(1, "One!"))},
		"another language":     {rss(item(1, "One"), item(2, "Two")), strings.Replace(rss(item(3, "Three"), item(1, "One"), item(2, "Two")), "<title>T", "<language>de</language><title>T", 1)},
		"nothing but a date":   {rss(item(1, "One")), strings.Replace(rss(item(1, "One")), "<title>T", "<lastBuildDate>x</lastBuildDate><title>T", 1), strings.Replace(rss(item(1, "One")), "<title>T", "<lastBuildDate>y</lastBuildDate><title>T", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inParts, whole := story(t, false, documents), story(t, true, documents)
			if !slices.Equal(inParts, whole) {
				t.Errorf("in parts\n%s\nas a whole\n%s", strings.Join(inParts, "\n"), strings.Join(whole, "\n"))
			}
		})
	}
}

// A poll hands on only what is new, and says how much it knew.
func TestPollInParts(t *testing.T) {
	u := newUpstream(t, rss(item(2, "Two"), item(1, "One")))
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	want(t, f.pass(t)["a"], 200, 2, 0, 0)
	first := f.state(t).Parts
	u.body.Store(rss(item(3, "Three"), item(2, "Two"), item(1, "One")))
	want(t, f.pass(t)["a"], 200, 1, 0, 2)
	second := f.state(t).Parts
	if len(first.Items) != 2 || len(second.Items) != 3 || !first.Whole.Equal(second.Whole) {
		t.Errorf("parts %+v, then %+v", first, second)
	}
	u.body.Store(rss(item(3, "Three!"), item(2, "Two"), item(1, "One")))
	want(t, f.pass(t)["a"], 200, 0, 1, 2)
	u.body.Store(rss(item(2, "Two"), item(1, "One")))
	want(t, f.pass(t)["a"], 200, 0, 0, 2)
}

// What is wrong with a new item is told when the others were not read, at its
// place in the document; what was wrong before is not told again.
func TestProblemsOfParts(t *testing.T) {
	u := newUpstream(t, rss(item(1, "One")))
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	if o := f.pass(t)["a"]; len(o.Problems) != 0 {
		t.Fatalf("problems %q", o.Problems)
	}
	bad := "\n <item><title>2</title><link>no URL at all</link></item>"
	u.body.Store(rss(item(1, "One"), bad))
	o := f.pass(t)["a"]
	if len(o.Problems) != 1 || !strings.HasPrefix(o.Problems[0], "line 2, column 32:") || o.State.Problems == "" || o.Unchanged != 1 {
		t.Fatalf("problems %q, codes %q, %d unchanged", o.Problems, o.State.Problems, o.Unchanged)
	}
	u.body.Store(rss(item(3, "Three"), item(1, "One"), bad))
	again := f.pass(t)["a"]
	if len(again.Problems) != 0 || again.State.Problems != o.State.Problems || again.Unchanged != 2 {
		t.Errorf("problems %q, codes %q, %d unchanged", again.Problems, again.State.Problems, again.Unchanged)
	}
}

// Of a long document the newest items are judged, and those that come.
func TestProblemsOfLongDocuments(t *testing.T) {
	bad := func(n int) string {
		return fmt.Sprintf("\n<item><title>%d</title><link>https://example.com/a b%d</link></item>", n, n)
	}
	var items []string
	for n := range 30 {
		items = append(items, item(n, "good"))
	}
	late := slices.Concat(items, []string{bad(30)})
	early := slices.Concat([]string{bad(30)}, items)
	for name, tt := range map[string]struct {
		documents []string
		problems  []int // of each
	}{
		"among the first":           {[]string{rss(early...)}, []int{1}},
		"far behind":                {[]string{rss(late...)}, []int{0}},
		"far behind, when it comes": {[]string{rss(items...), rss(late...)}, []int{0, 1}},
	} {
		u := newUpstream(t, tt.documents[0])
		f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
		for i, d := range tt.documents {
			u.body.Store(d)
			o := f.pass(t)["a"]
			if len(o.Problems) != tt.problems[i] || o.Error != "" {
				t.Errorf("%s, document %d: problems %q, want %d; %s", name, i, o.Problems, tt.problems[i], o.Error)
			}
			for _, p := range o.Problems {
				if !strings.HasPrefix(p, "line 2, column ") {
					t.Errorf("%s: %s", name, p)
				}
			}
		}
	}
}

// A feed in another encoding is judged in parts as what it is.
func TestProblemsOfPartsRecoded(t *testing.T) {
	gbk := func(items ...string) string {
		return `<?xml version="1.0" encoding="gbk"?>` + strings.Replace(rss(items...), "<title>T", "<title>\xd6\xd0\xce\xc4", 1)
	}
	u := newUpstream(t, gbk(item(1, "One")))
	f := newFleet(t, filepath.Join(t.TempDir(), "test.db"), u.source())
	before := f.pass(t)["a"]
	u.body.Store(gbk(item(2, "\xd6\xd0"), item(1, "One")))
	after := f.pass(t)["a"]
	want(t, after, 200, 1, 0, 1)
	if before.State.Problems != after.State.Problems || len(after.Problems) > len(before.Problems) {
		t.Errorf("problems %q, then %q", before.Problems, after.Problems)
	}
}
