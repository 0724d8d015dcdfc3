package parse_test

import (
	"strings"
	"testing"
)

// UTF-8 that was encoded twice is read once, unless the document shows that it
// is meant.
func TestEncodedTwice(t *testing.T) {
	for _, tt := range []struct{ name, title, want string }{
		{"German", "KÃ¶ln grÃ¼ÃŸt", "Köln grüßt"},
		{"signs of windows-1252", "â€œquotedâ€\u009d â€“ dash", "“quoted” – dash"},
		{"Chinese", "ä¸\u00adæ–‡æ–°é—»", "中文新闻"},
		{"with a space that does not break", "coÃ»te 5Â\u00a0â‚¬", "coûte 5\u00a0€"},
		{"with references beside it", "KÃ¶ln grÃ¼ÃŸt &#8217;", "Köln grüßt ’"},
		{"one pair is quoted text", "what does Ã© mean", "what does Ã© mean"},
		{"text that was encoded once beside it", "KÃ¶ln grÃ¼ÃŸt, é", "KÃ¶ln grÃ¼ÃŸt, é"},
		{"a character windows-1252 has not", "KÃ¶ln grÃ¼ÃŸt Ж", "KÃ¶ln grÃ¼ÃŸt Ж"},
		{"plain French", "élève à côté", "élève à côté"},
		{"capitals beside signs", "«À» ÷ «Ç»", "«À» ÷ «Ç»"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := read(t, document(rss("<item><title>"+tt.title+"</title></item>")))
			if err != nil {
				t.Fatal(err)
			}
			got := f.Items[0].Title.Body
			if got != tt.want {
				t.Errorf("title %q, want %q", got, tt.want)
			}
			if noted := strings.Contains(strings.Join(f.Notes, ";"), "once more"); noted != (tt.want != tt.title) {
				t.Errorf("notes %q", f.Notes)
			}
		})
	}
}
