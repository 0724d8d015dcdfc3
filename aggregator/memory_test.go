package aggregator_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// memory is a store.Writer without a disk, for years that pass in seconds. It
// forgets entries. TestMemory holds it against the real engine.
type memory struct {
	storage.Writer // what no test of the schedule needs

	mu     sync.Mutex
	states map[feed.SourceID]*feed.State
	leased map[feed.SourceID]bool
	due    []*feed.State // by NextPoll, then ID
	holds  map[string]time.Time
	began  map[feed.SourceID]time.Time // the first claim of each
}

func newMemory(sources []feed.Source) *memory {
	m := &memory{states: map[feed.SourceID]*feed.State{}, leased: map[feed.SourceID]bool{}, holds: map[string]time.Time{}, began: map[feed.SourceID]time.Time{}}
	for _, s := range sources {
		st := &feed.State{Source: s, URL: s.URL}
		m.states[s.ID] = st
		m.insert(st)
	}
	return m
}

func byDue(a, b *feed.State) int {
	if c := a.NextPoll.Compare(b.NextPoll); c != 0 {
		return c
	}
	return strings.Compare(string(a.Source.ID), string(b.Source.ID))
}

func (m *memory) insert(st *feed.State) {
	i, _ := slices.BinarySearchFunc(m.due, st, byDue)
	m.due = slices.Insert(m.due, i, st)
}

func (m *memory) remove(st *feed.State) {
	i, ok := slices.BinarySearchFunc(m.due, st, byDue)
	if !ok {
		panic("the index of due times is wrong")
	}
	m.due = slices.Delete(m.due, i, i+1)
}

func (m *memory) Claim(_ context.Context, c storage.Claim) ([]feed.State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []feed.State
	take := func(st *feed.State) {
		if len(out) < c.Limit && !m.leased[st.Source.ID] {
			m.leased[st.Source.ID] = true
			if _, known := m.began[st.Source.ID]; !known {
				m.began[st.Source.ID] = time.Now()
			}
			out = append(out, *st)
		}
	}
	for _, id := range c.Sources {
		take(m.states[id])
	}
	for _, st := range m.due {
		if len(c.Sources) > 0 || st.NextPoll.After(c.Due) || len(out) == c.Limit {
			break
		}
		if c.After.IsZero() || st.NextPoll.After(c.After) {
			take(st)
		}
	}
	return out, nil
}

func (m *memory) NextDue(_ context.Context, after time.Time) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, st := range m.due {
		if !m.leased[st.Source.ID] && (after.IsZero() || st.NextPoll.After(after)) {
			return st.NextPoll, nil
		}
	}
	return time.Time{}, nil
}

func (m *memory) Overdue(_ context.Context, before time.Time) (n int, earliest time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, st := range m.due {
		if !st.NextPoll.IsZero() && st.NextPoll.Before(before) {
			if n++; n == 1 {
				earliest = st.NextPoll
			}
		}
	}
	return n, earliest, nil
}

func (m *memory) Defer(_ context.Context, later []storage.Deferral) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range later {
		st := m.states[d.Source]
		delete(m.leased, d.Source)
		if !d.NextPoll.IsZero() && d.Revision == st.Revision {
			m.remove(st)
			st.NextPoll, st.Why = d.NextPoll, d.Why
			m.insert(st)
		}
	}
	return nil
}

func (m *memory) Commit(_ context.Context, p storage.Poll) ([]feed.Op, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	st := m.states[p.State.Source.ID]
	delete(m.leased, p.State.Source.ID)
	if st.Revision != p.State.Revision {
		return nil, fmt.Errorf("commit %s: %w", p.State.Source.ID, storage.ErrStale)
	}
	m.remove(st)
	*st = p.State
	st.Revision++
	m.insert(st)
	if p.Hold.Host != "" && p.Hold.Until.After(m.holds[p.Hold.Host]) {
		m.holds[p.Hold.Host] = p.Hold.Until
	}
	return make([]feed.Op, len(p.Entries)), nil
}

// Begin forgets: nothing kills the processes of a simulated year.
func (m *memory) Begin(context.Context, []storage.Begun) error { return nil }

func (m *memory) Interrupted(context.Context) ([]storage.Begun, error) { return nil, nil }

func (m *memory) Holds(context.Context) (out []feed.Hold, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for host, until := range m.holds {
		if until.After(time.Now()) {
			out = append(out, feed.Hold{Host: host, Until: until})
		}
	}
	return out, nil
}

func (m *memory) state(id feed.SourceID) feed.State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *m.states[id]
}

func (m *memory) dueTimes() map[feed.SourceID]time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[feed.SourceID]time.Time{}
	for id, st := range m.states {
		out[id] = st.NextPoll
	}
	return out
}
