package server

import (
	"net/http"
	"strings"
	"time"
)

// note tells of a request that was answered.
func (s *Server) note(now *force, r *http.Request, status int, bytes int64, began time.Time) {
	if now.Observe == nil && now.Access == nil {
		return
	}
	end := time.Now()
	if now.Observe != nil {
		now.Observe(r, status, bytes, end.Sub(began))
	}
	if now.Access != nil {
		now.Access.write(r, status, bytes, end)
	}
}

// observed is the handler of what goes to net/http.
func (s *Server) observed(w http.ResponseWriter, r *http.Request) {
	now := s.now.Load()
	if len(now.Trusted) > 0 || r.RemoteAddr == "" || r.RemoteAddr == "@" {
		r.RemoteAddr = now.asker(addrOf(r.RemoteAddr), r.RemoteAddr, r.Header)
	}
	if r.ContentLength != 0 {
		// A ReadTimeout would end streams, too.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(now.Limits.Body)) // every server of ours can
	}
	began := time.Now()
	o := &observer{ResponseWriter: w, bodyless: r.Method == http.MethodHead}
	defer func() {
		if o.status == 0 && recoverable(r) {
			o.status = http.StatusOK
		}
		s.note(now, r, o.status, o.bytes, began)
	}()
	now.Handler.ServeHTTP(o, r)
}

// recoverable reports whether a request that nothing was answered to got the
// empty answer that net/http sends.
func recoverable(r *http.Request) bool { return r.Context().Err() == nil }

// An observer notes what is answered.
type observer struct {
	http.ResponseWriter
	status   int
	bytes    int64
	bodyless bool // nothing of what is written is sent
}

// WriteHeader implements http.ResponseWriter.
func (o *observer) WriteHeader(status int) {
	if o.status == 0 && status >= 200 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (o *observer) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(b)
	if !o.bodyless {
		o.bytes += int64(n)
	}
	return n, err
}

// Flush implements http.Flusher.
func (o *observer) Flush() {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	_ = http.NewResponseController(o.ResponseWriter).Flush() // every server of ours can
}

// Unwrap is for http.ResponseController.
func (o *observer) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// hostOnly returns the host of host:port.
func hostOnly(address string) string {
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 || strings.HasSuffix(address, "]") {
		return bare(address)
	}
	if host := address[:colon]; strings.IndexByte(host, ':') < 0 || host[0] == '[' {
		return bare(host)
	}
	return address // of IPv6, without a port
}
