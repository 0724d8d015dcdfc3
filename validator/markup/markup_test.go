package markup_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/validator/markup"
)

// look returns what is found in a text, as "kind@offset value".
func look(text string) []string {
	var out []string
	s := markup.Scanner{Report: func(f markup.Finding) { out = append(out, fmt.Sprintf("%s@%d+%d", names[f.Kind], f.At, f.Len)) }}
	s.Feed(text, true)
	return out
}

var names = map[markup.Kind]string{
	markup.UnsafeElement: "unsafe", markup.UnsafeAttribute: "attribute", markup.UnsafeStyle: "style", markup.ScriptURL: "script", markup.RelativeURL: "relative",
	markup.UnknownElement: "unknown", markup.BadReference: "reference", markup.Unfinished: "unfinished", markup.Instruction: "instruction", markup.Unclosed: "unclosed", markup.DoubleEscaped: "twice",
}

func TestFeed(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"<p>Plain <b>words</b> &amp; a <a href=\"https://example.com/\">link</a>.</p>", ""},
		{"<p>One<p>Two<ul><li>a<li>b</ul>", ""},
		{"a < b, AT&T, Q & A", ""},
		{"<script>if (a < b) document.write('<b>')</script>", "unsafe@0+7"},
		{"<IFRAME src='https://example.com/'></IFRAME>", "unsafe@0+7"},
		{"<p onclick=\"x()\">a</p>", "attribute@3+13"},
		{"<p aria-label='a' data-x='b' class=c>a</p>", ""},
		{"<p style=\"color: red; max-width: 1px\">a</p>", ""},
		{"<p style=\"position: fixed\">a</p>", "style@10+15"},
		{"<p style=\"width: 99999px\">a</p>", "style@10+14"},
		{"<p style=\"background: url(x)\">a</p>", "style@10+18"},
		{"<a href=\" javascript:x()\">a</a>", "script@9+15"},
		{"<img alt='' src=/a.png>", "relative@16+6"},
		{"<img class=a src='a.png'>", "relative@18+5"},
		{"<a href='#x'>a</a><a href='mailto:a@b'>b</a>", ""},
		{"<blnik>a</blnik>", "unknown@0+6"},
		{"<svg viewBox='0 0 1 1'><path d='M0'/></svg><math><mi>x</mi></math><my-element>a</my-element><search>b</search>", ""},
		{"a &foo; b", "reference@2+5"},
		{"&#x110000; &#9999999999; &#146;", "reference@0+10 reference@11+13 reference@25+6"},
		{"&eacute;&#233;&#x4e2d; &copy 2026", ""},
		{"<p>a <b", "unfinished@5+2"},
		{"a <!-- b", "unfinished@2+4"},
		{"<?xml:namespace prefix=o />a", "instruction@0+27"},
		{"<b>a", "unclosed@4+0"},
		{"a</b>", "unclosed@1+4"},
		{"<b><i>a</b></i>", "unclosed@7+4 unclosed@11+4"},
		{"&lt;p&gt;a&lt;/p&gt;", "twice@0+4"},
		{"&amp;nbsp;", "twice@0+10"},
		{"<code>&lt;p&gt;</code>", ""},
		{"<![CDATA[ a > b", ""},
		{"<br/><hr><img alt='' src='https://example.com/a.png'/>", ""},
	} {
		if got := strings.Join(look(tt.in), " "); got != tt.want {
			t.Errorf("%q: found %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"One & two": "", "AT&T": "", "1 < 2": "", "a<b>c": "", "?a=1&lang=en": "", "</title> is no tag of text": "</title>",
		"<b>One</b>": "</b>", "One<br>two": "<br>", "One<br/>two": "<br/>", "caf&eacute;": "&eacute;", "&#233;": "&#233;", "&#x26;": "&#x26;", "alpha&omega": "&omega", "a</x>": "", "&amp;": "&amp;",
	} {
		got := ""
		if f := markup.Plain(in); f != nil {
			got = f.Value
			if in[f.At:f.At+f.Len] != got {
				t.Errorf("%q: %q at %d+%d", in, got, f.At, f.Len)
			}
		}
		if got != want {
			t.Errorf("%q: found %q, want %q", in, got, want)
		}
	}
}

// TestParts feeds a text in parts of every size: the findings are the same.
func TestParts(t *testing.T) {
	const text = "<p onclick=\"a>b\">x &foo; <script>a</p></script><b>y</b><!-- z --> <img src='a'> &amp;amp; <i>end"
	want := strings.Join(look(text), " ")
	for size := 1; size < len(text); size++ {
		var got []string
		base, rest := 0, ""
		s := markup.Scanner{Report: func(f markup.Finding) {
			got = append(got, fmt.Sprintf("%s@%d+%d", names[f.Kind], base+f.At, f.Len))
		}}
		for at := 0; at < len(text); at += size {
			rest += text[at:min(at+size, len(text))]
			n := s.Feed(rest, at+size >= len(text))
			base, rest = base+n, rest[n:]
		}
		if strings.Join(got, " ") != want {
			t.Errorf("in parts of %d: %q, want %q", size, got, want)
		}
	}
}

// TestLinear holds texts made to be slow to a time that grows with them.
func TestLinear(t *testing.T) {
	for _, piece := range []string{"<", "&", "<a ", "<a b=\"", "<b>", "</b>", "<!--", "<svg>", "&amp;", "<p style=\"", "<script>"} {
		began := time.Now()
		look(strings.Repeat(piece, 2<<20/len(piece)))
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("2 MB of %q took %v", piece, took)
		}
	}
}

func FuzzFeed(f *testing.F) {
	f.Add("<p onclick=\"a>b\">x &foo; <script>a</p></script>", 3)
	f.Add("<a href='javascript:x'>&#x;</a><!-- -->", 7)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		s := markup.Scanner{Report: func(f markup.Finding) {
			if f.At < 0 || f.Len < 0 || f.At+f.Len > len(text) {
				t.Fatalf("a finding at %d+%d of %d bytes", f.At, f.Len, len(text))
			}
		}}
		s.Feed(text, true)
		s.Reset()
		cut = min(max(cut, 0), len(text))
		if n := s.Feed(text[:cut], false); n < 0 || n > cut {
			t.Fatalf("done with %d of %d bytes", n, cut)
		}
		_, _, _ = markup.Plain(text), markup.CSS(text), markup.LooksEscaped(text)
	})
}

func BenchmarkFeed(b *testing.B) {
	text := strings.Repeat("<p>Some text about <a href=\"https://example.com/x\" title=\"m\">markets</a> &amp; <b>bonds</b>.</p>\n", 10_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	s := markup.Scanner{Report: func(f markup.Finding) { b.Fatal(f.Text) }}
	for b.Loop() {
		s.Reset()
		s.Feed(text, true)
	}
}
