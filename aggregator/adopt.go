package aggregator

import (
	"context"
	"errors"
	"maps"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/schedule"
	"tributary/feed"
	"tributary/rules"
	"tributary/storage"
)

// An answer is what a poll brought, and when.
type answer struct {
	doc  *fetch.Document
	read reading
	err  error // why there is nothing to read
	now  time.Time
	decision
}

// partial reports whether entries that the source lists may have been left out.
func (a *answer) partial() bool {
	return a.doc != nil && a.doc.Delta || len(a.read.listed) > 0
}

// settle commits what a poll of s brought, and returns what is known of the
// source now. Settings that were changed while it was asked are taken on,
// unless they stand for another document: nothing is asked for twice only
// because its category has changed.
func (a *Aggregator) settle(ctx context.Context, s *feed.State, got *answer) (feed.State, feed.Hold, []feed.Op, error) {
	set := a.set()
	feed.Place(got.read.entries, s.LastSuccess.IsZero(), got.now)
	for {
		next, hold := a.learn(ctx, set, *s, got.doc, &got.read, got.err, got.now)
		got.decision = a.decide(&s.Source, got.read.entries, got.now)
		ops, err := a.commit(ctx, storage.Poll{
			State: next, Entries: got.entries, Deleted: got.dropped, Listed: len(got.read.listed), Partial: got.partial(), Hold: hold,
			Repeats: set.Repeats,
		})
		if !errors.Is(err, storage.ErrStale) {
			return next, hold, ops, err
		}
		adopted, ok := a.adopt(context.WithoutCancel(ctx), s, got.read.version)
		if !ok {
			return next, hold, nil, err
		}
		*s = adopted // each turn needs another change of the configuration
		refile(got.read.entries, s.Source.Categories)
	}
}

// adopt claims s anew, with other settings for the same document, which was
// asked for by that version of the reader.
func (a *Aggregator) adopt(ctx context.Context, s *feed.State, version int) (feed.State, bool) {
	states, err := a.store.Claim(ctx, storage.Claim{Sources: []feed.SourceID{s.Source.ID}, Limit: 1})
	if err != nil || len(states) == 0 {
		return feed.State{}, false // somebody else has it already, or it is gone
	}
	next := states[0]
	if !sameDocument(s, &next) {
		_ = a.store.Defer(ctx, []storage.Deferral{{Source: s.Source.ID, Revision: next.Revision}}) // else the lease ends it
		return feed.State{}, false
	}
	if next.Reader != version {
		schedule.Forget(&next)
	}
	return next, true
}

// sameDocument reports whether what was read for a stands for b too, and
// nobody else has polled it meanwhile.
func sameDocument(a, b *feed.State) bool {
	x, y := &a.Source, &b.Source
	return a.URL == b.URL && x.URL == y.URL && x.Kind == y.Kind && x.Request == y.Request && maps.Equal(x.Options, y.Options) &&
		a.LastPoll.Equal(b.LastPoll)
}

// refile files entries under other terms, as if no rule had decided about them.
func refile(entries []feed.Entry, terms []string) {
	for i := range entries {
		(*rules.Set)(nil).Again(&entries[i], terms)
	}
}
