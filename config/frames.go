package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const maxFrames = 100

// hosts returns names of hosts, in lower case, each once.
func (s *section) hosts(key, example string) []string {
	var out []string
	for _, v := range s.list(key, example) {
		host := strings.ToLower(v.text)
		if !isHostName(host) {
			hint := ""
			if u, err := url.Parse(host); err == nil && isHostName(u.Hostname()) {
				hint = fmt.Sprintf("did you mean %q?", u.Hostname())
			}
			s.wrong(key, v.at, fmt.Sprintf("%s has %q, which is no host", key, shorten(v.text)), "expected names of hosts, such as "+key+" = "+example, hint)
			continue
		}
		if !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	if len(out) > maxFrames {
		s.wrong(key, s.valueAt(key), fmt.Sprintf("%s names %d hosts", key, len(out)), fmt.Sprintf("expected at most %d", maxFrames), "")
	}
	return out
}

// isHostName reports whether s is labels with dots between them (RFC 1123 §2.1).
func isHostName(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}
