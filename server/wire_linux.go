package server

import (
	"errors"
	"net"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A wire reads and writes the connection that goes the quick way. It waits
// with nothing in hand: what a request needs is taken when its first byte is
// there, and a deadline is set only when a client does not take an answer at
// once.
type wire struct {
	c       *conn
	take    func(*exchange) bool
	parts   [2][]byte
	unsent  [][]byte // none of them empty
	vector  [2]unix.Iovec
	err     error
	reading func(uintptr) bool
	writing func(uintptr) bool
}

func newWire(c *conn) *wire {
	w := &wire{c: c}
	w.reading, w.writing = w.tryRead, w.tryWrite
	return w
}

// mostUnsent is how much of what a client has not taken waits in the system.
// So a connection costs a bounded amount of its memory however slow its client
// is, and room for more comes often enough to tell slow from stuck.
const mostUnsent = 128 << 10

// tune sets what the system does for a connection.
func tune(c *conn) {
	if c.raw == nil {
		return
	}
	_ = c.raw.Control(func(fd uintptr) { // an old kernel does without, and UNIX sockets
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, mostUnsent)
	})
}

// each has take take what is read, piece by piece, until it returns false or
// the connection ends.
//
// A piece that leaves room is all there was, so nothing is read after it until
// the system says that there is more: a call less for each request. It says so
// while take is at work as well, since all of this is one reading to the
// runtime. What it does not say again is that the other side has ended
// when that came along with the piece: sweep looks for it (see conn.over).
func (w *wire) each(take func(*exchange) bool) {
	if w.c.raw == nil {
		portably(w.c.Conn, take)
		return
	}
	w.take = take
	_ = w.c.raw.Read(w.reading) // whatever ended it, it has ended
}

// tryRead reads until there is nothing, and reports whether that was the last.
func (w *wire) tryRead(fd uintptr) bool {
	for {
		x := exchanges.Get().(*exchange) // the pool holds nothing else
		n, err := system(unix.SYS_RECVFROM, int(fd), unsafe.Pointer(&x.buf[0]), len(x.buf), unix.MSG_DONTWAIT)
		for errors.Is(err, unix.EINTR) {
			n, err = system(unix.SYS_RECVFROM, int(fd), unsafe.Pointer(&x.buf[0]), len(x.buf), unix.MSG_DONTWAIT)
		}
		if n <= 0 {
			x.free()
			return !errors.Is(err, unix.EAGAIN)
		}
		x.n = n
		goOn := w.take(x)
		x.free()
		if !goOn {
			return true
		}
		if n < len(x.buf) {
			w.c.unsure.Store(true)
			return false
		}
	}
}

// over reports whether the other side has sent all it will.
func (c *conn) over() (over bool) {
	if c.raw == nil {
		return false
	}
	err := c.raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		over = n == 0 && err == nil
	})
	return over || err != nil
}

// write sends both, as one if it can.
func (w *wire) write(head, body []byte) error {
	if w.c.raw == nil {
		buffers := net.Buffers{head, body}
		_ = w.c.SetWriteDeadline(w.c.patience()) // writing tells
		_, err := buffers.WriteTo(w.c.Conn)
		return err
	}
	w.parts = [2][]byte{head, body}
	w.unsent, w.err = w.parts[:], nil
	if len(body) == 0 {
		w.unsent = w.parts[:1]
	}
	w.skip(0)
	err := w.c.raw.Write(w.writing)
	w.parts, w.unsent = [2][]byte{}, nil
	w.c.deadline.Store(0)
	if err == nil {
		err = w.err
	}
	return err
}

func (w *wire) tryWrite(fd uintptr) bool {
	for len(w.unsent) > 0 {
		n, err := w.send(int(fd))
		switch {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			// Each time there is room for a part of the send buffer: sweep ends it
			// when that takes too long.
			w.c.deadline.Store(w.c.patience().UnixNano())
			return false
		case err != nil:
			w.err = err
			return true
		default:
			w.skip(n)
		}
	}
	return true
}

func (w *wire) send(fd int) (int, error) {
	if len(w.unsent) == 1 {
		return system(unix.SYS_SENDTO, fd, unsafe.Pointer(&w.unsent[0][0]), len(w.unsent[0]), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
	}
	for i, part := range w.unsent {
		w.vector[i].Base = &part[0]
		w.vector[i].SetLen(len(part))
	}
	n, err := system(unix.SYS_WRITEV, fd, unsafe.Pointer(&w.vector[0]), len(w.unsent), 0)
	w.vector = [2]unix.Iovec{}
	return n, err
}

// system is a call of the system for a socket. It never waits, so the runtime
// need not know of it.
func system(trap uintptr, fd int, p unsafe.Pointer, n, flags int) (int, error) {
	r, _, errno := unix.RawSyscall6(trap, uintptr(fd), uintptr(p), uintptr(n), uintptr(flags), 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(r), nil
}

// skip drops n bytes that were sent, and what is empty.
func (w *wire) skip(n int) {
	for len(w.unsent) > 0 && n >= len(w.unsent[0]) {
		n -= len(w.unsent[0])
		w.unsent = w.unsent[1:]
	}
	if len(w.unsent) > 0 {
		w.unsent[0] = w.unsent[0][n:]
	}
}
