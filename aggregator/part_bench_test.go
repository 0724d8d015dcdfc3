package aggregator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"

	"tributary/feed"
	"tributary/internal/testshared"
)

// A version is an answer of the simulator's.
type version struct {
	mediaType string
	body      []byte
}

// twoVersions serves feeds of the simulator in two versions by turns, each of
// which has one item that the other has not.
func twoVersions(b *testing.B, n int) (sources []feed.Source, turn *atomic.Int64, size int64) {
	up := testshared.StartUpstream(b, "-n", fmt.Sprint(n), "-change", "1", "-validators", "0")
	bodies := make([][2]version, n)
	for v := range 2 {
		for i := range bodies {
			resp, err := http.Get(up.Feeds[i].URL)
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
			bodies[i][v] = version{resp.Header.Get("Content-Type"), body}
			size += int64(len(body)) / 2
		}
	}
	turn = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &i); err != nil {
			b.Error(err)
			return
		}
		v := bodies[i][turn.Load()%2]
		w.Header().Set("Content-Type", v.mediaType)
		_, _ = w.Write(v.body)
	}))
	b.Cleanup(server.Close)
	for i := range n {
		sources = append(sources, feed.Source{ID: feed.SourceID(fmt.Sprintf("f%d", i)), URL: fmt.Sprintf("%s/%d", server.URL, i), Kind: "feed", Categories: []string{"c"}})
	}
	return sources, turn, size
}

// BenchmarkChanged polls feeds with one new item each, over loopback and into
// a store on the disk.
func BenchmarkChanged(b *testing.B) {
	sources, turn, size := twoVersions(b, 100)
	f := newFleet(b, filepath.Join(b.TempDir(), "test.db"), sources...)
	f.pass(b)
	b.ReportAllocs()
	b.SetBytes(size)
	for b.Loop() { // the 100 feeds are on one host, which two polls at a time are made of
		turn.Add(1)
		for id, o := range f.pass(b) {
			if o.Error != "" || o.Unchanged == 0 {
				b.Fatalf("%s: %d unchanged, %s", id, o.Unchanged, o.Error)
			}
		}
	}
	b.ReportMetric(float64(len(sources)*b.N)/b.Elapsed().Seconds(), "polls/s")
}

// BenchmarkFirst polls feeds of which nothing is known.
func BenchmarkFirst(b *testing.B) {
	sources, _, size := twoVersions(b, 100)
	entries := 0
	b.SetBytes(size)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		b.StopTimer()
		f := newFleet(b, filepath.Join(b.TempDir(), "test.db"), sources...)
		b.StartTimer()
		entries = 0
		for id, o := range f.pass(b) {
			entries += o.New
			if o.Error != "" {
				b.Fatalf("%s: %s", id, o.Error)
			}
		}
		b.StopTimer()
		f.close(b)
		b.StartTimer()
	}
	runtime.ReadMemStats(&after)
	all := float64(entries * b.N)
	b.ReportMetric(all/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/all, "allocs/entry")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/all, "B/entry")
}
