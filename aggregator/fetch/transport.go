package fetch

import (
	"crypto/tls"
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

// transportOf returns what to send a source's requests with. Those with a
// proxy or authorities of their own do not share connections with others.
func (h *HTTP) transportOf(r *Request) *http.Transport {
	if r == nil || r.Proxy == nil && r.CA == nil && !r.Direct {
		return h.transport
	}
	key := r.CAName
	if r.Proxy != nil || r.Direct {
		key += "\x00proxy"
	}
	h.othersMu.Lock()
	defer h.othersMu.Unlock()
	t := h.others[key]
	if t == nil {
		t = h.newTransport()
		t.TLSClientConfig.RootCAs = r.CA
		if r.Proxy != nil {
			t.MaxConnsPerHost = 0
		}
		h.others[key] = t
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
	}
	// A server may still be at the end of one answer when we have read all of
	// it: a new connection for the next request would make one too many. With
	// a proxy, one address stands for all hosts, so it is not done there.
	if p, err := h.set.Proxy(&http.Request{URL: &url.URL{Scheme: "http", Host: "example.com"}}); err == nil && p == nil {
		t.MaxConnsPerHost = h.set.PerHost
	}
	return t
}
