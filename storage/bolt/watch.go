package bolt

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"sync"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// A broadcast wakes everybody who waits for the next commit.
type broadcast struct {
	mu   *sync.Mutex
	next *chan struct{}
	done chan struct{}
}

func newBroadcast() broadcast {
	first := make(chan struct{})
	return broadcast{mu: new(sync.Mutex), next: &first, done: make(chan struct{})}
}

// wait returns a channel that is closed at the next send.
func (b broadcast) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *b.next
}

func (b broadcast) send() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(*b.next)
	*b.next = make(chan struct{})
}

func (b broadcast) close() { close(b.done) }

// LastChange implements storage.Reader.
func (s *store) LastChange(context.Context) (seq feed.Seq, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		seq = feed.Seq(tx.Bucket(bucketChanges).Sequence())
		return nil
	})
	return seq, err
}

// Watch implements storage.Reader.
func (s *store) Watch(ctx context.Context, after feed.Seq) iter.Seq2[feed.Change, error] {
	return func(yield func(feed.Change, error) bool) {
		for ctx.Err() == nil {
			more := s.news.wait()
			batch, err := s.readChanges(after)
			if err != nil {
				yield(feed.Change{}, err)
				return
			}
			for i := range batch {
				if ctx.Err() != nil || !yield(batch[i], nil) {
					return
				}
				after = batch[i].Seq
			}
			if len(batch) > 0 {
				continue
			}
			select {
			case <-more:
			case <-ctx.Done():
			case <-s.news.done:
				yield(feed.Change{}, errClosed)
				return
			}
		}
	}
}

// readChanges returns some of the changes behind after, in order.
func (s *store) readChanges(after feed.Seq) (batch []feed.Change, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketChanges)
		c := b.Cursor()
		first, _ := c.First()
		if uint64(after) < b.Sequence() && (first == nil || binary.BigEndian.Uint64(first) > uint64(after)+1) {
			return fmt.Errorf("changes after %d: %w", after, storage.ErrTrimmed)
		}
		for k, v := c.Seek(numberKey(uint64(after) + 1)); k != nil && len(batch) < readBatch; k, v = c.Next() {
			change, err := decodeChange(k, v)
			if err != nil {
				return err
			}
			batch = append(batch, change)
		}
		return nil
	})
	return batch, err
}
