package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// A batch is what one transaction writes. Identities are kept back until its
// end: they come in no order, and bbolt puts thousands into one leaf far
// sooner when they rise.
type batch struct {
	tx      *bbolt.Tx
	store   *store
	ids     map[feed.EntryID]idValue
	indexes map[string]*postings // of stories, that this transaction has looked at

	names   map[feed.SourceID][]byte // what archives say of sources; see nameOf
	written map[uint64]filing        // entries, for the archives that the batch fills

	ahead  []ahead // entries of the poll at hand that are encoded
	placed []place // kept back; see file

	aliased, records bool // there are aliases, deleted entries: most stores have none to look for
}

func (s *store) newBatch(tx *bbolt.Tx) *batch {
	return &batch{
		tx: tx, store: s, ids: map[feed.EntryID]idValue{}, indexes: map[string]*postings{}, written: map[uint64]filing{},
		aliased: !isEmpty(tx.Bucket(bucketAliases)), records: !isEmpty(tx.Bucket(bucketDeleted)),
	}
}

func isEmpty(b *bbolt.Bucket) bool {
	k, _ := b.Cursor().First()
	return k == nil
}

// end writes what was kept back.
func (b *batch) end() error {
	keys := slices.SortedFunc(maps.Keys(b.ids), func(x, y feed.EntryID) int { return bytes.Compare(x[:], y[:]) })
	ids := b.tx.Bucket(bucketIDs)
	for _, id := range keys {
		value := b.ids[id]
		if err := ids.Put(id[:], value.encode()); err != nil {
			return err
		}
	}
	if err := b.endPlaces(); err != nil {
		return err
	}
	if err := b.endStories(); err != nil {
		return err
	}
	return trimChanges(b.tx)
}

// lookUp returns what is known of an entry, in this transaction too.
func (b *batch) lookUp(id feed.EntryID) (idValue, bool, error) {
	if v, ok := b.ids[id]; ok {
		return v, true, nil
	}
	return lookUp(b.tx, id)
}

// apply writes one poll, and reports what became of its entries and whether
// readers will see a difference. A poll from another revision is refused
// before anything is written.
func (b *batch) apply(p *storage.Poll, aliases []alias, stories []feed.Story) ([]feed.Op, bool, error) {
	old, err := b.store.stateOf(b.tx, p.State.Source.ID)
	if err != nil {
		return nil, false, err
	}
	if old.Revision != p.State.Revision {
		return nil, false, fmt.Errorf("commit %s: %w", p.State.Source.ID, storage.ErrStale)
	}
	next := storedState{State: p.State, unwanted: old.unwanted, refile: old.refile, ruled: old.ruled, read: old.read}
	next.Source = old.Source
	next.Revision++
	if len(p.Entries)+len(p.Deleted) > 0 && !p.Partial {
		next.read = p.State.LastPoll
	}
	if err := b.store.putPolled(b.tx, &old, &next); err != nil {
		return nil, false, err
	}
	delete(b.names, next.Source.ID)
	if err := putHold(b.tx, p.Hold); err != nil {
		return nil, false, err
	}
	b.aliased = b.aliased || len(aliases) > 0
	if err := putAliases(b.tx, aliases); err != nil {
		return nil, false, err
	}
	if p.Repeats != nil {
		if err := b.forgetStories(p.State.LastPoll, p.Repeats); err != nil {
			return nil, false, err
		}
	}
	ops := make([]feed.Op, len(p.Entries))
	changed := false
	for i := range p.Entries {
		e := p.Entries[i]
		if stories != nil {
			e.Story = stories[i]
		}
		if old.unwanted {
			e.Filed = nil
		}
		if ops[i], err = b.merge(e, p.State.LastPoll, p.Repeats); err != nil {
			return nil, false, err
		}
		changed = changed || ops[i] != feed.Unchanged && ops[i] != feed.Deleted
	}
	for i := range p.Deleted {
		gone, err := b.keepOut(&p.Deleted[i])
		if err != nil {
			return nil, false, err
		}
		changed = changed || gone
	}
	return ops, changed, nil
}

// merge stores a new version of an entry, as feed.Merge says, that a document
// of that time lists.
func (b *batch) merge(next feed.Entry, at time.Time, rules *feed.Repeats) (feed.Op, error) {
	known, stored, err := b.lookUp(next.ID)
	if err == nil && !stored && b.aliased {
		if alias, ok := aliasOf(b.tx, next.ID); ok {
			next.ID = alias
			known, stored, err = b.lookUp(alias)
		}
	}
	if err != nil {
		return feed.Unchanged, err
	}
	if !stored {
		if away, err := b.staysAway(next.ID, at); err != nil || away {
			return feed.Deleted, err
		}
		merged, op, terms := feed.Merge(nil, next)
		number, err := b.tx.Bucket(bucketEntries).NextSequence()
		if err != nil {
			return op, err
		}
		if err := b.join(&merged, rules); err != nil {
			return op, err
		}
		if len(merged.Repeats) > 0 {
			terms = merged.Filed
		}
		return op, b.put(number, nil, &merged, change{op, terms})
	}
	// The same words in the same categories are what Merge calls Unchanged:
	// the usual case is settled without reading the entry.
	if known.same(&next) {
		return feed.Unchanged, nil
	}
	prev, err := entryAt(b.tx, known.number)
	if err != nil {
		return feed.Unchanged, err
	}
	if next.Brief {
		next.Story = feed.Story{} // it is that of the whole text, which Merge gives it
	}
	merged, op, terms := feed.Merge(&prev, next)
	if op == feed.Unchanged {
		return op, nil
	}
	if op == feed.Updated {
		if terms, err = b.judgeAgain(&prev, &merged, rules, terms); err != nil {
			return op, err
		}
	}
	if terms, err = b.joinGained(&prev, &merged, rules, terms); err != nil {
		return op, err
	}
	return op, b.put(known.number, &prev, &merged, change{op, terms})
}

// A change is what the log will say of an entry.
type change struct {
	op    feed.Op
	terms []string
}

// put writes the entry under its number, lets those that it is one story with
// know what became of it, moves the indexes, and logs the change. prev is nil
// for a new entry.
func (b *batch) put(number uint64, prev, next *feed.Entry, c change) error {
	if prev != nil {
		if err := b.part(prev, next); err != nil {
			return err
		}
	}
	return b.write(number, prev, next, c)
}

// write is put for an entry whose story is settled.
func (b *batch) write(number uint64, prev, next *feed.Entry, c change) error {
	log, again, err := b.depart(number, prev, next, c.op)
	if err != nil {
		return err
	}
	entries := b.tx.Bucket(bucketEntries)
	entries.FillPercent = 0.95 // numbers rise
	if err := entries.Put(numberKey(number), b.encode(prev, next)); err != nil {
		return err
	}
	b.written[number] = filing{next.Source, next.Filed, next.Also}
	if err := b.arrive(number, next, &log, again); err != nil {
		return err
	}
	b.ids[next.ID] = newIDValue(number, next)
	if err := b.file(number, prev, next); err != nil {
		return err
	}
	if err := b.indexStory(number, prev, next); err != nil {
		return err
	}
	return logChange(b.tx, next.ID, c)
}

// file moves the entry from the categories it was filed under to those it is.
func file(tx *bbolt.Tx, number uint64, prev, next *feed.Entry) error {
	key := orderKey(next.Order, next.ID)
	before, after := [][]byte(nil), termsOf(next)
	if prev != nil {
		before = termsOf(prev)
	}
	for _, term := range before {
		if b := tx.Bucket(bucketCategories).Bucket(term); b != nil && !contains(after, term) {
			if err := b.Delete(key); err != nil {
				return err
			}
		}
	}
	for _, term := range after {
		if contains(before, term) {
			continue
		}
		if err := putPlace(tx, &place{string(term), key, number}); err != nil {
			return err
		}
	}
	return nil
}

// termsOf are the buckets the entry is filed in.
func termsOf(e *feed.Entry) [][]byte {
	if len(e.Filed) == 0 {
		return [][]byte{nowhereTerm}
	}
	terms := [][]byte{allTerm}
	for _, t := range e.Filed {
		terms = append(terms, termKey(t))
	}
	return terms
}

func contains(terms [][]byte, term []byte) bool {
	return slices.ContainsFunc(terms, func(t []byte) bool { return string(t) == string(term) })
}

// filedDigest is zero for an entry that is filed nowhere.
func filedDigest(filed []string) [4]byte {
	if len(filed) == 0 {
		return [4]byte{}
	}
	d := feed.DigestOf(filed...)
	return [4]byte(d[:4])
}

// repeatDigest is filedDigest of an entry that is a repeat in one of the terms.
func repeatDigest(terms []string) [4]byte {
	d := feed.DigestOf(append(terms[:len(terms):len(terms)], "\x00repeats")...)
	return [4]byte(d[:4])
}

// logChange appends to the change log.
func logChange(tx *bbolt.Tx, id feed.EntryID, c change) error {
	b := tx.Bucket(bucketChanges)
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	b.FillPercent = 0.95
	return b.Put(numberKey(seq), encodeChange(id, c))
}

func encodeChange(id feed.EntryID, c change) []byte {
	value := append([]byte{byte(c.op)}, id[:]...)
	for _, term := range c.terms {
		value = binary.AppendUvarint(value, uint64(len(term)))
		value = append(value, term...)
	}
	return value
}

// decodeChange reads what encodeChange wrote: the operation, the entry, the
// terms.
func decodeChange(key, value []byte) (feed.Change, error) {
	if len(key) != 8 || len(value) < 17 || value[0] > byte(feed.Deleted) {
		return feed.Change{}, damaged("a change is cut short")
	}
	c := feed.Change{Seq: feed.Seq(binary.BigEndian.Uint64(key)), Op: feed.Op(value[0]), Entry: feed.EntryID(value[1:17])}
	for rest := string(value[17:]); rest != ""; {
		n, after, ok := cutUvarint(rest)
		if !ok || n > uint64(len(after)) {
			return c, damaged("a change is cut short")
		}
		c.Categories = append(c.Categories, after[:n])
		rest = after[n:]
	}
	return c, nil
}

// keepChanges bounds the change log, a variable for tests alone. It is cut back
// in strides, so that a commit seldom pays for it.
var keepChanges uint64 = 100_000

const trimStride = 1_000

// trimChanges forgets the oldest changes.
func trimChanges(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketChanges)
	c := b.Cursor()
	first, _ := c.First()
	if first == nil || binary.BigEndian.Uint64(first)+keepChanges+trimStride > b.Sequence() {
		return nil
	}
	keep := b.Sequence() - keepChanges
	for k := first; k != nil && binary.BigEndian.Uint64(k) <= keep; k, _ = c.First() {
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}
