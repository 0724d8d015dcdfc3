package bolt

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// Prune implements storage.Writer. What goes is found by reading, which holds
// up nobody, and dropped a little at a time, as much as a pace allows, in the
// transactions of polls.
func (s *store) Prune(ctx context.Context, r feed.Retention, now time.Time) (storage.Pruned, error) {
	s.pruneMu.Lock()
	defer s.pruneMu.Unlock()
	p := &pruner{store: s, keep: &r, now: now, bounds: map[string]bound{}, pace: newPace()}
	err := p.run(ctx)
	p.done.Longest, p.done.Disk = p.pace.longest.took, p.pace.longest.disk
	return p.done, err
}

// A pruner is one Prune at work.
type pruner struct {
	store  *store
	keep   *feed.Retention
	now    time.Time
	all    bound
	bounds map[string]bound // by term
	pace   *pace
	done   storage.Pruned
}

func (p *pruner) run(ctx context.Context) error {
	terms := p.keep.Bounded()
	for _, term := range terms {
		b, err := p.bound(ctx, termKey(term), term, p.keep.Categories[term])
		if err != nil {
			return err
		}
		p.bounds[term] = b
	}
	var err error
	if p.all, err = p.bound(ctx, allTerm, "the store", p.keep.Overall); err != nil {
		return err
	}
	if err := p.walk(ctx, allTerm, p.all); err != nil {
		return err
	}
	if err := p.walk(ctx, nowhereTerm, p.latest()); err != nil {
		return err
	}
	for _, term := range terms {
		if err := p.walk(ctx, termKey(term), p.bounds[term]); err != nil {
			return err
		}
	}
	return p.forget(ctx)
}

// A bound is the place before which a category lets entries go; none: it
// keeps all.
type bound struct {
	before []byte // a key of its index
	why    string
}

// unwanted reports whether the entry at a place is beyond the bound.
func (b bound) unwanted(place []byte) bool { return bytes.Compare(place, b.before) < 0 }

// bound works out where the entries of an index begin to be unwanted.
func (p *pruner) bound(ctx context.Context, index []byte, name string, k feed.Keep) (b bound, err error) {
	if k.MaxAge > 0 {
		b = bound{numberKey(timeKey(p.now.Add(-k.MaxAge))), name + " keeps entries for " + inDays(k.MaxAge)}
	}
	if k.MaxEntries <= 0 {
		return b, nil
	}
	oldest, err := p.store.nthNewest(ctx, index, k.MaxEntries)
	if err == nil && bytes.Compare(oldest, b.before) > 0 {
		b = bound{oldest, fmt.Sprintf("%s keeps %d entries", name, k.MaxEntries)}
	}
	return b, err
}

// inDays writes a duration as the configuration would, if it is whole days.
func inDays(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	return d.String()
}

// countBatch is how many keys are counted in one transaction.
const countBatch = 20_000

// nthNewest returns the key of the n-th newest entry of an index, nil when it
// has not so many.
func (s *store) nthNewest(ctx context.Context, index []byte, n int) (at []byte, err error) {
	for left := n; left > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if at, left, err = s.back(index, at, left); err != nil || at == nil {
			return nil, err
		}
	}
	return at, nil
}

// back goes up to n keys back from one, or from the end, in one transaction.
func (s *store) back(index, from []byte, n int) (at []byte, left int, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketCategories).Bucket(index)
		if b == nil {
			return nil
		}
		c := b.Cursor()
		var k []byte
		if from == nil {
			k, _ = c.Last()
		} else if k, _ = c.Seek(from); k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		for left = n; k != nil; k, _ = c.Prev() {
			if left--; left == 0 || n-left == countBatch {
				break
			}
		}
		at = bytes.Clone(k)
		return nil
	})
	return at, left, err
}

// latest returns the bound that lets most go: what is filed nowhere because it
// is a repeat in each of its categories goes with these.
func (p *pruner) latest() bound {
	latest := p.all
	for _, b := range p.bounds {
		if bytes.Compare(b.before, latest.before) > 0 {
			latest = b
		}
	}
	return latest
}

// keptFor returns the categories that an entry is kept for.
func keptFor(e *feed.Entry) []string {
	if len(e.Filed) > 0 {
		return e.Filed
	}
	return e.Terms()
}

// threshold returns the bound of an entry that is filed under those terms:
// that of the category that keeps it longest, or of the whole.
func (p *pruner) threshold(filed []string) bound {
	if len(filed) == 0 {
		return p.all
	}
	longest := p.bounds[filed[0]]
	var why []string
	for _, term := range filed {
		b := p.bounds[term]
		if bytes.Compare(b.before, longest.before) < 0 {
			longest = b
		}
		why = append(why, b.why)
	}
	if bytes.Compare(longest.before, p.all.before) <= 0 {
		return p.all
	}
	return bound{longest.before, strings.Join(why, ", ")}
}

// examineBatch is how many places are looked at in one transaction.
const examineBatch = 2_000

// walk drops the entries of an index before its bound that nothing else wants.
func (p *pruner) walk(ctx context.Context, index []byte, until bound) error {
	thresholds := map[[4]byte]bound{} // by the digest of the terms
	for from := []byte{}; from != nil; {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, next, err := p.look(index, from, until, thresholds)
		if err != nil {
			return err
		}
		if err := p.drop(ctx, found); err != nil {
			return err
		}
		from = next
	}
	return nil
}

// look returns the entries to drop among some places, and where to go on.
func (p *pruner) look(index, from []byte, until bound, thresholds map[[4]byte]bound) (found []feed.EntryID, next []byte, err error) {
	err = p.store.view(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucketCategories).Bucket(index)
		if b == nil {
			return nil
		}
		c := b.Cursor()
		k, _ := c.Seek(from)
		for n := 0; k != nil && until.unwanted(k); k, _ = c.Next() {
			if n++; n > examineBatch {
				next = bytes.Clone(k)
				return nil
			}
			if len(k) != placeSize {
				return damaged("a place in a category is cut short")
			}
			id := feed.EntryID(k[8:])
			t, err := p.thresholdOf(tx, id, thresholds)
			if err != nil {
				return err
			}
			if t.unwanted(k) {
				found = append(found, id)
			}
		}
		return nil
	})
	return found, next, err
}

const placeSize = 8 + len(feed.EntryID{})

// thresholdOf returns the bound of a stored entry. Entries filed under the same
// terms share it, so that few need to be read.
func (p *pruner) thresholdOf(tx *bbolt.Tx, id feed.EntryID, thresholds map[[4]byte]bound) (bound, error) {
	known, stored, err := lookUp(tx, id)
	if err != nil || !stored {
		return bound{}, err
	}
	if t, ok := thresholds[known.filed]; ok {
		return t, nil
	}
	e, err := entryAt(tx, known.number)
	if err != nil {
		return bound{}, err
	}
	t := p.threshold(keptFor(&e))
	if len(e.Repeats) == 0 {
		thresholds[known.filed] = t
	}
	return t, nil
}

// drop drops entries in steps.
func (p *pruner) drop(ctx context.Context, ids []feed.EntryID) error {
	slices.SortFunc(ids, func(a, b feed.EntryID) int { return bytes.Compare(a[:], b[:]) })
	for len(ids) > 0 {
		n := min(len(ids), p.pace.n)
		gone := 0
		err := p.store.step(ctx, p.pace, func(tx *bbolt.Tx) error {
			b := p.store.newBatch(tx)
			for _, id := range ids[:n] {
				dropped, err := p.dropOne(b, id)
				if err != nil {
					return err
				}
				if dropped {
					gone++
				}
			}
			return b.end()
		})
		if err != nil {
			return err
		}
		p.done.Entries += gone
		ids = ids[n:]
		p.store.news.send()
	}
	return nil
}

// dropOne drops an entry if it is still unwanted: it may have been filed
// elsewhere meanwhile.
func (p *pruner) dropOne(b *batch, id feed.EntryID) (bool, error) {
	known, stored, err := b.lookUp(id)
	if err != nil || !stored {
		return false, err
	}
	e, err := entryAt(b.tx, known.number)
	if err != nil {
		return false, err
	}
	t := p.threshold(keptFor(&e))
	if !t.unwanted(orderKey(e.Order, e.ID)) {
		return false, nil
	}
	d := feed.Delete(&e, feed.ByRetention, t.why, p.now)
	return true, b.drop(known.number, &e, &d)
}

// step writes as an errand, as much as the pace says, and then lets others have
// a turn.
func (s *store) step(ctx context.Context, p *pace, f func(tx *bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cost, err := s.writer.errand(ctx, f)
	if err != nil {
		return err
	}
	return p.rest(ctx, cost)
}

// A pace is how much is written in a transaction: as much as takes about
// stepTime on this disk.
type pace struct {
	n       int
	longest cost
}

// A smaller step than smallStep is hardly quicker: the disk takes its time for
// any, and on a slow one pruning would never end.
const (
	firstStep = 16
	smallStep = 8
	largeStep = 512
	stepTime  = 8 * time.Millisecond
)

func newPace() *pace { return &pace{n: firstStep} }

// rest waits as long as the last step took, and adapts the next.
func (p *pace) rest(ctx context.Context, c cost) error {
	took := c.took
	if took > p.longest.took {
		p.longest = c
	}
	switch {
	case took > stepTime:
		p.n = max(p.n/2, smallStep)
	case took < stepTime/2:
		p.n = min(p.n*2, largeStep)
	}
	timer := time.NewTimer(took)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
