package publisher

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/feed"
)

// seconds are how the tests tell time.
func at(seconds float64) time.Time {
	return time.Unix(1_700_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
}

// play marks categories at their times and returns what is rendered when, if
// the renderer looks whenever it is told to.
func play(t *timetable, changes map[float64]string, until float64) string {
	var out []string
	for s := 0.0; s <= until; s += 0.5 {
		for term := range strings.FieldsSeq(changes[s]) {
			t.mark(term, feed.Seq(s*2), at(s))
		}
		for {
			m, ok, _ := t.take(at(s))
			if !ok {
				break
			}
			out = append(out, fmt.Sprintf("%s@%g", m.term, s))
		}
	}
	return strings.Join(out, " ")
}

func TestTimetable(t *testing.T) {
	constantly := map[float64]string{}
	for s := 0.0; s <= 70; s++ {
		constantly[s] = "busy"
	}
	constantly[10] = "busy calm"
	for _, tt := range []struct {
		name    string
		changes map[float64]string
		want    string
	}{
		{"nothing", nil, ""},
		{"one change", map[float64]string{1: "a"}, "a@3"},
		{"several changes are one rendering", map[float64]string{1: "a", 2: "a", 3.5: "a"}, "a@5.5"},
		{"a pause makes two", map[float64]string{1: "a", 3.5: "a"}, "a@3 a@5.5"},
		{"one category does not wait for another", map[float64]string{1: "a", 2: "b", 2.5: "b"}, "a@3 b@4.5"},
		{"equal ones go by their terms", map[float64]string{1: "c a b"}, "a@3 b@3 c@3"},
		{"constant change is shown every 30 seconds", constantly, "calm@12 busy@30 busy@61 busy@72"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := newTimetable(pace{quiet: 2 * time.Second, late: 30 * time.Second})
			if got := play(table, tt.changes, 100); got != tt.want {
				t.Errorf("rendered %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTimetableUrgesAndHolds(t *testing.T) {
	table := newTimetable(pace{quiet: 2 * time.Second, late: 30 * time.Second})
	if _, ok, next := table.take(at(0)); ok || !next.IsZero() {
		t.Errorf("an empty table has something at %s", next)
	}
	table.mark("a", 7, at(0))
	table.urge("b", 8, at(1))
	m, ok, _ := table.take(at(1))
	if !ok || m.term != "b" {
		t.Fatalf("took %+v, want b at once", m)
	}
	if _, ok, next := table.take(at(1)); ok || !next.Equal(at(2)) {
		t.Errorf("the next is at %s, want a at %s", next, at(2))
	}
	m, _, _ = table.take(at(2))
	table.mark("a", 9, at(3))
	table.again(m, at(8))
	if _, ok, next := table.take(at(6)); ok || !next.Equal(at(8)) {
		t.Errorf("a category that is held is due at %s, want %s", next, at(8))
	}
	if m, ok, _ := table.take(at(8)); !ok || m.seq != 7 || !m.first.Equal(at(0)) {
		t.Errorf("took %+v, want the change it could not show, number 7", m)
	}
}

// A category is woken at its time whether it changed or not, once, and not when
// it is rendered anyway.
func TestTimetableWakes(t *testing.T) {
	table := newTimetable(pace{quiet: 2 * time.Second, late: 30 * time.Second})
	table.wake("a", at(9))
	table.wake("a", at(5))
	table.wake("a", at(7))
	table.wake("b", at(5))
	if _, ok, next := table.take(at(4)); ok || !next.Equal(at(5)) {
		t.Errorf("due at %v, want in 5 seconds", next)
	}
	table.mark("b", 1, at(4))
	if got := play(table, nil, 20); got != "a@5 b@6" {
		t.Errorf("rendered %s", got)
	}
}
