package main

import (
	"context"
	"maps"
	"strings"
	"time"

	"tributary/config"
	"tributary/internal/filestate"
)

// lookEvery is how often the configuration's file and the theme are looked at.
// A change counts when it was the same twice: editors write in steps.
const lookEvery = time.Second

// A watched is what the configuration in force was read from, or the one that
// could not be used since.
type watched struct {
	file   filestate.State
	folder string // of the theme; empty: none
	theme  filestate.State
}

// watchedOf returns what a configuration says to watch, but for its own file.
func watchedOf(cfg *config.Config) (w watched) {
	if w.folder = cfg.Site.Theme; w.folder != "" {
		w.theme = filestate.OfFolder(w.folder)
	}
	return w
}

// now returns what is watched as it is now.
func (w watched) now(path string) watched {
	w.file = filestate.Of(path)
	if w.folder != "" {
		w.theme = filestate.OfFolder(w.folder)
	}
	return w
}

// watch takes on the configuration again when its file or the theme has
// changed, and on SIGHUP.
func (d *daemon) watch(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	before := d.seen
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.hangup:
			if err := d.front.reopen(); err != nil {
				d.app().log.Error("the request log cannot be opened anew, the old file stays", "err", err)
			}
			d.reloadAndTell(ctx)
		case <-ticker.C:
			at := d.seen.now(d.app().cfg.Path)
			if at != before || at.file == (filestate.State{}) || at == d.seen {
				before = at
				continue
			}
			d.reloadAndTell(ctx)
		}
	}
}

// reloadAndTell takes on the configuration, or tells why that cannot be.
func (d *daemon) reloadAndTell(ctx context.Context) {
	notify(reloading())
	defer notify(ready())
	if err := d.reload(ctx); err != nil && ctx.Err() == nil {
		d.app().log.Error("the new configuration cannot be used, the old one stays in force", "err", err)
	}
}

// reload reads the configuration anew and takes it on. Polls under way end
// with what they began with; when anything is wrong with the file, nothing
// changes.
func (d *daemon) reload(ctx context.Context) error {
	began, old := time.Now(), d.app()
	d.seen = d.seen.now(old.cfg.Path) // what is wrong is told once
	cfg, err := loadConfig(old.cfg.Path)
	if err != nil {
		return err
	}
	file := d.seen.file
	d.seen = watchedOf(cfg)
	d.seen.file = file
	next, err := newApp(cfg)
	if err != nil {
		return err
	}
	next.log, next.store = old.log, old.store
	restart := keepUntilRestart(old.cfg, cfg)
	opened, err := d.front.open(&cfg.Server)
	if err != nil {
		return err
	}
	sources, categories := len(cfg.Sources), len(cfg.Categories)
	if err := d.useMedia(next); err != nil {
		return err
	}
	if err := d.takeOn(ctx, next); err != nil {
		return err
	}
	if err := d.front.use(ctx, d, cfg, opened); err != nil {
		old.log.Error("the old request log is not whole", "err", err)
	}
	d.certificate.Store(opened.certificate)
	old.log.Info("configuration taken on", "file", cfg.Path, "sources", sources, "categories", categories, "took", time.Since(began))
	if len(restart) > 0 {
		old.log.Warn("part of the new configuration needs a restart", "keys", strings.Join(restart, ", "))
	}
	return nil
}

// takeOn puts the configuration of next in force: what is polled first, then
// how, then what is published. Until the last poll under the old one has
// ended, each source is asked with the secrets it is stored with.
func (d *daemon) takeOn(ctx context.Context, next *app) error {
	both := maps.Clone(d.app().asks)
	maps.Copy(both, next.asks)
	d.web.SetRequests(both)
	d.polls.Rule(next.rules)
	if err := next.putSources(ctx); err != nil {
		d.polls.Rule(d.app().rules)
		d.app().store.RepeatBy(repeats(d.app().cfg))
		return err
	}
	web := next.web()
	d.polls.Configure(d.polling(next, web))
	d.sender.Store(web)
	d.web.Close()
	d.web = web
	d.now.Store(next)
	d.lighten()
	pub := d.publisher(next)
	d.publish(pub)
	if d.hub != nil {
		d.hub.Publishes(hubSite(next, pub))
	}
	select {
	case d.change <- pub:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case d.reloaded <- struct{}{}:
	default: // it will look at the newest
	}
	select {
	case d.refile <- struct{}{}:
	default: // likewise
	}
	if d.hubs == nil {
		return nil
	}
	return d.reconcile(ctx)
}

// keepUntilRestart leaves those settings as they were that only a restart can
// change, and names them.
func keepUntilRestart(old, next *config.Config) []string {
	var keys []string
	if old.Storage != next.Storage {
		keys = append(keys, "storage")
		next.Storage = old.Storage
	}
	if old.Site.Listen != next.Site.Listen {
		keys = append(keys, "site.listen")
		next.Site.Listen = old.Site.Listen
		next.Site.BaseURL, next.Site.ID = old.Site.BaseURL, old.Site.ID // they go together
	}
	if old.Admin != next.Admin {
		keys = append(keys, "admin.listen")
		next.Admin = old.Admin
	}
	if old.Server.SocketMode != next.Server.SocketMode {
		keys = append(keys, "server.socket_mode")
		next.Server.SocketMode = old.Server.SocketMode
	}
	if old.Log != next.Log {
		keys = append(keys, "log")
		next.Log = old.Log
	}
	if old.Aggregator.PublicURL != next.Aggregator.PublicURL {
		keys = append(keys, "aggregator.public_url")
		next.Aggregator.PublicURL = old.Aggregator.PublicURL
	}
	if old.Hub != next.Hub {
		keys = append(keys, "hub")
		next.Hub = old.Hub
	}
	return keys
}
