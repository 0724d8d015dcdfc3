// Command bench measures tributary as a whole process against the limits of
// the machine, side by side in one run, and prints ratios: machines differ,
// ratios do not.
//
//	go run ./bench poll    first polls and unchanged bodies, against a bare client and a bare pipeline
//	go run ./bench validate  feeds of 1 to 100 MB and four shapes, against the W3C validator's figures and xmllint
//	go run ./bench store   a million entries: ingest, open, read, render, first byte served
//	go run ./bench rates   304s and unchanged bodies, over HTTP and HTTPS, against a bare client
//	go run ./bench changed feeds with something new, against a bare client and a bare pipeline
//	go run ./bench compare Go benchmarks of the way in, allocations for each entry, by benchstat
//	go run ./bench serve   200, gzip and 304 by wrk, against nginx and bare net/http
//	go run ./bench crowd   10,000 idle and 1,000 slow readers at once: memory, and who is answered meanwhile
//	go run ./bench build   a site of 100,000 entries as files: from nothing, after a change, for Jekyll
//	go run ./bench daemon  serve with a million sources: its start, how late polls are, memory
//
// poll, rates, changed and daemon need the upstream simulator in ../shared/upstream.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// commands are the benchmarks, and the peers that they start as processes of
// their own so that all are measured alike.
var commands = map[string]func(context.Context, []string) error{
	"poll":     benchPoll,
	"store":    benchStore,
	"validate": benchValidate,
	"daemon":   benchDaemon,
	"rates":    benchRates,
	"changed":  benchChanged,
	"compare":  benchCompare,
	"build":    benchBuild,
	"bare":     bare,
	"front":    front,
	"play":     play,
	"serve":    benchServe,
	"prebuilt": prebuilt,
	"crowd":    benchCrowd,
	"guests":   guests,
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 || commands[args[0]] == nil {
		return fmt.Errorf("usage: go run ./bench poll|rates|changed|compare|store|build|daemon|serve|crowd|validate [flags]")
	}
	return commands[args[0]](ctx, args[1:])
}

// parseFlags parses args into flags that set defines.
func parseFlags(name string, args []string, set func(*flag.FlagSet)) error {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	set(f)
	return f.Parse(args)
}
