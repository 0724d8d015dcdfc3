package render

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tributary/feed"
)

// The beginning of a text is what the whole of it begins with, and long
// enough.
func TestPlainStart(t *testing.T) {
	for _, markup := range []string{
		"", "plain  words\nonly", "<p>One</p><p>two <b>th</b>ree</p>", strings.Repeat("<p>水位 <i>每日</i>发布。</p>\n", 30),
		strings.Repeat(" &nbsp; <br>", 50) + "late", strings.Repeat("<p>a</p>", 200) + "<p>end &amp; more",
	} {
		whole := plainText(markup)
		for _, n := range []int{0, 1, 5, 50, 200, 10_000} {
			got := plainStart(markup, n)
			if !strings.HasPrefix(whole, got) || utf8.RuneCountInString(got) < min(n, utf8.RuneCountInString(whole)) {
				t.Errorf("plainStart(%.30q, %d) = %q of %q", markup, n, got, whole)
			}
		}
	}
}

// What a list shows of an entry does not depend on where its text was cut.
func TestExcerptOfLongText(t *testing.T) {
	for _, paragraph := range []string{"<p>水位上涨。 渡口关闭！ </p>", "<p>The river rose again, and the ferry stopped. </p>"} {
		long := strings.Repeat(paragraph, 200)
		whole := plainText(long)
		p := &Page{Site: Site{BaseURL: "https://ours.example"}}
		v := newView(p, "./")
		got := v.entry(p, &item{Entry: &feed.Entry{}, title: "T", html: long}).Excerpt
		if want := excerpt(closeUp(whole), excerptLength(whole)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
