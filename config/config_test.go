package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/config"
	"tributary/feed"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// known is what a binary with every kind would hand in.
var known = config.Known{
	Engines: []string{"bolt"},
	Kinds: map[string]config.KindKeys{
		"feed":   {Schemes: []string{"http", "https"}},
		"file":   {Schemes: []string{"file"}},
		"jekyll": {Schemes: []string{"file"}, Options: []string{"drafts", "depth"}},
		"html":   {Schemes: []string{"http", "https"}, Options: []string{"item", "title"}, Needs: true, Check: checkItem},
		"exec":   {Schemes: []string{"exec"}},
	},
}

// checkItem is a kind's check that wants an item without an exclamation mark.
func checkItem(o feed.Options) *config.Flaw {
	at := strings.Index(o["item"], "!")
	switch {
	case o["item"] == "":
		return &config.Flaw{Key: "item", Problem: "it is missing", Expected: "expected a selector", At: -1}
	case at >= 0:
		return &config.Flaw{Key: "item", Problem: "it cannot be read", Expected: "expected a selector", Hint: "leave it out", At: at}
	case o["full_text_take"] == "!":
		return &config.Flaw{Key: "full_text_take", Problem: "it cannot be read", Expected: "expected a selector", At: 0}
	}
	return nil
}

// getenv is an environment with one variable.
func getenv(name string) string {
	if name == "NEWS_PASSWORD" {
		return "correct horse"
	}
	return ""
}

// TestBad holds every message that a bad file gets, whole.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/bad: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = config.Parse("feeds.toml", data, known, getenv)
			var all config.Errors
			if !errors.As(err, &all) {
				t.Fatalf("Parse = %v, want config.Errors", err)
			}
			golden(t, strings.TrimSuffix(file, ".toml")+".txt", all.Error()+"\n")
			if strings.Contains(all.Error(), "hunter2") {
				t.Error("a password is repeated")
			}
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
