package fetch

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
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

// A Credential is sent by basic authentication (RFC 7617) to the host of its
// source's URL, and to no other. It prints as asterisks.
type Credential struct{ Username, Password string }

func (Credential) String() string { return "***" }

// GoString hides the credential from %#v.
func (Credential) GoString() string { return "***" }

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

// Close closes the connections that are kept for later.
func (h *HTTP) Close() { h.transport.CloseIdleConnections() }

// Fetch asks for the source's document, unless it is as the State has it.
func (h *HTTP) Fetch(ctx context.Context, s *feed.State) (*Document, error) {
	u, err := url.Parse(s.URL)
	if err == nil {
		u, err = webAddress(u)
	}
	if err != nil {
		return nil, &Error{Reason: "the source's url cannot be asked for: an http or https address with a host is expected", Err: err}
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
	defer h.hosts.leave(key)
	ctx, w := newWatch(ctx, c.left, &h.set.Limits)
	defer func() { c.left -= w.stop() }()

	resp, err := h.ask(ctx, s, c.url)
	if err != nil {
		return nil, h.networkError(ctx, err)
	}
	defer resp.Body.Close() //nolint:errcheck // read as far as it is wanted
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

// authenticate adds the source's credentials if the request goes to the host
// they are for, wherever the source has moved meanwhile.
func (h *HTTP) authenticate(req *http.Request, s *feed.State) {
	at := s.Source.URL
	if at == "" {
		at = s.URL
	}
	c, ok := h.credential(s.Source.ID, at)
	if !ok {
		return
	}
	if origin, err := url.Parse(at); err == nil && mayAuthenticate(origin, req.URL) {
		req.SetBasicAuth(c.Username, c.Password)
	}
}

// receive reads the body as it comes, at most Limits.Body.
func (h *HTTP) receive(ctx context.Context, w *watch, resp *http.Response) (*buffer, error) {
	if resp.ContentLength > h.set.Limits.Body {
		return nil, h.tooLong()
	}
	b := newBuffer(resp.ContentLength + 1) // one more, to see the end without growing
	err := b.fill(w.body(resp.Body), h.set.Limits.Body)
	if err == nil && len(b.b) > 0 {
		return b, nil
	}
	got := len(b.b)
	b.free()
	switch {
	case err == nil:
		return nil, &Error{Status: resp.StatusCode, Reason: "the server answered " + statusName(resp.StatusCode) + " with an empty body"}
	case errors.Is(err, errTooLong):
		return nil, h.tooLong()
	}
	return nil, h.bodyError(ctx, err, got, resp.ContentLength)
}

// drain reads the rest of a short body, so that its connection can be used
// again.
func drain(w *watch, resp *http.Response) {
	if resp.ContentLength > mostDrained {
		return
	}
	b := newBuffer(0)
	_ = b.fill(w.body(resp.Body), mostDrained) // the connection is closed then
	b.free()
}

// document makes the Document of an answer. Bytes that are those of the last
// poll are recognised before and after their content codings are undone.
func (h *HTTP) document(s *feed.State, a *answer) (*Document, error) {
	if a.body == nil {
		return notModified(s, a.resp), nil
	}
	doc := newDocument(a.resp)
	doc.Received = int64(len(a.body.b))
	names := codingNames(a.resp.Header["Content-Encoding"])
	if len(names) > 0 || disguised(a.body.b) != "" {
		doc.Coded = codedDigest(names, a.body.b)
		if doc.Coded == s.Coded && !s.Body.IsZero() {
			a.body.free()
			doc.Digest, doc.NotModified = s.Body, true
			return doc, nil
		}
	}
	return h.decode(s, doc, names, a.body)
}

// decode undoes the content codings, and copies out what is new.
func (h *HTTP) decode(s *feed.State, doc *Document, names []string, body *buffer) (*Document, error) {
	limit := min(h.set.Limits.Body, max(h.set.Limits.Ratio*doc.Received, freeOfRatio))
	body, err := undo(names, body, limit)
	if err != nil {
		return nil, h.decodeError(err, limit)
	}
	defer body.free()
	sum := sha256.Sum256(body.b)
	doc.Digest = feed.Digest(sum[:len(doc.Digest)])
	if doc.NotModified = doc.Digest == s.Body; !doc.NotModified {
		doc.Body = append(make([]byte, 0, len(body.b)), body.b...)
	}
	return doc, nil
}

// codedDigest digests a body as it came, and what it was said to be.
func codedDigest(names []string, body []byte) feed.Digest {
	d := sha256.New()
	for _, name := range names {
		d.Write([]byte(name + "\x00"))
	}
	d.Write(body)
	return feed.Digest(d.Sum(nil)[:len(feed.Digest{})])
}

// credential returns what to authenticate with at a source's URL: what the
// settings say, else what stands in the URL.
func (h *HTTP) credential(id feed.SourceID, at string) (Credential, bool) {
	if c, ok := h.set.Credentials[id]; ok {
		return c, true
	}
	u, err := url.Parse(at)
	if err != nil || u.User == nil {
		return Credential{}, false
	}
	password, _ := u.User.Password() // none: empty
	return Credential{u.User.Username(), password}, true
}
