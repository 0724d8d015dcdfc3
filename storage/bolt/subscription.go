package bolt

import (
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
	return values(ctx, s, bucketSubs, nil, decodeSubscription)
}
