package validator_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tributary/internal/testshared"
	"tributary/validator"
)

// TestHostile holds what is sent to break a reader to a finding within a
// second.
func TestHostile(t *testing.T) {
	bomb := `<!DOCTYPE lolz [<!ENTITY l "lol">`
	for i, c := range "abcdefghi" {
		before := "l"
		if i > 0 {
			before = string(c - 1)
		}
		bomb += "<!ENTITY " + string(c) + ` "` + strings.Repeat("&"+before+";", 10) + `">`
	}
	random := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not a secret
	for i := range random {
		random[i] = byte(rng.UintN(256))
	}
	for _, tt := range []struct{ name, doc, code string }{
		{"an entity bomb", bomb + "]><rss version=\"2.0\"><channel><title>&i;</title></channel></rss>", "xml-entity-expansion"},
		{"10,000 elements deep", "<rss version=\"2.0\"><channel>" + strings.Repeat("<x xmlns='http://example.com/'>", 10_000), "xml-depth"},
		{"10,000 outlines deep", "<opml version=\"2.0\"><head/><body>" + strings.Repeat("<outline text='a'>", 10_000), "xml-depth"},
		{"NULs", "<rss>\x00\x00\x00</rss>", "xml-character"},
		{"an encoding that is none", "<?xml version=\"1.0\" encoding=\"rot13\"?><rss/>", "xml-encoding-unknown"},
		{"an encoding that unpacks", "<?xml version=\"1.0\" encoding=\"zlib\"?><rss/>", "xml-encoding-unknown"},
		{"an encoding that spells", "<?xml version=\"1.0\" encoding=\"punycode\"?><rss/>", "xml-encoding-unknown"},
		{"UCS-4 in an odd order", "\x00\x00\x3c\x00\x00\x00\x3f\x00", ""},
		{"a number beyond all characters", "<rss version=\"2.0\"><channel><item><description>&lt;img src=\"&amp;#9999999999;\"&gt;</description></item></channel></rss>", "html-invalid"},
		{"random bytes", string(random), ""},
		{"a tag of 20 MB", "<rss " + strings.Repeat("a", 20<<20), "xml-too-long"},
		{"a text of 100 MB", "<rss version=\"2.0\"><channel><item><title>" + strings.Repeat("x", 100<<20), "xml-unclosed"},
		{"a name of 3 MB", "<rss " + strings.Repeat("a", 3<<20) + "='1'>", "xml-too-long"},
		{"thousands of attributes", "<rss" + manyAttributes(5000) + ">", "xml-too-long"},
		{"a million namespaces", "<rss version=\"2.0\"><channel>" + manyNamespaces(20_000) + "</channel></rss>", "xmlns-unknown"},
		{"comments within a text", "<rss version=\"2.0\"><channel><title>" + strings.Repeat("a<!---->", 500_000) + "</title></channel></rss>", "rss-link-missing"},
		{"tags that do not end in HTML", "<rss version=\"2.0\"><channel><item><description>" + strings.Repeat("&lt;a ", 1_000_000) + "</description></item></channel></rss>", "html-invalid"},
		{"quotes that do not end in HTML", "<rss version=\"2.0\"><channel><item><description>" + strings.Repeat("&lt;a b=\"", 500_000) + "</description></item></channel></rss>", ""},
		{"elements that do not end in HTML", "<rss version=\"2.0\"><channel><item><description>" + strings.Repeat("&lt;b&gt;", 500_000) + "</description></item></channel></rss>", "html-unclosed"},
		{"brackets", "<rss version=\"2.0\"><channel><title>" + strings.Repeat("]", 5<<20) + "</title></channel></rss>", "rss-link-missing"},
		{"nothing", "", "xml-empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			r := judge(t, tt.doc)
			if took := time.Since(began); took > 30*time.Second { // a second or so; more on a busy machine with the race detector
				t.Errorf("it took %v", took)
			}
			if len(r.Messages) == 0 || r.Valid {
				t.Errorf("valid %v, messages %v", r.Valid, r.Counts)
			}
			if tt.code != "" && r.Counts[tt.code] == 0 {
				t.Errorf("found %v, want %s", r.Counts, tt.code)
			}
			inside(t, r, int64(len(tt.doc)))
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(" a" + strings.Repeat("x", i%300) + string(rune('a'+i%26)) + "=''")
	}
	return b.String()
}

func manyNamespaces(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("<n:a xmlns:n='http://example.com/" + strings.Repeat("y", i%100) + string(rune('a'+i%26)) + "'/>")
	}
	return b.String()
}

// inside checks that every place lies in the document.
func inside(t *testing.T, r *validator.Result, size int64) {
	t.Helper()
	for _, m := range r.Messages {
		if m.Start.Line < 1 || m.Start.Column < 1 || m.Start.Offset < 0 || m.Start.Offset > size || m.End.Offset < m.Start.Offset {
			t.Fatalf("%s at %+v to %+v in %d bytes", m.Rule.Code, m.Start, m.End, size)
		}
		if !utf8.ValidString(m.Text) || !utf8.ValidString(m.Value) {
			t.Fatalf("%s: the text %q is not UTF-8", m.Rule.Code, m.Text)
		}
		if f := m.Fix; f != nil && (f.Start < 0 || f.End < f.Start || f.End > size) {
			t.Fatalf("%s: the fix %+v lies outside %d bytes", m.Rule.Code, *f, size)
		}
	}
}

// TestLimits holds the size that is looked at to what was asked for.
func TestLimits(t *testing.T) {
	r, err := validator.Validate(validator.Document{Body: strings.NewReader("<rss version=\"2.0\"><channel><title>one</title></channel></rss>")}, validator.Options{Limits: validator.Limits{Bytes: 30}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Counts["document-too-large"] != 1 || r.Bytes != 30 {
		t.Errorf("found %v in %d bytes", r.Counts, r.Bytes)
	}
}

// TestUnread tells of a body that breaks off.
func TestUnread(t *testing.T) {
	body := io.MultiReader(strings.NewReader("<rss version=\"2.0\">"), broken{})
	r, err := validator.Validate(validator.Document{Body: body}, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Counts["document-unread"] != 1 || r.Valid {
		t.Errorf("found %v", r.Counts)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrNoProgress }

// FuzzValidate judges anything: no panic, and places inside the document.
func FuzzValidate(f *testing.F) {
	for _, r := range validator.Rules() {
		f.Add([]byte(r.Bad.Document()))
	}
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"gb18030\"?><rss version=\"2.0\"><channel><title>\xb2\xc6\xbe\xad</title><link>x y</link></channel></rss>"))
	f.Add([]byte("\xff\xfe<\x00r\x00s\x00s\x00>\x00<\x00/\x00r\x00s\x00s\x00>\x00"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, err := validator.Validate(validator.Document{Body: bytes.NewReader(doc)}, validator.Options{Limits: validator.Limits{Bytes: 1 << 20}})
		if err != nil {
			t.Fatal(err)
		}
		inside(t, r, int64(len(doc)))
	})
}

// TestMutations damages the conformance cases at random.
func TestMutations(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testshared.Dir(t, "conformance", "validator", "cases"), "*", "*", "*.xml"))
	if err != nil || len(paths) == 0 {
		t.Fatal(err, len(paths))
	}
	rng := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // not a secret
	for i := range 2000 {
		doc, err := os.ReadFile(paths[i%len(paths)])
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + rng.IntN(4) {
			at := rng.IntN(len(doc))
			switch rng.IntN(3) {
			case 0:
				doc[at] = byte(rng.UintN(256))
			case 1:
				doc = doc[:at+1]
			default:
				doc = append(doc[:at], append([]byte("&<>\"]]"), doc[at:]...)...)
			}
		}
		inside(t, judge(t, string(doc)), int64(len(doc)))
	}
}

func BenchmarkValidate(b *testing.B) {
	for name, doc := range map[string]string{
		"atom":  atomOf(numbered("<entry><title>Entry</title><id>tag:example.com,2026:#</id><updated>2026-01-01T00:00:00Z</updated><link href=\"https://example.com/1\"/><content type=\"html\">&lt;p&gt;Some text about &lt;b&gt;markets&lt;/b&gt;&lt;/p&gt;</content></entry>\n", 5000)),
		"rss":   "<rss version=\"2.0\"><channel><title>T</title><link>https://example.com/</link><description>d</description>" + numbered("<item><title>E</title><guid>https://example.com/#</guid></item>\n", 15_000) + "</channel></rss>",
		"html":  atomOf("<entry><title>E</title><content type=\"html\">" + strings.Repeat("&lt;p&gt;Some text about &lt;b&gt;markets&lt;/b&gt;&lt;/p&gt;\n", 15_000) + "</content></entry>"),
		"xhtml": atomOf("<entry><title>E</title><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">" + strings.Repeat("<p>Some text about <b>markets</b></p>\n", 25_000) + "</div></content></entry>"),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := validator.Validate(validator.Document{Body: strings.NewReader(doc)}, validator.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func atomOf(entries string) string {
	return "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>T</title><id>tag:example.com,2026:f</id><updated>2026-01-01T00:00:00Z</updated><author><name>A</name></author>" + entries + "</feed>"
}

// numbered repeats text with a number in place of #.
func numbered(text string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	return b.String()
}
