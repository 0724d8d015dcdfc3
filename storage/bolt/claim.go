package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// A lease is held by whoever claimed a source, until it ends or a poll from
// the revision that was claimed is committed.
type lease struct {
	end      time.Time
	revision uint64
}

// Claim implements storage.Writer. Leases are kept in memory: the file is
// held by one process, and its end is theirs.
func (s *store) Claim(ctx context.Context, c storage.Claim) ([]feed.State, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	var states []feed.State
	err := s.view(func(tx *bbolt.Tx) (err error) {
		if len(c.Sources) > 0 {
			states, err = s.named(tx, c)
		} else {
			states, err = s.due(tx, c)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	length := c.Lease
	if length == 0 {
		length = storage.DefaultLease
	}
	end := time.Now().Add(length)
	for i := range states {
		s.leases[states[i].Source.ID] = lease{end: end, revision: states[i].Revision}
	}
	return states, nil
}

// named returns the states of the listed sources that can be leased.
func (s *store) named(tx *bbolt.Tx, c storage.Claim) (states []feed.State, err error) {
	for _, id := range c.Sources {
		if len(states) == c.Limit {
			break
		}
		st, err := s.stateOf(tx, id)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (st.unwanted || s.held(id)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		states = append(states, st.State)
	}
	return states, nil
}

// due returns the states of those that are due, earliest first.
func (s *store) due(tx *bbolt.Tx, c storage.Claim) (states []feed.State, err error) {
	last := timeKey(c.Due)
	cursor := tx.Bucket(bucketDue).Cursor()
	for k := dueAfter(cursor, c.After); k != nil && len(states) < c.Limit; k, _ = cursor.Next() {
		at, id, err := splitDue(k)
		if err != nil {
			return nil, err
		}
		if at > last {
			break
		}
		if s.held(id) {
			continue
		}
		st, err := s.stateOf(tx, id)
		if err != nil {
			return nil, err
		}
		states = append(states, st.State)
	}
	return states, nil
}

// dueAfter returns the first due time after a moment, or of all when that is
// zero.
func dueAfter(cursor *bbolt.Cursor, after time.Time) []byte {
	if after.IsZero() {
		k, _ := cursor.First()
		return k
	}
	k, _ := cursor.Seek(numberKey(timeKey(after) + 1))
	return k
}

func splitDue(k []byte) (uint64, feed.SourceID, error) {
	if len(k) < 9 {
		return 0, "", damaged("a due time is cut short")
	}
	return binary.BigEndian.Uint64(k), feed.SourceID(k[8:]), nil
}

// held reports whether somebody has the source. leaseMu is held.
func (s *store) held(id feed.SourceID) bool {
	l, ok := s.leases[id]
	if ok && time.Now().After(l.end) {
		delete(s.leases, id)
		return false
	}
	return ok
}

// release ends the lease that a poll began with. Whoever comes too late does
// not end the lease of the next.
func (s *store) release(id feed.SourceID, revision uint64) {
	s.journal.end(id, revision)
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	if s.leases[id].revision == revision {
		delete(s.leases, id)
	}
}

// NextDue implements storage.Writer.
func (s *store) NextDue(_ context.Context, after time.Time) (next time.Time, err error) {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	err = s.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketDue).Cursor()
		for k := dueAfter(cursor, after); k != nil; k, _ = cursor.Next() {
			at, id, err := splitDue(k)
			if err != nil {
				return err
			}
			if !s.held(id) {
				next = keyTime(at)
				return nil
			}
		}
		return nil
	})
	return next, err
}

// Overdue implements storage.Writer.
func (s *store) Overdue(_ context.Context, before time.Time) (n int, earliest time.Time, err error) {
	end := timeKey(before)
	err = s.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketDue).Cursor()
		for k, _ := cursor.Seek(numberKey(1)); k != nil; k, _ = cursor.Next() {
			at, _, err := splitDue(k)
			if err != nil {
				return err
			}
			if at >= end {
				return nil
			}
			if n++; n == 1 {
				earliest = keyTime(at)
			}
		}
		return nil
	})
	return n, earliest, err
}

// Defer implements storage.Writer.
func (s *store) Defer(ctx context.Context, later []storage.Deferral) error {
	for batch := range slices.Chunk(later, sourceBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.deferBatch(batch); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) deferBatch(batch []storage.Deferral) (err error) {
	defer func() {
		if noted := s.journal.ended(batch); noted != nil && err == nil {
			err = s.wrap("note the end of a poll beside", noted)
		}
		for i := range batch {
			s.release(batch[i].Source, batch[i].Revision)
		}
	}()
	if !slices.ContainsFunc(batch, func(d storage.Deferral) bool { return !d.NextPoll.IsZero() }) {
		return nil
	}
	return s.update(func(tx *bbolt.Tx) error {
		for i := range batch {
			if err := s.putOff(tx, &batch[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *store) putOff(tx *bbolt.Tx, d *storage.Deferral) error {
	old, err := s.stateOf(tx, d.Source)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (d.NextPoll.IsZero() || old.Revision != d.Revision) {
		return nil
	}
	if err != nil {
		return err
	}
	next := old
	next.NextPoll, next.Why = d.NextPoll, d.Why
	return s.putPolled(tx, &old, &next)
}
