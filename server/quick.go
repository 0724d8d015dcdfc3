package server

import (
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

// quick answers the requests of a connection as long as they are plain; the
// first that is not goes to net/http, and so do all that follow.
func (s *Server) quick(c *conn) {
	w, odd := newWire(c), false
	c.rest(c.limits.Header)
	w.each(func(x *exchange) (goOn bool) {
		if s.ended.Load() {
			return false
		}
		c.wake()
		if goOn, odd = s.all(w, x); odd {
			c.pending = append([]byte(nil), x.buf[:x.n]...)
		}
		if !goOn || s.ended.Load() {
			return false
		}
		c.rest(c.limits.Idle)
		return true
	})
	if odd {
		s.hand(c)
		return
	}
	_ = c.Close() // all of it was sent, or it has ended, or its time is over
}

// portably reads as each does, by what every connection has.
func portably(c net.Conn, take func(*exchange) bool) {
	for goOn := true; goOn; {
		x := exchanges.Get().(*exchange) // the pool holds nothing else
		n, err := c.Read(x.buf[:])
		x.n = n
		goOn = (n == 0 || take(x)) && err == nil
		x.free()
	}
}

// all answers the requests that were read. The connection goes on unless
// goOn is false.
func (s *Server) all(w *wire, x *exchange) (goOn, handOver bool) {
	for x.n > 0 {
		now := s.now.Load()
		used := x.read(w.c, now)
		if used == 0 {
			return false, true
		}
		last := x.req.Close
		if !s.answer(w, x, now) || last {
			return false, false
		}
		x.n = copy(x.buf[:], x.buf[used:x.n])
	}
	return true, false
}

// answer has the handler answer, and reports whether all of it was sent.
func (s *Server) answer(w *wire, x *exchange, now *force) bool {
	began := time.Now()
	x.out.begin(w, x, s)
	if !call(now, x) {
		return false
	}
	if err := x.out.finish(); err != nil {
		return false
	}
	s.note(now, &x.req, x.out.status, x.out.sent, began)
	return true
}

// call calls the handler. When it panics the connection ends, as net/http has
// it.
func call(now *force, x *exchange) (ok bool) {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler { //nolint:errorlint // a value that was thrown
			now.Log.Error("a request's handler panicked", "path", x.url.Path, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	now.Handler.ServeHTTP(&x.out, &x.req)
	return true
}

// exchanges are used again: a connection on which nothing is under way holds none.
var exchanges = sync.Pool{New: func() any {
	x := &exchange{header: make(http.Header, 16)}
	x.out.header = make(http.Header, 16)
	return x
}}

func (x *exchange) free() {
	x.n = 0
	if x.used {
		x.forget()
	}
	exchanges.Put(x)
}
