package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/storage"
	"tributary/storage/bolt"
)

// daemonBench is one run of `bench daemon`: a store full of sources, and serve
// polling those that are due.
type daemonBench struct {
	rig
	sources, feeds, hosts int
	rate, fillRate        float64 // polls a second: of the daemon, and while the store is filled
	lasting               time.Duration
	list                  []simFeed
	interval              time.Duration
	first                 time.Time // when the first source is due
}

// A simFeed is what the simulator says of a feed, and its validators.
type simFeed struct {
	URL                string `json:"url"`
	etag, lastModified string
}

// changedPart of the sources get a whole document, the others a 304.
const changedPart = 10

func benchDaemon(ctx context.Context, args []string) error {
	b := daemonBench{}
	err := parseFlags("daemon", args, func(f *flag.FlagSet) {
		f.IntVar(&b.sources, "n", 1_000_000, "sources")
		f.IntVar(&b.feeds, "feeds", 10_000, "feeds of the simulator that they ask for")
		f.IntVar(&b.hosts, "hosts", 5_000, "hosts of the simulator")
		f.Float64Var(&b.rate, "rate", 300, "polls that become due in a second")
		f.Float64Var(&b.fillRate, "fill", 6_000, "sources stored in a second, at least, while the store is filled")
		f.DurationVar(&b.lasting, "for", 10*time.Minute, "how long to poll")
	})
	if err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	defer b.close()
	if err != nil {
		return err
	}
	b.interval = time.Duration(float64(b.sources) / b.rate * float64(time.Second))
	list, stop, err := b.upstream(ctx, "-n", fmt.Sprint(b.feeds), "-hosts", fmt.Sprint(b.hosts), "-change", "0", "-validators", "1")
	if err != nil {
		return err
	}
	defer stop()
	b.list = list
	if err := b.validators(ctx); err != nil {
		return err
	}
	if err := b.fill(ctx); err != nil {
		return err
	}
	return b.run(ctx)
}

// validators asks once for each feed's validators.
func (b *daemonBench) validators(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(32)
	for i := range b.list {
		g.Go(func() error {
			f := &b.list[i]
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, http.NoBody)
			if err != nil {
				return err
			}
			req.Header.Set("Accept-Encoding", "gzip") // as the daemon does: the validators differ
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				return err
			}
			defer resp.Body.Close() //nolint:errcheck // read to its end
			f.etag, f.lastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
			_, err = io.Copy(io.Discard, resp.Body)
			return err
		})
	}
	return g.Wait()
}

func (b *daemonBench) source(i int) feed.Source {
	return feed.Source{ID: feed.SourceID(fmt.Sprintf("s%d", i)), URL: fmt.Sprintf("%s?source=%d", b.list[i%len(b.list)].URL, i), Kind: "feed", Categories: []string{"bench"}}
}

// headStart is how long starting the daemon may take: what is due before it
// polls waits for it.
const headStart = 10 * time.Second

// fill stores the sources as polls of long ago left them: due one after the
// other over the interval, with the validators of what the simulator serves,
// or of what it served before.
func (b *daemonBench) fill(ctx context.Context) error {
	began := time.Now()
	store, err := bolt.Open(ctx, b.storage())
	if err != nil {
		return err
	}
	want := make([]feed.Source, b.sources)
	for i := range want {
		want[i] = b.source(i)
	}
	if err := store.PutSources(ctx, want); err != nil {
		return err
	}
	b.first = time.Now().Add(time.Duration(float64(b.sources)/b.fillRate*float64(time.Second)) + headStart)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(256)
	slices.SortFunc(want, func(x, y feed.Source) int { return strings.Compare(string(x.ID), string(y.ID)) }) // as they lie in the store
	for i := range want {
		n, _ := strconv.Atoi(strings.TrimPrefix(string(want[i].ID), "s")) // as source has written it
		g.Go(func() error { return b.put(ctx, store, n) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if late := time.Since(b.first); late > 0 {
		return fmt.Errorf("the store was filled %s too late for the first poll: a lower -fill is needed", late.Round(time.Second))
	}
	if err := store.Close(); err != nil {
		return err
	}
	info, err := os.Stat(b.storage())
	if err != nil {
		return err
	}
	fmt.Printf("%d sources stored in %s: %d MB\n", b.sources, time.Since(began).Round(time.Second), info.Size()>>20)
	return nil
}

// put commits a poll of source i as if it had been made an interval ago.
func (b *daemonBench) put(ctx context.Context, store storage.Store, i int) error {
	src := b.source(i)
	states, err := store.Claim(ctx, storage.Claim{Sources: []feed.SourceID{src.ID}, Limit: 1})
	if err != nil || len(states) != 1 {
		return fmt.Errorf("claim %s: %d, %w", src.ID, len(states), err)
	}
	s, f := states[0], &b.list[i%len(b.list)]
	s.Reader = parse.Version
	s.Feed.Title.Body = "Source " + string(src.ID)
	s.ETag, s.LastModified, s.Body = f.etag, f.lastModified, feed.DigestOf(f.URL)
	if i%changedPart == 0 {
		s.ETag, s.LastModified = `"before"`, "Thu, 01 Jan 2015 00:00:00 GMT"
	}
	// Neighbours in the list are due far from each other, as they are after a
	// year of jitter.
	place := (i * 7919) % b.sources
	s.NextPoll = b.first.Add(time.Duration(float64(place) / b.rate * float64(time.Second)))
	s.LastPoll = s.NextPoll.Add(-b.interval)
	s.LastSuccess, s.Newest, s.Gap = s.LastPoll, s.LastPoll.UTC().Truncate(time.Second), 24*time.Hour
	s.Status, s.Why = http.StatusOK, feed.WhyLeast
	_, err = store.Commit(ctx, storage.Poll{State: s})
	return err
}

// A daemonStatus is the part of what the daemon says of itself that counts here.
type daemonStatus struct {
	Polls       int64         `json:"polls"`
	NotModified int64         `json:"not_modified"`
	Failed      int64         `json:"failed"`
	NewEntries  int64         `json:"new_entries"`
	OnTime      int64         `json:"healthy_polls"`
	Late50      time.Duration `json:"late_p50_ns"`
	Late99      time.Duration `json:"late_p99_ns"`
	LateMost    time.Duration `json:"late_max_ns"`
	Heap        int64         `json:"heap_bytes"`
}

// run starts serve, says how long it took to its first poll, and looks on.
func (b *daemonBench) run(ctx context.Context) error {
	address, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	urls := make([]string, b.sources)
	for i := range urls {
		urls[i] = b.source(i).URL
	}
	err = configure(b.config(), b.storage(), []string{fmt.Sprintf("listen = %q", address)}, []string{fmt.Sprintf("min_interval = %q", b.interval.Round(time.Second))}, urls)
	if err != nil {
		return err
	}
	time.Sleep(time.Until(b.first)) // something is due from the start on
	if err := b.reset(ctx); err != nil {
		return err
	}
	began := time.Now()
	pid, stop, err := startProcess(ctx, b.tributary, "serve", "--config", b.config())
	if err != nil {
		return err
	}
	defer stop()
	if err := until(ctx, time.Minute, "the first poll", func() bool { return b.requests(ctx) > 0 }); err != nil {
		return err
	}
	fmt.Printf("start with %d sources to the first poll: %.2fs (under 3s)\n", b.sources, time.Since(began).Seconds())
	return b.watch(ctx, pid)
}

func (b *daemonBench) reset(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1:"+b.port+"/reset", http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

type simStats struct {
	Requests   int64            `json:"requests"`
	Violations map[string]int64 `json:"violations"`
}

func (b *daemonBench) requests(ctx context.Context) int64 {
	var s simStats
	if b.ask(ctx, "/stats", &s) != nil {
		return 0
	}
	return s.Requests
}

func (b *daemonBench) watch(ctx context.Context, pid int) error {
	var status daemonStatus
	var most memoryUse
	began := time.Now()
	for time.Since(began) < b.lasting {
		select {
		case <-time.After(min(10*time.Second, b.lasting/4)):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := askSocket(ctx, b.storage()+".sock", "/status", &status); err != nil {
			return err
		}
		use, err := memoryOf(pid)
		if err != nil {
			return err
		}
		most = memoryUse{max(most.all, use.all), max(most.anonymous, use.anonymous)}
		fmt.Printf("%4.0fs: %d polls, %d not modified, %d failed, %d new entries; late by %s (half), %s (99%%), %s (most); %d MB resident, %d MB of it not the file's\n",
			time.Since(began).Seconds(), status.Polls, status.NotModified, status.Failed, status.NewEntries,
			status.Late50.Round(time.Millisecond), status.Late99.Round(time.Millisecond), status.LateMost.Round(time.Millisecond), use.all>>20, use.anonymous>>20)
	}
	took := time.Since(began)
	fmt.Printf("polls a second: %.0f over %s (at least %.0f), %.0f%% not modified\n", float64(status.Polls)/took.Seconds(), took.Round(time.Second), b.rate,
		100*float64(status.NotModified)/float64(status.Polls))
	fmt.Printf("1 of 100 polls began %s late or later (under 5s)\n", status.Late99.Round(time.Millisecond))
	fmt.Printf("resident at most %d MB (under 1,000), %d MB of it not pages of the file\n", most.all>>20, most.anonymous>>20)
	return nil
}

// askSocket asks a daemon over its socket.
func askSocket(ctx context.Context, socket, path string, into any) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	u := url.URL{Scheme: "http", Host: "daemon", Path: path}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	return json.NewDecoder(resp.Body).Decode(into)
}

// memoryUse is what a process has in memory, in bytes: all of it, and what is
// no file's, whose pages the system takes back when it needs them.
type memoryUse struct{ all, anonymous int64 }

func memoryOf(pid int) (memoryUse, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memoryUse{}, err
	}
	var use memoryUse
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if len(fields) == 0 {
			continue
		}
		kib, _ := strconv.ParseInt(fields[0], 10, 64) // the lines that count are numbers
		switch name {
		case "VmRSS":
			use.all = kib << 10
		case "RssAnon":
			use.anonymous = kib << 10
		}
	}
	return use, nil
}
