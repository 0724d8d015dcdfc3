package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tributary/feed"
	"tributary/feed/repeat"
	"tributary/storage"
)

// benchWords are what the entries of the benchmark are made of: as many as a
// language has that are in use.
var benchWords = func() (words []string) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		var w strings.Builder
		for range 2 + rng.IntN(8) {
			w.WriteByte(byte('a' + rng.IntN(26)))
		}
		words = append(words, w.String())
	}
	return words
}()

// storyEntry makes an entry of so many bytes of words.
func storyEntry(rng *rand.Rand, src feed.Source, key string, size int) feed.Entry {
	e := benchEntry(rng, src, key, epochOfBench)
	var text strings.Builder
	text.WriteString("<p>")
	for text.Len() < size {
		text.WriteString(benchWords[rng.IntN(len(benchWords))])
		text.WriteByte(' ')
	}
	e.Content.Body = text.String() + "</p>"
	return e
}

// storySources are so many that none has all that is stored.
const storySources = 1000

func storySource(i int) feed.Source {
	src := benchSource(i % storySources)
	src.Categories = []string{"c0"}
	return src
}

var epochOfBench = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

var benchRules = &feed.Repeats{Categories: map[string]feed.RepeatRule{"c0": {Story: true, Window: 72 * time.Hour}}}

// fillStories commits n entries that are all within the window, so that the
// index holds every one of them.
func fillStories(b *testing.B, s storage.Store, n int, rules *feed.Repeats) {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	const poll = 5000
	for from := 0; from < n; from += poll {
		commitStories(b, s, storySource(from/poll), rng, from, min(poll, n-from), 250, time.Duration(from)*(72*time.Hour/time.Duration(n)), rules)
	}
}

// commitStories commits a poll of new entries, and returns what that took of
// the processor, which others that use the machine change little.
func commitStories(b *testing.B, s storage.Store, src feed.Source, rng *rand.Rand, from, n, size int, after time.Duration, rules *feed.Repeats) time.Duration {
	b.Helper()
	st, err := s.State(b.Context(), src.ID)
	if err != nil {
		b.Fatal(err)
	}
	entries := make([]feed.Entry, n)
	for i := range entries {
		entries[i] = storyEntry(rng, src, fmt.Sprintf("story-%d", from+i), size)
	}
	st.LastPoll = epochOfBench.Add(after)
	feed.Place(entries, false, st.LastPoll)
	began := processorTime(b)
	if _, err := s.Commit(b.Context(), storage.Poll{State: st, Entries: entries, Repeats: rules}); err != nil {
		b.Fatal(err)
	}
	return processorTime(b) - began
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRepeats commits polls of 50 new entries to stores of a few and of
// many entries, without and with near-copies being looked for. What that costs
// an entry is the difference of cpu-us/entry; it is at most 100.
func BenchmarkRepeats(b *testing.B) {
	for _, n := range []int{1000, stored(b)} {
		for _, rules := range []*feed.Repeats{nil, benchRules} {
			name := map[bool]string{true: "kept", false: "story"}[rules == nil]
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				s := open(b, filepath.Join(b.TempDir(), "bench.db"))
				defer s.Close()
				var sources []feed.Source
				for i := range storySources {
					sources = append(sources, storySource(i))
				}
				if err := s.PutSources(b.Context(), sources); err != nil {
					b.Fatal(err)
				}
				fillStories(b, s, n, rules)
				rng := rand.New(rand.NewPCG(2, 2))
				var took time.Duration
				polls := 0
				for b.Loop() {
					took += commitStories(b, s, storySource(storySources/2+polls), rng, n+polls*benchPoll, benchPoll, 1700, 72*time.Hour, rules)
					polls++
				}
				b.ReportMetric(float64(took.Microseconds())/float64(polls*benchPoll), "cpu-us/entry")
			})
		}
	}
}

// BenchmarkStoryOf makes what an entry is known by.
func BenchmarkStoryOf(b *testing.B) {
	e := storyEntry(rand.New(rand.NewPCG(3, 3)), benchSource(0), "x", 1700)
	b.ReportAllocs()
	for b.Loop() {
		repeat.Of(&e, true)
	}
}
