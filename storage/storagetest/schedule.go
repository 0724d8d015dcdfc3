package storagetest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

func testDueAfter(t *testing.T, b *bench) {
	fresh, early, late := source("fresh", "c"), source("early", "c"), source("late", "c")
	b.put(t, fresh, early, late)
	b.poll(t, early, epoch)
	b.poll(t, late, epoch.Add(time.Minute))
	due := epoch.Add(time.Hour)
	overdue := func(before time.Time, want int, earliest time.Time) {
		t.Helper()
		n, at, err := b.Overdue(t.Context(), before)
		if err != nil || n != want || !at.Equal(earliest) {
			t.Errorf("overdue before %s: %d from %s (%v), want %d from %s", before, n, at, err, want, earliest)
		}
	}
	overdue(due, 0, time.Time{})
	overdue(due.Add(time.Second), 1, due)
	overdue(due.Add(time.Hour), 2, due)
	if at, err := b.NextDue(t.Context(), due); err != nil || !at.Equal(due.Add(time.Minute)) {
		t.Errorf("next due after %s: %s (%v), want a minute later", due, at, err)
	}
	wantIDs(t, b.claim(t, storage.Claim{After: due, Due: due.Add(time.Hour), Limit: 9}), "late")
	wantIDs(t, b.claim(t, storage.Claim{Limit: 9}), "fresh")
	wantIDs(t, b.claim(t, storage.Claim{Due: due.Add(time.Hour), Limit: 9}), "early")
}

func testDefer(t *testing.T, b *bench) {
	x, y := source("x", "c"), source("y", "c")
	b.put(t, x, y)
	states, err := b.Claim(t.Context(), storage.Claim{Due: epoch, Limit: 2})
	if err != nil || len(states) != 2 {
		t.Fatalf("%d sources claimed (%v)", len(states), err)
	}
	later := epoch.Add(time.Hour)
	if err := b.Defer(t.Context(), []storage.Deferral{
		{Source: "x", Revision: states[0].Revision, NextPoll: later, Why: feed.WhyHost},
		{Source: "y", Revision: states[1].Revision},
	}); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, b.claim(t, storage.Claim{Due: epoch, Limit: 9}), "y")
	b.reopen(t)
	st, err := b.State(t.Context(), "x")
	if err != nil || !st.NextPoll.Equal(later) || st.Why != feed.WhyHost {
		t.Errorf("x is due %s because of %d (%v), want %s", st.NextPoll, st.Why, err, later)
	}
	b.poll(t, x, epoch)
	if err := b.Defer(t.Context(), []storage.Deferral{{Source: "x", Revision: states[0].Revision, NextPoll: later.Add(time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	if st, err := b.State(t.Context(), "x"); err != nil || !st.NextPoll.Equal(epoch.Add(time.Hour)) {
		t.Errorf("a deferral from before a poll moved it to %s (%v)", st.NextPoll, err)
	}
}

func testBegun(t *testing.T, b *bench) {
	ids := []string{"committed", "deferred", "gone", "lost", "waiting"}
	b.put(t, sources(ids...)...)
	begin := func() (states []feed.State) {
		t.Helper()
		states, err := b.Claim(t.Context(), storage.Claim{Due: time.Now().Add(48 * time.Hour), Limit: 9})
		if err != nil || len(states) != len(ids) {
			t.Fatalf("%d sources claimed (%v)", len(states), err)
		}
		var begun []storage.Begun
		for i := range states {
			if states[i].Source.ID != "waiting" {
				begun = append(begun, storage.Begun{Source: states[i].Source.ID, Revision: states[i].Revision})
			}
		}
		if err := b.Begin(t.Context(), begun); err != nil {
			t.Fatal(err)
		}
		return states
	}
	interrupted := func(want ...string) []storage.Begun {
		t.Helper()
		polls, err := b.Interrupted(t.Context())
		var got []string
		for _, p := range polls {
			got = append(got, string(p.Source))
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("interrupted: %v (%v), want %v", got, err, want)
		}
		return polls
	}
	began := time.Now()
	for _, st := range begin() {
		switch st.Source.ID {
		case "committed":
			if _, err := b.Commit(t.Context(), storage.Poll{State: st}); err != nil {
				t.Fatal(err)
			}
		case "deferred":
			if err := b.Defer(t.Context(), []storage.Deferral{{Source: st.Source.ID, Revision: st.Revision}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	interrupted() // its own polls are under way
	b.put(t, sources("committed", "deferred", "lost", "waiting")...)
	b.reopen(t)
	polls := interrupted("lost")
	if at := polls[0].At; at.Before(began.Add(-time.Second)) || at.After(time.Now()) {
		t.Errorf("it began at %s, not about %s", at, began)
	}
	b.reopen(t)
	polls = interrupted("lost") // nothing was done about it
	if err := b.Defer(t.Context(), []storage.Deferral{{Source: "lost", Revision: polls[0].Revision, NextPoll: epoch.Add(time.Hour), Why: feed.WhyInterrupted}}); err != nil {
		t.Fatal(err)
	}
	interrupted()
	b.reopen(t)
	interrupted()
}

func sources(ids ...string) (out []feed.Source) {
	for _, id := range ids {
		out = append(out, source(id, "c"))
	}
	return out
}

func testHolds(t *testing.T, b *bench) {
	src := source("x", "c")
	b.put(t, src)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	hold := func(host string, until time.Time) {
		t.Helper()
		st, err := b.State(t.Context(), src.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Commit(t.Context(), storage.Poll{State: st, Hold: feed.Hold{Host: host, Until: until}}); err != nil {
			t.Fatal(err)
		}
	}
	hold("a.example:443", until)
	hold("a.example:443", until.Add(-time.Minute)) // a shorter one does not end the longer
	hold("b.example:80", time.Now().Add(-time.Hour))
	b.reopen(t)
	for range 2 {
		holds, err := b.Holds(t.Context())
		if err != nil || len(holds) != 1 || holds[0].Host != "a.example:443" || !holds[0].Until.Equal(until) {
			t.Errorf("holds %v (%v), want that of a.example until %s", holds, err, until)
		}
	}
}

func testSubscriptions(t *testing.T, b *bench) {
	_, err := b.Subscription(t.Context(), "x")
	wantErr(t, err, storage.ErrNotFound)
	want := feed.Subscription{
		Source: "x", Hub: "https://hub.example/", Topic: "https://example.com/x", Token: "token", Secret: "secret",
		Mode: feed.Subscribed, Next: epoch, LeaseEnd: epoch.Add(time.Hour), Pushed: epoch.Add(time.Minute), Failures: 3, Error: "refused",
		Callback: "https://example.org/websub/x/token", Missed: epoch.Add(2 * time.Minute),
	}
	for v, i := reflect.ValueOf(want), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Fatalf("%s is not set: the test does not see it", v.Type().Field(i).Name)
		}
	}
	for _, id := range []feed.SourceID{"y", "x"} {
		s := want
		s.Source = id
		if err := b.PutSubscription(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	b.reopen(t)
	if got := collect(t, b.Subscriptions(t.Context())); len(got) != 2 || got[0] != want || got[1].Source != "y" {
		t.Errorf("subscriptions %+v", got)
	}
	if err := b.DeleteSubscription(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if err := b.DeleteSubscription(t.Context(), "nobody"); err != nil {
		t.Error(err)
	}
	_, err = b.Subscription(t.Context(), "x")
	wantErr(t, err, storage.ErrNotFound)
}

// testLearned stores a state with every field set, and reads it again.
func testLearned(t *testing.T, b *bench) {
	src := source("x", "c")
	src.Options = feed.Options{"k": "v"}
	src.Request = feed.DigestOf("request")
	b.put(t, src)
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := epoch
	next := func() time.Time { at = at.Add(time.Minute); return at }
	want := feed.State{
		Source: st.Source, Revision: st.Revision, URL: "https://example.org/moved", Feed: feed.Feed{Title: feed.Text{Body: "Title"}},
		ETag: `"e"`, LastModified: "Fri, 02 Jan 2026 03:04:05 GMT", ValidatorsOf: "https://example.net/feed", Bare: 3, Body: feed.DigestOf("body"), Coded: feed.DigestOf("coded"),
		Parts:  feed.Parts{Items: []feed.Part{1, 1<<64 - 1}, Dates: "zh", Whole: next()},
		Reader: 3, Problems: "a b", Hub: "https://hub.example/", Topic: "https://example.com/x",
		Rhythm: feed.Rhythm{TTL: time.Hour, Period: 2 * time.Hour, Base: next(), SkipHours: 1<<23 | 1, SkipDays: 1 << 6},
		Fresh:  time.Minute, Newest: next(), Gap: 3 * time.Hour, LastPoll: next(), NextPoll: next(), Why: feed.WhyTTL,
		NotBefore: next(), LastSuccess: next(), Status: 429, Failures: 2, FailingSince: next(), LastError: "refused",
		Move: feed.Move{To: "https://example.net/", Seen: 2, At: next()},
	}
	for v, i := reflect.ValueOf(want), 0; i < v.NumField(); i++ {
		if v.Type().Field(i).Name != "Revision" && v.Field(i).IsZero() {
			t.Errorf("the test leaves %s empty", v.Type().Field(i).Name)
		}
	}
	if _, err := b.Commit(t.Context(), storage.Poll{State: want}); err != nil {
		t.Fatal(err)
	}
	b.reopen(t)
	want.Revision++
	if got, err := b.State(t.Context(), src.ID); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("stored %+v (%v)\nwant   %+v", got, err, want)
	}
	src.URL = want.URL
	b.put(t, src)
	if got, err := b.State(t.Context(), src.ID); err != nil || got.ETag != want.ETag || !got.NextPoll.Equal(want.NextPoll) {
		t.Errorf("the url was changed to where it had moved, and what was learned is forgotten: %+v (%v)", got, err)
	}
	src.Request = feed.DigestOf("another")
	b.put(t, src)
	got, err := b.State(t.Context(), src.ID)
	if err != nil || got.ETag != "" || !got.Body.IsZero() || len(got.Parts.Items) != 0 || got.Failures != 0 {
		t.Errorf("asked for in another way, and the validators stay: %+v (%v)", got, err)
	}
	if !got.NextPoll.Equal(want.NotBefore) || !got.NotBefore.Equal(want.NotBefore) {
		t.Errorf("new settings are polled %s, although the server wants to be left alone until %s", got.NextPoll, want.NotBefore)
	}
}
