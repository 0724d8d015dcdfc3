package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"tributary/validator"
)

// maxProbes bounds the addresses of a document that are probed.
const maxProbes = 20

// Probe asks for addresses that a document names, the first 20: whether they
// can be had, and of which type and length they are. A document from a public
// address is not followed into private networks.
func Probe(ctx context.Context, from string, list []validator.Probe, o Options) []validator.Probe {
	o = o.defaults()
	if len(list) > maxProbes {
		list = list[:maxProbes]
	}
	c := newClient(o)
	if !private(from) {
		dialer := &net.Dialer{Timeout: o.Timeout, Control: publicOnly}
		c.http.Transport.(*http.Transport).DialContext = dialer.DialContext
	}
	c.http.CheckRedirect = func(_ *http.Request, via []*http.Request) error {
		if len(via) > o.Hops {
			return fmt.Errorf("there are more than %d redirects", o.Hops)
		}
		return nil
	}
	out := make([]validator.Probe, 0, len(list))
	for _, p := range list {
		out = append(out, c.probe(ctx, p))
	}
	return out
}

// probe asks for the header first, and for a byte of those that refuse.
func (c *client) probe(ctx context.Context, p validator.Probe) validator.Probe {
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		ctx, stop := context.WithTimeout(ctx, min(c.o.Timeout, 15*time.Second))
		req, err := http.NewRequestWithContext(ctx, method, p.URL, nil)
		if err != nil {
			stop()
			p.Failure = "it is no address"
			return p
		}
		req.Header.Set("User-Agent", c.o.UserAgent)
		if method == http.MethodGet {
			req.Header.Set("Range", "bytes=0-0")
		}
		res, err := c.http.Do(req)
		if err != nil {
			stop()
			p.Failure, _ = explain(err)
			return p
		}
		_ = res.Body.Close() // its text is not read
		stop()
		p.Status, p.Type, p.Length = res.StatusCode, res.Header.Get("Content-Type"), length(res)
		if p.Status < 400 {
			return p
		}
	}
	return p
}

// length returns how long the whole is, -1 when it is not said.
func length(res *http.Response) int64 {
	if res.StatusCode == http.StatusPartialContent {
		r := res.Header.Get("Content-Range")
		for i := len(r) - 1; i >= 0; i-- {
			if r[i] == '/' {
				if n, err := strconv.ParseInt(r[i+1:], 10, 64); err == nil {
					return n
				}
			}
		}
		return -1
	}
	return res.ContentLength
}

// private reports whether an address is one of this machine or its network.
func private(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && !public(ip)
}

// public reports whether an address is one of the internet's.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !shared.Contains(ip)
}

// shared is the address space of carriers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

var errPrivate = errors.New("it leads into a private network")

// publicOnly refuses to connect to private addresses; it is asked once the
// host's name has been resolved.
func publicOnly(_, address string, _ syscall.RawConn) error {
	host, err := netip.ParseAddrPort(address)
	if err != nil || !public(host.Addr()) {
		return errPrivate
	}
	return nil
}
