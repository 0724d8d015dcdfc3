package bolt

import (
	"context"
	"iter"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// PutSubscribers implements storage.Writer. The bucket is made when it is
// needed first, so older files need no migration.
func (s *store) PutSubscribers(_ context.Context, put, gone []feed.Subscriber) error {
	return s.update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucketSubscriber)
		if err != nil {
			return err
		}
		for i := range gone {
			if err := b.Delete(subscriberKey(&gone[i])); err != nil {
				return err
			}
		}
		for i := range put {
			if err := b.Put(subscriberKey(&put[i]), encodeSubscriber(&put[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

// subscriberKey keeps topic and callback apart, however long they are.
func subscriberKey(s *feed.Subscriber) []byte {
	d := feed.DigestOf(s.Topic, s.Callback)
	return d[:]
}

// Subscribers implements storage.Reader.
func (s *store) Subscribers(ctx context.Context) iter.Seq2[feed.Subscriber, error] {
	return values(ctx, s, bucketSubscriber, nil, decodeSubscriber)
}

func encodeSubscriber(s *feed.Subscriber) []byte {
	w := newFieldWriter(512)
	w.text(subscriberTopic, s.Topic)
	w.text(subscriberCallback, s.Callback)
	w.text(subscriberSecret, s.Secret)
	w.time(subscriberSince, s.Since)
	w.time(subscriberLeaseEnd, s.LeaseEnd)
	if !s.Sent.IsZero() {
		w.bytes(subscriberSent, s.Sent[:])
	}
	w.time(subscriberOwed, s.Owed)
	w.time(subscriberNext, s.Next)
	w.number(subscriberFailures, uint64(max(s.Failures, 0)))
	w.text(subscriberError, s.Error)
	w.time(subscriberDelivered, s.Delivered)
	return w.b
}

func decodeSubscriber(value []byte) (s feed.Subscriber, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case subscriberTopic:
			s.Topic = r.text
		case subscriberCallback:
			s.Callback = r.text
		case subscriberSecret:
			s.Secret = r.text
		case subscriberSince:
			s.Since = r.time()
		case subscriberLeaseEnd:
			s.LeaseEnd = r.time()
		case subscriberSent:
			s.Sent = r.digest()
		case subscriberOwed:
			s.Owed = r.time()
		case subscriberNext:
			s.Next = r.time()
		case subscriberFailures:
			s.Failures = r.count()
		case subscriberError:
			s.Error = r.text
		case subscriberDelivered:
			s.Delivered = r.time()
		}
	}
	return s, r.err
}

// The tags of a subscriber of our own hub.
const (
	subscriberTopic = iota + 1
	subscriberCallback
	subscriberSecret
	subscriberSince
	subscriberLeaseEnd
	subscriberSent
	subscriberOwed
	subscriberNext
	subscriberFailures
	subscriberError
	subscriberDelivered
)
