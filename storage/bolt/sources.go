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
func stateOf(tx *bbolt.Tx, id feed.SourceID) (storedState, error) {
	b := tx.Bucket(bucketSources).Get([]byte(id))
	if b == nil {
		return storedState{}, fmt.Errorf("source %q: %w", id, storage.ErrNotFound)
	}
	return decodeState(b)
}

// putState writes a state and moves its due time. old is nil for a new source.
func putState(tx *bbolt.Tx, old, next *storedState) error {
	value, err := encodeState(next)
	if err != nil {
		return err
	}
	if err := tx.Bucket(bucketSources).Put([]byte(next.Source.ID), value); err != nil {
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

// PutSources implements storage.Writer.
func (s *store) PutSources(ctx context.Context, want []feed.Source) error {
	wanted := make(map[feed.SourceID]bool, len(want))
	for i := range want {
		wanted[want[i].ID] = true
	}
	for batch := range slices.Chunk(want, sourceBatch) {
		if err := s.putSources(ctx, batch); err != nil {
			return err
		}
	}
	var gone []feed.SourceID
	for st, err := range s.States(ctx) {
		if err != nil {
			return err
		}
		if !wanted[st.Source.ID] {
			gone = append(gone, st.Source.ID)
		}
	}
	for _, id := range gone {
		if err := s.dropSource(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// putSources writes the sources of a batch that are new or differ. Those
// whose categories changed have their entries refiled first: should the
// process end in between, the next start finds the difference again.
func (s *store) putSources(ctx context.Context, batch []feed.Source) error {
	var differ []feed.Source
	var refile []feed.Source
	err := s.view(func(tx *bbolt.Tx) error {
		for i := range batch {
			old, err := decodeOrEmpty(tx, batch[i].ID)
			if err != nil {
				return err
			}
			known := old.Source.ID != ""
			if known && !old.unwanted && sameSource(&old.Source, &batch[i]) {
				continue
			}
			differ = append(differ, batch[i])
			if known && (old.unwanted || !slices.Equal(filing(old.Source.Categories), filing(batch[i].Categories))) {
				refile = append(refile, batch[i])
			}
		}
		return nil
	})
	if err != nil || len(differ) == 0 {
		return err
	}
	for i := range refile {
		if err := s.refile(ctx, refile[i].ID, filing(refile[i].Categories)); err != nil {
			return err
		}
	}
	return s.update(func(tx *bbolt.Tx) error {
		for i := range differ {
			if err := putSource(tx, &differ[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func decodeOrEmpty(tx *bbolt.Tx, id feed.SourceID) (storedState, error) {
	b := tx.Bucket(bucketSources).Get([]byte(id))
	if b == nil {
		return storedState{}, nil
	}
	return decodeState(b)
}

// putSource writes one source's settings. Another URL or kind is another
// document: it is due at once, and the validators of the old one are
// forgotten.
func putSource(tx *bbolt.Tx, src *feed.Source) error {
	old, err := decodeOrEmpty(tx, src.ID)
	if err != nil {
		return err
	}
	next := old
	next.Source, next.unwanted = *src, false
	if sameDocument(&old.Source, src) {
		return putState(tx, &old, &next)
	}
	next.URL = src.URL
	next.ETag, next.LastModified, next.Body, next.Coded = "", "", feed.Digest{}, feed.Digest{}
	next.NextPoll = time.Time{}
	next.Failures, next.LastError = 0, ""
	if old.Source.ID == "" {
		return putState(tx, nil, &next)
	}
	return putState(tx, &old, &next)
}

func sameDocument(a, b *feed.Source) bool {
	return a.URL == b.URL && a.Kind == b.Kind && maps.Equal(a.Options, b.Options)
}

func sameSource(a, b *feed.Source) bool {
	return sameDocument(a, b) && a.Interval == b.Interval && slices.Equal(a.Categories, b.Categories)
}

// filing returns the terms as Entry.Filed has them.
func filing(terms []string) []string {
	out := slices.Clone(terms)
	slices.Sort(out)
	return slices.Compact(out)
}

// dropSource keeps a source that is no longer wanted, its entries filed
// nowhere.
func (s *store) dropSource(ctx context.Context, id feed.SourceID) error {
	if err := s.refile(ctx, id, nil); err != nil {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error {
		old, err := stateOf(tx, id)
		if err != nil {
			return err
		}
		next := old
		next.unwanted = true
		return putState(tx, &old, &next)
	})
}

// refileBatch bounds the entries refiled in one transaction.
const refileBatch = 1_000

// refile files all entries of a source under the terms.
func (s *store) refile(ctx context.Context, id feed.SourceID, terms []string) error {
	prefix := feed.IDPrefix(id)
	from := prefix[:]
	for from != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.update(func(tx *bbolt.Tx) (err error) {
			from, err = s.refileSome(tx, id, from, terms)
			return err
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
func (s *store) refileSome(tx *bbolt.Tx, id feed.SourceID, from []byte, terms []string) ([]byte, error) {
	prefix := feed.IDPrefix(id)
	var ids [][]byte
	cursor := tx.Bucket(bucketIDs).Cursor()
	k, _ := cursor.Seek(from)
	for ; k != nil && bytes.HasPrefix(k, prefix[:]) && len(ids) < refileBatch; k, _ = cursor.Next() {
		ids = append(ids, bytes.Clone(k))
	}
	var next []byte
	if k != nil && bytes.HasPrefix(k, prefix[:]) {
		next = bytes.Clone(k)
	}
	for _, key := range ids {
		if err := s.refileOne(tx, id, feed.EntryID(key), terms); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func (s *store) refileOne(tx *bbolt.Tx, source feed.SourceID, id feed.EntryID, terms []string) error {
	known, _, err := lookUp(tx, id)
	if err != nil || known.filed == filedDigest(terms) {
		return err
	}
	prev, err := entryAt(tx, known.number)
	if err != nil || prev.Source != source {
		return err
	}
	next := prev
	next.Filed = terms
	merged, op, changed := feed.Merge(&prev, next)
	if op == feed.Unchanged {
		return nil
	}
	return s.put(tx, known.number, &prev, &merged, change{op, changed})
}
