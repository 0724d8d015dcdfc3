package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tributary/aggregator/schedule"
	"tributary/config"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/storage"
)

// A sourceRow is what `tributary sources --json` prints of a source.
type sourceRow struct {
	Source       feed.SourceID `json:"source"`
	URL          string        `json:"url"`                      // that is polled
	ConfiguredAs string        `json:"configured_url,omitempty"` // when that is another
	State        string        `json:"state"`
	LastPoll     *time.Time    `json:"last_poll"`    // null: never
	LastSuccess  *time.Time    `json:"last_success"` // null: never
	NextPoll     *time.Time    `json:"next_poll"`    // null: at once, or never when the state is gone
	Why          string        `json:"why"`
	Status       int           `json:"status"` // of the last answer
	Failures     int           `json:"failures"`
	FailingSince *time.Time    `json:"failing_since,omitempty"`
	LastError    string        `json:"last_error,omitempty"`
	PerWeek      float64       `json:"entries_per_week"`
	Newest       *time.Time    `json:"newest_entry"` // null: none is known
	Hub          string        `json:"hub,omitempty"`
	Subscription string        `json:"subscription,omitempty"`
	HubError     string        `json:"hub_error,omitempty"`
	LastPush     *time.Time    `json:"last_push,omitempty"`
	MovingTo     string        `json:"moving_to,omitempty"` // a permanent redirect that is being watched
}

// quietFor is how long a source is silent before somebody should look.
const quietFor = 180 * 24 * time.Hour

func newSourceRow(s *feed.State, sub *feed.Subscription, p *schedule.Policy, now time.Time) sourceRow {
	row := sourceRow{
		Source: s.Source.ID, URL: feed.ShownURL(s.URL), State: stateWord(s, now), Why: p.Explain(s, now),
		LastPoll: moment(s.LastPoll), LastSuccess: moment(s.LastSuccess), NextPoll: moment(s.NextPoll), Newest: moment(s.Newest),
		Status: s.Status, Failures: s.Failures, FailingSince: moment(s.FailingSince), LastError: s.LastError,
		PerWeek: s.PerWeek(now), Hub: s.Hub, MovingTo: feed.ShownURL(s.Move.To),
	}
	if s.URL != s.Source.URL {
		row.ConfiguredAs = feed.ShownURL(s.Source.URL)
	}
	if s.Why == feed.WhyGone {
		row.NextPoll = nil
	}
	if sub != nil {
		row.Subscription, row.HubError, row.LastPush = subscriptionWord(sub, now), sub.Error, moment(sub.Pushed)
	}
	return row
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// stateGone is that of a source that is not polled any more.
const stateGone = "gone"

// stateWord names the state of a source.
func stateWord(s *feed.State, now time.Time) string {
	switch {
	case s.Why == feed.WhyGone:
		return stateGone
	case s.NotBefore.After(now):
		return "waiting"
	case s.Failures > 0 && s.Status == http.StatusNotFound:
		return "missing"
	case s.Failures > 0 && (s.Status == http.StatusUnauthorized || s.Status == http.StatusForbidden || s.Status == http.StatusUnavailableForLegalReasons):
		return "refused"
	case s.Failures > 0:
		return "failing"
	case s.LastPoll.IsZero():
		return "new"
	case s.URL != s.Source.URL:
		return "moved"
	case !s.Newest.IsZero() && now.Sub(s.Newest) > max(quietFor, 20*s.Gap):
		return "silent"
	}
	return "ok"
}

// subscriptionWord names the state of a subscription.
func subscriptionWord(s *feed.Subscription, now time.Time) string {
	switch {
	case s.Healthy(now):
		return "pushed"
	case s.Mode == feed.Denied:
		return "denied"
	case s.Mode == feed.Subscribed:
		return "unreliable"
	case s.Mode == feed.Unsubscribing:
		return "ending"
	}
	return "asked for"
}

func sourcesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sources [SOURCE]...",
		Short: "Show the sources: how they are, when they are polled next, and why",
		Long: "Sources prints a line for each source: its state, the last success, the next poll, failures in a row,\n" +
			"entries a week, and the last error. It works while serve runs.\n\n" +
			"States: ok, new (never polled), failing, missing (404), refused (401, 403, 451), waiting (Retry-After),\n" +
			"gone (410: not polled any more), moved (polled where a permanent redirect leads: change its url),\n" +
			"silent (nothing new for half a year). A source that its WebSub hub pushes is \"ok, pushed\".",
	}
	path := configFlag(c)
	why := c.Flags().Bool("why", false, "say in a sentence when and why each is polled next")
	asJSON := c.Flags().Bool("json", false, "print one JSON object a source")
	states := c.Flags().StringSlice("state", nil, "only those in one of the `STATES`")
	c.RunE = func(c *cobra.Command, names []string) error {
		cfg, err := loadWithoutSecrets(*path)
		if err != nil {
			return err
		}
		if err := errors.Join(knownSources(cfg, names), knownStates(*states)); err != nil {
			return err
		}
		rows, done, err := sourceRows(c, cfg, names)
		if err != nil {
			return err
		}
		p := newSourcePrinter(c.OutOrStdout(), *asJSON, *why)
		for row, err := range rows {
			if err == nil && (len(*states) == 0 || slices.Contains(*states, row.State)) {
				err = p.row(&row)
			}
			if err != nil {
				return errors.Join(err, done())
			}
		}
		return errors.Join(p.end(), done())
	}
	return c
}

// knownSources refuses names that the configuration does not have.
func knownSources(cfg *config.Config, names []string) error {
	if len(names) == 0 {
		return nil
	}
	known := make(map[feed.SourceID]bool, len(cfg.Sources))
	for i := range cfg.Sources {
		known[cfg.Sources[i].ID] = true
	}
	for _, name := range names {
		if !known[feed.SourceID(name)] {
			return cli.Usage(withHint(fmt.Errorf("%s has no source %q", cfg.Path, name), nearestSource(cfg, name)))
		}
	}
	return nil
}

func nearestSource(cfg *config.Config, name string) string {
	all := make([]string, 0, len(cfg.Sources))
	for i := range cfg.Sources {
		all = append(all, string(cfg.Sources[i].ID))
	}
	return config.DidYouMean(name, all)
}

// withHint adds a line to an error, unless it is empty.
func withHint(err error, hint string) error {
	if hint == "" {
		return err
	}
	return fmt.Errorf("%w\n  %s", err, hint)
}

// stateWords are what stateWord returns.
var stateWords = []string{"ok", "new", "failing", "missing", "refused", "waiting", "gone", "moved", "silent"}

// knownStates refuses words that name no state.
func knownStates(words []string) error {
	for _, word := range words {
		if !slices.Contains(stateWords, word) {
			return cli.Usage(withHint(fmt.Errorf("no source is ever in the state %q\n  states: %s", word, strings.Join(stateWords, ", ")), config.DidYouMean(word, stateWords)))
		}
	}
	return nil
}

// sourceRows reads the sources from the store, or from the daemon that has it
// open. done is to be called at the end.
func sourceRows(c *cobra.Command, cfg *config.Config, names []string) (rows iter.Seq2[sourceRow, error], done func() error, err error) {
	a, err := openApp(c.Context(), cfg, c.ErrOrStderr())
	if errors.Is(err, storage.ErrLocked) {
		return daemonSources(c.Context(), cfg, names)
	}
	if err != nil {
		return nil, nil, err
	}
	p := policy(cfg)
	return a.rows(c.Context(), names, &p), a.store.Close, nil
}

// rows yields the named sources, or all.
func (a *app) rows(ctx context.Context, names []string, p *schedule.Policy) iter.Seq2[sourceRow, error] {
	return func(yield func(sourceRow, error) bool) {
		for s, err := range a.states(ctx, names) {
			if err != nil {
				yield(sourceRow{}, err)
				return
			}
			var sub *feed.Subscription
			if s.Hub != "" && a.cfg.Aggregator.PublicURL != "" {
				if got, err := a.store.Subscription(ctx, s.Source.ID); err == nil {
					sub = &got
				}
			}
			if !yield(newSourceRow(&s, sub, p, time.Now()), nil) {
				return
			}
		}
	}
}

func (a *app) states(ctx context.Context, names []string) iter.Seq2[feed.State, error] {
	if len(names) == 0 {
		return a.store.States(ctx)
	}
	return func(yield func(feed.State, error) bool) {
		for _, name := range names {
			if s, err := a.store.State(ctx, feed.SourceID(name)); !yield(s, err) || err != nil {
				return
			}
		}
	}
}

// A sourcePrinter shows rows to people or to programs.
type sourcePrinter struct {
	json  *json.Encoder // nil: for people
	why   bool
	table *tabwriter.Writer
	rows  int
	now   time.Time
}

func newSourcePrinter(w io.Writer, asJSON, why bool) *sourcePrinter {
	p := &sourcePrinter{why: why, now: time.Now(), table: tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)}
	if asJSON {
		p.json = json.NewEncoder(w)
		p.json.SetEscapeHTML(false)
	}
	return p
}

// tableRows is how many rows share their columns' widths.
const tableRows = 1000

func (p *sourcePrinter) row(r *sourceRow) error {
	if p.json != nil {
		return p.json.Encode(r)
	}
	p.rows++
	if p.why {
		_, err := fmt.Fprintf(p.table, "%s\t%s\n", r.Source, printable(r.Why))
		return err
	}
	if p.rows == 1 {
		fmt.Fprintln(p.table, "SOURCE\tSTATE\tLAST SUCCESS\tNEXT POLL\tFAILURES\tA WEEK\tLAST ERROR")
	}
	next := until(r.NextPoll, p.now)
	if r.State == stateGone {
		next = "never"
	}
	fmt.Fprintf(p.table, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n",
		r.Source, stateOrPushed(r), ago(r.LastSuccess, p.now), next, r.Failures, perWeek(r.PerWeek), note(r))
	if p.rows%tableRows == 0 {
		return p.table.Flush()
	}
	return nil
}

func (p *sourcePrinter) end() error {
	if p.rows == 0 && p.json == nil {
		fmt.Fprintln(p.table, "no source")
	}
	return p.table.Flush()
}

func stateOrPushed(r *sourceRow) string {
	if r.State == "ok" && r.Subscription == "pushed" {
		return "ok, pushed"
	}
	return r.State
}

// note is what an operator should know of a source besides its numbers.
func note(r *sourceRow) string {
	switch {
	case r.LastError != "":
		return printable(r.LastError)
	case r.ConfiguredAs != "":
		return fmt.Sprintf("set its url to %q", r.URL)
	case r.State == "silent":
		return "nothing new since " + r.Newest.Local().Format(time.DateOnly)
	case r.HubError != "":
		return "its hub: " + r.HubError
	}
	return ""
}

func perWeek(n float64) string {
	switch {
	case n == 0:
		return "?"
	case n < 10:
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.0f", n)
}

func ago(t *time.Time, now time.Time) string {
	if t == nil {
		return "never"
	}
	return schedule.Rough(now.Sub(*t)) + " ago"
}

func until(t *time.Time, now time.Time) string {
	if t == nil || !t.After(now) {
		return "now"
	}
	return "in " + schedule.Rough(t.Sub(now))
}
