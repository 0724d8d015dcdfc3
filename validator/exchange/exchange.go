// Package exchange fetches a document for the validator, and notes how it was
// sent: redirects, header fields, answers to conditional requests, TLS.
package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"tributary/validator"
)

// Options say how to fetch. Zero fields take the defaults.
type Options struct {
	UserAgent string
	Timeout   time.Duration // of one request, redirects included; default 30s
	Bytes     int64         // of a body, decoded; default 256 MiB
	Hops      int           // redirects; default 10
	// Roots are the certificates to trust; nil is the system's.
	Roots *x509.CertPool
}

func (o Options) defaults() Options {
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Bytes == 0 {
		o.Bytes = 256 << 20
	}
	if o.Hops == 0 {
		o.Hops = 10
	}
	if o.UserAgent == "" {
		o.UserAgent = "tributary-validate"
	}
	return o
}

// accept is what is asked for: feeds first.
const accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.7, */*;q=0.1"

// Get fetches a document and asks again with its validators. That it cannot be
// had is no error: the exchange says so, and the validator judges it. The
// error is for an address that is none.
func Get(ctx context.Context, address string, o Options) (validator.Document, error) {
	o = o.defaults()
	doc := validator.Document{Name: address, URL: address, Body: http.NoBody}
	if _, err := http.NewRequest(http.MethodGet, address, nil); err != nil { //nolint:noctx // only its address is looked at
		return doc, fmt.Errorf("%q is no address: %w", address, err)
	}
	x := &validator.Exchange{At: time.Now()}
	doc.Exchange = x
	c := newClient(o)
	body, err := c.follow(ctx, address, x)
	if err != nil {
		x.Failure, x.FailureKind = explain(err)
		return doc, nil
	}
	last := x.Hops[len(x.Hops)-1]
	doc.URL = last.URL
	if ct := last.Header["Content-Type"]; len(ct) > 0 {
		doc.ContentType = ct[0]
	}
	doc.Body = bytes.NewReader(body)
	if last.Status == http.StatusOK {
		x.ByTag = c.again(ctx, last, "If-None-Match", "Etag")
		x.ByDate = c.again(ctx, last, "If-Modified-Since", "Last-Modified")
	}
	return doc, nil
}

// A client makes the requests of one look.
type client struct {
	o    Options
	http *http.Client
}

func newClient(o Options) *client {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DisableCompression: true, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 256 << 10,
		DialContext:         (&net.Dialer{Timeout: o.Timeout}).DialContext,
		TLSClientConfig:     &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS10}, //nolint:gosec // old servers are reported, not refused
		TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout,
	}
	return &client{o: o, http: &http.Client{Transport: transport, Timeout: o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// errRedirect is a chain of redirects that comes to no end.
type errRedirect struct{ text string }

func (e *errRedirect) Error() string { return e.text }

// follow fetches an address through its redirects, noting each hop, and
// returns the body that came at last, decoded.
func (c *client) follow(ctx context.Context, address string, x *validator.Exchange) ([]byte, error) {
	seen := map[string]bool{}
	for {
		if seen[address] {
			return nil, &errRedirect{"the redirects go round and round: " + address + " leads to itself"}
		}
		seen[address] = true
		res, err := c.request(ctx, address, "", "")
		if err != nil {
			return nil, err
		}
		hop := validator.Hop{URL: address, Status: res.StatusCode, Header: res.Header}
		next := location(res)
		if next == "" {
			body, err := c.read(res, x)
			hop.Size, hop.Digest = x.Received, digest(body)
			x.Hops = append(x.Hops, hop)
			if res.TLS != nil && res.TLS.Version < tls.VersionTLS12 {
				x.OldTLS = tls.VersionName(res.TLS.Version)
			}
			return body, err
		}
		_ = res.Body.Close() // a redirect's text is not read
		x.Hops = append(x.Hops, hop)
		switch {
		case len(x.Hops) > c.o.Hops:
			return nil, &errRedirect{fmt.Sprintf("there are more than %d redirects", c.o.Hops)}
		case !strings.HasPrefix(next, "http://") && !strings.HasPrefix(next, "https://"):
			return nil, &errRedirect{fmt.Sprintf("%s redirects to %q, which is neither http nor https", address, next)}
		}
		address = next
	}
}

// location returns where a redirect leads, "" when an answer is none.
func location(res *http.Response) string {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if u, err := res.Location(); err == nil {
			u.Fragment = ""
			return u.String()
		}
	}
	return ""
}

func (c *client) request(ctx context.Context, address, field, value string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	if field != "" {
		req.Header.Set(field, value)
	}
	return c.http.Do(req)
}

// read reads a body and undoes its content coding.
func (c *client) read(res *http.Response, x *validator.Exchange) ([]byte, error) {
	defer func() { _ = res.Body.Close() }()
	raw := &counter{r: io.LimitReader(res.Body, c.o.Bytes)}
	plain, err := decoded(raw, res.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(plain, c.o.Bytes))
	x.Received, x.Decoded = raw.n, int64(len(body))
	if err != nil {
		return nil, fmt.Errorf("the body breaks off after %d bytes: %w", raw.n, err)
	}
	return body, nil
}

// A counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// again asks for the document once more with a validator that it was sent with.
func (c *client) again(ctx context.Context, last validator.Hop, field, validatorField string) *validator.Hop {
	values := last.Header[validatorField]
	if len(values) == 0 {
		return nil
	}
	res, err := c.request(ctx, last.URL, field, values[0]) //nolint:bodyclose // read closes it
	if err != nil {
		return nil
	}
	var x validator.Exchange
	body, err := c.read(res, &x)
	if err != nil && res.StatusCode != http.StatusNotModified {
		return nil
	}
	return &validator.Hop{URL: last.URL, Status: res.StatusCode, Header: res.Header, Size: x.Received, Digest: digest(body)}
}

// explain says why no answer came, and what kind of reason it is.
func explain(err error) (string, validator.FailureKind) {
	var redirect *errRedirect
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var dns *net.DNSError
	text := err.Error()
	switch {
	case errors.As(err, &redirect):
		return text, validator.BadRedirect
	case errors.As(err, &host):
		return "the certificate is for another host: " + host.Error(), validator.BadTLS
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired or is not valid yet", validator.BadTLS
	case errors.As(err, &unknown):
		return "the certificate is signed by an authority that is not trusted, or its chain is not complete", validator.BadTLS
	case errors.As(err, &verify):
		return "the certificate cannot be verified: " + verify.Err.Error(), validator.BadTLS
	case strings.Contains(text, "malformed MIME header"), strings.Contains(text, "malformed HTTP"), strings.Contains(text, "invalid header field"):
		return "the answer is not HTTP: " + text[strings.LastIndex(text, "malformed"):], validator.BadHTTP
	case errors.As(err, &dns):
		return fmt.Sprintf("there is no host named %q", dns.Name), validator.Unreachable
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused: no server listens there", validator.Unreachable
	case errors.Is(err, context.DeadlineExceeded) || strings.Contains(text, "Client.Timeout"):
		return "the server did not answer in time", validator.Unreachable
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		text = wrapped.Err.Error()
	}
	return text, validator.Unreachable
}
