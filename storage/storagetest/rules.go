package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// ruled is a source whose entries are filed by rules of that name.
func ruled(id, rules string, categories ...string) feed.Source {
	src := source(id, categories...)
	src.Filing = feed.DigestOf(rules)
	return src
}

// refile decides anew, and returns how many entries changed.
func (b *bench) refile(t testing.TB, decide func(src *feed.Source, e *feed.Entry)) int {
	t.Helper()
	n, err := b.Refile(t.Context(), decide)
	if err != nil {
		t.Fatalf("refile: %v", err)
	}
	return n
}

// shout is a rule: what is odd is hidden, and the rest gets another title.
func shout(src *feed.Source, e *feed.Entry) {
	e.Filed = slices.Sorted(slices.Values(src.Categories))
	if strings.HasSuffix(e.Title.Body, "1") {
		e.Filed = nil
		return
	}
	e.Original = &feed.Original{Title: e.Title, Language: "en", Digest: e.Digest}
	e.Title.Body = strings.ToUpper(e.Title.Body)
	e.Digest = feed.DigestOf(string(e.Digest[:]), "shouted")
}

// hush is the end of all rules.
func hush(src *feed.Source, e *feed.Entry) {
	e.Filed = slices.Sorted(slices.Values(src.Categories))
	if o := e.Original; o != nil {
		e.Title, e.Digest, e.Original = o.Title, o.Digest, nil
	}
}

// testRules: rules that change decide anew about what is stored; entries keep
// their identity and their place.
func testRules(t *testing.T, b *bench) {
	src, other := source("a", "news"), source("b", "news")
	b.put(t, src, other)
	b.poll(t, src, epoch, entry(src, 1, "one"), entry(src, 2, "two"))
	b.poll(t, other, epoch, entry(other, 1, "one"))
	before := collect(t, b.SourceEntries(t.Context(), "a"))
	if n := b.refile(t, shout); n != 0 {
		t.Errorf("%d entries changed although no source has other rules", n)
	}
	b.put(t, ruled("a", "shout", "news"), other)
	b.reopen(t) // Refile may be another process's
	if n := b.refile(t, shout); n != 2 {
		t.Errorf("%d entries changed, want 2", n)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "ENTRY 2", "Entry 1")
	after := collect(t, b.SourceEntries(t.Context(), "a"))
	if len(after) != 2 || len(collect(t, b.SourceEntries(t.Context(), ""))) != 3 {
		t.Fatalf("entries of a: %+v", after)
	}
	for i := range after {
		if after[i].ID != before[i].ID || !after[i].Order.Equal(before[i].Order) || !after[i].Received.Equal(before[i].Received) {
			t.Errorf("entry %+v was %+v", after[i], before[i])
		}
		if o := after[i].Original; o != nil && (o.Title.Body != "Entry 2" || o.Language != "en" || o.Digest != before[i].Digest || !after[i].Modified.After(before[i].Modified)) {
			t.Errorf("entry %+v was %+v", after[i], before[i])
		}
	}
	if n := b.refile(t, shout); n != 0 {
		t.Errorf("%d entries changed the second time", n)
	}
	b.put(t, source("a", "news", "tech"), other)
	if n := b.refile(t, hush); n != 2 {
		t.Errorf("%d entries changed when the rules went, want 2", n)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "tech"}), "Entry 2", "Entry 1")
	if b.put(t, source("a", "news"), other); b.refile(t, hush) != 0 {
		t.Error("a source without rules is left to Refile")
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "tech"}))
}

// testRulesInterrupted: a Refile that ends early is gone on with, and one whose
// settings are not in force any more does nothing.
func testRulesInterrupted(t *testing.T, b *bench) {
	src := source("a", "news")
	b.put(t, src)
	var entries []feed.Entry
	for i := range 600 {
		entries = append(entries, entry(src, i, fmt.Sprint("words ", i)))
	}
	b.poll(t, src, epoch, entries...)
	b.put(t, ruled("a", "shout", "news"))
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	n, err := b.Refile(ctx, func(src *feed.Source, e *feed.Entry) {
		if calls++; calls == 400 {
			cancel()
		}
		shout(src, e)
	})
	if !errors.Is(err, context.Canceled) || n >= 600 {
		t.Fatalf("%d entries changed, %v", n, err)
	}
	b.reopen(t)
	if rest := b.refile(t, func(src *feed.Source, e *feed.Entry) {
		if e.Original == nil && len(e.Filed) > 0 {
			shout(src, e)
		}
	}); n+rest != 600 {
		t.Errorf("%d and then %d entries changed, want 600", n, rest)
	}
	b.put(t, ruled("a", "again", "news"))
	changed := false
	if n := b.refile(t, func(src *feed.Source, e *feed.Entry) {
		if !changed {
			changed = true
			b.put(t, ruled("a", "and again", "news"))
		}
		hush(src, e)
	}); n != 0 {
		t.Errorf("%d entries changed by rules that are gone", n)
	}
	if n := b.refile(t, hush); n != 600 {
		t.Errorf("%d entries changed by the rules in force, want 600", n)
	}
}

// testHidden: what a rule keeps out is stored if it was before, filed nowhere,
// and is there again in its place when the rule goes; of the rest a record is
// left, and the document is read anew when the rules change.
func testHidden(t *testing.T, b *bench) {
	src := ruled("a", "one", "news")
	b.put(t, src)
	b.poll(t, src, epoch, entry(src, 1, "one"), entry(src, 2, "two"))
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	st.LastPoll, st.ETag, st.Body = epoch.Add(time.Hour), `"x"`, feed.Digest{1}
	p := storage.Poll{State: st}
	for _, n := range []int{1, 3} {
		e := entry(src, n, "")
		p.Deleted = append(p.Deleted, feed.Delete(&e, feed.ByRule, "feeds.toml:3: drop_if = true", st.LastPoll))
	}
	if _, err := b.Commit(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 2")
	hidden, err := b.Entry(t.Context(), entry(src, 1, "").ID)
	if err != nil || len(hidden.Filed) != 0 {
		t.Errorf("%+v, %v, want it stored and filed nowhere", hidden, err)
	}
	d, err := b.Deleted(t.Context(), entry(src, 3, "").ID)
	if err != nil || d.By != feed.ByRule {
		t.Errorf("%+v, %v is left", d, err)
	}
	_, err = b.Deleted(t.Context(), hidden.ID)
	wantErr(t, err, storage.ErrNotFound)
	due, _ := b.NextDue(t.Context(), time.Time{})
	b.put(t, ruled("a", "two", "news"))
	if n := b.refile(t, hush); n != 1 {
		t.Errorf("%d entries changed, want the hidden one", n)
	}
	wantTitles(t, b.titles(t, storage.Query{Category: "news"}), "Entry 2", "Entry 1")
	if st, err = b.State(t.Context(), src.ID); err != nil || st.ETag != "" || !st.Body.IsZero() {
		t.Errorf("%+v, %v: what was kept out would not be read again", st, err)
	}
	if after, err := b.NextDue(t.Context(), time.Time{}); err != nil || !after.Equal(due) {
		t.Errorf("due %s, %v, want %s as before", after, err, due)
	}
	wantOps(t, b.poll(t, src, epoch.Add(2*time.Hour), entry(src, 3, "three")), feed.Created)
}
