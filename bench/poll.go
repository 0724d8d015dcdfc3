package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// pollBench is one run of `bench poll`.
type pollBench struct {
	rig
	feeds, runs int
	list        string // a file of the feeds' addresses
}

func benchPoll(ctx context.Context, args []string) (err error) {
	b := pollBench{}
	err = parseFlags("poll", args, func(f *flag.FlagSet) {
		f.IntVar(&b.feeds, "n", 1000, "feeds")
		f.IntVar(&b.runs, "runs", 3, "runs of each; the median counts")
	})
	if err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	defer b.close()
	if err != nil {
		return err
	}
	feeds, stop, err := b.upstream(ctx, "-n", fmt.Sprint(b.feeds), "-change", "0", "-validators", "0")
	if err != nil {
		return err
	}
	defer stop()
	urls := urlsOf(feeds)
	b.list = filepath.Join(b.dir, "urls")
	if err := os.WriteFile(b.list, []byte(strings.Join(urls, "\n")), 0o600); err != nil {
		return err
	}
	if err := configure(b.config(), b.storage(), nil, []string{`host_gap = "0s"`}, urls); err != nil {
		return err
	}
	if err := b.compare(ctx); err != nil {
		return err
	}
	return b.holdAgainstTruth(ctx)
}

// holdAgainstTruth polls into an empty store once more, and compares what is
// stored of each feed with what the simulator says it holds.
func (b *pollBench) holdAgainstTruth(ctx context.Context) error {
	if err := os.RemoveAll(b.storage()); err != nil {
		return err
	}
	out, err := output(ctx, nil, b.tributary, "poll", "--all", "--json", "--config", b.config())
	if err != nil {
		return err
	}
	stored, truth := 0, 0
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var o struct {
			Source, URL string
			New         int
		}
		if err := d.Decode(&o); err != nil {
			return fmt.Errorf("the output of poll --json: %w", err)
		}
		var t struct{ Items []struct{} }
		name := strings.TrimSuffix(o.URL[strings.LastIndexByte(o.URL, '/')+1:], ".xml")
		if err := b.ask(ctx, "/truth/"+name+".json", &t); err != nil {
			return fmt.Errorf("the truth about %s: %w", o.URL, err)
		}
		if o.New != len(t.Items) {
			fmt.Printf("%s: %d of %d items are stored\n", o.URL, o.New, len(t.Items))
		}
		stored, truth = stored+o.New, truth+len(t.Items)
	}
	fmt.Printf("stored by a first poll: %d of %d items\n", stored, truth)
	if stored != truth {
		return fmt.Errorf("%d items were lost", truth-stored)
	}
	return nil
}

func getJSON(ctx context.Context, url string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	return json.NewDecoder(resp.Body).Decode(into)
}

// compare runs the four in turn, so that a slow moment of the machine meets
// all of them, and prints medians and ratios.
func (b *pollBench) compare(ctx context.Context) error {
	var pipeline, discard, first, again []usage
	step := func(into *[]usage, name string, args ...string) error {
		u, err := measure(ctx, nil, name, args...)
		*into = append(*into, u)
		return err
	}
	for range b.runs {
		if err := os.RemoveAll(b.storage()); err != nil {
			return err
		}
		for _, err := range []error{
			step(&pipeline, b.self, "bare", "-urls", b.list, "-pipeline"),
			step(&first, b.tributary, "poll", "--all", "--config", b.config()),
			step(&discard, b.self, "bare", "-urls", b.list),
			step(&again, b.tributary, "poll", "--all", "--config", b.config()),
		} {
			if err != nil {
				return err
			}
		}
	}
	p, d, f, a := median(pipeline), median(discard), median(first), median(again)
	row := func(name string, u usage) {
		fmt.Printf("%-44s %8.2fs %8.0f/s %8.2fs %6d MB\n", name, u.wall.Seconds(), float64(b.feeds)/u.wall.Seconds(), u.cpu.Seconds(), u.rss>>20)
	}
	fmt.Printf("%d feeds, median of %d\n%-44s %9s %10s %9s %9s\n", b.feeds, b.runs, "", "wall", "feeds", "cpu", "peak")
	row("bare pipeline (client, gofeed, bluemonday)", p)
	row("tributary, first poll, all stored", f)
	row("bare client, bodies discarded", d)
	row("tributary, unchanged bodies", a)
	fmt.Printf("first poll: %.2f times the bare pipeline's time (at most 1.25), peak %d MB (under 200)\n", ratio(f, p), f.rss>>20)
	fmt.Printf("unchanged bodies: %.2f of the bare client's rate (at least 0.6)\n", 1/ratio(a, d))
	return nil
}

func ratio(a, b usage) float64 { return a.wall.Seconds() / b.wall.Seconds() }
