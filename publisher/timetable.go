package publisher

import (
	"time"

	"tributary/feed"
)

// A pace says how long after a change a category is rendered.
type pace struct {
	quiet time.Duration // without another change of it
	late  time.Duration // at most, while changes go on
}

// A mark says that a category changed and is to be rendered.
type mark struct {
	term        string
	seq         feed.Seq  // of the first change that no rendering shows
	first, last time.Time // when the first and the last such change were seen
	hold        time.Time // it is not rendered before that; zero: nothing holds it
}

// due returns when to render what is marked.
func (m *mark) due(p pace) time.Time {
	at := m.last.Add(p.quiet)
	if latest := m.first.Add(p.late); latest.Before(at) {
		at = latest
	}
	if m.hold.After(at) {
		return m.hold
	}
	return at
}

// A timetable says which category is rendered when. It is pure: who asks
// brings the time.
type timetable struct {
	pace
	marks map[string]mark
	wakes map[string]time.Time // when categories are to be rendered that need not have changed
}

func newTimetable(p pace) *timetable {
	return &timetable{pace: p, marks: map[string]mark{}, wakes: map[string]time.Time{}}
}

// wake notes that a category is to be rendered at a time, changed or not; the
// earliest such time counts.
func (t *timetable) wake(term string, at time.Time) {
	if known, ok := t.wakes[term]; !ok || at.Before(known) {
		t.wakes[term] = at
	}
}

// mark notes a change of a category.
func (t *timetable) mark(term string, seq feed.Seq, at time.Time) {
	m, marked := t.marks[term]
	if !marked {
		m = mark{term: term, seq: seq, first: at}
	}
	m.last = at
	t.marks[term] = m
}

// urge notes that a category is to be rendered as soon as possible.
func (t *timetable) urge(term string, seq feed.Seq, at time.Time) {
	t.mark(term, seq, at.Add(-t.late))
}

// again takes back a mark that was taken, of a category that could not be
// rendered, and holds it.
func (t *timetable) again(m mark, hold time.Time) {
	if newer, marked := t.marks[m.term]; marked {
		m.last = newer.last
	}
	m.hold = hold
	t.marks[m.term] = m
}

// take returns the mark that has been due the longest, and takes it off.
// When none is due yet it returns when the next one is; the zero time when
// there is none.
func (t *timetable) take(now time.Time) (m mark, ok bool, next time.Time) {
	see := func(at mark, due time.Time) {
		if next.IsZero() || due.Before(next) || due.Equal(next) && at.term < m.term {
			m, next = at, due
		}
	}
	for _, at := range t.marks {
		see(at, at.due(t.pace))
	}
	for term, at := range t.wakes {
		if _, marked := t.marks[term]; !marked {
			see(mark{term: term, first: at, last: at}, at)
		}
	}
	if next.IsZero() || next.After(now) {
		return mark{}, false, next
	}
	delete(t.marks, m.term)
	delete(t.wakes, m.term)
	return m, true, next
}
