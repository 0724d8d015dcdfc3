package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// Check holds a file's indexes against its entries and states, and bbolt's
// pages against each other.
func Check(opened storage.Store) error {
	s := opened.(*store)
	return s.view(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			return err
		}
		for _, check := range []func(*bbolt.Tx) error{s.checkRecent, checkEntries, checkCategories, checkDue, checkChanges, checkDeleted, checkStories, checkRepeats, checkArrivals} {
			if err := check(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkEntries: every entry is found by its identity and under its terms.
func checkEntries(tx *bbolt.Tx) error {
	entries, identities := 0, 0
	err := tx.Bucket(bucketEntries).ForEach(func(k, v []byte) error {
		entries++
		e, err := decodeEntry(v)
		if err != nil {
			return err
		}
		known, stored, err := lookUp(tx, e.ID)
		want := newIDValue(binary.BigEndian.Uint64(k), &e)
		if err != nil || !stored || known != want {
			return fmt.Errorf("entry %x: its identity leads to %+v, %v, want %+v", k, known, err, want)
		}
		for _, term := range termsOf(&e) {
			index := tx.Bucket(bucketCategories).Bucket(term)
			if index == nil || !bytes.Equal(index.Get(orderKey(e.Order, e.ID)), k) {
				return fmt.Errorf("entry %x is not filed under %q", k, term)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = tx.Bucket(bucketIDs).ForEach(func(_, _ []byte) error { identities++; return nil })
	if identities != entries {
		return fmt.Errorf("%d identities for %d entries", identities, entries)
	}
	return err
}

// checkCategories: an index holds nothing but what is filed there.
func checkCategories(tx *bbolt.Tx) error {
	return tx.Bucket(bucketCategories).ForEachBucket(func(term []byte) error {
		return tx.Bucket(bucketCategories).Bucket(term).ForEach(func(k, number []byte) error {
			e, err := entryAt(tx, binary.BigEndian.Uint64(number))
			if err != nil {
				return err
			}
			if !bytes.Equal(k, orderKey(e.Order, e.ID)) || !contains(termsOf(&e), term) {
				return fmt.Errorf("term %q leads to entry %s, which is filed under %v at %s", term, e.ID, e.Filed, e.Order)
			}
			return nil
		})
	})
}

// checkRecent: what is in the log of states is in memory, its sources have
// places, and it is no longer than it may be.
func (s *store) checkRecent(tx *bbolt.Tx) error {
	want, bytes := map[feed.SourceID]recent{}, 0
	err := tx.Bucket(bucketRecent).ForEach(func(k, v []byte) error {
		l, err := splitRecent(k)
		if err == nil && tx.Bucket(bucketSources).Get([]byte(l.id)) == nil {
			err = fmt.Errorf("source %q is in the log of states alone", l.id)
		}
		want[l.id] = recent{l.seq, v}
		bytes += len(k) + len(v)
		return err
	})
	if err != nil {
		return err
	}
	for id, is := range want {
		if got := s.recents.at[id]; got.seq != is.seq || string(got.value) != string(is.value) {
			return fmt.Errorf("the log says %d of source %q, the memory %d", is.seq, id, got.seq)
		}
	}
	if extra := len(s.recents.at) - len(want); bytes != s.recents.bytes || extra != 0 && extra > len(s.recents.leaving) {
		return fmt.Errorf("the log of states has %d bytes, not %d; %d sources more are in memory", bytes, s.recents.bytes, extra)
	}
	return nil
}

// ShortLog lets the log of states be that short until the end of a test.
func ShortLog(t testing.TB, bytes int) {
	before := maxRecent
	maxRecent = bytes
	t.Cleanup(func() { maxRecent = before })
}

// Settled returns how many states the log has had and has no more.
func Settled(opened storage.Store) (n uint64) {
	_ = opened.(*store).view(func(tx *bbolt.Tx) error {
		log := tx.Bucket(bucketRecent)
		n = log.Sequence()
		return log.ForEach(func(_, _ []byte) error { n--; return nil })
	})
	return n
}

// checkDue: every wanted source has one due time, the others have none.
func checkDue(tx *bbolt.Tx) error {
	var want, got []string
	logged := map[string][]byte{}
	err := tx.Bucket(bucketRecent).ForEach(func(k, v []byte) error { logged[string(k[8:])] = v; return nil })
	if err != nil {
		return err
	}
	err = tx.Bucket(bucketSources).ForEach(func(k, v []byte) error {
		if newer := logged[string(k)]; newer != nil {
			v = newer
		}
		st, err := decodeState(v)
		if err == nil && !st.unwanted {
			want = append(want, string(dueKey(&st.State)))
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(want)
	err = tx.Bucket(bucketDue).ForEach(func(k, _ []byte) error { got = append(got, string(k)); return nil })
	if !slices.Equal(got, want) {
		return fmt.Errorf("due times %q, want %q", got, want)
	}
	return err
}

// checkDeleted: what is left of an entry lies under its identity, and the
// entry is not stored.
func checkDeleted(tx *bbolt.Tx) error {
	err := tx.Bucket(bucketDeleted).ForEach(func(k, v []byte) error {
		d, err := decodeDeleted(v)
		if err == nil && (!bytes.Equal(k, d.Ref[:]) || tx.Bucket(bucketIDs).Get(k) != nil) {
			err = fmt.Errorf("deleted entry %x is %+v, or stored", k, d)
		}
		return err
	})
	if err != nil {
		return err
	}
	return tx.Bucket(bucketAliases).ForEach(func(k, v []byte) error {
		if len(k) != 16 || len(v) != 16 {
			return fmt.Errorf("alias %x leads to %x", k, v)
		}
		return nil
	})
}

// checkStories: what entries are found by leads to them, and nowhere else.
func checkStories(tx *bbolt.Tx) error {
	links, err := listed(tx.Bucket(bucketLinked))
	if err != nil {
		return err
	}
	spans := map[string]map[posting]bool{}
	err = tx.Bucket(bucketStoried).ForEachBucket(func(span []byte) (err error) {
		spans[string(span)], err = listed(tx.Bucket(bucketStoried).Bucket(span))
		return err
	})
	if err != nil {
		return err
	}
	err = tx.Bucket(bucketEntries).ForEach(func(k, v []byte) error {
		e, err := decodeEntry(v)
		if err != nil {
			return err
		}
		number := binary.BigEndian.Uint64(k)
		if link := (posting{e.Story.Link, number << 1}); link.key != 0 {
			if !links[link] {
				return fmt.Errorf("entry %x is not found by its link", k)
			}
			delete(links, link)
		}
		span, there := spans[string(spanKey(e.Received))]
		for _, key := range e.Story.Keys {
			at := posting{key, turn(number) << 1}
			if there && !span[at] {
				return fmt.Errorf("entry %x is not found by its key %x", k, key)
			}
			delete(span, at)
		}
		return nil
	})
	for span, left := range spans {
		if len(left) > 0 {
			return fmt.Errorf("%d keys of %x lead to no entry", len(left), span)
		}
	}
	if len(links) > 0 {
		return fmt.Errorf("%d links lead to no entry", len(links))
	}
	return err
}

// listed returns all that an index holds, read as the next start would.
func listed(b *bbolt.Bucket) (map[posting]bool, error) {
	p, err := readPostings(b)
	if err != nil {
		return nil, err
	}
	all := map[posting]bool{}
	last := posting{}
	for x := range leavesFrom(b.Cursor(), firstPosting) {
		if last.compare(x) > 0 || x.gone() {
			return nil, fmt.Errorf("posting %v follows %v", x, last)
		}
		all[x], last = true, x
	}
	for _, part := range p.tail {
		for _, x := range part {
			all[posting{x.key, x.at &^ 1}] = true
			if x.gone() {
				delete(all, posting{x.key, x.at &^ 1})
			}
		}
	}
	return all, nil
}

// checkRepeats: what repeats a stored entry is on its list, unless that is
// full, and what is on a list repeats the entry.
func checkRepeats(tx *bbolt.Tx) error {
	entries := map[feed.EntryID]feed.Entry{}
	err := tx.Bucket(bucketEntries).ForEach(func(_, v []byte) error {
		e, err := decodeEntry(v)
		entries[e.ID] = e
		return err
	})
	for id, e := range entries {
		for _, r := range e.Repeats {
			first, stored := entries[r.Of]
			listed := slices.ContainsFunc(first.Also, func(a feed.Also) bool { return a.Entry == id })
			switch {
			case e.IsFiled(r.Term):
				return fmt.Errorf("entry %s is filed under %q and a repeat there", id, r.Term)
			case stored && (!listed && len(first.Also) < feed.MaxAlso || !first.IsFiled(r.Term)):
				return fmt.Errorf("entry %s repeats %s in %q, which is filed under %q and lists %v", id, r.Of, r.Term, first.Filed, first.Also)
			}
		}
		for _, a := range e.Also {
			if other := entries[a.Entry]; !slices.ContainsFunc(other.Repeats, func(r feed.Repeat) bool { return r.Of == id }) {
				return fmt.Errorf("entry %s lists %s, which repeats %v", id, a.Entry, other.Repeats)
			}
		}
	}
	return err
}

// checkChanges: the log ends with its newest number and has no gap.
func checkChanges(tx *bbolt.Tx) error {
	b := tx.Bucket(bucketChanges)
	last := feed.Seq(0)
	err := b.ForEach(func(k, v []byte) error {
		c, err := decodeChange(k, v)
		if err != nil {
			return err
		}
		if last != 0 && c.Seq != last+1 {
			return fmt.Errorf("change %d follows %d", c.Seq, last)
		}
		last = c.Seq
		return nil
	})
	if last != feed.Seq(b.Sequence()) {
		return fmt.Errorf("the log ends with %d, want %d", last, b.Sequence())
	}
	return err
}

// TrimStride is how much longer the change log may be than is kept of it.
const TrimStride = trimStride

// KeepChanges lets the change log be as short as that until the end of a test.
func KeepChanges(t testing.TB, n uint64) {
	before := keepChanges
	keepChanges = n
	t.Cleanup(func() { keepChanges = before })
}

// checkArrivals: an entry stands in the log of each of its terms where it says,
// and nothing else does; what is kept is shown.
func checkArrivals(tx *bbolt.Tx) error {
	arrivals, kept := 0, map[string]bool{}
	err := tx.Bucket(bucketEntries).ForEach(func(k, v []byte) error {
		e, err := decodeEntry(v)
		if err != nil {
			return err
		}
		number := binary.BigEndian.Uint64(k)
		l, err := loggedOf(tx, number)
		if err != nil {
			return err
		}
		for _, term := range logTerms(&e) {
			if l.last(term) == nil {
				return fmt.Errorf("entry %x never arrived in %q", k, term)
			}
		}
		for i := range l.arrivals {
			a := &l.arrivals[i]
			arrivals++
			log := tx.Bucket(bucketArrivals).Bucket([]byte(a.term))
			if !contains(logTerms(&e), []byte(a.term)) || !bytes.Equal(log.Get(numberKey(a.seq)), arrivalValue(number, a.version)) {
				return fmt.Errorf("entry %x, filed under %v, arrived as %+v, where %x stands", k, e.Filed, a, log.Get(numberKey(a.seq)))
			}
			key := keptKey(number, a.version)
			if former := tx.Bucket(bucketKept).Get(key) != nil; former != (a.version < l.version) {
				return fmt.Errorf("entry %x has version %d, and %d is kept: %t", k, l.version, a.version, former)
			}
			if a.version < l.version {
				kept[string(key)] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = tx.Bucket(bucketArrivals).ForEachBucket(func(term []byte) error {
		log := tx.Bucket(bucketArrivals).Bucket(term)
		return log.ForEach(func(k, _ []byte) error {
			if len(k) == 8 {
				arrivals--
				if seq := binary.BigEndian.Uint64(k); seq >= log.Sequence() {
					return fmt.Errorf("arrival %d of %q is beyond %d", seq, term, log.Sequence())
				} else if k := archiveOf(seq); (log.Get(imprintKey(k)) != nil) != (k < archiveOf(log.Sequence())) {
					return fmt.Errorf("archive %d of %q has an imprint, or has none", k, term)
				}
			}
			return nil
		})
	})
	left := len(kept)
	if err == nil {
		err = tx.Bucket(bucketKept).ForEach(func(k, _ []byte) error { left--; return nil })
	}
	if arrivals != 0 || left != 0 {
		return fmt.Errorf("%d arrivals and %d kept versions too few", arrivals, left)
	}
	return err
}
