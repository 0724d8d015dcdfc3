package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/aggregator/schedule"
	"tributary/config"
	"tributary/feed"
	"tributary/internal/cli"
	"tributary/opml"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/rules"
	"tributary/storage"
)

// An app is the program's parts, wired as the configuration says.
type app struct {
	cfg   *config.Config
	log   *slog.Logger
	store storage.Store
	asks  fetch.Requests // sources that are asked for in a way of their own
	rules *rules.Set     // nil: there are none

	theme   *render.Theme  // nil: pages look as they do of themselves
	sources []opml.Outline // what readers may know of what is polled
	feeds   sourceFeeds
}

// openApp opens the store of cfg and makes its sources those of cfg. Logs go
// to logs.
func openApp(ctx context.Context, cfg *config.Config, logs io.Writer) (*app, error) {
	a, err := newApp(cfg)
	if err != nil {
		return nil, err
	}
	a.log = newLogger(logs, cfg.Log)
	if a.store, err = engines.Open(ctx, cfg.Storage); err != nil {
		return nil, err
	}
	if err := a.putSources(ctx); err != nil {
		return nil, closing(a.store, err)
	}
	return a, nil
}

// newApp returns what a configuration says, without a log and a store.
func newApp(cfg *config.Config) (*app, error) {
	asks, err := requests(cfg)
	if err != nil {
		return nil, err
	}
	theme, err := theme(cfg)
	if err != nil {
		return nil, err
	}
	return &app{cfg: cfg, asks: asks, rules: ruleSet(cfg), theme: theme, sources: publicSources(cfg), feeds: sourceFeedsOf(cfg)}, nil
}

// closing closes c and returns err.
func closing(c io.Closer, err error) error {
	_ = c.Close() // err says more
	return err
}

// putSources makes the store's sources those of the configuration.
func (a *app) putSources(ctx context.Context) error {
	sources := make([]feed.Source, 0, len(a.cfg.Sources))
	for i := range a.cfg.Sources {
		src := a.cfg.Sources[i].Source
		src.Filing = a.rules.Digest(src.ID)
		sources = append(sources, src)
	}
	a.store.RepeatBy(repeats(a.cfg))
	if err := a.store.PutSources(ctx, sources); err != nil {
		return fmt.Errorf("store the sources of %s: %w", a.cfg.Path, err)
	}
	return nil
}

// web returns the fetcher for http and https.
func (a *app) web() *fetch.HTTP {
	c := &a.cfg.Aggregator
	return fetch.NewHTTP(fetch.Settings{
		Limits: a.limits(), PerHost: c.PerHost, Gap: c.HostGap, AllowNetworks: c.AllowNetworks,
		UserAgent: userAgent(a.cfg), Requests: a.asks,
	})
}

func (a *app) limits() fetch.Limits {
	return fetch.Limits{Body: a.cfg.Aggregator.MaxBody, Timeout: a.cfg.Aggregator.Timeout}
}

// polling returns the settings of the polling half.
func (a *app) polling(web *fetch.HTTP) aggregator.Settings {
	c := &a.cfg.Aggregator
	mux := fetch.Mux{"http": web, "https": web, "file": fetch.NewFile(a.limits())}
	if c.AllowExec {
		mux["exec"] = fetch.NewCommand(a.limits())
	}
	return aggregator.Settings{
		Fetcher: mux,
		Policy:  policy(a.cfg), Workers: c.Workers, PerHost: c.PerHost, HostGap: c.HostGap, CatchUp: c.CatchUp,
		MaxBody: a.cfg.Aggregator.MaxBody, Frames: c.Iframes, Stored: a.isStored, Repeats: repeats(a.cfg), Log: a.log,
	}
}

// isStored reports whether the store has an entry, or had it and dropped it.
func (a *app) isStored(id feed.EntryID) (bool, error) {
	_, err := a.store.Entry(context.Background(), id)
	if errors.Is(err, storage.ErrNotFound) {
		_, err = a.store.Deleted(context.Background(), id)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// testSpeed is the variable by which tests make time pass faster: every wait
// of the schedule is divided by it. What upstream asks for stays as it is.
const testSpeed = "TRIBUTARY_TEST_SPEED"

// policy returns when sources are polled.
func policy(cfg *config.Config) schedule.Policy {
	p := schedule.Policy{MinInterval: cfg.Aggregator.MinInterval, MaxInterval: cfg.Aggregator.MaxInterval}.WithDefaults()
	return p.Faster(speed())
}

// speed returns the factor that tests have set, 1 if none has.
func speed() float64 {
	if factor, err := strconv.ParseFloat(os.Getenv(testSpeed), 64); err == nil && factor > 0 {
		return factor
	}
	return 1
}

// requests returns how sources are asked for that are not asked for in the
// usual way.
func requests(cfg *config.Config) (fetch.Requests, error) {
	out := fetch.Requests{}
	pools := map[string]*authorities{}
	var errs []error
	for i := range cfg.Sources {
		q := cfg.Sources[i].Request
		if q == nil {
			continue
		}
		r := &fetch.Request{Username: q.Username, Password: string(q.Password), Bearer: string(q.Bearer), Header: http.Header{}, Direct: q.Proxy == "none"}
		for name, value := range q.Headers {
			r.Header.Set(name, value)
		}
		for name, value := range q.SecretHeaders {
			r.Header.Set(name, string(value))
			r.Secrets = append(r.Secrets, string(value))
		}
		if q.Proxy != "" && !r.Direct {
			r.Proxy, _ = url.Parse(q.Proxy) // config has checked it
		}
		if q.CAFile != "" {
			pool, err := trust(pools, q.CAFile)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: source %q: ca_file: %w", cfg.Path, cfg.Sources[i].ID, err))
				continue
			}
			r.CA = pool
		}
		out[cfg.Sources[i].Source.Request] = r
	}
	if err := errors.Join(errs...); err != nil {
		return nil, cli.Usage(err)
	}
	return out, nil
}

// userAgent names the program and, for upstreams that want
// to know who polls them, the site and its contact (RFC 9110 §10.1.5).
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

// publisher returns the publishing half of a site of files.
func (a *app) publisher() *publisher.Publisher { return publisher.New(a.store, a.static()) }

// publishing returns the settings of the publishing half.
func (a *app) publishing() publisher.Settings {
	s := &a.cfg.Site
	set := publisher.Settings{
		Site: render.Site{
			Title: s.Title, Description: s.Description, BaseURL: s.BaseURL, ID: s.ID,
			Language: s.Language, Author: s.Author, Sources: a.sources, Theme: a.theme,
			Generator: render.Generator{Name: "tributary", Version: cli.Version},
		},
		Limit: s.Limit,
		Mixes: s.Mixes, Sources: a.feeds.named, Unlisted: a.feeds.none,
		Quiet:   s.Quiet,
		Late:    s.Late,
		Events:  events(a.cfg),
		Frames:  a.cfg.Aggregator.Iframes,
		Changed: changedAt(a.cfg.Path),
		Log:     a.log,
	}
	if a.theme != nil && a.theme.Changed.After(set.Changed) {
		set.Changed = a.theme.Changed
	}
	for _, c := range a.cfg.Categories {
		set.Categories = append(set.Categories, publisher.Category{
			Category: render.Category{
				Term: c.Term, Label: c.Label, Description: c.Description, Language: c.Language, Podcast: (*render.Podcast)(c.Podcast),
				SchemaType: c.SchemaType,
				Manner:     render.Manner{SummaryOnly: c.SummaryOnly, Titles: c.Title},
			},
			Limit: c.Limit, LimitAge: c.LimitAge,
		})
	}
	return set
}
