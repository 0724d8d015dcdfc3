package config

import (
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"tributary/feed"
)

// A complaint is what an Error says, before its place is known.
type complaint struct{ problem, expected, hint string }

const maxURL = 4096 // bytes

// sourceURL returns what to poll, and the canonical form by which two sources
// are known to be the same. A file: path starts at folder.
func sourceURL(text, folder string, schemes []string) (abs, canonical string, bad *complaint) {
	if len(text) <= maxURL && isCanonical(text, schemes) {
		return text, text, nil
	}
	if len(text) > maxURL || strings.ContainsFunc(text, isControl) {
		return "", "", &complaint{problem: "this url is too long or has a control character in it", expected: fmt.Sprintf("expected a URL of at most %d bytes", maxURL)}
	}
	if rest, ok := cutScheme(text, "file"); ok {
		return fileURL(text, rest, folder)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || strings.ContainsAny(text, " <>\""):
		return "", "", notURL(text, schemes)
	case u.User != nil:
		return "", "", &complaint{
			problem:  "url has a user or a password in it",
			expected: `expected them apart: username = "ann" and password_env = "NEWS_PASSWORD", the environment variable that holds the password`,
		}
	case u.Scheme == "" || u.Host == "" || u.Hostname() == "" || !slices.Contains(schemes, u.Scheme):
		return "", "", notURL(text, schemes)
	}
	return text, canonicalURL(u), nil
}

// isCanonical tells of nearly all http URLs whose canonical form is the text
// itself that this is so, for a tenth of what parsing them costs.
func isCanonical(text string, schemes []string) bool {
	scheme, rest, _ := strings.Cut(text, "://")
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || scheme != "http" && scheme != "https" || !slices.Contains(schemes, scheme) {
		return false
	}
	host, port, hasPort := strings.Cut(rest[:slash], ":")
	path, query, _ := strings.Cut(rest[slash:], "?")
	return host != "" && onlyBytes(host, isHostByte) && host[len(host)-1] != '.' &&
		(!hasPort || port != "" && port != defaultPorts[scheme] && onlyBytes(port, isDigit)) &&
		onlyBytes(path, isPathByte) && !strings.Contains(path, "//") && !strings.Contains(path, "/.") &&
		onlyBytes(query, isQueryByte)
}

func onlyBytes(text string, is func(c byte) bool) bool {
	for i := range len(text) {
		if !is(text[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '-' || c == '_'
}

func isHostByte(c byte) bool {
	return c >= 'a' && c <= 'z' || isDigit(c) || c == '.' || c == '-'
}

func isPathByte(c byte) bool {
	return isWordByte(c) || strings.IndexByte("./~$&+,:;=@", c) >= 0
}

func isQueryByte(c byte) bool {
	return c > ' ' && c < 0x7f && c != '"' && c != '#' && c != '<' && c != '>'
}

func cutScheme(text, scheme string) (string, bool) {
	if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) && text[len(scheme)] == ':' {
		return text[len(scheme)+1:], true
	}
	return "", false
}

func notURL(text string, schemes []string) *complaint {
	c := &complaint{
		problem:  fmt.Sprintf("url %q cannot be polled", redact(text)),
		expected: listed("expected an absolute URL; known schemes", schemes) + `; such as url = "https://example.org/feed"`,
	}
	scheme, rest, ok := strings.Cut(text, ":")
	switch host, _, _ := strings.Cut(text, "/"); {
	case ok && strings.EqualFold(scheme, "feed"):
		c.hint = fmt.Sprintf("did you mean %q?", "https://"+strings.TrimPrefix(redact(strings.TrimPrefix(rest, "//")), "https:"))
	case strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "/"):
		c.hint = fmt.Sprintf("did you mean %q?", "file:"+text)
	case !ok && strings.Contains(host, ".") && !strings.ContainsAny(text, " @"):
		c.hint = fmt.Sprintf("did you mean %q?", "https://"+text)
	case ok && !slices.Contains(schemes, scheme):
		c.hint = misspelt(scheme, schemes)
	}
	return c
}

// misspelt returns the hint for a scheme that is one letter off.
func misspelt(scheme string, schemes []string) string {
	for _, s := range schemes {
		if len(scheme) < maxWord && distance([]rune(strings.ToLower(scheme)), []rune(s)) <= 1 {
			return fmt.Sprintf("did you mean %q?", s+":")
		}
	}
	return ""
}

// redact hides what may be a user, a password or another secret in a URL.
func redact(text string) string {
	text = shorten(feed.ShownURL(text))
	if u, err := url.Parse(text); err == nil && u.User == nil && u.Opaque == "" {
		return text
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	if scheme, _, ok := strings.Cut(text[:at], "//"); ok {
		return scheme + "//***" + text[at:]
	}
	return "***" + text[at:]
}

// fileURL makes the path behind "file:" absolute. An end slash stays: it says
// that a folder is meant.
func fileURL(text, rest, folder string) (abs, canonical string, bad *complaint) {
	if local, ok := strings.CutPrefix(rest, "//"); ok {
		local = strings.TrimPrefix(local, "localhost")
		if !strings.HasPrefix(local, "/") {
			return "", "", &complaint{
				problem:  fmt.Sprintf("url %q names another host", shorten(text)),
				expected: "expected file:path from this file's folder, or file:///path from the root",
				hint:     fmt.Sprintf("did you mean %q?", "file:"+shorten(local)),
			}
		}
		rest = local
	}
	name, err := url.PathUnescape(rest)
	if err != nil || name == "" || strings.ContainsFunc(name, isControl) {
		return "", "", &complaint{
			problem:  fmt.Sprintf("url %q names no path", shorten(text)),
			expected: `expected a path from this file's folder, such as url = "file:examples/posts/"; a % is written %25`,
		}
	}
	full := filepath.FromSlash(name)
	if !filepath.IsAbs(full) {
		full = filepath.Join(folder, full)
	}
	if full, err = filepath.Abs(full); err != nil {
		return "", "", &complaint{problem: fmt.Sprintf("url %q: %v", shorten(text), err), expected: "expected an absolute path"}
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(full)}
	canonical = u.String()
	if strings.HasSuffix(name, "/") && u.Path != "/" {
		u.Path += "/"
	}
	return u.String(), canonical, nil
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// canonicalURL returns the form in which equal http URLs are equal texts (RFC
// 3986 §6.2.2, §6.2.3): case, percent-encoding, dot segments, default port,
// no fragment.
func canonicalURL(u *url.URL) string {
	c := *u
	c.Host, c.Fragment, c.RawFragment, c.RawPath = asciiHost(u.Hostname()), "", "", ""
	if port := u.Port(); port != "" && port != defaultPorts[u.Scheme] {
		c.Host += ":" + port
	}
	c.Path = cleanPath(u.Path)
	if u.RawPath != "" && strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		c.RawPath, c.Path = u.RawPath, u.Path
	}
	return c.String()
}

// cleanPath removes dot segments and empty ones, and keeps an end slash.
func cleanPath(p string) string {
	if strings.HasPrefix(p, "/") && !strings.Contains(p, "//") && !strings.Contains(p, "/.") {
		return p
	}
	clean := path.Clean("/" + p)
	if clean != "/" && (strings.HasSuffix(p, "/") || strings.HasSuffix(p, "/.") || strings.HasSuffix(p, "/..")) {
		clean += "/"
	}
	return clean
}

// asciiHost returns a host's name in lower-case ASCII (RFC 5891), without
// the root's dot.
func asciiHost(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if !strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		return host
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}
