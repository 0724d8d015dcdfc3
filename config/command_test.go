package config_test

import "testing"

// A command is kept as a URL: the folder of the file, and the words.
func TestCommand(t *testing.T) {
	c := parse(t, `
[aggregator]
allow_exec = true
[category.news]
[source.here]
command = ["./my-feed", "--since=1 day", "a&b", ""]
categories = ["news"]
[source.path]
command = ["my-feed"]
categories = ["news"]
`)
	for i, want := range []string{"exec:///srv/news?w=%2Fsrv%2Fnews%2Fmy-feed&w=--since%3D1+day&w=a%26b&w=", "exec:///srv/news?w=my-feed"} {
		if s := c.Sources[i]; s.URL != want || s.Kind != "exec" {
			t.Errorf("%s: %s %q, want exec %q", s.ID, s.Kind, s.URL, want)
		}
	}
}

// The keys that every kind understands are options of the source.
func TestFullText(t *testing.T) {
	c := parse(t, `
[category.news]
[source.a]
url = "https://example.org/feed"
categories = ["news"]
full_text = true
full_text_take = "article"
full_text_remove = ".ad"
[source.b]
url = "https://example.org/other"
categories = ["news"]
full_text = false
`)
	a, b := c.Sources[0].Options, c.Sources[1].Options
	if a["full_text"] != "true" || a["full_text_take"] != "article" || a["full_text_remove"] != ".ad" || len(a) != 3 {
		t.Errorf("options = %v", a)
	}
	if len(b) != 0 {
		t.Errorf("without full_text: options = %v", b)
	}
}
