package normalise

import (
	"strings"
	"testing"
)

func TestLink(t *testing.T) {
	b := parseBase("http://a.example/b/c/d;p?q", base{})
	for _, tt := range []struct{ in, want string }{
		// RFC 3986 §5.4
		{"g", "http://a.example/b/c/g"}, {"./g", "http://a.example/b/c/g"}, {"g/", "http://a.example/b/c/g/"}, {"/g", "http://a.example/g"},
		{"//g", "http://g"}, {"?y", "http://a.example/b/c/d;p?y"}, {"g?y", "http://a.example/b/c/g?y"}, {"#s", "http://a.example/b/c/d;p?q#s"},
		{"g#s", "http://a.example/b/c/g#s"}, {"g?y#s", "http://a.example/b/c/g?y#s"}, {";x", "http://a.example/b/c/;x"},
		{".", "http://a.example/b/c/"}, {"..", "http://a.example/b/"}, {"../g", "http://a.example/b/g"}, {"../..", "http://a.example/"},
		{"../../../g", "http://a.example/g"}, {"/./g", "http://a.example/g"}, {"/../g", "http://a.example/g"}, {"g.", "http://a.example/b/c/g."},
		{"./g/.", "http://a.example/b/c/g/"}, {"g;x=1/../y", "http://a.example/b/c/y"}, {"g?y/../x", "http://a.example/b/c/g?y/../x"},
		// what people write
		{" http://x.example/a b\n", "http://x.example/a%20b"}, {"http://x.example/\n a", "http://x.example/%20a"},
		{"HTTP://x.example/A", "http://x.example/A"}, {"http:/x.example/a", "http://x.example/a"}, {`http:\\x.example\a`, "http://x.example/a"},
		{"/新闻?q=中", "http://a.example/新闻?q=中"}, {"/a#b#c", "http://a.example/a#b%23c"}, {"/100%", "http://a.example/100%25"}, {`/"<>`, "http://a.example/%22%3C%3E"},
		{"http://u:p@x.example:80/", "http://u:p@x.example:80/"}, {"http://中文.example/", "http://中文.example/"}, {"http://[::1]:80/a[0]", "http://[::1]:80/a%5B0%5D"},
		{"http://[::1]/a[0]", "http://[::1]/a%5B0%5D"}, {"/\xff", "http://a.example/\uFFFD"}, {"mailto:a@b.example", "mailto:a@b.example"},
		{"magnet:?xt=urn:btih:x", "magnet:?xt=urn:btih:x"},
		// not to be followed
		{"", ""}, {"javascript:alert(1)", ""}, {"JAVA\nSCRIPT:alert(1)", ""}, {"\x01javascript:alert(1)", ""}, {"data:text/html,x", ""},
		{"vbscript:x", ""}, {"file:///etc/passwd", ""}, {"http://", ""}, {"http:///", ""}, {"http://:80/", ""}, {"//", ""}, {"about:blank", ""}, {"http://[:x]/", ""}, {"http://a b/", ""}, {"http://a:b/", ""}, {"http://%41/", ""},
		{"x" + strings.Repeat("y", maxURL), ""},
		// tracking parameters
		{"http://x.example/?utm_source=a&b=%2f+&UTM_medium=c", "http://x.example/?b=%2f+"}, {"http://x.example/?fbclid=a#f", "http://x.example/#f"},
		{"http://x.example/a?a=1&gclid=2&&b", "http://x.example/a?a=1&&b"}, {"http://x.example/#utm_source=rss", "http://x.example/"},
		{"http://x.example/#a=1", "http://x.example/#a=1"}, {"http://x.example/?putm_x=1", "http://x.example/?putm_x=1"},
	} {
		got := b.link(tt.in)
		if got != tt.want {
			t.Errorf("link(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if again := b.link(got); again != got {
			t.Errorf("link(%q) = %q, want the same", got, again)
		}
	}
	if got := (base{}).link("/x"); got != "" {
		t.Errorf("without a base /x is %q", got)
	}
}

func FuzzLink(f *testing.F) {
	for _, s := range []string{"../g?y#s", "//x", "http:/x", "java\nscript:x", "http://x/?utm_a=1&b=2", "/中 文", "http://[::1]/[", "mailto:x"} {
		f.Add(s, "http://a.example/b/c")
	}
	f.Fuzz(func(t *testing.T, ref, from string) {
		b := parseBase(from, base{})
		got := b.link(ref)
		if got == "" {
			return
		}
		scheme, _ := cutScheme(got)
		if !schemes[scheme] || !isLegal(got) || strings.ContainsAny(got, " \"<>\n") {
			t.Fatalf("link(%q) from %q = %q", ref, from, got)
		}
		if again := b.link(got); again != got {
			t.Fatalf("link(%q) = %q and then %q", ref, got, again)
		}
	})
}
