package aggregator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/storage"
)

// Poll polls the source once and commits the outcome. What is wrong with the
// upstream is part of the outcome; an error is the store's alone. When ctx
// ends first nothing is committed and the outcome is empty.
func (a *Aggregator) Poll(ctx context.Context, s feed.State) (Outcome, error) {
	began := time.Now()
	doc, read, err := a.read(ctx, &s)
	if ctx.Err() != nil {
		return Outcome{}, nil
	}
	now := time.Now()
	o := newOutcome(&s, doc, err)
	next := a.learn(s, doc, err, now)
	feed.Place(read.entries, s.LastSuccess.IsZero(), now)
	if read.feed != nil {
		next.Feed, next.Problems = *read.feed, read.codes
	}
	ops, err := a.store.Commit(ctx, storage.Poll{State: next, Entries: read.entries})
	switch {
	case errors.Is(err, storage.ErrStale) || ctx.Err() != nil:
		return Outcome{}, nil // another process polled it meanwhile, or we are stopping
	case err != nil:
		return o, fmt.Errorf("commit %s: %w", s.Source.ID, err)
	}
	o.count(ops)
	o.Notes, o.Problems, o.codes, o.Next, o.Took = read.notes, read.problems, read.codes, next.NextPoll, time.Since(began)
	return o, nil
}

// A reading is what a document said, normalised. It is empty when nothing
// was new.
type reading struct {
	feed     *feed.Feed
	entries  []feed.Entry
	notes    []string
	codes    string // of the errors in the document, as State.Problems
	problems []string
}

// read is the flow from the network to entries.
func (a *Aggregator) read(ctx context.Context, s *feed.State) (*fetch.Document, reading, error) {
	parser, err := parse.New(&s.Source)
	if err != nil {
		return nil, reading{}, err
	}
	doc, err := a.set.Fetcher.Fetch(ctx, s)
	if err != nil || doc.NotModified {
		return doc, reading{}, err
	}
	r, err := a.parse(ctx, parser, &s.Source, doc)
	return doc, r, err
}

// parse reads the document, a few at a time: this is where a poll needs
// memory and the processor.
func (a *Aggregator) parse(ctx context.Context, p parse.Parser, src *feed.Source, doc *fetch.Document) (reading, error) {
	select {
	case a.parsing <- struct{}{}:
		defer func() { <-a.parsing }()
	case <-ctx.Done():
		return reading{}, ctx.Err()
	}
	parsed, err := p.Parse(doc)
	if err != nil {
		return reading{}, err
	}
	f, entries := a.normalise.Feed(src, parsed)
	codes, problems := judge(doc)
	return reading{feed: &f, entries: entries, notes: parsed.Notes, codes: codes, problems: problems}, nil
}

// learn returns what is known of the source after a poll. A failed one keeps
// the validators of the last good body, so that the next request can be
// answered 304.
func (a *Aggregator) learn(s feed.State, doc *fetch.Document, err error, now time.Time) feed.State {
	s.LastPoll = now
	if err != nil {
		s.Failures++
		s.LastError = err.Error()
		s.NextPoll = now.Add(a.retry(&s, err))
		return s
	}
	s.Failures, s.LastError, s.LastSuccess = 0, "", now
	s.ETag, s.LastModified = doc.ETag, doc.LastModified
	if !doc.Digest.IsZero() {
		s.Body, s.Coded = doc.Digest, doc.Coded
	}
	s.NextPoll = now.Add(a.interval(&s.Source))
	return s
}
