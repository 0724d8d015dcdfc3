package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"go.etcd.io/bbolt"
)

// Postings are an index from hashes to entries for keys that come in no order.
// Put into a tree one by one, each of them would have a page of its own read and
// written. So they are kept in memory, and in a log from which they are read at
// the next start, until there are many: then those that lie together go into
// their leaf together, leaf after leaf, round and round. A leaf is a sorted run
// of postings, and its key the last that may be in it.
//
// What is in memory belongs to the transaction that writes. One that fails
// leaves the number of the log behind, and the next reads the log again.
type postings struct {
	tail  [tailParts][]posting // by the beginnings of their keys, each ascending; with tombstones
	size  int                  // of all the parts
	fresh []posting            // not in the log yet

	// What the bucket says beside the leaves and the log.
	seq     uint64  // of the log
	next    posting // the first that the present round has not come to
	began   uint64  // seq when the round began
	settled uint64  // seq up to which the log is in leaves
	since   uint64  // postings in the log since the round began
}

// A posting is a hash, and where the entry is that is found by it: its number,
// or that turned round, doubled; odd for one that is found no more.
type posting struct{ key, at uint64 }

const (
	postingSize = 16
	tailParts   = 256
	maxLeaf     = 256 // postings in a leaf: four to a page
	trimPerTime = 512 // values of the log that a commit takes away
)

// maxTail is how many postings are kept in memory for an index: 2 MB. With five
// million in leaves, some twenty go into a page together.
var maxTail = 128 << 10

// The keys of an index's bucket.
const (
	leafMark = 'a' // leafMark, the last posting that may be there → postings
	logMark  = 'y' // logMark, seq → postings of one commit
)

var (
	keyTail = []byte("z") // → next, began, settled, since

	firstPosting = posting{}
	lastPosting  = posting{^uint64(0), ^uint64(1)}
)

func (p posting) compare(q posting) int {
	if c := cmp.Compare(p.key, q.key); c != 0 {
		return c
	}
	return cmp.Compare(p.at>>1, q.at>>1)
}

func (p posting) gone() bool { return p.at&1 == 1 }

// following is the least posting that is greater.
func (p posting) following() posting {
	if p.at>>1 == ^uint64(0)>>1 {
		return posting{p.key + 1, 0}
	}
	return posting{p.key, p.at>>1<<1 + 2}
}

func (p posting) appendTo(b []byte) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, p.key), p.at)
}

func postingAt(b []byte, i int) posting {
	b = b[i*postingSize:]
	return posting{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func leafKey(last posting) []byte { return posting{last.key, last.at &^ 1}.appendTo([]byte{leafMark}) }

func logKey(seq uint64) []byte { return binary.BigEndian.AppendUint64([]byte{logMark}, seq) }

// readPostings reads what an index's bucket has beside leaves.
func readPostings(b *bbolt.Bucket) (*postings, error) {
	p := &postings{seq: b.Sequence()}
	if v := b.Get(keyTail); len(v) == postingSize+3*8 {
		p.next = postingAt(v, 0)
		p.began, p.settled, p.since = binary.BigEndian.Uint64(v[16:]), binary.BigEndian.Uint64(v[24:]), binary.BigEndian.Uint64(v[32:])
	} else if v != nil {
		return nil, damaged("an index of stories has no end")
	}
	c := b.Cursor()
	for k, v := c.Seek(logKey(p.settled + 1)); len(k) == 9 && k[0] == logMark; k, v = c.Next() {
		if len(v)%postingSize != 0 {
			return nil, damaged("the log of stories is cut short")
		}
		for i := range len(v) / postingSize {
			p.set(postingAt(v, i))
		}
	}
	return p, nil
}

// valid reports whether what is in memory is what the bucket says.
func (p *postings) valid(b *bbolt.Bucket) bool { return len(p.fresh) == 0 && p.seq == b.Sequence() }

// set puts a posting, or that it is gone, into the memory.
func (p *postings) set(x posting) {
	part := &p.tail[x.key/(1<<64/tailParts)]
	i, found := slices.BinarySearchFunc(*part, x, posting.compare)
	if found {
		(*part)[i] = x
		return
	}
	*part = slices.Insert(*part, i, x)
	p.size++
}

func (p *postings) put(key, at uint64) { p.note(posting{key, at << 1}) }

func (p *postings) remove(key, at uint64) { p.note(posting{key, at<<1 | 1}) }

func (p *postings) note(x posting) {
	p.set(x)
	p.fresh = append(p.fresh, x)
}

// find appends where the first entries are that have a key.
func (p *postings) find(c *bbolt.Cursor, key uint64, most int, out []uint64) []uint64 {
	part := p.tail[key/(1<<64/tailParts)]
	from, _ := slices.BinarySearchFunc(part, posting{key, 0}, posting.compare)
	to := from
	for to < len(part) && part[to].key == key {
		to++
	}
	tail, n := part[from:to], len(out)
	for _, x := range tail {
		if !x.gone() && len(out) < n+most {
			out = append(out, x.at>>1)
		}
	}
	found := 0
	for x := range leavesFrom(c, posting{key, 0}) {
		if x.key != key || found == most {
			break
		}
		if _, told := slices.BinarySearchFunc(tail, x, posting.compare); !told {
			out = append(out, x.at>>1)
			found++
		}
	}
	slices.Sort(out[n:])
	return out[:min(len(out), n+most)]
}

// leavesFrom yields the postings in leaves from one on.
func leavesFrom(c *bbolt.Cursor, from posting) func(func(posting) bool) {
	return func(yield func(posting) bool) {
		for k, v := c.Seek(leafKey(from)); len(k) == 17 && k[0] == leafMark; k, v = c.Next() {
			n := len(v) / postingSize
			for i := search(v, n, from); i < n; i++ {
				if !yield(postingAt(v, i)) {
					return
				}
			}
		}
	}
}

// search returns the index of the first posting of a leaf that is not less.
func search(leaf []byte, n int, x posting) int {
	from, to := 0, n
	for from < to {
		if middle := (from + to) / 2; postingAt(leaf, middle).compare(x) < 0 {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}

// write logs what is new, and moves what is too much from the memory to leaves.
func (p *postings) write(b *bbolt.Bucket) error {
	if len(p.fresh) == 0 {
		return nil
	}
	b.FillPercent = 0.9 // leaves are replaced more often than new
	var err error
	if p.seq, err = b.NextSequence(); err != nil {
		return err
	}
	value := make([]byte, 0, len(p.fresh)*postingSize)
	for _, x := range p.fresh {
		value = x.appendTo(value)
	}
	if err := b.Put(logKey(p.seq), value); err != nil {
		return err
	}
	p.since += uint64(len(p.fresh))
	p.fresh = p.fresh[:0]
	for p.size > maxTail || p.since > uint64(4*maxTail) {
		if err := p.settle(b); err != nil {
			return err
		}
	}
	if err := p.trim(b); err != nil {
		return err
	}
	value = p.next.appendTo(make([]byte, 0, postingSize+3*8))
	for _, n := range [...]uint64{p.began, p.settled, p.since} {
		value = binary.BigEndian.AppendUint64(value, n)
	}
	return b.Put(keyTail, value)
}

// settle moves to a leaf what belongs there, that of the first posting which
// the round has not come to; without one, a new round begins.
func (p *postings) settle(b *bbolt.Bucket) error {
	first, ok := p.from(p.next)
	if !ok {
		p.next, p.settled, p.began, p.since = firstPosting, p.began, p.seq, 0
		return nil
	}
	last := lastPosting
	k, leaf := b.Cursor().Seek(leafKey(first))
	if len(k) == 17 && k[0] == leafMark {
		last = postingAt(k[1:], 0)
	} else {
		leaf = nil
	}
	if len(leaf)%postingSize != 0 {
		return damaged("a leaf of stories is cut short")
	}
	if err := putLeaves(b, merged(leaf, p.take(first, last)), last); err != nil {
		return err
	}
	p.next = last
	if last != lastPosting {
		p.next = last.following()
	}
	return nil
}

// from returns the first posting in memory that is not less.
func (p *postings) from(x posting) (posting, bool) {
	for i := x.key / (1 << 64 / tailParts); i < tailParts; i++ {
		if at, _ := slices.BinarySearchFunc(p.tail[i], x, posting.compare); at < len(p.tail[i]) {
			return p.tail[i][at], true
		}
	}
	return posting{}, false
}

// take takes out of the memory what lies between two postings, and those too.
func (p *postings) take(first, last posting) (out []posting) {
	for i := first.key / (1 << 64 / tailParts); i <= last.key/(1<<64/tailParts); i++ {
		part := p.tail[i]
		from, _ := slices.BinarySearchFunc(part, first, posting.compare)
		to, found := slices.BinarySearchFunc(part, last, posting.compare)
		if found {
			to++
		}
		out = append(out, part[from:to]...)
		p.tail[i] = slices.Delete(part, from, to)
	}
	p.size -= len(out)
	return out
}

// merged returns the postings of a leaf and newer ones, without those that are
// gone.
func merged(leaf []byte, news []posting) []byte {
	out := make([]byte, 0, len(leaf)+len(news)*postingSize)
	for len(leaf) > 0 || len(news) > 0 {
		order := 1
		if len(leaf) > 0 {
			order = -1
			if len(news) > 0 {
				order = postingAt(leaf, 0).compare(news[0])
			}
		}
		if order < 0 {
			out, leaf = append(out, leaf[:postingSize]...), leaf[postingSize:]
			continue
		}
		if !news[0].gone() {
			out = news[0].appendTo(out)
		}
		news = news[1:]
		if order == 0 {
			leaf = leaf[postingSize:]
		}
	}
	return out
}

// putLeaves puts postings in place of the leaf that ends with last, in as many
// leaves as they fill.
func putLeaves(b *bbolt.Bucket, postings []byte, last posting) error {
	n := len(postings) / postingSize
	leaves := (n + maxLeaf - 1) / maxLeaf
	for i := range max(leaves, 1) - 1 {
		to := n * (i + 1) / leaves
		from := n * i / leaves
		if err := b.Put(leafKey(postingAt(postings, to-1)), postings[from*postingSize:to*postingSize]); err != nil {
			return err
		}
	}
	if leaves > 0 {
		postings = postings[n*(leaves-1)/leaves*postingSize:]
	}
	return b.Put(leafKey(last), postings)
}

// trim takes from the log what is in leaves.
func (p *postings) trim(b *bbolt.Bucket) error {
	c := b.Cursor()
	k, _ := c.Seek(logKey(0))
	for n := 0; n < trimPerTime && len(k) == 9 && k[0] == logMark && bytes.Compare(k, logKey(p.settled)) <= 0; n++ {
		if err := b.Delete(bytes.Clone(k)); err != nil {
			return err
		}
		k, _ = c.Seek(logKey(0))
	}
	return nil
}
