package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// TestStatesWhileSettling: while states go from the log to their places, who
// reads one never gets an older one than before, nor what a claim is refused for.
func TestStatesWhileSettling(t *testing.T) {
	bolt.ShortLog(t, 2000)
	const sources, polls = 40, 400
	path := filepath.Join(t.TempDir(), "test.db")
	s := open(t, path)
	var want []feed.Source
	for i := range sources {
		want = append(want, testSource(fmt.Sprint("s", i), "x"))
	}
	if err := s.PutSources(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var readers, writers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			seen := map[feed.SourceID]uint64{}
			for {
				select {
				case <-done:
					return
				default:
				}
				time.Sleep(time.Millisecond) // the writers are to get on
				for st, err := range s.States(t.Context()) {
					if err != nil || st.Revision < seen[st.Source.ID] {
						t.Errorf("source %s has revision %d, %v, and had %d", st.Source.ID, st.Revision, err, seen[st.Source.ID])
						return
					}
					seen[st.Source.ID] = st.Revision
				}
			}
		})
	}
	for w := range 4 {
		writers.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(w), 1))
			for range polls / 4 {
				states, err := s.Claim(t.Context(), storage.Claim{Sources: []feed.SourceID{feed.SourceID(fmt.Sprint("s", rng.IntN(sources)))}, Limit: 1})
				if err != nil || len(states) == 0 { // somebody else has it
					continue
				}
				st := states[0]
				st.NextPoll = moment.Add(time.Duration(rng.IntN(1000)) * time.Second)
				if rng.IntN(3) == 0 {
					err = s.Defer(t.Context(), []storage.Deferral{{Source: st.Source.ID, Revision: st.Revision, NextPoll: st.NextPoll}})
				} else {
					_, err = s.Commit(t.Context(), storage.Poll{State: st})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	before := revisions(t, s)
	if err := bolt.Check(s); err != nil {
		t.Error(err)
	}
	if bolt.Settled(s) == 0 {
		t.Error("no state has been put to its place: the test shows nothing")
	}
	closed(t, s)
	s = open(t, path)
	defer closed(t, s)
	if after := revisions(t, s); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("after a start the revisions are %v, before it %v", after, before)
	}
}

func revisions(t *testing.T, s storage.Store) map[feed.SourceID]uint64 {
	t.Helper()
	out := map[feed.SourceID]uint64{}
	for st, err := range s.States(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out[st.Source.ID] = st.Revision
	}
	return out
}

// TestSettingsOfLoggedState: settings that change after a poll hold over
// a start, though the log still has the poll.
func TestSettingsOfLoggedState(t *testing.T) {
	for name, short := range map[string]int{"in the log": 1 << 20, "put to its place": 1} {
		t.Run(name, func(t *testing.T) {
			bolt.ShortLog(t, short)
			path := filepath.Join(t.TempDir(), "test.db")
			s := open(t, path)
			src := testSource("a", "x")
			put := func(src feed.Source) {
				t.Helper()
				if err := s.PutSources(t.Context(), []feed.Source{src}); err != nil {
					t.Fatal(err)
				}
			}
			put(src)
			for range 5 {
				if err := poll(t, s, "a"); err != nil {
					t.Fatal(err)
				}
			}
			src.Interval = time.Hour
			put(src)
			closed(t, s)
			s = open(t, path)
			defer closed(t, s)
			st, err := s.State(t.Context(), "a")
			if err != nil || st.Source.Interval != time.Hour || st.Revision != 6 {
				t.Errorf("the interval is %s, the revision %d, %v; want an hour and 6", st.Source.Interval, st.Revision, err)
			}
		})
	}
}

// TestDamagedLog: a log of states that is none is told when the store is opened.
func TestDamagedLog(t *testing.T) {
	path := stock(t)
	change(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("recent")).Put([]byte("short"), nil) })
	refused(t, path, storage.ErrCorrupt)
}
