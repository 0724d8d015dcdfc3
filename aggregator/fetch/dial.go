package fetch

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// A guard decides which addresses may be connected to. It looks at the
// address of the connection itself, after names were resolved, so a name
// cannot lead it astray by resolving to something else later.
type guard struct{ allow []netip.Prefix }

// An addressError says that a connection to an address was refused.
type addressError struct {
	addr netip.Addr
	kind string
}

func (e *addressError) Error() string {
	return fmt.Sprintf("the address %s is %s, which feeds may not lead to; if this one may, add its network to allow_networks in feeds.toml", e.addr, e.kind)
}

// check returns an *addressError unless addr is public or allowed.
func (g *guard) check(addr netip.Addr) error {
	addr = addr.WithZone("").Unmap()
	for _, p := range g.allow {
		if p.Contains(addr) {
			return nil
		}
	}
	if kind := special(addr); kind != "" {
		return &addressError{addr, kind}
	}
	return nil
}

// control is net.Dialer's last word before it connects.
func (g *guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return g.check(ap.Addr())
}

// special says what is special about an address, "" for public ones. Some
// IPv6 addresses carry an IPv4 one to which they lead.
func special(addr netip.Addr) string {
	switch {
	case addr.IsUnspecified():
		return "unspecified"
	case addr.IsLoopback():
		return "loopback"
	case addr.IsPrivate():
		return "private"
	case addr.IsLinkLocalUnicast():
		return "link-local"
	case addr.IsMulticast():
		return "multicast"
	}
	for _, n := range specialNetworks {
		if n.prefix.Contains(addr) {
			return n.kind
		}
	}
	if inner, ok := embedded(addr); ok {
		if kind := special(inner); kind != "" {
			return fmt.Sprintf("another form of %s, %s", inner, kind)
		}
	}
	return ""
}

// specialNetworks are those of the IANA special-purpose registries (RFC 6890)
// that netip has no method for, and cloud metadata on public addresses.
var specialNetworks = []struct {
	prefix netip.Prefix
	kind   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "of this network"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared by a carrier's customers"},
	{netip.MustParsePrefix("168.63.129.16/32"), "a cloud's metadata service"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "for documentation"},
	{netip.MustParsePrefix("198.18.0.0/15"), "for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "for documentation"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved"}, // of 6to4 relays, RFC 7526
	{netip.MustParsePrefix("::/96"), "reserved"},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), "for local translation"}, // RFC 2765 §2.1
	{netip.MustParsePrefix("64:ff9b:1::/48"), "for local translation"},
	{netip.MustParsePrefix("100::/64"), "for discarding"},
	{netip.MustParsePrefix("2001::/23"), "reserved"}, // Teredo, ORCHID and other protocols
	{netip.MustParsePrefix("2001:db8::/32"), "for documentation"},
	{netip.MustParsePrefix("3fff::/20"), "for documentation"},
	{netip.MustParsePrefix("5f00::/16"), "reserved"},
	{netip.MustParsePrefix("fec0::/10"), "site-local"},
}

var (
	nat64 = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052 §2.1
	sixto = netip.MustParsePrefix("2002::/16")    // RFC 3056 §2
)

// embedded returns the IPv4 address that an IPv6 one stands for.
func embedded(addr netip.Addr) (netip.Addr, bool) {
	b := addr.As16()
	switch {
	case nat64.Contains(addr):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixto.Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}

// proxied marks the context of a request that goes through a proxy, which is
// the operator's choice and may have any address.
type proxied struct{}

// A dialer connects, behind the guard unless to a proxy.
type dialer struct{ guarded, free net.Dialer }

func newDialer(g *guard, timeout time.Duration) *dialer {
	free := net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second}
	guarded := free
	guarded.Control = g.control
	return &dialer{guarded, free}
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if ctx.Value(proxied{}) != nil {
		return d.free.DialContext(ctx, network, address)
	}
	return d.guarded.DialContext(ctx, network, address)
}

// throughProxy marks the request when it goes through a proxy. Then only the
// proxy resolves names; what can be checked here is a literal address.
func (h *HTTP) throughProxy(req *http.Request) (*http.Request, error) {
	proxy, err := h.proxy(req)
	if err != nil {
		return nil, &Error{Reason: "the proxy that the environment names is no URL", Err: err}
	}
	if proxy == nil {
		return req, nil
	}
	if addr, ok := literal(req.URL.Hostname()); ok {
		if err := h.guard.check(addr); err != nil {
			return nil, err
		}
	}
	return req.WithContext(context.WithValue(req.Context(), proxied{}, true)), nil
}
