package server

import (
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"
)

// A conn is an open connection, whichever way its requests go.
type conn struct {
	net.Conn
	raw    syscall.RawConn // of the system's own; nil: it has none
	server *Server
	limits *Limits
	remote string     // as Request.RemoteAddr has it
	peer   netip.Addr // zero: a UNIX socket's
	client netip.Addr // whom it counts for; zero: nobody

	deadline atomic.Int64 // Unix nanoseconds at which sweep closes it; zero: none
	idle     atomic.Bool  // no request is under way
	unsure   atomic.Bool  // the other side may have ended without being heard
	closed   atomic.Bool
	pending  []byte // read already, and not yet handed on
}

func newConn(s *Server, nc net.Conn, now *force) *conn {
	c := &conn{Conn: nc, server: s, limits: &now.Limits, remote: "@"}
	if sc, ok := nc.(syscall.Conn); ok {
		c.raw, _ = sc.SyscallConn() // without it the portable way is taken
	}
	if a, ok := nc.RemoteAddr().(*net.TCPAddr); ok {
		c.peer = a.AddrPort().Addr().Unmap().WithZone("")
		c.remote = a.String()
		if !now.trusts(c.peer) {
			c.client = clientOf(c.peer)
		}
	}
	return c
}

// clientOf returns the address that stands for a client: who has one address
// of IPv6 has the /64 around it.
func clientOf(peer netip.Addr) netip.Addr {
	if peer.Is6() {
		return netip.PrefixFrom(peer, 64).Masked().Addr()
	}
	return peer
}

// rest says that the connection waits for a request, for so long at most.
func (c *conn) rest(most time.Duration) {
	c.deadline.Store(c.server.clock.Load() + int64(most))
	c.idle.Store(true)
}

// wake says that a request is under way.
func (c *conn) wake() {
	c.idle.Store(false)
	c.deadline.Store(0)
}

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	if len(c.pending) > 0 {
		n := copy(b, c.pending)
		if c.pending = c.pending[n:]; len(c.pending) == 0 {
			c.pending = nil
		}
		return n, nil
	}
	return c.Conn.Read(b)
}

// step is how much of an answer a client must take in Limits.Write.
const step = 64 << 10

// Write implements net.Conn. A client that takes what it is sent has as much
// time as it wants, one that does not take a step of it is cut off.
func (c *conn) Write(b []byte) (n int, err error) {
	for first := true; first || n < len(b); first = false {
		if err := c.SetWriteDeadline(time.Now().Add(c.limits.Write)); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(b[n:min(len(b), n+step)])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Close implements net.Conn.
func (c *conn) Close() error {
	if c.closed.Swap(true) {
		return net.ErrClosed
	}
	c.server.table.remove(c)
	return c.Conn.Close()
}

// patience returns the time by which a client must have taken some more.
func (c *conn) patience() time.Time { return time.Now().Add(c.limits.Write) }
