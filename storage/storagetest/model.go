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

// A model is what a store should hold, kept in the plainest way.
type model struct {
	sources map[feed.SourceID]feed.Source // wanted
	known   map[feed.SourceID]bool
	entries map[feed.EntryID]feed.Entry
	changes map[feed.EntryID][]feed.Change // without their numbers
	deleted map[feed.EntryID]bool
	now     time.Time
}

var modelTerms = []string{"news", "tech", "*", "**", "a", "ab", "财经"}

// testModel does at random what an aggregator may do, and compares the store
// with the model after each step.
func testModel(t *testing.T, b *bench) {
	seed := seedOf(t)
	rng := rand.New(rand.NewPCG(seed, 1))
	m := &model{
		sources: map[feed.SourceID]feed.Source{}, known: map[feed.SourceID]bool{},
		entries: map[feed.EntryID]feed.Entry{}, changes: map[feed.EntryID][]feed.Change{}, deleted: map[feed.EntryID]bool{}, now: epoch,
	}
	archives := newArchivist()
	for step := range 150 {
		losing := true
		switch n := rng.IntN(10); {
		case n == 0 || step == 0:
			m.putSources(t, b, rng)
		case n == 1:
			b.reopen(t)
			losing = false
		case n == 2:
			m.prune(t, b, rng)
		default:
			m.poll(t, b, rng)
			losing = false
		}
		m.check(t, b, rng)
		for _, term := range append(modelTerms, "") {
			archives.check(t, b, term, m.filed(term), losing)
		}
		if t.Failed() {
			t.Fatalf("seed %d, step %d", seed, step)
		}
	}
	m.checkChanges(t, b)
}

// putSources wants some of eight sources, with some categories each.
func (m *model) putSources(t *testing.T, b *bench, rng *rand.Rand) {
	var want []feed.Source
	for i := range 8 {
		if rng.IntN(4) == 0 {
			continue
		}
		terms := slices.Clone(modelTerms)
		rng.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
		want = append(want, source(fmt.Sprintf("s%d", i), terms[:1+rng.IntN(3)]...))
	}
	b.put(t, want...)
	m.sources = map[feed.SourceID]feed.Source{}
	for _, src := range want {
		m.sources[src.ID], m.known[src.ID] = src, true
	}
	for _, e := range m.entries {
		e.Filed = m.terms(e.Source)
		m.store(e)
	}
}

func (m *model) terms(id feed.SourceID) []string {
	src, ok := m.sources[id]
	if !ok {
		return nil
	}
	return slices.Sorted(slices.Values(src.Categories))
}

// store keeps an entry as an engine should.
func (m *model) store(next feed.Entry) feed.Op {
	if m.deleted[next.ID] {
		return feed.Deleted
	}
	var prev *feed.Entry
	if e, ok := m.entries[next.ID]; ok {
		prev = &e
	}
	merged, op, terms := feed.Merge(prev, next)
	if op != feed.Unchanged {
		m.entries[next.ID] = merged
		m.changes[next.ID] = append(m.changes[next.ID], feed.Change{Op: op, Entry: next.ID, Categories: terms})
	}
	return op
}

// poll commits some entries of a wanted source, new ones and old ones.
func (m *model) poll(t *testing.T, b *bench, rng *rand.Rand) {
	ids := slices.Sorted(maps.Keys(m.sources))
	if len(ids) == 0 {
		return
	}
	src := m.sources[ids[rng.IntN(len(ids))]]
	m.now = m.now.Add(time.Minute)
	var entries []feed.Entry
	for range rng.IntN(6) {
		e := entry(src, rng.IntN(60), fmt.Sprint("words ", rng.IntN(3)))
		e.Published = e.Published.AddDate(-rng.IntN(80), 0, 0) // from before 1970 too
		entries = append(entries, e)
	}
	got := b.poll(t, src, m.now, entries...) // places them
	var want []feed.Op
	for _, e := range entries {
		want = append(want, m.store(e))
	}
	wantOps(t, got, want...)
}

// prune drops entries by bounds at random.
func (m *model) prune(t *testing.T, b *bench, rng *rand.Rand) {
	keep := func() (k feed.Keep) {
		if rng.IntN(2) == 0 {
			k.MaxAge = time.Duration(rng.IntN(80*365)) * 24 * time.Hour
		}
		if rng.IntN(2) == 0 {
			k.MaxEntries = 1 + rng.IntN(40)
		}
		return k
	}
	r := feed.Retention{Categories: map[string]feed.Keep{}, Remember: 200 * 365 * 24 * time.Hour}
	if rng.IntN(3) == 0 {
		r.Overall = keep()
	}
	for _, term := range modelTerms {
		if rng.IntN(3) > 0 {
			r.Categories[term] = keep()
		}
	}
	gone := m.unwanted(&r)
	done, err := b.Prune(t.Context(), r, m.now)
	if err != nil || done.Entries != len(gone) || done.Forgotten != 0 {
		t.Errorf("prune with %+v: %+v, %v, want %d entries to go", r, done, err, len(gone))
	}
	for _, e := range gone {
		m.deleted[e.ID] = true
		delete(m.entries, e.ID)
		m.changes[e.ID] = append(m.changes[e.ID], feed.Change{Op: feed.Deleted, Entry: e.ID, Categories: e.Filed})
		d, err := b.Deleted(t.Context(), e.ID)
		if err != nil || d.Ref != e.ID || d.Source != e.Source || d.Title != e.Title.Body || d.Link != e.Alternate() || !d.Received.Equal(e.Received) || d.By != feed.ByRetention || d.Comment == "" {
			t.Errorf("%+v, %v is left of %+v", d, err, e)
		}
	}
}

// unwanted returns the entries that a retention does not keep.
func (m *model) unwanted(r *feed.Retention) (gone []feed.Entry) {
	beyond := map[string]map[feed.EntryID]bool{"": m.beyond("", r.Overall)}
	for _, term := range modelTerms {
		beyond[term] = m.beyond(term, r.Categories[term])
	}
	oldest := m.oldestKept(r.Overall)
	for _, e := range m.entries {
		out := beyond[""][e.ID] || len(e.Filed) == 0 && newestFirst(e, oldest) > 0
		everywhere := len(e.Filed) > 0
		for _, term := range e.Filed {
			everywhere = everywhere && beyond[term][e.ID]
		}
		if out || everywhere {
			gone = append(gone, e)
		}
	}
	return gone
}

// beyond returns what is filed under a term and beyond its bounds.
func (m *model) beyond(term string, k feed.Keep) map[feed.EntryID]bool {
	out := map[feed.EntryID]bool{}
	for i, e := range m.filed(term) {
		old := k.MaxAge > 0 && e.Order.Before(m.now.Add(-k.MaxAge))
		out[e.ID] = old || k.MaxEntries > 0 && i >= k.MaxEntries
	}
	return out
}

// oldestKept is the place before which what is filed nowhere goes.
func (m *model) oldestKept(k feed.Keep) (at feed.Entry) {
	if k.MaxAge > 0 {
		at.Order = m.now.Add(-k.MaxAge)
	}
	if all := m.filed(""); k.MaxEntries > 0 && len(all) >= k.MaxEntries {
		if last := all[k.MaxEntries-1]; newestFirst(last, at) < 0 {
			return last
		}
	}
	return at
}

func (m *model) check(t *testing.T, b *bench, rng *rand.Rand) {
	t.Helper()
	for _, term := range append(modelTerms, "", "nobody's") {
		all := m.filed(term)
		q := storage.Query{Category: term, Limit: rng.IntN(2) * rng.IntN(20)}
		if from := rng.IntN(len(all) + 1); from > 0 {
			q.After, all = storage.After(&all[from-1]), all[from:]
		}
		if q.Limit > 0 && q.Limit < len(all) {
			all = all[:q.Limit]
		}
		sameEntries(t, fmt.Sprintf("category %q", term), collect(t, b.Entries(t.Context(), q)), all)
	}
	for id := range m.known {
		all := slices.DeleteFunc(m.filed(""), func(e feed.Entry) bool { return e.Source != id })
		q := storage.Query{Source: id, Limit: rng.IntN(2) * rng.IntN(20)}
		if from := rng.IntN(len(all) + 1); from > 0 {
			q.After, all = storage.After(&all[from-1]), all[from:]
		}
		if q.Limit > 0 && q.Limit < len(all) {
			all = all[:q.Limit]
		}
		sameEntries(t, fmt.Sprintf("source %q", id), collect(t, b.Entries(t.Context(), q)), all)
	}
	for id, want := range m.entries {
		got, err := b.Entry(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		sameEntries(t, "entry "+id.String(), []feed.Entry{got}, []feed.Entry{want})
	}
	for id := range m.deleted {
		_, err := b.Entry(t.Context(), id)
		wantErr(t, err, storage.ErrNotFound)
	}
	var ids []feed.SourceID
	for _, st := range collect(t, b.States(t.Context())) {
		ids = append(ids, st.Source.ID)
	}
	if want := slices.Sorted(maps.Keys(m.sources)); !slices.Equal(ids, want) {
		t.Errorf("sources %v, want %v", ids, want)
	}
}

// filed returns what is filed under a term, newest first.
func (m *model) filed(term string) []feed.Entry {
	var out []feed.Entry
	for _, e := range m.entries {
		if e.IsFiled(term) || term == "" && len(e.Filed) > 0 {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, newestFirst)
	return out
}

// newestFirst is the order that Reader.Entries promises; equal moments are
// told apart by ID, the greater one first.
func newestFirst(a, b feed.Entry) int {
	if c := b.Order.Compare(a.Order); c != 0 {
		return c
	}
	return slices.Compare(b.ID[:], a.ID[:])
}

func sameEntries(t *testing.T, what string, got, want []feed.Entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d entries, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		g, w := &got[i], &want[i]
		if g.ID != w.ID || g.Digest != w.Digest || g.Content != w.Content || !slices.Equal(g.Filed, w.Filed) ||
			!g.Order.Equal(w.Order) || !g.Received.Equal(w.Received) || !g.Modified.Equal(w.Modified) {
			t.Errorf("%s: entry %d is\n%+v\nwant\n%+v", what, i, *g, *w)
			return
		}
	}
}

// checkChanges compares what the change log says of each entry.
func (m *model) checkChanges(t *testing.T, b *bench) {
	total := 0
	for _, c := range m.changes {
		total += len(c)
	}
	got := map[feed.EntryID][]feed.Change{}
	for _, c := range b.changes(t, 0, total) {
		c.Seq = 0
		got[c.Entry] = append(got[c.Entry], c)
	}
	for id, want := range m.changes {
		if !slices.EqualFunc(got[id], want, sameChange) {
			t.Errorf("changes of %s are\n%v\nwant\n%v", id, got[id], want)
		}
	}
}

func sameChange(a, b feed.Change) bool {
	return a.Op == b.Op && a.Entry == b.Entry && slices.Equal(a.Categories, b.Categories)
}
