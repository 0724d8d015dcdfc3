package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/internal/cli"
	"tributary/internal/filestate"
	"tributary/publisher/render"
)

func serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Poll what the configuration lists and publish it over HTTP",
		Long: "Serve polls and publishes until it is told to stop. It takes on a changed configuration by itself, or on\n" +
			"SIGHUP; SIGTERM and SIGINT stop it within 5 seconds with every finished poll stored, and a second one at\n" +
			"once. While it runs, \"tributary sources\" and \"tributary poll SOURCE\" ask it over a socket beside its store.",
		Args: cli.Args(cobra.NoArgs),
	}
	path := configFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		tuneMemory()
		seen := filestate.Of(*path) // before it is read: a change from now on is a change
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		return serve(c.Context(), cfg, seen, c.OutOrStdout(), c.ErrOrStderr())
	}
	return c
}

// serve runs both halves of tributary until ctx ends. It listens first: an
// address that is taken is known before anything is touched. seen is the state
// of the configuration's file that cfg is from.
func serve(ctx context.Context, cfg *config.Config, seen filestate.State, out, logs io.Writer) error {
	hangup := make(chan os.Signal, 1) // from the start: the signal's own way would end us
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	f := &front{metrics: newSiteMetrics(), out: out}
	var err error
	if f.parts, err = f.open(&cfg.Server); err != nil {
		return err
	}
	listener, err := listen(ctx, cfg, cfg.Site.Listen, "[site] listen")
	if err != nil {
		return errors.Join(err, f.close())
	}
	from := watchedOf(cfg)
	from.file = seen
	a, err := openApp(ctx, cfg, logs)
	if err != nil {
		return closing(listener, unlessEnded(ctx, err))
	}
	a.welcome(out, listener.Addr())
	d := newDaemon(a)
	d.seen, d.hangup, d.front = from, hangup, f
	err = d.run(ctx, listener)
	if cerr := a.store.Close(); err == nil {
		err = cerr
	}
	return err
}

// unlessEnded returns err unless ctx has ended, which explains it: to be
// stopped while starting is no failure.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// The daemon keeps little for long and makes much that is thrown away at once:
// collecting it less often is worth some memory, up to a limit.
const (
	collectAt   = 300       // percent of what is kept
	memoryLimit = 768 << 20 // from which on it is collected more often
)

// tuneMemory tunes the collector unless the environment does.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// welcome says what to open.
func (a *app) welcome(out io.Writer, addr net.Addr) {
	site := a.cfg.Site
	fmt.Fprintf(out, "%s\n  listening on %s\n\n", site.Title, addr)
	fmt.Fprintf(out, "  %-24s %s/\n", "all pages", site.BaseURL)
	for _, c := range a.cfg.Categories {
		fmt.Fprintf(out, "  %-24s %s%s  (atom.xml, rss.xml, feed.json)\n", c.Label, site.BaseURL, render.CategoryPath(c.Term))
	}
	fmt.Fprintf(out, "  %-24s %s%s\n\n", "subscription list", site.BaseURL, render.OPMLPath)
}
