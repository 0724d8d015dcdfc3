package bolt

import (
	"context"
	"fmt"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// deletedOf reads what is left of an entry.
func deletedOf(tx *bbolt.Tx, id feed.EntryID) (d feed.DeletedEntry, known bool, err error) {
	value := tx.Bucket(bucketDeleted).Get(id[:])
	if value == nil {
		return d, false, nil
	}
	d, err = decodeDeleted(value)
	return d, true, err
}

func putDeleted(tx *bbolt.Tx, d *feed.DeletedEntry) error {
	return tx.Bucket(bucketDeleted).Put(d.Ref[:], encodeDeleted(d))
}

// staysAway reports whether an entry that is not stored is to stay so, and
// notes that a document of that time lists it. One that was dropped for a
// reason that no longer holds comes back.
func (b *batch) staysAway(id feed.EntryID, at time.Time) (bool, error) {
	if !b.records {
		return false, nil
	}
	d, known, err := deletedOf(b.tx, id)
	switch {
	case err != nil || !known:
		return false, err
	case !d.Final():
		return false, b.tx.Bucket(bucketDeleted).Delete(id[:])
	case d.Relisted(at):
		d.Listed = at
		return true, putDeleted(b.tx, &d)
	}
	return true, nil
}

// keepOut writes what is left of an entry that is not to be kept. One that is
// stored stays, filed nowhere, for as long as a rule is the reason: it has its
// place again when the rule goes. Otherwise it is dropped. What says the same
// as before is written anew only when Listed is out of date.
func (b *batch) keepOut(d *feed.DeletedEntry) (gone bool, err error) {
	if alias, ok := aliasOf(b.tx, d.Ref); b.aliased && ok {
		named := *d
		named.Ref = alias
		d = &named
	}
	known, stored, err := b.lookUp(d.Ref)
	if err != nil {
		return false, err
	}
	if stored {
		e, err := entryAt(b.tx, known.number)
		if err != nil {
			return false, err
		}
		if d.By == feed.ByRule {
			return len(e.Filed) > 0, b.refileOne(e.Source, e.ID, nil)
		}
		return true, b.drop(known.number, &e, d)
	}
	old, was, err := deletedOf(b.tx, d.Ref)
	if err != nil || was && (old.Final() || old.By == d.By && old.Comment == d.Comment && !old.Relisted(d.Listed)) {
		return false, err
	}
	next := *d
	if was {
		next.Received = old.Received
	}
	b.records = true
	return false, putDeleted(b.tx, &next)
}

// drop takes a stored entry out and leaves d. What repeated it takes its place,
// unless its time was over.
func (b *batch) drop(number uint64, e *feed.Entry, d *feed.DeletedEntry) error {
	gone := feed.Entry{ID: e.ID}
	if d.Final() {
		gone.Filed = e.Filed
	}
	if err := b.part(e, &gone); err != nil {
		return err
	}
	if err := b.indexStory(number, e, &feed.Entry{}); err != nil {
		return err
	}
	if err := b.forgetLogged(number); err != nil {
		return err
	}
	if err := b.endPlaces(); err != nil {
		return err
	}
	delete(b.ids, e.ID)
	delete(b.written, number)
	if err := b.tx.Bucket(bucketIDs).Delete(e.ID[:]); err != nil {
		return err
	}
	if err := b.tx.Bucket(bucketEntries).Delete(numberKey(number)); err != nil {
		return err
	}
	key := orderKey(e.Order, e.ID)
	for _, term := range termsOf(e) {
		if index := b.tx.Bucket(bucketCategories).Bucket(term); index != nil {
			if err := index.Delete(key); err != nil {
				return err
			}
		}
	}
	b.records = true
	if err := putDeleted(b.tx, d); err != nil {
		return err
	}
	return logChange(b.tx, e.ID, change{feed.Deleted, e.Filed})
}

// Deleted implements storage.Reader.
func (s *store) Deleted(_ context.Context, id feed.EntryID) (d feed.DeletedEntry, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		if alias, ok := aliasOf(tx, id); ok {
			id = alias
		}
		var known bool
		if d, known, err = deletedOf(tx, id); err == nil && !known {
			err = fmt.Errorf("deleted entry %s: %w", id, storage.ErrNotFound)
		}
		return err
	})
	return d, err
}

// DeletedEntries implements storage.Reader.
func (s *store) DeletedEntries(ctx context.Context, source feed.SourceID) iter.Seq2[feed.DeletedEntry, error] {
	prefix := []byte(nil)
	if source != "" {
		p := feed.IDPrefix(source)
		prefix = p[:]
	}
	return func(yield func(feed.DeletedEntry, error) bool) {
		for d, err := range values(ctx, s, bucketDeleted, prefix, decodeDeleted) {
			if err == nil && source != "" && d.Source != source {
				continue
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// The tags of a deleted entry.
const (
	deletedRef = iota + 1
	deletedSource
	deletedUpstreamID
	deletedLink
	deletedTitle
	deletedWords
	deletedReceived
	deletedWhen
	deletedBy
	deletedComment
	deletedListed
)

func encodeDeleted(d *feed.DeletedEntry) []byte {
	w := newFieldWriter(256)
	w.bytes(deletedRef, d.Ref[:])
	w.text(deletedSource, string(d.Source))
	w.text(deletedUpstreamID, d.UpstreamID)
	w.text(deletedLink, d.Link)
	w.text(deletedTitle, d.Title)
	if !d.Words.IsZero() {
		w.bytes(deletedWords, d.Words[:])
	}
	w.time(deletedReceived, d.Received)
	w.time(deletedWhen, d.When)
	w.text(deletedBy, d.By)
	w.text(deletedComment, d.Comment)
	w.time(deletedListed, d.Listed)
	return w.b
}

func decodeDeleted(value []byte) (d feed.DeletedEntry, err error) {
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case deletedRef:
			d.Ref = r.digest()
		case deletedSource:
			d.Source = feed.SourceID(r.text)
		case deletedUpstreamID:
			d.UpstreamID = r.text
		case deletedLink:
			d.Link = r.text
		case deletedTitle:
			d.Title = r.text
		case deletedWords:
			d.Words = r.digest()
		case deletedReceived:
			d.Received = r.time()
		case deletedWhen:
			d.When = r.time()
		case deletedBy:
			d.By = r.text
		case deletedComment:
			d.Comment = r.text
		case deletedListed:
			d.Listed = r.time()
		}
	}
	return d, r.err
}
