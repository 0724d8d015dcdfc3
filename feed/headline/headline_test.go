package headline_test

import (
	"errors"
	"strings"
	"testing"

	"tributary/feed/headline"
)

func TestTitle(t *testing.T) {
	full := headline.Fields{Title: "The ferry <runs> & runs", Source: "The Gauge House", Category: "Rivers", Author: "Ida Holm", Date: "2026-03-02", Language: "en"}
	bare := headline.Fields{Title: "A\ttitle"}
	for _, tt := range []struct{ text, full, bare string }{
		{"{{.Title}}", "The ferry <runs> & runs", "A title"},
		{"{{.Source}}: {{.Title}}", "The Gauge House: The ferry <runs> & runs", ": A title"},
		{"{{if .Source}}{{.Source}}: {{end}}{{.Title}}", "The Gauge House: The ferry <runs> & runs", "A title"},
		{"[{{.Category}}] {{.Title}} ({{or .Author .Source \"nobody\"}}, {{.Date}})", "[Rivers] The ferry <runs> & runs (Ida Holm, 2026-03-02)", "[] A title (nobody, )"},
		{"{{if eq .Language \"en\"}}{{.Title | upper}}{{else if not .Language}}?{{else}}{{lower .Title}}{{end}}", "THE FERRY <RUNS> & RUNS", "?"},
		{"{{if and .Author (ne .Author .Source)}}{{.Author}}{{else}}{{.Title}}{{end}}", "Ida Holm", "A title"},
		{"  {{- .Title}}\n more ", "The ferry <runs> & runs more", "A title more"},
	} {
		tmpl, err := headline.Compile(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := tmpl.Title(&full); got != tt.full {
			t.Errorf("%s: %q, want %q", tt.text, got, tt.full)
		}
		if got := tmpl.Title(&bare); got != tt.bare {
			t.Errorf("%s: %q of a bare entry, want %q", tt.text, got, tt.bare)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, tt := range []struct {
		text, problem string
		offset        int
	}{
		{"", "it is empty", -1},
		{"{{.Titel}}", "there is no field .Titel", 2},
		{"{{.Source}}: {{.Title.Body}}", "there is no field .Title.Body", 21},
		{"a {{shout .Title}}", "there is no function shout", 4},
		{"{{printf \"%99999999s\" .Title}}", "there is no function printf", 2},
		{"{{html .Title}}", "there is no function html", 2},
		{"{{.Title", "unclosed action", -1},
		{"{{range .Title}}x{{end}}", "{{range .Title}}x{{end}} has no place in a title", 8},
		{"{{with .Title}}{{.}}{{end}}", "{{with .Title}}{{.}}{{end}} has no place in a title", 7},
		{"{{.}}", ". has no place in a title", 2},
		{"{{$x := .Title}}{{$x}}", "variables have no place in a title", 2},
		{"{{template \"title\"}}", "{{template \"title\"}} has no place in a title", 11},
		{"{{.Source}}", "it makes nothing of an entry whose title is \"Title\"", -1},
		{"{{eq .Title 3}}", "3 has no place in a title", 12},
		{"{{lower}}", "wrong number of args for lower: want 1 got 0", -1},
		{strings.Repeat("x", headline.Longest+1), "it is longer than 2000 bytes", -1},
	} {
		_, err := headline.Compile(tt.text)
		var e *headline.Error
		if !errors.As(err, &e) || !strings.Contains(e.Problem, tt.problem) || e.Offset != tt.offset {
			t.Errorf("%.40s: %v at %d, want %q at %d", tt.text, err, e.Offset, tt.problem, tt.offset)
		}
	}
}

// Whatever a template is, and whatever an entry has, a title is one line that
// is not too long.
func FuzzTitle(f *testing.F) {
	f.Add("{{.Source}}: {{.Title}}", "a", "b", "c")
	f.Add("{{if eq .Author .Source}}{{upper .Title}}{{else}}{{.Date}} {{.Title}}{{end}}", "标题", "", "\u2028")
	f.Fuzz(func(t *testing.T, text, title, source, author string) {
		tmpl, err := headline.Compile(text)
		if err != nil {
			return
		}
		got := tmpl.Title(&headline.Fields{Title: title, Source: source, Author: author})
		if len(got) > headline.Longest || strings.ContainsAny(got, "\n\r\t") {
			t.Errorf("%q of %q: %q", text, title, got)
		}
		if again, err := headline.Compile(tmpl.String()); err != nil || again.Title(&headline.Fields{Title: title, Source: source, Author: author}) != got {
			t.Errorf("%q makes other titles the second time: %v", text, err)
		}
	})
}
