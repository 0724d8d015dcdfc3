package storagetest

import (
	"reflect"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

func testCommit(t *testing.T, b *bench) {
	src := source("a", "news", "tech")
	b.put(t, src)
	wantOps(t, b.poll(t, src, epoch.Add(time.Hour), entry(src, 1, "one"), entry(src, 2, "two")), feed.Created, feed.Created)
	for _, category := range []string{"news", "tech", ""} {
		wantTitles(t, b.titles(t, storage.Query{Category: category}), "Entry 2", "Entry 1")
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "other"}))
	st, err := b.State(t.Context(), src.ID)
	if err != nil || st.Revision != 1 || !st.LastPoll.Equal(epoch.Add(time.Hour)) {
		t.Errorf("state after the poll: %+v, %v", st, err)
	}
}

func testStale(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	p := storage.Poll{State: st, Entries: []feed.Entry{entry(src, 1, "one")}}
	feed.Place(p.Entries, true, epoch)
	if _, err := b.Commit(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	p.Entries = append(p.Entries, entry(src, 2, "two"))
	feed.Place(p.Entries, true, epoch)
	_, err = b.Commit(t.Context(), p)
	wantErr(t, err, storage.ErrStale)
	wantTitles(t, b.titles(t, storage.Query{}), "Entry 1")
}

func testUpdate(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.poll(t, src, epoch.Add(time.Hour), entry(src, 1, "one"), entry(src, 2, "two"))
	before := collect(t, b.Entries(t.Context(), storage.Query{}))
	later := epoch.Add(2 * time.Hour)
	wantOps(t, b.poll(t, src, later, entry(src, 1, "one, corrected"), entry(src, 2, "two"), entry(src, 3, "three")),
		feed.Updated, feed.Unchanged, feed.Created)
	after := collect(t, b.Entries(t.Context(), storage.Query{}))
	if len(after) != 3 {
		t.Fatalf("%d entries, want 3", len(after))
	}
	edited, unchanged := after[2], after[1]
	if edited.Content.Body != "one, corrected" || !edited.Modified.Equal(later) || !edited.Order.Equal(before[1].Order) || !edited.Received.Equal(before[1].Received) {
		t.Errorf("the edited entry has new words, the same place, and the poll's time as modified: %+v", edited)
	}
	if !reflect.DeepEqual(unchanged, before[0]) {
		t.Errorf("an unchanged entry was touched:\n%+v\n%+v", unchanged, before[0])
	}
}

func testOrder(t *testing.T, b *bench) {
	first, second := source("a", "news"), source("b", "news")
	b.put(t, first, second)
	b.poll(t, first, epoch.Add(time.Hour), entry(first, 1, "1"), entry(first, 30, "30"))
	b.poll(t, second, epoch.Add(time.Hour), entry(second, 10, "10"))
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 30", "Entry 10", "Entry 1")
	// A late entry is new to readers, whatever its date.
	b.poll(t, first, epoch.Add(2*time.Hour), entry(first, 2, "2"))
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 2", "Entry 30", "Entry 10", "Entry 1")
	old := entry(second, 11, "from before 1970")
	old.Published = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)
	old.Order = old.Published
	st, err := b.State(t.Context(), second.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Commit(t.Context(), storage.Poll{State: st, Entries: []feed.Entry{old}}); err != nil {
		t.Fatal(err)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 2", "Entry 30", "Entry 10", "Entry 1", "Entry 11")
}

func testPaging(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	const n = 700
	var entries []feed.Entry
	for i := range n {
		entries = append(entries, entry(src, i, "words"))
	}
	b.poll(t, src, epoch.Add(1000*time.Hour), entries...)
	all := collect(t, b.Entries(t.Context(), storage.Query{Category: "news"}))
	if len(all) != n || all[0].Title.Body != "Entry 699" || all[n-1].Title.Body != "Entry 0" {
		t.Fatalf("%d entries, want %d, newest first", len(all), n)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news", Limit: 2}), "Entry 699", "Entry 698")
	wantTitles(t, b.titles(t, storage.Query{Category: "news", Limit: 2, After: storage.After(&all[1])}), "Entry 697", "Entry 696")
	wantTitles(t, b.titles(t, storage.Query{Category: "news", After: storage.After(&all[n-2])}), "Entry 0")
	wantTitles(t, b.titles(t, storage.Query{Category: "news", After: storage.After(&all[n-1])}))
	// The place of an entry that is not stored is a place all the same.
	gone := storage.Cursor{Order: all[1].Order.Add(-time.Millisecond)}
	wantTitles(t, b.titles(t, storage.Query{Category: "news", Limit: 1, After: gone}), "Entry 697")
	if got := len(b.titles(t, storage.Query{Category: "news", Limit: 300})); got != 300 {
		t.Errorf("%d entries, want 300", got)
	}
}

func testFields(t *testing.T, b *bench) {
	src := source("a", "news")
	src.Interval, src.Options = 90*time.Minute, feed.Options{"k": "v", "j": "中"}
	b.put(t, src)
	shanghai := time.FixedZone("", 8*3600)
	e := entry(src, 1, "<p>文字 \x00 &amp;</p>")
	e.Slug, e.Language = "slug", "zh-CN"
	e.Summary = feed.Text{Type: feed.TextPlain, Body: "summary"}
	e.Rights = feed.Text{Type: feed.TextHTML, Body: "rights"}
	e.Links = append(e.Links, feed.Link{Href: "https://example.com/a.mp3", Rel: feed.RelEnclosure, Type: "audio/mpeg", HrefLang: "en", Title: "t", Length: 1 << 40})
	e.Authors = []feed.Person{{Name: "n", URI: "u", Email: "e"}, {Name: "m"}}
	e.Contributors = []feed.Person{{Email: "c"}}
	e.Categories = []feed.Category{{Term: "t", Scheme: "s", Label: "l"}, {Term: "u"}}
	e.Image, e.Duration, e.Season, e.Episode, e.Point = "https://example.com/a.jpg", time.Hour, 1, 2, "1 -2.5"
	e.FromFeed = &feed.Feed{ID: "f", Title: feed.Text{Body: "F"}, Links: []feed.Link{{Href: "h", Rel: "self"}}}
	e.Credits, e.Explicit = []feed.Credit{{Name: "n", Role: "r", Group: "g", Href: "h", Image: "i"}, {Name: "m"}}, feed.Clean
	e.InReplyTo = []feed.Reference{{Ref: "r", Href: "h", Source: "s", Type: "t"}}
	e.Published, e.Updated = time.Date(2022, 2, 11, 13, 7, 57, 0, shanghai), time.Date(2022, 2, 11, 13, 7, 57, 123456789, time.FixedZone("", -3*3600-1800))
	b.poll(t, src, epoch, e)
	b.reopen(t)
	got, err := b.Entry(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	e.Received, e.Modified, e.Order = got.Received, got.Modified, got.Order
	if got.Published.Format(time.RFC3339) != "2022-02-11T13:07:57+08:00" || got.Updated.Format(time.RFC3339Nano) != "2022-02-11T13:07:57.123456789-03:30" {
		t.Errorf("dates %s and %s: the offsets are lost", got.Published, got.Updated)
	}
	if !got.Published.Equal(e.Published) || !got.Updated.Equal(e.Updated) {
		t.Errorf("dates %s and %s", got.Published, got.Updated)
	}
	e.Published, e.Updated = got.Published, got.Updated
	if !reflect.DeepEqual(got, e) {
		t.Errorf("the entry came back as\n%+v\nwant\n%+v", got, e)
	}
	testStateFields(t, b, src)
}

func testStateFields(t *testing.T, b *bench, src feed.Source) {
	t.Helper()
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(st.Source, src) {
		t.Errorf("the source came back as %+v, want %+v", st.Source, src)
	}
	st.URL, st.ETag, st.LastModified = "https://example.com/moved", `W/"é"`, "Fri, 11 Feb 2022 05:07:57 GMT"
	st.Body, st.Coded, st.Failures, st.LastError = feed.DigestOf("b"), feed.DigestOf("c"), 3, "the server answered 500"
	st.LastPoll, st.NextPoll, st.LastSuccess = epoch, epoch.Add(time.Hour), epoch.Add(-time.Hour)
	st.Feed = feed.Feed{
		ID: "id", Language: "zh", Logo: "l", Icon: "i", Generator: feed.Generator{Name: "g", URI: "u", Version: "1"}, Contributors: []feed.Person{{Name: "c"}}, Title: feed.Text{Body: "T"},
		Subtitle: feed.Text{Type: feed.TextHTML, Body: "S"}, Rights: feed.Text{Body: "R"},
		Links: []feed.Link{{Href: "h", Rel: "self"}}, Authors: []feed.Person{{Name: "A"}},
		Categories: []feed.Category{{Term: "C"}}, Published: epoch, Updated: epoch.Add(time.Second),
	}
	if _, err := b.Commit(t.Context(), storage.Poll{State: st}); err != nil {
		t.Fatal(err)
	}
	b.reopen(t)
	got, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	st.Revision++
	if !reflect.DeepEqual(got, st) {
		t.Errorf("the state came back as\n%+v\nwant\n%+v", got, st)
	}
}

func testNotFound(t *testing.T, b *bench) {
	_, err := b.State(t.Context(), "nobody")
	wantErr(t, err, storage.ErrNotFound)
	_, err = b.Entry(t.Context(), feed.EntryID{1})
	wantErr(t, err, storage.ErrNotFound)
	_, err = b.Commit(t.Context(), storage.Poll{State: feed.State{Source: source("nobody")}})
	wantErr(t, err, storage.ErrNotFound)
}

func testReopen(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	b.poll(t, src, epoch, entry(src, 1, "one"))
	before, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.reopen(t)
	b.put(t, src)
	after, err := b.LastChange(t.Context())
	if err != nil || after != before || after == 0 {
		t.Errorf("last change %d, %v after reopening with the same sources, want %d", after, err, before)
	}
	wantOps(t, b.poll(t, src, epoch.Add(time.Hour), entry(src, 1, "one")), feed.Unchanged)
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 1")
}
