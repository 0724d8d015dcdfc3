package main

import (
	"fmt"
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

// plural returns "1 source" or "2 sources".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// orElse returns s, or other when s is empty.
func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// fileURL returns the file: URL of an absolute path (RFC 8089).
func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: path}).String()
}
