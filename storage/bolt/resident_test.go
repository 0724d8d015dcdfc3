//go:build linux

package bolt

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// What is given back is read again as it was, also by who reads meanwhile.
func TestGiveBack(t *testing.T) {
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	s := opened.(*store)
	var want []feed.Source
	for i := range 20_000 {
		id := fmt.Sprintf("s%d", i)
		want = append(want, feed.Source{ID: feed.SourceID(id), Kind: "feed", URL: "https://example.com/" + id})
	}
	if err := s.PutSources(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		for st, err := range s.States(t.Context()) {
			if err != nil || st.Source.URL != "https://example.com/"+string(st.Source.ID) {
				t.Fatalf("%+v, %v", st.Source, err)
			}
			n++
		}
		return n
	}
	count()
	before := mappedBytes()
	err = s.view(func(tx *bbolt.Tx) error {
		if err := s.giveBack(tx); err != nil {
			return err
		}
		if after := mappedBytes(); after > before-1<<20 {
			t.Errorf("%d bytes of files in memory, %d before: nothing was given back", after, before)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
			_ = s.view(s.giveBack)
		}
	}()
	for range 5 {
		if n := count(); n != len(want) {
			t.Errorf("%d sources read, want %d", n, len(want))
		}
	}
	<-done
}
