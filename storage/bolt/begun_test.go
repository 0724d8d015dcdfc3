package bolt

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// A journal that grows is written anew, and holds what has not ended.
func TestJournalIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.begun")
	j := openJournal(path)
	most := int64(0)
	for i := range 60_000 {
		b := storage.Begun{Source: feed.SourceID(fmt.Sprintf("a-source-with-a-name-%d", i)), Revision: uint64(i)}
		if err := j.note([]storage.Begun{b}, time.Now()); err != nil {
			t.Fatal(err)
		}
		if i != 7 {
			j.end(b.Source, b.Revision)
		}
		if i%1000 == 0 {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, info.Size())
		}
	}
	if most > journalSize+1<<10 {
		t.Errorf("the journal of one poll that has not ended grew to %d bytes", most)
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	left := openJournal(path).left()
	if is, ok := left["a-source-with-a-name-7"]; !ok || is.revision != 7 {
		t.Errorf("%d polls are left, want number 7 among them", len(left))
	}
}

// What a process left that was killed while it wrote is read as far as it goes.
func FuzzJournal(f *testing.F) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	whole := appendBegun(nil, "源", begun{revision: 3, at: at})
	f.Add(whole)
	f.Add(appendBegun(whole, "源", begun{revision: 3}))
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		j := &journal{begun: map[feed.SourceID]begun{}}
		j.read(b)
		var again []byte
		for id, is := range j.begun {
			again = appendBegun(again, id, is)
		}
		second := &journal{begun: map[feed.SourceID]begun{}}
		second.read(again)
		if len(second.begun) != len(j.begun) {
			t.Errorf("%d polls written, %d read", len(j.begun), len(second.begun))
		}
		for id, is := range j.begun {
			if second.begun[id] != is {
				t.Errorf("%q was %v, is %v", id, is, second.begun[id])
			}
		}
		if bytes.HasPrefix(b, whole) && len(b) == len(whole) && j.begun["源"] != (begun{revision: 3, at: at, before: true}) {
			t.Errorf("read %v", j.begun)
		}
	})
}
