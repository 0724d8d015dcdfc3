package config_test

import (
	"testing"

	"tributary/config"
	"tributary/feed/headline"
)

func TestCategoryTitle(t *testing.T) {
	for value, want := range map[string]string{
		`"{{.Source}}: {{.Title}}"`: "The Gauge House: The ferry runs",
		`'''{{if eq .Language "en"}}[{{upper .Category}}] {{end}}{{.Title}}'''`: "[NEWS] The ferry runs",
	} {
		c, err := config.Parse("feeds.toml", []byte("[category.news]\ntitle = "+value+"\n[source.a]\nurl = \"https://example.org/a\"\ncategories = [\"news\"]\n"), known, getenv)
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		f := headline.Fields{Title: "The ferry runs", Source: "The Gauge House", Category: "News", Language: "en"}
		if got := c.Categories[0].Title.Title(&f); got != want {
			t.Errorf("%s makes %q, want %q", value, got, want)
		}
	}
}
