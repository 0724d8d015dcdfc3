package normalise

import (
	"net/netip"
	"strings"
)

// squeeze removes blanks around ref, line ends and tabs in it, and what XML
// cannot hold; only then can its scheme be told.
func squeeze(ref string) string {
	ref = strings.TrimFunc(legal(ref), func(r rune) bool { return r <= ' ' || isSpace(r) || r == 0xFEFF })
	if strings.ContainsAny(ref, "\t\n\r") {
		ref = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(ref)
	}
	return ref
}

// cutScheme returns the scheme in lower case, "" when ref has none, and the
// rest after its colon.
func cutScheme(ref string) (scheme, rest string) {
	for i := 0; i < len(ref); i++ {
		switch c := ref[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return strings.ToLower(ref[:i]), ref[i+1:]
		default:
			return "", ref
		}
	}
	return "", ref
}

// slashes turns backslashes before the query into slashes, as browsers do.
func slashes(s string) string {
	end := strings.IndexAny(s, "?#")
	if end < 0 {
		end = len(s)
	}
	if strings.IndexByte(s[:end], '\\') < 0 {
		return s
	}
	return strings.ReplaceAll(s[:end], `\`, "/") + s[end:]
}

// hasHost reports whether what follows :// begins with a host that can be
// one, with or without a user and a port (RFC 3986 §3.2).
func hasHost(s string) bool {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	at := strings.LastIndexByte(s, '@')
	user, host := s[:max(at, 0)], s[at+1:]
	if strings.HasPrefix(host, "[") {
		address, rest, found := strings.Cut(host[1:], "]")
		_, err := netip.ParseAddr(address)
		return found && err == nil && !strings.Contains(address, "%") && isPort(rest) && allBytes(user, &plainByte)
	}
	name := host
	if i := strings.IndexByte(host, ':'); i >= 0 {
		name = host[:i]
	}
	return name != "" && isPort(host[len(name):]) && !strings.ContainsFunc(name, notInHost) && allBytes(user, &plainByte)
}

func isPort(s string) bool {
	return s == "" || s[0] == ':' && len(s) <= 6 && allBytes(s[1:], &digit)
}

func notInHost(r rune) bool {
	return r < 0x80 && !plainHost[r] && r != '.' && r != '-' && r != '_' || r == 0xFFFD || isSpace(r)
}

const upperHex = "0123456789ABCDEF"

// escape percent-encodes what no IRI may hold (RFC 3987 §2.2) and leaves the
// rest as it is.
func escape(url string) string {
	clean := true
	for i := 0; i < len(url) && clean; i++ {
		clean = urlByte(url, i)
	}
	if clean {
		return url
	}
	var out strings.Builder
	for i := 0; i < len(url); i++ {
		if urlByte(url, i) {
			out.WriteByte(url[i])
			continue
		}
		out.Write([]byte{'%', upperHex[url[i]>>4], upperHex[url[i]&15]})
	}
	return out.String()
}

// urlByte reports whether the i-th byte of url may stand in an IRI.
func urlByte(url string, i int) bool {
	switch c := url[i]; {
	case c >= 0x80:
		return true
	case c <= ' ' || c == 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
		return false
	case c == '#': // a second one
		return strings.IndexByte(url[:i], '#') < 0
	case c == '%':
		return i+2 < len(url) && isHex(url[i+1]) && isHex(url[i+2])
	case c == '[' || c == ']': // of an IPv6 address only
		_, host, _ := strings.Cut(url, "//")
		start := len(url) - len(host)
		end := strings.IndexAny(host, "/?#")
		return host != "" && i >= start && (end < 0 || i < start+end)
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// isPlainURL reports whether link would leave all of url as it is, but for
// tracking parameters. It errs on the side of false.
func isPlainURL(url string) bool {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(url, "http://"); !ok {
			return false
		}
	}
	host := 0
	for host < len(rest) && (plainHost[rest[host]] || rest[host] == '.' || rest[host] == '-') {
		host++
	}
	if port := host + 1; host > 0 && host < len(rest) && rest[host] == ':' {
		for host = port; host < len(rest) && digit[rest[host]] && host < port+5; {
			host++
		}
	}
	if host == 0 || len(url) > maxURL || host < len(rest) && strings.IndexByte("/?#", rest[host]) < 0 {
		return false
	}
	fragment := false
	for i := host; i < len(rest); i++ {
		c := rest[i]
		if c >= 0x80 || !plainByte[c] || c == '#' && fragment {
			return false
		}
		fragment = fragment || c == '#'
		if c == '%' && !(i+2 < len(rest) && isHex(rest[i+1]) && isHex(rest[i+2])) {
			return false
		}
	}
	return true
}

var plainByte, plainHost = func() (all, host [256]bool) {
	for c := '!'; c <= '~'; c++ {
		all[c] = !strings.ContainsRune("\"<>\\^`{|}[]", c)
		host[c] = '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	return all, host
}()

// isDataPicture reports whether url is a picture of a bounded size in a data:
// URL (RFC 2397), in a format that holds nothing but pixels, and of more than one.
func isDataPicture(url string) bool {
	if len(url) > maxData || !dataPicture().MatchString(url) {
		return false
	}
	_, data, _ := strings.Cut(url, ",")
	for i := 0; i < len(data); i++ {
		if c := data[i]; !(plainHost[c] || c == '+' || c == '/' || c == '=') {
			return false
		}
	}
	// "GIF89a" and a width of one: what pages show until the picture is loaded.
	// The same of PNG, up to the width and height of its first chunk.
	return !strings.HasPrefix(data, "R0lGODlhAQAB") && !strings.HasPrefix(data, "R0lGODdhAQAB") &&
		!strings.HasPrefix(data, "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB") && len(data) > 32
}
