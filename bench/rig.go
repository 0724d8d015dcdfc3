package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A rig is what a run stands on: a temporary folder with the binary of
// tributary and, once it was started, that of the upstream simulator.
type rig struct {
	dir       string
	self      string // this program, which is the peers too
	tributary string
	simulator string // empty: not built yet
	port      string // the simulator's
	pid       int    // likewise
}

// newRig builds tributary; close removes it with all that was written beside it.
func newRig(ctx context.Context) (r rig, err error) {
	if r.dir, err = os.MkdirTemp("", "tributary-bench-"); err != nil {
		return r, err
	}
	if r.self, err = os.Executable(); err != nil {
		return r, err
	}
	r.tributary, err = r.build(ctx, "tributary")
	return r, err
}

// build compiles a command of ours.
func (r *rig) build(ctx context.Context, command string) (string, error) {
	return build(ctx, ".", "./cmd/"+command, filepath.Join(r.dir, command))
}

func (r *rig) close() { _ = os.RemoveAll(r.dir) } // temporary

func (r *rig) storage() string { return filepath.Join(r.dir, "bench.db") }
func (r *rig) config() string  { return filepath.Join(r.dir, "feeds.toml") }

// upstream starts the simulator on a port of its own, and returns what it serves.
func (r *rig) upstream(ctx context.Context, args ...string) (list []simFeed, stop func(), err error) {
	if r.simulator == "" {
		if r.simulator, err = build(ctx, "../shared/upstream", ".", filepath.Join(r.dir, "upstream")); err != nil {
			return nil, nil, err
		}
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, r.port, err = net.SplitHostPort(address); err != nil {
		return nil, nil, err
	}
	r.pid, stop, err = startProcess(ctx, r.simulator, append([]string{"-port", r.port}, args...)...)
	if err != nil {
		return nil, nil, err
	}
	err = until(ctx, 2*time.Minute, "the simulator to answer", func() bool { return r.ask(ctx, "/feeds", &list) == nil })
	if err != nil {
		stop()
	}
	return list, stop, err
}

// ask reads what the simulator says at a path.
func (r *rig) ask(ctx context.Context, path string, into any) error {
	return getJSON(ctx, "http://127.0.0.1:"+r.port+path, into)
}

// until waits for something, a while.
func until(ctx context.Context, limit time.Duration, what string, holds func() bool) error {
	for deadline := time.Now().Add(limit); !holds(); {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %s in vain for %s", limit, what)
		}
	}
	return nil
}

// configure writes a configuration with a source for each URL. site and
// aggregator are further lines of their tables.
func configure(file, storage string, site, aggregator []string, urls []string) error {
	var c strings.Builder
	fmt.Fprintf(&c, "storage = %q\n[site]\n%s\n[aggregator]\nallow_networks = [\"127.0.0.0/8\"]\n%s\n[log]\nlevel = \"error\"\n[category.bench]\nlabel = \"Bench\"\n",
		"bolt:"+storage, strings.Join(site, "\n"), strings.Join(aggregator, "\n"))
	for i, u := range urls {
		fmt.Fprintf(&c, "[source.s%d]\nurl = %q\ncategories = [\"bench\"]\n", i, u)
	}
	return os.WriteFile(file, []byte(c.String()), 0o600)
}

// urlsOf are the addresses of feeds.
func urlsOf(list []simFeed) []string {
	urls := make([]string, len(list))
	for i := range list {
		urls[i] = list[i].URL
	}
	return urls
}
