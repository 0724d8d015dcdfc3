package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/publisher"
	"tributary/publisher/media"
	"tributary/server"
	"tributary/storage"
	"tributary/websub"
	"tributary/websub/hub"
)

// A daemon is serve at work: both halves of tributary, which take on another
// configuration without stopping.
type daemon struct {
	polls       *aggregator.Aggregator
	front       *front
	pub         atomic.Pointer[publisher.Publisher]
	handler     atomic.Pointer[http.Handler] // of pub
	stopping    atomic.Bool
	certificate atomic.Pointer[server.Certificate] // nil: plain HTTP
	hubs        *websub.Subscriber                 // nil: the configuration has no public_url
	hub         *hub.Hub                           // nil: nobody pushes what is published
	media       atomic.Pointer[media.Proxy]        // nil: pictures were never to be shown at our own addresses
	hangup      <-chan os.Signal                   // asks for the configuration to be read again
	dates       *publisher.Dates                   // what documents were last sent with

	now    atomic.Pointer[app]        // with the configuration in force
	sender atomic.Pointer[fetch.HTTP] // to hubs

	web    *fetch.HTTP // this and seen are watch's
	seen   watched     // of the configuration that was read last
	change chan *publisher.Publisher

	reloaded chan struct{} // hears that the configuration has changed
	refile   chan struct{} // so does this
}

func newDaemon(a *app) *daemon {
	d := &daemon{web: a.web(), change: make(chan *publisher.Publisher), reloaded: make(chan struct{}, 1), refile: make(chan struct{}, 1)}
	d.now.Store(a)
	d.sender.Store(d.web)
	if url := a.cfg.Aggregator.PublicURL; url != "" {
		set := websub.Settings{
			PublicURL: url, MaxBody: a.cfg.Aggregator.MaxBody, Send: d.sendToHub, Log: a.log,
			Deliver: func(ctx context.Context, id feed.SourceID, header http.Header, body []byte) error {
				return d.polls.Push(ctx, id, header, body)
			},
			Lost: func(ctx context.Context, id feed.SourceID) error { return d.polls.Unpushed(ctx, id) },
		}
		d.hubs = websub.New(a.store, set.Faster(speed()))
	}
	d.polls = aggregator.New(a.store, d.polling(a, d.web))
	d.polls.Rule(a.rules)
	d.lighten()
	return d
}

func (d *daemon) app() *app { return d.now.Load() }

// polling returns the settings of the polling half, with hubs if there are.
func (d *daemon) polling(a *app, web *fetch.HTTP) aggregator.Settings {
	set := a.polling(web)
	if d.hubs != nil {
		complain := func(ctx context.Context, id feed.SourceID, err error) {
			if err != nil && ctx.Err() == nil {
				a.log.Error("keep a subscription", "source", string(id), "err", err)
			}
		}
		set.Pushed = d.hubs.Pushed
		set.Noticed = func(ctx context.Context, s *feed.State) { complain(ctx, s.Source.ID, d.hubs.Noticed(ctx, s)) }
		set.Missed = func(ctx context.Context, id feed.SourceID) { complain(ctx, id, d.hubs.Missed(ctx, id)) }
	}
	return set
}

// sendToHub sends a request to a hub by the fetcher in force.
func (d *daemon) sendToHub(req *http.Request) (*http.Response, error) {
	return d.sender.Load().Send(req)
}

// manySources is how many make it worth while to give their memory back.
const manySources = 10_000

// lighten drops the sources of the configuration: the store has them.
func (d *daemon) lighten() {
	cfg := d.app().cfg
	many := len(cfg.Sources) > manySources
	cfg.Sources = nil
	if many {
		debug.FreeOSMemory()
	}
}

// shutdownTime is what readers get to come to an end; polls get as much.
const shutdownTime = 3 * time.Second

// run polls and publishes until ctx ends or a part fails, and returns when
// all of it has stopped.
func (d *daemon) run(ctx context.Context, listener net.Listener) error {
	a := d.app()
	socket, err := listenControl(ctx, a.cfg)
	if errors.Is(err, errLongSocket) {
		a.log.Warn("other commands cannot ask this daemon", "err", err)
	} else if err != nil {
		return err
	}
	admin, err := a.listenAdmin(ctx)
	if err != nil {
		return err
	}
	if d.hub, err = newHub(ctx, a, a.store); err != nil {
		return err
	}
	if err := d.useMedia(a); err != nil {
		return err
	}
	defer d.endMedia()
	d.dates = publisher.OpenDates(storePath(a.cfg)+".dates", a.log)
	defer d.dates.Close() //nolint:errcheck // each date is written when it is taken down
	pub := d.publisher(a)
	d.publish(pub)
	g, ctx := errgroup.WithContext(ctx)
	if err := d.front.use(ctx, d, a.cfg, d.front.parts); err != nil {
		return err
	}
	d.certificate.Store(d.front.parts.certificate)
	g.Go(func() error { return d.polls.Run(ctx) })
	if d.hubs != nil {
		g.Go(func() error { return d.keepSubscriptions(ctx) })
	}
	if d.hub != nil {
		d.hub.Publishes(hubSite(a, pub))
		g.Go(func() error { return d.hub.Run(ctx) })
	}
	g.Go(func() error { return d.follow(ctx, pub) })
	g.Go(func() error { return d.keepPruned(ctx) })
	g.Go(func() error { return d.keepFiled(ctx) })
	g.Go(func() error { return d.front.server.Serve(ctx, listener) })
	if admin != nil {
		serveHTTP(ctx, g, adminServer(d.admin(a.cfg.Admin.Listen)), admin)
	}
	if socket != nil {
		serveHTTP(ctx, g, controlServer(d.control()), socket)
	}
	g.Go(func() error { return d.watch(ctx) })
	g.Go(func() error { return d.supervise(ctx) })
	g.Go(func() error {
		<-ctx.Done()
		d.stopping.Store(true)
		return nil
	})
	err = g.Wait()
	d.web.Close()
	if cerr := d.front.close(); err == nil {
		err = cerr
	}
	return err
}

func (d *daemon) publish(pub *publisher.Publisher) {
	h := pub.Handler()
	d.pub.Store(pub)
	d.handler.Store(&h)
}

// site serves a request by the publisher in force.
func (d *daemon) site(w http.ResponseWriter, r *http.Request) {
	if d.ownHub(w, r) {
		return
	}
	if d.hubs != nil && websub.Handles(r.URL.Path) {
		d.hubs.Handler().ServeHTTP(w, r)
		return
	}
	(*d.handler.Load()).ServeHTTP(w, r)
}

// keepSubscriptions ends those of sources that went while we were away, and
// keeps the others.
func (d *daemon) keepSubscriptions(ctx context.Context) error {
	if err := d.reconcile(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return d.hubs.Run(ctx)
}

// reconcile unsubscribes what is not wanted any more.
func (d *daemon) reconcile(ctx context.Context) error {
	store := d.app().store
	return d.hubs.Reconcile(ctx, func(id feed.SourceID) bool {
		_, err := store.State(ctx, id)
		return !errors.Is(err, storage.ErrNotFound)
	})
}

// follow keeps the publisher in force up to date with the store.
func (d *daemon) follow(ctx context.Context, pub *publisher.Publisher) error {
	for {
		inner, end := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- pub.Run(inner) }()
		select {
		case err := <-done:
			end()
			return err
		case next := <-d.change:
			end()
			if err := <-done; err != nil {
				return err
			}
			pub = next
		}
	}
}

// serveHTTP serves until ctx ends, and then lets requests under way come to
// their end for a while.
func serveHTTP(ctx context.Context, g *errgroup.Group, server *http.Server, listener net.Listener) {
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		if server.Shutdown(grace) != nil {
			return server.Close() // readers that are still reading are cut off
		}
		return nil
	})
}
