package normalise

import (
	"net/netip"
	"strings"
)

const (
	maxURL  = 8 << 10  // bytes; longer references are dropped
	maxData = 64 << 10 // bytes of a data: picture
)

// A base is the URL that relative references start from (RFC 3986 §5.1). The
// zero base resolves none.
type base struct {
	scheme, authority, path, query string // the path without "" before "/"
}

// parseBase returns the base of that URL, or what it is relative to: within.
func parseBase(url string, within base) base {
	url = within.link(url)
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return within
	}
	return split(url)
}

// split cuts an absolute http URL into its parts.
func split(url string) base {
	var b base
	url, _, _ = strings.Cut(url, "#")
	b.scheme, url, _ = strings.Cut(url, "://")
	url, b.query, _ = strings.Cut(url, "?")
	if i := strings.IndexByte(url, '/'); i >= 0 {
		b.authority, b.path = url[:i], url[i:]
	} else {
		b.authority = url
	}
	return b
}

func (b base) isZero() bool { return b.authority == "" }

// schemes are those a reader can follow without harm. What is not here is
// dropped: script, the reader's own files, what no one can open.
var schemes = map[string]bool{
	"http": true, "https": true, "mailto": true, "tel": true, "sms": true, "ftp": true, "ftps": true, "sftp": true,
	"gemini": true, "gopher": true, "magnet": true, "irc": true, "ircs": true, "xmpp": true, "geo": true, "news": true,
	"nntp": true, "sip": true, "sips": true, "matrix": true, "rtsp": true, "rtmp": true, "mms": true,
}

// link returns ref as an absolute IRI that is fit to be followed, without
// tracking parameters, or "" when it is not.
func (b base) link(ref string) string { return untracked(b.absolute(ref)) }

// absolute is RFC 3986 §5.2 with what browsers mend (WHATWG URL §4.4): blanks
// around the reference, line ends within it, backslashes, missing slashes.
func (b base) absolute(ref string) string {
	if isPlainURL(ref) {
		return ref
	}
	ref = squeeze(ref)
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	scheme, rest := cutScheme(ref)
	switch {
	case scheme == "http" || scheme == "https":
		rest = escape("//" + strings.TrimLeft(slashes(rest), "/"))
		if !hasHost(rest[2:]) {
			return ""
		}
		return scheme + ":" + rest
	case scheme != "":
		if !schemes[scheme] || rest == "" {
			return ""
		}
		return escape(scheme + ":" + rest)
	case b.isZero():
		return ""
	}
	out := escape(b.resolve(slashes(ref)))
	if _, rest, _ = strings.Cut(out, "://"); !hasHost(rest) {
		return ""
	}
	return out
}

// picture is link for what is shown in place: only http, https and small
// pictures in a data: URL.
func (b base) picture(ref string) string {
	if len(ref) >= 5 && strings.EqualFold(ref[:5], "data:") {
		if isDataPicture(ref) {
			return ref
		}
		return ""
	}
	if url := b.link(ref); strings.HasPrefix(url, "http") {
		return url
	}
	return ""
}

// resolve is RFC 3986 §5.2.2 for a reference without a scheme.
func (b base) resolve(ref string) string {
	ref, fragment, hasFragment := strings.Cut(ref, "#")
	path, query, hasQuery := strings.Cut(ref, "?")
	var out strings.Builder
	out.WriteString(b.scheme)
	out.WriteString("://")
	switch {
	case strings.HasPrefix(path, "//"):
		out.WriteString(strings.TrimLeft(path, "/"))
	case path == "":
		out.WriteString(b.authority)
		out.WriteString(b.path)
		if !hasQuery {
			query, hasQuery = b.query, b.query != ""
		}
	case path[0] == '/':
		out.WriteString(b.authority)
		out.WriteString(removeDots(path))
	default:
		out.WriteString(b.authority)
		dir := b.path[:strings.LastIndexByte(b.path, '/')+1]
		if dir == "" {
			dir = "/"
		}
		out.WriteString(removeDots(dir + path))
	}
	if hasQuery {
		out.WriteString("?")
		out.WriteString(query)
	}
	if hasFragment {
		out.WriteString("#")
		out.WriteString(fragment)
	}
	return out.String()
}

// removeDots is RFC 3986 §5.2.4 for a path that starts with a slash.
func removeDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	var kept []string
	parts := strings.Split(path[1:], "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch part {
		case "..":
			kept = kept[:max(0, len(kept)-1)]
			fallthrough
		case ".":
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, part)
		}
	}
	return "/" + strings.Join(kept, "/")
}

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
	if len(url) > maxData || !dataPicture.MatchString(url) {
		return false
	}
	_, data, _ := strings.Cut(url, ",")
	for i := 0; i < len(data); i++ {
		if c := data[i]; !(plainHost[c] || c == '+' || c == '/' || c == '=') {
			return false
		}
	}
	// "GIF89a" and a width of one: what pages show until the picture is loaded.
	return !strings.HasPrefix(data, "R0lGODlhAQAB") && !strings.HasPrefix(data, "R0lGODdhAQAB") && len(data) > 32
}
