package storagetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// changes reads the n changes after seq.
func (b *bench) changes(t testing.TB, after feed.Seq, n int) []feed.Change {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var out []feed.Change
	for c, err := range b.Watch(ctx, after) {
		if err != nil {
			t.Fatalf("watch: %v", err)
		}
		if out = append(out, c); len(out) == n {
			return out
		}
	}
	t.Fatalf("%d changes after %d, want %d", len(out), after, n)
	return nil
}

func testWatch(t *testing.T, b *bench) {
	src := source("a", "x", "y")
	b.put(t, src)
	b.poll(t, src, epoch, entry(src, 1, "one"), entry(src, 2, "two"))
	b.poll(t, src, epoch.Add(time.Hour), entry(src, 1, "one"), entry(src, 2, "two, corrected"))
	got := b.changes(t, 0, 3)
	ops := []feed.Op{got[0].Op, got[1].Op, got[2].Op}
	if !slices.Equal(ops, []feed.Op{feed.Created, feed.Created, feed.Updated}) {
		t.Errorf("operations %v", ops)
	}
	if got[2].Entry != entry(src, 2, "").ID || !slices.Equal(got[2].Categories, []string{"x", "y"}) {
		t.Errorf("the last change is %+v", got[2])
	}
	if !slices.IsSortedFunc(got, func(a, b feed.Change) int { return int(a.Seq) - int(b.Seq) }) {
		t.Errorf("numbers do not rise: %+v", got)
	}
	if again := b.changes(t, got[1].Seq, 1); again[0].Seq != got[2].Seq {
		t.Errorf("after %d comes %d, want %d", got[1].Seq, again[0].Seq, got[2].Seq)
	}
	last, err := b.LastChange(t.Context())
	if err != nil || last != got[2].Seq {
		t.Errorf("last change %d, %v, want %d", last, err, got[2].Seq)
	}
}

// testWatchEnds waits for changes that come later, and ends with its context.
func testWatchEnds(t *testing.T, b *bench) {
	src := source("a", "x")
	b.put(t, src)
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan feed.Change)
	ended := make(chan error, 1)
	go func() {
		defer close(ended)
		for c, err := range b.Watch(ctx, 0) {
			if err != nil {
				ended <- err
				return
			}
			seen <- c
		}
	}()
	b.poll(t, src, epoch, entry(src, 1, "one"))
	select {
	case c := <-seen:
		if c.Op != feed.Created {
			t.Errorf("change %+v, want a new entry", c)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a commit was not seen by who waits for it")
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the end of the context is no error, got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the sequence did not end with its context")
	}
}

func testManyWriters(t *testing.T, b *bench) {
	const sources, polls, each = 16, 10, 5
	var all []feed.Source
	for i := range sources {
		all = append(all, source(fmt.Sprintf("s%02d", i), "x"))
	}
	b.put(t, all...)
	var wg sync.WaitGroup
	for _, src := range all {
		wg.Go(func() {
			for p := range polls {
				var entries []feed.Entry
				for i := range each {
					entries = append(entries, entry(src, p*each+i, "words"))
				}
				b.poll(t, src, epoch.Add(time.Duration(p)*time.Hour), entries...)
			}
		})
	}
	wg.Wait()
	seen := map[feed.EntryID]bool{}
	for _, e := range collect(t, b.Entries(t.Context(), storage.Query{Category: "x"})) {
		if seen[e.ID] {
			t.Errorf("entry %s is yielded twice", e.ID)
		}
		seen[e.ID] = true
	}
	if len(seen) != sources*polls*each {
		t.Errorf("%d entries, want %d", len(seen), sources*polls*each)
	}
	changes := b.changes(t, 0, sources*polls*each)
	for i := 1; i < len(changes); i++ {
		if changes[i].Seq <= changes[i-1].Seq {
			t.Fatalf("change %d follows %d", changes[i].Seq, changes[i-1].Seq)
		}
	}
}

// testReadWhileWriting reads a category while polls are committed: a reader
// sees whole polls only.
func testReadWhileWriting(t *testing.T, b *bench) {
	src := source("a", "x")
	b.put(t, src)
	const each = 7
	done := make(chan struct{})
	go func() {
		defer close(done)
		for p := range 40 {
			var entries []feed.Entry
			for i := range each {
				entries = append(entries, entry(src, p*each+i, "words"))
			}
			b.poll(t, src, epoch.Add(time.Duration(p)*time.Hour), entries...)
		}
	}()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		n := len(collect(t, b.Entries(t.Context(), storage.Query{Category: "x", Limit: 250})))
		if n%each != 0 && n != 250 {
			t.Fatalf("%d entries seen: polls bring %d at a time", n, each)
		}
	}
}

// testCommitInLoop commits while a sequence is read: a reader holds up no
// writer, and a loop that is left early leaves nothing behind.
func testCommitInLoop(t *testing.T, b *bench) {
	src := source("a", "x")
	b.put(t, src)
	var entries []feed.Entry
	for i := range 600 {
		entries = append(entries, entry(src, i, "words"))
	}
	b.poll(t, src, epoch, entries...)
	seen := map[feed.EntryID]bool{}
	for e, err := range b.Entries(t.Context(), storage.Query{Category: "x"}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(seen)%100 == 0 {
			b.poll(t, src, epoch.Add(time.Hour), entry(src, 1000+len(seen), "later"))
		}
		seen[e.ID] = true
	}
	if len(seen) != len(entries) {
		t.Errorf("%d entries, want the %d that were stored at the beginning: newer ones are behind the reader", len(seen), len(entries))
	}
	for _, err := range b.Entries(t.Context(), storage.Query{}) {
		wantErr(t, err, nil)
		break
	}
	for _, err := range b.States(t.Context()) {
		wantErr(t, err, nil)
		break
	}
	b.put(t, src, source("b", "x"))
}

// testCancelled: what has not begun when the context ends is not done, and
// says why.
func testCancelled(t *testing.T, b *bench) {
	src := source("a", "x")
	b.put(t, src)
	b.poll(t, src, epoch, entry(src, 1, "one"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range b.Entries(ctx, storage.Query{}) {
		wantErr(t, err, context.Canceled)
	}
	for _, err := range b.States(ctx) {
		wantErr(t, err, context.Canceled)
	}
	for c, err := range b.Watch(ctx, 0) {
		t.Errorf("%+v, %v from a watch whose context has ended", c, err)
	}
	if _, err := b.Claim(ctx, storage.Claim{Due: epoch, Limit: 1}); err != nil {
		wantErr(t, err, context.Canceled)
	}
}
