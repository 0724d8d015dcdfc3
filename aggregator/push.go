package aggregator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/aggregator/schedule"
	"tributary/feed"
	"tributary/storage"
)

// Bounds of the wait for a source that is being polled when a push comes.
const (
	pushWait  = 250 * time.Millisecond
	pushTries = 480
)

// Push takes what a hub pushed for a source as a poll would take its answer
// (WebSub §7). When the source is polled next stays as it was: pushes do not
// put off the poll that is to be sure. What cannot be read has the source
// polled as soon as upstream may be asked. An error is the store's, or says
// that the source is in use for minutes.
func (a *Aggregator) Push(ctx context.Context, id feed.SourceID, header http.Header, body []byte) error {
	s, err := a.claimOne(ctx, id)
	if err != nil || s.Source.ID == "" {
		return err
	}
	began := time.Now()
	read, err := a.readPush(ctx, &s, header, body)
	var se *storeError
	if errors.As(err, &se) {
		return se.err
	}
	if err != nil {
		a.set().Log.Warn("push could not be read, the source is polled instead", "source", string(id), "bytes", len(body), "err", err)
		return a.defers(ctx, a.instead(&s, began))
	}
	now := time.Now()
	next := pushed(s, &read, now)
	if read.again {
		schedule.Forget(&next)
	}
	feed.Place(read.entries, s.LastSuccess.IsZero(), now)
	d := a.decide(&s.Source, read.entries, now)
	ops, err := a.commit(ctx, storage.Poll{State: next, Entries: d.entries, Deleted: d.dropped, Partial: true, Repeats: a.set().Repeats})
	switch {
	case errors.Is(err, storage.ErrStale):
		return nil // its settings have changed meanwhile: it is due at once
	case err != nil:
		return errors.Join(fmt.Errorf("commit a push of %s: %w", id, err), a.defers(ctx, storage.Deferral{Source: id, Revision: s.Revision}))
	}
	o := Outcome{Source: id, URL: s.URL, Status: http.StatusOK, Bytes: int64(len(body)), Took: time.Since(began)}
	o.count(ops)
	o.tell(&s, &next, &read)
	o.decided(&d)
	a.counts.push(&o)
	o.log(ctx, a.set().Log.With("pushed", true), &s)
	if !next.NextPoll.After(now) {
		a.Stir() // it became due while we had it
	}
	return nil
}

// Unpushed plans the next poll of a source whose hub is not to be relied on
// any more, as if it had none. A source that is being polled is planned so by
// that poll.
func (a *Aggregator) Unpushed(ctx context.Context, id feed.SourceID) error {
	states, err := a.store.Claim(ctx, storage.Claim{Sources: []feed.SourceID{id}, Limit: 1})
	if err != nil || len(states) == 0 {
		return err
	}
	s := &states[0]
	d := storage.Deferral{Source: id, Revision: s.Revision}
	if s.Why == feed.WhyPushed {
		next := *s
		a.set().Policy.Success(&next, s.LastPoll, false)
		d.NextPoll, d.Why = next.NextPoll, next.Why
	}
	return a.defers(ctx, d)
}

// defers ends a claim of ours, even when we are stopping.
func (a *Aggregator) defers(ctx context.Context, d storage.Deferral) error {
	defer a.Stir()
	return a.store.Defer(context.WithoutCancel(ctx), []storage.Deferral{d})
}

// instead plans a poll in place of a push: as soon as upstream's manners and
// ours let it be, and not later than it was planned.
func (a *Aggregator) instead(s *feed.State, now time.Time) storage.Deferral {
	at := later(later(now, s.NotBefore), s.LastPoll.Add(a.set().Policy.MinInterval))
	d := storage.Deferral{Source: s.Source.ID, Revision: s.Revision}
	if s.Why != feed.WhyGone && s.NextPoll.After(at) {
		d.NextPoll, d.Why = at, feed.WhyUnread
	}
	return d
}

// claimOne claims a source, once nobody else has it.
func (a *Aggregator) claimOne(ctx context.Context, id feed.SourceID) (feed.State, error) {
	for range pushTries {
		states, err := a.store.Claim(ctx, storage.Claim{Sources: []feed.SourceID{id}, Limit: 1})
		if err != nil {
			return feed.State{}, fmt.Errorf("claim %s: %w", id, err)
		}
		if len(states) == 1 {
			return states[0], nil
		}
		timer := time.NewTimer(pushWait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return feed.State{}, ctx.Err()
		}
	}
	return feed.State{}, fmt.Errorf("%s is gone, or has been in use for %s", id, pushWait*pushTries)
}

// readPush reads pushed content.
func (a *Aggregator) readPush(ctx context.Context, s *feed.State, header http.Header, body []byte) (reading, error) {
	parser, err := parse.New(&s.Source)
	if err != nil {
		return reading{}, err
	}
	doc := &fetch.Document{URL: s.URL, Status: http.StatusOK, Header: header, Delta: true}
	if doc.Body, err = fetch.Decode(header, body, fetch.Limits{Body: a.set().MaxBody}); err != nil {
		return reading{}, err
	}
	return a.parse(ctx, parser, s, doc)
}

// pushed returns what is known of a source after a push: a hub may send a part
// of the feed only (WebSub §7), which says nothing of the feed as a whole, nor
// of how its own server is.
func pushed(s feed.State, r *reading, now time.Time) feed.State {
	for i := range r.entries {
		if at := r.entries[i].Published; !at.After(now) {
			s.Newest = later(s.Newest, at)
		}
	}
	return s
}
