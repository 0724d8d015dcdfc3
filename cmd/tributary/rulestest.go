package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/rules"
	"tributary/storage"
)

func rulesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "Work with the rules of feeds.toml",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(rulesTestCommand())
	return c
}

// A ruleQuery says which rule to try on which entries.
type ruleQuery struct{ text, as, source string }

func rulesTestCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "test EXPRESSION [SOURCE]",
		Short: "Show which stored entries an expression matches, or what it would make of them",
		Long: "Test evaluates an expression for the stored entries, or those of one source, and lists those for which\n" +
			"it is true; nothing is changed. With --as set_title and the like it lists those that would change. Entries\n" +
			"are as upstream has them. It works while serve runs. The language: docs/rules.md.\n\n" +
			"It exits with 1 when the expression could not be evaluated for some entry.",
		Args: cli.Args(cobra.RangeArgs(1, 2)),
	}
	path := configFlag(c)
	as := c.Flags().String("as", rules.Drop.String(), "the `KEY` that the expression is meant for")
	limit := c.Flags().IntP("limit", "n", 50, "list at most so many, 0 for all; all are counted")
	asJSON := c.Flags().Bool("json", false, "print one JSON object an entry, and one with the counts")
	c.RunE = func(c *cobra.Command, names []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		if err := knownSources(cfg, names[1:]); err != nil {
			return err
		}
		q := ruleQuery{text: names[0], as: *as}
		if len(names) > 1 {
			q.source = names[1]
		}
		if _, err := q.compile(); err != nil {
			return cli.Usage(err)
		}
		p := &rulePrinter{w: c.OutOrStdout(), left: *limit, all: *limit == 0}
		if *asJSON {
			p.json = json.NewEncoder(p.w)
			p.json.SetEscapeHTML(false)
		}
		if err := tryRule(c, cfg, q, p.row); err != nil {
			return err
		}
		return p.end()
	}
	return c
}

func (q *ruleQuery) compile() (*rules.Rule, error) {
	i := slices.IndexFunc(rules.Actions, func(a rules.Action) bool { return a.String() == q.as })
	if i < 0 {
		return nil, fmt.Errorf("unknown key %q\n  keys: %v", q.as, rules.Actions)
	}
	return rules.Compile(rules.Actions[i], q.text)
}

// A ruleRow is an entry that an expression matches, or the counts at the end.
type ruleRow struct {
	ID     string        `json:"id,omitempty"`
	Source feed.SourceID `json:"source,omitempty"`
	Title  string        `json:"title,omitempty"`
	URL    string        `json:"url,omitempty"`
	Date   *time.Time    `json:"date,omitempty"`
	Value  any           `json:"value,omitempty"` // what the expression gives, if that is not true
	Error  string        `json:"error,omitempty"` // why it could not be evaluated
	Counts *ruleCounts   `json:"counts,omitempty"`
}

type ruleCounts struct {
	Entries int `json:"entries"`
	Matches int `json:"matches"`
	Failed  int `json:"failed"`
}

// tryRule asks the store, or the daemon that has it open.
func tryRule(c *cobra.Command, cfg *config.Config, q ruleQuery, row func(*ruleRow) error) error {
	a, err := openFiled(c.Context(), cfg, c.ErrOrStderr())
	if errors.Is(err, storage.ErrLocked) {
		return tryByDaemon(c.Context(), cfg, q, row)
	}
	if err != nil {
		return err
	}
	return errors.Join(a.tryRule(c.Context(), q, row), a.store.Close())
}

func tryByDaemon(ctx context.Context, cfg *config.Config, q ruleQuery, row func(*ruleRow) error) error {
	body, err := askDaemon(ctx, cfg, http.MethodGet, "/rules/test?"+url.Values{"text": {q.text}, "as": {q.as}, "source": {q.source}}.Encode())
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // read to its end
	for dec := json.NewDecoder(body); ; {
		var r ruleRow
		switch err := dec.Decode(&r); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read what the daemon answers: %w", err)
		}
		if err := row(&r); err != nil {
			return err
		}
	}
}

// testRule answers rules test for another command.
func (d *daemon) testRule(w http.ResponseWriter, r *http.Request) {
	v := r.URL.Query()
	enc := json.NewEncoder(w)
	begun := false
	err := d.app().tryRule(r.Context(), ruleQuery{text: v.Get("text"), as: v.Get("as"), source: v.Get("source")}, func(row *ruleRow) error {
		begun = true
		return enc.Encode(row)
	})
	switch {
	case err != nil && begun:
		panic(http.ErrAbortHandler) // so that the other side knows that it has not seen all
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// tryRule hands each entry that the expression matches to row, and then the
// counts.
func (a *app) tryRule(ctx context.Context, q ruleQuery, row func(*ruleRow) error) error {
	rule, err := q.compile()
	if err != nil {
		return err
	}
	counts := &ruleCounts{}
	for e, err := range a.store.SourceEntries(ctx, feed.SourceID(q.source)) {
		if err != nil {
			return err
		}
		counts.Entries++
		r, ok := matched(rule, &e)
		if !ok {
			continue
		}
		if r.Error != "" {
			counts.Failed++
		} else {
			counts.Matches++
		}
		if err := row(r); err != nil {
			return err
		}
	}
	return row(&ruleRow{Counts: counts})
}

// matched evaluates a rule for an entry as upstream has it.
func matched(rule *rules.Rule, e *feed.Entry) (*ruleRow, bool) {
	filed := e.Filed
	(*rules.Set)(nil).Again(e, filed)
	r := &ruleRow{ID: e.ID.String(), Source: e.Source, Title: e.Title.Body, URL: e.Alternate(), Date: moment(e.Date())}
	value, err := rule.Match(e)
	switch {
	case err != nil:
		r.Error = err.Error()
		return r, true
	case rule.Action.Condition():
		return r, value == true
	}
	r.Value = value
	return r, fmt.Sprint(value) != fmt.Sprint(map[rules.Action]any{
		rules.SetTitle: e.Title.Body, rules.SetLanguage: e.Language, rules.SetCategories: filed,
	}[rule.Action])
}

// A rulePrinter shows rows to people or to programs.
type rulePrinter struct {
	w      io.Writer
	json   *json.Encoder // nil: for people
	left   int
	all    bool
	failed bool
}

func (p *rulePrinter) row(r *ruleRow) error {
	p.failed = p.failed || r.Error != ""
	if r.Counts == nil {
		if !p.all && p.left == 0 {
			return nil
		}
		p.left--
	}
	if p.json != nil {
		return p.json.Encode(r)
	}
	if c := r.Counts; c != nil {
		_, err := fmt.Fprintf(p.w, "%d of %s match, %d could not be evaluated\n", c.Matches, entryCount(c.Entries), c.Failed)
		return err
	}
	title := r.Title
	if title == "" {
		title = "(no title)"
	}
	fmt.Fprintf(p.w, "%s  %s\n    %s  %s  %s\n", r.Date.Format("2006-01-02 15:04 -0700"), title, r.Source, r.ID, r.URL)
	if r.Value != nil {
		fmt.Fprintf(p.w, "    → %v\n", r.Value)
	}
	if r.Error != "" {
		fmt.Fprintf(p.w, "    %s\n", strings.ReplaceAll(r.Error, "\n", "\n    "))
	}
	return nil
}

func (p *rulePrinter) end() error {
	if p.failed {
		return &cli.ExitError{Code: cli.ExitFailed}
	}
	return nil
}
