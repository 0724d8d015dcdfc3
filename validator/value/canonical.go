package value

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Canonical returns the normal form of an address that RFC 4287 §4.2.6.1
// advises for identifiers: scheme and host in lower case, no default port and
// no empty user information, an empty path of the web as /, no dot segments,
// percent-encoding in upper case and only where it is needed, NFC. What is no
// address with a scheme comes back as it is.
func Canonical(s string) string {
	colon := schemeEnd(s)
	if colon < 0 || plain(s, colon) {
		return s
	}
	scheme := strings.ToLower(s[:colon])
	rest, tail := s[colon+1:], ""
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest, tail = rest[:i], rest[i:]
	}
	host, path := "", unescaped(rest)
	if strings.HasPrefix(rest, "//") {
		end := authorityEnd(rest, 2)
		host, path = "//"+canonicalHost(scheme, rest[2:end]), withoutDots(unescaped(rest[end:]))
		if path == "" && defaultPort(scheme) != "" {
			path = "/"
		}
	} else if strings.HasPrefix(rest, "/") {
		path = withoutDots(path)
	}
	if strings.HasPrefix(path, "//") && host == "" {
		path = rest // without its dots it would begin like a host
	}
	return norm.NFC.String(scheme + ":" + host + path + unescaped(tail))
}

// plain reports at a glance that s is in normal form: most addresses are.
func plain(s string, colon int) bool {
	end := colon + 1
	if strings.HasPrefix(s[end:], "//") {
		if end = authorityEnd(s, end+2); end == len(s) || s[end] != '/' {
			return false
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c == '%' || c >= utf8.RuneSelf:
			return false
		case i < end && ('A' <= c && c <= 'Z' || c == '@' || c == ':' && i != colon):
			return false
		case c == '.' && s[max(i-1, 0)] == '/':
			return false
		}
	}
	return !strings.HasPrefix(s, "file://localhost/")
}

// defaultPort returns the port of a scheme of the web, or "".
func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	case "ftp":
		return "21"
	}
	return ""
}

func canonicalHost(scheme, authority string) string {
	user, host := "", authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, host = authority[:at+1], authority[at+1:]
		if user == "@" || user == ":@" {
			user = ""
		}
	}
	host = strings.ToLower(unescaped(host))
	host = upperEscapes(host)
	if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexByte(host, ']') {
		if port := host[colon+1:]; port == "" || port == defaultPort(scheme) {
			host = host[:colon]
		}
	}
	if scheme == "file" && host == "localhost" {
		host = ""
	}
	return unescaped(user) + host
}

// unescaped returns s with what needs no percent-encoding in plain letters,
// and the rest encoded in upper case.
func unescaped(s string) string {
	first := strings.IndexByte(s, '%')
	if first < 0 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for i := first; i < len(s); i++ {
		if s[i] != '%' || len(s) < i+3 || !is(s[i+1], hex) || !is(s[i+2], hex) {
			b.WriteByte(s[i])
			continue
		}
		if c := nibble(s[i+1])<<4 | nibble(s[i+2]); is(c, unreserved) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

// upperEscapes sets the percent-encoding of s in upper case.
func upperEscapes(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' && is(b[i+1], hex) && is(b[i+2], hex) {
			copy(b[i+1:], strings.ToUpper(s[i+1:i+3]))
		}
	}
	return string(b)
}

func nibble(c byte) byte {
	if is(c, digit) {
		return c - '0'
	}
	return lower(c) - 'a' + 10
}

// withoutDots removes the segments . and .. from a path (RFC 3986 §5.2.4).
func withoutDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	var out []string
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
		case "..":
			if len(out) > 1 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, segment)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return strings.Join(out, "/")
}
