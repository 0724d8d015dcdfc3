package main

import (
	"context"
	"errors"
	"io"
	"time"

	"tributary/config"
	"tributary/feed"
	"tributary/rules"
	"tributary/storage"
)

// ruleSet returns the rules of the configuration, nil if there are none.
func ruleSet(cfg *config.Config) *rules.Set {
	sources := map[feed.SourceID][]*rules.Rule{}
	for i := range cfg.Sources {
		if s := &cfg.Sources[i]; len(s.Rules) > 0 {
			sources[s.ID] = s.Rules
		}
	}
	categories := make([]rules.Category, 0, len(cfg.Categories))
	for i := range cfg.Categories {
		c := &cfg.Categories[i]
		categories = append(categories, rules.Category{Term: c.Term, Terms: c.Terms, Rules: c.Rules})
	}
	return rules.New(sources, categories, cfg.Rules)
}

// openFiled is openApp with what is stored filed as the configuration says.
func openFiled(ctx context.Context, cfg *config.Config, logs io.Writer) (*app, error) {
	a, err := openApp(ctx, cfg, logs)
	if err != nil {
		return nil, err
	}
	if err := a.refile(ctx); err != nil {
		return nil, closing(a.store, err)
	}
	return a, nil
}

// refile decides anew about what is stored where the rules have changed.
func (a *app) refile(ctx context.Context) error {
	began := time.Now()
	n, err := a.store.Refile(ctx, func(src *feed.Source, e *feed.Entry) { a.rules.Again(e, src.Categories) })
	if n > 0 {
		a.log.Info("stored entries are filed by the rules of the configuration", "entries", n, "took", time.Since(began))
	}
	return err
}

// keepFiled refiles at the start and when the configuration has changed.
// Trouble is told, and the rest is done at the next change or start.
func (d *daemon) keepFiled(ctx context.Context) error {
	for {
		a := d.app()
		if err := a.refile(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("file stored entries by the rules", "err", err)
			if errors.Is(err, storage.ErrCorrupt) {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-d.refile:
		}
	}
}
