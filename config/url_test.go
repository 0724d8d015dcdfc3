package config

import (
	"net/url"
	"strings"
	"testing"
)

var schemes = []string{"http", "https"}

// FuzzCanonical compares what is told of a URL without parsing it with what
// parsing it tells.
func FuzzCanonical(f *testing.F) {
	for _, text := range []string{
		"https://example.org/feed", "http://127.0.0.1:8600/feed/0.xml?n=0", "https://example.org/a/b,c;d=e@f:$g&h+~_-.xml?", "http://a/?b?c=%zz|^`{}\\'()",
		"https://example.org:443/", "http://example.org:0443/", "https://example.org.:1/", "https://-/", "https://example.org/a//b", "https://example.org/./a",
		"https://example.org:/", "https://example.org", "http://example.org?a=/b", "https://a_b/", "https://[::1]/", "https://u@h/", "https://h/%41", "https://h/(a)", "https://h/#", "http:///x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxURL || !isCanonical(text, schemes) {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.User != nil || u.Hostname() == "" || strings.ContainsAny(text, " <>\"") || strings.ContainsFunc(text, isControl) {
			t.Fatalf("%q passes for a canonical URL: %+v, %v", text, u, err)
		}
		if canonical := canonicalURL(u); canonical != text {
			t.Errorf("%q passes for canonical, and is %q", text, canonical)
		}
	})
}
