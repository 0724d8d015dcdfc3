package feed

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// An EntryID is our own name for an entry: 16 bytes in the layout of a UUID of
// version 8 (RFC 9562 §5.8), derived from where the entry comes from, so that
// every engine, node and re-poll gives it the same one. Its first bytes are
// IDPrefix of its source: the identities of a source lie side by side in an
// ordered store.
type EntryID [16]byte

// IDPrefix returns what the identities of a source's entries begin with. Two
// sources may share one.
func IDPrefix(src SourceID) [4]byte {
	d := DigestOf("source", string(src))
	return [4]byte(d[:4])
}

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// String returns the 26 letters and digits that name the entry in URLs.
func (id EntryID) String() string { return idEncoding.EncodeToString(id[:]) }

// URN returns the entry's identity as a urn:uuid (RFC 9562 §4), for entries
// whose upstream id is no IRI.
func (id EntryID) URN() string { return uuid.UUID(id).URN() }

// ParseEntryID reads what String returned.
func ParseEntryID(s string) (EntryID, error) {
	var id EntryID
	raw, err := idEncoding.DecodeString(strings.ToLower(s))
	if err != nil || len(raw) != len(id) {
		return id, fmt.Errorf("%q is no entry id: 26 letters and digits are expected", s)
	}
	copy(id[:], raw)
	return id, nil
}

// A Digest is the first 16 bytes of a SHA-256.
type Digest [16]byte

// IsZero reports whether nothing was digested.
func (d Digest) IsZero() bool { return d == Digest{} }

// DigestOf returns the digest of the parts. Lengths are hashed too, so no two
// different lists of parts run together.
func DigestOf(parts ...string) Digest {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return Digest(h.Sum(nil)[:16])
}

// Identify derives an entry's identity: from the upstream id if it has one,
// else from the link, else from the words. The source's id is part of it, the
// source's URL is not, so an upstream may move.
func Identify(src SourceID, upstreamID, link string, words Digest) EntryID {
	var d Digest
	switch {
	case upstreamID != "":
		d = DigestOf(string(src), "id", upstreamID)
	case link != "":
		d = DigestOf(string(src), "link", link)
	default:
		d = DigestOf(string(src), "words", string(words[:]))
	}
	prefix := IDPrefix(src)
	copy(d[:], prefix[:])
	d[6] = d[6]&0x0f | 0x80 // version 8
	d[8] = d[8]&0x3f | 0x80 // variant of RFC 9562
	return EntryID(d)
}

// Place gives entries their Received and Order. They come oldest first. On a
// source's first poll an entry's place is its own date, never later than now;
// afterwards it is the poll's time, so that whoever reads the newest N of a
// feed misses no late entry. A microsecond apart for each entry keeps
// upstream's order among those of one poll.
func Place(entries []Entry, first bool, now time.Time) {
	now = now.UTC().Truncate(time.Millisecond)
	for i := range entries {
		e := &entries[i]
		e.Received = now.Truncate(time.Second) // what every format can write
		at := now
		if date := e.Date(); first && date.Before(now) {
			at = date.UTC().Truncate(time.Millisecond)
		}
		e.Order = at.Add(time.Duration(i) * time.Microsecond)
	}
}
