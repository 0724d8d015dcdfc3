package normalise

import (
	"strings"
	"testing"
	"time"
)

// plain are the rules of most tests: no frames.
var plain = newRules(nil)

func sanitise(s string, b base) string {
	s, _ = plain.sanitise(s, b)
	return s
}
func isFit(s string) bool { return plain.isFit(s) }

// site is what references of testBase start with.
const site = "https://site.example/news/"

type cleaning struct{ name, in, want string }

// cleans checks what r makes of each, and that it makes nothing else of that.
func cleans(t *testing.T, r *rules, cases []cleaning) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := r.sanitise(tt.in, testBase)
			if got != tt.want {
				t.Errorf("sanitise(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again, _ := r.sanitise(got, testBase); again != got {
				t.Errorf("the second time %q", again)
			}
		})
	}
}

func TestLazyPictures(t *testing.T) {
	const dot = `data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==`
	one := `<img src="` + site + `1.jpg">`
	cleans(t, plain, []cleaning{
		{"data-src", `<img class="lazy" data-src="1.jpg">`, `<img class="lazy" src="` + site + `1.jpg">`},
		{"data-original", `<img src="` + dot + `" data-original="1.jpg">`, one},
		{"data-lazy-src", `<img data-lazy-src="1.jpg" src="` + dot + `">`, one},
		{"data-actualsrc", `<img src="data:image/svg+xml;utf8,<svg></svg>" data-actualsrc="1.jpg" data-rawwidth="600">`, one},
		{"the surest of several", `<img data-original="2.jpg" data-src="1.jpg">`, one},
		{"instead of another picture", `<img src="https://cdn.example/wait.svg" data-original="/1.jpg">`, `<img src="https://site.example/1.jpg">`},
		{"not instead of one by a word", `<img src="https://cdn.example/1.jpg" data-src="hero">`, `<img src="https://cdn.example/1.jpg">`},
		{"not by a script", `<img src="1.jpg" data-src="javascript:alert(1)">`, one},
		{"data-srcset", `<img data-srcset="1.jpg 600w, 2.jpg 1200w" data-sizes="auto" data-src="1.jpg">`,
			`<img src="` + site + `1.jpg" srcset="` + site + `1.jpg 600w, ` + site + `2.jpg 1200w">`},
		{"placeholder in srcset", `<img srcset="` + dot + `" data-srcset="1.jpg 2x" src="1.jpg">`, `<img src="` + site + `1.jpg" srcset="` + site + `1.jpg 2x">`},
		{"source", `<picture><source data-srcset="1.webp" type="image/webp"><img data-src="1.jpg"></picture>`,
			`<picture><source type="image/webp" srcset="` + site + `1.webp">` + one + `</picture>`},
		{"film", `<video data-src="1.mp4" data-poster="1.png"></video>`, `<video src="` + site + `1.mp4" poster="` + site + `1.png" controls=""></video>`},
		{"placeholder", `a<img src="/images/blank.gif">b`, `ab`},
		{"placeholder with a query", `a<img src="https://x.example/img/Loading.gif?v=1"><img src="https://x.example/img/loading.gif?v=1">b`, `a<img src="https://x.example/img/Loading.gif?v=1">b`},
		{"placeholder and picture", `<img src="/spacer.gif" data-src="1.jpg">`, one},
		{"a data: dot", `a<img src="` + dot + `">b`, `ab`},
		{"a data: dot in PNG", `a<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==">b`, `ab`},
		{"noscript", `<img src="` + dot + `"><noscript><img src="1.jpg"></noscript>`, one},
		{"noscript and lazy", `<img data-src="1.jpg"><noscript><img src="1.jpg"></noscript>`, one},
		{"noscript and lazy of another size", "<img data-src=\"1.jpg\">\n<noscript><img src=\"1-large.jpg\"></noscript>", one},
		{"noscript before lazy", `<noscript><img src="1.jpg"></noscript> <img data-src="1.jpg?pending">`, one},
		{"noscript after a picture element", `<picture><img data-src="1.jpg"></picture><noscript><img src="1.jpg"></noscript>`, `<picture>` + one + `</picture>`},
		{"noscript with another picture", `<img src="2.jpg"><noscript><img src="1.jpg"></noscript>`, `<img src="` + site + `2.jpg">` + one},
		{"twice the same is twice", `<img src="1.jpg"><img src="1.jpg">`, one + one},
		{"noscript with a pixel", `a<noscript><img height="1" width="1" style="display:none" src="https://www.facebook.com/tr?id=1"></noscript>b`, `ab`},
	})
}

func TestPictures(t *testing.T) {
	cleans(t, plain, []cleaning{
		{"commas in a candidate", `<img srcset="https://cdn.example/w_424,c_limit,f_auto/a.png 424w, https://cdn.example/w_848,c_limit/a.png 848w" sizes="100vw">`,
			`<img srcset="https://cdn.example/w_424,c_limit,f_auto/a.png 424w, https://cdn.example/w_848,c_limit/a.png 848w" sizes="100vw">`},
		{"candidates without blanks between", `<img srcset="a.png 1x,b.png 2x">`, `<img srcset="` + site + `a.png 1x, ` + site + `b.png 2x">`},
		{"bad candidates go", `<img src="a.png" srcset="b.png 2q, javascript:x 2x, data:image/png;base64,AAAA 3x, c.png 1.5x">`,
			`<img src="` + site + `a.png" srcset="` + site + `c.png 1.5x">`},
		{"sizes", `<img src="a.png" sizes="(max-width: 600px) 100vw, calc(50vw - 2em)">`, `<img src="` + site + `a.png" sizes="(max-width: 600px) 100vw, calc(50vw - 2em)">`},
		{"sizes for a script", `<img src="a.png" sizes="auto, 100vw">`, `<img src="` + site + `a.png">`},
		{"a source for one medium", `<picture><source srcset="n.png" media="{}"><source srcset="w.png" media="(min-width: 60em)"><img src="a.png"></picture>`,
			`<picture><source srcset="` + site + `w.png" media="(min-width: 60em)"><img src="` + site + `a.png"></picture>`},
		{"border-width is no width", `<img style="border-width:0" src="https://i.example/l/by/88x31.png">`, `<img src="https://i.example/l/by/88x31.png">`},
		{"border-width of a pixel", `<img style="border-width:1px; max-width:100%" src="a.png">`, `<img src="` + site + `a.png">`},
		{"a pixel by style", `a<img style="width: 1px !important; height:1px" src="a.png">b`, `ab`},
		{"a pixel wide", `a<img width="1" src="https://x.example/c.php">b`, `ab`},
		{"hidden", `a<img hidden src="a.png">b<img style="visibility:hidden" src="a.png">c`, `abc`},
		{"small data: picture", `<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzI">`, `<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzI">`},
		{"large data: picture", `a<img src="data:image/png;base64,` + strings.Repeat("iVBORw0K", maxData/8) + `">b`, `ab`},
		{"drawn data: picture", `a<img src="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=">b`, `ab`},
		{"film plays when asked to", `<video src="v.mp4" autoplay loop muted preload="none"></video>`, `<video src="` + site + `v.mp4" loop="" muted="" preload="none" controls=""></video>`},
		{"sound has controls", `<audio src="a.mp3">`, `<audio src="` + site + `a.mp3" controls=""></audio>`},
		{"what a link may say", `<a href="/x" rel="me NoFollow pingback">x</a><a href="/y" rel="me">y</a>`, `<a href="https://site.example/x" rel="nofollow">x</a><a href="https://site.example/y">y</a>`},
	})
}

func TestMargins(t *testing.T) {
	cleans(t, plain, []cleaning{
		{"indentation", "<p>　　一</p><p>&emsp;&emsp;二</p><p>&nbsp; 三</p>", "<p>一</p><p>二</p><p>三</p>"},
		{"indentation within an element", "<p><span>　　<strong>　一</strong></span>　二</p>", "<p><span><strong>一</strong></span>　二</p>"},
		{"lines", "　　一<br/>　　二<br>\n　　三", "一<br/>二<br>\n三"},
		{"a blank within a line", "<p>张　三&nbsp;李四</p>", "<p>张　三&nbsp;李四</p>"},
		{"preformatted", "<pre>　a<br>　<b>　c</b></pre>", "<pre>　a<br>　<b>　c</b></pre>"},
		{"a cell", "<table><tr><td>　a</td></tr></table>", "<table><tr><td>　a</td></tr></table>"},
		{"distances", "<p>a</p><p>&nbsp;</p><p>　　</p><p><br></p><p> <br/>\n<br> </p><p>b</p>", "<p>a</p><p>b</p>"},
		{"nothing at all is no distance", "<p>a</p>\n <p></p>", "<p>a</p>\n <p></p>"},
		{"font", `<p><font face="宋体" color="#f00">　　a<font size="2">b</font></font>c</p>`, "<p>abc</p>"},
	})
}

// katex is what KaTeX makes of x^2.
func katex(class string) string {
	return `<span class="` + class + `"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>` +
		`<annotation encoding="application/x-tex">x^2</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span class="base">` +
		`<span class="strut" style="height:0.8141em;"></span><span class="mord"><span class="mord mathnormal">x</span><span class="msupsub"><span class="vlist-t"><span class="vlist-r"><span class="vlist" style="height:0.8141em;">` +
		`<span style="top:-3.063em;"><span class="pstrut" style="height:2.7em;"></span><span class="sizing reset-size6 size3 mtight"><span class="mord mtight">2</span></span></span></span></span></span></span></span></span></span></span>`
}

func TestMath(t *testing.T) {
	const x, one, two = "<mi>x</mi>", "<mn>1</mn>", "<mn>2</mn>"
	sum := "<mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>"
	cleans(t, plain, []cleaning{
		{"fraction", "<math><mfrac>" + sum + two + "</mfrac></math>", "(a+b)/2"},
		{"power", "<math><msup>" + x + two + "</msup><mo>+</mo>" + one + "</math>", "x²+1"},
		{"power of a sum", "<math><msup>" + sum + "<mi>k</mi></msup></math>", "(a+b)^k"},
		{"index", "<math><msub>" + x + "<mrow>" + one + two + "</mrow></msub><msub>" + x + "<mrow><mi>i</mi><mo>,</mo><mi>j</mi></mrow></msub></math>", "x₁₂x_(i,j)"},
		{"sum", "<math><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>m</mi></munderover><msubsup>" + x + "<mi>i</mi>" + two + "</msubsup></math>", "∑_(i=1)^mx_i²"},
		{"root", "<math><msqrt>" + sum + "</msqrt><mroot>" + x + "<mn>3</mn></mroot></math>", "√(a+b)∛x"},
		{"accent", "<math><mover>" + x + "<mo>¯</mo></mover><mover>" + x + "<mo>def</mo></mover></math>", "x\u0304x^(def)"},
		{"matrix", "<math><mtable><mtr><mtd>" + one + "</mtd><mtd>" + two + "</mtd></mtr><mtr><mtd>" + x + "</mtd><mtd>" + x + "</mtd></mtr></mtable></math>", "[1, 2; x, x]"},
		{"fence", `<math><mfenced open="[" close=")" separators=";,">` + one + two + x + `</mfenced></math>`, "[1;2,x)"},
		{"scripts", "<math><mmultiscripts><mi>R</mi><mi>i</mi><none/><none/>" + two + "<mprescripts/>" + one + "</mmultiscripts></math>", "R_i²"},
		{"annotation", `<math><semantics><mrow>` + x + `</mrow><annotation encoding="application/x-tex">\frac x y</annotation></semantics></math>`, "x"},
		{"words for it", `<math alttext="E = mc^2"><mphantom>x</mphantom></math>`, "E = mc^2"},
		{"invisible times", "<math>" + two + "<mo>&#x2062;</mo>" + x + "</math>", "2x"},
		{"letters that are markup", "<math>" + x + "<mo>&lt;</mo><mi>y</mi></math>", "x&lt;y"},
		{"never ended", "<p><math>" + x + "<p>and the rest</p> <b>stays</b>", "<p>x</p><p>and the rest</p> <b>stays</b>"},
		{"in a sentence", "<p>where <math><mi>n</mi></math> is</p>", "<p>where n is</p>"},
		{"KaTeX's copy", katex("katex") + " grows", `<span class="katex"><span class="katex-mathml">x²</span></span> grows`},
		{"KaTeX's copy on a line of its own", katex("katex-display") + "<p>b</p>", `<span class="katex-display"><span class="katex-mathml">x²</span></span><p>b</p>`},
		{"KaTeX's copy without the formula", `<span class="katex"><span class="katex-html" aria-hidden="true"><span>x2</span></span></span>`, `<span class="katex"><span class="katex-html"><span>x2</span></span></span>`},
		{"KaTeX's copy of something else", "<math>" + x + `</math> and <span class="katex-html"><span>y</span></span>`, `x and <span class="katex-html"><span>y</span></span>`},
		{"KaTeX's copy, never closed", "<p><math>" + x + `</math><span class="katex-html"><span>x<p>the rest</p>`, "<p>x</p><p>the rest</p>"},
		{"code in it", "<math><mtext><style><!--</style><script>alert(1)</script>a</mtext></math>b", "ab"},
	})
	deep := strings.Repeat("<math>", 1) + strings.Repeat("<msup><mover>", 50_000) + "x"
	if began := time.Now(); !strings.Contains(sanitise(deep, testBase), "x") || time.Since(began) > 10*time.Second {
		t.Errorf("a deep formula took %v", time.Since(began))
	}
}

func TestFrames(t *testing.T) {
	always := ` sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" loading="lazy" referrerpolicy="strict-origin-when-cross-origin"`
	some := newRules([]string{"player.example", "www.youtube-nocookie.com"})
	cleans(t, some, []cleaning{
		{"a player", `a<iframe src="//player.example/1?utm_source=x" width="560" height="315" onload="x()" srcdoc="&lt;script>" allowfullscreen allow="autoplay" name="n">no frames</iframe>b`,
			`a<iframe src="https://player.example/1" width="560" height="315" allowfullscreen=""` + always + `></iframe>b`},
		{"its own rules", `<iframe sandbox="allow-top-navigation" loading="eager" src="https://player.example/"></iframe>`, `<iframe sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" loading="lazy" src="https://player.example/" referrerpolicy="strict-origin-when-cross-origin"></iframe>`},
		{"not encrypted", `<iframe src="http://player.example/1"></iframe>`, `<iframe src="https://player.example/1"` + always + `></iframe>`},
		{"without cookies", `<iframe src="https://www.youtube.com/embed/abc?rel=0"></iframe>`, `<iframe src="https://www.youtube-nocookie.com/embed/abc?rel=0"` + always + `></iframe>`},
		{"lazy", `<iframe data-src="https://player.example/1" src="about:blank"></iframe>`, `<iframe src="https://player.example/1"` + always + `></iframe>`},
		{"never closed", `<iframe src="https://player.example/1"><p>the rest</p>`, `<iframe src="https://player.example/1"` + always + `></iframe><p>the rest</p>`},
		{"of XHTML", `<iframe src="https://player.example/1"/><p>the rest</p>`, `<iframe src="https://player.example/1"` + always + `></iframe><p>the rest</p>`},
		{"another host", `<iframe src="https://player.example.evil.example/1"></iframe><iframe src="https://player.example@evil.example/"></iframe><iframe src="https://player.example:81/"></iframe>`, ``},
		{"the page's own words", `<iframe srcdoc="<script>alert(1)</script>">x</iframe>`, `x`},
		{"one nobody sees", `a<iframe src="https://player.example/c" width="0" height="0"></iframe><iframe src="https://player.example/c" style="display:none"></iframe>b`, `ab`},
	})
	cleans(t, plain, []cleaning{
		{"a film becomes a link", `<iframe src="https://www.youtube.com/embed/ab-c_1?autoplay=1" title="A film"></iframe>`, `<a href="https://www.youtube.com/watch?v=ab-c_1">A film</a>`},
		{"without a title", `<p><iframe src="//player.bilibili.com/player.html?aid=1&amp;bvid=BV1xx411c7mD&amp;page=1"></iframe></p>`, `<p><a href="https://www.bilibili.com/video/BV1xx411c7mD">www.bilibili.com/video/BV1xx411c7mD</a></p>`},
		{"an id that is none", `<iframe src="https://player.vimeo.com/video/1%22%3E"></iframe>`, `<a href="https://player.vimeo.com/video/1%22%3E">player.vimeo.com/video/1%22%3E</a>`},
		{"unknown, with a title", `<iframe src="https://x.example/chart" title="A chart"></iframe>`, `<a href="https://x.example/chart">A chart</a>`},
		{"unknown", `a<iframe src="https://x.example/ad"></iframe>b`, `ab`},
		{"a tracker", `a<iframe src="https://googleads.g.doubleclick.net/x" title="Ad"></iframe>b`, `ab`},
		{"what would be kept elsewhere", `<iframe src="https://player.example/1"` + always + `></iframe>`, ``},
	})
}

// What is written for readers survives cleaning; only what cannot be made
// certain falls back to its words, and none of the real feeds does.
func TestCleanedCorpusIsFit(t *testing.T) {
	var slow time.Duration
	for _, s := range corpusTexts(t) {
		began := time.Now()
		once, _ := plain.clean(s, testBase)
		slow = max(slow, time.Since(began))
		if !isFit(once) {
			t.Errorf("%.300q\nbecame, and is not fit, %.300q", s, once)
		}
	}
	t.Logf("the slowest took %v", slow)
}
