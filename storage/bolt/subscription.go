package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// PutSubscription implements storage.Writer.
func (s *store) PutSubscription(_ context.Context, sub feed.Subscription) error {
	return s.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketSubs).Put([]byte(sub.Source), encodeSubscription(&sub))
	})
}

// DeleteSubscription implements storage.Writer.
func (s *store) DeleteSubscription(_ context.Context, id feed.SourceID) error {
	return s.update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketSubs).Delete([]byte(id)) })
}

// Subscription implements storage.Reader.
func (s *store) Subscription(_ context.Context, id feed.SourceID) (sub feed.Subscription, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bucketSubs).Get([]byte(id))
		if value == nil {
			return fmt.Errorf("subscription of %q: %w", id, storage.ErrNotFound)
		}
		sub, err = decodeSubscription(value)
		return err
	})
	return sub, err
}

// Subscriptions implements storage.Reader.
func (s *store) Subscriptions(ctx context.Context) iter.Seq2[feed.Subscription, error] {
	return func(yield func(feed.Subscription, error) bool) {
		for from := []byte{}; from != nil; {
			batch, next, err := s.someSubscriptions(ctx, from)
			if err != nil {
				yield(feed.Subscription{}, err)
				return
			}
			for i := range batch {
				if !yield(batch[i], nil) {
					return
				}
			}
			from = next
		}
	}
}

// someSubscriptions reads a batch, and returns where the next begins.
func (s *store) someSubscriptions(ctx context.Context, from []byte) (batch []feed.Subscription, next []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	err = s.view(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketSubs).Cursor()
		k, v := c.Seek(from)
		for ; k != nil && len(batch) < readBatch; k, v = c.Next() {
			sub, err := decodeSubscription(v)
			if err != nil {
				return err
			}
			batch = append(batch, sub)
		}
		next = bytes.Clone(k)
		return nil
	})
	return batch, next, err
}
