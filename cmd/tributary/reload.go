package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// A fileState tells whether a file has changed.
type fileState struct {
	size    int64
	changed time.Time
}

func stateOf(path string) fileState {
	info, err := os.Stat(path)
	if err != nil {
		return fileState{}
	}
	return fileState{info.Size(), info.ModTime()}
}

// lookEvery is how often the configuration's file is looked at. A change
// counts when it was the same twice: editors write in steps.
const lookEvery = time.Second

// watch takes on the configuration again when its file has changed, and on
// SIGHUP.
func (d *daemon) watch(ctx context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	before := d.seen
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			d.reloadAndTell(ctx)
		case <-ticker.C:
			at := stateOf(d.app().cfg.Path)
			if at != before || at == (fileState{}) || at == d.lastSeen() {
				before = at
				continue
			}
			d.reloadAndTell(ctx)
		}
	}
}

func (d *daemon) lastSeen() fileState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seen
}

// reloadAndTell takes on the configuration, or tells why that cannot be.
func (d *daemon) reloadAndTell(ctx context.Context) {
	if err := d.reload(ctx); err != nil && ctx.Err() == nil {
		d.app().log.Error("the new configuration cannot be used, the old one stays in force", "err", err)
	}
}

// reload reads the configuration anew and takes it on. Polls under way end
// with what they began with; when anything is wrong, nothing changes.
func (d *daemon) reload(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	began := time.Now()
	old := d.app()
	d.seen = stateOf(old.cfg.Path) // what is wrong is told once
	notify(reloading())
	defer notify(ready())
	cfg, err := loadConfig(old.cfg.Path)
	if err != nil {
		return err
	}
	asks, err := requests(cfg)
	if err != nil {
		return err
	}
	restart := restartFor(old.cfg, cfg)
	cfg.Storage, cfg.Site.Listen, cfg.Log = old.cfg.Storage, old.cfg.Site.Listen, old.cfg.Log
	cfg.Aggregator.PublicURL = old.cfg.Aggregator.PublicURL
	next := &app{cfg: cfg, log: old.log, store: old.store, asks: asks}
	if err := next.putSources(ctx); err != nil {
		return err
	}
	sources, categories := len(cfg.Sources), len(cfg.Categories)
	web := next.web()
	d.polls.Configure(d.polling(next, web))
	d.sender.Store(web)
	pub := next.publisher()
	d.publish(pub)
	select {
	case d.change <- pub:
	case <-ctx.Done():
		return ctx.Err()
	}
	d.web.Close()
	d.web = web
	d.now.Store(next)
	d.lighten()
	if d.hubs != nil {
		if err := d.reconcile(ctx); err != nil {
			return err
		}
	}
	old.log.Info("configuration taken on", "file", cfg.Path, "sources", sources, "categories", categories, "took", time.Since(began))
	if len(restart) > 0 {
		old.log.Warn("part of the new configuration needs a restart", "keys", strings.Join(restart, ", "))
	}
	return nil
}
