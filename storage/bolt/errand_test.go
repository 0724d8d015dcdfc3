package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// errandStore opens a store with one source.
func errandStore(t *testing.T) *store {
	t.Helper()
	opened, err := Open(t.Context(), filepath.Join(t.TempDir(), "errands.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := opened.(*store)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.PutSources(t.Context(), []feed.Source{{ID: "a", URL: "https://a.example/", Kind: "feed"}}); err != nil {
		t.Fatal(err)
	}
	return s
}

// polling commits one poll after the other until stop is called, which returns
// how many there were.
func polling(t *testing.T, s *store) (stop func() int) {
	t.Helper()
	var done atomic.Bool
	var polls int
	var g sync.WaitGroup
	began := make(chan struct{})
	g.Go(func() {
		for ; !done.Load(); polls++ {
			st, err := s.State(t.Context(), "a")
			if err == nil {
				_, err = s.Commit(t.Context(), storage.Poll{State: st})
			}
			if err != nil {
				t.Error(err)
				break
			}
			if polls == 0 {
				close(began)
			}
		}
	})
	<-began
	return func() int {
		done.Store(true)
		g.Wait()
		return polls
	}
}

// transactions returns how many have written to the store.
func transactions(t *testing.T, s *store) (n int) {
	t.Helper()
	if err := s.view(func(tx *bbolt.Tx) error { n = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestErrandsRideAlong: where polls are committed, errands have no transaction
// of their own for which a poll would have to wait.
func TestErrandsRideAlong(t *testing.T) {
	s := errandStore(t)
	before := transactions(t, s)
	stop := polling(t, s)
	for range 30 {
		if _, err := s.writer.errand(t.Context(), func(tx *bbolt.Tx) error {
			_, err := tx.Bucket(bucketMeta).NextSequence()
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	polls := stop()
	if got := transactions(t, s) - before; got != polls {
		t.Errorf("%d transactions for %d polls, want one each", got, polls)
	}
}

// TestErrandAlone: where nobody polls, an errand is done by itself, and all
// that the transaction took is its cost.
func TestErrandAlone(t *testing.T) {
	s := errandStore(t)
	const work = 5 * time.Millisecond
	cost, err := s.writer.errand(t.Context(), func(tx *bbolt.Tx) error {
		time.Sleep(work)
		return tx.Bucket(bucketMeta).Put([]byte("errand"), nil)
	})
	if err != nil || cost.took < work || cost.disk <= 0 || cost.disk > cost.took-work {
		t.Errorf("an errand of %s took %s, of that the disk %s: %v", work, cost.took, cost.disk, err)
	}
}

// TestErrandFails: an errand that fails leaves nothing, and the polls that it
// rode along with are committed.
func TestErrandFails(t *testing.T) {
	s := errandStore(t)
	stop := polling(t, s)
	trouble := errors.New("trouble")
	for range 10 {
		_, err := s.writer.errand(t.Context(), func(tx *bbolt.Tx) error {
			if err := tx.Bucket(bucketMeta).Put([]byte("errand"), nil); err != nil {
				return err
			}
			return trouble
		})
		if !errors.Is(err, trouble) {
			t.Errorf("the errand ended with %v, want its own trouble", err)
		}
	}
	stop()
	if err := s.view(func(tx *bbolt.Tx) error {
		if tx.Bucket(bucketMeta).Get([]byte("errand")) != nil {
			t.Error("what the errand had written is there")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	s.writer.errands.polled.Store(time.Now().Add(time.Hour).UnixNano()) // it would wait for a ride
	if _, err := s.writer.errand(cancelled, func(*bbolt.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("an errand that nobody waits for ended with %v", err)
	}
}
