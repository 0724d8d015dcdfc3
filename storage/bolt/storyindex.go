package bolt

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// alike returns stored entries that may be one story with e: those of the same
// link, and those with most keys in common within the longest window.
func (b *batch) alike(e *feed.Entry, window time.Duration) (out []feed.Entry, err error) {
	numbers, err := b.sameLink(e.Story.Link)
	if err != nil {
		return nil, err
	}
	if len(e.Story.Probes) > 0 && window > 0 {
		more, err := b.sameKeys(e, window)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, more...)
	}
	for i, number := range numbers {
		if slices.Contains(numbers[:i], number) {
			continue
		}
		head, _, err := b.headAt(number)
		if err != nil {
			return nil, err
		}
		out = append(out, head)
	}
	return out, nil
}

func (b *batch) sameLink(key uint64) ([]uint64, error) {
	if key == 0 {
		return nil, nil
	}
	index, err := b.index(linksIndex)
	if err != nil {
		return nil, err
	}
	return index.find(b.tx.Bucket(bucketLinked).Cursor(), key, perKey, nil), nil
}

// sameKeys returns the numbers of entries with most keys in common.
func (b *batch) sameKeys(e *feed.Entry, window time.Duration) ([]uint64, error) {
	shared := map[uint64]int{}
	from := spanKey(e.Received.Add(-window - storyMargin))
	spans := b.tx.Bucket(bucketStoried).Cursor()
	var turned [perKey]uint64
	for span, _ := spans.Seek(from); span != nil; span, _ = spans.Next() {
		index, err := b.index(string(span))
		if err != nil {
			return nil, err
		}
		c := b.tx.Bucket(bucketStoried).Bucket(span).Cursor()
		for _, key := range e.Story.Probes {
			for _, t := range index.find(c, key, perKey, turned[:0]) {
				shared[turn(t)]++
			}
		}
	}
	type count struct {
		number uint64
		shared int
	}
	counts := make([]count, 0, len(shared))
	for number, n := range shared {
		counts = append(counts, count{number, n})
	}
	slices.SortFunc(counts, func(x, y count) int {
		if x.shared != y.shared {
			return y.shared - x.shared
		}
		return cmp.Compare(y.number, x.number)
	})
	out := make([]uint64, 0, mostAlike)
	for _, c := range counts[:min(len(counts), mostAlike)] {
		out = append(out, c.number)
	}
	return out, nil
}

// turn turns a number round, so that the newest is the least.
func turn(number uint64) uint64 { return 1<<62 - 1 - number }

// spanKey names the bucket of a span.
func spanKey(t time.Time) []byte { return numberKey(timeKey(t.Truncate(storySpan))) }

// linksIndex is the name of the index of links; those of keys have the names of
// their spans.
const linksIndex = ""

// index returns the index of that name, which is made when there is none.
func (b *batch) index(name string) (*postings, error) {
	if p := b.indexes[name]; p != nil {
		return p, nil
	}
	bucket, err := indexBucket(b.tx, name)
	if err != nil {
		return nil, err
	}
	p := b.store.indexes[name]
	if p == nil || !p.valid(bucket) {
		if p, err = readPostings(bucket); err != nil {
			return nil, err
		}
		b.store.indexes[name] = p
	}
	b.indexes[name] = p
	return p, nil
}

func indexBucket(tx *bbolt.Tx, name string) (*bbolt.Bucket, error) {
	if name == linksIndex {
		return tx.Bucket(bucketLinked), nil
	}
	return tx.Bucket(bucketStoried).CreateBucketIfNotExists([]byte(name))
}

// indexStory moves what an entry is found by from its former version to the
// next.
func (b *batch) indexStory(number uint64, prev, next *feed.Entry) error {
	if prev == nil {
		prev = &feed.Entry{}
	}
	if err := b.moveLink(number, prev.Story.Link, next.Story.Link); err != nil || slices.Equal(prev.Story.Keys, next.Story.Keys) {
		return err
	}
	if span := spanKey(prev.Received); len(prev.Story.Keys) > 0 && b.tx.Bucket(bucketStoried).Bucket(span) != nil { // else its time is over
		index, err := b.index(string(span))
		if err != nil {
			return err
		}
		for _, key := range prev.Story.Keys {
			index.remove(key, turn(number))
		}
	}
	if len(next.Story.Keys) == 0 {
		return nil
	}
	index, err := b.index(string(spanKey(next.Received)))
	if err != nil {
		return err
	}
	for _, key := range next.Story.Keys {
		index.put(key, turn(number))
	}
	return nil
}

func (b *batch) moveLink(number, prev, next uint64) error {
	if prev == next {
		return nil
	}
	index, err := b.index(linksIndex)
	if err != nil {
		return err
	}
	if prev != 0 {
		index.remove(prev, number)
	}
	if next != 0 {
		index.put(next, number)
	}
	return nil
}

// endStories writes what is new in the indexes.
func (b *batch) endStories() error {
	for _, name := range slices.Sorted(maps.Keys(b.indexes)) {
		bucket, err := indexBucket(b.tx, name)
		if err != nil {
			return err
		}
		if err := b.indexes[name].write(bucket); err != nil {
			return err
		}
	}
	return nil
}

// forgetStories drops the keys of spans that are beyond every window.
func (b *batch) forgetStories(now time.Time, rules *feed.Repeats) error {
	stories := b.tx.Bucket(bucketStoried)
	before := spanKey(now.Add(-rules.Longest() - 2*storyMargin))
	for {
		span, _ := stories.Cursor().First()
		if span == nil || bytes.Compare(span, before) >= 0 {
			return nil
		}
		delete(b.indexes, string(span))
		delete(b.store.indexes, string(span))
		if err := stories.DeleteBucket(bytes.Clone(span)); err != nil {
			return err
		}
	}
}
