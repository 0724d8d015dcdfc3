package storagetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
	"tributary/storage"
)

// The environment that the crash suite reads, and gives its child.
const (
	envCrashes = "TRIBUTARY_CRASHES"     // how often to kill; default defaultCrashes
	envSeed    = "TRIBUTARY_SEED"        // repeats a run
	envPlace   = "TRIBUTARY_CRASH_PLACE" // set in the child: the store to write to
	envRound   = "TRIBUTARY_CRASH_ROUND" // set in the child: which categories its sources have

	defaultCrashes = 15
	crashesAPlace  = 20 // then a new store is begun: checks read all of it
	crashSources   = 12
	crashWriters   = 4
	crashEach      = 3 // new entries a poll
	crashWithin    = 150 * time.Millisecond
)

// Crash kills a process that commits polls, at random moments, and checks
// what it leaves behind: whatever was acknowledged is there, no half of a poll
// is, nothing is there twice. The calling test runs again in the child, where
// Crash writes until it is killed.
func Crash(t *testing.T, e Engine) {
	if place := os.Getenv(envPlace); place != "" {
		writeUntilKilled(t, e.Open(t, place))
		return
	}
	rng := rand.New(rand.NewPCG(seedOf(t), 2))
	c := &crash{engine: e}
	for round := range numberFrom(t, envCrashes, defaultCrashes) {
		if round%crashesAPlace == 0 {
			c.place, c.acknowledged, c.archives = e.Place(t), map[feed.SourceID]int{}, newArchivist()
			c.archives.restless = true
		}
		c.kill(t, round, time.Duration(rng.Int64N(int64(crashWithin))))
		c.check(t, round)
		if t.Failed() {
			t.Fatalf("after kill %d", round+1)
		}
	}
	if c.polls == 0 {
		t.Error("every kill came before a poll was acknowledged: the test shows nothing")
	}
	t.Logf("%d polls were acknowledged", c.polls)
}

// seedOf prints a seed, so that a failure can be repeated.
func seedOf(t *testing.T) uint64 {
	seed := uint64(numberFrom(t, envSeed, int(time.Now().UnixNano())))
	t.Logf("repeat with %s=%d", envSeed, seed)
	return seed
}

func numberFrom(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%q: a number is expected", name, text)
	}
	return n
}

// crashSourcesOf are the sources of a round: their categories change from one
// to the next, so that refiling is interrupted too.
func crashSourcesOf(round int) []feed.Source {
	var out []feed.Source
	for i := range crashSources {
		out = append(out, source(fmt.Sprintf("s%02d", i), "all-of-them", fmt.Sprintf("c%d", (i+round)%3)))
	}
	return out
}

// crashShared is the number of the entry that the n-th poll of a source brings
// and that leads to the same page as the n-th of all others.
const crashShared = 1_000_000

// crashPoll is the n-th poll of a source: it adds entries, one of which others
// bring too, and edits the first one.
func crashPoll(st feed.State, src feed.Source, n int) storage.Poll {
	entries := []feed.Entry{entry(src, 0, fmt.Sprintf("poll %d", n))}
	for i := range crashEach {
		entries = append(entries, entry(src, 1+n*crashEach+i, strings.Repeat("words ", 50)))
	}
	shared := entry(src, crashShared+n, "the same for all")
	shared.Links[0].Href = fmt.Sprintf("https://example.com/shared/%d", n)
	entries = append(entries, shared)
	at := epoch.Add(time.Duration(n) * time.Minute)
	feed.Place(entries, false, at)
	st.ETag = strconv.Itoa(n + 1) // polls so far
	st.LastPoll, st.NextPoll = at, at.Add(time.Hour)
	rules := &feed.Repeats{Categories: map[string]feed.RepeatRule{"all-of-them": {}}}
	return storage.Poll{State: st, Entries: entries, Repeats: rules}
}

func pollsOf(st *feed.State) int {
	n, _ := strconv.Atoi(st.ETag) // empty before the first
	return n
}

// writeUntilKilled is the child: it prints a line for each poll after Commit
// has returned.
func writeUntilKilled(t *testing.T, s storage.Store) {
	sources := crashSourcesOf(numberFrom(t, envRound, 0))
	if err := s.PutSources(t.Context(), sources); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // should nobody kill it
	defer cancel()
	g, ctx := errgroup.WithContext(ctx)
	for w := range crashWriters {
		g.Go(func() error {
			for i := w; ctx.Err() == nil; i = (i + crashWriters) % crashSources {
				if err := pollOnce(ctx, s, sources[i]); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	t.Fatal(g.Wait())
}

func pollOnce(ctx context.Context, s storage.Store, src feed.Source) error {
	st, err := s.State(ctx, src.ID)
	if err != nil {
		return err
	}
	p := crashPoll(st, src, pollsOf(&st))
	if _, err := s.Commit(ctx, p); err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "ack %s %s\n", src.ID, p.State.ETag) // one write
	return err
}

// A crash is a store whose writers are killed.
type crash struct {
	engine       Engine
	place        string
	acknowledged map[feed.SourceID]int // polls of each source
	archives     *archivist
	polls        int
}

// kill starts the child, kills it after a while, and takes down what it had
// acknowledged.
func (c *crash) kill(t *testing.T, round int, after time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), envPlace+"="+c.place, fmt.Sprintf("%s=%d", envRound, round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended, which Wait tells
	defer timer.Stop()
	said := c.listen(t, out)
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the child ended by itself: %v\n%s", err, said)
	}
}

// listen reads whole lines until the child's end, and returns what is no
// acknowledgement.
func (c *crash) listen(t *testing.T, out io.Reader) (said string) {
	t.Helper()
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return said
		}
		if err != nil {
			t.Fatal(err)
		}
		var id feed.SourceID
		var n int
		if _, err := fmt.Sscanf(line, "ack %s %d\n", &id, &n); err != nil {
			said += line
			continue
		}
		c.acknowledged[id] = n
		c.polls++
	}
}

// check opens the store and holds it against what was acknowledged.
func (c *crash) check(t *testing.T, round int) {
	t.Helper()
	b := &bench{engine: c.engine, place: c.place, Store: c.engine.Open(t, c.place)}
	defer func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	b.check(t)
	sources := crashSourcesOf(round)
	b.put(t, sources...) // goes on where it was interrupted
	var all, once, repeats []feed.EntryID
	for _, src := range sources {
		ids, published, repeated := c.checkSource(t, b, src)
		all, once, repeats = append(all, ids...), append(once, published...), append(repeats, repeated...)
	}
	checkOnce(t, b, once, repeats)
	all = append(all, once...)
	checkFiled(t, b, "all-of-them", all)
	checkFiled(t, b, "", append(all, repeats...))
	checkSequence(t, b)
	for _, term := range []string{"all-of-them", "c0", ""} {
		c.archives.check(t, b, term, b.filedIn(t, term), true)
	}
	b.check(t)
}

// checkOnce: of the entries that lead to one page, one is published, and lists
// the others.
func checkOnce(t *testing.T, b *bench, once, repeats []feed.EntryID) {
	t.Helper()
	pages := map[string]feed.Entry{}
	for _, id := range once {
		e := b.stored(t, id)
		if other, ok := pages[e.Alternate()]; ok {
			t.Errorf("entries %s and %s lead to %s, and both are published", other.ID, id, e.Alternate())
		}
		pages[e.Alternate()] = e
	}
	listed := 0
	for _, e := range pages {
		listed += len(e.Also)
	}
	if listed != len(repeats) {
		t.Errorf("%d entries are listed with others, %d are repeats", listed, len(repeats))
	}
	for _, id := range repeats {
		e := b.stored(t, id)
		if first := pages[e.Alternate()]; e.Repeats[0].Of != first.ID {
			t.Errorf("entry %s repeats %s, want %s", id, e.Repeats[0].Of, first.ID)
		}
	}
}

// checkSource returns the entries that polls of the source have brought: its
// own, and of those that others bring too what is published and what is not.
func (c *crash) checkSource(t *testing.T, b *bench, src feed.Source) (ids, once, repeats []feed.EntryID) {
	t.Helper()
	st, err := b.State(t.Context(), src.ID)
	if err != nil {
		t.Fatal(err)
	}
	polls := pollsOf(&st)
	if polls < c.acknowledged[src.ID] {
		t.Errorf("%s: %d polls are stored, %d were acknowledged", src.ID, polls, c.acknowledged[src.ID])
	}
	c.acknowledged[src.ID] = polls // what is there must stay
	for n := range polls {
		e := b.stored(t, entry(src, crashShared+n, "").ID)
		if len(e.Repeats) == 0 {
			once = append(once, e.ID)
		} else {
			repeats = append(repeats, e.ID)
		}
	}
	if polls == 0 {
		return nil, nil, nil
	}
	filed := slices.Sorted(slices.Values(src.Categories))
	for n := range 1 + polls*crashEach {
		want := entry(src, n, "")
		e, err := b.Entry(t.Context(), want.ID)
		if err != nil {
			t.Errorf("%s: entry %d of %d polls: %v", src.ID, n, polls, err)
			continue
		}
		if n == 0 && e.Content.Body != fmt.Sprintf("poll %d", polls-1) {
			t.Errorf("%s: the first entry has the words of %q, the state those of poll %d", src.ID, e.Content.Body, polls-1)
		}
		if !slices.Equal(e.Filed, filed) {
			t.Errorf("%s: entry %d is filed under %v, want %v", src.ID, n, e.Filed, filed)
		}
		ids = append(ids, want.ID)
	}
	return ids, once, repeats
}

// checkFiled compares a category with the entries that belong there, each
// once and in order.
func checkFiled(t *testing.T, b *bench, term string, want []feed.EntryID) {
	t.Helper()
	got := collect(t, b.Entries(t.Context(), storage.Query{Category: term}))
	if !slices.IsSortedFunc(got, newestFirst) {
		t.Errorf("category %q is out of order", term)
	}
	ids := map[feed.EntryID]bool{}
	for i := range got {
		if ids[got[i].ID] {
			t.Errorf("entry %s is twice in category %q", got[i].ID, term)
		}
		ids[got[i].ID] = true
	}
	for _, id := range want {
		if !ids[id] {
			t.Errorf("entry %s is not in category %q", id, term)
		}
	}
	if len(ids) != len(want) {
		t.Errorf("%d entries in category %q, polls have brought %d", len(ids), term, len(want))
	}
}

// checkSequence reads the end of the change log: its numbers have no gap.
func checkSequence(t *testing.T, b *bench) {
	t.Helper()
	last, err := b.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := min(last, 500)
	if n == 0 {
		return
	}
	for i, c := range b.changes(t, last-n, int(n)) {
		if c.Seq != last-n+feed.Seq(i)+1 {
			t.Fatalf("change %d is followed by %d", last-n+feed.Seq(i), c.Seq)
		}
	}
}
