package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tributary/internal/testshared"
)

// TestModelSite is the case that tributary is modelled on: a post of the
// Chinese financial-news site, read by a jekyll source and published again
// with the site's settings, is the same file with the same bytes.
func TestModelSite(t *testing.T) {
	seeds := testshared.Dir(t, "seeds")
	dir := t.TempDir()
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf(`
[site]
title = "财经新闻"
language = "zh-CN"
base_url = "https://finews.withounder.com"
[jekyll]
return_links = "[返回{{.Category.Label}}](//finews.withounder.com/category/{{.Category.Term}}.html)｜[返回首页](//finews.withounder.com/)"
[category.zhongguowangcaijing]
label = "中国网财经新闻"
[source.seeds]
url = %q
kind = "jekyll"
categories = ["zhongguowangcaijing"]
`, fileURL(seeds)))
	must(t, "poll", "--config", config)
	out := filepath.Join(dir, "jekyll")
	must(t, "build", "--jekyll", "--out", out, "--config", config)
	names, err := filepath.Glob(filepath.Join(seeds, "*.md"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no posts in %s: %v", seeds, err)
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(out, "_posts", filepath.Base(name)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs:\n got %q\nwant %q", filepath.Base(name), got, want)
		}
	}
}
