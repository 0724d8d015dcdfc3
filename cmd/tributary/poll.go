package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/storage"
)

func pollCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "poll [SOURCE]...",
		Short: "Poll once what is due, or the named sources, or all",
		Long: "Poll makes one pass over the sources that are due, over all of them with --all, or over\n" +
			"those that are named, and stores what they say. While serve runs, it has the named ones polled\n" +
			"by that.\n\n" +
			"A server that asked to be left alone (Retry-After), or said 410 Gone, is not asked unless --force\n" +
			"is given.\n\n" +
			"It exits with 0 when all went well and with 3 when some source failed.",
	}
	path := configFlag(c)
	all := c.Flags().BoolP("all", "a", false, "poll every source, due or not")
	asJSON := c.Flags().Bool("json", false, "print one JSON object a source")
	verbose := c.Flags().BoolP("verbose", "v", false, "print a line a source")
	force := c.Flags().Bool("force", false, "ask servers that asked to be left alone, too")
	trace := c.Flags().Bool("trace", false, "show requests, answers, times and decisions")
	c.RunE = func(c *cobra.Command, names []string) error {
		if *trace && len(names) == 0 && !*all {
			return cli.Usage(errors.New("--trace shows the polls of the sources that are named, or with --all of all: none is named\n  such as: tributary poll --trace SOURCE"))
		}
		how := pollQuery{force: *force, trace: *trace, json: *asJSON}
		cfg, err := loadConfig(*path)
		if err != nil {
			if cfg, e := loadWithoutSecrets(*path); e == nil && len(names) > 0 && daemonAnswers(c.Context(), cfg) {
				return pollByDaemon(c, cfg, names, how) // which has the secrets
			}
			return err
		}
		a, err := openFiled(c.Context(), cfg, c.ErrOrStderr())
		switch {
		case errors.Is(err, storage.ErrLocked) && len(names) > 0:
			return pollByDaemon(c, cfg, names, how)
		case errors.Is(err, storage.ErrLocked) && daemonAnswers(c.Context(), cfg):
			return fmt.Errorf("tributary serve has %s open, and polls what is due by itself\n  name sources to have them polled now: tributary poll SOURCE", cfg.Storage)
		}
		if err != nil {
			return err
		}
		which, err := a.which(names, *all)
		if err != nil {
			return closing(a.store, err)
		}
		which.Force = *force
		p := newPollPrinter(c, *asJSON, *verbose, a.expected(which))
		err = a.pass(c.Context(), which, *trace, p)
		if err == nil {
			_, err = a.prune(c.Context())
		}
		if cerr := a.store.Close(); err == nil {
			err = cerr
		}
		return p.finish(err)
	}
	return c
}

// pass makes the pass.
func (a *app) pass(ctx context.Context, which aggregator.Which, trace bool, p *pollPrinter) error {
	web := a.web()
	defer web.Close()
	set := a.polling(web)
	agg := aggregator.New(a.store, set)
	agg.Rule(a.rules)
	if !trace {
		return agg.Pass(ctx, which, p.outcome)
	}
	for _, id := range which.Sources { // one after the other, for a person to read
		t := &fetch.Trace{}
		done := func(o aggregator.Outcome) { p.traced(&o, newExchange(&o, t, &set.Policy)) }
		one := aggregator.Which{Sources: []feed.SourceID{id}, Force: which.Force}
		if err := agg.Pass(fetch.WithTrace(ctx, t), one, done); err != nil {
			return err
		}
	}
	return nil
}

// traced shows what was said on the network, and the outcome.
func (p *pollPrinter) traced(o *aggregator.Outcome, e *exchange) {
	if p.json == nil {
		p.clear()
		e.print(p.out)
	}
	p.show(o, e)
}

// which turns the command's arguments into the sources to poll.
func (a *app) which(names []string, all bool) (aggregator.Which, error) {
	if err := knownSources(a.cfg, names); err != nil {
		return aggregator.Which{}, err
	}
	var ids []feed.SourceID
	if all {
		ids = []feed.SourceID{} // none is not what is due
		for i := range a.cfg.Sources {
			ids = append(ids, a.cfg.Sources[i].ID)
		}
		return aggregator.Which{Sources: ids}, nil
	}
	for _, name := range names {
		if id := feed.SourceID(name); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return aggregator.Which{Sources: ids}, nil
}

// expected returns how many sources a pass is likely to poll, -1 when that
// depends on what is due.
func (a *app) expected(w aggregator.Which) int {
	if w.Sources == nil {
		return -1
	}
	return len(w.Sources)
}

// A pollPrinter shows the outcomes of a pass to whoever asked for it.
type pollPrinter struct {
	out, err     io.Writer
	json         *json.Encoder // nil: for people
	verbose      bool
	bar          *progressbar.ProgressBar // nil: not a terminal
	sources      int
	failed       int
	fresh        int
	updated      int
	unchanged    int
	began        time.Time
	writeFailure error
}

func newPollPrinter(c *cobra.Command, asJSON, verbose bool, expected int) *pollPrinter {
	p := &pollPrinter{out: c.OutOrStdout(), err: c.ErrOrStderr(), verbose: verbose, began: time.Now()}
	if asJSON {
		p.json = json.NewEncoder(p.out)
		p.json.SetEscapeHTML(false)
	} else if !verbose && isTerminal(p.err) {
		p.bar = progressbar.NewOptions(expected, progressbar.OptionSetWriter(p.err),
			progressbar.OptionSetDescription("polling"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	}
	return p
}

// outcome shows one outcome.
func (p *pollPrinter) outcome(o aggregator.Outcome) { p.show(&o, nil) }

// A tracedOutcome is what `tributary poll --json --trace` prints of a source.
type tracedOutcome struct {
	*aggregator.Outcome
	Exchange *exchange `json:"exchange,omitempty"`
}

// show shows one outcome, with what was said if that is wanted; people have
// seen that already.
func (p *pollPrinter) show(o *aggregator.Outcome, e *exchange) {
	p.sources++
	p.fresh += o.New
	p.updated += o.Updated
	p.unchanged += o.Unchanged
	if o.Error != "" {
		p.failed++
	}
	switch {
	case p.json != nil:
		if err := p.json.Encode(tracedOutcome{o, e}); err != nil && p.writeFailure == nil {
			p.writeFailure = err
		}
		return
	case p.bar != nil:
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	}
	if o.Error != "" {
		p.clear()
		fmt.Fprintf(p.err, "%s: %s (%s)\n", o.Source, printable(o.Error), o.URL)
		if o.Hint != "" {
			fmt.Fprintf(p.err, "  %s\n", o.Hint)
		}
	} else if p.verbose {
		fmt.Fprintf(p.out, "%s: %s\n", o.Source, describe(o))
	}
}

func (p *pollPrinter) clear() {
	if p.bar != nil {
		_ = p.bar.Clear() // drawing only
	}
}

// describe says in words what a good poll brought.
func describe(o *aggregator.Outcome) string {
	text := fmt.Sprintf("%d new, %d updated, %d unchanged (%d, %d bytes, %s)",
		o.New, o.Updated, o.Unchanged, o.Status, o.Bytes, o.Took.Round(time.Millisecond))
	if o.New+o.Updated+o.Unchanged == 0 {
		text = fmt.Sprintf("nothing new (%d, %s)", o.Status, o.Took.Round(time.Millisecond))
	}
	if o.Dropped > 0 {
		text += fmt.Sprintf(", %d dropped by rules", o.Dropped)
	}
	for _, r := range o.Rules {
		text += "\n  rule failed: " + strings.ReplaceAll(r, "\n", "\n  ")
	}
	for _, n := range o.Notes {
		text += "\n  note: " + n
	}
	for _, p := range o.Problems {
		text += "\n  not valid: " + p
	}
	if o.Moved != "" {
		text += "\n  moved for good to " + o.Moved + ": change its url"
	}
	if o.Followed {
		text += "\n  it has said so for days: it is polled there from now on"
	}
	return text
}

// finish prints the sum and returns what the command ends with.
func (p *pollPrinter) finish(err error) error {
	p.clear()
	if errors.Is(err, context.Canceled) {
		err = fmt.Errorf("interrupted after %s; what was polled is stored", cli.Plural(p.sources, "source"))
	}
	if err == nil {
		err = p.writeFailure
	}
	if err != nil {
		return err
	}
	if p.json == nil {
		fmt.Fprintf(p.out, "%s polled in %s: %d new, %d updated, %d unchanged entries, %d failed\n",
			cli.Plural(p.sources, "source"), time.Since(p.began).Round(time.Millisecond), p.fresh, p.updated, p.unchanged, p.failed)
	}
	if p.failed > 0 {
		return &cli.ExitError{Code: cli.ExitSource}
	}
	return nil
}
