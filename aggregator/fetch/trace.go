package fetch

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"

	"tributary/feed"
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
	asked *Request   // whose secrets are not to be shown; nil: there are none
	words []string   // nor are these, which stand in its URL
	hop   *Hop       // nil once the request is over: whoever asked reads it now
	began time.Time
	marks struct{ lookup, connect, tls, sent, first time.Time }
}

// traced begins to note a request, made as r says, when ctx asks for it.
func traced(ctx context.Context, r *Request) (context.Context, *hopTrace) {
	t, ok := ctx.Value(traceKey{}).(*Trace)
	if !ok {
		return ctx, nil
	}
	h := &hopTrace{asked: r, hop: &Hop{}, began: time.Now()}
	t.mu.Lock()
	t.hops = append(t.hops, h.hop)
	t.mu.Unlock()
	return httptrace.WithClientTrace(ctx, h.hooks()), h
}

// note lets do write to the hop, unless that is over: a connection that a
// request has given up waiting for goes on being made.
func (h *hopTrace) note(do func(*Hop)) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.hop != nil {
		do(h.hop)
	}
}

func (h *hopTrace) hooks() *httptrace.ClientTrace {
	at := func(mark *time.Time) { h.note(func(*Hop) { *mark = time.Now() }) }
	since := func(mark *time.Time) (d time.Duration) {
		if !mark.IsZero() {
			d = time.Since(*mark)
		}
		return d
	}
	m := &h.marks
	return &httptrace.ClientTrace{
		DNSStart:          func(httptrace.DNSStartInfo) { at(&m.lookup) },
		DNSDone:           func(httptrace.DNSDoneInfo) { h.note(func(hop *Hop) { hop.Lookup = since(&m.lookup) }) },
		ConnectStart:      func(_, _ string) { at(&m.connect) },
		ConnectDone:       func(_, _ string, _ error) { h.note(func(hop *Hop) { hop.Connect = since(&m.connect) }) },
		TLSHandshakeStart: func() { at(&m.tls) },
		TLSHandshakeDone:  func(tls.ConnectionState, error) { h.note(func(hop *Hop) { hop.TLS = since(&m.tls) }) },
		GotConn: func(info httptrace.GotConnInfo) {
			h.note(func(hop *Hop) { hop.Reused, hop.Remote = info.Reused, info.Conn.RemoteAddr().String() })
		},
		WroteRequest: func(httptrace.WroteRequestInfo) { at(&m.sent) },
		GotFirstResponseByte: func() {
			h.note(func(hop *Hop) { hop.Wait, m.first = since(&m.sent), time.Now() })
		},
	}
}

func (h *hopTrace) request(req *http.Request) {
	h.note(func(hop *Hop) {
		h.words = feed.URLSecrets(req.URL.String())
		hop.Method, hop.URL, hop.Request = req.Method, feed.ShownURL(h.asked.hide(req.URL.String())), h.asked.shown(req.Header)
	})
}

// harmless are the fields that tributary writes, none of them with a secret.
var harmless = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "User-Agent": true, "If-None-Match": true, "If-Modified-Since": true, "A-Im": true, "Host": true,
}

// shown returns a request's fields without secrets: those that neither are
// harmless nor stand in the configuration in plain words are hidden.
func (r *Request) shown(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		out[name] = []string{hidden}
		if harmless[name] || r != nil && len(r.Header[name]) > 0 && name != "Authorization" {
			out[name] = r.hideAll(values)
		}
	}
	return out
}

const hidden = "***"

// hide returns text without the request's secrets.
func (r *Request) hide(text string) string {
	if r == nil {
		return text
	}
	basic := base64.StdEncoding.EncodeToString([]byte(r.Username + ":" + r.Password))
	for _, secret := range append(r.Secrets[:len(r.Secrets):len(r.Secrets)], basic, r.Password, r.Bearer) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, hidden)
			text = strings.ReplaceAll(text, url.QueryEscape(secret), hidden)
		}
	}
	return text
}

func (r *Request) hideAll(values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, r.hide(v))
	}
	return out
}

// leastWord is how long a secret in a URL is at least: what is shorter is in
// other words, too.
const leastWord = 4

// hide returns text that came for a request without its secrets.
func (h *hopTrace) hide(text string) string {
	text = h.asked.hide(text)
	for _, word := range h.words {
		if len(word) >= leastWord {
			text = strings.ReplaceAll(text, word, hidden)
		}
	}
	return text
}

func (h *hopTrace) response(resp *http.Response) {
	h.note(func(hop *Hop) {
		hop.Protocol, hop.Status, hop.Response = resp.Proto, resp.StatusCode, http.Header{}
		for name, values := range resp.Header {
			for _, v := range values { // a server may send back what it was sent
				hop.Response[name] = append(hop.Response[name], h.hide(v))
			}
		}
		if len(hop.Response["Set-Cookie"]) > 0 {
			hop.Response["Set-Cookie"] = []string{hidden + " (not kept)"}
		}
	})
}

func (h *hopTrace) body(n int) {
	h.note(func(hop *Hop) { hop.Bytes, hop.Body = n, time.Since(h.marks.first) })
}

func (h *hopTrace) failed(err error) {
	h.note(func(hop *Hop) { hop.Error = h.hide(err.Error()) })
}

// end ends the notes.
func (h *hopTrace) end() {
	h.note(func(hop *Hop) { hop.Total, h.hop = time.Since(h.began), nil })
}
