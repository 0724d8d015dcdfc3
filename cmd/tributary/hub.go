package main

import (
	"context"
	"net/http"
	"time"

	"tributary/aggregator/fetch"
	"tributary/config"
	"tributary/publisher"
	"tributary/storage"
	"tributary/websub/hub"
)

// hubURL is where subscribers find the hub that pushes what is published;
// empty: nobody pushes.
func hubURL(cfg *config.Config) string {
	switch {
	case cfg.Hub.URL != "":
		return cfg.Hub.URL
	case cfg.Hub.Enabled:
		return cfg.Site.BaseURL + hub.Path
	}
	return ""
}

// callbackTime bounds requests to subscribers.
const callbackTime = 15 * time.Second

// newHub returns the hub of what is published, nil for none.
func newHub(ctx context.Context, a *app, store storage.Store) (*hub.Hub, error) {
	if hubURL(a.cfg) == "" {
		return nil, nil
	}
	web := fetch.NewHTTP(fetch.Settings{
		Limits: fetch.Limits{Timeout: callbackTime}, PerHost: hub.MostPerHost(a.cfg.Hub.PerHost),
		AllowNetworks: a.cfg.Aggregator.AllowNetworks, UserAgent: userAgent(a.cfg),
	})
	c := &a.cfg.Hub
	return hub.New(ctx, store, hub.Settings{
		Send: web.Send, Ping: c.URL, Log: a.log,
		MinLease: c.MinLease, Lease: c.Lease, MaxLease: c.MaxLease, MaxSubscribers: c.MaxSubscriptions, MaxPerHost: c.MaxPerHost,
		PerHost: c.PerHost, RetryFor: c.RetryFor, MaxBody: c.MaxBody,
	})
}

// hubSite is what a publisher gives its hub.
func hubSite(a *app, pub *publisher.Publisher) hub.Site {
	feeds := pub.Feeds()
	site := hub.Site{Hub: hubURL(a.cfg), Unpushed: pub.Unpushed, Current: func(ctx context.Context, topic string) (hub.Content, error) {
		path, ok := feeds[topic]
		if !ok {
			return hub.Content{}, hub.ErrNoTopic
		}
		r, err := pub.Feed(ctx, path)
		if err != nil {
			return hub.Content{}, err
		}
		return hub.Content{Topic: topic, MediaType: r.Format.MediaType, Body: r.Body}, nil
	}}
	for topic := range feeds {
		site.Topics = append(site.Topics, topic)
	}
	return site
}

// publisher returns the publishing half with its hub, if there is one.
func (d *daemon) publisher(a *app) *publisher.Publisher {
	set := a.pushing()
	set.Pictures = d.pictures(a)
	set.Dates = d.dates
	if d.hub != nil {
		set.Rendered, set.Record = d.rendered, storePath(a.cfg)+".published"
	}
	return publisher.New(a.store, set)
}

// pushing returns the settings of the publishing half that names its hub.
func (a *app) pushing() publisher.Settings {
	set := a.publishing()
	set.Site.Hub = hubURL(a.cfg)
	return set
}

// rendered tells the hub of a rendering.
func (d *daemon) rendered(_ context.Context, r *publisher.Rendering) {
	if d.hub == nil || !r.Format.Feed {
		return
	}
	d.hub.Publish(hub.Content{Topic: d.pub.Load().FeedURL(r), MediaType: r.Format.MediaType, Body: r.Body})
}

// ownHub answers requests to our own hub, and reports whether this is one.
func (d *daemon) ownHub(w http.ResponseWriter, r *http.Request) bool {
	if d.hub == nil || !hub.Handles(r.URL.Path) {
		return false
	}
	d.hub.Handler().ServeHTTP(w, r)
	return true
}
