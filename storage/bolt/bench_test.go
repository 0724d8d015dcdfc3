package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

const (
	benchSources = 16384 // a multiple of the writers: a source has one writer
	benchWriters = 64
	benchPoll    = 50 // entries
)

func benchSource(i int) feed.Source {
	return feed.Source{
		ID: feed.SourceID(fmt.Sprintf("s%d", i)), URL: fmt.Sprintf("http://127.0.0.1:9/%d.xml", i), Kind: "feed",
		Categories: []string{fmt.Sprintf("c%d", i%10)},
	}
}

// benchEntry makes an entry of about 2 KB.
func benchEntry(rng *rand.Rand, src feed.Source, key string, now time.Time) feed.Entry {
	var text strings.Builder
	for text.Len() < 1700 {
		fmt.Fprintf(&text, "<p>%x %x %x</p> ", rng.Uint64(), rng.Uint64(), rng.Uint64())
	}
	link := "https://example.com/" + key
	return feed.Entry{
		ID: feed.Identify(src.ID, link, link, feed.Digest{}), Source: src.ID, UpstreamID: link, Filed: src.Categories,
		Title: feed.Text{Body: "Entry " + key}, Summary: feed.Text{Body: "What the entry says, in a sentence or two."},
		Content: feed.Text{Type: feed.TextHTML, Body: text.String()},
		Links:   []feed.Link{{Href: link, Rel: feed.RelAlternate}}, Authors: []feed.Person{{Name: "A. Writer"}},
		Published: now.Add(-time.Hour), Digest: feed.DigestOf(key),
	}
}

// fill commits n entries in polls of benchPoll, benchWriters at a time, and
// returns the time that the commits took, making the entries apart.
func fill(b *testing.B, s storage.Store, n int) time.Duration {
	b.Helper()
	var want []feed.Source
	for i := range benchSources {
		want = append(want, benchSource(i))
	}
	if err := s.PutSources(b.Context(), want); err != nil {
		b.Fatal(err)
	}
	var committing time.Duration
	const stride = 20_000
	for from := 0; from < n; from += stride {
		polls := makePolls(b, from/benchPoll, min(stride, n-from)/benchPoll)
		began := time.Now()
		var g errgroup.Group
		for w := range benchWriters {
			g.Go(func() error {
				for p := w; p < len(polls); p += benchWriters {
					st, err := s.State(b.Context(), polls[p].State.Source.ID)
					if err != nil {
						return err
					}
					polls[p].State.Revision = st.Revision
					if _, err := s.Commit(b.Context(), polls[p]); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			b.Fatal(err)
		}
		committing += time.Since(began)
	}
	return committing
}

func makePolls(b *testing.B, from, n int) []storage.Poll {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, uint64(from)))
	polls := make([]storage.Poll, n)
	for p := range polls {
		src := benchSource((from + p) % benchSources)
		now := time.Date(2026, 1, 1, 0, 0, from+p, 0, time.UTC)
		entries := make([]feed.Entry, benchPoll)
		for i := range entries {
			entries[i] = benchEntry(rng, src, fmt.Sprintf("%d-%d", from+p, i), now)
		}
		feed.Place(entries, false, now)
		polls[p] = storage.Poll{State: feed.State{Source: src, URL: src.URL, NextPoll: now.Add(time.Hour)}, Entries: entries}
	}
	return polls
}

// stored is how many entries the benchmarks of a filled store have;
// TRIBUTARY_BENCH_ENTRIES=1000000 is the case that is promised.
func stored(b *testing.B) int {
	b.Helper()
	text := os.Getenv("TRIBUTARY_BENCH_ENTRIES")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkIngest stores entries of 2 KB in groups.
func BenchmarkIngest(b *testing.B) {
	n := stored(b)
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "bench.db"))
		took := fill(b, s, n)
		b.ReportMetric(float64(n)/took.Seconds(), "entries/s")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFilled reads from a store that holds much, and opens it.
func BenchmarkFilled(b *testing.B) {
	for _, n := range []int{1000, stored(b)} {
		path := filepath.Join(b.TempDir(), "bench.db")
		s := open(b, path)
		fill(b, s, n)
		b.Run(fmt.Sprintf("newest50/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readNewest(b, s)
			}
		})
		b.Run(fmt.Sprintf("unchanged/%d", n), func(b *testing.B) { pollAgain(b, s) })
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("open/%d", n), func(b *testing.B) {
			for b.Loop() {
				s, err := bolt.Open(b.Context(), path)
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

func readNewest(b *testing.B, s storage.Store) {
	b.Helper()
	n := 0
	for _, err := range s.Entries(b.Context(), storage.Query{Category: "c3", Limit: 50}) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != 50 {
		b.Fatalf("%d entries, want 50", n)
	}
}

// pollAgain commits a poll that brings nothing new.
func pollAgain(b *testing.B, s storage.Store) {
	b.ReportAllocs()
	p := makePolls(b, 3, 1)[0]
	for b.Loop() {
		st, err := s.State(b.Context(), p.State.Source.ID)
		if err != nil {
			b.Fatal(err)
		}
		p.State.Revision = st.Revision
		ops, err := s.Commit(b.Context(), p)
		if err != nil || ops[0] != feed.Unchanged {
			b.Fatal(ops, err)
		}
	}
}

// BenchmarkCommit stores a poll of 40 new entries of 2 KB, one after the
// other: what a lone poll waits for its commit.
func BenchmarkCommit(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "bench.db"))
	defer s.Close()
	p := makePolls(b, 0, 1)[0]
	p.Entries = p.Entries[:40]
	if err := s.PutSources(b.Context(), []feed.Source{p.State.Source}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range p.Entries {
			p.Entries[i].ID = feed.Identify(p.State.Source.ID, fmt.Sprint(p.State.Revision, i), "", feed.Digest{})
			p.Entries[i].Order = p.Entries[i].Order.Add(time.Second)
		}
		if _, err := s.Commit(b.Context(), p); err != nil {
			b.Fatal(err)
		}
		p.State.Revision++
	}
}

// BenchmarkClaim leases 64 of 16,384 sources that are due.
func BenchmarkClaim(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "bench.db"))
	defer s.Close()
	var want []feed.Source
	for i := range benchSources {
		want = append(want, benchSource(i))
	}
	if err := s.PutSources(b.Context(), want); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		states, err := s.Claim(b.Context(), storage.Claim{Due: time.Now(), Limit: 64, Lease: time.Nanosecond})
		if err != nil || len(states) != 64 {
			b.Fatal(len(states), err)
		}
	}
}

// BenchmarkStates commits polls without entries: what a 304 costs.
func BenchmarkStates(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "bench.db"))
	defer s.Close()
	var want []feed.Source
	for i := range benchSources {
		want = append(want, benchSource(i))
	}
	if err := s.PutSources(b.Context(), want); err != nil {
		b.Fatal(err)
	}
	next := make(chan feed.State, benchSources)
	for i := range want {
		st, err := s.State(b.Context(), want[i].ID)
		if err != nil {
			b.Fatal(err)
		}
		next <- st
	}
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			st := <-next
			st.NextPoll = time.Now()
			if _, err := s.Commit(b.Context(), storage.Poll{State: st}); err != nil {
				b.Error(err)
				return
			}
			st.Revision++
			next <- st
		}
	})
}

// BenchmarkPutSources starts again with the sources that are stored, and with
// one more; TRIBUTARY_BENCH_SOURCES=1000000 is the case that is promised.
func BenchmarkPutSources(b *testing.B) {
	n := 50_000
	if text := os.Getenv("TRIBUTARY_BENCH_SOURCES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	s := open(b, filepath.Join(b.TempDir(), "bench.db"))
	defer s.Close()
	var want []feed.Source
	for i := range n {
		want = append(want, benchSource(i))
	}
	put := func(b *testing.B, want []feed.Source) {
		b.Helper()
		if err := s.PutSources(b.Context(), want); err != nil {
			b.Fatal(err)
		}
	}
	put(b, want)
	b.Run(fmt.Sprintf("same/%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			put(b, want)
		}
	})
	b.Run(fmt.Sprintf("one_more/%d", n), func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			want = append(want, benchSource(n+i))
			put(b, want)
		}
	})
}
