package bolt

import (
	"bytes"
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// Each category, and that of all, has a log of arrivals: an entry arrives when
// it is newly filed there, and again when it changes once its former arrival
// lies in an archive. Arrivals are numbered from 0 on; storage.ArchiveSize of
// them make an archive. What arrived after the last full archive is open: there
// an entry is shown as it is now. In an archive it is shown in the version that
// it had when the archive became full, which is kept beside the entry when that
// changes.

// maxKept is how many versions of an entry are kept for archives. One that
// changes more often does not arrive again: readers have its newest words from
// the subscription document alone.
const maxKept = 16

// An arrival is a line of a category's log: which version of which entry.
type arrival struct {
	term    string // as termKey gives it
	seq     uint64
	version uint64
}

// A logged is where an entry stands in the logs.
type logged struct {
	version  uint64 // the entry's own: arrivals with a lesser one show what was kept
	arrivals []arrival
	dirty    bool
}

// logTerms are the terms in whose logs the entry belongs.
func logTerms(e *feed.Entry) [][]byte {
	if len(e.Filed) == 0 {
		return nil
	}
	return termsOf(e)
}

func loggedOf(tx *bbolt.Tx, number uint64) (l logged, err error) {
	value := tx.Bucket(bucketLogged).Get(numberKey(number))
	if value == nil {
		return l, nil
	}
	var ok bool
	rest := string(value)
	if l.version, rest, ok = cutUvarint(rest); !ok {
		return l, damaged("a place in the logs is cut short")
	}
	for rest != "" {
		var a arrival
		var size uint64
		if size, rest, ok = cutUvarint(rest); !ok || size > uint64(len(rest)) {
			return l, damaged("a place in the logs is cut short")
		}
		a.term, rest = rest[:size], rest[size:]
		if a.seq, rest, ok = cutUvarint(rest); ok {
			a.version, rest, ok = cutUvarint(rest)
		}
		if !ok {
			return l, damaged("a place in the logs is cut short")
		}
		l.arrivals = append(l.arrivals, a)
	}
	return l, nil
}

// put writes where the entry stands, or that it stands nowhere.
func (l *logged) put(tx *bbolt.Tx, number uint64) error {
	if !l.dirty {
		return nil
	}
	b := tx.Bucket(bucketLogged)
	if len(l.arrivals) == 0 {
		return b.Delete(numberKey(number))
	}
	b.FillPercent = 0.95
	value := binary.AppendUvarint(make([]byte, 0, 32), l.version)
	for i := range l.arrivals {
		a := &l.arrivals[i]
		value = binary.AppendUvarint(value, uint64(len(a.term)))
		value = append(value, a.term...)
		value = binary.AppendUvarint(value, a.seq)
		value = binary.AppendUvarint(value, a.version)
	}
	return b.Put(numberKey(number), value)
}

// last returns the entry's newest arrival in a log, nil for none.
func (l *logged) last(term []byte) *arrival {
	for i := len(l.arrivals) - 1; i >= 0; i-- {
		if l.arrivals[i].term == string(term) {
			return &l.arrivals[i]
		}
	}
	return nil
}

func archiveOf(seq uint64) uint64 { return seq / storage.ArchiveSize }

// archived reports whether an arrival lies in an archive.
func archived(tx *bbolt.Tx, a *arrival) bool {
	log := tx.Bucket(bucketArrivals).Bucket([]byte(a.term))
	return log != nil && archiveOf(a.seq) < archiveOf(log.Sequence())
}

func arrivalValue(number, version uint64) []byte {
	return binary.AppendUvarint(numberKey(number), version)
}

func decodeArrival(value []byte) (number, version uint64, err error) {
	if len(value) < 9 {
		return 0, 0, damaged("an arrival is cut short")
	}
	version, rest, ok := cutUvarint(string(value[8:]))
	if !ok || rest != "" {
		return 0, 0, damaged("an arrival is cut short")
	}
	return binary.BigEndian.Uint64(value), version, nil
}

// depart takes the entry out of the logs of the terms that it leaves, and
// keeps the version that an archive shows before next takes its place. It comes
// before next is written, and arrive after that.
func (b *batch) depart(number uint64, prev, next *feed.Entry, op feed.Op) (l logged, again bool, err error) {
	if prev == nil {
		return l, false, nil
	}
	if l, err = loggedOf(b.tx, number); err != nil || len(l.arrivals) == 0 {
		return l, false, err
	}
	if err := l.leave(b.tx, number, logTerms(next)); err != nil {
		return l, false, err
	}
	shown := slices.ContainsFunc(l.arrivals, func(a arrival) bool { return a.version == l.version && archived(b.tx, &a) })
	if !shown || !looksOther(prev, next, op) {
		return l, false, nil
	}
	if err := b.keep(number, l.version, prev); err != nil {
		return l, false, err
	}
	l.version++
	l.dirty = true
	return l, l.versions() < maxKept, nil
}

// versions counts the versions that the logs show.
func (l *logged) versions() (n int) {
	for i := range l.arrivals {
		if !slices.ContainsFunc(l.arrivals[:i], func(a arrival) bool { return a.version == l.arrivals[i].version }) {
			n++
		}
	}
	return n
}

// looksOther reports whether a document shows next otherwise than prev. Where it
// is filed does not count: what an archive says of that is kept with it.
func looksOther(prev, next *feed.Entry, op feed.Op) bool {
	if op == feed.Updated && (prev.Lead != feed.EntryID{} || next.Lead != feed.EntryID{}) {
		return true // the words that are published may be another entry's
	}
	return !bytes.Equal(encodeEntry(shown(prev)), encodeEntry(shown(next)))
}

// shown returns what documents show of an entry.
func shown(e *feed.Entry) *feed.Entry {
	out := *e
	out.Filed, out.Repeats, out.Story = nil, nil, feed.Story{}
	return &out
}

// leave takes the entry out of all logs but some, with the versions that
// nothing shows any more.
func (l *logged) leave(tx *bbolt.Tx, number uint64, stays [][]byte) error {
	var left []arrival
	for i := range l.arrivals {
		a := l.arrivals[i]
		if contains(stays, []byte(a.term)) {
			left = append(left, a)
			continue
		}
		if err := erase(tx, &a); err != nil {
			return err
		}
	}
	if len(left) == len(l.arrivals) {
		return nil
	}
	for i := range l.arrivals {
		v := l.arrivals[i].version
		if slices.ContainsFunc(left, func(a arrival) bool { return a.version == v }) {
			continue
		}
		if err := tx.Bucket(bucketKept).Delete(keptKey(number, v)); err != nil {
			return err
		}
	}
	l.arrivals, l.dirty = left, true
	return nil
}

// erase takes an arrival out of its log, and what an archive knows of its
// sources once nothing is left there.
func erase(tx *bbolt.Tx, a *arrival) error {
	log := tx.Bucket(bucketArrivals).Bucket([]byte(a.term))
	if log == nil {
		return nil
	}
	if err := log.Delete(numberKey(a.seq)); err != nil {
		return err
	}
	k := archiveOf(a.seq)
	if next, _ := log.Cursor().Seek(numberKey(k * storage.ArchiveSize)); bytes.Equal(next, imprintKey(k)) {
		return log.Delete(imprintKey(k))
	}
	return nil
}

// arrive logs the entry where it is new, and where it is to arrive again.
func (b *batch) arrive(number uint64, next *feed.Entry, l *logged, again bool) error {
	value := arrivalValue(number, l.version)
	for _, term := range logTerms(next) {
		log, err := b.log(term)
		if err != nil {
			return err
		}
		last := l.last(term)
		switch {
		case last == nil || again && archived(b.tx, last):
			if err := b.arriveAt(log, term, value, l); err != nil {
				return err
			}
		case last.version != l.version && !archived(b.tx, last):
			last.version, l.dirty = l.version, true
			if err := log.Put(numberKey(last.seq), value); err != nil {
				return err
			}
		}
	}
	return l.put(b.tx, number)
}

// log returns the log of a term.
func (b *batch) log(term []byte) (*bbolt.Bucket, error) {
	logs := b.tx.Bucket(bucketArrivals)
	if log := logs.Bucket(term); log != nil {
		return log, nil
	}
	return logs.CreateBucket(term)
}

// arriveAt appends to a log, and makes an archive of what is full.
func (b *batch) arriveAt(log *bbolt.Bucket, term, value []byte, l *logged) error {
	next, err := log.NextSequence()
	if err != nil {
		return err
	}
	seq := next - 1
	l.arrivals = append(l.arrivals, arrival{term: string(term), seq: seq, version: l.version})
	l.dirty = true
	log.FillPercent = 0.95
	if err := log.Put(numberKey(seq), value); err != nil || next%storage.ArchiveSize != 0 {
		return err
	}
	return b.imprint(log, term, archiveOf(seq))
}

// forgetLogged takes the entry out of all logs.
func (b *batch) forgetLogged(number uint64) error {
	l, err := loggedOf(b.tx, number)
	if err != nil {
		return err
	}
	if err := l.leave(b.tx, number, nil); err != nil {
		return err
	}
	return l.put(b.tx, number)
}

func keptKey(number, version uint64) []byte {
	return binary.BigEndian.AppendUint32(numberKey(number), uint32(version))
}

// keep keeps a version of an entry, with the words that are published in its
// place: the number of bytes of the entry, the entry, and the other one.
func (b *batch) keep(number, version uint64, e *feed.Entry) error {
	text := encodeEntry(e)
	value := append(binary.AppendUvarint(make([]byte, 0, len(text)+4), uint64(len(text))), text...)
	if e.Lead != (feed.EntryID{}) {
		known, stored, err := b.lookUp(e.Lead)
		if err != nil {
			return err
		}
		if stored {
			value = append(value, b.tx.Bucket(bucketEntries).Get(numberKey(known.number))...)
		}
	}
	kept := b.tx.Bucket(bucketKept)
	return kept.Put(keptKey(number, version), value)
}

// keptAt reads a version that was kept.
func keptAt(tx *bbolt.Tx, number, version uint64) (e feed.Entry, lead *feed.Entry, found bool, err error) {
	value := tx.Bucket(bucketKept).Get(keptKey(number, version))
	if value == nil {
		return e, nil, false, nil
	}
	size, rest, ok := cutUvarint(string(value))
	if !ok || size > uint64(len(rest)) {
		return e, nil, false, damaged("a version of an entry is cut short")
	}
	if e, err = decodeEntry([]byte(rest[:size])); err != nil || len(rest) == int(size) {
		return e, nil, true, err
	}
	better, err := decodeEntry([]byte(rest[size:]))
	return e, &better, true, err
}
