package value

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// authorityEnd returns where the authority that begins at start ends.
func authorityEnd(s string, start int) int {
	for i := start; i < len(s); i++ {
		if c := s[i]; c == '/' || c == '?' || c == '#' {
			return i
		}
	}
	return len(s)
}

// authority checks the authority of s that begins at start (RFC 3986 §3.2):
// user information, host, port. An empty one is fine.
func authority(s string, start int) *Problem {
	end := authorityEnd(s, start)
	part := s[start:end]
	if at := strings.LastIndexByte(part, '@'); at >= 0 {
		if i := strings.IndexAny(part[:at], "@[]"); i >= 0 {
			return problem(BadHost, start+i, 1, "has "+quote(part[i:i+1])+" in the user information before the host; percent-encode it")
		}
		start += at + 1
		part = part[at+1:]
	}
	host, port := part, ""
	if strings.HasPrefix(part, "[") {
		closing := strings.IndexByte(part, ']')
		if closing < 0 {
			return problem(BadHost, start, len(part), "has the host "+quote(part)+" without the closing ]")
		}
		if p := literal(part[1:closing]); p != nil {
			return p.moved(start + 1)
		}
		host, port = "", part[closing+1:]
		if port != "" && port[0] != ':' {
			return problem(BadHost, start+closing+1, len(port), "has "+quote(port)+" after the address in brackets; expected a colon and a port, or the path")
		}
		start += closing + 1
	} else if colon := strings.IndexByte(part, ':'); colon >= 0 {
		host, port = part[:colon], part[colon:]
		if host == "" {
			return problem(NoHost, start, 0, "has no host before the port "+quote(port[1:])+"; write one, as https://example.com:8080/")
		}
	} else if host == "" && start > 0 && s[start-1] == '@' {
		return problem(NoHost, start, 0, "has no host after the user information; write one, as https://user@example.com/")
	}
	if p := regName(host); p != nil {
		return p.moved(start)
	}
	if port == "" {
		return nil
	}
	return portNumber(port[1:]).moved(start + len(host) + 1)
}

// portNumber checks a port, which may be empty (RFC 3986 §3.2.3).
func portNumber(s string) *Problem {
	if s == "" {
		return nil
	}
	if !all(s, digit) {
		return whole(BadPort, s, "has the port "+quote(s)+"; expected digits only")
	}
	if significant := strings.TrimLeft(s, "0"); len(significant) > 5 || len(significant) == 5 && significant > "65535" {
		return whole(BadPort, s, "has the port "+quote(s)+"; the highest there can be is 65535")
	}
	return nil
}

// regName checks a host that is a name or an IPv4 address. RFC 3986 §3.2.2
// leaves the syntax of names open; what no resolver takes is refused: empty
// labels, labels over 63 bytes, names over 253, addresses out of range.
func regName(host string) *Problem {
	if host == "" {
		return nil
	}
	if octets(host) {
		if _, err := netip.ParseAddr(host); err != nil {
			return whole(BadHost, host, "has the host "+quote(host)+", which is no IPv4 address; expected four numbers from 0 to 255")
		}
		return nil
	}
	label, ascii := 0, true
	for i := range len(host) {
		switch c := host[i]; {
		case c == '.':
			if i == label {
				return problem(BadHost, i, 1, "has the host "+quote(host)+" with nothing before a dot; expected a name such as example.com")
			}
			if ascii && i-label > 63 {
				return longLabel(host, label, i)
			}
			label, ascii = i+1, true
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if ascii && len(host)-label > 63 {
		return longLabel(host, label, len(host))
	}
	if len(host) > 253 && NonASCII(host) < 0 {
		return whole(BadHost, host, "has a host of "+strconv.Itoa(len(host))+" bytes; a name has 253 at most")
	}
	return nil
}

func longLabel(host string, from, to int) *Problem {
	return problem(BadHost, from, to-from, "has the label "+quote(host[from:to])+" in its host; a label has 63 bytes at most")
}

// octets reports whether host is written as an IPv4 address: four numbers.
func octets(host string) bool {
	dots := 0
	for i := range len(host) {
		if host[i] == '.' {
			dots++
		} else if !is(host[i], digit) {
			return false
		}
	}
	return dots == 3 && host[len(host)-1] != '.'
}

// literal checks what stands between brackets: an IPv6 address, or an address
// of a future version (RFC 3986 §3.2.2).
func literal(s string) *Problem {
	if foldPrefix(s, "v") {
		version, rest, found := strings.Cut(s[1:], ".")
		if found && all(version, hex) && all(strings.ReplaceAll(rest, ":", "."), unreserved|subDelim) {
			return nil
		}
	}
	address, zone, zoned := strings.Cut(s, "%25")
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Is6() || strings.ContainsRune(address, '%') || zoned && zone == "" {
		return whole(BadHost, s, "has the host "+quote("["+s+"]")+", which is no IPv6 address; expected one such as [2001:db8::1]")
	}
	return nil
}
