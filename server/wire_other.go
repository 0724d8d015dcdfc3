//go:build !linux

package server

import "net"

// A wire reads and writes the connection that goes the quick way.
type wire struct{ c *conn }

func newWire(c *conn) *wire { return &wire{c: c} }

// tune sets what the system does for a connection.
func tune(net.Conn) {}

// next waits for bytes and returns an exchange with them; it may return one
// with an error, too.
func (w *wire) next() (*exchange, error) {
	x := exchanges.Get().(*exchange) // the pool holds nothing else
	n, err := w.c.Conn.Read(x.buf[:])
	x.n = n
	return x, err
}

// write sends both, as one if it can.
func (w *wire) write(head, body []byte) error {
	buffers := net.Buffers{head, body}
	_ = w.c.SetWriteDeadline(w.c.patience()) // writing tells
	_, err := buffers.WriteTo(w.c.Conn)
	return err
}
