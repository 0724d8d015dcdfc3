package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tributary/feed"
	"tributary/storage"
)

// A deletedEntry is what entries --deleted --json prints.
type deletedEntry struct {
	ID         string        `json:"id"`
	Source     feed.SourceID `json:"source"`
	UpstreamID string        `json:"upstream_id,omitempty"`
	URL        string        `json:"url,omitempty"`
	Title      string        `json:"title"`
	Received   time.Time     `json:"received"`
	Deleted    time.Time     `json:"deleted"`
	By         string        `json:"by"`
	Why        string        `json:"why"`
}

// listDeleted lists what is left of dropped entries, of the sources that are
// filed under the category of the query.
func (a *app) listDeleted(c *cobra.Command, q storage.Query, asJSON bool) error {
	show := showDeleted
	if asJSON {
		show = showDeletedJSON
	}
	for i := range a.cfg.Sources {
		src := &a.cfg.Sources[i]
		if q.Category != "" && !slices.Contains(src.Categories, q.Category) {
			continue
		}
		for d, err := range a.store.DeletedEntries(c.Context(), src.ID) {
			if err == nil {
				err = show(c.OutOrStdout(), &d)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func showDeleted(w io.Writer, d *feed.DeletedEntry) error {
	title := d.Title
	if title == "" {
		title = "(no title)"
	}
	_, err := fmt.Fprintf(w, "%s  %s\n    %s  %s  %s\n    %s: %s\n",
		d.When.Format("2006-01-02 15:04 -0700"), title, d.Source, d.Ref, d.Link, d.By, d.Comment)
	return err
}

func showDeletedJSON(w io.Writer, d *feed.DeletedEntry) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(deletedEntry{
		ID: d.Ref.String(), Source: d.Source, UpstreamID: d.UpstreamID, URL: d.Link, Title: d.Title,
		Received: d.Received, Deleted: d.When, By: d.By, Why: d.Comment,
	})
}
