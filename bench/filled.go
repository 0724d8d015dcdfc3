package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// A filled is tributary serving a store with entries.
type filled struct {
	url   string // of a category's Atom document, of about 60 KB
	admin string // the operator's address
	pid   int
	stop  func()
}

// serveFilled fills the rig's store and starts serve on it, with more tables in
// its configuration.
func (r *rig) serveFilled(ctx context.Context, tables string) (f filled, err error) {
	s := storeBench{rig: *r, sources: 10, perPoll: 50, writers: 4}
	if err := s.fill(ctx, s.storage(), 500); err != nil {
		return f, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return f, err
	}
	if f.admin, err = freeAddress(ctx); err != nil {
		return f, err
	}
	text := strings.Replace(s.settings(address), "[site]\n", "[site]\nlimit = 25\n", 1) + tables + fmt.Sprintf("[admin]\nlisten = %q\n", f.admin)
	if err := os.WriteFile(r.config(), []byte(text), 0o600); err != nil {
		return f, err
	}
	f.pid, f.stop, err = startProcess(ctx, r.tributary, "serve", "--config", r.config())
	if err != nil {
		return f, err
	}
	f.url = "http://" + address + "/c3/atom.xml"
	err = until(ctx, 20*time.Second, "tributary to answer", func() bool { _, _, err := fetched(ctx, f.url); return err == nil })
	if err != nil {
		f.stop()
	}
	return f, err
}
