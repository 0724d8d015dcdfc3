package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// benchstat is the program that compares runs of Go benchmarks.
const benchstat = "golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da"

// simulatorSays is what the simulator logs into the middle of a result.
var simulatorSays = regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d .*\n`)

// benchCompare runs the Go benchmarks of what happens to each entry on its way
// in, and shows by benchstat what has changed since bench/baseline.txt:
// allocations are nearly the same on all machines.
func benchCompare(ctx context.Context, args []string) error {
	count, update := 6, false
	err := parseFlags("compare", args, func(f *flag.FlagSet) {
		f.IntVar(&count, "count", count, "runs of each")
		f.BoolVar(&update, "update", update, "make the result the baseline")
	})
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark(First|Changed|Split|Parse|Feed)$", "-benchmem", "-benchtime", "1s", "-count", fmt.Sprint(count),
		"./aggregator", "./aggregator/parse", "./aggregator/normalise")
	cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, &out), io.Discard
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go test -bench: %w", err)
	}
	result := simulatorSays.ReplaceAll(out.Bytes(), nil)
	baseline := filepath.Join("bench", "baseline.txt")
	if update {
		return os.WriteFile(baseline, result, 0o600)
	}
	dir, err := os.MkdirTemp("", "tributary-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // temporary
	now := filepath.Join(dir, "now")
	if err := os.WriteFile(now, result, 0o600); err != nil {
		return err
	}
	cmd = exec.CommandContext(ctx, "go", "run", benchstat, "baseline="+baseline, "now="+now)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
