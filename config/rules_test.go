package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tributary/config"
	"tributary/rules"
)

// said lists rules as place, key and expression.
func said(list []*rules.Rule) string {
	var out []string
	for _, r := range list {
		out = append(out, r.String())
	}
	return strings.Join(out, "; ")
}

func TestRules(t *testing.T) {
	c := parse(t, `
[category.news]
terms = ["新闻", "News"]
set_title = 'text(title)'
keep_if = ["true", "'a' in terms"]
[category.tech]
[category.more]
terms = ["more"]
[rules]
set_categories = "['tech']"
drop_if = '''
title == ""'''
[source.a]
url = "https://example.org/a"
categories = ["news"]
set_language = '"en"'
`)
	for got, want := range map[string]string{
		said(c.Rules):               "/srv/news/feeds.toml:11: drop_if = title == \"\"; /srv/news/feeds.toml:10: set_categories = ['tech']",
		said(c.Categories[0].Rules): "/srv/news/feeds.toml:5: keep_if = true; /srv/news/feeds.toml:5: keep_if = 'a' in terms; /srv/news/feeds.toml:4: set_title = text(title)",
		said(c.Categories[1].Rules): "",
		said(c.Sources[0].Rules):    `/srv/news/feeds.toml:16: set_language = "en"`,
	} {
		if got != want {
			t.Errorf("rules\n%s\nwant\n%s", got, want)
		}
	}
	if terms := c.Categories[0].Terms; !slices.Equal(terms, []string{"新闻", "News"}) {
		t.Errorf("terms %q", terms)
	}
}

// TestRulesDocumented: what docs/rules.md says of fields, functions and keys is
// all there is, and its examples are a configuration that can be used.
func TestRulesDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for _, f := range rules.Fields() {
		if row := "| `" + f.Name + "` | " + f.Type + " |"; !strings.Contains(text, row) {
			t.Errorf("docs/rules.md has no row %q", row)
		}
	}
	for _, name := range rules.Functions {
		if !strings.Contains(text, "`"+name+"(") {
			t.Errorf("docs/rules.md does not show %s()", name)
		}
	}
	for _, a := range rules.Actions {
		if !strings.Contains(text, "| `"+a.String()+"` |") {
			t.Errorf("docs/rules.md has no row for %s", a)
		}
	}
	examples := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(examples) < 3 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		if _, err := config.Parse("docs/rules.md", []byte(e[1]), known, getenv); err != nil {
			t.Errorf("%s\n%v", e[1], err)
		}
	}
	calls := regexp.MustCompile("(?m)^\\| `([a-zA-Z]+\\(.*?)` \\|").FindAllStringSubmatch(text, -1)
	for _, c := range calls {
		call := strings.ReplaceAll(c[1], `\|`, "|")
		if _, err := rules.Compile(rules.SetCategories, "["+call+"]"); err != nil {
			t.Errorf("%v", err)
		}
	}
	if len(calls) < len(rules.Functions) {
		t.Errorf("%d calls are shown, there are %d functions", len(calls), len(rules.Functions))
	}
}

// TestRulesOfExample: the rules in comments of feeds.toml can be used.
func TestRulesOfExample(t *testing.T) {
	file, err := os.ReadFile(filepath.Join("..", "feeds.toml"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, a := range rules.Actions {
		for _, m := range regexp.MustCompile(`(?m)^# `+a.String()+` = (.*)$`).FindAllStringSubmatch(string(file), -1) {
			n++
			parse(t, "[category.technology]\n[rules]\n"+a.String()+" = "+m[1]+"\n[source.a]\nurl = \"https://example.org/\"\ncategories = [\"technology\"]\n")
		}
	}
	if n < 6 {
		t.Errorf("%d rules are shown, want those of [rules] and one of a source and of a category", n)
	}
}
