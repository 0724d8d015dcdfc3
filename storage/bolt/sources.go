package bolt

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// stateOf reads what is known of a source, storage.ErrNotFound when nothing.
func (s *store) stateOf(tx *bbolt.Tx, id feed.SourceID) (storedState, error) {
	b := s.recents.find(tx, id)
	if b == nil {
		return storedState{}, fmt.Errorf("source %q: %w", id, storage.ErrNotFound)
	}
	return decodeState(b)
}

// putState writes a state and moves its due time. old is nil for a new source.
func (s *store) putState(tx *bbolt.Tx, old, next *storedState) error {
	return s.putStateOf(tx, old, next, false)
}

// putPolled is putState for what changes with each poll.
func (s *store) putPolled(tx *bbolt.Tx, old, next *storedState) error {
	return s.putStateOf(tx, old, next, true)
}

func (s *store) putStateOf(tx *bbolt.Tx, old, next *storedState, polled bool) error {
	value, err := encodeState(next)
	if err != nil {
		return err
	}
	if err := s.recents.write(tx, next.Source.ID, value, polled); err != nil {
		return err
	}
	due := tx.Bucket(bucketDue)
	if old != nil && !old.unwanted {
		if before := dueKey(&old.State); next.unwanted || !bytes.Equal(before, dueKey(&next.State)) {
			if err := due.Delete(before); err != nil {
				return err
			}
		}
	}
	if next.unwanted {
		return nil
	}
	return due.Put(dueKey(&next.State), nil)
}

// sourceBatch bounds the sources written in one transaction.
const sourceBatch = 5_000

// PutSources implements storage.Writer. Settings come first, then entries are
// refiled: a source is marked until its entries are, so that whoever is
// interrupted in between goes on at the next start.
func (s *store) PutSources(ctx context.Context, want []feed.Source) error {
	s.putMu.Lock()
	defer s.putMu.Unlock()
	digest := digestOf(want)
	if has, err := s.hasWanted(digest); err != nil || has {
		return err
	}
	if err := s.setWanted(nil); err != nil {
		return err
	}
	if err := s.replaceSources(ctx, want); err != nil {
		return err
	}
	return s.setWanted(digest)
}

// replaceSources is PutSources for sources that are not those that are stored.
func (s *store) replaceSources(ctx context.Context, want []feed.Source) error {
	var refile []feed.SourceID
	for batch := range slices.Chunk(want, sourceBatch) {
		marked, err := s.putSources(batch)
		if err != nil {
			return err
		}
		refile = append(refile, marked...)
	}
	gone, marked, err := s.unwanted(ctx, want)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(gone, sourceBatch) {
		if err := s.changeStates(batch, func(st *storedState) { st.unwanted, st.refile = true, true }); err != nil {
			return err
		}
	}
	return s.refileAll(ctx, slices.Concat(refile, gone, marked))
}

// putSources writes the sources of a batch that are new or differ, and returns
// those whose entries are to be refiled.
func (s *store) putSources(batch []feed.Source) (marked []feed.SourceID, err error) {
	var differ []*feed.Source
	err = s.view(func(tx *bbolt.Tx) error {
		for i := range batch {
			value := s.recents.find(tx, batch[i].ID)
			if value == nil {
				differ = append(differ, &batch[i])
				continue
			}
			old, err := decodeSettings(value)
			if err != nil {
				return err
			}
			if old.unwanted || old.refile || !sameSource(&old.Source, &batch[i]) {
				differ = append(differ, &batch[i])
			}
		}
		return nil
	})
	if err != nil || len(differ) == 0 {
		return nil, err
	}
	err = s.update(func(tx *bbolt.Tx) error {
		for _, src := range differ {
			next, err := s.putSource(tx, src)
			if err != nil {
				return err
			}
			switch {
			case next.refile && next.ruled:
				if err := markRefile(tx); err != nil {
					return err
				}
			case next.refile:
				marked = append(marked, src.ID)
			}
		}
		return nil
	})
	return marked, err
}

func (s *store) stateOrEmpty(tx *bbolt.Tx, id feed.SourceID) (storedState, error) {
	b := s.recents.find(tx, id)
	if b == nil {
		return storedState{}, nil
	}
	return decodeState(b)
}

// putSource writes one source's settings.
func (s *store) putSource(tx *bbolt.Tx, src *feed.Source) (storedState, error) {
	old, err := s.stateOrEmpty(tx, src.ID)
	if err != nil {
		return storedState{}, err
	}
	if old.Source.ID == "" {
		next := storedState{State: feed.State{Source: *src, URL: src.URL}, ruled: !src.Filing.IsZero()}
		return next, s.putState(tx, nil, &next)
	}
	next := configure(old, src)
	if old.Source.Filing != src.Filing {
		kept, err := keptOut(tx, src.ID)
		if err != nil {
			return storedState{}, err
		}
		if kept { // what was not let in is to be read once more, at the next poll
			next.ETag, next.LastModified, next.Body, next.Coded = "", "", feed.Digest{}, feed.Digest{}
			next.Parts, next.Bare = feed.Parts{}, 0
		}
	}
	return next, s.putState(tx, &old, &next)
}

// configure gives a known source other settings. Another URL, kind or option
// makes another document: it is due at once, and what was learned of the old
// one is forgotten. A poll that is under way with what is wrong now is not to
// be committed: the revision goes on.
func configure(old storedState, src *feed.Source) storedState {
	next := old
	next.Source, next.unwanted = *src, false
	refiled := !slices.Equal(old.terms(), next.terms()) || old.Source.Filing != src.Filing
	another := !old.sameDocument(src)
	next.refile = old.refile || refiled
	next.ruled = old.ruled || !src.Filing.IsZero()
	if another {
		next.State = feed.State{Source: *src, Revision: old.Revision, URL: src.URL, Feed: old.Feed, LastPoll: old.LastPoll, LastSuccess: old.LastSuccess}
		if src.URL == old.Source.URL { // it still is the server that asked for time
			next.NotBefore, next.NextPoll = old.NotBefore, old.NotBefore
		}
	}
	fixed := src.Interval > 0 && src.Interval != old.Source.Interval && !another && !old.LastPoll.IsZero() && old.Failures == 0
	if fixed {
		next.NextPoll = later(old.LastPoll.Add(src.Interval), old.NotBefore)
		next.Why = feed.WhyFixed
	}
	if another || src.Interval != old.Source.Interval || refiled && !old.unwanted {
		next.Revision++
	}
	return next
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sameDocument reports whether src still stands for the document that was
// polled: a new URL does when that is where the old one led.
func (s *storedState) sameDocument(src *feed.Source) bool {
	a := &s.Source
	return (a.URL == src.URL || s.URL == src.URL) && a.Kind == src.Kind && a.Request == src.Request && maps.Equal(a.Options, src.Options)
}

func sameSource(a, b *feed.Source) bool {
	return a.URL == b.URL && a.Kind == b.Kind && a.Request == b.Request && maps.Equal(a.Options, b.Options) &&
		a.Interval == b.Interval && a.Filing == b.Filing && slices.Equal(a.Categories, b.Categories)
}

// unwanted returns the sources that are stored and no longer wanted: those
// that were until now, and those that are marked still.
func (s *store) unwanted(ctx context.Context, want []feed.Source) (gone, marked []feed.SourceID, err error) {
	wanted := make(map[feed.SourceID]bool, len(want))
	for i := range want {
		wanted[want[i].ID] = true
	}
	for st, err := range s.stored(ctx, decodeSettings) {
		switch {
		case err != nil:
			return nil, nil, err
		case wanted[st.Source.ID]:
		case !st.unwanted:
			gone = append(gone, st.Source.ID)
		case st.refile:
			marked = append(marked, st.Source.ID)
		}
	}
	return gone, marked, nil
}

// changeStates changes what is stored of some sources in one transaction.
func (s *store) changeStates(ids []feed.SourceID, change func(*storedState)) error {
	return s.update(func(tx *bbolt.Tx) error {
		for _, id := range ids {
			old, err := s.stateOf(tx, id)
			if err != nil {
				return err
			}
			next := old
			change(&next)
			if err := s.putState(tx, &old, &next); err != nil {
				return err
			}
		}
		return nil
	})
}

// refileAll files the entries of marked sources as their settings say, and
// takes the marks away.
func (s *store) refileAll(ctx context.Context, marked []feed.SourceID) error {
	for batch := range slices.Chunk(marked, sourceBatch) {
		for _, id := range batch {
			if err := s.refile(ctx, id); err != nil {
				return fmt.Errorf("refile the entries of %s: %w", id, err)
			}
		}
		if err := s.changeStates(batch, func(st *storedState) { st.refile = false }); err != nil {
			return err
		}
	}
	return nil
}

// refileBatch bounds the entries refiled in one transaction, joinBatch those
// that repeats are looked for.
const (
	refileBatch = 1_000
	joinBatch   = 200
)

// RepeatBy implements storage.Writer.
func (s *store) RepeatBy(rules *feed.Repeats) { s.repeatBy.Store(rules) }

// refile files all entries of a source as its settings say.
func (s *store) refile(ctx context.Context, id feed.SourceID) error {
	prefix := feed.IDPrefix(id)
	from := prefix[:]
	for from != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.update(func(tx *bbolt.Tx) (err error) {
			b := s.newBatch(tx)
			if from, err = b.refileSome(id, from); err != nil {
				return err
			}
			return b.end()
		})
		if err != nil {
			return err
		}
		s.news.send()
	}
	return nil
}

// refileSome refiles a batch of the source's entries whose identities are not
// before from, and returns where to go on, nil at the end.
func (b *batch) refileSome(id feed.SourceID, from []byte) (next []byte, err error) {
	st, err := b.store.stateOf(b.tx, id)
	if err != nil {
		return nil, err
	}
	prefix, terms, most := feed.IDPrefix(id), st.terms(), refileBatch
	if known, _ := b.store.repeatBy.Load().Any(terms); known {
		most = joinBatch
	}
	var ids []feed.EntryID
	cursor := b.tx.Bucket(bucketIDs).Cursor()
	k, _ := cursor.Seek(from)
	for ; k != nil && bytes.HasPrefix(k, prefix[:]) && len(ids) < most; k, _ = cursor.Next() {
		ids = append(ids, feed.EntryID(k))
	}
	if k != nil && bytes.HasPrefix(k, prefix[:]) {
		next = bytes.Clone(k)
	}
	for _, entry := range ids {
		if err := b.refileOne(id, entry, terms); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func (b *batch) refileOne(source feed.SourceID, id feed.EntryID, terms []string) error {
	known, _, err := b.lookUp(id)
	if err != nil || known.isOf(terms) {
		return err
	}
	prev, err := entryAt(b.tx, known.number)
	if err != nil || prev.Source != source {
		return err
	}
	next := prev
	next.Filed = terms
	merged, op, changed := feed.Merge(&prev, next)
	if op == feed.Unchanged {
		return nil
	}
	if changed, err = b.joinGained(&prev, &merged, b.store.repeatBy.Load(), changed); err != nil {
		return err
	}
	return b.put(known.number, &prev, &merged, change{op, changed})
}
