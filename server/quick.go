package server

import (
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

// quick answers the requests of a connection as long as they are plain; the
// first that is not goes to net/http, and so do all that follow.
func (s *Server) quick(c *conn) {
	w := newWire(c)
	c.rest(c.limits.Header)
	for {
		x, err := w.next()
		if err != nil || s.ended.Load() {
			x.free()
			_ = c.Close() // it has ended, or its time is over
			return
		}
		c.wake()
		goOn, handOver := s.all(w, x)
		if handOver {
			c.pending = append([]byte(nil), x.buf[:x.n]...)
			x.free()
			s.hand(c)
			return
		}
		x.free()
		if !goOn || s.ended.Load() {
			_ = c.Close() // all of it was sent
			return
		}
		c.rest(c.limits.Idle)
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
	if x == nil {
		return
	}
	x.n = 0
	if x.used {
		x.forget()
	}
	exchanges.Put(x)
}
