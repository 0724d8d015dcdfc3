package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"time"
)

// Bounds of the transport that nobody needs to set.
const (
	maxIdle         = 512
	idleTimeout     = time.Minute
	connectTimeout  = 10 * time.Second
	maxHeader       = 256 << 10
	tlsSessions     = 1024
	pingAfter       = 15 * time.Second
	mostDrained     = 16 << 10
	handshakeAtMost = 10 * time.Second
)

// requested marks the context of a request with what its source wants of it.
type requested struct{}

// A route is a way to servers. Connections are shared by what goes the same
// way only: those of HTTP/2 are known to net/http by where they lead, not by
// the proxy in between.
type route struct {
	authorities *x509.CertPool
	proxy       string // its URL
	direct      bool
}

// proxy picks the proxy for a request: the source's own, or what the settings
// say.
func (h *HTTP) proxy(req *http.Request) (*url.URL, error) {
	if r, ok := req.Context().Value(requested{}).(*Request); ok {
		switch {
		case r.Direct:
			return nil, nil
		case r.Proxy != nil:
			return r.Proxy, nil
		}
	}
	return h.set.Proxy(req)
}

// transportOf returns what to send a source's requests with.
func (h *HTTP) transportOf(r *Request) *http.Transport {
	if r == nil || r.Proxy == nil && r.CA == nil && !r.Direct {
		return h.transport
	}
	way := route{authorities: r.CA, direct: r.Direct}
	if r.Proxy != nil && !r.Direct {
		way.proxy = r.Proxy.String()
	}
	h.othersMu.Lock()
	defer h.othersMu.Unlock()
	t := h.others[way]
	if t == nil {
		t = h.newTransport()
		t.TLSClientConfig.RootCAs = r.CA
		switch {
		case way.proxy != "":
			t.MaxConnsPerHost = 0
		case way.direct:
			t.MaxConnsPerHost = h.set.PerHost
		}
		h.others[way] = t
	}
	return t
}

func (h *HTTP) newTransport() *http.Transport {
	// Connecting may take half of the time at most, so that what ran out of
	// time is told apart by its error.
	half := h.set.Limits.Timeout / 2
	t := &http.Transport{
		Proxy:                  h.proxy,
		DialContext:            newDialer(&h.guard, min(connectTimeout, half)).dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(tlsSessions)},
		TLSHandshakeTimeout:    min(handshakeAtMost, half),
		ResponseHeaderTimeout:  h.set.Limits.Header,
		DisableCompression:     true,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    h.set.PerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingAfter},
		OnProxyConnectResponse: proxyAnswered,
	}
	// A server may still be at the end of one answer when we have read all of
	// it: a new connection for the next request would make one too many. With
	// a proxy, one address stands for all hosts, so it is not done there.
	if p, err := h.set.Proxy(&http.Request{URL: &url.URL{Scheme: "http", Host: "example.com"}}); err == nil && p == nil {
		t.MaxConnsPerHost = h.set.PerHost
	}
	return t
}

// proxyAnswered says why a proxy does not lead to the server.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	reason := "the proxy does not lead to the server: it answered " + statusName(resp.StatusCode)
	if resp.StatusCode == http.StatusProxyAuthRequired {
		reason += "; " + statusAdvice[resp.StatusCode]
	}
	return &Error{Reason: reason}
}
