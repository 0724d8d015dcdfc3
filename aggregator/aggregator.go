// Package aggregator polls sources and commits what they say: claim, fetch,
// parse, normalise, commit.
package aggregator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/feed"
	"tributary/storage"
)

// Settings is what an Aggregator works with. Zero fields take the defaults.
type Settings struct {
	Fetcher     fetch.Fetcher
	MinInterval time.Duration // between two polls of a source without an interval; default 1h
	MaxInterval time.Duration // the longest wait after failures; default 24h
	Workers     int           // polls at one time; default 64
	Log         *slog.Logger
}

// An Aggregator polls the sources of a store.
type Aggregator struct {
	store     storage.Writer
	set       Settings
	normalise *normalise.Normaliser
	parsing   chan struct{} // a token for each document in memory as a tree
	wake      chan struct{}
	full      brake
}

// New returns an Aggregator that writes to store.
func New(store storage.Writer, set Settings) *Aggregator {
	if set.MinInterval == 0 {
		set.MinInterval = time.Hour
	}
	if set.MaxInterval == 0 {
		set.MaxInterval = 24 * time.Hour
	}
	if set.Workers == 0 {
		set.Workers = 64
	}
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	return &Aggregator{
		store: store, set: set, normalise: normalise.New(),
		parsing: make(chan struct{}, runtime.GOMAXPROCS(0)),
		wake:    make(chan struct{}, 1),
		full:    brake{pause: fullPause},
	}
}

// Run polls what is due until ctx ends, which is no error. Polls in flight
// are given up then: they are due again at the next start. While the store has
// no room (storage.ErrFull) it rests; any other error of the store's ends it.
func (a *Aggregator) Run(ctx context.Context) error {
	g, polls := errgroup.WithContext(ctx)
	g.SetLimit(a.set.Workers + 1)
	g.Go(func() error {
		for polls.Err() == nil {
			a.full.wait(polls)
			states, err := a.claim(polls)
			if err != nil {
				return err
			}
			for _, s := range states {
				if a.full.on.Load() {
					if err := a.pollAndLog(polls, s); err != nil {
						return err
					}
					continue
				}
				g.Go(func() error { return a.pollAndLog(polls, s) })
			}
			if len(states) == 0 {
				if err := a.waitDue(polls); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// claim takes what is due: little while the store has no room.
func (a *Aggregator) claim(ctx context.Context) ([]feed.State, error) {
	n := claimSize
	if a.full.on.Load() {
		n = 1
	}
	states, err := a.store.Claim(ctx, storage.Claim{Due: time.Now(), Limit: n})
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("claim sources: %w", err)
	}
	return states, nil
}

// claimSize bounds how many claimed sources wait for a worker.
const claimSize = 16

// waitDue waits until the next source is due, or a poll has ended, or
// maxSleep has passed: somebody else may have put sources or given back a
// lease.
func (a *Aggregator) waitDue(ctx context.Context) error {
	due, err := a.store.NextDue(ctx, time.Time{})
	if err != nil {
		return fmt.Errorf("look for the next source: %w", err)
	}
	wait := maxSleep
	if !due.IsZero() {
		wait = min(maxSleep, max(time.Until(due), minSleep))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-a.wake:
	}
	return nil
}

const (
	minSleep = time.Millisecond
	maxSleep = 5 * time.Second
)

// Pass polls once what is due, or with all every source there is, and hands
// each outcome to done, which is called from one goroutine at a time.
func (a *Aggregator) Pass(ctx context.Context, which Which, done func(Outcome)) error {
	outcomes := make(chan Outcome)
	g, polls := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(outcomes)
		return a.pass(polls, which, outcomes)
	})
	for o := range outcomes {
		done(o)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// Which says what a Pass polls: the listed sources, due or not, or what is
// due when it begins.
type Which struct{ Sources []feed.SourceID }

func (a *Aggregator) pass(ctx context.Context, which Which, outcomes chan<- Outcome) error {
	g, polls := errgroup.WithContext(ctx)
	g.SetLimit(a.set.Workers)
	claim := storage.Claim{Due: time.Now(), Limit: claimSize}
	for polls.Err() == nil {
		if which.Sources != nil {
			n := min(claimSize, len(which.Sources))
			claim.Sources, which.Sources = which.Sources[:n], which.Sources[n:]
			if n == 0 {
				break
			}
		}
		states, err := a.store.Claim(polls, claim)
		if err != nil {
			return fmt.Errorf("claim sources: %w", err)
		}
		if len(states) == 0 && which.Sources == nil {
			break
		}
		for _, s := range states {
			g.Go(func() error {
				o, err := a.Poll(polls, s)
				if err == nil && o.Source != "" {
					outcomes <- o
				}
				return err
			})
		}
	}
	return g.Wait()
}

// pollAndLog polls s, tells the log, and lets Run look again for what is due.
func (a *Aggregator) pollAndLog(ctx context.Context, s feed.State) error {
	o, err := a.Poll(ctx, s)
	switch {
	case errors.Is(err, storage.ErrFull):
		if a.full.pull() {
			a.set.Log.Error("polling rests until there is room", "err", err)
		}
		return nil
	case err != nil:
		return err
	}
	if o.Source != "" && a.full.release() {
		a.set.Log.Info("there is room again, polling goes on")
	}
	select {
	case a.wake <- struct{}{}:
	default:
	}
	o.log(ctx, a.set.Log, s)
	return nil
}
