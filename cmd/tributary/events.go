package main

import (
	"io"

	"github.com/VictoriaMetrics/metrics"

	"tributary/config"
	"tributary/publisher"
)

// events returns who may be told of entries while they are published.
func events(cfg *config.Config) publisher.Events {
	e := &cfg.Events
	return publisher.Events{
		Off: !e.Enabled, Streams: e.Streams, PerClient: e.PerClient, Beat: e.Heartbeat, Retry: e.Retry, Patience: cfg.Server.WriteTimeout,
	}
}

// writeStreams tells of streams of events.
func (d *daemon) writeStreams(w io.Writer) {
	s := d.pub.Load().Streams()
	metrics.WriteGaugeUint64(w, "tributary_event_streams", uint64(s.Open))
	metrics.WriteCounterUint64(w, "tributary_event_streams_refused_total", uint64(s.Refused))
	metrics.WriteCounterUint64(w, "tributary_event_streams_dropped_total", uint64(s.Dropped))
}
