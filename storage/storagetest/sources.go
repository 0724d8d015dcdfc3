package storagetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// ids names the sources of states, in order.
func ids(states []feed.State) []string {
	var out []string
	for i := range states {
		out = append(out, string(states[i].Source.ID))
	}
	return out
}

func (b *bench) claim(t testing.TB, c storage.Claim) []string {
	t.Helper()
	states, err := b.Claim(t.Context(), c)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return ids(states)
}

func wantIDs(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("sources %v, want %v", got, want)
	}
}

func testClaim(t *testing.T, b *bench) {
	x, y, z := source("x", "c"), source("y", "c"), source("z", "c")
	b.put(t, x, y, z)
	b.poll(t, x, epoch.Add(time.Minute))
	b.poll(t, y, epoch)
	now := epoch.Add(2 * time.Hour)
	wantIDs(t, b.claim(t, storage.Claim{Due: epoch, Limit: 9}), "z") // never polled: due at once
	wantIDs(t, b.claim(t, storage.Claim{Due: now, Limit: 1}), "y")   // the earliest
	wantIDs(t, b.claim(t, storage.Claim{Due: now, Limit: 9}), "x")   // those that nobody holds
	wantIDs(t, b.claim(t, storage.Claim{Due: now, Limit: 9}))
	b.poll(t, y, epoch) // ends the claim
	wantIDs(t, b.claim(t, storage.Claim{Due: now, Limit: 9, Lease: time.Millisecond}), "y")
	time.Sleep(5 * time.Millisecond) // the lease ends
	wantIDs(t, b.claim(t, storage.Claim{Due: now, Limit: 9}), "y")
}

func testClaimNamed(t *testing.T, b *bench) {
	x, y := source("x", "c"), source("y", "c")
	b.put(t, x, y)
	b.poll(t, x, epoch)
	wantIDs(t, b.claim(t, storage.Claim{Sources: []feed.SourceID{"y", "nobody", "x"}, Limit: 9}), "y", "x")
	wantIDs(t, b.claim(t, storage.Claim{Sources: []feed.SourceID{"x"}, Limit: 9}))
}

func testNextDue(t *testing.T, b *bench) {
	due := func() time.Time {
		at, err := b.NextDue(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if at := due(); !at.IsZero() {
		t.Errorf("next due %s in an empty store", at)
	}
	x, y := source("x", "c"), source("y", "c")
	b.put(t, x, y)
	b.poll(t, x, epoch)
	if at := due(); at.IsZero() || at.After(epoch) {
		t.Errorf("next due %s, but y was never polled", at)
	}
	b.claim(t, storage.Claim{Due: epoch, Limit: 1})
	if at := due(); !at.Equal(epoch.Add(time.Hour)) {
		t.Errorf("next due %s, want x's %s: y is held", at, epoch.Add(time.Hour))
	}
}

func testPutSources(t *testing.T, b *bench) {
	x, y := source("x", "c"), source("y", "c")
	b.put(t, y, x)
	wantIDs(t, ids(collect(t, b.States(t.Context()))), "x", "y")
	b.poll(t, x, epoch)
	x.Interval = time.Minute
	b.put(t, x)
	states := collect(t, b.States(t.Context()))
	wantIDs(t, ids(states), "x")
	if states[0].Source.Interval != time.Minute || !states[0].LastPoll.Equal(epoch) {
		t.Errorf("new settings, and what polling has learned: %+v", states[0])
	}
	_, err := b.State(t.Context(), "y")
	wantErr(t, err, storage.ErrNotFound)
	wantIDs(t, b.claim(t, storage.Claim{Due: epoch.Add(100 * time.Hour), Limit: 9}), "x")
}

func testMovedSource(t *testing.T, b *bench) {
	src := source("a", "c")
	b.put(t, src)
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	if st.URL != src.URL {
		t.Errorf("a new source is asked for at %q, want %q", st.URL, src.URL)
	}
	one := entry(src, 1, "one")
	st.ETag, st.LastModified, st.Body, st.Coded, st.NextPoll = `"1"`, "then", feed.DigestOf("b"), feed.DigestOf("c"), epoch.Add(time.Hour)
	if _, err := b.Commit(t.Context(), storage.Poll{State: st, Entries: []feed.Entry{one}}); err != nil {
		t.Fatal(err)
	}
	src.URL = "https://elsewhere.example/feed"
	b.put(t, src)
	st, err = b.State(t.Context(), src.ID)
	if err != nil || st.URL != src.URL || st.ETag != "" || st.LastModified != "" || !st.Body.IsZero() || !st.Coded.IsZero() || !st.NextPoll.IsZero() {
		t.Errorf("a source with another URL is due at once and has no validators: %+v, %v", st, err)
	}
	wantOps(t, b.poll(t, src, epoch.Add(time.Hour), one), feed.Unchanged)
}

func testRefile(t *testing.T, b *bench) {
	src := source("a", "x", "y")
	other := source("b", "x")
	b.put(t, src, other)
	b.poll(t, src, epoch.Add(time.Hour), entry(src, 1, "one"), entry(src, 2, "two"))
	b.poll(t, other, epoch.Add(time.Hour), entry(other, 3, "three"))
	before, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	src.Categories = []string{"z", "y"}
	b.put(t, src, other)
	wantTitles(t, b.titles(t, storage.Query{Category: "x"}), "Entry 3")
	wantTitles(t, b.titles(t, storage.Query{Category: "y"}), "Entry 2", "Entry 1")
	wantTitles(t, b.titles(t, storage.Query{Category: "z"}), "Entry 2", "Entry 1")
	wantTitles(t, b.titles(t, storage.Query{}), "Entry 3", "Entry 2", "Entry 1")
	changes := b.changes(t, before, 2)
	for _, c := range changes {
		if c.Op != feed.Refiled || !slices.Equal(c.Categories, []string{"x", "y", "z"}) {
			t.Errorf("change %+v, want refiled in x, y and z", c)
		}
	}
	wantOps(t, b.poll(t, src, epoch.Add(2*time.Hour), entry(src, 1, "one")), feed.Unchanged)
}

func testRemovedSource(t *testing.T, b *bench) {
	src, other := source("a", "x"), source("b", "x")
	b.put(t, src, other)
	b.poll(t, src, epoch.Add(time.Hour), entry(src, 1, "one"))
	inFlight, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.put(t, other)
	wantTitles(t, b.titles(t, storage.Query{Category: "x"}))
	wantTitles(t, b.titles(t, storage.Query{}))
	// A poll that was under way ends without bringing the source back.
	last := []feed.Entry{entry(src, 2, "two")}
	feed.Place(last, false, epoch.Add(2*time.Hour))
	if _, err := b.Commit(t.Context(), storage.Poll{State: inFlight, Entries: last}); err != nil {
		t.Errorf("commit of a removed source's last poll: %v", err)
	}
	wantTitles(t, b.titles(t, storage.Query{}))
	b.put(t, src, other)
	wantTitles(t, b.titles(t, storage.Query{Category: "x"}), "Entry 2", "Entry 1")
	st, err := b.State(t.Context(), src.ID)
	if err != nil || st.LastPoll.IsZero() {
		t.Errorf("a source put back has its state: %+v, %v", st, err)
	}
}

// testClaimsAtOnce polls with many workers: a source has one at a time, and
// none is left out.
func testClaimsAtOnce(t *testing.T, b *bench) {
	const sources, workers, rounds = 40, 8, 5
	var all []feed.Source
	for i := range sources {
		all = append(all, source(fmt.Sprintf("s%02d", i), "x"))
	}
	b.put(t, all...)
	var mu sync.Mutex
	polled := map[feed.SourceID]int{}
	for round := range rounds {
		at := epoch.Add(time.Duration(2*round) * time.Hour)
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for {
					states, err := b.Claim(t.Context(), storage.Claim{Due: at, Limit: 3})
					if err != nil {
						t.Error(err)
					}
					if err != nil || len(states) == 0 {
						return
					}
					for i := range states {
						src := states[i].Source
						mu.Lock()
						polled[src.ID]++
						mu.Unlock()
						b.poll(t, src, at, entry(src, round, "words"))
					}
				}
			})
		}
		wg.Wait()
	}
	for _, src := range all {
		if polled[src.ID] != rounds {
			t.Errorf("%s was polled %d times, want %d", src.ID, polled[src.ID], rounds)
		}
	}
}

// testLateCommit: whoever commits after the lease has ended and others went
// on is refused, and does not end the claim of the next.
func testLateCommit(t *testing.T, b *bench) {
	src := source("a", "x")
	b.put(t, src)
	claim := func(lease time.Duration) feed.State {
		states, err := b.Claim(t.Context(), storage.Claim{Due: epoch.Add(1000 * time.Hour), Limit: 1, Lease: lease})
		if err != nil || len(states) != 1 {
			t.Fatalf("claim: %v, %v", ids(states), err)
		}
		return states[0]
	}
	late := claim(time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	claim(time.Hour)
	b.poll(t, src, epoch, entry(src, 1, "one")) // the second's commit
	claim(time.Hour)
	_, err := b.Commit(t.Context(), storage.Poll{State: late, Entries: []feed.Entry{entry(src, 2, "two")}})
	wantErr(t, err, storage.ErrStale)
	wantIDs(t, b.claim(t, storage.Claim{Due: epoch.Add(1000 * time.Hour), Limit: 1})) // the third holds it
	wantTitles(t, b.titles(t, storage.Query{}), "Entry 1")
}

// testChangedMeanwhile: a poll of what a source was before its settings
// changed is refused, and the source can be claimed again.
func testChangedMeanwhile(t *testing.T, b *bench) {
	moved := source("a", "x")
	moved.URL = "https://elsewhere.example/"
	options := source("a", "x")
	options.Options = feed.Options{"k": "v"}
	for name, changed := range map[string]feed.Source{"url": moved, "options": options, "categories": source("a", "y")} {
		src := source("a", "x")
		b.put(t, src)
		b.poll(t, src, epoch, entry(src, 1, "one"))
		claimed, err := b.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{"a"}, Limit: 1})
		if err != nil || len(claimed) != 1 {
			t.Fatalf("%s: claim: %v, %v", name, ids(claimed), err)
		}
		b.put(t, changed)
		late := storage.Poll{State: claimed[0], Entries: []feed.Entry{entry(src, 1, "one, corrected")}}
		late.State.ETag = `"of the old"`
		_, err = b.Commit(t.Context(), late)
		wantErr(t, err, storage.ErrStale)
		st, err := b.State(t.Context(), "a")
		if err != nil || st.ETag == late.State.ETag {
			t.Errorf("%s: the state has the validators of what was: %+v, %v", name, st, err)
		}
		e, err := b.Entry(t.Context(), entry(src, 1, "").ID)
		if err != nil || !slices.Equal(e.Filed, changed.Categories) {
			t.Errorf("%s: the entry is filed under %v, want %v (%v)", name, e.Filed, changed.Categories, err)
		}
		wantIDs(t, b.claim(t, storage.Claim{Sources: []feed.SourceID{"a"}, Limit: 1}), "a")
		b.poll(t, changed, epoch) // ends the claim
	}
}
