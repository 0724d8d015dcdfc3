package bolt

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// maxHost bounds the name and port of a host.
const maxHost = 1 << 10

// putHold remembers that a host asked to be left alone.
func putHold(tx *bbolt.Tx, h feed.Hold) error {
	if h.Host == "" || len(h.Host) > maxHost {
		return nil
	}
	holds := tx.Bucket(bucketHolds)
	if old := holds.Get([]byte(h.Host)); len(old) == 8 && binary.BigEndian.Uint64(old) >= timeKey(h.Until) {
		return nil
	}
	return holds.Put([]byte(h.Host), numberKey(timeKey(h.Until)))
}

// Holds implements storage.Writer. It forgets those that are over.
func (s *store) Holds(context.Context) (holds []feed.Hold, err error) {
	over := 0
	now := time.Now()
	err = s.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketHolds).ForEach(func(host, until []byte) error {
			if len(until) != 8 {
				return damaged("the end of a host's rest is cut short")
			}
			h := feed.Hold{Host: string(host), Until: keyTime(binary.BigEndian.Uint64(until))}
			if h.Until.Before(now) {
				over++
			}
			holds = append(holds, h)
			return nil
		})
	})
	if err != nil || over == 0 {
		return holds, err
	}
	err = s.update(func(tx *bbolt.Tx) error {
		for _, h := range holds {
			if h.Until.Before(now) {
				if err := tx.Bucket(bucketHolds).Delete([]byte(h.Host)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return slices.DeleteFunc(holds, func(h feed.Hold) bool { return h.Until.Before(now) }), err
}
