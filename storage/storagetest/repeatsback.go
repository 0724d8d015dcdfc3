package storagetest

import (
	"slices"
	"testing"
	"time"

	"tributary/feed"
)

// testRepeatPutBack: what a source that is put back brings into a category is
// looked at as at its arrival: who took its place stays. Without rules it is
// filed beside it.
func testRepeatPutBack(t *testing.T, b *bench) {
	sources, entries := b.three(t, &repeatRules, "story", "kept")
	b.put(t, sources[1:]...)
	b.wantFiled(t, "story", "b")
	b.wantAlso(t, entries[1].ID, "better")
	b.RepeatBy(&repeatRules)
	b.put(t, sources...)
	b.wantFiled(t, "story", "b")
	b.wantFiled(t, "kept", "better", "b", "a")
	b.wantAlso(t, entries[1].ID, "better", "a")
	b.wantAlso(t, entries[0].ID)
	back := b.stored(t, entries[0].ID)
	if len(back.Repeats) != 1 || back.Repeats[0].Of != entries[1].ID || back.Repeats[0].Why != feed.SameStory || !back.Order.Equal(entries[0].Order) {
		t.Errorf("what was put back repeats %+v at %s, want the story of b, in its place", back.Repeats, back.Order)
	}
	last, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.reopen(t)
	b.RepeatBy(&repeatRules)
	b.put(t, sources...)
	wantOps(t, b.pollBy(t, &repeatRules, sources[0], epoch.Add(9*time.Hour), nil, report(sources[0], 1)), feed.Unchanged)
	if after, err := b.LastChange(t.Context()); err != nil || after != last {
		t.Errorf("a second start and a poll have made changes %d to %d, %v", last, after, err)
	}
	b.put(t, sources[0])
	b.wantFiled(t, "story", "a")
	b.RepeatBy(nil)
	b.put(t, sources...)
	b.wantFiled(t, "story", "better", "b", "a")
}

// testRepeatRefiled: so is what comes into a further category, by its source's
// settings, by rules, or by a poll that files it elsewhere; what it repeats
// elsewhere, and what repeats it, stays as it is.
func testRepeatRefiled(t *testing.T, b *bench) {
	first, other := source("a", "story"), source("b", "link")
	b.put(t, first, other)
	b.RepeatBy(&repeatRules)
	b.pollBy(t, &repeatRules, first, epoch, nil, report(first, 1))
	b.pollBy(t, &repeatRules, other, epoch.Add(time.Hour), nil, report(other, 1))
	b.wantFiled(t, "link", "b")
	b.put(t, first, source("b", "link", "story"))
	b.wantFiled(t, "link", "b")
	b.wantFiled(t, "story", "a")
	b.wantAlso(t, report(first, 1).ID, "b")
	b.put(t, first, ruled("b", "elsewhere", "link"))
	b.refile(t, func(_ *feed.Source, e *feed.Entry) { e.Filed = []string{"kept"} })
	b.wantAlso(t, report(first, 1).ID)
	b.wantFiled(t, "kept", "b")
	b.put(t, first, ruled("b", "back", "link"))
	b.refile(t, func(_ *feed.Source, e *feed.Entry) { e.Filed = []string{"kept", "story"} })
	b.wantFiled(t, "story", "a")
	b.wantAlso(t, report(first, 1).ID, "b")
	b.put(t, source("a", "link"), ruled("b", "back", "link"))
	b.wantFiled(t, "story", "b")
	again := report(first, 1)
	again.Filed = []string{"link", "story"}
	wantOps(t, b.pollBy(t, &repeatRules, source("a", "link"), epoch.Add(2*time.Hour), nil, again), feed.Refiled)
	b.wantFiled(t, "story", "b")
	b.wantFiled(t, "link", "a")
	if got := b.stored(t, again.ID); len(got.Repeats) != 1 || !slices.Equal(got.Filed, []string{"link"}) {
		t.Errorf("a poll has filed it under %v and made it repeat %+v", got.Filed, got.Repeats)
	}
}
