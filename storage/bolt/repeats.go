package bolt

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/feed/repeat"
	"tributary/storage"
)

// Bounds of what is looked at to find what an entry repeats: what an entry
// costs does not depend on what is stored.
const (
	perKey      = 16                 // entries with a key in common, the newest of each span, the oldest with a link
	mostAlike   = 12                 // of all those, that are compared: those with most keys in common
	storySpan   = 7 * 24 * time.Hour // of the entries whose keys lie together: few spans are looked through, and old ones are dropped whole
	storyMargin = 24 * time.Hour     // by which one of two near-copies may be received later than it is dated
)

// storiesOf makes the stories of a poll's entries that are new or changed,
// before the poll is committed: many polls can do that at one time.
func (s *store) storiesOf(p *storage.Poll) (stories []feed.Story, err error) {
	if p.Repeats == nil || len(p.Repeats.Categories) == 0 || len(p.Entries) == 0 {
		return nil, nil
	}
	wanted := make([]bool, len(p.Entries))
	err = s.view(func(tx *bbolt.Tx) error {
		for i := range p.Entries {
			known, stored, err := lookUp(tx, p.Entries[i].ID)
			if err != nil {
				return err
			}
			wanted[i] = !stored || known.digest != [8]byte(p.Entries[i].Digest[:8])
		}
		return nil
	})
	stories = make([]feed.Story, len(p.Entries))
	for i := range p.Entries {
		if wanted[i] {
			stories[i] = storyOf(&p.Entries[i], p.Repeats)
		}
	}
	return stories, err
}

func storyOf(e *feed.Entry, rules *feed.Repeats) feed.Story {
	known, text := rules.Any(e.Filed)
	if !known {
		return feed.Story{}
	}
	return repeat.Of(e, text)
}

// join makes a new entry a repeat in the categories where it is one, and lists
// it with the entries that it repeats.
func (b *batch) join(e *feed.Entry, rules *feed.Repeats) error {
	if known, _ := rules.Any(e.Filed); !known {
		return nil
	}
	if e.Story.IsZero() {
		e.Story = storyOf(e, rules)
	}
	alike, err := b.alike(e, rules.Longest())
	if err != nil || len(alike) == 0 {
		return err
	}
	var firsts []feed.EntryID
	for _, term := range e.Filed {
		rule, ok := rules.Categories[term]
		if !ok {
			continue
		}
		r, found, err := b.firstOf(alike, term, rule, e)
		if err != nil {
			return err
		}
		if found {
			*e = e.Repeating(r)
			firsts = append(firsts, r.Of)
		}
	}
	return b.list(firsts, e, rules.Priority)
}

// firstOf returns what e is in a category: the repeat of the earliest entry
// there that is its story, or has a repeat that is.
func (b *batch) firstOf(alike []feed.Entry, term string, rule feed.RepeatRule, e *feed.Entry) (r feed.Repeat, found bool, err error) {
	var first feed.Entry
	for i := range alike {
		a := &alike[i]
		why, share := repeat.Judge(rule, a, e)
		if why == feed.Unlike {
			continue
		}
		head := *a
		if of := a.RepeatIn(term); of != nil {
			if head, _, err = b.head(of.Of); err != nil {
				return r, false, err
			}
			if head.Source == e.Source {
				why, share = repeat.Judge(rule, &head, e)
			}
		}
		if why != feed.Unlike && head.IsFiled(term) && (!found || head.Order.Before(first.Order)) {
			first, found = head, true
			r = feed.Repeat{Term: term, Of: head.ID, Why: why, Share: share}
		}
	}
	return r, found, nil
}

// list lists e with the entries that it repeats.
func (b *batch) list(firsts []feed.EntryID, e *feed.Entry, priority map[feed.SourceID]int) error {
	slices.SortFunc(firsts, func(x, y feed.EntryID) int { return bytes.Compare(x[:], y[:]) })
	for _, id := range slices.Compact(firsts) {
		first, number, err := b.whole(id)
		if err != nil {
			return err
		}
		if next := first.Listing(e, priority); len(next.Also) > len(first.Also) || next.Lead != first.Lead {
			if err := b.write(number, &first, &next, change{feed.Updated, next.Filed}); err != nil {
				return err
			}
		}
	}
	return nil
}

// judgeAgain files an entry whose words are no more what it repeated, and
// returns the terms whose feeds are out of date.
func (b *batch) judgeAgain(prev, next *feed.Entry, rules *feed.Repeats, terms []string) ([]string, error) {
	if known, _ := rules.Any(next.Terms()); !known {
		next.Story = prev.Story
		return terms, nil
	}
	if next.Story.IsZero() {
		of := *next
		of.Filed = next.Terms()
		next.Story = storyOf(&of, rules)
	}
	for _, r := range prev.Repeats {
		rule, ok := rules.Categories[r.Term]
		if !ok || next.RepeatIn(r.Term) == nil {
			continue
		}
		first, stored, err := b.head(r.Of)
		if err != nil {
			return nil, err
		}
		before, _ := repeat.Judge(rule, &first, prev)
		now, _ := repeat.Judge(rule, &first, next)
		if stored && before != feed.Unlike && now == feed.Unlike {
			*next = next.Released(r.Term)
		}
	}
	return terms, nil
}

// part lets the entries that are one story with an entry know that it has left
// categories, or is no repeat any more: what repeated it takes its place, and
// what it repeated lists it no more.
func (b *batch) part(prev, next *feed.Entry) error {
	left := false
	for _, term := range prev.Filed {
		if len(prev.Also) > 0 && !next.IsFiled(term) {
			left = true
			if err := b.succeed(prev, term); err != nil {
				return err
			}
		}
	}
	if left {
		if err := b.relist(next); err != nil {
			return err
		}
	}
	var told []feed.EntryID
	for i := range prev.Repeats {
		of := prev.Repeats[i].Of
		if slices.Contains(told, of) {
			continue
		}
		told = append(told, of)
		if err := b.tell(of, prev, next); err != nil {
			return err
		}
	}
	return nil
}

// tell brings the list of an entry up to date with what became of one that is
// on it. When its words are those that are published, that is a change of both.
func (b *batch) tell(of feed.EntryID, prev, next *feed.Entry) error {
	still := slices.ContainsFunc(next.Repeats, func(r feed.Repeat) bool { return r.Of == of })
	if still && prev.Digest == next.Digest {
		return nil
	}
	first, number, err := b.whole(of)
	if err != nil || number == 0 {
		return err
	}
	listed := first.Unlisting(prev.ID)
	if still {
		listed = first.Renaming(next)
	}
	if slices.Equal(listed.Also, first.Also) && first.Lead != prev.ID {
		return nil
	}
	return b.write(number, &first, &listed, change{feed.Updated, first.Filed})
}

// succeed publishes the earliest of those that repeat an entry in a category,
// which the entry leaves; the others repeat it from then on.
func (b *batch) succeed(first *feed.Entry, term string) error {
	var heirs []feed.Entry
	var numbers []uint64
	for i := range first.Also {
		e, number, err := b.whole(first.Also[i].Entry)
		if err != nil {
			return err
		}
		if r := e.RepeatIn(term); number != 0 && r != nil && r.Of == first.ID {
			heirs, numbers = append(heirs, e), append(numbers, number)
		}
	}
	if len(heirs) == 0 {
		return nil
	}
	at := 0
	for i := range heirs {
		if heirs[i].Order.Before(heirs[at].Order) {
			at = i
		}
	}
	heir := heirs[at].Released(term)
	for i := range heirs {
		if i == at {
			continue
		}
		next := heirs[i].Repeating(feed.Repeat{Term: term, Of: heir.ID, Why: heirs[i].RepeatIn(term).Why, Share: heirs[i].RepeatIn(term).Share})
		if err := b.write(numbers[i], &heirs[i], &next, change{feed.Refiled, nil}); err != nil {
			return err
		}
		heir = heir.Listing(&next, nil)
	}
	if slices.ContainsFunc(heir.Also, func(a feed.Also) bool { return a.Entry == first.Lead }) {
		heir.Lead = first.Lead
	}
	return b.write(numbers[at], &heirs[at], &heir, change{feed.Refiled, heir.Filed})
}

// relist takes out of an entry's list what repeats it in no category any more.
func (b *batch) relist(e *feed.Entry) error {
	for _, a := range e.Also {
		other, _, err := b.head(a.Entry)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(other.Repeats, func(r feed.Repeat) bool { return r.Of == e.ID }) {
			*e = e.Unlisting(a.Entry)
		}
	}
	return nil
}

// whole reads a stored entry and its number; zero for one that is not stored.
func (b *batch) whole(id feed.EntryID) (e feed.Entry, number uint64, err error) {
	known, stored, err := b.lookUp(id)
	if err != nil || !stored {
		return e, 0, err
	}
	e, err = entryAt(b.tx, known.number)
	return e, known.number, err
}

// head reads what is compared of a stored entry.
func (b *batch) head(id feed.EntryID) (e feed.Entry, stored bool, err error) {
	known, stored, err := b.lookUp(id)
	if err != nil || !stored {
		return e, false, err
	}
	return b.headAt(known.number)
}

func (b *batch) headAt(number uint64) (e feed.Entry, stored bool, err error) {
	value := b.tx.Bucket(bucketEntries).Get(numberKey(number))
	if value == nil {
		return e, false, damaged("a story leads nowhere")
	}
	e, err = decodeHead(value)
	return e, true, err
}

// decodeHead reads what is compared of an entry, which is not its text.
func decodeHead(value []byte) (e feed.Entry, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case entryID:
			e.ID = r.digest()
		case entrySource:
			e.Source = feed.SourceID(r.text)
		case entryTitle:
			e.Title = r.construct()
		case entryFiled:
			e.Filed = append(e.Filed, r.text)
		case entryPublished:
			e.Published = r.time()
		case entryUpdated:
			e.Updated = r.time()
		case entryReceived:
			e.Received = r.time()
		case entryModified:
			e.Modified = r.time()
		case entryOrder:
			e.Order = r.time()
		default:
			r.story(&e)
		}
	}
	return e, r.err
}

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
