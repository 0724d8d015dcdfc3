package bolt

import (
	"encoding/binary"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// Recents are the states that polls have written as of late. The sources of a
// group of polls lie anywhere, and each would have a page of its own written for
// a few hundred bytes. So their states go into a log, one behind the other, and
// into memory. When the log is long, those that no newer one follows are put to
// their places among the sources in the order of these, some in each
// transaction, and then the log's beginning goes.
//
// What is in the log is in memory, and whoever writes such a state writes it to
// the log. So the last that the log says of a source is its state, and a start
// needs to know no more than the log.
type recents struct {
	// reading is held by whoever reads a transaction: a state that has its place
	// by now may not have it in theirs, and must not go from memory meanwhile.
	reading sync.RWMutex

	mu    sync.RWMutex // guards at
	at    map[feed.SourceID]recent
	bytes int // of the log

	// What follows belongs to the transaction that writes.
	put     map[feed.SourceID]recent // that it has logged
	grown   int                      // bytes that it has logged, less those that it has taken away
	gone    []inLog                  // what it has taken out of the log
	leaving []inLog                  // what is out of the log and still in memory

	order []feed.SourceID // of the round: those that are to have their places
	began uint64          // the last of the log when the round began; 0: there is none
}

// A recent is what the log says last of a source.
type recent struct {
	seq   uint64
	value []byte
}

// A inLog is a place in the log.
type inLog struct {
	seq uint64
	id  feed.SourceID
}

// maxRecent is how many bytes of the log, and of memory, are used before states
// are put to their places; a round of that later it may be half as much more. A
// variable for tests alone.
var maxRecent = 8 << 20

// Bounds of what a transaction does beside what it is for.
const (
	settleEach = 2    // states put to their places for each that is logged
	trimEach   = 4    // states taken out of the log for each that is logged
	settleMore = 8    // and so many more
	leaveMost  = 4096 // that stay in memory as long as somebody reads all the time
)

func recentKey(seq uint64, id feed.SourceID) []byte { return append(numberKey(seq), id...) }

func splitRecent(k []byte) (l inLog, err error) {
	if len(k) < 9 {
		return l, damaged("the log of states is cut short")
	}
	return inLog{binary.BigEndian.Uint64(k), feed.SourceID(k[8:])}, nil
}

// load reads the log.
func (r *recents) load(tx *bbolt.Tx) error {
	r.at = map[feed.SourceID]recent{}
	return tx.Bucket(bucketRecent).ForEach(func(k, v []byte) error {
		l, err := splitRecent(k)
		if err != nil {
			return err
		}
		r.at[l.id] = recent{l.seq, slices.Clone(v)}
		r.bytes += len(k) + len(v)
		return nil
	})
}

// find returns the state of a source as the transaction may see it, nil when
// there is none.
func (r *recents) find(tx *bbolt.Tx, id feed.SourceID) []byte {
	if is, ok := r.last(tx, id); ok {
		return is.value
	}
	return tx.Bucket(bucketSources).Get([]byte(id))
}

func (r *recents) last(tx *bbolt.Tx, id feed.SourceID) (recent, bool) {
	if tx.Writable() {
		if is, ok := r.put[id]; ok {
			return is, true
		}
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	is, ok := r.at[id]
	return is, ok
}

// write writes a state: to the log if it has come there by polls, or is to.
func (r *recents) write(tx *bbolt.Tx, id feed.SourceID, value []byte, polled bool) error {
	if _, ok := r.last(tx, id); !ok && !polled {
		return tx.Bucket(bucketSources).Put([]byte(id), value)
	}
	log := tx.Bucket(bucketRecent)
	seq, err := log.NextSequence()
	if err != nil {
		return err
	}
	if r.put == nil {
		r.put = map[feed.SourceID]recent{}
	}
	r.put[id] = recent{seq, value}
	key := recentKey(seq, id)
	r.grown += len(key) + len(value)
	log.FillPercent = 0.95 // numbers rise
	return log.Put(key, value)
}

// settle goes on with the round, as far as befits what the transaction has
// logged.
func (r *recents) settle(tx *bbolt.Tx) error {
	n := len(r.put)
	if n == 0 {
		return nil
	}
	if r.began == 0 {
		if r.bytes <= maxRecent {
			return nil
		}
		r.begin(tx.Bucket(bucketRecent).Sequence() - uint64(n))
	}
	if len(r.order) > 0 {
		return r.place(tx, settleEach*n+settleMore)
	}
	return r.trim(tx, trimEach*n+settleMore)
}

// begin begins a round with what the log has said up to seq.
func (r *recents) begin(seq uint64) {
	r.began, r.order = seq, make([]feed.SourceID, 0, len(r.at))
	for id := range r.at {
		r.order = append(r.order, id)
	}
	slices.Sort(r.order)
}

// place puts the states of the next n sources to their places, unless the log
// says more of them behind the round's end.
func (r *recents) place(tx *bbolt.Tx, n int) error {
	sources := tx.Bucket(bucketSources)
	n = min(n, len(r.order))
	for _, id := range r.order[:n] {
		is, ok := r.last(tx, id)
		if !ok || is.seq > r.began {
			continue
		}
		if err := sources.Put([]byte(id), is.value); err != nil {
			return err
		}
	}
	r.order = r.order[n:]
	return nil
}

// trim takes n states out of the log, which have their places or are followed
// by newer ones. With the last of them the round is over.
func (r *recents) trim(tx *bbolt.Tx, n int) error {
	log := tx.Bucket(bucketRecent)
	var keys [][]byte
	c := log.Cursor()
	for k, v := c.First(); k != nil && len(keys) < n; k, v = c.Next() {
		l, err := splitRecent(k)
		if err != nil {
			return err
		}
		if l.seq > r.began {
			break
		}
		keys = append(keys, slices.Clone(k))
		r.gone = append(r.gone, l)
		r.grown -= len(k) + len(v)
	}
	for _, k := range keys {
		if err := log.Delete(k); err != nil {
			return err
		}
	}
	if len(keys) < n {
		r.began = 0
	}
	return nil
}

// committed lets everybody see what the transaction has written.
func (r *recents) committed() {
	r.bytes += r.grown
	r.leaving = append(r.leaving, r.gone...)
	if len(r.put) > 0 {
		r.mu.Lock()
		for id, is := range r.put {
			r.at[id] = is
		}
		r.mu.Unlock()
	}
	r.end()
	r.leave()
}

// gaveUp forgets what the transaction would have written. The round begins
// anew.
func (r *recents) gaveUp() {
	r.began, r.order = 0, nil
	r.end()
}

func (r *recents) end() {
	clear(r.put)
	r.grown, r.gone = 0, nil
}

// leave takes out of memory what is out of the log, when nobody reads who might
// look for it.
func (r *recents) leave() {
	if len(r.leaving) == 0 {
		return
	}
	if len(r.leaving) > leaveMost {
		r.reading.Lock()
	} else if !r.reading.TryLock() {
		return
	}
	defer r.reading.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.leaving {
		if r.at[l.id].seq == l.seq {
			delete(r.at, l.id)
		}
	}
	r.leaving = nil
}
