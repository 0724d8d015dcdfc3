package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/storage"
)

func rowsOf(t testing.TB, config string) map[string]sourceRow {
	t.Helper()
	out := map[string]sourceRow{}
	for _, row := range jsonLines[sourceRow](t, must(t, "sources", "--json", "--config", config).out) {
		out[string(row.Source)] = row
	}
	return out
}

// TestRestart: when polls are due is stored, so that a restart polls nothing
// early and nothing twice.
func TestRestart(t *testing.T) {
	t.Parallel()
	up := testshared.StartUpstream(t, "-n", "40", "-hosts", "10", "-faults", "500=0.1,404=0.1,410=0.1", "-fault-rate", "1", "-hostile", "0", "-min-interval", "30m")
	address, dir := freeAddress(t), t.TempDir()
	config := simulatorConfig(t, dir, up, fmt.Sprintf("[site]\nlisten = %q\n", address))
	d := serveProcess(t, config, address)
	waitFor(t, 30*time.Second, "all to be polled", func() bool { return controlledPolls(t, config) >= int64(len(up.Feeds)) })
	d.stop(t)
	before, asked := rowsOf(t, config), stats(t, up).Requests
	for range 3 {
		d = serveProcess(t, config, address)
		time.Sleep(time.Second) // for what ought not to come
		d.stop(t)
	}
	if seen := stats(t, up); seen.Requests != asked || seen.ViolationsTotal != 0 {
		t.Errorf("restarts sent %d requests, with %d violations: %+v", seen.Requests-asked, seen.ViolationsTotal, seen.Recent)
	}
	for id, is := range rowsOf(t, config) {
		was := before[id]
		if is.LastPoll == nil || !is.LastPoll.Equal(*was.LastPoll) || (is.NextPoll == nil) != (was.NextPoll == nil) ||
			is.NextPoll != nil && !is.NextPoll.Equal(*was.NextPoll) {
			t.Errorf("%s was %+v, and is %+v", id, was, is)
		}
	}
}

// overdue makes the store of a configuration one that was left alone for hours.
func overdue(t testing.TB, config string) {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), cfg, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	states, err := a.store.Claim(t.Context(), storage.Claim{Due: time.Now(), Limit: len(cfg.Sources) + 1})
	if err != nil || len(states) != len(cfg.Sources) {
		t.Fatalf("%d states of %d: %v", len(states), len(cfg.Sources), err)
	}
	for i := range states {
		s := &states[i]
		s.LastPoll, s.LastSuccess = time.Now().Add(-9*time.Hour), time.Now().Add(-9*time.Hour)
		s.NextPoll, s.Why = time.Now().Add(-8*time.Hour+time.Duration(i)*time.Minute), feed.WhyPace
		if _, err := a.store.Commit(t.Context(), storage.Poll{State: *s}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestCatchUp: what became due during a long stop is spread over a window, and
// polled once each.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	const sources, window = 60, 6 * time.Second
	up, dir := newOrigin(t), t.TempDir()
	p := &plan{listen: freeAddress(t), more: fmt.Sprintf("catch_up = \"%s\"", window)}
	for i := range sources {
		p.add(fmt.Sprintf("s%d", i), fmt.Sprintf("%s/%d", up.URL, i), inNews)
	}
	config := writeFile(t, dir, "feeds.toml", p.text())
	overdue(t, config)
	if why := must(t, "sources", "s0", "--why", "--config", config).out; !strings.HasPrefix(why, "s0  now: ") {
		t.Errorf("an overdue source says %q", why)
	}
	d := serveProcess(t, config, p.listen)
	began := time.Now()
	waitFor(t, 4*window, "all to be polled", func() bool { return controlledPolls(t, config) >= sources })
	d.stop(t)
	var times []time.Time
	for i := range sources {
		path := fmt.Sprintf("/%d", i)
		if n := up.count(path); n != 1 {
			t.Errorf("%s was asked for %d times", path, n)
		}
		times = append(times, up.times(path)...)
	}
	slices.SortFunc(times, time.Time.Compare)
	span := times[len(times)-1].Sub(times[0])
	most := 0
	for i := range times {
		n := 0
		for _, at := range times[i:] {
			if at.Sub(times[i]) < time.Second {
				n++
			}
		}
		most = max(most, n)
	}
	t.Logf("%d overdue polls over %s of a window of %s, at most %d in a second; the last %s after it answered", sources, span, window, most, times[len(times)-1].Sub(began))
	if span < window*3/4 || span > 2*window {
		t.Errorf("they came over %s, want about %s", span, window)
	}
	if most > sources/2 {
		t.Errorf("%d of %d came within a second", most, sources)
	}
}
