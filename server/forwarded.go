package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// trusts reports whether a peer's word on who asks is taken. Whoever may open
// our UNIX socket was let in by the system.
func (f *force) trusts(peer netip.Addr) bool {
	if !peer.IsValid() {
		return true
	}
	for _, p := range f.Trusted {
		if p.Contains(peer) {
			return true
		}
	}
	return false
}

func addrOf(remote string) netip.Addr {
	if a, err := netip.ParseAddrPort(remote); err == nil {
		return a.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(remote)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// maxHops bounds how many proxies are looked through.
const maxHops = 32

// asker returns who asks, as Request.RemoteAddr has it: the peer, or, where
// that is a trusted proxy, the last of those it names that is none.
func (f *force) asker(peer netip.Addr, remote string, h http.Header) string {
	if !f.trusts(peer) {
		return remote
	}
	found := remote
	hops := forwardedFor(h)
	for i := len(hops) - 1; i >= 0 && len(hops)-i <= maxHops; i-- {
		a := addrOf(hops[i])
		if !a.IsValid() {
			break // "unknown", or an obfuscated one (RFC 7239 §6): nobody before it is known
		}
		if found = a.String(); !f.trusts(a) {
			break
		}
	}
	return found
}

// forwardedFor returns the clients that proxies have named, the nearest last:
// of Forwarded (RFC 7239), or else of X-Forwarded-For.
func forwardedFor(h http.Header) []string {
	var out []string
	if given := h["Forwarded"]; given != nil {
		for element := range strings.SplitSeq(strings.Join(given, ","), ",") {
			out = append(out, forOf(element))
		}
		return out
	}
	if given := h["X-Forwarded-For"]; given != nil {
		for element := range strings.SplitSeq(strings.Join(given, ","), ",") {
			out = append(out, bare(strings.TrimSpace(element)))
		}
	}
	return out
}

// forOf returns the "for" of an element such as for="[2001:db8::1]:4711";proto=https.
func forOf(element string) string {
	for pair := range strings.SplitSeq(element, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "for") {
			return bare(strings.Trim(value, `"`))
		}
	}
	return ""
}

// bare takes the brackets off an address of IPv6 that has no port.
func bare(address string) string {
	if inner, ok := strings.CutPrefix(address, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]")
	}
	return address
}
