package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// keptOut reports whether a rule has kept an entry of the source out.
func keptOut(tx *bbolt.Tx, id feed.SourceID) (bool, error) {
	prefix := feed.IDPrefix(id)
	c := tx.Bucket(bucketDeleted).Cursor()
	n := 0
	for k, v := c.Seek(prefix[:]); k != nil && bytes.HasPrefix(k, prefix[:]); k, v = c.Next() {
		d, err := decodeDeleted(v)
		if err != nil || d.Source == id && d.By == feed.ByRule {
			return err == nil, err
		}
		if n++; n == examineBatch {
			return true, nil // there may be one
		}
	}
	return false, nil
}

// Refile implements storage.Writer. Entries are read and decided about without
// holding up anybody, and written in steps as those of Prune.
func (s *store) Refile(ctx context.Context, decide func(src *feed.Source, e *feed.Entry)) (int, error) {
	s.pruneMu.Lock()
	defer s.pruneMu.Unlock()
	r := &refiler{store: s, decide: decide, pace: newPace()}
	var mark []byte
	err := s.view(func(tx *bbolt.Tx) error {
		mark = bytes.Clone(tx.Bucket(bucketMeta).Get(keyRefile))
		return nil
	})
	if err != nil || mark == nil {
		return 0, err
	}
	if err := r.sources(ctx); err != nil {
		return r.changed, err
	}
	return r.changed, s.update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if !bytes.Equal(meta.Get(keyRefile), mark) {
			return nil // PutSources has left more to do meanwhile
		}
		return meta.Delete(keyRefile)
	})
}

// markRefile notes that Refile has something to do, each time with another
// value.
func markRefile(tx *bbolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	n, err := meta.NextSequence()
	if err != nil {
		return err
	}
	return meta.Put(keyRefile, numberKey(n))
}

// A refiler is one Refile at work.
type refiler struct {
	store   *store
	decide  func(src *feed.Source, e *feed.Entry)
	pace    *pace
	changed int
}

func (r *refiler) sources(ctx context.Context) error {
	for st, err := range r.store.stored(ctx, decodeSettings) {
		if err != nil {
			return err
		}
		if !st.refile || st.unwanted {
			continue
		}
		if err := r.source(ctx, &st); err != nil {
			return fmt.Errorf("refile the entries of %s: %w", st.Source.ID, err)
		}
	}
	return nil
}

// source refiles the entries of one source, and takes its mark away unless its
// settings have changed meanwhile.
func (r *refiler) source(ctx context.Context, st *storedState) error {
	for batch, err := range r.store.entriesOf(ctx, st.Source.ID) {
		if err != nil {
			return err
		}
		if err := r.batch(ctx, &st.Source, batch); err != nil {
			return err
		}
	}
	return r.store.changeStates([]feed.SourceID{st.Source.ID}, func(now *storedState) {
		if decidesAlike(&now.Source, &st.Source) {
			now.refile, now.ruled = false, !st.Source.Filing.IsZero()
		}
	})
}

// batch decides about some entries, and writes those that change.
func (r *refiler) batch(ctx context.Context, src *feed.Source, batch []feed.Entry) error {
	var prev, next []feed.Entry
	for i := range batch {
		if batch[i].Source != src.ID {
			continue // the other source with the same prefix
		}
		e := batch[i]
		r.decide(src, &e)
		if e.Digest != batch[i].Digest || !slices.Equal(e.Filed, batch[i].Terms()) {
			prev, next = append(prev, batch[i]), append(next, e)
		}
	}
	for len(next) > 0 {
		n, changed := min(len(next), r.pace.n), 0
		err := r.store.step(ctx, r.pace, func(tx *bbolt.Tx) (err error) {
			b := r.store.newBatch(tx)
			if changed, err = b.refileAll(src, prev[:n], next[:n]); err != nil {
				return err
			}
			return b.end()
		})
		if err != nil {
			return err
		}
		r.changed += changed
		r.store.news.send()
		prev, next = prev[n:], next[n:]
	}
	return nil
}

// refileAll writes decided entries that are still as they were when they were
// decided about, and whose source still has the settings: what a poll has
// changed meanwhile it has decided about itself.
func (b *batch) refileAll(src *feed.Source, prev, next []feed.Entry) (changed int, err error) {
	now, err := b.store.stateOf(b.tx, src.ID)
	if err != nil || now.unwanted || !decidesAlike(&now.Source, src) {
		return 0, err
	}
	for i := range next {
		known, stored, err := b.lookUp(next[i].ID)
		if err != nil {
			return changed, err
		}
		if !stored || known != newIDValue(known.number, &prev[i]) {
			continue
		}
		e := next[i]
		e.Received = time.Now().UTC().Truncate(time.Second) // as of a poll
		merged, op, terms := feed.Merge(&prev[i], e)
		if op == feed.Unchanged {
			continue
		}
		if terms, err = b.joinGained(&prev[i], &merged, b.store.repeatBy.Load(), terms); err != nil {
			return changed, err
		}
		if err := b.put(known.number, &prev[i], &merged, change{op, terms}); err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}

// decidesAlike reports whether the same becomes of entries with both settings.
func decidesAlike(a, b *feed.Source) bool {
	return a.Filing == b.Filing && slices.Equal(a.Categories, b.Categories)
}

// SourceEntries implements storage.Reader.
func (s *store) SourceEntries(ctx context.Context, source feed.SourceID) iter.Seq2[feed.Entry, error] {
	return func(yield func(feed.Entry, error) bool) {
		for batch, err := range s.entriesOf(ctx, source) {
			if err != nil {
				yield(feed.Entry{}, err)
				return
			}
			for i := range batch {
				if source != "" && batch[i].Source != source {
					continue
				}
				if !yield(batch[i], nil) {
					return
				}
			}
		}
	}
}

// entriesOf yields the entries whose identities begin as those of a source, or
// all, a batch at a time.
func (s *store) entriesOf(ctx context.Context, source feed.SourceID) iter.Seq2[[]feed.Entry, error] {
	prefix := []byte{}
	if source != "" {
		p := feed.IDPrefix(source)
		prefix = p[:]
	}
	return func(yield func([]feed.Entry, error) bool) {
		for from := prefix; from != nil; {
			var batch []feed.Entry
			err := ctx.Err()
			if err == nil {
				batch, from, err = readSome(s, bucketIDs, prefix, from, identified)
			}
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// identified reads the entry that an identity leads to.
func identified(tx *bbolt.Tx, _, v []byte) (feed.Entry, error) {
	known, err := decodeIDValue(v)
	if err != nil {
		return feed.Entry{}, err
	}
	return entryAt(tx, known.number)
}
