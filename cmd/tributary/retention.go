package main

import (
	"context"
	"errors"
	"time"

	"tributary/config"
	"tributary/feed"
	"tributary/storage"
)

// retention returns which entries the configuration keeps.
func retention(cfg *config.Config) feed.Retention {
	r := feed.Retention{
		Overall:    feed.Keep{MaxAge: cfg.Retention.MaxAge, MaxEntries: cfg.Retention.MaxEntries},
		Categories: map[string]feed.Keep{},
		Remember:   cfg.Retention.Remember,
	}
	for i := range cfg.Categories {
		c := &cfg.Categories[i]
		r.Categories[c.Term] = feed.Keep{MaxAge: c.MaxAge, MaxEntries: c.MaxEntries}
	}
	return r
}

// prune drops what the configuration does not keep.
func (a *app) prune(ctx context.Context) (storage.Pruned, error) {
	began := time.Now()
	done, err := a.store.Prune(ctx, retention(a.cfg), began)
	if done.Entries+done.Forgotten > 0 {
		a.log.Info("pruned", "entries", done.Entries, "forgotten", done.Forgotten, "longest", done.Longest, "disk", done.Disk, "took", time.Since(began))
	}
	return done, err
}

// pruneEvery is how often the daemon looks for what is not to be kept any
// more. Entries go a little late, never early.
const pruneEvery = 5 * time.Minute

// keepPruned prunes at the start, now and then, and when the configuration has
// changed. Trouble is told and tried again: the polls know better what it
// means.
func (d *daemon) keepPruned(ctx context.Context) error {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		a := d.app()
		if _, err := a.prune(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("prune", "err", err)
			if errors.Is(err, storage.ErrCorrupt) {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-d.reloaded:
		}
	}
}
