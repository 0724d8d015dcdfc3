package aggregator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/storage"
)

// Bounds of the wait for a source that is being polled when a push comes.
const (
	pushWait  = 250 * time.Millisecond
	pushTries = 480
)

// Push takes what a hub pushed for a source as a poll would take its answer
// (WebSub §7). What cannot be read makes the source due at once. An error is
// the store's alone.
func (a *Aggregator) Push(ctx context.Context, id feed.SourceID, header http.Header, body []byte) error {
	s, err := a.claimOne(ctx, id)
	if err != nil || s.Source.ID == "" {
		return err
	}
	began := time.Now()
	read, doc, err := a.readPush(ctx, &s, header, body)
	if ctx.Err() != nil || err != nil {
		a.set().Log.Warn("push could not be read, the source is polled instead", "source", string(id), "bytes", len(body), "err", err)
		return a.store.Defer(context.WithoutCancel(ctx), []storage.Deferral{{Source: id, Revision: s.Revision, NextPoll: began, Why: feed.WhyPushed}})
	}
	now := time.Now()
	next := s
	learnDocument(&next, doc, &read, now)
	next.LastSuccess, next.Failures, next.LastError, next.FailingSince = now, 0, "", time.Time{}
	a.set().Policy.Success(&next, now, true)
	feed.Place(read.entries, s.LastSuccess.IsZero(), now)
	ops, err := a.commit(ctx, storage.Poll{State: next, Entries: read.entries})
	switch {
	case errors.Is(err, storage.ErrStale):
		return nil // its settings have changed meanwhile: it is due at once
	case err != nil:
		return fmt.Errorf("commit a push of %s: %w", id, err)
	}
	o := Outcome{Source: id, URL: s.URL, Status: http.StatusOK, Bytes: int64(len(body)), Took: time.Since(began)}
	o.count(ops)
	o.tell(&s, &next, &read)
	a.counts.outcome(&o)
	o.log(ctx, a.set().Log.With("pushed", true), &s)
	a.Stir()
	return nil
}

// claimOne claims a source, once nobody else has it. It returns the zero State
// for one that is not there, or is held for too long.
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
			return feed.State{}, nil
		}
	}
	return feed.State{}, nil
}

// readPush reads pushed content. What a hub sends may be a part of the feed
// only, so that it says nothing of the document's digest.
func (a *Aggregator) readPush(ctx context.Context, s *feed.State, header http.Header, body []byte) (reading, *fetch.Document, error) {
	parser, err := parse.New(&s.Source)
	if err != nil {
		return reading{}, nil, err
	}
	doc := &fetch.Document{URL: s.URL, Status: http.StatusOK, Header: header, Delta: true}
	if doc.Body, err = fetch.Decode(header, body, fetch.Limits{}); err != nil {
		return reading{}, doc, err
	}
	r, err := a.parse(ctx, parser, &s.Source, doc)
	return r, doc, err
}
