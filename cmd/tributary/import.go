package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"tributary/aggregator/discover"
	"tributary/aggregator/fetch"
	"tributary/config"
	"tributary/internal/cli"
	"tributary/opml"
)

// An importing is what `tributary import` was asked for.
type importing struct {
	path, file string // of the configuration, of the list
	print      bool
	check      bool
	category   string
	networks   []string
}

func importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "import OPML",
		Short: "Take the subscriptions of an OPML list for sources",
		Long: "Import appends the subscriptions of a list to the configuration, which is made if there is none: each folder\n" +
			"becomes a category, and what OPML says of a subscription is kept for export. What is there already, stands\n" +
			"in the list twice, or cannot be taken is told with its line. OPML may be a file, or - for standard input.\n\n" +
			"It exits with 1 when something could not be taken.",
		Args: cli.Args(cobra.ExactArgs(1)),
	}
	m := &importing{}
	path := configFlag(c)
	c.Flags().BoolVar(&m.print, "print", false, "print the tables, and change nothing")
	c.Flags().BoolVar(&m.check, "check", false, "ask each address for its feed, and tell those that have none")
	c.Flags().StringVar(&m.category, "category", "imported", "the `TERM` of the category of what lies in no folder")
	c.Flags().StringSliceVar(&m.networks, "allow-networks", nil, "private `NETWORKS` that --check may ask, such as 127.0.0.0/8, besides those of the configuration")
	c.RunE = func(c *cobra.Command, args []string) error {
		m.path, m.file = *path, args[0]
		return m.run(c)
	}
	return c
}

func (m *importing) run(c *cobra.Command) error {
	if config.Term(m.category) != m.category {
		return cli.Usage(fmt.Errorf("--category: %q is no term; expected lower-case letters and digits, such as %q", m.category, config.Term("imported "+m.category)))
	}
	doc, err := m.read(c.InOrStdin())
	if err != nil {
		return fmt.Errorf("%s: %w", m.file, err)
	}
	cfg, fresh, err := m.config()
	if err != nil {
		return err
	}
	p := planImport(cfg, doc, m.category)
	if m.check {
		if err := m.ask(c.Context(), cfg, p, c.ErrOrStderr()); err != nil {
			return err
		}
	}
	m.report(c.ErrOrStderr(), p)
	switch text := p.toml(); {
	case m.print:
		if _, err := io.WriteString(c.OutOrStdout(), text); err != nil {
			return err
		}
	case len(p.sources) > 0 && fresh:
		err = startConfig(m.path, "# What tributary polls and publishes; taken from "+m.file+".\n\n"+strings.TrimSuffix(text, "\n"))
	case len(p.sources) > 0:
		err = appendConfig(m.path, strings.TrimSuffix(text, "\n"))
	}
	if err != nil {
		return err
	}
	if !m.print {
		fmt.Fprintf(c.ErrOrStderr(), "%s: %s and %s were added\n", m.path, cli.Plural(len(p.sources), "source"), countCategories(len(p.used())))
	}
	if n := len(p.bad); n > 0 {
		return fmt.Errorf("%s: %s could not be taken", m.file, cli.Plural(n, "outline"))
	}
	return nil
}

func countCategories(n int) string {
	if n == 1 {
		return "1 category"
	}
	return fmt.Sprintf("%d categories", n)
}

func (m *importing) read(stdin io.Reader) (*opml.Document, error) {
	if m.file == "-" {
		return opml.Read(stdin)
	}
	f, err := os.Open(m.file)
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		return nil, cli.Usage(err)
	}
	defer func() { _ = f.Close() }() // it was read only
	return opml.Read(f)
}

// config reads the configuration; fresh tells that there is none yet.
func (m *importing) config() (cfg *config.Config, fresh bool, err error) {
	if _, err := os.Stat(m.path); errors.Is(err, fs.ErrNotExist) {
		return config.Default("localhost:8080"), true, nil
	}
	cfg, err = loadWithoutSecrets(m.path)
	return cfg, false, err
}

// startConfig writes a configuration where there is none.
func startConfig(path, text string) error {
	if _, err := config.Parse(path, []byte(text), known(), os.Getenv); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return closing(f, err)
	}
	return f.Close()
}

// report tells what is not taken as it stands, in the list's order.
func (m *importing) report(w io.Writer, p *importPlan) {
	all := slices.Concat(p.notes, p.repeats, p.bad)
	slices.SortStableFunc(all, func(a, b opml.Note) int { return a.Line - b.Line })
	for _, n := range all {
		fmt.Fprintf(w, "%s:%d: %s\n", m.file, n.Line, n.Text)
	}
}

// asking is at how many hosts it asks at one time; each is asked for one feed
// after the other.
const asking = 16

// ask asks each address of the plan for its feed, and notes what it hears.
func (m *importing) ask(ctx context.Context, cfg *config.Config, p *importPlan, progress io.Writer) error {
	web, err := (&discovery{networks: m.networks}).web(cfg)
	if err != nil {
		return err
	}
	defer web.Close()
	fmt.Fprintf(progress, "%s: asking for %s\n", m.file, cli.Plural(len(p.sources), "feed"))
	hosts := map[string][]*imported{}
	for _, s := range p.sources {
		key := fetch.HostKey(s.address)
		hosts[key] = append(hosts[key], s)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(asking)
	for _, sources := range hosts {
		g.Go(func() error {
			for i, s := range sources {
				if i > 0 {
					select {
					case <-time.After(cfg.Aggregator.HostGap):
					case <-ctx.Done():
					}
				}
				s.ask(ctx, web)
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, s := range p.sources {
		if s.comment != "" {
			p.notes = append(p.notes, opml.Note{Line: s.line, Text: s.address + ": " + s.comment})
		}
	}
	return nil
}

// ask notes when the address has no feed, or has moved.
func (s *imported) ask(ctx context.Context, web fetch.Fetcher) {
	moved, err := discover.Check(ctx, web, s.address)
	today := time.Now().Format(time.DateOnly)
	switch {
	case err != nil:
		s.comment = fmt.Sprintf("no feed came on %s: %v", today, err)
	case moved != "" && moved != s.address:
		s.comment = fmt.Sprintf("moved for good to %s, as seen on %s", moved, today)
	}
}
