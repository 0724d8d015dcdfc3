package normalise

import (
	"strings"
	"testing"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

var testBase = parseBase("https://site.example/news/feed.xml", base{})

func TestSanitise(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain text", "just words", "just words"},
		{"kept byte for byte", `<p>立足首都。</p>` + "\n" + ` <p></p><p class="em_media">（文章来源：中国网）</p>`, `<p>立足首都。</p>` + "\n" + ` <p></p><p class="em_media">（文章来源：中国网）</p>`},
		{"quotes stay", `<p onclick="x">it's "so" &amp; &lt;b&gt;</p>`, `<p>it's "so" &amp; &lt;b&gt;</p>`},
		{"table", `<table><tr><td colspan="2">a<td>b<tr><td>c</table>`, `<table><tr><td colspan="2">a</td><td>b</td></tr><tr><td>c</td></tr></table>`},
		{"code", `<pre><code class="language-go">a &lt; b</code></pre>`, `<pre><code class="language-go">a &lt; b</code></pre>`},
		{"ruby", `<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>`, `<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>`},
		{"details", `<details open><summary>s</summary>t</details>`, `<details open=""><summary>s</summary>t</details>`},
		{"void elements as written", `a<br>b<br/>c<br />`, `a<br>b<br/>c<br />`},

		{"relative link", `<a href="/a?b=1&amp;c=2">x</a>`, `<a href="https://site.example/a?b=1&amp;c=2">x</a>`},
		{"relative picture", `<img src="p.png" alt="it's">`, `<img src="https://site.example/news/p.png" alt="it's">`},
		{"srcset", `<img srcset="a.png 1x, //cdn.example/b.png 2x">`, `<img srcset="https://site.example/news/a.png 1x, https://cdn.example/b.png 2x">`},
		{"picture", `<picture><source srcset="a.webp" type="image/webp"><img src="a.png"></picture>`, `<picture><source srcset="https://site.example/news/a.webp" type="image/webp"><img src="https://site.example/news/a.png"></picture>`},
		{"film", `<video src="v.mp4" poster="v.png" controls></video>`, `<video src="https://site.example/news/v.mp4" poster="https://site.example/news/v.png" controls=""></video>`},
		{"cite", `<blockquote cite="/q">x</blockquote>`, `<blockquote cite="https://site.example/q">x</blockquote>`},
		{"tracking parameters", `<a href="https://a.example/?utm_source=rss&amp;id=1">x</a>`, `<a href="https://a.example/?id=1">x</a>`},
		{"readable link", `<a href="/新闻/1.html">x</a>`, `<a href="https://site.example/新闻/1.html">x</a>`},
		{"lazy picture", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" data-src="p.jpg">`, `<img src="https://site.example/news/p.jpg">`},

		{"pixel", `a<img src="https://x.example/p.gif" width="1" height="1">b`, `ab`},
		{"pixel without a side", `a<img src="https://x.example/p.gif" width=0 height=0>b`, `ab`},
		{"hidden picture", `a<img src="https://x.example/p.gif" style="display: none">b`, `ab`},
		{"known tracker", `a<img src="http://feeds.feedburner.com/~r/x/~4/y">b`, `ab`},
		{"a link around a pixel", `a<a href="/x"><img src="http://feeds.feedburner.com/~ff/x"></a><a href="/y"></a>`, `a<a href="https://site.example/y"></a>`},
		{"a thin line is no pixel", `<img src="https://x.example/p.gif" width="600" height="1">`, `<img src="https://x.example/p.gif" width="600" height="1">`},

		{"script", `a<script>alert("<b>")</script>b`, `ab`},
		{"script of XHTML", `a<script src="x"/>b`, `ab`},
		{"style", `a<style>p{}</style>b`, `ab`},
		{"frame's text", `a<iframe src="//x"> <b>b</b></iframe>`, `a <b>b</b>`},
		{"noscript's text", `a<noscript><b>b</b></noscript>`, `a<b>b</b>`},
		{"object's text", `a<object data="x"><embed src="y">b</object>`, `ab`},
		{"form's text", `<form action="x">a<input value="y"><button>b</button></form>`, `ab`},
		{"comment", `a<!-- b -->c<![CDATA[d]]>`, `ac`},
		{"comment without an end", `a<!-- b >c<!-- d`, `ac`},
		{"document", `<!DOCTYPE html><html><head><title>t</title></head><body>x</body></html>`, `x`},

		{"unclosed", `<div><p>a <b>b <i>c</b></i>`, `<div><p>a <b>b <i>c</i></b></p></div>`},
		{"unopened", `a</div></p>b</table>`, `ab`},
		{"list", `<ul><li>a<li>b<ul><li>c</ul></ul>`, `<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>`},
		{"paragraphs", `<p>a<p>b<div>c</div>`, `<p>a</p><p>b</p><div>c</div>`},
		{"a cell is not left", `<div><table><tr><td>a</div>b`, `<div><table><tr><td>ab</td></tr></table></div>`},
		{"empty element of XHTML", `<div class="x"/>a`, `<div class="x"></div>a`},
		{"half a tag", `a<b>c</b><a href="`, `a<b>c</b>`},
		{"control characters", "a\x00b\x0b<b>c\uFFFE</b>", `ab<b>c</b>`},
		{"not UTF-8", "a\xffb<b>", "a\uFFFDb<b></b>"},
		{"bare ampersand", `AT&T & co`, `AT&amp;T &amp; co`},
		{"reference to a control", `a&#8;&#0;b`, "a\uFFFDb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := sanitise(tt.in, testBase)
			if got != tt.want {
				t.Errorf("sanitise(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := sanitise(got, testBase); again != got {
				t.Errorf("the second time %q", again)
			}
		})
	}
}

// attacks are ways to run code or to reach out of the entry.
var attacks = []string{
	`<script>alert(1)</script>`, `<ScRiPt src=//evil.example></sCrIpT>`, `<<script>alert(1)//<</script>`,
	`<img src=x onerror=alert(1)>`, `<img src="javascript:alert(1)">`, `<IMG SRC=JaVaScRiPt:alert(1)>`,
	`<img src="jav	ascript:alert(1)">`, `<a href="jav&#x0A;ascript:alert(1)">x</a>`, `<a href=" &#14; javascript:alert(1)">x</a>`,
	`<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>`, `<a href="javascript&colon;alert(1)">x</a>`,
	`<a href="vbscript:x">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="file:///etc/passwd">x</a>`,
	`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`, `<math href="javascript:alert(1)">x</math>`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<textarea><img title="</textarea><img src=x onerror=alert(1)>">`,
	`<xmp><p title="</xmp><svg/onload=alert(1)>">`, `<title><a title="</title><img src=x onerror=alert(1)>">`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<object data="javascript:alert(1)">`, `<embed src="javascript:alert(1)">`,
	`<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`, `<base href="javascript:/a/"><a href="b">x</a>`, `<link rel=stylesheet href=//evil.example>`,
	`<p style="background:url(javascript:alert(1))">x</p>`, `<div style="width:expression(alert(1))">x</div>`, `<style>@import 'x'</style>`,
	`<video><source onerror="alert(1)"></video>`, `<video poster=javascript:alert(1)></video>`, `<audio src=x onerror=alert(1)>`,
	`<details open ontoggle=alert(1)>x`, `<input autofocus onfocus=alert(1)>`, `<select><option onclick=alert(1)>x`, `<body onload=alert(1)>`,
	`<table background="javascript:alert(1)"><td background="javascript:alert(1)">`, `<img srcset="javascript:alert(1) 1x">`,
	`<a href="https://x.example" target=_blank onclick=alert(1)>x</a>`, `<p id=cookie name=location>x</p>`, `<!--><img src=x onerror=alert(1)>-->`,
	`<!--[if IE]><script>alert(1)</script><![endif]-->`, `<?xml version="1.0"?><script>alert(1)</script>`, `<![CDATA[<script>alert(1)</script>]]>`,
	"<img src=`x` onerror=`alert(1)`>", `<p title="x" title="y" onx=1 "><script>alert(1)</script>`, `<a/onmouseover=alert(1) href="//x">y`,
	`<plaintext><script>alert(1)</script>`, `<image src=x onerror=alert(1)>`, `<isindex action=javascript:alert(1)>`, `<template><script>alert(1)</script></template>`,
	`<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+PC9zdmc+PC9zdmc+PC9zdmc+PC9zdmc+">`, `<a href="https:javascript:alert(1)">x</a>`,
}

func TestSanitiseAttacks(t *testing.T) {
	for _, in := range attacks {
		harmless(t, in, sanitise(in, testBase))
	}
}

// harmless fails t when HTML that was made of in could do more than be read.
func harmless(t *testing.T, in, got string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(got), nil)
	if err != nil {
		t.Fatalf("%q became %q: %v", in, got, err)
	}
	for _, n := range nodes {
		for n := range n.Descendants() {
			if n.Type != html.ElementNode || n.Data == "html" || n.Data == "head" || n.Data == "body" {
				continue
			}
			if elements[n.Data] == nil || n.Namespace != "" {
				t.Fatalf("%q became %q with an element %s", in, got, n.Data)
			}
			for _, a := range n.Attr {
				scheme, _ := cutScheme(a.Val)
				isURL := a.Key == "href" || a.Key == "src" || a.Key == "poster" || a.Key == "cite" || a.Key == "srcset"
				if elements[n.Data].find(a.Key) == 0 || isURL && !schemes[scheme] && !isDataPicture(a.Val) {
					t.Fatalf("%q became %q with %s=%q", in, got, a.Key, a.Val)
				}
			}
		}
	}
}

// TestFitIsAllowed holds the short cut to what bluemonday allows.
func TestFitIsAllowed(t *testing.T) {
	for _, in := range append([]string{`<p class="a b" title="t">x</p>`, `<ol start="3"><li value="4">x</li></ol>`, `<img src="https://a.example/b.png" width="100%"/>`,
		`<a href="mailto:a@b.example" rel="nofollow">x</a>`, `<time datetime="2022-02-11T13:07:57+08:00">x</time>`}, attacks...) {
		if isFit(in) {
			sameTokens(t, plain, in)
		} else if strings.HasPrefix(in, "<p class") {
			t.Errorf("%q is not fit", in)
		}
	}
}

// sameTokens fails t when bluemonday would take anything from in.
func sameTokens(t *testing.T, r *rules, in string) {
	t.Helper()
	a, b := html.NewTokenizer(strings.NewReader(in)), html.NewTokenizer(strings.NewReader(r.policy().Sanitize(in)))
	for {
		x, y := a.Next(), b.Next()
		if a, b := a.Token(), b.Token(); x != y || a.String() != b.String() {
			t.Fatalf("%q is taken for fit; bluemonday has %q for %q", in, b, a)
		}
		if x == html.ErrorToken {
			return
		}
	}
}

func TestSanitiseLimits(t *testing.T) {
	deep := sanitise(strings.Repeat("<div>", 100_000)+"x", testBase)
	if n := strings.Count(deep, "<div>"); n != maxDepth || !strings.Contains(deep, "x") {
		t.Errorf("%d elements within each other, want %d", n, maxDepth)
	}
	for _, in := range []string{
		strings.Repeat("<p>word", 400_000), strings.Repeat(`<a href="x">`, 200_000), strings.Repeat("&", 2_000_000),
		strings.Repeat(`<img src="`, 300_000), strings.Repeat("<", 2_000_000), strings.Repeat("字", 1_000_000), strings.Repeat("<!--x>", 300_000), strings.Repeat("<!--", 300_000), strings.Repeat(`"<b x>`, 300_000),
	} {
		if got := sanitise(in, testBase); len(got) > maxHTML || !isFit(got) {
			t.Errorf("%.20q… became %d bytes, fit %v", in, len(got), isFit(got))
		}
	}
}

// FuzzSanitise judges what comes of an input by an HTML parser: elements,
// attributes and addresses are those of the tables, bluemonday would take
// nothing away, and cleaning it again changes nothing. FuzzChromium has a browser
// judge, which is slower; TestChromium shows in one what this target has kept.
func FuzzSanitise(f *testing.F) {
	for _, s := range attacks {
		f.Add(s)
	}
	f.Add(`<img data-src=1.jpg><noscript><img src=1.jpg></noscript><p>　　<br></p><math><msup><mi>x</mi><mn>2</mn></msup></math>`)
	f.Add(`<iframe src="https://player.example/1">x</iframe><video src=x><picture><source data-srcset="a,b 2x,c 3x">`)
	f.Add(`<p class="em_media">（文章来源）</p><table><tr><td>a<td>b</table>&nbsp;&#39;`)
	f.Fuzz(func(t *testing.T, in string) {
		for _, r := range []*rules{plain, framing} {
			got, _ := r.sanitise(in, testBase)
			if !r.isFit(got) {
				t.Fatalf("%q became %q, which is not fit", in, got)
			}
			harmless(t, in, got)
			sameTokens(t, r, got)
			if again, _ := r.sanitise(got, testBase); again != got {
				t.Fatalf("%q became %q and then %q", in, got, again)
			}
		}
	})
}

func BenchmarkSanitise(b *testing.B) {
	fit := strings.Repeat(`<p>Some words of a paragraph with <a href="https://a.example/b?c=1">a link</a> and <em>stress</em>, it's said.</p>
<figure><img src="https://a.example/1.jpg" alt="what it shows" width="640" height="400" /></figure>
`, 10)
	unfit := `<p onclick="x">a</p><a href="/relative">y</a>` + fit
	ugc := bluemonday.UGCPolicy()
	for name, run := range map[string]func(){
		"fit":            func() { sanitise(fit, testBase) },
		"unfit":          func() { sanitise(unfit, testBase) },
		"bluemonday UGC": func() { ugc.Sanitize(fit) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(fit)))
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
