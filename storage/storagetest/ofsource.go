package storagetest

import (
	"fmt"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// twins returns the names of two sources whose entries' identities begin alike.
func twins(t *testing.T) (a, b string) {
	t.Helper()
	seen := map[[4]byte]string{}
	for i := range 1 << 20 {
		name := fmt.Sprint("twin", i)
		if other, ok := seen[feed.IDPrefix(feed.SourceID(name))]; ok {
			return other, name
		}
		seen[feed.IDPrefix(feed.SourceID(name))] = name
	}
	t.Fatal("no two names begin alike")
	return "", ""
}

// testOfSource reads the newest entries of a source: what is filed of it and of
// no other, in the order of feeds, whatever else there is and however many lie
// in one second.
func testOfSource(t *testing.T, b *bench) {
	one, other := twins(t)
	src, twin := source(one, "news", "tech"), source(other, "news")
	b.put(t, src, twin)
	const n = 700
	var entries, others []feed.Entry
	for i := range n {
		entries, others = append(entries, entry(src, i, "words")), append(others, entry(twin, i, "words"))
	}
	b.poll(t, src, epoch.Add(1000*time.Hour), entries...) // each in a second of its own
	b.poll(t, twin, epoch.Add(1000*time.Hour), others[:1]...)
	b.poll(t, twin, epoch.Add(2000*time.Hour), others[1:]...) // all but one in one second
	all := collect(t, b.Entries(t.Context(), storage.Query{Source: src.ID}))
	if len(all) != n {
		t.Fatalf("%d entries, want %d", len(all), n)
	}
	for i := range all {
		if all[i].ID != entries[n-1-i].ID {
			t.Fatalf("%q is number %d of the newest", all[i].Title.Body, i)
		}
	}
	wantTitles(t, b.titles(t, storage.Query{Source: src.ID, Limit: 2}), "Entry 699", "Entry 698")
	wantTitles(t, b.titles(t, storage.Query{Source: src.ID, Limit: 2, After: storage.After(&all[1])}), "Entry 697", "Entry 696")
	wantTitles(t, b.titles(t, storage.Query{Source: src.ID, After: storage.After(&all[n-2])}), "Entry 0")
	wantTitles(t, b.titles(t, storage.Query{Source: src.ID, After: storage.After(&all[n-1])}))
	wantTitles(t, b.titles(t, storage.Query{Source: "nobody"}))
	later := collect(t, b.Entries(t.Context(), storage.Query{Source: twin.ID}))
	if len(later) != n || later[0].ID != others[n-1].ID || later[n-2].ID != others[1].ID || later[n-1].ID != others[0].ID {
		t.Errorf("%d entries of the twin, want %d in the order of their poll", len(later), n)
	}
	wantTitles(t, b.titles(t, storage.Query{Source: twin.ID, Limit: 1, After: storage.After(&later[1])}), "Entry 697")
	// What is filed nowhere is not there, and is again when it is filed.
	b.put(t, twin)
	wantTitles(t, b.titles(t, storage.Query{Source: src.ID, Limit: 3}))
	b.put(t, src, twin)
	wantTitles(t, b.titles(t, storage.Query{Source: src.ID, Limit: 1}), "Entry 699")
}
