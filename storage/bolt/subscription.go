package bolt

import (
	"context"
	"fmt"
	"iter"
	"math"

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

// The tags of a subscription.
const (
	subSource = iota + 1
	subHub
	subTopic
	subToken
	subSecret
	subMode
	subNext
	subLeaseEnd
	subPushed
	subFailures
	subError
	subCallback
	subMissed
)

func encodeSubscription(s *feed.Subscription) []byte {
	w := newFieldWriter(512)
	w.text(subSource, string(s.Source))
	w.text(subHub, s.Hub)
	w.text(subTopic, s.Topic)
	w.text(subToken, s.Token)
	w.text(subSecret, s.Secret)
	w.number(subMode, uint64(s.Mode))
	w.time(subNext, s.Next)
	w.time(subLeaseEnd, s.LeaseEnd)
	w.time(subPushed, s.Pushed)
	w.number(subFailures, uint64(max(s.Failures, 0)))
	w.text(subError, s.Error)
	w.text(subCallback, s.Callback)
	w.time(subMissed, s.Missed)
	return w.b
}

func decodeSubscription(value []byte) (s feed.Subscription, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case subSource:
			s.Source = feed.SourceID(r.text)
		case subHub:
			s.Hub = r.text
		case subTopic:
			s.Topic = r.text
		case subToken:
			s.Token = r.text
		case subSecret:
			s.Secret = r.text
		case subMode:
			s.Mode = feed.Mode(min(r.number(), math.MaxUint8))
		case subNext:
			s.Next = r.time()
		case subLeaseEnd:
			s.LeaseEnd = r.time()
		case subPushed:
			s.Pushed = r.time()
		case subFailures:
			s.Failures = r.count()
		case subError:
			s.Error = r.text
		case subCallback:
			s.Callback = r.text
		case subMissed:
			s.Missed = r.time()
		}
	}
	return s, r.err
}
