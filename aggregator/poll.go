package aggregator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/aggregator/schedule"
	"tributary/feed"
	"tributary/storage"
)

// Poll polls the source once and commits the outcome. What is wrong with the
// upstream is part of the outcome; an error is the store's alone. When ctx
// ends first nothing is committed and the outcome is empty.
func (a *Aggregator) Poll(ctx context.Context, s feed.State) (Outcome, error) {
	return a.poll(ctx, s, false)
}

// poll polls the source. With judge set, that nothing answers may turn out to
// be our own network's trouble: then nothing is committed either.
func (a *Aggregator) poll(ctx context.Context, s feed.State, judge bool) (Outcome, error) {
	began := time.Now()
	set := a.set()
	if s.Reader != set.normalise.Version() {
		schedule.Forget(&s) // the document is to be read once more
	}
	doc, read, err := a.read(ctx, &s)
	defer func() { doc.Close() }() // of a document that cannot be read, too
	if ctx.Err() != nil {
		return Outcome{}, nil
	}
	var se *storeError
	if errors.As(err, &se) {
		return Outcome{Source: s.Source.ID, URL: s.URL}, se.err
	}
	o := newOutcome(&s, doc, err)
	o.gathered = read.gathered
	if a.spared(ctx, &s, err, judge, &o) {
		return o, nil
	}
	readErr := err
	read.version = set.normalise.Version()
	got := &answer{doc: doc, read: read, err: err, now: time.Now()}
	next, hold, ops, err := a.settle(ctx, &s, got)
	if readErr != nil || hold.Host == fetch.HostKey(s.URL) {
		o.hold = hold.Until
	}
	switch {
	case errors.Is(err, storage.ErrStale) || ctx.Err() != nil && err != nil:
		return Outcome{}, nil // another process polled it meanwhile, or we are stopping
	case err != nil:
		return o, fmt.Errorf("commit %s: %w", s.Source.ID, err)
	}
	o.count(ops)
	o.Unchanged += len(read.listed)
	o.tell(&s, &next, &read)
	o.decided(&got.decision)
	o.Took = time.Since(began)
	a.counts.outcome(&o)
	if set.Noticed != nil && o.Error == "" && (next.Hub != "" || s.Hub != "") {
		set.Noticed(ctx, &next)
	}
	if set.Missed != nil && o.New > 0 && s.Why == feed.WhyPushed && next.Why == feed.WhyPushed {
		set.Missed(ctx, s.Source.ID)
	}
	return o, nil
}

// commit stores a finished poll, even when we are stopping: what has been
// fetched is not asked for again.
func (a *Aggregator) commit(ctx context.Context, p storage.Poll) ([]feed.Op, error) {
	return a.store.Commit(context.WithoutCancel(ctx), p)
}

// spared reports whether a poll that brought no answer says nothing about its
// source: a host on its way is busy, or our own network is down.
func (a *Aggregator) spared(ctx context.Context, s *feed.State, err error, judge bool, o *Outcome) bool {
	host := fetch.HostKey(s.URL)
	var fe *fetch.Error
	switch {
	case host == "":
	case err == nil || !errors.As(err, &fe) || !fe.Network && !fe.Busy:
		a.network.answered(host)
	case fe.Busy && judge:
		o.busy = true
	case judge:
		o.offline, o.again = a.network.failed(ctx, host, s.Source.ID)
	}
	return o.busy || o.offline
}

// A reading is what a document said, normalised. It is empty when nothing
// was new.
type reading struct {
	version  int // of the reader when the document was asked for
	feed     *feed.Feed
	entries  []feed.Entry
	listed   []feed.Part // what the document lists and was not read again
	parts    feed.Parts  // of the whole document; no items: they cannot be told apart
	rhythm   feed.Rhythm
	notes    []string
	hold     feed.Hold     // a host that asked to be left alone on the way
	gathered time.Duration // what asking for further documents took
	again    bool          // the same document is to be read once more
	codes    string        // of the errors in the document, as State.Problems
	problems []string
}

// read is the flow from the network to entries.
func (a *Aggregator) read(ctx context.Context, s *feed.State) (*fetch.Document, reading, error) {
	parser, err := parse.New(&s.Source)
	if err != nil {
		return nil, reading{}, err
	}
	doc, err := a.set().Fetcher.Fetch(ctx, s)
	if err != nil || doc.NotModified {
		return doc, reading{}, err
	}
	r, err := a.parse(ctx, parser, s, doc)
	return doc, r, err
}

// parse reads the document, a few at a time: this is where a poll needs
// memory and the processor. It closes the document when others follow.
func (a *Aggregator) parse(ctx context.Context, p parse.Parser, s *feed.State, doc *fetch.Document) (reading, error) {
	select {
	case a.parsing <- struct{}{}:
		defer func() { <-a.parsing }()
	case <-ctx.Done():
		return reading{}, ctx.Err()
	}
	parsed, err := parseNew(p, s, doc)
	if err == nil && parsed.Split.Partial() {
		if r, ok := a.part(s, doc, parsed); ok {
			return r, nil
		}
		parsed, err = p.Parse(doc)
	}
	if err != nil {
		return reading{}, err
	}
	g, ok := p.(parse.Gatherer)
	if !ok || !leadsOn(parsed) {
		return a.whole(&s.Source, doc, parsed), nil
	}
	var r reading
	if !parse.Kinds[s.Source.Kind].Opaque {
		r.codes, r.problems = judge(doc)
	}
	doc.Close()
	began := time.Now()
	got, err := a.gather(ctx, g, s, doc.URL, parsed)
	if err != nil {
		return reading{}, &storeError{err}
	}
	r.gathered, r.hold, r.again = time.Since(began), got.hold, got.again
	f, entries := a.set().normalise.Feed(&s.Source, parsed)
	r.feed, r.entries, r.rhythm, r.notes = &f, entries, normalise.Rhythm(&parsed.Schedule), parsed.Notes
	return r, nil
}

// A storeError is the store's, in the middle of a poll.
type storeError struct{ err error }

func (e *storeError) Error() string { return e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// learn returns what is known of the source after a poll, and whether its host
// asked to be left alone. A failed one keeps the validators of the last good
// body, so that the next request can be answered 304.
func (a *Aggregator) learn(ctx context.Context, set *Settings, s feed.State, doc *fetch.Document, r *reading, err error, now time.Time) (feed.State, feed.Hold) {
	s.LastPoll = now
	if err != nil {
		return a.learnFailure(set, s, doc, err, now)
	}
	s.Reader, s.Status = r.version, doc.Status
	s.Failures, s.LastError, s.FailingSince = 0, "", time.Time{}
	s.Fresh = doc.Fresh
	learnValidators(&s, doc)
	if !doc.Digest.IsZero() {
		s.Body, s.Coded = doc.Digest, doc.Coded
	}
	if r.feed != nil {
		learnDocument(&s, doc, r, now)
	}
	offer(&s, doc, r.feed)
	s.LastSuccess = now
	set.Policy.Redirected(&s, doc.Moved, now)
	pushed := s.Hub != "" && set.Pushed != nil && set.Pushed(context.WithoutCancel(ctx), &s)
	set.Policy.Success(&s, now, pushed)
	if r.again {
		schedule.Forget(&s)
	}
	return s, r.hold
}

// bareMost is how many answers in a row may come without validators before the
// last ones are given up.
const bareMost = 100

// learnValidators takes the validators of an answer. One that has none leaves
// those of the last that had: servers behind which others answer now and then
// forget them, and what was read since can only be newer.
func learnValidators(s *feed.State, doc *fetch.Document) {
	bare := doc.ETag == "" && doc.LastModified == ""
	if bare && s.Validators() && doc.Redirected == s.ValidatorsOf && s.Bare < bareMost {
		s.Bare++
		return
	}
	s.ETag, s.LastModified, s.ValidatorsOf, s.Bare = doc.ETag, doc.LastModified, doc.Redirected, 0
}

// learnDocument takes what a document says of the feed as a whole. A delta
// says nothing of its pace.
func learnDocument(s *feed.State, doc *fetch.Document, r *reading, now time.Time) {
	s.Feed, s.Problems = *r.feed, r.codes
	s.Rhythm = r.rhythm
	learnParts(s, doc, r, now)
	if doc.Delta && s.Gap > 0 {
		if len(r.entries) > 0 {
			s.Newest = now.UTC().Truncate(time.Second)
		}
		return
	}
	if len(r.listed) > 0 {
		schedule.LearnNew(s, r.entries, dated(r.parts.Items), now)
		return
	}
	schedule.Learn(s, r.entries, now)
}

func (a *Aggregator) learnFailure(set *Settings, s feed.State, doc *fetch.Document, err error, now time.Time) (feed.State, feed.Hold) {
	var fe *fetch.Error
	retryAfter := time.Duration(0)
	s.Status = 0
	switch {
	case errors.As(err, &fe):
		s.Status, retryAfter = fe.Status, fe.RetryAfter
	case doc != nil:
		s.Status = doc.Status
	}
	if s.Status == http.StatusIMUsed {
		schedule.Forget(&s) // the whole document may be readable
	}
	if s.Failures++; s.Failures == 1 {
		s.FailingSince = now
	}
	s.LastError = err.Error()
	set.Policy.Failure(&s, now, retryAfter)
	if s.Status == http.StatusTooManyRequests && retryAfter > 0 {
		return s, feed.Hold{Host: cmp.Or(fe.Host, fetch.HostKey(s.URL)), Until: now.Add(retryAfter)}
	}
	return s, feed.Hold{}
}

// offer notes the hub that an answer names, and the topic (WebSub §4): in its
// header, or in the document. A 304 that names none says nothing.
func offer(s *feed.State, doc *fetch.Document, f *feed.Feed) {
	hub, topic := first(doc.Links(feed.RelHub)), first(doc.Links(feed.RelSelf))
	if f == nil && hub == "" {
		return
	}
	if f != nil {
		hub, topic = cmp.Or(hub, relation(f, feed.RelHub)), cmp.Or(topic, relation(f, feed.RelSelf))
	}
	switch {
	case hub == "" || fetch.HostKey(hub) == "":
		hub, topic = "", ""
	case fetch.HostKey(topic) == "":
		topic = s.URL
		if f == nil && hub == s.Hub {
			topic = s.Topic // it may stand in the document, which did not come
		}
	}
	s.Hub, s.Topic = hub, topic
}

func first(urls []string) string {
	if len(urls) == 0 {
		return ""
	}
	return urls[0]
}

func relation(f *feed.Feed, rel string) string {
	for i := range f.Links {
		if f.Links[i].Rel == rel {
			return f.Links[i].Href
		}
	}
	return ""
}
