package publisher_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tributary/feed"
)

var update = flag.Bool("update", false, "rewrite the golden pages; read the difference")

// pages returns every page of the sample site by a name for people.
func pages(t testing.TB) map[string]string {
	t.Helper()
	s := newSite(t)
	s.fill(t)
	h := s.publisher().Handler()
	out := map[string]string{}
	for name, path := range map[string]string{"home": "/", "category": "/rivers/", "category-zh": "/jianghe/", "all": "/all/", "problem": "/nowhere"} {
		out[name] = body(t, request(t, h, "GET", path))
	}
	for i, name := range []string{"entry-hostile", "entry-audio", "entry"} {
		e := english()[i]
		e.ID = feed.Identify("gauge", e.UpstreamID, "", feed.Digest{})
		out[name] = body(t, request(t, h, "GET", entryPath(&e)))
	}
	e := chinese()[1]
	e.ID = feed.Identify("anjiang", e.UpstreamID, "", feed.Digest{})
	out["entry-zh"] = body(t, request(t, h, "GET", entryPath(&e)))
	return out
}

var assetDigest = regexp.MustCompile(`(site|icon|touch)-[0-9a-f]{10}\.`)

func TestGoldenPages(t *testing.T) {
	for name, page := range pages(t) {
		t.Run(name, func(t *testing.T) {
			page = assetDigest.ReplaceAllString(page, "$1.")
			path := filepath.Join("testdata", "pages", name+".html")
			if *update {
				write(t, path, page)
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if page != string(want) {
				t.Errorf("%s is not what it was; see the difference after go test -update. Now:\n%s", path, page)
			}
		})
	}
}

// TestPagesAreSound checks what every page must be, by its tree.
func TestPagesAreSound(t *testing.T) {
	for name, page := range pages(t) {
		t.Run(name, func(t *testing.T) {
			root := checkPage(t, page)
			level, feeds := 0, map[string]bool{}
			for n := range root.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				checkOwnElement(t, n)
				if next := headingLevel(n); next > level+1 {
					t.Errorf("heading %q of level %d follows level %d", text(n), next, level)
				} else if next > 0 {
					level = next
				}
				if n.Data == "link" && attr(n, "rel") == "alternate" {
					feeds[attr(n, "type")] = true
				}
			}
			for _, kind := range []string{"application/atom+xml", "application/rss+xml", "application/feed+json"} {
				if name != "problem" && !feeds[kind] {
					t.Errorf("announces no %s", kind)
				}
			}
		})
	}
}

// checkPage checks what a page must be whatever its entries hold.
func checkPage(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	count, ids := map[string]int{}, map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		if id := attr(n, "id"); id != "" && ids[id] {
			t.Errorf("two elements have the id %q", id)
		} else if id != "" {
			ids[id] = true
		}
		if n.Data == "script" && attr(n, "type") != "application/ld+json" {
			t.Errorf("a script of type %q", attr(n, "type"))
		}
		if n.Data == "nav" && attr(n, "aria-label") == "" {
			t.Error("a navigation without a name")
		}
		if n.Data == "img" && !has(n, "alt") {
			t.Errorf("no alt for %s", attr(n, "src"))
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
				t.Errorf("%s has %s=%q, which the policy forbids", n.Data, a.Key, a.Val)
			}
		}
	}
	for _, once := range []string{"html", "title", "h1", "main", "header", "footer"} {
		if count[once] != 1 {
			t.Errorf("%d of %s, want 1", count[once], once)
		}
	}
	for _, none := range []string{"style", "form", "iframe", "base"} {
		if count[none] != 0 {
			t.Errorf("%d of %s, want none", count[none], none)
		}
	}
	if !ids["main"] {
		t.Error("nothing to skip to")
	}
	return root
}

func headingLevel(n *html.Node) int {
	if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	return 0
}

// checkOwnElement checks what the sample pages, whose entries are well made,
// must have.
func checkOwnElement(t *testing.T, n *html.Node) {
	t.Helper()
	switch n.Data {
	case "html":
		if attr(n, "lang") == "" {
			t.Error("no language")
		}
	case "a":
		if attr(n, "href") == "" || text(n) == "" && attr(n, "aria-label") == "" {
			t.Errorf("a link to %q with the text %q", attr(n, "href"), text(n))
		}
	case "time":
		if attr(n, "datetime") == "" {
			t.Errorf("no datetime for %s", text(n))
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(out.String())
}

func TestHostileTitle(t *testing.T) {
	for name, page := range pages(t) {
		if strings.Contains(page, "<script>") {
			t.Errorf("%s: a title became markup:\n%s", name, page)
		}
	}
}

func TestChinesePage(t *testing.T) {
	all := pages(t)
	for name, wants := range map[string][]string{
		"category-zh": {`<html lang="zh-CN">`, "跳到正文", "订阅", `<time datetime="2026-03-02T13:07:00+08:00" class="dt-published">2026年3月2日 13:07`, "岸江晚报"},
		"entry-zh":    {`<html lang="zh-CN">`, `>返回江河新闻</a><span>｜</span><a href="../">返回首页</a>`, "阅读原文", "沈砚秋"},
		"home":        {`<html lang="en">`, `<h2 class="p-name" lang="zh-CN"><a class="u-url" href="./jianghe/">江河新闻</a></h2>`},
	} {
		for _, want := range wants {
			if !strings.Contains(all[name], want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

func TestPagesAreSmall(t *testing.T) {
	s := newSite(t)
	var entries []feed.Entry
	for i := range 120 {
		e := sample(i)
		e.Content.Body = strings.Repeat(fmt.Sprintf("<p>Reading %d of a long day on the river, with <em>markup</em> and a picture.</p>", i), 40) +
			fmt.Sprintf(`<img src="https://gauge.example/pictures/%d.jpg">`, i)
		entries = append(entries, e)
	}
	s.poll(t, "gauge", entries...)
	s.set.Limit = 120
	h := s.publisher().Handler()
	for _, path := range []string{"/", "/rivers/", "/all/"} {
		if page := body(t, request(t, h, "GET", path)); len(page) > 50_000 {
			t.Errorf("%s: %d bytes", path, len(page))
		}
	}
}
