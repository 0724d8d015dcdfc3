package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/internal/cli"
	"tributary/publisher"
)

// static returns the settings of a site of files: of hubs it can name an outside
// one only.
func (a *app) static() publisher.Settings {
	set := a.publishing()
	set.Site.Hub = a.cfg.Hub.URL
	return set
}

// Bounds of telling an outside hub of a site of files.
const (
	pingTime = time.Minute
	pingLook = 20 * time.Millisecond
)

// ping tells the outside hub which feeds have changed since it was told last.
// What it does not take is told again the next time.
func (a *app) ping(ctx context.Context) (told int64, err error) {
	if a.cfg.Hub.URL == "" {
		return 0, cli.Usage(fmt.Errorf("%s: --ping: there is no hub to tell\n  expected its address as url of [hub], such as url = \"https://hub.example.org/\"", a.cfg.Path))
	}
	h, err := newHub(ctx, a, a.store)
	if err != nil {
		return 0, err
	}
	h.Publishes(hubSite(a, publisher.New(a.store, a.static())))
	h.TryAll(ctx)
	running, stop := context.WithTimeout(ctx, pingTime)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- h.Run(running) }()
	status := h.Status()
	for ; status.Owed > status.Failing && running.Err() == nil; status = h.Status() {
		time.Sleep(pingLook)
	}
	stop()
	if err := <-ended; err != nil {
		return status.Delivered, err
	}
	if status.Owed == 0 {
		return status.Delivered, nil
	}
	why := errors.New("it does not answer")
	for _, s := range h.List(ctx) {
		if s.Failures > 0 {
			why = errors.New(s.Error)
		}
	}
	return status.Delivered, fmt.Errorf("%d of the feeds could not be told of to the hub %s: %w\n  build --ping tells it again", status.Owed, a.cfg.Hub.URL, why)
}
