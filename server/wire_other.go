//go:build !linux

package server

import "net"

// A wire reads and writes the connection that goes the quick way.
type wire struct{ c *conn }

func newWire(c *conn) *wire { return &wire{c: c} }

// tune sets what the system does for a connection.
func tune(*conn) {}

// each has take take what is read, piece by piece, until it returns false or
// the connection ends.
func (w *wire) each(take func(*exchange) bool) { portably(w.c.Conn, take) }

// over reports whether the other side has sent all it will. Reading tells.
func (c *conn) over() bool { return false }

// write sends both, as one if it can.
func (w *wire) write(head, body []byte) error {
	buffers := net.Buffers{head, body}
	_ = w.c.SetWriteDeadline(w.c.patience()) // writing tells
	_, err := buffers.WriteTo(w.c.Conn)
	return err
}
