package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/aggregator/schedule"
	"tributary/config"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/storage"
)

// An app is the program's parts, wired as the configuration says.
type app struct {
	cfg   *config.Config
	log   *slog.Logger
	store storage.Store
}

// openApp opens the store of cfg and makes its sources those of cfg. Logs go
// to logs.
func openApp(ctx context.Context, cfg *config.Config, logs io.Writer) (*app, error) {
	store, err := engines.Open(ctx, cfg.Storage)
	if err != nil {
		return nil, err
	}
	a := &app{cfg: cfg, log: newLogger(logs, cfg.Log), store: store}
	if err := store.PutSources(ctx, a.sources()); err != nil {
		return nil, closing(store, fmt.Errorf("store the sources of %s: %w", cfg.Path, err))
	}
	return a, nil
}

// closing closes c and returns err.
func closing(c io.Closer, err error) error {
	_ = c.Close() // err says more
	return err
}

func (a *app) sources() []feed.Source {
	out := make([]feed.Source, 0, len(a.cfg.Sources))
	for i := range a.cfg.Sources {
		out = append(out, a.cfg.Sources[i].Source)
	}
	return out
}

// aggregator returns the polling half.
func (a *app) aggregator() *aggregator.Aggregator {
	c := &a.cfg.Aggregator
	limits := fetch.Limits{Body: c.MaxBody, Timeout: c.Timeout}
	http := fetch.NewHTTP(fetch.Settings{
		Limits: limits, PerHost: c.PerHost, AllowNetworks: c.AllowNetworks,
		UserAgent: userAgent(a.cfg), Requests: a.requests(),
	})
	return aggregator.New(a.store, aggregator.Settings{
		Fetcher: fetch.Mux{"http": http, "https": http, "file": fetch.NewFile(limits)},
		Policy:  schedule.Policy{MinInterval: c.MinInterval, MaxInterval: c.MaxInterval}, Workers: c.Workers,
		Log: a.log,
	})
}

func (a *app) requests() fetch.Requests {
	out := fetch.Requests{}
	for i := range a.cfg.Sources {
		if s := &a.cfg.Sources[i]; s.Username != "" {
			out[s.ID] = &fetch.Request{Username: s.Username, Password: string(s.Password)}
		}
	}
	return out
}

// userAgent names the program and, for upstreams that want to know who polls
// them, the site and its contact (RFC 9110 §10.1.5).
func userAgent(cfg *config.Config) string {
	about := cfg.Aggregator.Contact
	if host := hostOf(cfg.Site.BaseURL); host != "localhost" && !isLoopback(host) {
		about = joinNonEmpty("; ", "+"+cfg.Site.BaseURL, about)
	}
	if about == "" {
		return "tributary/" + cli.Version
	}
	return "tributary/" + cli.Version + " (" + about + ")"
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// changedAt returns when a file last changed, the zero time when there is no
// such file.
func changedAt(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// publisher returns the publishing half.
func (a *app) publisher() *publisher.Publisher {
	s := &a.cfg.Site
	set := publisher.Settings{
		Site: render.Site{
			Title: s.Title, Description: s.Description, BaseURL: s.BaseURL, ID: s.ID,
			Language: s.Language, Author: s.Author,
			Generator: render.Generator{Name: "tributary", Version: cli.Version},
		},
		Limit:   s.Limit,
		Changed: changedAt(a.cfg.Path),
		Log:     a.log,
	}
	for _, c := range a.cfg.Categories {
		set.Categories = append(set.Categories, publisher.Category{
			Category: render.Category{Term: c.Term, Label: c.Label, Description: c.Description, Language: c.Language},
			Limit:    c.Limit,
		})
	}
	return publisher.New(a.store, set)
}
