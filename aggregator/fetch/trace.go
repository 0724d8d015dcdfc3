package fetch

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// A Trace is what a poll did on the network, for whoever wants to see it.
type Trace struct {
	mu   sync.Mutex
	hops []*Hop
}

// A Hop is one request and its answer.
type Hop struct {
	Method   string        `json:"method"`
	URL      string        `json:"url"`
	Request  http.Header   `json:"request"` // secrets are shown as ***
	Remote   string        `json:"remote,omitempty"`
	Reused   bool          `json:"reused_connection"`
	Protocol string        `json:"protocol,omitempty"`
	Status   int           `json:"status,omitempty"`
	Response http.Header   `json:"response,omitempty"`
	Bytes    int           `json:"bytes"` // of body as they came
	Lookup   time.Duration `json:"lookup_ns"`
	Connect  time.Duration `json:"connect_ns"`
	TLS      time.Duration `json:"tls_ns"`
	Wait     time.Duration `json:"wait_ns"` // from the request to the first byte of its answer
	Body     time.Duration `json:"body_ns"`
	Total    time.Duration `json:"total_ns"`
	Error    string        `json:"error,omitempty"`
}

// Hops returns the requests that were sent, in order.
func (t *Trace) Hops() []*Hop {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.hops
}

type traceKey struct{}

// WithTrace returns a context whose fetches are noted in t.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

// A hopTrace notes one request; a nil one notes nothing.
type hopTrace struct {
	mu    sync.Mutex // the transport calls from goroutines of its own
	hop   *Hop
	began time.Time
	marks struct{ lookup, connect, tls, sent, first time.Time }
}

// traced begins to note a request when ctx asks for it.
func traced(ctx context.Context) (context.Context, *hopTrace) {
	t, ok := ctx.Value(traceKey{}).(*Trace)
	if !ok {
		return ctx, nil
	}
	h := &hopTrace{hop: &Hop{}, began: time.Now()}
	t.mu.Lock()
	t.hops = append(t.hops, h.hop)
	t.mu.Unlock()
	return httptrace.WithClientTrace(ctx, h.hooks()), h
}

func (h *hopTrace) hooks() *httptrace.ClientTrace {
	at := func(mark *time.Time) {
		h.mu.Lock()
		defer h.mu.Unlock()
		*mark = time.Now()
	}
	since := func(into *time.Duration, mark *time.Time) {
		h.mu.Lock()
		defer h.mu.Unlock()
		*into = time.Since(*mark)
	}
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { at(&h.marks.lookup) },
		DNSDone:           func(httptrace.DNSDoneInfo) { since(&h.hop.Lookup, &h.marks.lookup) },
		ConnectStart:      func(_, _ string) { at(&h.marks.connect) },
		ConnectDone:       func(_, _ string, _ error) { since(&h.hop.Connect, &h.marks.connect) },
		TLSHandshakeStart: func() { at(&h.marks.tls) },
		TLSHandshakeDone:  func(tls.ConnectionState, error) { since(&h.hop.TLS, &h.marks.tls) },
		GotConn: func(info httptrace.GotConnInfo) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.hop.Reused, h.hop.Remote = info.Reused, info.Conn.RemoteAddr().String()
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { at(&h.marks.sent) },
		GotFirstResponseByte: func() { since(&h.hop.Wait, &h.marks.sent); at(&h.marks.first) },
	}
}

func (h *hopTrace) request(req *http.Request) {
	if h == nil {
		return
	}
	h.hop.Method, h.hop.URL, h.hop.Request = req.Method, req.URL.String(), shown(req.Header)
}

// harmless are the fields that hold no secret of the operator's.
var harmless = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "User-Agent": true, "If-None-Match": true, "If-Modified-Since": true, "A-Im": true, "Host": true,
}

// shown returns a request's fields without secrets.
func shown(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		if harmless[name] {
			out[name] = values
		} else {
			out[name] = []string{"***"}
		}
	}
	return out
}

func (h *hopTrace) response(resp *http.Response) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hop.Protocol, h.hop.Status, h.hop.Response = resp.Proto, resp.StatusCode, resp.Header.Clone()
	if len(h.hop.Response["Set-Cookie"]) > 0 {
		h.hop.Response["Set-Cookie"] = []string{"*** (not kept)"}
	}
}

func (h *hopTrace) body(n int) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hop.Bytes, h.hop.Body = n, time.Since(h.marks.first)
}

func (h *hopTrace) failed(err error) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hop.Error, h.hop.Total = err.Error(), time.Since(h.began)
}

func (h *hopTrace) end() {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hop.Total = time.Since(h.began)
}
