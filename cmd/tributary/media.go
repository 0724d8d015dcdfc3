package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"tributary/aggregator/fetch"
	"tributary/config"
	"tributary/feed"
	"tributary/publisher"
	"tributary/publisher/media"
	"tributary/publisher/render"
)

// Bounds of requests for pictures.
const (
	pictureTime    = 20 * time.Second
	picturesOfHost = 4
	picturesAtOnce = 32
	pictureHops    = 5
	pictureStall   = 5 * time.Second
)

// acceptPictures asks for what is served: a site that can send several kinds
// sends one of them.
const acceptPictures = "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5"

// pictureFetcher asks for pictures as polls ask for feeds: past the same guard,
// within limits of its own.
type pictureFetcher struct{ web *fetch.HTTP }

func newPictureFetcher(cfg *config.Config) pictureFetcher {
	return pictureFetcher{fetch.NewHTTP(fetch.Settings{
		Limits:  fetch.Limits{Body: media.MaxBody, Timeout: pictureTime, Stall: pictureStall, Hops: pictureHops},
		PerHost: picturesOfHost, Accept: acceptPictures,
		AllowNetworks: cfg.Aggregator.AllowNetworks, UserAgent: userAgent(cfg),
	})}
}

// Picture implements media.Fetcher.
func (f pictureFetcher) Picture(ctx context.Context, r media.Request) (*media.Answer, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, &media.Failure{Reason: "its address is no URL"}
	}
	u.User = nil // whose they may be: nobody logs in for a picture
	doc, err := f.web.Fetch(ctx, &feed.State{URL: u.String(), ETag: r.ETag, LastModified: r.LastModified, ValidatorsOf: r.Of})
	if err != nil {
		told := &media.Failure{Reason: err.Error()}
		var cause *fetch.Error
		if errors.As(err, &cause) {
			told.Status, told.RetryAfter = cause.Status, cause.RetryAfter
		}
		return nil, told
	}
	return &media.Answer{
		NotModified: doc.NotModified, Type: doc.Header.Get("Content-Type"), Body: doc.Body,
		ETag: doc.ETag, LastModified: doc.LastModified, Of: doc.URL, Fresh: doc.Fresh, Done: doc.Close,
	}, nil
}

// mediaSettings returns how pictures are shown at our own addresses.
func mediaSettings(a *app) (media.Settings, error) {
	c := &a.cfg.Site.Media
	_, store, _ := strings.Cut(a.cfg.Storage, ":")
	set := media.Settings{
		Key: []byte(c.Key), Dir: store + ".media", Bytes: c.Cache, Fetch: newPictureFetcher(a.cfg), Log: a.log,
		AtOnce: picturesAtOnce, PerHost: picturesOfHost,
	}
	if len(set.Key) > 0 {
		return set, nil
	}
	var err error
	if set.Key, err = media.LoadKey(store + ".media-key"); err != nil {
		return set, fmt.Errorf("[site] media_proxy: %w", err)
	}
	return set, nil
}

// useMedia gets ready for what a configuration says of pictures. One that says
// nothing leaves the proxy as it is: nothing leads there.
func (d *daemon) useMedia(a *app) error {
	if !a.cfg.Site.Media.Proxy {
		return nil
	}
	set, err := mediaSettings(a)
	if err != nil {
		return err
	}
	if m := d.media.Load(); m != nil {
		m.Configure(set)
		return nil
	}
	m, err := media.New(set)
	if err != nil {
		return fmt.Errorf("[site] media_proxy: %w", err)
	}
	d.media.Store(m)
	return nil
}

func (d *daemon) endMedia() {
	if m := d.media.Load(); m != nil {
		m.Close()
	}
}

// pictures returns what shows pictures at our own addresses, nil where the
// configuration wants none of that.
func (d *daemon) pictures(a *app) publisher.Pictures {
	if m := d.media.Load(); m != nil && a.cfg.Site.Media.Proxy {
		return m
	}
	return nil
}

// isMedia reports whether a path is that of a picture.
func isMedia(p string) bool {
	i := strings.Index(p, "/media/")
	if i < 0 {
		return false
	}
	_, _, ok := render.ParseMediaPath(p[i:])
	return ok
}

// writeMedia tells of pictures.
func (d *daemon) writeMedia(w io.Writer) {
	m := d.media.Load()
	if m == nil {
		return
	}
	s := m.Status()
	for result, n := range map[string]uint64{"hit": s.Hits, "fetched": s.Fetched, "unchanged": s.Unchanged, "failed": s.Failures, "forbidden": s.Forbidden} {
		metrics.WriteCounterUint64(w, fmt.Sprintf("tributary_media_total{result=%q}", result), n)
	}
	metrics.WriteCounterUint64(w, "tributary_media_evicted_total", s.Evicted)
	metrics.WriteGaugeUint64(w, "tributary_media_files", uint64(s.Pictures))
	metrics.WriteGaugeUint64(w, "tributary_media_bytes", uint64(s.Bytes))
}
