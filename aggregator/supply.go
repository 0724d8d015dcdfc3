package aggregator

import (
	"context"
	"fmt"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// A supply gives a dispatcher the sources to poll.
type supply interface {
	// more returns up to n sources whose turn it is.
	more(ctx context.Context, now time.Time, n int) ([]feed.State, error)
	// next returns when to ask for more again; the zero time when that will
	// only change by what becomes of polls, or never.
	next(ctx context.Context, now time.Time) (time.Time, error)
	// over reports whether there will be no more.
	over() bool
}

// A dueSupply gives sources as they become due. What became due while nobody
// polled is spread over a window, so that a restart is no stampede.
type dueSupply struct {
	store storage.Writer
	mark  time.Time     // what is due before it is the backlog; zero: there is none
	every time.Duration // between two sources of the backlog
	turn  time.Time     // of the next of them
}

// begin looks for a backlog at now, and spreads it over the window, or over as
// much time as it took to gather if that is less.
func (s *dueSupply) begin(ctx context.Context, now time.Time, window time.Duration) error {
	n, earliest, err := s.store.Overdue(ctx, now)
	if err != nil {
		return fmt.Errorf("count what is overdue: %w", err)
	}
	s.mark = time.Time{}
	if n > 1 {
		s.mark, s.turn = now, now
		s.every = min(window, now.Sub(earliest)) / time.Duration(n)
	}
	return nil
}

func (s *dueSupply) more(ctx context.Context, now time.Time, n int) ([]feed.State, error) {
	if s.mark.IsZero() {
		return s.claim(ctx, storage.Claim{Due: now, Limit: n})
	}
	states, err := s.claim(ctx, storage.Claim{Limit: n}) // those that were never polled
	if err != nil || len(states) == n {
		return states, err
	}
	due, err := s.claim(ctx, storage.Claim{After: s.mark, Due: now, Limit: n - len(states)})
	states = append(states, due...)
	if err != nil || len(states) == n {
		return states, err
	}
	old, err := s.backlog(ctx, now, n-len(states))
	return append(states, old...), err
}

// backlog returns as much of it as its pace allows.
func (s *dueSupply) backlog(ctx context.Context, now time.Time, n int) ([]feed.State, error) {
	if now.Before(s.turn) {
		return nil, nil
	}
	if s.every > 0 {
		n = min(n, int(now.Sub(s.turn)/s.every)+1)
	}
	states, err := s.claim(ctx, storage.Claim{Due: s.mark, Limit: n})
	s.turn = s.turn.Add(time.Duration(len(states)) * s.every)
	if err == nil && len(states) == 0 {
		s.mark = time.Time{}
	}
	return states, err
}

func (s *dueSupply) claim(ctx context.Context, c storage.Claim) ([]feed.State, error) {
	states, err := s.store.Claim(ctx, c)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("claim sources: %w", err)
	}
	return states, nil
}

func (s *dueSupply) next(ctx context.Context, _ time.Time) (time.Time, error) {
	due, err := s.store.NextDue(ctx, s.mark)
	if err != nil {
		return due, fmt.Errorf("look for the next source: %w", err)
	}
	if !s.mark.IsZero() && (due.IsZero() || s.turn.Before(due)) {
		due = s.turn
	}
	return due, nil
}

func (s *dueSupply) over() bool { return false }

// isBacklog reports whether a source has waited since before we came.
func (s *dueSupply) isBacklog(st *feed.State) bool { return st.NextPoll.Before(s.mark) }

// resume puts off what was being polled when a process before this one ended:
// its servers have been asked already.
func (a *Aggregator) resume(ctx context.Context) error {
	polls, err := a.store.Interrupted(ctx)
	if err != nil || len(polls) == 0 {
		return err
	}
	began := map[feed.SourceID]time.Time{}
	ids := make([]feed.SourceID, len(polls))
	for i := range polls {
		ids[i] = polls[i].Source
		began[ids[i]] = polls[i].At
	}
	states, err := a.store.Claim(ctx, storage.Claim{Sources: ids, Limit: len(ids)})
	if err != nil {
		return fmt.Errorf("claim sources: %w", err)
	}
	set, now := a.set(), time.Now()
	later := make([]storage.Deferral, len(states))
	for i := range states {
		s := &states[i]
		at := began[s.Source.ID]
		if at.After(now) { // the clock was set back
			at = now
		}
		set.Policy.Interrupted(s, at)
		later[i] = storage.Deferral{Source: s.Source.ID, Revision: s.Revision, NextPoll: s.NextPoll, Why: s.Why}
	}
	set.Log.Info("polls were under way when tributary ended, their sources are polled a little later", "sources", len(later))
	return a.store.Defer(ctx, later)
}

// A onceSupply gives what is due at one moment.
type onceSupply struct {
	store storage.Writer
	due   time.Time
	ended bool
}

func (s *onceSupply) more(ctx context.Context, _ time.Time, n int) ([]feed.State, error) {
	if s.ended {
		return nil, nil
	}
	states, err := s.store.Claim(ctx, storage.Claim{Due: s.due, Limit: n})
	if err != nil {
		return nil, fmt.Errorf("claim sources: %w", err)
	}
	s.ended = len(states) < n
	return states, nil
}

func (s *onceSupply) next(context.Context, time.Time) (time.Time, error) { return time.Time{}, nil }
func (s *onceSupply) over() bool                                         { return s.ended }

// A listSupply gives the sources of a list, due or not.
type listSupply struct {
	store   storage.Writer
	left    []feed.SourceID
	force   bool
	refused func(Outcome)
}

func (s *listSupply) more(ctx context.Context, now time.Time, n int) ([]feed.State, error) {
	n = min(n, len(s.left))
	if n == 0 {
		return nil, nil
	}
	states, err := s.store.Claim(ctx, storage.Claim{Sources: s.left[:n], Limit: n})
	if err != nil {
		return nil, fmt.Errorf("claim sources: %w", err)
	}
	s.left = s.left[n:]
	if s.force {
		return states, nil
	}
	kept := states[:0]
	var spared []storage.Deferral
	for i := range states {
		st := &states[i]
		why := spare(st, now)
		if why == "" {
			kept = append(kept, *st)
			continue
		}
		spared = append(spared, storage.Deferral{Source: st.Source.ID, Revision: st.Revision})
		s.refused(Outcome{Source: st.Source.ID, URL: st.URL, Error: why, Hint: "--force asks all the same", Next: st.NextPoll})
	}
	return kept, s.store.Defer(ctx, spared)
}

// spare says why a source is not to be asked even when somebody wants it, ""
// when it may be.
func spare(s *feed.State, now time.Time) string {
	switch {
	case s.Why == feed.WhyGone:
		return "not asked: the server said 410 Gone, it was taken down for good"
	case s.NotBefore.After(now):
		return "not asked: the server wants to be left alone until " + s.NotBefore.Local().Format("2006-01-02 15:04:05") + " (Retry-After)"
	}
	return ""
}

func (s *listSupply) next(context.Context, time.Time) (time.Time, error) { return time.Time{}, nil }
func (s *listSupply) over() bool                                         { return len(s.left) == 0 }
