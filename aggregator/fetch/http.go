package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"

	"tributary/feed"
)

// Settings is what an HTTP fetcher works with. Zero fields take the defaults.
type Settings struct {
	Limits        Limits
	UserAgent     string         // says who asks and how to reach them; default "tributary"
	Accept        string         // media types that are asked for, and nothing of deltas; default: those of feeds, with deltas
	PerHost       int            // requests at one time to one host; default 2
	Gap           time.Duration  // between two requests that redirects lead to one host; default none
	Large         int            // bodies of more than half a megabyte at one time; default 8
	AllowNetworks []netip.Prefix // networks to poll although they are not public
	Requests      Requests       // sources that are asked for in a way of their own
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
	large     chan struct{} // a token for each large body in memory
	requests  atomic.Pointer[Requests]
	transport *http.Transport

	othersMu sync.Mutex
	others   map[route]*http.Transport // of sources with a proxy or authorities of their own
}

// NewHTTP returns a fetcher for http and https.
func NewHTTP(set Settings) *HTTP {
	set.Limits = set.Limits.WithDefaults()
	if set.PerHost == 0 {
		set.PerHost = 2
	}
	if set.Large == 0 {
		set.Large = 8
	}
	if set.UserAgent == "" {
		set.UserAgent = "tributary"
	}
	if set.Proxy == nil {
		set.Proxy = http.ProxyFromEnvironment
	}
	h := &HTTP{
		set: set, userAgent: []string{set.UserAgent},
		guard: guard{set.AllowNetworks}, hosts: newGate(set.PerHost, set.Gap),
		large: make(chan struct{}, set.Large), others: map[route]*http.Transport{},
	}
	h.SetRequests(set.Requests)
	h.transport = h.newTransport()
	return h
}

// SetRequests makes r the ways in which sources are asked for from now on. A
// fetch under way ends in the way it began.
func (h *HTTP) SetRequests(r Requests) { h.requests.Store(&r) }

// Close closes the connections that are kept for later.
func (h *HTTP) Close() {
	h.transport.CloseIdleConnections()
	h.othersMu.Lock()
	defer h.othersMu.Unlock()
	for _, t := range h.others {
		t.CloseIdleConnections()
	}
}

// Fetch asks for the source's document, unless it is as the State has it.
// Whoever gets a Document closes it.
func (h *HTTP) Fetch(ctx context.Context, s *feed.State) (*Document, error) {
	u, err := url.Parse(s.URL)
	if err == nil {
		u, err = webAddress(u)
	}
	if err != nil {
		return nil, &Error{Reason: "the source's url cannot be asked for: an http or https address with a host is expected"} // the cause would tell a password in it
	}
	c := &chain{url: u, left: h.set.Limits.Timeout, request: h.requests.Load().of(s)}
	c.secrets = secretsOf(s, c.request)
	for {
		a, err := h.hop(ctx, s, c)
		if err != nil {
			return nil, c.explain(err)
		}
		if a == nil {
			continue
		}
		doc, err := h.document(ctx, s, a)
		if err != nil {
			return nil, c.explain(err)
		}
		doc.URL, doc.Redirected, doc.Moved = c.led(s)
		return doc, nil
	}
}

// An answer is a response and its body as it came, nil for a 304.
type answer struct {
	resp  *http.Response
	body  *buffer
	large chan struct{} // a place among the large bodies; nil: none is held
}

// enter waits for the host's turn.
func (h *HTTP) enter(ctx context.Context, c *chain, key string) error {
	if n := len(c.visited); n == 0 || c.at == key {
		return h.hosts.enter(ctx, key)
	}
	if err := h.hosts.follow(ctx, key); !errors.Is(err, errBusy) {
		return err
	}
	return &Error{Busy: true, Host: key, Reason: "the host that it redirects to, " + c.url.Host + ", is busy with what others redirect there"}
}

// hop sends one request once its host has room. It returns nil when the
// server sent c elsewhere. The time it may take does not include the wait.
func (h *HTTP) hop(ctx context.Context, s *feed.State, c *chain) (*answer, error) {
	key := hostKey(c.url)
	if err := h.enter(ctx, c, key); err != nil {
		return nil, err
	}
	c.at = key
	leave := h.hosts.leaveSoon
	defer func() { leave(key) }()
	ctx, w := newWatch(ctx, c.left, &h.set.Limits)
	defer func() { c.left -= w.stop() }()

	resp, trace, err := h.ask(ctx, s, c)
	defer trace.end()
	if err != nil {
		err = h.networkError(ctx, err)
		trace.failed(err)
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read as far as it is wanted
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusIMUsed {
		leave = h.hosts.leave
	}
	switch {
	case isRedirect(resp.StatusCode):
		drain(w, resp)
		return nil, c.follow(resp, h.set.Limits.Hops)
	case isNotModified(resp):
		return &answer{resp: resp}, nil
	case !isDocument(resp):
		drain(w, resp)
		return nil, statusError(resp, time.Now())
	}
	a := &answer{resp: resp}
	if err := h.receive(ctx, w, a); err != nil {
		trace.failed(err)
		return nil, err
	}
	leave = h.hosts.leave
	trace.body(len(a.body.b))
	return a, nil
}

// isNotModified reports whether it is said that nothing is new, to a request
// that asked that.
func isNotModified(resp *http.Response) bool {
	asked := resp.Request.Header
	return resp.StatusCode == http.StatusNotModified && (asked["If-None-Match"] != nil || asked["If-Modified-Since"] != nil)
}

// isDocument reports whether an answer has a document in it: 226 only when a
// delta was asked for, of the kind that is one (RFC 3229 §10.4.1, §10.5.2).
func isDocument(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusOK, http.StatusNonAuthoritativeInfo:
		return true
	case http.StatusIMUsed:
		im := resp.Header["Im"]
		return resp.Request.Header["A-Im"] != nil && (len(im) == 0 || httpguts.HeaderValuesContainsToken(im, "feed"))
	}
	return false
}

// ask sends the request. http.Client is left out: its redirects, cookies and
// referrers are not ours.
func (h *HTTP) ask(ctx context.Context, s *feed.State, c *chain) (*http.Response, *hopTrace, error) {
	if c.request != nil {
		ctx = context.WithValue(ctx, requested{}, c.request)
	}
	ctx, trace := traced(ctx, c.request)
	req := (&http.Request{
		Method: http.MethodGet, URL: c.url, Host: c.url.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h.header(s, c),
	}).WithContext(ctx)
	c.dress(req)
	req, err := h.throughProxy(req)
	if err != nil {
		return nil, trace, err
	}
	trace.request(req)
	resp, err := h.transportOf(c.request).RoundTrip(req)
	if err == nil {
		trace.response(resp)
	}
	return resp, trace, err
}

// header returns the fields of a request for what c has come to.
func (h *HTTP) header(s *feed.State, c *chain) http.Header {
	out := requestHeader(s, c.gaveValidators(s), h.userAgent)
	if h.set.Accept != "" {
		out["Accept"] = []string{h.set.Accept}
		delete(out, "A-Im")
	}
	return out
}

// Send sends a request that is no poll, such as one to a hub: to the same
// addresses, within the same limits as polls. Redirects are not followed.
func (h *HTTP) Send(req *http.Request) (*http.Response, error) {
	req.Header["User-Agent"] = h.userAgent
	req, err := h.throughProxy(req)
	if err != nil {
		return nil, err
	}
	resp, err := h.transport.RoundTrip(req)
	if err != nil {
		return nil, h.networkError(req.Context(), err)
	}
	return resp, nil
}
