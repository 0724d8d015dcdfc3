package bolt

import (
	"bytes"
	"slices"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// An alias leads from the identity that upstream's newer id gives to the one
// that the entry has.
type alias struct{ from, to feed.EntryID }

func aliasOf(tx *bbolt.Tx, id feed.EntryID) (to feed.EntryID, ok bool) {
	value := tx.Bucket(bucketAliases).Get(id[:])
	if len(value) != len(to) {
		return to, false
	}
	return feed.EntryID(value), true
}

func putAliases(tx *bbolt.Tx, aliases []alias) error {
	for _, a := range aliases {
		if err := tx.Bucket(bucketAliases).Put(a.from[:], a.to[:]); err != nil {
			return err
		}
	}
	return nil
}

// Bounds of what is looked through to recognise the entries of a document:
// the newest of the source, several times as many as it lists.
const (
	recogniseTimes = 4
	recogniseMore  = 100
)

// recognise returns the entries of a poll that are stored under another
// identity, when most of the poll's are not known. It reads before the poll is
// committed; nobody else commits the source meanwhile, or the poll is stale.
func (s *store) recognise(p *storage.Poll) (found []alias, err error) {
	if p.State.Revision == 0 || len(p.Entries) == 0 {
		return nil, nil
	}
	err = s.view(func(tx *bbolt.Tx) error {
		strangers := strangersIn(tx, p.Entries, p.Listed)
		if len(strangers) == 0 {
			return nil
		}
		stored, err := knownTo(tx, p, strangers)
		if err != nil || len(stored) == 0 {
			return err
		}
		for from, to := range feed.Recognise(stored, strangers) {
			found = append(found, alias{from, to})
		}
		return nil
	})
	slices.SortFunc(found, func(a, b alias) int { return bytes.Compare(a.from[:], b.from[:]) })
	return found, err
}

// strangersIn returns the entries that are not known, none unless they are
// most of the document, which lists others too.
func strangersIn(tx *bbolt.Tx, entries []feed.Entry, listed int) []feed.Known {
	ids, aliases, deleted := tx.Bucket(bucketIDs), tx.Bucket(bucketAliases), tx.Bucket(bucketDeleted)
	aliased, records := !isEmpty(aliases), !isEmpty(deleted)
	var unknown []int
	for i := range entries {
		id := entries[i].ID[:]
		if ids.Get(id) == nil && (!aliased || aliases.Get(id) == nil) && (!records || deleted.Get(id) == nil) {
			unknown = append(unknown, i)
		}
		if known := i + 1 - len(unknown); !feed.MostlyNew(len(entries)-known, len(entries)+listed) {
			return nil
		}
	}
	out := make([]feed.Known, len(unknown))
	for i, n := range unknown {
		out[i] = feed.KnownBy(&entries[n])
	}
	return out
}

// knownTo returns what the source has that may be one of the strangers: the
// newest of its entries, and what is left of deleted ones. What the document
// lists itself is not among them.
func knownTo(tx *bbolt.Tx, p *storage.Poll, strangers []feed.Known) ([]feed.Known, error) {
	src := p.State.Source.ID
	listed := make(map[feed.EntryID]bool, len(p.Entries))
	for i := range p.Entries {
		listed[p.Entries[i].ID] = true
		if to, ok := aliasOf(tx, p.Entries[i].ID); ok {
			listed[to] = true
		}
	}
	most := recogniseTimes*len(p.Entries) + recogniseMore
	like := newLikeness(strangers)
	var out []feed.Known
	for _, number := range newestOf(tx, src, listed, most) {
		known, ok, err := like.entry(tx, number)
		if err != nil {
			return nil, err
		}
		if ok && known.Source == src {
			out = append(out, feed.KnownBy(&known))
		}
	}
	return append(out, deletedLike(tx, src, listed, like, most)...), nil
}

// newestOf returns the numbers of a source's newest entries that are not
// listed. Sources that share a prefix come together.
func newestOf(tx *bbolt.Tx, src feed.SourceID, listed map[feed.EntryID]bool, most int) []uint64 {
	prefix := feed.IDPrefix(src)
	var numbers []uint64
	c := tx.Bucket(bucketIDs).Cursor()
	for k, v := c.Seek(prefix[:]); k != nil && bytes.HasPrefix(k, prefix[:]); k, v = c.Next() {
		if known, err := decodeIDValue(v); err == nil && !listed[feed.EntryID(k)] {
			numbers = append(numbers, known.number)
		}
	}
	slices.Sort(numbers)
	return numbers[max(0, len(numbers)-most):]
}

// deletedLike returns what is left of a source's deleted entries that may be
// one of the strangers.
func deletedLike(tx *bbolt.Tx, src feed.SourceID, listed map[feed.EntryID]bool, like likeness, most int) (out []feed.Known) {
	prefix := feed.IDPrefix(src)
	c := tx.Bucket(bucketDeleted).Cursor()
	for k, v := c.Seek(prefix[:]); k != nil && bytes.HasPrefix(k, prefix[:]) && len(out) < most; k, v = c.Next() {
		d, err := decodeDeleted(v)
		if err != nil || d.Source != src || listed[d.Ref] || !like.maybe(d.Link, d.Title) {
			continue // a record that cannot be read is told of elsewhere
		}
		out = append(out, feed.Known{ID: d.Ref, Link: d.Link, Title: d.Title, Words: d.Words})
	}
	return out
}

// A likeness tells cheaply what cannot be one of the strangers: neither its
// page nor its title is one of theirs.
type likeness struct{ links, titles map[string]bool }

func newLikeness(strangers []feed.Known) likeness {
	l := likeness{make(map[string]bool, len(strangers)), make(map[string]bool, len(strangers))}
	for i := range strangers {
		l.links[feed.LinkKey(strangers[i].Link)] = true
		l.titles[strangers[i].Title] = true
	}
	return l
}

func (l likeness) maybe(link, title string) bool {
	return link != "" && l.links[feed.LinkKey(link)] || l.titles[title]
}

// entry reads the entry under a number if it may be one of the strangers.
func (l likeness) entry(tx *bbolt.Tx, number uint64) (e feed.Entry, ok bool, err error) {
	value := tx.Bucket(bucketEntries).Get(numberKey(number))
	if value == nil {
		return e, false, damaged("an identity leads nowhere")
	}
	text := string(value)
	for r := readFields(text); r.next() && !ok; {
		switch r.tag {
		case entryTitle:
			ok = l.titles[r.construct().Body]
		case entryLink:
			ok = l.links[feed.LinkKey(r.link().Href)]
		}
	}
	if !ok && !l.titles[""] {
		return e, false, nil
	}
	err = new(entryDecoder).decode(text, &e)
	return e, err == nil, err
}

// adopt gives recognised entries the identity that they have.
func adopt(entries []feed.Entry, found []alias) []feed.Entry {
	if len(found) == 0 {
		return entries
	}
	to := make(map[feed.EntryID]feed.EntryID, len(found))
	for _, a := range found {
		to[a.from] = a.to
	}
	out := slices.Clone(entries)
	for i := range out {
		if id, ok := to[out[i].ID]; ok {
			out[i].ID = id
		}
	}
	return out
}
