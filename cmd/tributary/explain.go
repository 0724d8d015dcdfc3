package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/internal/cli"
	"tributary/storage"
)

func explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain URL|ID",
		Short: "Tell the story of an entry: where it came from, what became of it, and why",
		Long: "Explain finds an entry by the address of its page, by the id its upstream gave it, or by the id that it\n" +
			"has here or is published under, and tells when and from where it came, what was made of it, which\n" +
			"rules were asked and what they said, and where it is published. What was dropped is explained too, for\n" +
			"as long as it is remembered. It works while serve runs.\n\n" +
			"It exits with 1 when no such entry is known.",
		Args: cli.Args(cobra.ExactArgs(1)),
	}
	path := configFlag(c)
	asJSON := c.Flags().Bool("json", false, "print one JSON object an entry")
	c.RunE = func(c *cobra.Command, names []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		found, err := explanations(c, cfg, names[0])
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return &cli.ExitError{Code: cli.ExitFailed, Cause: fmt.Errorf("no entry %q is known\n"+
				"  it may never have been listed by a source, or be forgotten by now; tributary sources tells how the sources are,\n"+
				"  and tributary inspect URL what a feed lists", names[0])}
		}
		return printExplanations(c.OutOrStdout(), found, *asJSON)
	}
	return c
}

// explanations asks the store, or the daemon that has it open.
func explanations(c *cobra.Command, cfg *config.Config, what string) ([]explanation, error) {
	a, err := openFiled(c.Context(), cfg, c.ErrOrStderr())
	if errors.Is(err, storage.ErrLocked) {
		return explainByDaemon(c.Context(), cfg, what)
	}
	if err != nil {
		return nil, err
	}
	found, err := a.explain(c.Context(), what)
	return found, errors.Join(err, a.store.Close())
}

func explainByDaemon(ctx context.Context, cfg *config.Config, what string) ([]explanation, error) {
	body, err := askDaemon(ctx, cfg, http.MethodGet, "/explain?"+url.Values{"entry": {what}}.Encode())
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // read to its end
	var found []explanation
	if err := json.NewDecoder(body).Decode(&found); err != nil {
		return nil, fmt.Errorf("read what the daemon answers: %w", err)
	}
	return found, nil
}

// explainEntry answers explain for another command.
func (d *daemon) explainEntry(w http.ResponseWriter, r *http.Request) {
	found, err := d.app().explain(r.Context(), r.URL.Query().Get("entry"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeJSON(w, found)
}

func printExplanations(w io.Writer, found []explanation, asJSON bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range found {
		switch {
		case asJSON:
			if err := enc.Encode(&found[i]); err != nil {
				return err
			}
		default:
			if i > 0 {
				fmt.Fprintln(w)
			}
			if _, err := io.WriteString(w, found[i].text()); err != nil {
				return err
			}
		}
	}
	return nil
}

// text tells the story to people.
func (x *explanation) text() string {
	var b strings.Builder
	title := x.Ours.Title
	if title == "" {
		title = "(no title)"
	}
	fmt.Fprintf(&b, "%s\n  %s, %s\n", title, x.ID, x.State)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", name, text)
		}
	}
	line("source", joinNonEmpty("  ", string(x.Source), x.SourceURL))
	line("link", x.Ours.Link)
	line("came", when(x.Received))
	if x.Modified != nil && !x.Modified.Equal(*x.Received) {
		line("changed", when(x.Modified))
	}
	for _, c := range x.Changes {
		line("made of it", c)
	}
	for _, s := range x.Rules {
		line("rule", s.text())
	}
	if d := x.Dropped; d != nil {
		line("dropped", fmt.Sprintf("%s by %s: %s", when(&d.When), d.By, d.Why))
		line("listed", "by its source last on "+d.Listed.Local().Format("2006-01-02"))
	}
	for i := range x.Repeats {
		line("repeats", x.Repeats[i].text())
	}
	for i := range x.Also {
		line("also at", x.Also[i].text())
	}
	line("filed", x.FiledWhy)
	for _, u := range x.Published {
		line("published", u)
	}
	return b.String()
}

func (s *explainedRule) text() string {
	what := s.What
	if s.Error != "" {
		what = "failed, and changed nothing: " + s.Error
	}
	of := s.Place
	if s.Category != "" {
		of = joinNonEmpty(" ", of, "category "+s.Category)
	}
	if s.Rule == "" {
		return what
	}
	return fmt.Sprintf("%s: %s → %s", of, s.Rule, what)
}
