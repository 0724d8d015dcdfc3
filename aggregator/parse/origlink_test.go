package parse_test

import (
	"fmt"
	"testing"

	"tributary/feed"
)

// TestOriginalLink: the address of an item's page comes before one that only
// leads there.
func TestOriginalLink(t *testing.T) {
	const burned = "http://feedproxy.google.com/~r/example/~3/abc/"
	for _, tt := range []struct{ name, link, original, want string }{
		{"redirected", burned, "https://example.com/1", "https://example.com/1"},
		{"through another", "https://www.google.com/url?q=https://example.com/2", "https://example.com/1", "https://example.com/1"},
		{"a page of its own", "https://example.com/a", "https://example.com/1", "https://example.com/a"},
		{"none", "", "https://example.com/1", "https://example.com/1"},
		{"an original that redirects", burned, "http://feeds.feedburner.com/~r/x/~3/d/", burned},
		{"an original that is no address", burned, "1", burned},
		{"no original", burned, "", burned},
	} {
		rssLink, atomLink, original := "", "", ""
		if tt.link != "" {
			rssLink, atomLink = "<link>"+tt.link+"</link>", fmt.Sprintf(`<link href="%s"/>`, tt.link)
		}
		if tt.original != "" {
			original = "<feedburner:origLink>" + tt.original + "</feedburner:origLink>"
		}
		for format, body := range map[string]string{
			"RSS":  `<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>T</title><item><title>A</title>` + rssLink + original + `<guid isPermaLink="false">1</guid></item></channel></rss>`,
			"Atom": `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><title>T</title><entry><id>urn:x:1</id><title>A</title>` + atomLink + original + `</entry></feed>`,
		} {
			f, err := read(t, document(body))
			if err != nil || len(f.Items) != 1 {
				t.Fatalf("%s, %s: %v", tt.name, format, err)
			}
			var got string
			for _, l := range f.Items[0].Links {
				if l.Rel == feed.RelAlternate {
					got = l.Href
					break
				}
			}
			if got != tt.want {
				t.Errorf("%s, %s: %q, want %q", tt.name, format, got, tt.want)
			}
		}
	}
}
