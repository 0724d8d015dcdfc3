package bolt

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// TestEncodedAhead: what is stored of a new entry is what it is encoded as when
// the poll is committed, whether it repeats another
// or not.
func TestEncodedAhead(t *testing.T) {
	s := errandStore(t)
	sources := []feed.Source{{ID: "a", URL: "https://a.example/", Kind: "feed", Categories: []string{"x"}}, {ID: "b", URL: "https://b.example/", Kind: "feed", Categories: []string{"x"}}}
	if err := s.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	rules := &feed.Repeats{Categories: map[string]feed.RepeatRule{"x": {Story: true, Window: time.Hour}}}
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	commit := func(src int, revision uint64, filed ...string) {
		t.Helper()
		var entries []feed.Entry
		for i := range 5 {
			link := fmt.Sprint("https://example.com/", i) // one page for both sources: repeats
			e := feed.Entry{ID: feed.Identify(sources[src].ID, link, "", feed.Digest{}), Source: sources[src].ID, Filed: filed, Received: at, Order: at,
				Title: feed.Text{Body: fmt.Sprint("Title ", i)}, Links: []feed.Link{{Href: link, Rel: feed.RelAlternate}}, Digest: feed.DigestOf(link, fmt.Sprint(revision))}
			entries = append(entries, e)
		}
		st := feed.State{Source: sources[src], Revision: revision, LastPoll: at}
		if _, err := s.Commit(t.Context(), storage.Poll{State: st, Entries: entries, Repeats: rules}); err != nil {
			t.Fatal(err)
		}
	}
	revision := func(id feed.SourceID) uint64 {
		st, err := s.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return st.Revision
	}
	commit(0, revision("a"), "x")
	commit(1, revision("b"), "x")
	repeats := 0
	if err := s.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketEntries).ForEach(func(_, v []byte) error {
			e, err := decodeEntry(v)
			if err != nil {
				return err
			}
			repeats += len(e.Repeats)
			if again := encodeEntry(&e); !bytes.Equal(again, v) {
				t.Errorf("%s is stored otherwise than it is encoded:\n%q\n%q", e.ID, v, again)
			}
			if e.Story.IsZero() || !e.Modified.Equal(at) {
				t.Errorf("%s is stored without its story, or when it was modified: %+v", e.ID, e)
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	if repeats != 5 {
		t.Errorf("%d repeats, want 5", repeats)
	}
	if err := Check(s); err != nil {
		t.Error(err)
	}
}
