package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
	"tributary/storage/bolt"
)

// storeBench is one run of `bench store`.
type storeBench struct {
	rig
	entries, sources, perPoll, writers int
}

const storeCategories = 10

func benchStore(ctx context.Context, args []string) error {
	b := storeBench{sources: 16384, perPoll: 50}
	err := parseFlags("store", args, func(f *flag.FlagSet) {
		f.IntVar(&b.entries, "n", 1_000_000, "entries")
		f.IntVar(&b.writers, "writers", 64, "polls committed at one time")
	})
	if err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	defer b.close()
	if err != nil {
		return err
	}
	if err := b.readings(ctx); err != nil {
		return err
	}
	return b.serve(ctx)
}

// readings fills a store with 1,000 entries and one with all, and compares
// reading and rendering a category, the two in turn.
func (b *storeBench) readings(ctx context.Context) error {
	small, err := b.filled(ctx, filepath.Join(b.dir, "small.db"), 1000)
	if err != nil {
		return err
	}
	defer small.Close() //nolint:errcheck // only read
	large, err := b.filled(ctx, b.storage(), b.entries)
	if err != nil {
		return err
	}
	defer large.Close() //nolint:errcheck // only read
	read, err := inTurn(1000, func(s storage.Store) error { return readNewest(ctx, s) }, small, large)
	if err != nil {
		return err
	}
	atom := render.Formats[slices.IndexFunc(render.Formats, func(f *render.Format) bool { return f.Name == "atom" })]
	rendered, err := inTurn(500, func(s storage.Store) error { return renderCategory(ctx, s, atom) }, small, large)
	if err != nil {
		return err
	}
	fmt.Printf("newest 50 of a category: %s with 1,000 entries, %s with %d (under 100µs)\n", read[0], read[1], b.entries)
	fmt.Printf("page and Atom document of a category: %s with 1,000, %s with %d: %.2f times (at most 1.2)\n",
		rendered[0], rendered[1], b.entries, float64(rendered[1])/float64(rendered[0]))
	return nil
}

// filled makes a store of n entries and opens it again.
func (b *storeBench) filled(ctx context.Context, path string, n int) (storage.Store, error) {
	if err := b.fill(ctx, path, n); err != nil {
		return nil, err
	}
	began := time.Now()
	store, err := bolt.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	fmt.Printf("opening %d entries, %d MB: %s (under 10ms)\n", n, info.Size()>>20, took.Round(time.Microsecond))
	return store, nil
}

// fill commits n entries of about 2 KB in polls, several at a time.
func (b *storeBench) fill(ctx context.Context, path string, n int) error {
	store, err := bolt.Open(ctx, path)
	if err != nil {
		return err
	}
	var want []feed.Source
	for i := range b.sources {
		want = append(want, benchSource(i))
	}
	if err := store.PutSources(ctx, want); err != nil {
		return err
	}
	var committing time.Duration
	polls := n / b.perPoll
	const stride = 400 // polls made ahead, apart from the time that counts
	for from := 0; from < polls; from += stride {
		batch := b.polls(from, min(stride, polls-from))
		began := time.Now()
		if err := b.commit(ctx, store, batch); err != nil {
			return err
		}
		committing += time.Since(began)
	}
	if n == b.entries {
		fmt.Printf("%d entries of 2 KB stored: %.0f a second (at least 50,000)\n", n, float64(n)/committing.Seconds())
	}
	return store.Close()
}

// polls makes n polls, each of the next source in turn.
func (b *storeBench) polls(from, n int) []storage.Poll {
	rng := rand.New(rand.NewPCG(1, uint64(from)))
	polls := make([]storage.Poll, n)
	for p := range polls {
		src := benchSource((from + p) % b.sources)
		now := time.Date(2026, 1, 1, 0, 0, from+p, 0, time.UTC)
		entries := make([]feed.Entry, b.perPoll)
		for i := range entries {
			entries[i] = benchEntry(rng, &src, fmt.Sprintf("%d-%d", from+p, i), now)
		}
		feed.Place(entries, false, now)
		polls[p] = storage.Poll{
			State: feed.State{
				Source: src, URL: src.URL, Revision: uint64((from + p) / b.sources),
				LastPoll: now, LastSuccess: now, NextPoll: time.Now().Add(24 * time.Hour),
			},
			Entries: entries,
		}
	}
	return polls
}

// commit commits polls, several at a time.
func (b *storeBench) commit(ctx context.Context, store storage.Store, polls []storage.Poll) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(b.writers)
	for i := range polls {
		g.Go(func() error {
			_, err := store.Commit(ctx, polls[i])
			return err
		})
	}
	return g.Wait()
}

func benchSource(i int) feed.Source {
	return feed.Source{
		ID: feed.SourceID(fmt.Sprintf("s%d", i)), URL: fmt.Sprintf("http://127.0.0.1:9/%d.xml", i), Kind: "feed",
		Categories: []string{benchTerm(i)},
	}
}

func benchTerm(i int) string { return fmt.Sprintf("c%d", i%storeCategories) }

// benchEntry makes an entry of about 2 KB whose words do not repeat.
func benchEntry(rng *rand.Rand, src *feed.Source, key string, now time.Time) feed.Entry {
	var text strings.Builder
	for text.Len() < 1700 {
		fmt.Fprintf(&text, "<p>%x %x %x</p> ", rng.Uint64(), rng.Uint64(), rng.Uint64())
	}
	link := "https://example.com/" + key
	return feed.Entry{
		ID: feed.Identify(src.ID, link, link, feed.Digest{}), Source: src.ID, UpstreamID: link, Filed: src.Categories,
		Title:   feed.Text{Body: "Entry " + key + " of a measured store"},
		Summary: feed.Text{Body: "A summary of what the entry says, as feeds have it."},
		Content: feed.Text{Type: feed.TextHTML, Body: text.String()},
		Links:   []feed.Link{{Href: link, Rel: feed.RelAlternate}}, Authors: []feed.Person{{Name: "A. Writer"}},
		Published: now.Add(-time.Hour), Digest: feed.DigestOf(key),
	}
}

func readNewest(ctx context.Context, store storage.Reader) error {
	n := 0
	for _, err := range store.Entries(ctx, storage.Query{Category: "c3", Limit: 50}) {
		if err != nil {
			return err
		}
		n++
	}
	if n != 50 {
		return fmt.Errorf("%d entries read, want 50", n)
	}
	return nil
}

func renderCategory(ctx context.Context, store storage.Reader, format *render.Format) error {
	var entries []feed.Entry
	for e, err := range store.Entries(ctx, storage.Query{Category: "c3", Limit: 50}) {
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	page := &render.Page{
		Site:     render.Site{Title: "Bench", BaseURL: "http://localhost", ID: "tag:localhost,2026:bench"},
		Category: render.Category{Term: "c3", Label: "C3"}, Entries: entries,
	}
	return format.Render(discard{}, page)
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// inTurn runs f n times on each store, in turn, and returns the medians.
func inTurn(n int, f func(storage.Store) error, stores ...storage.Store) ([]time.Duration, error) {
	times := make([][]time.Duration, len(stores))
	for range n {
		for i, s := range stores {
			began := time.Now()
			if err := f(s); err != nil {
				return nil, err
			}
			times[i] = append(times[i], time.Since(began))
		}
	}
	medians := make([]time.Duration, len(stores))
	for i := range times {
		slices.Sort(times[i])
		medians[i] = times[i][n/2]
	}
	return medians, nil
}

// serve starts the daemon on the filled store and waits for its first byte.
func (b *storeBench) serve(ctx context.Context) error {
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.config(), []byte(b.settings(address)), 0o600); err != nil {
		return err
	}
	began := time.Now()
	stop, err := start(ctx, b.tributary, "serve", "--config", b.config())
	if err != nil {
		return err
	}
	defer stop()
	url := "http://" + address + "/c3/atom.xml"
	for time.Since(began) < time.Minute {
		resp, err := http.Get(url) //nolint:noctx // bounded by the loop
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		_ = resp.Body.Close() // the status says all
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", url, resp.Status)
		}
		fmt.Printf("start to first served byte: %s (under 1s)\n", time.Since(began).Round(time.Millisecond))
		return nil
	}
	return fmt.Errorf("%s: no answer within a minute", url)
}

func (b *storeBench) settings(address string) string {
	var c strings.Builder
	fmt.Fprintf(&c, "storage = %q\n[site]\nlisten = %q\nbase_url = \"http://%s\"\n", "bolt:"+b.storage(), address, address)
	for i := range storeCategories {
		fmt.Fprintf(&c, "[category.%s]\nlabel = \"Category %d\"\n", benchTerm(i), i)
	}
	for i := range b.sources {
		s := benchSource(i)
		fmt.Fprintf(&c, "[source.%s]\nurl = %q\ncategories = [%q]\n", s.ID, s.URL, s.Categories[0])
	}
	return c.String()
}
