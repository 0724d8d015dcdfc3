package link_test

import (
	"strings"
	"testing"

	"tributary/feed/link"
)

func TestCanonical(t *testing.T) {
	for raw, want := range map[string]string{
		"https://example.com/a/b":                               "example.com/a/b",
		"HTTP://WWW.Example.COM:80/a/b/":                        "example.com/a/b",
		"https://example.com:8443/a":                            "example.com:8443/a",
		"https://m.example.com/a":                               "example.com/a",
		"https://amp.www.example.com/a":                         "example.com/a",
		"https://m.de/a":                                        "m.de/a",
		"https://en.m.wikipedia.org/wiki/Feed":                  "en.wikipedia.org/wiki/Feed",
		"https://example.com/a/amp/":                            "example.com/a",
		"https://example.com/a.amp.html":                        "example.com/a.html",
		"https://example.com/news/amp/world-1":                  "example.com/news/world-1",
		"https://example.com/a?amp=1":                           "example.com/a",
		"https://example.com/a?outputType=amp&b=1":              "example.com/a?b=1",
		"https://example.com/a?b=2&a=1":                         "example.com/a?a=1&b=2",
		"https://example.com/a?utm_source=x&id=7&fbclid=y":      "example.com/a?id=7",
		"https://example.com/a?from=rss":                        "example.com/a",
		"https://example.com/a?from=berlin":                     "example.com/a?from=berlin",
		"https://example.com/a#comments":                        "example.com/a",
		"https://example.com/#!/story/5":                        "example.com#!/story/5",
		"https://example.com/a/index.html":                      "example.com/a",
		"https://example.com//a///b":                            "example.com/a/b",
		"https://example.com/%E4%B8%AD":                         "example.com/%E4%B8%AD",
		"https://example.com/%e4%b8%ad":                         "example.com/%E4%B8%AD",
		"https://example.com/中":                                 "example.com/%E4%B8%AD",
		"https://例子.example/a":                                  "xn--fsqu00a.example/a",
		"https://user:secret@example.com/a":                     "example.com/a",
		"https://www.google.com/url?q=https://example.com/a&sa": "example.com/a",
		"https://www.google.co.jp/url?rct=j&url=https%3A%2F%2Fexample.com%2Fa%3Fid%3D1&ct=ga":                           "example.com/a?id=1",
		"https://www.google.com/amp/s/www.example.com/a/amp":                                                            "example.com/a",
		"https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a":                                              "example.com/a",
		"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.com%2fa":                           "example.com/a",
		"https://link.zhihu.com/?target=https%3A//example.com/a":                                                        "example.com/a",
		"https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa":                             "example.com/a",
		"https://web.archive.org/web/20260101000000/https://example.com/a?x=1":                                          "example.com/a?x=1",
		"https://href.li/?https://example.com/a":                                                                        "example.com/a",
		"https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fexample.com%252Fa": "example.com/a",
		"https://news.google.com/rss/articles/CBMiGWh0dHBzOi8vZXhhbXBsZS5jb20vYS9iY9IBAA?oc=5":                          "example.com/a/bc",

		"https://news.google.com/rss/articles/CBMiqwFBVV95cUxQT0": "", // a newer name, which tells nothing
		"https://example.com/":           "",
		"https://www.example.com":        "",
		"https://example.com/index.php":  "",
		"https://example.com/?p=12":      "example.com?p=12",
		"https://t.co/abc":               "",
		"mailto:ann@example.org":         "",
		"urn:uuid:1":                     "",
		"not a url":                      "",
		"":                               "",
		"http://[::1":                    "",
		"https://example.com/%zz":        "",
		"https://www.google.com/search?": "google.com/search",
		"https://example.com/" + strings.Repeat("a", 9<<10): "",
	} {
		if got := link.Canonical(raw); got != want {
			t.Errorf("Canonical(%.100q) = %q, want %q", raw, got, want)
		}
	}
}

// TestLoop: redirectors that lead to each other for ever have no page.
func TestLoop(t *testing.T) {
	raw := "https://example.com/a"
	for range 9 {
		raw = "https://href.li/?" + raw
	}
	if got := link.Canonical(raw); got != "" {
		t.Errorf("nine redirectors lead to %q, want nothing", got)
	}
}

func TestTells(t *testing.T) {
	for _, tt := range []struct{ html, want string }{
		{`<p>See <a href="https://t.co/x" title="https://example.com/a">example.com/a…</a></p>`, "https://example.com/a"},
		{`<a href="https://t.co/x">https://example.com/a?b=1&amp;c=2</a>`, "https://example.com/a?b=1&c=2"},
		{`<a href="https://t.co/x">https://example.com/a-very-lo…</a>`, ""},
		{`<a href="https://t.co/x">read on</a>`, ""},
		{`<a href="https://t.co/other" title="https://example.com/a">x</a>`, ""},
		{`<a href="https://t.co/x"`, ""},
		{``, ""},
	} {
		if got := link.Tells(tt.html, "https://t.co/x"); got != tt.want {
			t.Errorf("%s tells %q, want %q", tt.html, got, tt.want)
		}
	}
	if !link.Opaque("https://t.co/x") || link.Opaque("https://example.com/x") || link.Opaque("") {
		t.Error("t.co is opaque, example.com is not")
	}
}

// FuzzCanonical: a canonical form is bounded, and does not depend on the
// scheme, the host's case or a fragment.
func FuzzCanonical(f *testing.F) {
	for _, raw := range []string{"https://example.com/a?b=c#d", "https://www.google.com/url?q=http://a.b/c", "http://a.m.b/amp/amp", "https://news.google.com/articles/aHR0cHM6Ly9hLmIvYw"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := link.Canonical(raw)
		if len(got) > 4*(8<<10) {
			t.Errorf("Canonical(%q) has %d bytes", raw, len(got))
		}
		rest, ok := strings.CutPrefix(raw, "https://")
		if !ok || strings.Contains(rest, "#") || strings.TrimSpace(raw) != raw {
			return
		}
		if other := link.Canonical("http://" + rest + "#c"); other != got && !strings.Contains(rest, "://") && !strings.Contains(rest, "%3") && !strings.Contains(rest, ":443") && !strings.Contains(rest, ":80") {
			t.Errorf("Canonical(%q) = %q, with http and a fragment %q", raw, got, other)
		}
	})
}

func BenchmarkCanonical(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		link.Canonical("https://www.example.com/world/2026/11/27/a-story-of-the-day.html?utm_source=rss&id=7")
	}
}

// TestRedirects: what only leads on is told from what is a page.
func TestRedirects(t *testing.T) {
	for raw, want := range map[string]bool{
		"http://feedproxy.google.com/~r/example/~3/abcDEF123/":             true,
		"https://feedproxy.google.com/~r/example/~3/abcDEF123/a?utm=x":     true,
		"http://feeds.feedburner.com/~r/example/~3/abc/post.html":          true,
		"http://feedproxy.feedburner.com/~r/example/~3/abc/":               true,
		"http://rss.feedsportal.com/c/1/f/2/s/3/l/0Lexample0N/story01.htm": true,
		"https://t.co/abc": true,
		"https://www.google.com/url?q=https://example.com/a&sa=x": true,
		"https://example.com/a":                                   false,
		"https://example.com/~r/a":                                false,
		"https://www.google.com/about":                            false,
		"/a":                                                      false,
		"mailto:a@example.com":                                    false,
		"":                                                        false,
	} {
		if got := link.Redirects(raw); got != want {
			t.Errorf("%s redirects: %v, want %v", raw, got, want)
		}
	}
}
