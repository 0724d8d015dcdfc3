package bolt

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// The entries of a source have no index by their places: a poll of a few new
// ones would write a page more for it, and what a commit writes beside the
// entries is what limits storing. But the identities of a source lie side by
// side, and each says in which second its entry's place is. So the newest are
// found by one look at these, some 30 ns each, and only they are read.

// A placed is where an entry lies, and the second of its place.
type placed struct {
	second uint32
	number uint64
}

// leastPlaced is how many entries are looked for at least: some of them may be
// filed nowhere, or of another source with the same IDPrefix.
const leastPlaced = 64

// newestOfSource returns the encoded entries of a source that are filed, behind
// q.After, newest first.
func newestOfSource(tx *bbolt.Tx, q storage.Query, n int) ([][]byte, error) {
	until := uint32(math.MaxUint32)
	if q.After != (storage.Cursor{}) {
		until = secondOf(q.After.Order)
	}
	for most := max(n, leastPlaced); ; most *= 4 {
		places, all, err := newestSeconds(tx, q.Source, until, most)
		if err != nil {
			return nil, err
		}
		found, err := inPlace(tx, q, places)
		if err != nil || all || len(found) >= n {
			return found[:min(len(found), n)], err
		}
	}
}

// newestSeconds returns the entries of a source in the newest seconds up to one:
// whole seconds, of as many as hold n entries, or all there are.
func newestSeconds(tx *bbolt.Tx, src feed.SourceID, until uint32, n int) (out []placed, all bool, err error) {
	prefix, from, most, all := feed.IDPrefix(src), uint32(0), 2*n, true
	cut := func() {
		slices.SortFunc(out, func(a, b placed) int { return cmp.Compare(b.second, a.second) })
		if len(out) <= n {
			return
		}
		from = out[n-1].second
		end, _ := slices.BinarySearchFunc(out, from, func(p placed, s uint32) int {
			if p.second >= s {
				return -1
			}
			return 1
		})
		all = all && end == len(out)
		out = out[:end]
		most = 2 * len(out)
	}
	c := tx.Bucket(bucketIDs).Cursor()
	for k, v := c.Seek(prefix[:]); bytes.HasPrefix(k, prefix[:]); k, v = c.Next() {
		known, err := decodeIDValue(v)
		if err != nil {
			return nil, false, err
		}
		if known.second > until || known.filed == ([4]byte{}) {
			continue
		}
		if known.second < from {
			all = false
			continue
		}
		if out = append(out, placed{known.second, known.number}); len(out) >= most {
			cut()
		}
	}
	cut()
	return out, all, nil
}

// inPlace returns those of some entries that a query of a source wants, in
// their order.
func inPlace(tx *bbolt.Tx, q storage.Query, places []placed) ([][]byte, error) {
	type found struct {
		place []byte
		value []byte
	}
	wanted, after := make([]found, 0, len(places)), []byte(nil)
	if q.After != (storage.Cursor{}) {
		after = orderKey(q.After.Order, q.After.ID)
	}
	for _, p := range places {
		at, err := peekAt(tx, p.number)
		if err != nil {
			return nil, err
		}
		key := orderKey(at.order, at.id)
		if at.source == string(q.Source) && at.filed && (after == nil || bytes.Compare(key, after) < 0) {
			wanted = append(wanted, found{key, at.value})
		}
	}
	slices.SortFunc(wanted, func(a, b found) int { return bytes.Compare(b.place, a.place) })
	out := make([][]byte, len(wanted))
	for i := range wanted {
		out[i] = wanted[i].value
	}
	return out, nil
}

// A peek is what is read of an entry to know its place.
type peek struct {
	id     feed.EntryID
	source string
	filed  bool
	order  time.Time
	value  []byte // as long as the transaction
}

// peekAt reads of the entry under a number what says where its place is.
func peekAt(tx *bbolt.Tx, number uint64) (p peek, err error) {
	p.value = tx.Bucket(bucketEntries).Get(numberKey(number))
	if p.value == nil {
		return p, damaged("an identity leads nowhere")
	}
	r := readFields(string(p.value))
	for p.order.IsZero() && r.next() {
		switch r.tag {
		case entryID:
			p.id = r.digest()
		case entrySource:
			p.source = r.text
		case entryFiled:
			p.filed = true
		case entryOrder:
			p.order = r.time()
		}
	}
	return p, r.err
}
