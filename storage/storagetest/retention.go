package storagetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

const day = 24 * time.Hour

// prune drops what r does not keep, and returns how many entries went.
func (b *bench) prune(t testing.TB, r feed.Retention, now time.Time) int {
	t.Helper()
	done, err := b.Prune(t.Context(), r, now)
	if err != nil {
		t.Fatalf("prune: %v", err)
	}
	return done.Entries
}

// daily commits n entries of a source, one a day, the last at epoch.
func (b *bench) daily(t testing.TB, src feed.Source, n int) {
	t.Helper()
	var entries []feed.Entry
	for i := range n {
		e := entry(src, i, "words")
		e.Published = epoch.Add(-time.Duration(n-1-i) * day)
		entries = append(entries, e)
	}
	b.poll(t, src, epoch, entries...)
}

func testPruneByAge(t *testing.T, b *bench) {
	src, other := source("a", "news"), source("b", "tech")
	b.put(t, src, other)
	b.daily(t, src, 5)
	b.daily(t, other, 5)
	before, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	news := feed.Retention{Categories: map[string]feed.Keep{"news": {MaxAge: 2*day + time.Hour}}}
	if n := b.prune(t, news, epoch); n != 2 {
		t.Errorf("%d entries went, want 2", n)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 4", "Entry 3", "Entry 2")
	wantTitles(t, b.titles(t, storage.Query{Category: "tech", Limit: 9}), "Entry 4", "Entry 3", "Entry 2", "Entry 1", "Entry 0")
	gone := entry(src, 1, "words")
	_, err = b.Entry(t.Context(), gone.ID)
	wantErr(t, err, storage.ErrNotFound)
	for _, c := range b.changes(t, before, 2) {
		if c.Op != feed.Deleted || !slices.Equal(c.Categories, []string{"news"}) {
			t.Errorf("change %+v, want that an entry of news was deleted", c)
		}
	}
	d, err := b.Deleted(t.Context(), gone.ID)
	if err != nil || d.Source != "a" || d.UpstreamID != gone.UpstreamID || d.Link != gone.Links[0].Href || d.Title != "Entry 1" ||
		d.Words != feed.KnownBy(&gone).Words || !d.When.Equal(epoch) || d.By != feed.ByRetention || !strings.Contains(d.Comment, "news keeps entries for 49h") {
		t.Errorf("%+v, %v is left", d, err)
	}
	_, err = b.Deleted(t.Context(), entry(src, 4, "").ID)
	wantErr(t, err, storage.ErrNotFound)
	b.reopen(t)
	if n := b.prune(t, news, epoch.Add(day)); n != 1 {
		t.Errorf("a day later %d entries went, want 1", n)
	}
}

// testPruneByCount: an entry goes when no category wants it.
func testPruneByCount(t *testing.T, b *bench) {
	both, one, free := source("a", "news", "tech"), source("b", "news"), source("c", "news", "archive")
	b.put(t, both, one, free)
	b.poll(t, both, epoch.Add(time.Hour), entry(both, 1, "1"), entry(both, 4, "4"))
	b.poll(t, one, epoch.Add(time.Hour), entry(one, 2, "2"), entry(one, 5, "5"))
	b.poll(t, free, epoch.Add(time.Hour), entry(free, 3, "3"), entry(free, 6, "6"))
	r := feed.Retention{Categories: map[string]feed.Keep{"news": {MaxEntries: 2}, "tech": {MaxEntries: 1}}}
	if n := b.prune(t, r, epoch); n != 2 {
		t.Errorf("%d entries went, want 2", n)
	}
	wantTitles(t, b.titles(t, storage.Query{}), "Entry 6", "Entry 5", "Entry 4", "Entry 3")
	d, err := b.Deleted(t.Context(), entry(both, 1, "").ID)
	if err != nil || !strings.Contains(d.Comment, "news keeps 2 entries") || !strings.Contains(d.Comment, "tech keeps 1 entries") {
		t.Errorf("it went because %q (%v), want both categories' reasons", d.Comment, err)
	}
	if n := b.prune(t, r, epoch); n != 0 {
		t.Errorf("%d entries went the second time, want none", n)
	}
	r.Categories["tech"] = feed.Keep{MaxEntries: 100, MaxAge: time.Minute} // the closer bound counts
	if n := b.prune(t, r, epoch.Add(time.Hour)); n != 1 {
		t.Errorf("%d entries went, want 1", n)
	}
}

func testPruneOverall(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.daily(t, src, 600) // several steps
	if n := b.prune(t, feed.Retention{}, epoch.AddDate(50, 0, 0)); n != 0 {
		t.Errorf("%d entries went, although nothing bounds them", n)
	}
	if n := b.prune(t, feed.Retention{Overall: feed.Keep{MaxEntries: 700}}, epoch); n != 0 {
		t.Errorf("%d entries went of fewer than are kept", n)
	}
	if n := b.prune(t, feed.Retention{Overall: feed.Keep{MaxEntries: 3}}, epoch); n != 597 {
		t.Errorf("%d entries went, want 597", n)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 599", "Entry 598", "Entry 597")
	if n := b.prune(t, feed.Retention{Overall: feed.Keep{MaxAge: 1}}, epoch.Add(time.Hour)); n != 3 {
		t.Errorf("%d entries went, want the last 3", n)
	}
	if n := len(collect(t, b.DeletedEntries(t.Context(), "a"))); n != 600 {
		t.Errorf("%d entries left something, want 600", n)
	}
	if n := len(collect(t, b.DeletedEntries(t.Context(), "b"))); n != 0 {
		t.Errorf("%d of another source", n)
	}
}

// testPruneNowhere: what a source that went has left has the bounds of the
// whole.
func testPruneNowhere(t *testing.T, b *bench) {
	src, other := source("a", "news"), source("b", "news")
	b.put(t, src, other)
	b.daily(t, src, 5)
	b.put(t, other)
	if n := b.prune(t, feed.Retention{Categories: map[string]feed.Keep{"news": {MaxAge: 1, MaxEntries: 1}}}, epoch.Add(time.Hour)); n != 0 {
		t.Errorf("%d entries of a removed source went by the bounds of a category", n)
	}
	if n := b.prune(t, feed.Retention{Overall: feed.Keep{MaxAge: 3*day + time.Hour}}, epoch); n != 1 {
		t.Errorf("%d entries went, want 1", n)
	}
	b.put(t, src, other)
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 4", "Entry 3", "Entry 2", "Entry 1")
}

// testPruneCancelled: who is interrupted goes on the next time.
func testPruneCancelled(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.daily(t, src, 50)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := feed.Retention{Overall: feed.Keep{MaxEntries: 1}}
	done, err := b.Prune(ctx, r, epoch)
	wantErr(t, err, context.Canceled)
	if n := b.prune(t, r, epoch); n+done.Entries != 49 {
		t.Errorf("%d entries went, and %d before, want 49", n, done.Entries)
	}
}

// testStaysAway: what was dropped does not come back while its source lists
// it, however it edits it.
func testStaysAway(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.daily(t, src, 3)
	r := feed.Retention{Overall: feed.Keep{MaxEntries: 2}, Remember: 30 * day}
	if n := b.prune(t, r, epoch); n != 1 {
		t.Fatalf("%d entries went, want 1", n)
	}
	seq, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"words", "words, corrected"} {
		ops := b.poll(t, src, epoch.Add(time.Hour), entry(src, 0, words), entry(src, 2, "words"))
		wantOps(t, ops, feed.Deleted, feed.Unchanged)
	}
	b.put(t)
	src.Categories = []string{"other"}
	b.put(t, src)
	wantTitles(t, b.titles(t, storage.Query{Category: "other"}), "Entry 2", "Entry 1")
	wantOps(t, b.poll(t, src, epoch.Add(2*time.Hour), entry(src, 0, "words")), feed.Deleted)
	for _, c := range b.changes(t, seq, 4) {
		if c.Op != feed.Refiled {
			t.Errorf("change %+v, want none of the one that stays away", c)
		}
	}
}

// testForgotten: what is listed is remembered for good, what is not for so
// long only; a document that is not whole says nothing.
func testForgotten(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.daily(t, src, 3)
	r := feed.Retention{Overall: feed.Keep{MaxEntries: 1}, Remember: 10 * day}
	if n := b.prune(t, r, epoch); n != 2 {
		t.Fatalf("%d entries went, want 2", n)
	}
	left := func(at time.Time, want ...string) {
		t.Helper()
		done, err := b.Prune(t.Context(), r, at)
		if err != nil || done.Entries != 0 {
			t.Errorf("prune: %+v, %v", done, err)
		}
		var titles []string
		for _, d := range collect(t, b.DeletedEntries(t.Context(), "")) {
			titles = append(titles, d.Title)
		}
		slices.Sort(titles)
		wantTitles(t, titles, want...)
	}
	left(epoch.Add(100*day), "Entry 0", "Entry 1") // its last document lists them
	b.poll(t, src, epoch.Add(100*day), entry(src, 1, "words"), entry(src, 2, "words"))
	left(epoch.Add(100*day), "Entry 1") // it did until now, but nobody looked
	b.poll(t, src, epoch.Add(105*day), entry(src, 1, "words"), entry(src, 2, "words"))
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	st.LastPoll = epoch.Add(110 * day)
	if _, err := b.Commit(t.Context(), storage.Poll{State: st, Partial: true, Entries: []feed.Entry{entry(src, 2, "words")}}); err != nil {
		t.Fatal(err)
	}
	left(epoch.Add(200*day), "Entry 1")
	b.poll(t, src, epoch.Add(110*day), entry(src, 2, "words"))
	left(epoch.Add(114*day), "Entry 1")
	left(epoch.Add(117 * day))
	wantOps(t, b.poll(t, src, epoch.Add(118*day), entry(src, 1, "words")), feed.Created)
	b.prune(t, r, epoch.Add(118*day))
	b.put(t) // a source that is not polled lists nothing
	b.prune(t, r, epoch.Add(140*day))
	if n := len(collect(t, b.DeletedEntries(t.Context(), "a"))); n != 0 {
		t.Errorf("%d entries of a removed source are remembered after their time", n)
	}
}

// testKeptOut: what a poll says is not to be kept leaves a record, and comes
// back when the poll says otherwise.
func testKeptOut(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.poll(t, src, epoch, entry(src, 1, "one"))
	at := epoch.Add(time.Hour)
	keepOut := func(at time.Time, comment string, entries ...feed.Entry) {
		t.Helper()
		st, err := b.State(t.Context(), src.ID)
		if err != nil {
			t.Fatal(err)
		}
		st.LastPoll = at
		p := storage.Poll{State: st}
		for i := range entries {
			d := feed.Delete(&entries[i], "rule ads", comment, at)
			d.Received = at
			p.Deleted = append(p.Deleted, d)
		}
		if _, err := b.Commit(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	keepOut(at, "title has “Ad:”", entry(src, 1, "one"), entry(src, 2, "two"))
	wantTitles(t, b.titles(t, storage.Query{}))
	if got := b.changes(t, 1, 1); got[0].Op != feed.Deleted || got[0].Entry != entry(src, 1, "").ID {
		t.Errorf("change %+v, want that the stored one went", got[0])
	}
	keepOut(at.Add(time.Hour), "title has “Ad:”", entry(src, 2, "two"))
	d, err := b.Deleted(t.Context(), entry(src, 2, "").ID)
	if err != nil || d.By != "rule ads" || d.Comment != "title has “Ad:”" || !d.When.Equal(at) || !d.Received.Equal(at) {
		t.Errorf("%+v, %v, want what was said first", d, err)
	}
	keepOut(at.Add(2*time.Hour), "link has “/ad/”", entry(src, 2, "two"))
	if d, err = b.Deleted(t.Context(), entry(src, 2, "").ID); err != nil || d.Comment != "link has “/ad/”" || !d.Received.Equal(at) {
		t.Errorf("%+v, %v, want the new reason, and when it came first", d, err)
	}
	wantOps(t, b.poll(t, src, at.Add(3*time.Hour), entry(src, 2, "two")), feed.Created)
	_, err = b.Deleted(t.Context(), entry(src, 2, "").ID)
	wantErr(t, err, storage.ErrNotFound)
}

// renamed gives an entry the identity that another upstream id gives.
func renamed(e feed.Entry, id string) feed.Entry {
	e.UpstreamID = id
	e.ID = feed.Identify(e.Source, id, "", feed.Digest{})
	return e
}

// testIDsChange: when upstream gives all its entries other ids, they are the
// same to subscribers, and what is new among them is new.
func testIDsChange(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	var entries, after []feed.Entry
	for i := range 20 {
		e := entry(src, i, fmt.Sprint("words ", i))
		entries = append(entries, e)
		after = append(after, renamed(e, fmt.Sprint("new:", i)))
	}
	b.poll(t, src, epoch, entries...)
	after = append(after[1:], renamed(entry(src, 20, "words 20"), "new:20"))
	after[3].Content.Body, after[3].Digest = "words, corrected", feed.DigestOf("corrected")
	want := slices.Repeat([]feed.Op{feed.Unchanged}, 20)
	want[3], want[19] = feed.Updated, feed.Created
	wantOps(t, b.poll(t, src, epoch.Add(time.Hour), after...), want...)
	all := collect(t, b.Entries(t.Context(), storage.Query{}))
	if len(all) != 21 || all[0].Title.Body != "Entry 20" {
		t.Fatalf("%d entries, want 21", len(all))
	}
	edited, err := b.Entry(t.Context(), entries[4].ID)
	if err != nil || edited.Content.Body != "words, corrected" {
		t.Errorf("the edited one is %+v, %v", edited, err)
	}
	b.reopen(t)
	// The new ids stay known when the document moves on, one by one.
	for i := range 15 {
		after = append(after[1:], renamed(entry(src, 21+i, fmt.Sprint("words ", 21+i)), fmt.Sprint("new:", 21+i)))
		ops := b.poll(t, src, epoch.Add(time.Duration(2+i)*time.Hour), after...)
		if n := slices.Index(ops, feed.Created); n != len(ops)-1 {
			t.Fatalf("outcomes %v, want one new entry, the last", ops)
		}
	}
	b.poll(t, src, epoch.Add(100*time.Hour), after[0])
	if n := len(b.titles(t, storage.Query{})); n != 36 {
		t.Errorf("%d entries, want 36", n)
	}
}

// testIDsOfAPart: one entry that is handed on, of many that the document lists,
// is no sign that upstream has changed its ids.
func testIDsOfAPart(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	var entries []feed.Entry
	for i := range 20 {
		entries = append(entries, entry(src, i, fmt.Sprint("words ", i)))
	}
	b.poll(t, src, epoch, entries...)
	for _, listed := range []int{0, 20} {
		id := fmt.Sprint("beside ", listed)
		st, err := b.State(t.Context(), src.ID)
		if err != nil {
			t.Fatal(err)
		}
		news := []feed.Entry{renamed(entries[3], id)}
		feed.Place(news, false, epoch.Add(time.Hour))
		ops, err := b.Commit(t.Context(), storage.Poll{State: st, Entries: news, Listed: listed, Partial: listed > 0})
		want := feed.Created
		if listed == 0 {
			want = feed.Unchanged
		}
		if err != nil || len(ops) != 1 || ops[0] != want {
			t.Errorf("%s: outcomes %v, want %s; %v", id, ops, want, err)
		}
	}
}

// testIDsChangeLater: ids change after some entries were dropped: those stay
// away under the new ones, too.
func testIDsChangeLater(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.daily(t, src, 8)
	r := feed.Retention{Overall: feed.Keep{MaxEntries: 4}, Remember: 10 * day}
	b.prune(t, r, epoch)
	var after []feed.Entry
	for i := range 8 {
		after = append(after, renamed(entry(src, i, "words"), fmt.Sprint("new:", i)))
	}
	want := append(slices.Repeat([]feed.Op{feed.Deleted}, 4), slices.Repeat([]feed.Op{feed.Unchanged}, 4)...)
	wantOps(t, b.poll(t, src, epoch.Add(time.Hour), slices.Clone(after)...), want...)
	wantOps(t, b.poll(t, src, epoch.Add(2*time.Hour), slices.Clone(after)...), want...)
	d, err := b.Deleted(t.Context(), after[0].ID)
	if err != nil || d.Ref != entry(src, 0, "").ID {
		t.Errorf("%+v, %v is known of the dropped one by its new id", d, err)
	}
	// Forgotten entries leave no trace, their other names included.
	b.put(t)
	b.prune(t, feed.Retention{Overall: feed.Keep{MaxAge: 1}, Remember: time.Hour}, epoch.Add(100*day))
	b.prune(t, feed.Retention{Remember: time.Hour}, epoch.Add(200*day))
	b.put(t, src)
	wantOps(t, b.poll(t, src, epoch.Add(300*day), after[0]), feed.Created)
	e, err := b.Entry(t.Context(), after[0].ID)
	if err != nil || e.UpstreamID != "new:0" {
		t.Errorf("it came back as %+v, %v", e, err)
	}
}

// testIDsNew: entries are new that have only something in common with others.
func testIDsNew(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	page := func(n int, title, words string) feed.Entry {
		e := renamed(entry(src, n, words), fmt.Sprint(n, title))
		e.Links[0].Href, e.Title.Body = "https://example.com/now", title
		return e
	}
	b.poll(t, src, epoch, page(1, "Weather", "sun"), page(2, "Weather", "rain"))
	// One page, one title: neither tells entries apart.
	wantOps(t, b.poll(t, src, epoch.Add(time.Hour), page(3, "Weather", "snow"), page(4, "Weather", "fog")), feed.Created, feed.Created)
	wantOps(t, b.poll(t, src, epoch.Add(2*time.Hour), page(5, "Weather", "sun")), feed.Created)
	// The page of a stored one, with other words, is not enough by itself.
	other := source("b", "news")
	b.put(t, src, other)
	b.poll(t, other, epoch, entry(other, 1, "one"))
	wantOps(t, b.poll(t, other, epoch.Add(time.Hour), renamed(entry(other, 1, "two"), "x")), feed.Created)
	// Both are, even for one entry.
	third := source("c", "news")
	b.put(t, third)
	b.poll(t, third, epoch, entry(third, 1, "one"))
	wantOps(t, b.poll(t, third, epoch.Add(time.Hour), renamed(entry(third, 1, "one"), "x")), feed.Unchanged)
	// Another source's entries are none of its own.
	fourth := source("d", "news")
	b.put(t, third, fourth)
	b.poll(t, fourth, epoch)
	e := renamed(entry(third, 1, "one"), "y")
	e.Source, e.ID = "d", feed.Identify("d", "y", "", feed.Digest{})
	wantOps(t, b.poll(t, fourth, epoch.Add(time.Hour), e), feed.Created)
	if n := len(collect(t, b.DeletedEntries(t.Context(), ""))); n != 0 {
		t.Errorf("%d deleted entries, want none", n)
	}
}
