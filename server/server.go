// Package server meets the network: it accepts connections, bounds what each
// of them and each client may cost, and has an http.Handler answer.
//
// Two ways lead to the handler. Plain requests for what the handler has at
// hand are read and answered by a loop of our own (quick.go); whatever is not
// plain in every respect goes to net/http with all that was read: TLS and
// HTTP/2, bodies, upgrades, streams, odd or broken requests. So there is one
// judge of what is odd, and the quick way needs to know only what is not.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Settings say how a server answers. Zero fields take the defaults.
type Settings struct {
	Limits  Limits
	Handler http.Handler

	// Ready reports whether the handler answers a GET of a path from what it has
	// at hand: it neither streams nor keeps the request. Those go the quick way.
	// Default: none does.
	Ready func(path string) bool

	// Observe is told of each request once it was answered.
	Observe func(r *http.Request, status int, bytes int64, took time.Duration)

	Trusted     []netip.Prefix // proxies whose word on who asks is taken
	Access      *AccessLog     // default none
	Certificate *Certificate   // speak TLS; default plain HTTP
	Log         *slog.Logger   // default none
}

// Limits bound what connections may cost. Zero fields take the defaults.
type Limits struct {
	Header      time.Duration // from the first byte of a request to the end of its header; default 10s
	Body        time.Duration // and to the end of its body; default 30s
	Idle        time.Duration // between two requests; default 2m
	Write       time.Duration // in which a client has to take some more of an answer; default 30s
	HeaderBytes int           // default 32 KiB
	Connections int           // default 16384
	PerClient   int           // connections of one address, or of one /64 of IPv6; default 256. Trusted proxies have none
}

func (l *Limits) fill() {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&l.Header, 10*time.Second)
	set(&l.Body, 30*time.Second)
	set(&l.Idle, 2*time.Minute)
	set(&l.Write, 30*time.Second)
	if l.HeaderBytes <= 0 {
		l.HeaderBytes = 32 << 10
	}
	if l.Connections <= 0 {
		l.Connections = 16384
	}
	if l.PerClient <= 0 {
		l.PerClient = 256
	}
}

// A Server answers on listeners. It is safe for concurrent use.
type Server struct {
	table table // of the open connections
	now   atomic.Pointer[force]
	clock atomic.Int64 // Unix nanoseconds, brought up to date by sweep
	date  atomic.Pointer[date]
	ended atomic.Bool // no request is begun any more

	mu    sync.Mutex // guards slow
	slow  []*slow    // those that were in force and have connections, and the one that is
	serve sync.WaitGroup
}

// A force is the settings in force, with what goes with them.
type force struct {
	Settings
	slow *slow
	tls  *tls.Config // nil: plain HTTP
}

// New returns a server.
func New(set Settings) *Server {
	s := &Server{table: newTable()}
	s.clock.Store(time.Now().UnixNano())
	s.Configure(set)
	return s
}

// Configure puts other settings in force, for connections to come; what is
// said of each request and of whom to trust counts for all at once.
func (s *Server) Configure(set Settings) {
	set.Limits.fill()
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	if set.Ready == nil {
		set.Ready = func(string) bool { return false }
	}
	next := &force{Settings: set}
	if set.Certificate != nil {
		next.tls = set.Certificate.config()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended.Load() {
		return
	}
	old := s.now.Load()
	if old != nil && old.Limits == set.Limits && old.Log == set.Log {
		next.slow = old.slow
		s.now.Store(next)
		return
	}
	next.slow = newSlow(s, &set)
	s.now.Store(next)
	if old != nil {
		old.slow.queue.end() // its connections stay
	}
	s.slow = slices.DeleteFunc(s.slow, func(h *slow) bool { return h.open.Load() == 0 })
	s.slow = append(s.slow, next.slow)
	s.serve.Go(func() { _ = next.slow.Serve(next.slow.queue) }) // it ends when the queue does
}

// Grace is what requests under way get when a server ends.
const Grace = 3 * time.Second

// Serve answers on a listener, which it closes, until ctx ends; then requests
// under way come to their end, within Grace. It can be called once for a server.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	sweeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	s.serve.Go(func() { s.sweep(sweeping) })
	failed := make(chan error, 1)
	go func() { failed <- s.accept(ctx, l) }()
	var err error
	select {
	case <-ctx.Done():
		_ = l.Close() // it was only listened to
		err = <-failed
	case err = <-failed:
		_ = l.Close() // it is of no use any more
	}
	s.end(ctx)
	stop()
	s.serve.Wait()
	return err
}

// accept lets connections in until the listener ends.
func (s *Server) accept(ctx context.Context, l net.Listener) error {
	const longest = time.Second
	wait := time.Duration(0)
	for {
		c, err := l.Accept()
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			if c != nil {
				_ = c.Close() // nobody answers any more
			}
			return nil
		case err != nil:
			// Most likely there are no file descriptors left: make room, and wait.
			s.now.Load().Log.Error("accept a connection", "err", err)
			s.table.evict()
			wait = min(max(2*wait, 5*time.Millisecond), longest)
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return nil
			}
		default:
			wait = 0
			s.admit(c)
		}
	}
}

// admit has a connection answered, unless there are too many.
func (s *Server) admit(nc net.Conn) {
	now := s.now.Load()
	c := newConn(s, nc, now)
	if reason := s.table.add(c, now); reason != "" {
		s.refused(now, c, reason)
		return
	}
	tune(c)
	if now.tls != nil {
		s.hand(tls.Server(c, now.tls))
		return
	}
	go s.quick(c)
}

// hand gives a connection to net/http under the settings in force.
func (s *Server) hand(c net.Conn) {
	for !s.now.Load().slow.queue.put(c) {
		if s.ended.Load() {
			_ = c.Close() // nobody answers any more
			return
		}
	}
}

// end lets requests under way come to their end for a while.
func (s *Server) end(ctx context.Context) {
	s.mu.Lock()
	s.ended.Store(true)
	all := slices.Clone(s.slow)
	s.mu.Unlock()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), Grace)
	defer cancel()
	var ending sync.WaitGroup
	for _, h := range all {
		ending.Go(func() {
			if h.Shutdown(grace) != nil {
				_ = h.Close() // readers that are still reading are cut off
			}
		})
	}
	for s.table.closeIdle(); s.table.busy() && grace.Err() == nil; s.table.closeIdle() {
		time.Sleep(10 * time.Millisecond)
	}
	ending.Wait()
	s.table.closeAll()
	s.now.Load().slow.queue.end()
}

// Connections returns how many are open, and how many were refused.
func (s *Server) Connections() (open int, refused int64) {
	return s.table.len(), s.table.refused.Load()
}

// refused tells of a connection that was one too many: once a minute.
func (s *Server) refused(now *force, c *conn, reason string) {
	_ = c.Conn.Close() // it was never let in
	n := s.table.refused.Add(1)
	at, last := s.clock.Load(), s.table.told.Load()
	if at-last > int64(time.Minute) && s.table.told.CompareAndSwap(last, at) {
		now.Log.Warn("a connection was refused", "client", c.remote, "reason", reason, "refused", n)
	}
}
