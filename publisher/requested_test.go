package publisher

import (
	"fmt"
	"testing"

	"tributary/feed"
)

// Whatever is asked for, what is remembered of it is bounded, and nothing that
// is forgotten stands as if it were up to date.
func TestRequestedIsBounded(t *testing.T) {
	var q requested
	c := newCache(1 << 20)
	first := c.slot("/mix/a+b/atom.xml")
	q.note(c, first.name, "a", "b")
	if q.expire(c, []string{"c"}); first.wanted.Load() != 0 {
		t.Error("a change of another category concerns it")
	}
	if q.expire(c, []string{"b"}); first.wanted.Load() != 1 {
		t.Error("a change of its category does not concern it")
	}
	source := c.slot("/source/a/atom.xml")
	q.note(c, source.name, (&chosen{source: "a"}).terms()...)
	p := &Publisher{cache: c, plan: newPlan(pace{}), events: newEvents(Events{}, nil)}
	p.requested.note(c, source.name, (&chosen{source: "a"}).terms()...)
	p.expire(&feed.Change{Entry: feed.Identify("b", "x", "", feed.Digest{}), Categories: []string{"a"}})
	if source.wanted.Load() != 0 {
		t.Error("a change of another source concerns it")
	}
	p.expire(&feed.Change{Entry: feed.Identify("a", "x", "", feed.Digest{}), Categories: []string{"a"}})
	if source.wanted.Load() != 1 {
		t.Error("a change of its source does not concern it")
	}
	for i := range 3 * maxRequested {
		q.note(c, fmt.Sprintf("/source/%d/atom.xml", i), "all")
		if q.n > maxRequested+1 {
			t.Fatalf("%d documents are remembered", q.n)
		}
	}
	if first.wanted.Load() < 2 {
		t.Errorf("it was forgotten, and is marked %d times, want more than before", first.wanted.Load())
	}
}
