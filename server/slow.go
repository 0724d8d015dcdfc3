package server

import (
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
)

// A slow is net/http's server for what does not go the quick way.
type slow struct {
	http.Server
	queue *queue       // its connections
	open  atomic.Int64 // how many there are
}

func newSlow(s *Server, set *Settings) *slow {
	h := &slow{queue: newQueue()}
	h.Server = http.Server{
		Handler:           http.HandlerFunc(s.observed),
		ReadHeaderTimeout: set.Limits.Header,
		IdleTimeout:       set.Limits.Idle,
		MaxHeaderBytes:    set.Limits.HeaderBytes,
		ConnState:         h.follow,
		ErrorLog:          slog.NewLogLogger(set.Log.Handler(), slog.LevelDebug),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 100, WriteByteTimeout: set.Limits.Write},
	}
	return h
}

// follow notes what net/http does with a connection.
func (h *slow) follow(nc net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		h.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		h.open.Add(-1)
	}
	if t, ok := nc.(interface{ NetConn() net.Conn }); ok {
		nc = t.NetConn()
	}
	if c, ok := nc.(*conn); ok {
		c.idle.Store(state == http.StateIdle)
	}
}
