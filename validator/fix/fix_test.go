package fix_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"tributary/validator"
	"tributary/validator/fix"
)

// TestDocument brings a broken feed of each format to what its messages ask
// for.
func TestDocument(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string // that the mended document holds
		valid    bool
	}{
		{"rss", "\n<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>AT&T &nbsp; news</title><link>https://example.com/</link><description>All</description>\n" +
			"<item><title>One</title><guid>tag:example.com,2026:1</guid><pubDate>2026-11-20T08:00:00+08:00</pubDate></item></channel></rss>",
			[]string{"AT&amp;T", "isPermaLink=\"false\"", "Fri, 20 Nov 2026 08:00:00 +0800"}, true},
		{"atom", "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title type=\"text/html\">News</title><id>tag:example.com,2026:f</id><updated>2026-11-20 08:00:00Z</updated><author><name>Li Wei</name></author></feed>",
			[]string{"type=\"html\"", "2026-11-20T08:00:00Z", "<?xml version=\"1.0\" encoding=\"utf-8\"?>"}, true},
		{"json", `{"version": "http://jsonfeed.org/version/1.1", "title": "News", "items": [{"id": 1, "content_text": "a", "datePublished": "2026-11-20T08:00:00Z"}]}`,
			[]string{`"https://jsonfeed.org/version/1.1"`, `"id": "1"`, `"date_published"`}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := fix.Document(validator.Document{Name: tt.name}, []byte(tt.in), validator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(string(m.Text), want) {
					t.Errorf("mended, it does not hold %q:\n%s", want, m.Text)
				}
			}
			if m.Left.Valid != tt.valid {
				t.Errorf("mended, it is valid: %v, want %v: %v\n%s", m.Left.Valid, tt.valid, m.Left.Counts, m.Text)
			}
			if len(m.Edits) < len(tt.want) {
				t.Errorf("edits %q", m.Edits)
			}
			again, err := fix.Document(validator.Document{Name: tt.name}, m.Text, validator.Options{})
			if err != nil || len(again.Edits) > 0 {
				t.Errorf("mended again, it changes: %q, %v", again.Edits, err)
			}
		})
	}
}

// TestEncoding writes the edits in the document's own encoding.
func TestEncoding(t *testing.T) {
	in, err := simplifiedchinese.GB18030.NewEncoder().String("<?xml version=\"1.0\" encoding=\"gb18030\"?>\n<rss version=\"2.0\"><channel><title>财经 &eacute; 新闻</title></channel></rss>")
	if err != nil {
		t.Fatal(err)
	}
	m, err := fix.Document(validator.Document{}, []byte(in), validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(m.Text)
	if err != nil || !strings.Contains(string(out), "财经 é 新闻") {
		t.Errorf("mended to %q, %v", out, err)
	}
}

func TestDiff(t *testing.T) {
	before, after := "a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nD\ne\nf\ng\nnew\nh\n"
	want := "--- x\n+++ x (mended)\n@@ -1,8 +1,9 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n+new\n h\n"
	if got := fix.Diff("x", []byte(before), []byte(after)); got != want {
		t.Errorf("diff\n%s\nwant\n%s", got, want)
	}
	if got := fix.Diff("x", []byte(before), []byte(before)); got != "" {
		t.Errorf("nothing changed, and the diff is %q", got)
	}
}
