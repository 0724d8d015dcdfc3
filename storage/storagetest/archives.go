package storagetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

var archiveTests = map[string]func(*testing.T, *bench){
	"archives":       testArchives,
	"archives gone":  testArchivesGone,
	"archives often": testArchivesOften,
	"archives model": testArchivesModel,
}

// An archivist remembers the archives of a store, which do not change.
type archivist struct {
	archives map[string]map[int]storage.Archive // by term and number
	next     map[string]int
	restless bool // entries change so often that they do not arrive each time
}

func newArchivist() *archivist {
	return &archivist{archives: map[string]map[int]storage.Archive{}, next: map[string]int{}}
}

// check holds the archives of a category against those of before, and against
// the entries that are filed there: archives and what is in none yet make up the
// category, each entry in its newest version. losing says that entries may have
// left since.
func (a *archivist) check(t testing.TB, b *bench, term string, filed []feed.Entry, losing bool) {
	t.Helper()
	has, err := b.Archives(t.Context(), term)
	if err != nil || has.First > has.Next || has.Next < a.next[term] {
		t.Fatalf("category %q has archives %+v, %v, there were %d", term, has, err, a.next[term])
	}
	newest, arrived := map[feed.EntryID]feed.Entry{}, 0
	for k := range has.Next {
		was, known := a.archives[term][k]
		now, err := b.Archive(t.Context(), term, k)
		if k < has.First {
			wantErr(t, err, storage.ErrNotFound)
			now = storage.Archive{}
		} else if err != nil {
			t.Fatalf("archive %d of %q: %v", k, term, err)
		}
		if known {
			sameArchive(t, fmt.Sprintf("archive %d of %q", k, term), now, was, losing)
		}
		a.remember(term, k, now)
		if !slices.IsSortedFunc(now.Entries, newestFirst) || len(now.Entries) > storage.ArchiveSize {
			t.Errorf("archive %d of %q is out of order, or too long: %d entries", k, term, len(now.Entries))
		}
		arrived += len(now.Entries)
		for _, e := range now.Entries {
			newest[e.ID] = e
		}
	}
	a.next[term] = has.Next
	_, err = b.Archive(t.Context(), term, has.Next)
	wantErr(t, err, storage.ErrNotFound)
	open, err := b.Unarchived(t.Context(), term)
	if err != nil || len(open) >= storage.ArchiveSize || !slices.IsSortedFunc(open, newestFirst) {
		t.Fatalf("%d entries of %q are in no archive, %v", len(open), term, err)
	}
	for _, e := range b.inWords(t, open) {
		newest[e.ID] = e
	}
	filed = b.inWords(t, filed)
	if len(newest) != len(filed) {
		t.Errorf("category %q: archives and what is in none make %d entries, %d are filed", term, len(newest), len(filed))
	}
	for i := range filed {
		if got, ok := newest[filed[i].ID]; !ok || !a.restless && !sameWords(&got, &filed[i]) {
			t.Errorf("category %q: entry %s is reached as\n%+v\nwant\n%+v", term, filed[i].ID, got, filed[i])
			return
		}
	}
}

func (a *archivist) remember(term string, k int, now storage.Archive) {
	if a.archives[term] == nil {
		a.archives[term] = map[int]storage.Archive{}
	}
	a.archives[term][k] = now
}

// sameArchive compares what an archive holds with what it held.
func sameArchive(t testing.TB, what string, now, was storage.Archive, losing bool) {
	t.Helper()
	if !losing && len(now.Entries) != len(was.Entries) {
		t.Errorf("%s has %d entries, it had %d", what, len(now.Entries), len(was.Entries))
	}
	before := map[feed.EntryID]*feed.Entry{}
	for i := range was.Entries {
		before[was.Entries[i].ID] = &was.Entries[i]
	}
	for i := range now.Entries {
		e := &now.Entries[i]
		if old := before[e.ID]; old == nil || !sameWords(e, old) {
			t.Errorf("%s: entry is\n%+v\nit was\n%+v", what, e, old)
			return
		}
		if st, ok := now.Sources[e.Source]; !ok || st.Feed.Title != was.Sources[e.Source].Feed.Title || st.URL != was.Sources[e.Source].URL {
			t.Errorf("%s: source %s is %+v, it was %+v", what, e.Source, st, was.Sources[e.Source])
		}
	}
}

func sameWords(a, b *feed.Entry) bool {
	return a.ID == b.ID && a.Digest == b.Digest && a.Content == b.Content && a.Title == b.Title &&
		a.Order.Equal(b.Order) && a.Received.Equal(b.Received) && a.Modified.Equal(b.Modified) && slices.Equal(a.Also, b.Also)
}

// filedIn reads a category as a reader sees it.
func (b *bench) filedIn(t testing.TB, term string) []feed.Entry {
	t.Helper()
	return collect(t, b.Entries(t.Context(), storage.Query{Category: term}))
}

// testArchives fills a category past two archives, and changes what is in them.
func testArchives(t *testing.T, b *bench) {
	src := source("s", "news")
	b.put(t, src)
	const n = 2*storage.ArchiveSize + 7
	var entries []feed.Entry
	for i := range n {
		entries = append(entries, entry(src, i, "first words"))
	}
	b.poll(t, src, epoch, entries...)
	a := newArchivist()
	a.check(t, b, "news", b.filedIn(t, "news"), false)
	a.check(t, b, "", b.filedIn(t, ""), false)
	if has, err := b.Archives(t.Context(), "news"); err != nil || has != (storage.Archives{First: 0, Next: 2}) {
		t.Fatalf("archives %+v, %v, want 0 and 1", has, err)
	}
	if has, err := b.Archives(t.Context(), "nobody's"); err != nil || has != (storage.Archives{}) {
		t.Errorf("archives of no category: %+v, %v", has, err)
	}
	// An entry that changes in an archive arrives again, one that is in none does not.
	b.poll(t, src, epoch.Add(time.Hour), entry(src, 3, "other words"), entry(src, n-1, "other words"))
	a.check(t, b, "news", b.filedIn(t, "news"), false)
	open, err := b.Unarchived(t.Context(), "news")
	if err != nil || len(open) != 8 {
		t.Errorf("%d entries are in no archive, %v, want 8", len(open), err)
	}
	b.reopen(t)
	a.check(t, b, "news", b.filedIn(t, "news"), false)
	// Another title of the source changes nothing in archives.
	st := stateOf(t, b, src.ID)
	st.Feed.Title.Body = "Another title"
	if _, err := b.Commit(t.Context(), storage.Poll{State: st}); err != nil {
		t.Fatal(err)
	}
	a.check(t, b, "news", b.filedIn(t, "news"), false)
	a.check(t, b, "", b.filedIn(t, ""), false)
}

// testArchivesGone: what retention drops goes from archives, former versions
// too, and an archive of which nothing is left, nor of those before, is gone.
func testArchivesGone(t *testing.T, b *bench) {
	src, other := source("s", "news"), source("other", "news")
	b.put(t, src, other)
	a := newArchivist()
	for i := range 3 {
		from := i * storage.ArchiveSize
		var entries []feed.Entry
		for j := range storage.ArchiveSize {
			entries = append(entries, entry(src, from+j, "words"))
		}
		b.poll(t, src, epoch.Add(time.Duration(i)*time.Hour), entries...)
	}
	b.poll(t, src, epoch.Add(4*time.Hour), entry(src, 0, "new words"))
	a.check(t, b, "news", b.filedIn(t, "news"), false)
	keep := feed.Retention{Overall: feed.Keep{MaxEntries: storage.ArchiveSize + 10}, Remember: time.Hour}
	if _, err := b.Prune(t.Context(), keep, epoch.Add(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	a.check(t, b, "news", b.filedIn(t, "news"), true)
	a.check(t, b, "", b.filedIn(t, ""), true)
	if has, err := b.Archives(t.Context(), "news"); err != nil || has != (storage.Archives{First: 1, Next: 3}) {
		t.Errorf("archives %+v, %v, want 1 and 2", has, err)
	}
	b.put(t, other) // the source goes, with all that is filed
	for _, term := range []string{"news", ""} {
		a.check(t, b, term, nil, true)
		if has, err := b.Archives(t.Context(), term); err != nil || has != (storage.Archives{First: 3, Next: 3}) {
			t.Errorf("archives of %q %+v, %v, want all gone", term, has, err)
		}
	}
	b.put(t, src, other) // and comes back
	a.check(t, b, "news", b.filedIn(t, "news"), false)
	a.check(t, b, "", b.filedIn(t, ""), false)
}

// testArchivesOften: an entry that never rests does not fill the store.
func testArchivesOften(t *testing.T, b *bench) {
	src := source("s", "news")
	b.put(t, src)
	n, versions := 1, 0
	for round := range 60 {
		entries := []feed.Entry{entry(src, 0, fmt.Sprint("words ", round))}
		for range storage.ArchiveSize {
			entries = append(entries, entry(src, n, "words"))
			n++
		}
		b.poll(t, src, epoch.Add(time.Duration(round)*time.Hour), entries...)
	}
	has, err := b.Archives(t.Context(), "news")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[feed.EntryID]bool{}
	for k := has.First; k < has.Next; k++ {
		archive, err := b.Archive(t.Context(), "news", k)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range archive.Entries {
			seen[e.ID] = true
			if e.ID == entry(src, 0, "").ID {
				versions++
			}
		}
	}
	open, err := b.Unarchived(t.Context(), "news")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range open {
		seen[e.ID] = true
	}
	if versions < 8 || versions > 32 || len(seen) != n {
		t.Errorf("%d versions are archived of an entry with 60, and %d of %d entries", versions, len(seen), n)
	}
}

// testArchivesModel polls, edits, moves, prunes and opens again at random, with
// stories that several sources tell, and checks the archives after each step.
func testArchivesModel(t *testing.T, b *bench) {
	seed := seedOf(t)
	rng := rand.New(rand.NewPCG(seed, 5))
	w := &archiveWalk{rng: rng, now: epoch, terms: []string{"news", "tech"}}
	a := newArchivist()
	w.putSources(t, b)
	for step := range 120 {
		losing := w.step(t, b)
		for _, term := range append(w.terms, "") {
			a.check(t, b, term, b.filedIn(t, term), losing)
		}
		if t.Failed() {
			t.Fatalf("seed %d, step %d", seed, step)
		}
	}
	if a.next[""] < 5 {
		t.Errorf("%d archives: the test shows little", a.next[""])
	}
}

type archiveWalk struct {
	rng   *rand.Rand
	now   time.Time
	terms []string
	put   map[feed.SourceID]feed.Source
	n     int
}

// step does one thing, and reports whether entries may have left a category.
func (w *archiveWalk) step(t *testing.T, b *bench) (losing bool) {
	w.now = w.now.Add(time.Minute)
	switch w.rng.IntN(12) {
	case 0:
		w.putSources(t, b)
		return true
	case 1:
		b.reopen(t)
		return false
	case 2:
		r := feed.Retention{Overall: feed.Keep{MaxEntries: 100 + w.rng.IntN(200)}, Remember: time.Hour}
		if _, err := b.Prune(t.Context(), r, w.now); err != nil {
			t.Fatal(err)
		}
		return true
	}
	w.poll(t, b)
	return false
}

func (w *archiveWalk) putSources(t *testing.T, b *bench) {
	var want []feed.Source
	w.put = map[feed.SourceID]feed.Source{}
	for i := range 4 {
		if i > 0 && w.rng.IntN(5) == 0 {
			continue
		}
		src := source(fmt.Sprint("s", i), w.terms[w.rng.IntN(2):1+w.rng.IntN(2)]...)
		if len(src.Categories) == 0 {
			src.Categories = w.terms
		}
		want = append(want, src)
		w.put[src.ID] = src
	}
	b.put(t, want...)
}

// poll brings new entries, edits, and what other sources have too, which is
// told in the words of one source where it has it.
func (w *archiveWalk) poll(t *testing.T, b *bench) {
	t.Helper()
	ids := slices.Sorted(maps.Keys(w.put))
	src := w.put[ids[w.rng.IntN(len(ids))]]
	var entries []feed.Entry
	for range w.rng.IntN(20) {
		n := w.n
		if w.rng.IntN(3) > 0 {
			n = w.rng.IntN(w.n + 1)
		}
		w.n = max(w.n, n+1)
		e := entry(src, n, fmt.Sprint("words ", w.rng.IntN(4)))
		if n%5 == 0 {
			e.Links[0].Href = fmt.Sprint("https://example.com/shared/", n)
		}
		entries = append(entries, e)
	}
	st := stateOf(t, b, src.ID)
	st.Feed.Title.Body = fmt.Sprint("Title ", w.rng.IntN(5))
	feed.Place(entries, false, w.now)
	st.LastPoll, st.NextPoll = w.now, w.now.Add(time.Hour)
	rules := &feed.Repeats{
		Categories: map[string]feed.RepeatRule{"news": {}, "tech": {}}, Priority: map[feed.SourceID]int{"s1": 1, "s2": 2},
	}
	if _, err := b.Commit(t.Context(), storage.Poll{State: st, Entries: entries, Repeats: rules}); err != nil {
		t.Fatal(err)
	}
}

// inWords gives entries the words they are published in, as archives have them.
func (b *bench) inWords(t testing.TB, entries []feed.Entry) []feed.Entry {
	t.Helper()
	entries = slices.Clone(entries)
	for i := range entries {
		if e := &entries[i]; e.Lead != (feed.EntryID{}) {
			better := b.stored(t, e.Lead)
			*e = e.InWordsOf(&better)
		}
	}
	return entries
}

func stateOf(t testing.TB, b *bench, id feed.SourceID) feed.State {
	t.Helper()
	st, err := b.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return st
}
