package main

import (
	"net/url"
	"strings"
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

// fileURL returns the file: URL of an absolute path (RFC 8089).
func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: path}).String()
}
