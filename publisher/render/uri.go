package render

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/net/idna"

	"tributary/internal/lazy"
)

// uriByte are the characters of a URI beyond its authority (RFC 3986 §2), but
// for the percent sign.
var uriByte = func() (table [256]bool) {
	for c := range utf8.RuneSelf {
		table[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c != 0 && strings.ContainsRune("-._~:/?#@!$&'()*+,;=", rune(c))
	}
	return table
}()

// webURL returns a URL that a reader can follow as a URI (RFC 3986), or "".
// What is not ASCII, as in an IRI, is percent-encoded, and a host's name
// written in its ASCII form: RSS knows no IRIs (RFC 3987 §3.1).
func webURL(s string) string {
	s = legal(s)
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || !followed[strings.ToLower(scheme)] {
		return ""
	}
	authority, ok := strings.CutPrefix(rest, "//")
	if !ok {
		if strings.ToLower(scheme) != "mailto" {
			return ""
		}
		return scheme + ":" + encoded(rest)
	}
	tail := ""
	if end := strings.IndexAny(authority, "/?#\\"); end >= 0 {
		authority, tail = authority[:end], authority[end:]
	}
	host := hostOf(authority)
	if host == "" {
		return ""
	}
	if tail != "" && tail[0] != '/' {
		tail = "/" + tail
	}
	if out := scheme + "://" + host + encoded(tail); out != s {
		return out
	}
	return s
}

// followed are the schemes of links that readers can follow.
var followed = map[string]bool{"http": true, "https": true, "ftp": true, "mailto": true}

var hostPattern = lazy.Regexp(`^(?:[A-Za-z0-9._~!$&'()*+,;=%:-]+@)?(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$`)

// isHostName reports whether s is a host's name in lower case and nothing
// else, as nearly all are.
func isHostName(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && (c != '-' || i == 0) {
			return false
		}
	}
	return s != "" && s[0] != '.' && s[len(s)-1] != '-' && s[len(s)-1] != '.'
}

// hostOf returns the authority of a URL in ASCII, "" when it is none.
func hostOf(authority string) string {
	if !isASCII(authority) {
		host, port, _ := strings.Cut(authority, ":")
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return ""
		}
		authority = ascii
		if port != "" {
			authority += ":" + port
		}
	}
	if !isHostName(authority) && !hostPattern().MatchString(authority) {
		return ""
	}
	return authority
}

// encoded percent-encodes what cannot stand in a URI as it is.
func encoded(s string) string {
	at, fragment := 0, false
	for at < len(s) && fits(s, at, &fragment) {
		at++
	}
	if at == len(s) {
		return s
	}
	const hex = "0123456789ABCDEF"
	out := append(make([]byte, 0, len(s)+32), s[:at]...)
	for ; at < len(s); at++ {
		if fits(s, at, &fragment) {
			out = append(out, s[at])
		} else {
			out = append(out, '%', hex[s[at]>>4], hex[s[at]&15])
		}
	}
	return string(out)
}

// fits reports whether the byte at i can stand as it is: one of a URI's, the
// only number sign, or a percent sign that begins an encoding.
func fits(s string, i int, fragment *bool) bool {
	switch {
	case s[i] == '%':
		return i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
	case s[i] == '#' && *fragment:
		return false
	case s[i] == '#':
		*fragment = true
	}
	return uriByte[s[i]]
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lasting reports whether s is an identity that every format carries and
// every reader gives back as it was: a URI in normal form (RFC 4287
// §4.2.6.1) of a scheme that names things for good.
func lasting(s string) bool {
	scheme, rest, _ := strings.Cut(s, ":")
	switch scheme {
	case "http", "https", "ftp":
		return isNormal(rest)
	case "tag":
		return tagURI().MatchString(s)
	case "urn":
		if name, isUUID := strings.CutPrefix(rest, "uuid:"); isUUID {
			_, err := uuid.Parse(name)
			return err == nil && len(name) == 36
		}
		return urnURI().MatchString(s)
	}
	return false
}

var (
	// RFC 4151 §2.1 and RFC 8141 §2, without a fragment.
	tagURI = lazy.Regexp(`^tag:(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*,[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?:(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$`)
	urnURI = lazy.Regexp(`^urn:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+$`)
	// A host in lower case, without a user or the default port.
	normalHost = lazy.Regexp(`^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?(?::[1-9][0-9]{0,4})?$`)
)

// isNormal reports whether what follows a scheme is in normal form (RFC 3986
// §6.2): nothing is encoded that need not be, or in lower case, and no
// segment of the path is a dot.
func isNormal(rest string) bool {
	authority, isHierarchy := strings.CutPrefix(rest, "//")
	slash := strings.IndexByte(authority, '/')
	if !isHierarchy || slash < 0 {
		return false
	}
	authority, tail := authority[:slash], authority[slash:]
	if !isHostName(authority) && (!normalHost().MatchString(authority) || strings.HasSuffix(authority, ":80") || strings.HasSuffix(authority, ":443")) {
		return false
	}
	fragment := false
	for i := range len(tail) {
		if !fits(tail, i, &fragment) || tail[i] == '%' && !neededEncoding(tail[i+1:i+3]) {
			return false
		}
	}
	if end := strings.IndexAny(tail, "?#"); end >= 0 {
		if strings.HasSuffix(tail, "#") || strings.HasSuffix(tail, "?") {
			return false // some readers lose it
		}
		tail = tail[:end]
	}
	return !strings.Contains(tail, "/./") && !strings.Contains(tail, "/../") && !strings.HasSuffix(tail, "/.") && !strings.HasSuffix(tail, "/..")
}

// neededEncoding reports whether two hexadecimal digits are in upper case and
// stand for a character that has to be encoded.
func neededEncoding(digits string) bool {
	c, err := url.PathUnescape("%" + digits)
	return err == nil && strings.ToUpper(digits) == digits && (c[0] >= utf8.RuneSelf || !uriByte[c[0]] || strings.Contains(":/?#@!$&'()*+,;=", c))
}

// absolute returns a URI that names something, or "".
func absolute(s string) string {
	s = legal(s)
	if u := webURL(s); u != "" {
		return u
	}
	if lasting(s) {
		return s
	}
	return ""
}
