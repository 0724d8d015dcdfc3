package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// An imprint is what an archive shows beside its entries, as it was when it
// became full: their sources, and, for that of all, where they were filed. It
// lies behind the archive's last arrival.

// imprintKey follows the last arrival of an archive.
func imprintKey(k uint64) []byte {
	return append(numberKey(k*storage.ArchiveSize+storage.ArchiveSize-1), 0)
}

// The tags of an imprint.
const (
	imprintSource = iota + 1
	imprintFiled
)

// imprint writes the imprint of an archive that has become full.
func (b *batch) imprint(log *bbolt.Bucket, term []byte, k uint64) error {
	w := newFieldWriter(512)
	sources := map[feed.SourceID]bool{}
	c := log.Cursor()
	for key, value := c.Seek(numberKey(k * storage.ArchiveSize)); len(key) == 8; key, value = c.Next() {
		number, _, err := decodeArrival(value)
		if err != nil {
			return err
		}
		e, err := b.filingAt(number)
		if err != nil {
			continue // damage of another entry's is not this poll's; who reads the archive is told
		}
		sources[e.Source] = true
		for i := range e.Also {
			sources[e.Also[i].Source] = true
		}
		if bytes.Equal(term, allTerm) {
			w.parts(imprintFiled, append([]string{string(key)}, e.Filed...)...)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		w.bytes(imprintSource, b.nameOf(id))
	}
	return log.Put(imprintKey(k), w.b)
}

// A filing is what an imprint notes of an entry.
type filing struct {
	Source feed.SourceID
	Filed  []string
	Also   []feed.Also
}

// filingAt reads it, unless the batch has just written the entry.
func (b *batch) filingAt(number uint64) (filing, error) {
	if f, ok := b.written[number]; ok {
		return f, nil
	}
	e, _, err := b.headAt(number)
	return filing{e.Source, e.Filed, e.Also}, err
}

// nameOf returns what archives say of a source, encoded; of one that cannot be
// read its name. It is read once for all that a poll fills.
func (b *batch) nameOf(id feed.SourceID) []byte {
	if text, ok := b.names[id]; ok {
		return text
	}
	st, err := b.store.stateOf(b.tx, id)
	if err != nil {
		st = storedState{}
	}
	title := ""
	if st.Feed.Title.Type == feed.TextPlain {
		title = st.Feed.Title.Body
	}
	var w fieldWriter
	w.parts(imprintSource, string(id), st.Source.URL, st.URL, st.Feed.ID, title, st.Feed.Alternate())
	r := fieldReader{rest: string(w.b)}
	r.next()
	if b.names == nil {
		b.names = map[feed.SourceID][]byte{}
	}
	b.names[id] = []byte(r.text)
	return b.names[id]
}

// decodeImprint returns the sources, and the terms of each arrival's entry.
func decodeImprint(value []byte) (sources map[feed.SourceID]feed.State, filed map[uint64][]string, err error) {
	sources, filed = map[feed.SourceID]feed.State{}, map[uint64][]string{}
	r := readFields(string(value))
	for r.next() {
		switch r.tag {
		case imprintSource:
			p := r.list()
			if len(p) != 6 {
				return nil, nil, damaged("an archive's source is cut short")
			}
			st := feed.State{Source: feed.Source{ID: feed.SourceID(p[0]), URL: p[1]}, URL: p[2], Feed: feed.Feed{ID: p[3], Title: feed.Text{Body: p[4]}}}
			if p[5] != "" {
				st.Feed.Links = []feed.Link{{Href: p[5], Rel: feed.RelAlternate}}
			}
			sources[st.Source.ID] = st
		case imprintFiled:
			p := r.list()
			if len(p) == 0 || len(p[0]) != 8 {
				return nil, nil, damaged("an archive's filing is cut short")
			}
			filed[binary.BigEndian.Uint64([]byte(p[0]))] = p[1:]
		}
	}
	return sources, filed, r.err
}

// logOf returns the log of a category, nil for one that has none.
func logOf(tx *bbolt.Tx, term string) *bbolt.Bucket {
	return tx.Bucket(bucketArrivals).Bucket(termKey(term))
}

// archivesOf returns which archives a log makes.
func archivesOf(log *bbolt.Bucket) storage.Archives {
	if log == nil {
		return storage.Archives{}
	}
	out := storage.Archives{Next: int(archiveOf(log.Sequence()))}
	out.First = out.Next
	if k, _ := log.Cursor().First(); len(k) >= 8 {
		out.First = min(out.Next, int(archiveOf(binary.BigEndian.Uint64(k))))
	}
	return out
}

// Archives implements storage.Reader.
func (s *store) Archives(_ context.Context, category string) (out storage.Archives, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		out = archivesOf(logOf(tx, category))
		return nil
	})
	return out, err
}

// Archive implements storage.Reader.
func (s *store) Archive(_ context.Context, category string, k int) (out storage.Archive, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		log := logOf(tx, category)
		if has := archivesOf(log); k < has.First || k >= has.Next {
			return fmt.Errorf("archive %d of %q: %w", k, category, storage.ErrNotFound)
		}
		out, err = archiveAt(tx, log, uint64(k))
		return err
	})
	return out, err
}

func archiveAt(tx *bbolt.Tx, log *bbolt.Bucket, k uint64) (out storage.Archive, err error) {
	sources, filed, err := imprintAt(log, k)
	if err != nil {
		return out, err
	}
	out.Sources = sources
	c := log.Cursor()
	for key, value := c.Seek(numberKey(k * storage.ArchiveSize)); len(key) == 8; key, value = c.Next() {
		seq := binary.BigEndian.Uint64(key)
		if archiveOf(seq) != k {
			break
		}
		e, err := versionAt(tx, value)
		if err != nil {
			return out, err
		}
		if terms, ok := filed[seq]; ok {
			e.Filed = terms
		}
		out.Entries = append(out.Entries, e)
	}
	slices.SortFunc(out.Entries, feed.NewestFirst)
	return out, nil
}

func imprintAt(log *bbolt.Bucket, k uint64) (map[feed.SourceID]feed.State, map[uint64][]string, error) {
	value := log.Get(imprintKey(k))
	if value == nil {
		return nil, nil, nil // nothing is left in the archive
	}
	return decodeImprint(value)
}

// versionAt reads the version of an entry that an archive shows, in the words
// that are published.
func versionAt(tx *bbolt.Tx, value []byte) (feed.Entry, error) {
	number, version, err := decodeArrival(value)
	if err != nil {
		return feed.Entry{}, err
	}
	e, lead, kept, err := keptAt(tx, number, version)
	if err == nil && !kept {
		e, err = entryAt(tx, number)
	}
	if err != nil || e.Lead == (feed.EntryID{}) {
		return e, err
	}
	if lead == nil && !kept {
		if lead, err = storedLead(tx, e.Lead); err != nil {
			return e, err
		}
	}
	if lead != nil {
		return e.InWordsOf(lead), nil
	}
	e.Lead = feed.EntryID{}
	return e, nil
}

func storedLead(tx *bbolt.Tx, id feed.EntryID) (*feed.Entry, error) {
	known, stored, err := lookUp(tx, id)
	if err != nil || !stored {
		return nil, err
	}
	e, err := entryAt(tx, known.number)
	return &e, err
}

// Unarchived implements storage.Reader.
func (s *store) Unarchived(_ context.Context, category string) (out []feed.Entry, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		log := logOf(tx, category)
		if log == nil {
			return nil
		}
		c := log.Cursor()
		open := archiveOf(log.Sequence()) * storage.ArchiveSize
		for key, value := c.Seek(numberKey(open)); len(key) == 8; key, value = c.Next() {
			number, _, err := decodeArrival(value)
			if err != nil {
				return err
			}
			e, err := entryAt(tx, number)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		return nil
	})
	slices.SortFunc(out, feed.NewestFirst)
	return out, err
}

// addArrivals makes the logs that version 5 did not have: what is stored has
// arrived in the order of its numbers. It goes on where it was interrupted.
func (s *store) addArrivals(ctx context.Context) error {
	err := s.update(func(tx *bbolt.Tx) error {
		for _, b := range [][]byte{bucketArrivals, bucketLogged, bucketKept} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.inBatches(ctx, bucketEntries, s.logStored); err != nil {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error { return putVersion(tx, 6) })
}

// logStored logs an entry that is stored and not logged yet.
func (s *store) logStored(tx *bbolt.Tx, k, v []byte) error {
	if tx.Bucket(bucketLogged).Get(k) != nil {
		return nil
	}
	e, err := decodeHead(v)
	if err != nil {
		return err
	}
	b := &batch{tx: tx, store: s}
	return b.arrive(binary.BigEndian.Uint64(k), &e, &logged{}, false)
}
