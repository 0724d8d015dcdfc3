package xmltext_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"tributary/validator/xmltext"
)

// tokens returns what a scanner makes of a document, a line a token; parts of
// one text are joined.
func tokens(r io.Reader) []string {
	s := xmltext.NewScanner(r)
	s.SkipBOM()
	var out []string
	last := xmltext.EOF
	for {
		t := s.Next()
		var text string
		switch t.Kind {
		case xmltext.EOF:
			return out
		case xmltext.Failed:
			return append(out, fmt.Sprintf("%d:%d failed: %s", s.Err.Pos.Line, s.Err.Pos.Column, s.Err.Text))
		case xmltext.Start:
			text = "<" + string(t.Name)
			for _, a := range t.Attrs {
				text += fmt.Sprintf(" %s=%s@%d", a.Name, a.Value, a.ValueAt)
			}
			if t.Empty {
				text += "/"
			}
		case xmltext.End:
			text = "/" + string(t.Name)
		case xmltext.Text, xmltext.CData, xmltext.Comment:
			if last == t.Kind {
				out[len(out)-1] += string(t.Raw)
				continue
			}
			text = map[xmltext.Kind]string{xmltext.Text: "text ", xmltext.CData: "cdata ", xmltext.Comment: "comment "}[t.Kind] + string(t.Raw)
		default:
			text = "other " + string(t.Name)
		}
		last = t.Kind
		out = append(out, fmt.Sprintf("%d:%d ", t.Pos.Line, t.Pos.Column)+text)
	}
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"elements", "<a><b c='1'/></a>", "1:1 <a|1:4 <b c=1@6/|1:14 /a"},
		{"lines", "<a>\n  <b\n   c = \"x\">t</b>\r\n</a>", "1:1 <a|1:4 text \n  |2:3 <b c=x@11|3:12 text t|3:13 /b|3:17 text \r\n|4:1 /a"},
		{"columns are characters", "<a>财经<b/></a>", "1:1 <a|1:4 text 财经|1:6 <b/|1:10 /a"},
		{"a lone return ends a line", "<a>\r<b/></a>", "1:1 <a|1:4 text \r|2:1 <b/|2:5 /a"},
		{"a byte order mark", "\ufeff<a/>", "1:1 <a/"},
		{"CDATA", "<a><![CDATA[<b>]]]></a>", "1:1 <a|1:13 cdata <b>]|1:20 /a"},
		{"comments and instructions", "<?xml version=\"1.0\"?><!-- x --><a/>", "1:1 other xml|1:26 comment  x |1:32 <a/"},
		{"document type", "<!DOCTYPE a [<!ENTITY b \">\">]><a/>", "1:1 other |1:31 <a/"},
		{"names with letters of all scripts", "<新闻 标题='x'/>", "1:1 <新闻 标题=x@16/"},
		{"less-than in text", "<a>1 < 2</a>", "1:1 <a|1:4 text 1 |1:6 failed: \"<\" starts no tag here: write it as &lt; where it is text"},
		{"an attribute without a value", "<a b>", "1:4 failed: the attribute b has no value: write b=\"...\""},
		{"an attribute without quotes", "<a b=c>", "1:6 failed: the value of the attribute b must stand in quotes"},
		{"an attribute twice", "<a b='1' b='2'/>", "1:10 failed: the attribute b is given twice in the tag <a>"},
		{"less-than in a value", "<a b='<'/>", "1:7 failed: \"<\" stands in the value of the attribute b: write it as &lt;, or close the quote"},
		{"no space before an attribute", "<a b='1'c='2'/>", "1:9 failed: \"c\" stands in the tag <a>: white space must come before an attribute"},
		{"a control character", "<a>\nx\x08</a>", "1:1 <a|2:2 failed: the control character U+0008 is not allowed in XML, not even as a reference"},
		{"bytes that are no UTF-8", "<a>x\xff</a>", "1:1 <a|1:5 failed: the byte 0xFF is not UTF-8 here"},
		{"end of CDATA in text", "<a>]]></a>", "1:1 <a|1:4 failed: \"]]>\" stands outside a CDATA section, write it as ]]&gt;"},
		{"a comment that does not end", "<a><!-- x", "1:1 <a|1:10 failed: the document ends within a comment: \"-->\" is missing"},
		{"two hyphens in a comment", "<!-- a -- b --><a/>", "1:8 failed: \"--\" must not stand within a comment"},
		{"a tag that does not end", "<a><b c='1'", "1:1 <a|1:4 failed: a tag starts here and is never closed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(tokens(strings.NewReader(tt.in)), "|"); got != tt.want {
				t.Errorf("tokens of %q\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

// TestLongTexts reads texts that do not fit into the window.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("财经 &amp; ]] news\r\n", 20_000)
	for _, doc := range []string{
		"<a>" + long + "</a>", "<a><![CDATA[" + long + "]]></a>", "<a><!--" + long + "--></a>", "<a b=\"" + strings.Repeat("财经 news ", 40_000) + "\"/>",
		"<a>" + strings.Repeat("]", 300_000) + "</a>", "<a>" + strings.Repeat("&", 300_000) + "</a>", "<a>" + strings.Repeat("\r", 300_000) + "</a>",
	} {
		want := tokens(strings.NewReader(doc))
		got := tokens(iotest.HalfReader(strings.NewReader(doc)))
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%.20s…: read in parts it is another document", doc)
		}
		last := want[len(want)-1]
		if strings.Contains(last, "failed") {
			t.Errorf("%.20s…: %s", doc, last)
		}
	}
}

func TestTooLong(t *testing.T) {
	for _, doc := range []string{"<a b='" + strings.Repeat("x", 3<<20), "<a " + strings.Repeat("x", 3<<20), "<?a " + strings.Repeat("x", 3<<20), "<!DOCTYPE a [" + strings.Repeat("x", 3<<20)} {
		got := tokens(strings.NewReader(doc))
		if len(got) != 1 || !strings.Contains(got[0], "longer than 1 MiB") {
			t.Errorf("%.20s…: %.200q, want it to be too long", doc, got)
		}
	}
}

func TestReferences(t *testing.T) {
	e := xmltext.Entities{Declared: map[string]string{"news": "财经 &amp; &gt;", "loop": "&loop;", "big": strings.Repeat("x", 600<<10)}}
	for _, tt := range []struct{ in, want, err string }{
		{"a&lt;b&#x8d22;&#32463;", "a<b财经", ""},
		{"a\r\nb\rc", "a\nb\nc", ""},
		{"&news;", "财经 & >", ""},
		{"&nbsp;", "", "is not declared"},
		{"&loop;", "", "holds itself"},
		{"&big;&big;", "", "grows the document"},
		{"AT&T", "", "starts no reference"},
		{"a & b", "", "starts no reference"},
		{"&#0;", "", "is no character"},
		{"&#xd800;", "", "is no character"},
		{"&#99999999999;", "", "is no character"},
	} {
		got, err := e.Decode(nil, []byte(tt.in))
		switch {
		case err == nil && tt.err != "", err != nil && (tt.err == "" || !strings.Contains(err.Text, tt.err)):
			t.Errorf("%q: error %v, want %q", tt.in, err, tt.err)
		case err == nil && string(got) != tt.want:
			t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestSource holds every byte of a decoded text against its place as written.
func TestSource(t *testing.T) {
	var e xmltext.Entities
	const raw = "a&amp;b\r\nc&#x8d22;d"
	decoded, _ := e.Decode(nil, []byte(raw))
	for at, want := range map[int]int{0: 0, 1: 1, 2: 6, 3: 7, 4: 9, 5: 10, 8: 18} {
		if got := e.Source(raw, at); got != want {
			t.Errorf("byte %d of %q is written at %d, want %d", at, decoded, got, want)
		}
	}
}

func TestDocType(t *testing.T) {
	d := xmltext.ParseDocType([]byte(`<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://example.com/rss.dtd" [<!-- <!ENTITY no "x"> --><!ENTITY a "b"><!ENTITY c SYSTEM "d"><!ENTITY a "second">]>`))
	if d.Name != "rss" || d.Public != "-//N//DTD RSS 0.91//EN" || d.System != "http://example.com/rss.dtd" || d.Entities["a"] != "b" || !d.External["c"] || len(d.Entities) != 1 {
		t.Errorf("document type %+v", d)
	}
}

// FuzzScanner reads anything: whole and byte by byte it is the same, and
// places lie inside the document and do not go back.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{"<a b='c'>t<![CDATA[x]]><!-- y --></a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<?xml version='1.0'?><a/>", "<a>\xff\x00]]>", "<a " + strings.Repeat("b='c' ", 20)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		s := xmltext.NewScanner(bytes.NewReader(doc))
		last := xmltext.Pos{Line: 1, Column: 1}
		for {
			tok := s.Next()
			if tok.Pos.Offset < last.Offset || tok.Pos.Line < last.Line || tok.Pos.Offset > int64(len(doc)) {
				t.Fatalf("a token at %+v after %+v in %d bytes", tok.Pos, last, len(doc))
			}
			last = tok.Pos
			if tok.Kind == xmltext.EOF || tok.Kind == xmltext.Failed {
				break
			}
			if tok.Kind == xmltext.Text || tok.Kind == xmltext.Start {
				var e xmltext.Entities
				_, _ = e.Decode(nil, tok.Raw)
			}
		}
		whole, parts := tokens(bytes.NewReader(doc)), tokens(iotest.OneByteReader(bytes.NewReader(doc)))
		if strings.Join(whole, "|") != strings.Join(parts, "|") {
			t.Errorf("read byte by byte it is another document:\n%q\n%q", whole, parts)
		}
	})
}

func BenchmarkScanner(b *testing.B) {
	entry := "<entry><title>Entry</title><id>tag:example.com,2026:1</id><link href=\"https://example.com/1\"/><content type=\"html\">&lt;p&gt;Some text about markets&lt;/p&gt;</content></entry>\n"
	doc := []byte("<feed>" + strings.Repeat(entry, 10_000) + "</feed>")
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		s := xmltext.NewScanner(bytes.NewReader(doc))
		for t := s.Next(); t.Kind != xmltext.EOF; t = s.Next() {
			if t.Kind == xmltext.Failed {
				b.Fatal(s.Err.Text)
			}
		}
	}
}
