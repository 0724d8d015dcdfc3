package publisher

import (
	"context"
	"errors"
	"fmt"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// leadAll is lead for all of a page's entries.
func (p *Publisher) leadAll(ctx context.Context, page *render.Page) error {
	if err := p.lead(ctx, page.Entries); err != nil {
		return err
	}
	for i := range page.Sections {
		if err := p.lead(ctx, page.Sections[i].Entries); err != nil {
			return err
		}
	}
	return nil
}

// lead gives the entries for which a preferred source has better words those
// words. One whose preferred words are not there any more keeps its own.
func (p *Publisher) lead(ctx context.Context, entries []feed.Entry) error {
	for i := range entries {
		e := &entries[i]
		if e.Lead == (feed.EntryID{}) {
			continue
		}
		better, err := p.store.Entry(ctx, e.Lead)
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return fmt.Errorf("read entry %s: %w", e.Lead, err)
		default:
			*e = e.InWordsOf(&better)
		}
	}
	return nil
}
