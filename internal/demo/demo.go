// Package demo is an upstream of its own for "tributary demo": made-up feeds
// in several formats on a loopback address, which keep gaining entries, one
// of which fails now and then.
//
// What an entry says follows from the seed and its number, and how many there
// are follows from the clock, so nothing is kept.
package demo

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"tributary/config"
	"tributary/feed"
)

// Settings say how the upstream behaves. Zero fields take the defaults.
type Settings struct {
	Seed  uint64        // of what the entries say
	Every time.Duration // between two new entries, whichever feed has them; default 3s
}

// An Upstream is a running server of feeds.
type Upstream struct {
	server *http.Server
	url    string
	done   chan struct{} // closed when the server has stopped
}

// Start starts an upstream with the default settings. It stops with ctx, or
// with Close.
func Start(ctx context.Context) (*Upstream, error) { return Settings{}.Start(ctx) }

// Start starts an upstream on a free port of 127.0.0.1.
func (set Settings) Start(ctx context.Context) (*Upstream, error) {
	if set.Every <= 0 {
		set.Every = 3 * time.Second
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on a loopback address: %w", err)
	}
	u := &Upstream{url: "http://" + l.Addr().String(), done: make(chan struct{})}
	u.server = &http.Server{
		Handler:           newSite(set, u.url, time.Now()).handler(),
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      30 * time.Second,
	}
	stop := context.AfterFunc(ctx, func() { _ = u.server.Close() }) // nobody is left to tell
	go func() {
		defer close(u.done)
		defer stop()
		_ = u.server.Serve(l) // ends with Close; polls fail if it ends before
	}()
	return u, nil
}

// URL returns the address of the upstream's page, without a slash at its end.
func (u *Upstream) URL() string { return u.url }

// Close stops the upstream and waits until it has stopped.
func (u *Upstream) Close() error {
	err := u.server.Close()
	<-u.done
	return err
}

// Config returns a configuration that polls the upstream every few seconds,
// keeps its store in the bolt file at path, and publishes on listen.
func (u *Upstream) Config(path, listen string) *config.Config {
	c := config.Default(listen)
	c.Path = "the demo"
	c.Storage = "bolt:" + path
	c.Site.Title = "tributary demo"
	c.Site.Description = "Made-up feeds that keep gaining entries"
	c.Aggregator.MinInterval = pollEvery
	c.Aggregator.MaxInterval = 4 * pollEvery
	c.Aggregator.HostGap = 0
	c.Aggregator.Timeout = 10 * time.Second
	c.Aggregator.AllowNetworks = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, category := range categories {
		category.Limit = c.Site.Limit
		c.Categories = append(c.Categories, category)
	}
	for i := range channels {
		ch := &channels[i]
		c.Sources = append(c.Sources, config.Source{Source: feed.Source{
			ID: feed.SourceID(ch.name), URL: u.url + ch.path(), Kind: "feed",
			Categories: []string{ch.category}, Interval: pollEvery,
		}})
	}
	return c
}

const pollEvery = 4 * time.Second

var categories = []config.Category{
	{Term: "caijing", Label: "财经新闻", Description: "编造的财经新闻，仅供演示", Language: "zh-CN"},
	{Term: "technology", Label: "Technology", Description: "Made-up notes from made-up engineers", Language: "en"},
	{Term: "harbour", Label: "Harbour life", Description: "News and voices of a town that is on no map", Language: "en"},
}
