package bolt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// ruledStore has a source with n entries that are to be decided about anew.
func ruledStore(t testing.TB, n int) storage.Store {
	t.Helper()
	s, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, s) })
	src := feed.Source{ID: "ruled", URL: "https://example.com/ruled", Kind: "feed", Categories: []string{"news"}}
	other := feed.Source{ID: "other", URL: "https://example.com/other", Kind: "feed", Categories: []string{"news"}}
	if err := s.PutSources(t.Context(), []feed.Source{src, other}); err != nil {
		t.Fatal(err)
	}
	entries := make([]feed.Entry, n)
	for i := range entries {
		link := fmt.Sprintf("https://example.com/%d", i)
		entries[i] = feed.Entry{
			ID: feed.Identify("ruled", link, "", feed.Digest{}), Source: "ruled", UpstreamID: link, Filed: []string{"news"},
			Title: feed.Text{Body: "Title " + link}, Content: feed.Text{Type: feed.TextHTML, Body: string(make([]byte, 2000))}, Digest: feed.DigestOf(link),
		}
	}
	feed.Place(entries, false, time.Now())
	for batch := range slices.Chunk(entries, 2000) {
		if err := poll(t, s, "ruled", batch...); err != nil {
			t.Fatal(err)
		}
	}
	src.Filing = feed.DigestOf("rules")
	if err := s.PutSources(t.Context(), []feed.Source{src, other}); err != nil {
		t.Fatal(err)
	}
	return s
}

func elsewhere(_ *feed.Source, e *feed.Entry) { e.Filed = []string{"tech"} }

// BenchmarkRefile files 3,000 entries of 2 KB elsewhere, while polls of
// another source are committed, of which it tells how long they take.
func BenchmarkRefile(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := ruledStore(b, 3_000)
		ctx, cancel := context.WithCancel(b.Context())
		took := make(chan []time.Duration)
		go func() {
			var all []time.Duration
			for n := 0; ctx.Err() == nil; n++ {
				e := feed.Entry{ID: feed.Identify("other", fmt.Sprint(n), "", feed.Digest{}), Source: "other", Filed: []string{"news"}, Digest: feed.DigestOf(fmt.Sprint(n))}
				began := time.Now()
				if poll(b, s, "other", e) != nil {
					break
				}
				all = append(all, time.Since(began))
			}
			took <- all
		}()
		b.StartTimer()
		n, err := s.Refile(b.Context(), elsewhere)
		b.StopTimer()
		cancel()
		all := <-took
		if err != nil || n != 3_000 || len(all) == 0 {
			b.Fatal(n, err, len(all))
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms/commit-median")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms/commit-p99")
		b.StartTimer()
	}
}
