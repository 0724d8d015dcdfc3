package storagetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
	"tributary/storage"
)

// repeatRules leave out near-copies in "story", what leads to the same page in
// "link", and nothing anywhere else.
var repeatRules = feed.Repeats{
	Categories: map[string]feed.RepeatRule{"story": {Story: true, Window: 72 * time.Hour}, "link": {}},
	Priority:   map[feed.SourceID]int{"best": 2, "better": 1, "worse": -1},
}

// wire is a report that several sources carry.
const wire = `<p>Dock workers at three northern ports walked off the job at dawn on Thursday after overnight talks
over pay and rosters broke down, leaving dozens of container ships waiting at anchor. The union, which represents
about 7,400 crane drivers, said employers had refused to index wages to inflation.</p>`

// told makes the n-th entry of a source, with those words and that page.
func told(src feed.Source, n int, page, title, words string) feed.Entry {
	e := entry(src, n, words)
	e.Title.Body, e.Links[0].Href = title, page
	e.Digest = feed.DigestOf(page, title, words)
	return e
}

// report polls a source that carries the wire's report as its n-th entry,
// under a headline of its own.
func report(src feed.Source, n int) feed.Entry {
	return told(src, n, fmt.Sprintf("%s/ports/%d", src.URL, n), "Ports: "+string(src.ID), wire)
}

// pollBy is poll with rules for repeats, and entries to be dropped.
func (b *bench) pollBy(t testing.TB, rules *feed.Repeats, src feed.Source, at time.Time, gone []feed.DeletedEntry, entries ...feed.Entry) []feed.Op {
	t.Helper()
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatalf("state of %s: %v", src.ID, err)
	}
	feed.Place(entries, false, at)
	st.LastPoll, st.LastSuccess, st.NextPoll = at, at, at.Add(time.Hour)
	ops, err := b.Commit(t.Context(), storage.Poll{State: st, Entries: entries, Deleted: gone, Repeats: rules})
	if err != nil {
		t.Fatalf("commit %s: %v", src.ID, err)
	}
	return ops
}

func (b *bench) stored(t testing.TB, id feed.EntryID) feed.Entry {
	t.Helper()
	e, err := b.Entry(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// wantFiled compares what is in a category, by source, newest first.
func (b *bench) wantFiled(t testing.TB, term string, want ...feed.SourceID) {
	t.Helper()
	var got []feed.SourceID
	for _, e := range collect(t, b.Entries(t.Context(), storage.Query{Category: term})) {
		got = append(got, e.Source)
	}
	if !slices.Equal(got, want) {
		t.Errorf("category %q has the entries of %v, want %v", term, got, want)
	}
}

// wantAlso compares the sources that an entry is listed with.
func (b *bench) wantAlso(t testing.TB, id feed.EntryID, want ...feed.SourceID) {
	t.Helper()
	var got []feed.SourceID
	for _, a := range b.stored(t, id).Also {
		got = append(got, a.Source)
	}
	if !slices.Equal(got, want) {
		t.Errorf("entry %s is also at %v, want %v", id, got, want)
	}
}

// three puts three sources with those categories, which carry one report an
// hour apart, and returns them with their entries.
func (b *bench) three(t testing.TB, rules *feed.Repeats, terms ...string) (sources []feed.Source, entries []feed.Entry) {
	t.Helper()
	sources = []feed.Source{source("a", terms...), source("b", terms...), source("better", terms...)}
	b.put(t, sources...)
	for i, src := range sources {
		e := report(src, 1)
		wantOps(t, b.pollBy(t, rules, src, epoch.Add(time.Duration(i)*time.Hour), nil, e), feed.Created)
		entries = append(entries, b.stored(t, e.ID))
	}
	return sources, entries
}

// testRepeats: the earliest stays as it is and lists the others, which are
// filed where repeats are kept only. A poll of the same again changes nothing.
func testRepeats(t *testing.T, b *bench) {
	sources, entries := b.three(t, &repeatRules, "story", "kept")
	b.wantFiled(t, "story", "a")
	b.wantFiled(t, "kept", "better", "b", "a")
	b.wantFiled(t, "", "better", "b", "a")
	b.wantAlso(t, entries[0].ID, "b", "better")
	first := b.stored(t, entries[0].ID)
	if first.Lead != entries[2].ID || first.Also[0].Href != "https://example.com/b/ports/1" || first.Also[0].Title != "Ports: b" || !first.Also[0].At.Equal(epoch.Add(time.Hour)) {
		t.Errorf("the first is led by %s and lists %+v, want the preferred source", first.Lead, first.Also)
	}
	if !first.Order.Equal(entries[0].Order) || !first.Modified.Equal(entries[0].Modified) || !first.Received.Equal(entries[0].Received) {
		t.Errorf("the first has moved: %+v, was %+v", first, entries[0])
	}
	want := feed.Repeat{Term: "story", Of: first.ID, Why: feed.SameStory, Share: 100}
	if got := b.stored(t, entries[1].ID); len(got.Repeats) != 1 || got.Repeats[0] != want || !slices.Equal(got.Filed, []string{"kept"}) {
		t.Errorf("the second repeats %+v and is filed under %v, want %+v", got.Repeats, got.Filed, want)
	}
	last, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes := b.changes(t, 0, int(last))
	if got := changes[1]; got.Op != feed.Updated || got.Entry != first.ID || !slices.Equal(got.Categories, []string{"kept", "story"}) {
		t.Errorf("a new repeat is logged as %+v, want an update of the first", got)
	}
	b.reopen(t)
	for _, src := range sources {
		wantOps(t, b.pollBy(t, &repeatRules, src, epoch.Add(9*time.Hour), nil, report(src, 1)), feed.Unchanged)
	}
	if after, err := b.LastChange(t.Context()); err != nil || after != last {
		t.Errorf("polls of the same have made changes %d to %d, %v", last, after, err)
	}
}

// testRepeatLinks: in a category for links the page counts, whatever the words;
// in one for stories it does too, however late.
func testRepeatLinks(t *testing.T, b *bench) {
	one, two := source("a", "link", "story"), source("b", "link", "story")
	b.put(t, one, two)
	b.pollBy(t, &repeatRules, one, epoch, nil, told(one, 1, "https://example.com/x?utm_source=a", "X", "short"), report(one, 2))
	same := told(two, 1, "http://www.example.com/x/#top", "Another headline", "other words")
	b.pollBy(t, &repeatRules, two, epoch.AddDate(1, 0, 0), nil, same, report(two, 2), told(two, 3, "https://example.com/y", "X", "short"))
	if got := b.stored(t, same.ID); len(got.Filed) != 0 || len(got.Repeats) != 2 || got.Repeats[0].Why != feed.SameLink {
		t.Errorf("the second entry of a page is filed under %v and repeats %+v", got.Filed, got.Repeats)
	}
	b.wantFiled(t, "link", "b", "b", "a", "a") // the same words of a year later are another story
	b.wantFiled(t, "story", "b", "b", "a", "a")
	b.wantFiled(t, "", "b", "b", "a", "a")
}

// testRepeatRules: without rules, or where they say nothing, all is kept; and
// what has come before a rule is found by those who come under it only if they
// came under one.
func testRepeatRules(t *testing.T, b *bench) {
	_, entries := b.three(t, nil, "story")
	b.wantFiled(t, "story", "better", "b", "a")
	late := source("c", "story")
	b.put(t, source("a", "story"), source("b", "story"), source("better", "story"), late)
	b.pollBy(t, &repeatRules, late, epoch.Add(4*time.Hour), nil, report(late, 1))
	b.wantFiled(t, "story", "c", "better", "b", "a")
	for _, e := range entries {
		b.wantAlso(t, e.ID)
	}
}

// testRepeatEdited: an edit keeps what is one story one, and files what is
// another by now.
func testRepeatEdited(t *testing.T, b *bench) {
	sources, entries := b.three(t, &repeatRules, "story")
	edited := report(sources[1], 1)
	edited.Title.Body, edited.Digest = "A better headline", feed.DigestOf("better")
	wantOps(t, b.pollBy(t, &repeatRules, sources[1], epoch.Add(4*time.Hour), nil, edited), feed.Updated)
	b.wantFiled(t, "story", "a")
	if first := b.stored(t, entries[0].ID); len(first.Also) != 2 || first.Also[0].Title != "A better headline" {
		t.Errorf("the list has %+v, want the new headline", first.Also)
	}
	other := told(sources[1], 1, sources[1].URL+"/ports/1", "Cheese", "The cheese market of the old town was opened by the mayor under a clear sky on Saturday, and nobody went home hungry.")
	wantOps(t, b.pollBy(t, &repeatRules, sources[1], epoch.Add(5*time.Hour), nil, other), feed.Updated)
	b.wantFiled(t, "story", "b", "a")
	b.wantAlso(t, entries[0].ID, "better")
	if got := b.stored(t, other.ID); !got.Order.Equal(entries[1].Order) {
		t.Errorf("the entry that is no repeat any more is at %s, want its place %s", got.Order, entries[1].Order)
	}
	// The words of the preferred source are those of the first: readers see them change.
	before, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	led := report(sources[2], 1)
	led.Content.Body += "<p>More to come.</p>"
	led.Digest = feed.DigestOf("led")
	b.pollBy(t, &repeatRules, sources[2], epoch.Add(6*time.Hour), nil, led)
	if changes := b.changes(t, before, 2); changes[0].Entry != entries[0].ID || changes[0].Op != feed.Updated {
		t.Errorf("an edit of the preferred words is logged as %+v", changes)
	}
}

// testRepeatDeleted: when the first is dropped, the next takes its place.
func testRepeatDeleted(t *testing.T, b *bench) {
	sources, entries := b.three(t, &repeatRules, "story")
	b.pollBy(t, &repeatRules, sources[0], epoch.Add(4*time.Hour), []feed.DeletedEntry{feed.Delete(&entries[0], "rule", "no ports", epoch)})
	b.wantFiled(t, "story", "b")
	b.wantAlso(t, entries[1].ID, "better")
	heir := b.stored(t, entries[1].ID)
	if heir.Lead != entries[2].ID || len(heir.Repeats) != 0 || !heir.Order.Equal(entries[1].Order) {
		t.Errorf("in its place is %+v", heir)
	}
	if got := b.stored(t, entries[2].ID); len(got.Repeats) != 1 || got.Repeats[0].Of != heir.ID {
		t.Errorf("the third repeats %+v, want the second", got.Repeats)
	}
	b.pollBy(t, &repeatRules, sources[2], epoch.Add(5*time.Hour), []feed.DeletedEntry{feed.Delete(&entries[2], "rule", "no ports", epoch)})
	b.wantAlso(t, entries[1].ID)
	if got := b.stored(t, entries[1].ID); got.Lead != (feed.EntryID{}) {
		t.Errorf("it is led by %s, which is gone", got.Lead)
	}
}

// testRepeatPruned: when the first's time is over, nothing takes its place, and
// the repeats go when theirs is.
func testRepeatPruned(t *testing.T, b *bench) {
	_, entries := b.three(t, &repeatRules, "story")
	keep := feed.Retention{Categories: map[string]feed.Keep{"story": {MaxAge: 24 * time.Hour}}, Remember: 1000 * time.Hour}
	done, err := b.Prune(t.Context(), keep, epoch.Add(24*time.Hour+30*time.Minute))
	if err != nil || done.Entries != 1 {
		t.Fatalf("prune: %+v, %v, want the first to go", done, err)
	}
	b.wantFiled(t, "story")
	if got := b.stored(t, entries[1].ID); len(got.Repeats) != 1 || len(got.Filed) != 0 {
		t.Errorf("the second is filed under %v and repeats %v", got.Filed, got.Repeats)
	}
	done, err = b.Prune(t.Context(), keep, epoch.Add(48*time.Hour))
	if err != nil || done.Entries != 2 {
		t.Errorf("prune: %+v, %v, want the repeats to go", done, err)
	}
}

// testRepeatRemoved: when the first's source goes, or leaves the category, the
// next takes its place.
func testRepeatRemoved(t *testing.T, b *bench) {
	sources, entries := b.three(t, &repeatRules, "story")
	b.put(t, source("a", "kept"), sources[1], sources[2])
	b.wantFiled(t, "story", "b")
	b.wantFiled(t, "kept", "a")
	b.wantAlso(t, entries[0].ID)
	b.wantAlso(t, entries[1].ID, "better")
	b.put(t, source("a", "kept"), sources[2])
	b.wantFiled(t, "story", "better")
	b.wantAlso(t, entries[2].ID)
	b.put(t, source("a", "kept"), source("better", "kept"))
	b.wantFiled(t, "story")
	b.wantFiled(t, "kept", "better", "a")
}

// testRepeatsAtOnce: of a report that many sources bring at one time, one entry
// is published.
func testRepeatsAtOnce(t *testing.T, b *bench) {
	const n = 20
	var sources []feed.Source
	for i := range n {
		sources = append(sources, source(fmt.Sprintf("s%02d", i), "story"))
	}
	b.put(t, sources...)
	var g errgroup.Group
	for _, src := range sources {
		g.Go(func() error {
			st, err := b.State(t.Context(), src.ID)
			if err != nil {
				return err
			}
			entries := []feed.Entry{report(src, 1)}
			feed.Place(entries, false, epoch)
			_, err = b.Commit(t.Context(), storage.Poll{State: st, Entries: entries, Repeats: &repeatRules})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	got := collect(t, b.Entries(t.Context(), storage.Query{Category: "story"}))
	if len(got) != 1 || len(got[0].Also) != n-1 {
		t.Errorf("%d entries are published, the first with %d others, want one with %d", len(got), len(got[0].Also), n-1)
	}
}

// testRepeatsMany: the list of an entry is bounded, what is left out is not.
func testRepeatsMany(t *testing.T, b *bench) {
	const n = feed.MaxAlso + 20
	var sources []feed.Source
	for i := range n {
		sources = append(sources, source(fmt.Sprintf("s%03d", i), "link"))
	}
	b.put(t, sources...)
	for i, src := range sources {
		b.pollBy(t, &repeatRules, src, epoch.Add(time.Duration(i)*time.Second), nil, told(src, 1, "https://example.com/x", "X", strings.Repeat("x", i)))
	}
	b.wantFiled(t, "link", "s000")
	if got := b.stored(t, told(sources[0], 1, "", "", "").ID); len(got.Also) != feed.MaxAlso {
		t.Errorf("%d are listed, want %d", len(got.Also), feed.MaxAlso)
	}
}
