// Package storage says what tributary asks of a store: what the aggregator
// writes, what the publisher reads, and the stream of changes between them.
//
// It names no engine. Nothing here leans on transactions or cursors that only
// one engine has: an embedded file and a replicated log can both keep these
// promises, and storagetest checks that they do.
package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"tributary/feed"
)

// A Writer is what the aggregator needs.
type Writer interface {
	// PutSources makes the known sources equal to want. State is kept by ID.
	// A source whose URL, kind or options changed is due at once and loses its
	// validators. Entries of a source whose categories changed are refiled;
	// those of a source that is no longer wanted are kept but filed nowhere.
	// Where Source.Filing is or was set, that is left to Refile. A
	// poll that began before such a change cannot be committed after it. When
	// it is interrupted, the next PutSources does the rest.
	PutSources(ctx context.Context, want []feed.Source) error

	// RepeatBy sets the rules by which entries that PutSources and Refile file
	// under further categories are looked at as new ones are: one that is there
	// already, earlier or later, stays, and what comes is a feed.Repeat of it.
	// nil, as at first, is without. They hold for this process, from the next
	// PutSources or Refile on.
	RepeatBy(rules *feed.Repeats)

	// Claim leases up to c.Limit sources and returns their states, earliest
	// due first. It does not wait. Nobody else gets them until Commit, or
	// until the lease ends.
	Claim(ctx context.Context, c Claim) ([]feed.State, error)

	// NextDue returns when the next source that nobody holds becomes due, of
	// those that are due after that moment, unless it is zero. It returns the
	// zero time when there is none.
	NextDue(ctx context.Context, after time.Time) (time.Time, error)

	// Overdue counts the sources whose NextPoll is before that moment, those
	// that are due at once aside, and returns the earliest.
	Overdue(ctx context.Context, before time.Time) (n int, earliest time.Time, err error)

	// Begin notes that polls of claimed sources begin. Of those that are neither
	// committed nor deferred when the process ends, however it ends, the next one
	// hears by Interrupted: their servers have been asked, and nobody knows what
	// they answered. The end of the machine may lose it.
	Begin(ctx context.Context, polls []Begun) error

	// Interrupted returns the polls that a process before this one has begun and
	// not ended, by source, until they are deferred or polled.
	Interrupted(ctx context.Context) ([]Begun, error)

	// Defer ends claims without a poll and gives the sources another NextPoll.
	// One whose State has meanwhile another revision is left as it is.
	Defer(ctx context.Context, later []Deferral) error

	// Commit stores one poll's outcome and ends its claim. When the error is
	// nil all of it is durable: the state, the entries merged by feed.Merge,
	// the categories' order, the change log; otherwise nothing is stored. The
	// result has one element for each of p.Entries, in order.
	//
	// p.State.Revision must be the one that was claimed, else ErrStale: the
	// same poll committed twice changes nothing the second time.
	// p.State.Source is ignored: PutSources owns it.
	//
	// An entry that Prune has dropped stays away (feed.Deleted). When most
	// entries of a document are unknown, those that feed.Recognise knows are
	// stored under the identity they have, from then on.
	//
	// A new entry that is another one once more, as repeat.Judge says of those
	// that p.Repeats' rules compare, is not filed in that category: it is a
	// feed.Repeat of the earliest there, which lists it (Entry.Also). That
	// changes neither the place nor the dates of either. When the earliest goes
	// by anything but Prune, or leaves the category, the next takes its place in
	// the category, where its own Order is. An entry whose words change to
	// another story is filed. What one entry costs does not grow with what is
	// stored.
	Commit(ctx context.Context, p Poll) ([]feed.Op, error)

	// Prune drops the entries that r does not keep at the moment now, each
	// leaving a feed.DeletedEntry, and forgets those of which r.Remember is
	// over. It works in steps so small that a Commit meanwhile waits for none
	// longer than 50 ms, and goes on at the next call when it is interrupted.
	Prune(ctx context.Context, r feed.Retention, now time.Time) (Pruned, error)

	// Refile decides anew about the stored entries of the sources whose
	// Source.Filing has changed since they were decided about. decide changes
	// an entry as it is stored; it is called outside of transactions. Refile
	// works in steps as Prune does, goes on at the next call when it is
	// interrupted, and returns how many entries changed.
	Refile(ctx context.Context, decide func(src *feed.Source, e *feed.Entry)) (int, error)

	// Holds returns the hosts that asked to be left alone and for how long,
	// as polls have told. Those that are over may be left out.
	Holds(ctx context.Context) ([]feed.Hold, error)

	// PutSubscription stores what is known of a source's subscription, and
	// DeleteSubscription forgets it; what is not there is no error.
	PutSubscription(ctx context.Context, s feed.Subscription) error
	DeleteSubscription(ctx context.Context, id feed.SourceID) error

	// PutSubscribers stores those of put and forgets those of gone, of which
	// topic and callback are looked at; all of it or nothing.
	PutSubscribers(ctx context.Context, put, gone []feed.Subscriber) error
}

// A Reader is what the publisher needs. Sequences are read in bounded memory,
// hold up no writer, and yield an error at most once, last.
type Reader interface {
	// State returns ErrNotFound for a source that was never put.
	State(ctx context.Context, id feed.SourceID) (feed.State, error)
	// States yields every wanted source, by ID.
	States(ctx context.Context) iter.Seq2[feed.State, error]
	// Subscription returns ErrNotFound for a source without one.
	Subscription(ctx context.Context, id feed.SourceID) (feed.Subscription, error)
	// Subscriptions yields every subscription, by source.
	Subscriptions(ctx context.Context) iter.Seq2[feed.Subscription, error]
	// Subscribers yields those of our own hub, in no order.
	Subscribers(ctx context.Context) iter.Seq2[feed.Subscriber, error]

	// Entry returns ErrNotFound for an entry that is not stored.
	Entry(ctx context.Context, id feed.EntryID) (feed.Entry, error)
	// Entries yields stored entries, newest Order first, equal ones by ID,
	// the greater first.
	Entries(ctx context.Context, q Query) iter.Seq2[feed.Entry, error]
	// Count returns how many entries of a category are placed after a moment,
	// which is without bound when it is zero, but at most so many, the newest;
	// and the place of the oldest that was counted. It reads no entry.
	Count(ctx context.Context, category string, after time.Time, most int) (n int, oldest time.Time, err error)
	// Archives returns which archives a category has; empty: of all that is
	// filed. An entry arrives in a category when it is newly filed there, and
	// once more when it changes after it came into an archive. ArchiveSize
	// arrivals make an archive, from then on. Each of them holds for good what it
	// holds, but for what leaves the category or the store; the newest version
	// of an entry is in the newest archive that has it, or in none yet.
	// An entry that changes very often is not logged each time.
	Archives(ctx context.Context, category string) (Archives, error)
	// Archive returns ErrNotFound for one that is gone, or not full yet.
	Archive(ctx context.Context, category string, k int) (Archive, error)
	// Unarchived returns the entries of a category whose newest arrival is in no
	// archive yet, in the order of Entries: fewer than ArchiveSize.
	Unarchived(ctx context.Context, category string) ([]feed.Entry, error)
	// Deleted returns what is left of an entry that was dropped, ErrNotFound
	// for any other.
	Deleted(ctx context.Context, id feed.EntryID) (feed.DeletedEntry, error)
	// DeletedEntries yields those of a source, by ID; of all for an empty one.
	DeletedEntries(ctx context.Context, source feed.SourceID) iter.Seq2[feed.DeletedEntry, error]
	// SourceEntries yields the entries of a source, filed or not, by ID; of all
	// for an empty one.
	SourceEntries(ctx context.Context, source feed.SourceID) iter.Seq2[feed.Entry, error]
	// LastChange returns the number of the newest change, 0 in an empty store.
	LastChange(ctx context.Context) (feed.Seq, error)
	// Watch yields every change after seq, then waits for more until ctx ends,
	// which ends the sequence without an error. The log is bounded: when
	// changes after seq are gone, the error is ErrTrimmed.
	Watch(ctx context.Context, after feed.Seq) iter.Seq2[feed.Change, error]
}

// A Store is an open engine.
type Store interface {
	Writer
	Reader
	io.Closer
}

// A Claim says which sources to lease.
type Claim struct {
	Due     time.Time       // those whose NextPoll is not after it
	After   time.Time       // and after this, unless it is zero
	Sources []feed.SourceID // or these, due or not, unless empty
	Limit   int             // at most so many; at least 1
	Lease   time.Duration   // how long they are ours; zero: DefaultLease
}

// DefaultLease is longer than any poll may take.
const DefaultLease = 10 * time.Minute

// A Poll is the outcome of polling one source: what is now known of it, and
// the entries its document held, oldest first. Entries that are stored and
// not listed stay.
type Poll struct {
	State   feed.State
	Entries []feed.Entry
	Listed  int                 // how many entries the document lists as it did before; they are not among Entries
	Deleted []feed.DeletedEntry // entries of the document that are not to be kept; a stored one goes, or is filed nowhere when a rule (feed.ByRule) is the reason
	Partial bool                // the document may leave out what the source still lists: a delta, a push, one of which only what is new was read
	Repeats *feed.Repeats       // the categories that leave repeats out, and which; nil: none does
	Hold    feed.Hold           // of its host; none when the host is empty
}

// Pruned is what a Prune did.
type Pruned struct {
	Entries   int           // that went
	Forgotten int           // of which nothing is known any more
	Longest   time.Duration // that a step took: a commit may have waited for so long
	Disk      time.Duration // of that, writing and waiting for the disk
}

// A Deferral puts a claimed source off. Without a time it stays due when it was.
type Deferral struct {
	Source   feed.SourceID
	Revision uint64
	NextPoll time.Time
	Why      feed.Why
}

// A Begun is a poll that has begun: of which source, from which revision, and
// when, which Begin notes by itself.
type Begun struct {
	Source   feed.SourceID
	Revision uint64
	At       time.Time
}

// A Query selects entries.
type Query struct {
	Category string        // term; empty: every entry that is filed somewhere
	Source   feed.SourceID // those of a source that are filed somewhere, in place of a category's; empty: of all
	After    Cursor        // zero: from the newest
	Limit    int           // zero: no limit
}

// A Cursor is a place in a feed: that of the last entry already read.
type Cursor struct {
	Order time.Time
	ID    feed.EntryID
}

// After returns the place of e, to go on behind it.
func After(e *feed.Entry) Cursor { return Cursor{Order: e.Order, ID: e.ID} }

// What engines answer; test with errors.Is.
var (
	ErrNotFound = errors.New("not found")
	ErrStale    = errors.New("the source was committed by somebody else meanwhile")
	ErrTrimmed  = errors.New("the change log no longer reaches back that far")
	ErrLocked   = errors.New("another process has it open")
	ErrNewer    = errors.New("it was written by a newer tributary")
	ErrCorrupt  = errors.New("it is damaged")
	ErrFull     = errors.New("no space left on the disk")
	ErrReadOnly = errors.New("it cannot be written")
)

// Engines maps the scheme of a storage URL to the engine that opens it.
type Engines map[string]Opener

// An Opener opens the store at the part of the URL behind "scheme:".
type Opener func(ctx context.Context, location string) (Store, error)

// Compacters maps the schemes of the engines that can give space back to what
// does it, while nobody has the store open.
type Compacters map[string]func(ctx context.Context, location string) (Compacted, error)

// Compacted is how many bytes a store had and has.
type Compacted struct{ Before, After int64 }

// Compact compacts the store of a storage URL.
func (c Compacters) Compact(ctx context.Context, url string) (Compacted, error) {
	scheme, location, _ := strings.Cut(url, ":")
	compact, ok := c[scheme]
	if !ok {
		return Compacted{}, fmt.Errorf("storage %q: the engine %q needs no compacting", url, scheme)
	}
	return compact(ctx, location)
}

// Open opens a storage URL such as "bolt:tributary.db".
func (e Engines) Open(ctx context.Context, url string) (Store, error) {
	scheme, location, ok := strings.Cut(url, ":")
	open, known := e[scheme]
	if !ok || !known || location == "" {
		return nil, fmt.Errorf("storage %q: expected ENGINE:LOCATION with one of the engines %s", url, strings.Join(e.Names(), ", "))
	}
	return open(ctx, location)
}

// Names returns the known schemes, sorted.
func (e Engines) Names() []string {
	var names []string
	for name := range e {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
