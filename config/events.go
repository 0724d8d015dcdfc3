package config

import "time"

// Events is the [events] table: streams that tell of entries while they are
// published.
type Events struct {
	Enabled   bool          // default true
	Streams   int           // at one time; default 1000
	PerClient int           // of one address, or of one /64 of IPv6; default 16
	Heartbeat time.Duration // without an event until a sign of life; default 20s
	Retry     time.Duration // until whoever lost its stream comes again; default 3s
}

const (
	maxStreams   = 100_000
	maxHeartbeat = time.Hour
	maxRetry     = time.Hour
)

func (d *decoder) events(s *section) Events {
	e := Events{
		Enabled:   true,
		Streams:   s.number("max_streams", maxStreams, 1000),
		PerClient: s.number("max_streams_per_client", maxStreams, 16),
		Heartbeat: s.duration("heartbeat", maxHeartbeat, 20*time.Second),
		Retry:     s.duration("retry", maxRetry, 3*time.Second),
	}
	if enabled := s.flag("enabled"); s.t.find("enabled") != nil {
		e.Enabled = enabled
	}
	s.done()
	return e
}
