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

func (h *HTTP) newTransport() *http.Transport {
	// Connecting may take half of the time at most, so that what ran out of
	// time is told apart by its error.
	half := h.set.Limits.Timeout / 2
	t := &http.Transport{
		Proxy:                  h.set.Proxy,
		DialContext:            newDialer(&h.guard, min(connectTimeout, half)).dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(tlsSessions)},
		TLSHandshakeTimeout:    min(handshakeAtMost, half),
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
	if p, err := t.Proxy(&http.Request{URL: &url.URL{Scheme: "http", Host: "example.com"}}); err == nil && p == nil {
		t.MaxConnsPerHost = h.set.PerHost
	}
	return t
}
