package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/publisher/render"
	"tributary/storage"
)

func entriesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "entries CATEGORY",
		Short: "List what is stored in a category, newest first",
		Args:  cli.Args(cobra.ExactArgs(1)),
	}
	path := configFlag(c)
	deleted := c.Flags().Bool("deleted", false, "list what was dropped instead, and why, as long as it is remembered")
	limit := c.Flags().IntP("limit", "n", 50, "at most so many, 0 for all")
	asJSON := c.Flags().Bool("json", false, "print one JSON object an entry")
	c.RunE = func(c *cobra.Command, names []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		query, err := categoryQuery(cfg, names[0])
		if err != nil {
			return cli.Usage(err)
		}
		query.Limit = *limit
		a, err := openFiled(c.Context(), cfg, c.ErrOrStderr())
		if err != nil {
			return err
		}
		if *deleted {
			return closing(a.store, a.listDeleted(c, query, *asJSON))
		}
		show := showEntry
		if *asJSON {
			show = showEntryJSON
		}
		for e, err := range a.store.Entries(c.Context(), query) {
			if err == nil {
				err = show(c.Context(), a.store, c.OutOrStdout(), &e)
			}
			if err != nil {
				return closing(a.store, err)
			}
		}
		return a.store.Close()
	}
	return c
}

// categoryQuery selects the entries of the category of that term.
func categoryQuery(cfg *config.Config, term string) (storage.Query, error) {
	if term == render.All {
		return storage.Query{}, nil
	}
	terms := []string{render.All}
	for _, c := range cfg.Categories {
		terms = append(terms, c.Term)
	}
	if !slices.Contains(terms, term) {
		return storage.Query{}, fmt.Errorf("%s has no category %q\n  categories: %s", cfg.Path, term, strings.Join(terms, ", "))
	}
	return storage.Query{Category: term}, nil
}

func showEntry(ctx context.Context, store storage.Reader, w io.Writer, e *feed.Entry) error {
	title := e.Title.Body
	if title == "" {
		title = "(no title)"
	}
	_, also, err := joins(ctx, store, e)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s  %s\n    %s  %s  %s\n",
		e.Date().Format("2006-01-02 15:04 -0700"), title, e.Source, e.ID, e.Alternate()); err != nil {
		return err
	}
	for _, j := range also {
		if _, err := fmt.Fprintf(w, "    also at %s  %s  %s\n        in %s, %s\n", j.Source, j.Entry, j.URL, j.Term, j.Why); err != nil {
			return err
		}
	}
	return nil
}

// A storedEntry is what entries --json prints: what inspect says of an entry,
// and where it stands in the store.
type storedEntry struct {
	inspectEntry
	Source      feed.SourceID `json:"source"`
	PublishedID string        `json:"published_id"`
	Filed       []string      `json:"filed"`
	Received    time.Time     `json:"received"`
	Order       time.Time     `json:"order"`
	Modified    time.Time     `json:"modified"`
	Repeats     []join        `json:"repeats,omitempty"` // what it is a repeat of, and where
	Also        []join        `json:"also,omitempty"`    // what repeats it
}

func showEntryJSON(ctx context.Context, store storage.Reader, w io.Writer, e *feed.Entry) error {
	repeats, also, err := joins(ctx, store, e)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	said := newInspectEntry(e)
	said.Title = e.Title.Body // as it is stored: plain text
	return enc.Encode(storedEntry{
		inspectEntry: said,
		Source:       e.Source, PublishedID: render.EntryID(e), Filed: e.Filed,
		Received: e.Received, Order: e.Order, Modified: e.Modified,
		Repeats: repeats, Also: also,
	})
}
