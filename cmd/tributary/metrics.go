package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"tributary/publisher/render"
	"tributary/websub"
)

// siteMetrics counts what readers are answered, by what they ask for and by
// the class of the status: a small number of series, found without a search.
type siteMetrics struct {
	set     *metrics.Set
	counted map[string]*formatMetrics
	took    *metrics.PrometheusHistogram
}

type formatMetrics struct {
	requests [6]*metrics.Counter // by the first digit of the status
	bytes    *metrics.Counter
}

const (
	streamed    = "events"
	otherFormat = "other"
)

func newSiteMetrics() *siteMetrics {
	m := &siteMetrics{set: metrics.NewSet(), counted: map[string]*formatMetrics{}}
	m.took = m.set.NewPrometheusHistogramExt("tributary_http_request_seconds", []float64{.0001, .001, .01, .1, 1, 10})
	names := []string{"asset", "media", "websub", streamed, otherFormat}
	for _, f := range render.Formats {
		names = append(names, f.Name)
	}
	for _, name := range names {
		if m.counted[name] != nil {
			continue
		}
		f := &formatMetrics{bytes: m.set.NewCounter(fmt.Sprintf("tributary_http_body_bytes_total{format=%q}", name))}
		for class := 2; class < len(f.requests); class++ {
			f.requests[class] = m.set.NewCounter(fmt.Sprintf("tributary_http_requests_total{format=%q,status=\"%dxx\"}", name, class))
		}
		m.counted[name] = f
	}
	return m
}

// observe counts a request.
func (m *siteMetrics) observe(r *http.Request, status int, bytes int64, took time.Duration) {
	format := formatOf(r.URL.Path)
	f := m.counted[format]
	if class := status / 100; class >= 2 && class < len(f.requests) {
		f.requests[class].Inc()
	}
	f.bytes.AddInt64(bytes)
	if format != streamed { // which takes as long as a reader likes
		m.took.Update(took.Seconds())
	}
}

// formatsByFile has the names of formats by the names of their files.
var formatsByFile = func() map[string]string {
	m := map[string]string{"": "html"}
	for _, f := range render.Formats {
		if f.Scope != render.PerEntry {
			m[f.File] = f.Name
		}
	}
	return m
}()

// formatOf returns what a path asks for.
func formatOf(p string) string {
	if name := formatsByFile[p[strings.LastIndexByte(p, '/')+1:]]; name != "" {
		return name
	}
	switch {
	case strings.HasSuffix(p, "/"+streamed):
		return streamed
	case strings.Contains(p, "/assets/"):
		return "asset"
	case isMedia(p):
		return "media"
	case websub.Handles(p):
		return "websub"
	case path.Ext(p) == ".html":
		return "html"
	}
	return otherFormat
}

// writeMetrics answers a scrape in Prometheus's text format.
func (d *daemon) writeMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	d.front.metrics.set.WritePrometheus(w)
	open, refused := d.front.server.Connections()
	metrics.WriteGaugeUint64(w, "tributary_http_connections", uint64(open))
	metrics.WriteCounterUint64(w, "tributary_http_connections_refused_total", uint64(refused))
	metrics.WriteCounterUint64(w, "tributary_renderings_total", uint64(d.pub.Load().Renderings()))
	d.writeStreams(w)
	d.writeHub(w)
	d.writePolls(w)
	d.writeMedia(w)
	if size, ok := storeSize(d.app().cfg.Storage); ok {
		metrics.WriteGaugeUint64(w, "tributary_store_bytes", uint64(size))
	}
	if c := d.certificate.Load(); c != nil {
		metrics.WriteGaugeFloat64(w, "tributary_certificate_end_seconds", float64(c.Ends().Unix()))
	}
	metrics.WriteProcessMetrics(w)
}

// writePolls tells of polling.
func (d *daemon) writePolls(w io.Writer) {
	s := d.polls.Status()
	for name, n := range map[string]int64{
		"polls_total": s.Polls, "polls_not_modified_total": s.NotModified, "polls_failed_total": s.Failed, "pushes_total": s.Pushes,
		"entries_new_total": s.NewEntries, "entries_updated_total": s.Updated, "upstream_bytes_total": s.Bytes,
	} {
		metrics.WriteCounterUint64(w, "tributary_"+name, uint64(n))
	}
	for quantile, late := range map[string]time.Duration{"0.5": s.Late50, "0.99": s.Late99, "1": s.LateMost} {
		metrics.WriteGaugeFloat64(w, fmt.Sprintf("tributary_poll_lateness_seconds{quantile=%q}", quantile), late.Seconds())
	}
	for name, holds := range map[string]bool{"offline": s.Offline, "disk_full": s.Full} {
		n := uint64(0)
		if holds {
			n = 1
		}
		metrics.WriteGaugeUint64(w, "tributary_"+name, n)
	}
	metrics.WriteGaugeFloat64(w, "tributary_last_beat_seconds", float64(s.Beat.Unix()))
}

// storeSize returns the size of a store that is a file.
func storeSize(storage string) (int64, bool) {
	_, place, _ := strings.Cut(storage, ":")
	info, err := os.Stat(place)
	if err != nil || !info.Mode().IsRegular() {
		return 0, false
	}
	return info.Size(), true
}

// storeAnswers reports whether the store can be read.
func (d *daemon) storeAnswers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := d.app().store.LastChange(ctx)
	return err
}
