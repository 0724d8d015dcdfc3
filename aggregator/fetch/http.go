package fetch

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"tributary/feed"
)

// Settings is what an HTTP fetcher works with. Zero fields take the defaults.
type Settings struct {
	Limits        Limits
	UserAgent     string         // says who asks and how to reach them; default "tributary"
	PerHost       int            // requests at one time to one host; default 2
	AllowNetworks []netip.Prefix // networks to poll although they are not public
	Credentials   map[feed.SourceID]Credential
	// Proxy picks the proxy for a request, nil for none; default: what the
	// environment says. What a proxy connects to is the proxy's business: only
	// addresses written as such are held to AllowNetworks then.
	Proxy func(*http.Request) (*url.URL, error)
}

// HTTP fetches http and https documents. It holds all connections to
// upstreams, and may be used by many at one time.
type HTTP struct {
	set       Settings
	userAgent []string
	guard     guard
	hosts     *gate
	transport *http.Transport
}

// NewHTTP returns a fetcher for http and https.
func NewHTTP(set Settings) *HTTP {
	set.Limits = set.Limits.WithDefaults()
	if set.PerHost == 0 {
		set.PerHost = 2
	}
	if set.UserAgent == "" {
		set.UserAgent = "tributary"
	}
	if set.Proxy == nil {
		set.Proxy = http.ProxyFromEnvironment
	}
	h := &HTTP{
		set: set, userAgent: []string{set.UserAgent},
		guard: guard{set.AllowNetworks}, hosts: newGate(set.PerHost),
	}
	h.transport = h.newTransport()
	return h
}

// Close closes the connections that are kept for later.
func (h *HTTP) Close() { h.transport.CloseIdleConnections() }

// Fetch asks for the source's document, unless it is as the State has it.
func (h *HTTP) Fetch(ctx context.Context, s *feed.State) (*Document, error) {
	u, err := url.Parse(s.URL)
	if err == nil {
		u, err = webAddress(u)
	}
	if err != nil {
		return nil, &Error{Reason: "the source's url cannot be asked for: an http or https address with a host is expected"} // the cause would tell a password in it
	}
	c := &chain{url: u, left: h.set.Limits.Timeout}
	for {
		a, err := h.hop(ctx, s, c)
		if err != nil {
			return nil, c.explain(err)
		}
		if a == nil {
			continue
		}
		doc, err := h.document(s, a)
		if err != nil {
			return nil, c.explain(err)
		}
		doc.Moved = c.moved()
		return doc, nil
	}
}

// An answer is a response and its body as it came, nil for a 304.
type answer struct {
	resp *http.Response
	body *buffer
}

// hop sends one request once its host has room. It returns nil when the
// server sent c elsewhere. The time it may take does not include the wait.
func (h *HTTP) hop(ctx context.Context, s *feed.State, c *chain) (*answer, error) {
	key := hostKey(c.url)
	if err := h.hosts.enter(ctx, key); err != nil {
		return nil, err
	}
	leave := h.hosts.leaveSoon
	defer func() { leave(key) }()
	ctx, w := newWatch(ctx, c.left, &h.set.Limits)
	defer func() { c.left -= w.stop() }()

	resp, err := h.ask(ctx, s, c.url)
	if err != nil {
		return nil, h.networkError(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read as far as it is wanted
	if resp.StatusCode != http.StatusOK {
		leave = h.hosts.leave
	}
	switch {
	case isRedirect(resp.StatusCode):
		drain(w, resp)
		return nil, c.follow(resp, h.set.Limits.Hops)
	case resp.StatusCode == http.StatusNotModified && (s.ETag != "" || s.LastModified != ""):
		return &answer{resp: resp}, nil
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNonAuthoritativeInfo:
		drain(w, resp)
		return nil, h.statusError(s, resp, time.Now())
	}
	body, err := h.receive(ctx, w, resp)
	if err == nil {
		leave = h.hosts.leave
	}
	return &answer{resp, body}, err
}

// ask sends the request. http.Client is left out: its redirects, cookies and
// referrers are not ours.
func (h *HTTP) ask(ctx context.Context, s *feed.State, u *url.URL) (*http.Response, error) {
	req := (&http.Request{
		Method: http.MethodGet, URL: u, Host: u.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: requestHeader(s, h.userAgent),
	}).WithContext(ctx)
	h.authenticate(req, s)
	req, err := h.throughProxy(req)
	if err != nil {
		return nil, err
	}
	return h.transport.RoundTrip(req)
}
