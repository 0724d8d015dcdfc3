package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// What peers reached on the feeds of these runs, as parts of what the bare
// client did on the same machine: ../shared/PERFORMANCE.md. The bare client
// takes 5,000 bodies a second there, or 25,000 answers 304.
const (
	bareBodies   = 5000.
	bareTenth    = 1 / (0.1/bareBodies + 0.9/25000) // one in ten a body, the rest 304
	yarrTenth    = 1021.                            // one in ten new, the rest 304
	minifluxOf   = 152.
	yarrBodies   = 189. // one in ten new, all bodies
	minifluxBody = 19.
)

// benchChanged measures serve on feeds that have something new: against the
// bare client, and for one new item in every feed against gofeed and
// bluemonday on whole bodies. The simulator, which makes each new document
// when it is asked for it, then takes most of the machine: there the CPU time
// of the two processes is compared, too, and once its documents are recorded
// before and only handed out meanwhile.
func benchChanged(ctx context.Context, args []string) error {
	b := rateBench{}
	err := b.prepare(ctx, "changed", args)
	defer b.close()
	if err != nil {
		return err
	}
	fmt.Printf("%d feeds, %d turns of %s each: polls a second, CPU time a poll\n%-44s %20s %20s %18s\n", b.feeds, b.runs, b.slice, "", "peer", "tributary", "ratio")
	for _, s := range []struct {
		name           string
		change         string
		validators     int
		peer           []string
		yarr, miniflux float64 // what they reach of the bare client's rate
	}{
		{"one new in each; bare pipeline (at least 8)", "1", 0, []string{"-pipeline"}, 0, 0},
		{"one new in each; bare client", "1", 0, nil, 0, 0},
		{"one new in each, recorded; bare pipeline", "1", 0, []string{"-pipeline"}, 0, 0},
		{"one in ten new, rest unchanged (at least 0.5)", "0.1", 0, nil, yarrBodies / bareBodies, minifluxBody / bareBodies},
		{"one in ten new, rest 304", "0.1", 1, nil, yarrTenth / bareTenth, minifluxOf / bareTenth},
	} {
		if b.only != "" && b.only != s.name {
			continue
		}
		b.change, b.peer = s.change, s.peer
		run := b
		if strings.Contains(s.name, "recorded") {
			run.feeds, run.recorded, run.runs, run.slice = recordedFeeds, recordedEach, min(b.runs, 3), min(b.slice, 3*time.Second)
		}
		theirs, ours, err := run.scenario(ctx, s.validators)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		ratio := ours.rate / theirs.rate
		fmt.Printf("%-46s %7.0f/s %6.2f ms %7.0f/s %6.2f ms %7.2f, CPU %5.2f (%.2f ms upstream)", s.name, theirs.rate, ms(theirs.cpu), ours.rate, ms(ours.cpu), ratio, float64(theirs.cpu)/float64(ours.cpu), ms(ours.up))
		if s.yarr > 0 {
			fmt.Printf("; %.0f times yarr, %.0f times Miniflux tuned", ratio/s.yarr, ratio/s.miniflux)
		}
		fmt.Println()
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
