package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
	"tributary/storage"
)

// written returns how many bytes the process has had written to disks so far.
func written(b *testing.B) (bytes int64) {
	b.Helper()
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		b.Skip(err)
	}
	var name string
	for rest := string(text); rest != ""; {
		var n int64
		if _, err := fmt.Sscanf(rest, "%s %d\n", &name, &n); err != nil {
			b.Fatal(err)
		}
		if name == "write_bytes:" {
			bytes = n
		}
		for rest[0] != '\n' {
			rest = rest[1:]
		}
		rest = rest[1:]
	}
	return bytes
}

// trickled makes polls of so many sources, each with some new entries of half a
// KB, and commits them as many at a time as wait.
func trickled(b *testing.B, s storage.Store, rng *rand.Rand, round, sources, entries int) {
	b.Helper()
	polls := make([]storage.Poll, sources)
	for i := range polls {
		src := benchSource(i)
		st, err := s.State(b.Context(), src.ID)
		if err != nil {
			b.Fatal(err)
		}
		st.LastPoll = epochOfBench.Add(time.Duration(round) * time.Hour)
		polls[i] = storage.Poll{State: st, Entries: make([]feed.Entry, entries)}
		for n := range polls[i].Entries {
			polls[i].Entries[n] = benchEntry(rng, src, fmt.Sprintf("%d-%d-%d", i, round, n), st.LastPoll)
			polls[i].Entries[n].Content.Body = polls[i].Entries[n].Content.Body[:200]
		}
		feed.Place(polls[i].Entries, false, st.LastPoll)
	}
	rng.Shuffle(len(polls), func(i, j int) { polls[i], polls[j] = polls[j], polls[i] })
	var g errgroup.Group
	b.StartTimer()
	for w := range benchWriters {
		g.Go(func() error {
			for i := w; i < len(polls); i += benchWriters {
				if _, err := s.Commit(b.Context(), polls[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	b.StopTimer()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkTrickle commits polls that bring one new entry each, of sources that
// lie anywhere: what a commit writes beside the entries is most of it.
func BenchmarkTrickle(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "bench.db"))
	defer s.Close()
	const sources = benchSources / 4
	var want []feed.Source
	for i := range sources {
		want = append(want, benchSource(i))
	}
	if err := s.PutSources(b.Context(), want); err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(4, 4))
	trickled(b, s, rng, 0, sources, 20)
	b.ResetTimer()
	b.StopTimer()
	before, rounds := written(b), 0
	for range b.N {
		rounds++
		trickled(b, s, rng, rounds, sources, 1)
	}
	polls := float64(rounds * sources)
	b.ReportMetric(float64(written(b)-before)/polls, "B/poll")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/polls, "us/poll")
}
