package main

import (
	"net/url"
	"strings"
	"unicode"
)

// hostOf returns the host of a URL without its port, or "".
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func joinNonEmpty(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

// printable returns a line that is safe on a terminal, whatever upstream put
// into it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// fileURL returns the file: URL of an absolute path (RFC 8089).
func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: path}).String()
}
