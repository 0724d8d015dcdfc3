package bolt

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
)

// The buckets, and what their keys and values are. All numbers in keys are
// big endian, so that bytes sort as numbers do.
var (
	bucketMeta       = []byte("meta")          // "version" → uint32, "wanted" → digest of the sources, "placed" → where a migration goes on
	bucketSources    = []byte("sources")       // SourceID → state
	bucketRecent     = []byte("recent")        // number, SourceID → state; the last one counts, before that in sources
	bucketDue        = []byte("due")           // NextPoll, SourceID → nothing; wanted sources only
	bucketEntries    = []byte("entries")       // number → entry
	bucketIDs        = []byte("ids")           // EntryID → idValue
	bucketCategories = []byte("categories")    // a bucket for each term: Order, EntryID → number of the entry
	bucketChanges    = []byte("changes")       // Seq → change
	bucketHolds      = []byte("holds")         // host → when it ends
	bucketSubs       = []byte("subscriptions") // SourceID → subscription
	bucketSubscriber = []byte("subscribers")   // digest of topic and callback → subscriber; made with the first
	bucketDeleted    = []byte("deleted")       // EntryID → what is left of the entry
	bucketAliases    = []byte("aliases")       // EntryID that upstream's newer id gives → the one the entry has
	bucketLinked     = []byte("linked")        // postings: Story.Link, number of the entry
	bucketStoried    = []byte("storied")       // a bucket for each week of Received, of postings: of Story.Keys, number of the entry turned round
	bucketArrivals   = []byte("arrivals")      // a bucket for each term: number of the arrival → number and version of the entry; behind the last one of an archive, its imprint
	bucketLogged     = []byte("logged")        // number of the entry → where it stands in the arrivals
	bucketKept       = []byte("kept")          // number and version → a former version that an archive shows

	buckets    = [][]byte{bucketMeta, bucketSources, bucketRecent, bucketDue, bucketEntries, bucketIDs, bucketCategories, bucketChanges, bucketHolds, bucketSubs, bucketDeleted, bucketAliases, bucketLinked, bucketStoried, bucketArrivals, bucketLogged, bucketKept}
	keyVersion = []byte("version")
	keyWanted  = []byte("wanted")
	keyRefile  = []byte("refile") // there: Refile has something to do
	keyPlaced  = []byte("placed")
)

// allTerm is the bucket of every filed entry. A category whose term begins
// so has a star more.
var allTerm = []byte("*")

// nowhereTerm is the bucket of the entries that are filed nowhere. No
// category has this key: see termKey.
var nowhereTerm = []byte("*-")

func termKey(term string) []byte {
	if term == "" {
		return allTerm
	}
	if term[0] == allTerm[0] {
		return append([]byte{allTerm[0]}, term...)
	}
	return []byte(term)
}

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// timeKey orders moments by the microsecond, from before 1970 on.
func timeKey(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixMicro()) ^ 1<<63
}

// keyTime is the moment that timeKey stands for; the first one for the zero
// time, which is due at once.
func keyTime(k uint64) time.Time { return time.UnixMicro(int64(k ^ 1<<63)).UTC() }

func dueKey(s *feed.State) []byte {
	return append(numberKey(timeKey(s.NextPoll)), s.Source.ID...)
}

func orderKey(order time.Time, id feed.EntryID) []byte {
	return append(numberKey(timeKey(order)), id[:]...)
}

// An idValue is what is known of an entry without reading it: where it lies,
// the beginnings of two digests that tell whether a new version differs, and
// roughly its place. It is short: what it takes is most of what a commit writes
// beside the entries.
type idValue struct {
	number uint64    // 48 bits of it
	digest wordsMark // of what a reader sees
	filed  [4]byte   // of the terms it belongs to, another for one that is a repeat somewhere
	second uint32    // of its Order: see secondOf
}

// A wordsMark is the beginning of Entry.Digest.
type wordsMark [6]byte

func markOf(e *feed.Entry) wordsMark { return wordsMark(e.Digest[:]) }

const idValueSize = 6 + len(wordsMark{}) + 4 + 4

// secondOf returns the second in which a place lies, from 1970 to 2106. What is
// earlier or later counts as the first or the last of them.
func secondOf(order time.Time) uint32 {
	return uint32(min(max(order.Unix(), 0), math.MaxUint32))
}

func newIDValue(number uint64, e *feed.Entry) idValue {
	v := idValue{number: number, digest: markOf(e), filed: filedDigest(e.Filed), second: secondOf(e.Order)}
	if len(e.Repeats) > 0 {
		v.filed = repeatDigest(e.Terms())
	}
	return v
}

// same reports whether e, which a poll has brought, is the version that the
// value was made from.
func (v *idValue) same(e *feed.Entry) bool {
	return v.digest == markOf(e) && v.isOf(e.Filed)
}

// isOf reports whether the entry belongs to those categories, filed there or a
// repeat.
func (v *idValue) isOf(terms []string) bool {
	return v.filed == filedDigest(terms) || len(terms) > 0 && v.filed == repeatDigest(terms)
}

func (v *idValue) encode() []byte {
	b := binary.BigEndian.AppendUint16(make([]byte, 0, idValueSize), uint16(v.number>>32))
	b = binary.BigEndian.AppendUint32(b, uint32(v.number))
	b = append(b, v.digest[:]...)
	b = append(b, v.filed[:]...)
	return binary.BigEndian.AppendUint32(b, v.second)
}

func decodeIDValue(b []byte) (v idValue, err error) {
	if len(b) != idValueSize {
		return v, damaged(fmt.Sprintf("an identity's value has %d bytes, not %d", len(b), idValueSize))
	}
	v.number = uint64(binary.BigEndian.Uint16(b))<<32 | uint64(binary.BigEndian.Uint32(b[2:]))
	copy(v.digest[:], b[6:])
	copy(v.filed[:], b[12:])
	v.second = binary.BigEndian.Uint32(b[16:])
	return v, nil
}

// lookUp returns what is known of id.
func lookUp(tx *bbolt.Tx, id feed.EntryID) (v idValue, known bool, err error) {
	b := tx.Bucket(bucketIDs).Get(id[:])
	if b == nil {
		return v, false, nil
	}
	v, err = decodeIDValue(b)
	return v, true, err
}

// entryAt reads the entry that lies under a number.
func entryAt(tx *bbolt.Tx, number uint64) (feed.Entry, error) {
	b := tx.Bucket(bucketEntries).Get(numberKey(number))
	if b == nil {
		return feed.Entry{}, damaged(fmt.Sprintf("entry number %d is missing", number))
	}
	return decodeEntry(b)
}
