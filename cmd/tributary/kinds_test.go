package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// A recorded is a server that remembers what it was asked for, and when.
type recorded struct {
	*httptest.Server
	mu   sync.Mutex
	asks []string
	at   []time.Time
}

func recordedServer(t testing.TB, h http.HandlerFunc) *recorded {
	t.Helper()
	r := &recorded{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		r.asks = append(r.asks, q.URL.RequestURI())
		r.at = append(r.at, time.Now())
		r.mu.Unlock()
		h(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

// take returns what was asked for since the last time.
func (r *recorded) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asks := r.asks
	r.asks, r.at = nil, nil
	return asks
}

const kindsHead = `
[aggregator]
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
[category.news]
label = "News"
`

// modelAPI is the upstream of the model site: a list of articles, and an
// article by its infoCode. The article is what the post of the seeds has.
func modelAPI(t *testing.T, post string) *recorded {
	t.Helper()
	between := func(from, to string) string {
		_, rest, ok := strings.Cut(post, from)
		text, _, found := strings.Cut(rest, to)
		if !ok || !found {
			t.Fatalf("the seed has nothing between %q and %q", from, to)
		}
		return text
	}
	title := between(`title: "`, "\"\n")
	body := between("---\n<p>", "\n\n<http")
	return recordedServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/javascript; charset=utf-8")
		answer := map[string]any{"code": 1, "message": ""}
		switch r.URL.Path {
		case "/api/list":
			answer["data"] = map[string]any{"list": []map[string]any{{
				"infoCode": "NW202202112273888693", "title": title, "showTime": "2022-02-11 13:07:57", "mediaName": "中国网财经",
			}, {
				"infoCode": "NW202202112273888692", "title": "另一篇", "showTime": "2022-02-11 12:00:00",
			}}, "next": ""}
		case "/api/article":
			text := "<p>" + body
			if r.URL.Query().Get("infoCode") != "NW202202112273888693" {
				text = "<p>另一篇的正文</p>"
			}
			answer["data"] = map[string]any{"content": text}
		default:
			http.NotFound(w, r)
			return
		}
		text, err := json.Marshal(answer)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, "callback(%s);", text)
	})
}

// TestModelUpstream follows an article of the model site from the API that
// lists it to the published post: the file that the site has, byte for byte.
// A second poll asks for no article that is stored.
func TestModelUpstream(t *testing.T) {
	const name = "2022-02-11-NW202202112273888693.md"
	want, err := os.ReadFile(testshared.Dir(t, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	api := modelAPI(t, string(want))
	dir := t.TempDir()
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf(`
[site]
title = "财经新闻"
language = "zh-CN"
base_url = "https://finews.withounder.com"
[aggregator]
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
[jekyll]
slug = '{{query .Link "infoCode"}}'
return_links = "[返回{{.Category.Label}}](//finews.withounder.com/category/{{.Category.Term}}.html)｜[返回首页](//finews.withounder.com/)"
[category.zhongguowangcaijing]
label = "中国网财经新闻"
[source.finews]
url = "%s/api/list"
kind = "json"
categories = ["zhongguowangcaijing"]
[source.finews.options]
items = ".data.list[]"
id = ".infoCode"
link = '"http://finews.zning.xyz/html_News/NewsShare.html?infoCode=" + .infoCode'
date = ".showTime"
date_zone = "Asia/Shanghai"
detail = '"/api/article?infoCode=\(.infoCode)"'
detail_content = ".data.content"
`, api.URL))
	r := must(t, "poll", "--verbose", "--config", config)
	if !strings.Contains(r.out, "2 new, 0 updated") || !strings.Contains(r.out, "the text of 2 new entries is from documents of their own") {
		t.Errorf("poll says %s", r.out)
	}
	asked := strings.Join(api.take(), " ")
	if asked != "/api/list /api/article?infoCode=NW202202112273888692 /api/article?infoCode=NW202202112273888693" {
		t.Errorf("asked for %s", asked)
	}
	out := filepath.Join(dir, "jekyll")
	must(t, "build", "--jekyll", "--out", out, "--config", config)
	got, err := os.ReadFile(filepath.Join(out, "_posts", name))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n got %q\nwant %q", name, got, want)
	}
	// What is the same is not read again; another list leads to no stored article.
	writeFile(t, dir, "feeds.toml", strings.Replace(readText(t, config), `id = ".infoCode"`, `id = ".infoCode"`+"\nauthor = \".mediaName\"", 1))
	r = must(t, "poll", "--all", "--verbose", "--config", config)
	if !strings.Contains(r.out, "0 new, 1 updated, 1 unchanged") {
		t.Errorf("second poll says %s", r.out)
	}
	if asked := strings.Join(api.take(), " "); asked != "/api/list" {
		t.Errorf("second poll asked for %s", asked)
	}
	r = must(t, "entries", "zhongguowangcaijing", "--json", "--config", config)
	if !strings.Contains(r.out, "中国网财经") {
		t.Errorf("the author is not there: %s", r.out)
	}
	must(t, "build", "--jekyll", "--out", out, "--config", config)
	if again := readText(t, filepath.Join(out, "_posts", name)); !strings.Contains(again, "立足首都，服务为民") {
		t.Errorf("the update lost the article's text: %s", again)
	}
}

func readText(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestHTMLSource reads a page without a feed: three pages at first, then only
// as far as there is something new.
func TestHTMLSource(t *testing.T) {
	var newest atomic.Int64
	newest.Store(9)
	up := recordedServer(t, func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page")) // none: the first
		var b strings.Builder
		b.WriteString(`<!doctype html><html lang="en"><title>Notices</title><nav><a href="/">Home</a></nav><ul>`)
		first := int(newest.Load()) - 2*page
		for n := first; n > first-2 && n > 0; n-- {
			fmt.Fprintf(&b, `<li class="n"><a href="notice/%d"><b>Notice</b> %d</a> <span class="d">%02d.03.2024 10:30</span><p>About <i>%d</i>.</p></li>`, n, n, n, n)
		}
		fmt.Fprintf(&b, `</ul><a rel="next" href="?page=%d">older</a></html>`, page+1)
		fmt.Fprint(w, b.String())
	})
	config := writeFile(t, t.TempDir(), "feeds.toml", kindsHead+fmt.Sprintf(`
[source.notices]
url = "%s/list/"
kind = "html"
categories = ["news"]
options = { item = "li.n", date = ".d", date_layout = "02.01.2006 15:04", date_zone = "Europe/Vienna", summary = "p", next = "a[rel=next]", pages = 3 }
`, up.URL))
	r := must(t, "poll", "--verbose", "--config", config)
	if !strings.Contains(r.out, "6 new") {
		t.Errorf("first poll: %s", r.out)
	}
	if asked := strings.Join(up.take(), " "); asked != "/list/ /list/?page=1 /list/?page=2" {
		t.Errorf("first poll asked for %s", asked)
	}
	r = must(t, "entries", "news", "--json", "--config", config)
	for _, part := range []string{`"Notice 9"`, up.URL + "/list/notice/9", "2024-03-09T10:30:00+01:00"} {
		if !strings.Contains(r.out, part) {
			t.Errorf("entries lack %s:\n%s", part, r.out)
		}
	}
	newest.Store(10)
	r = must(t, "poll", "--all", "--verbose", "--config", config)
	if !strings.Contains(r.out, "1 new, 0 updated, 3 unchanged") {
		t.Errorf("second poll: %s", r.out)
	}
	if asked := strings.Join(up.take(), " "); asked != "/list/ /list/?page=1" {
		t.Errorf("second poll asked for %s", asked)
	}
}

// TestExecSource reads what a command writes, in a clean environment, and
// ends one that hangs or writes too much.
func TestExecSource(t *testing.T) {
	t.Setenv("TRIBUTARY_SECRET", "hunter2")
	dir := t.TempDir()
	script := writeFile(t, dir, "feed.sh", `#!/bin/sh
case "$1" in
hang) sleep 60 & sleep 60 ;;
flood) while :; do echo '<rss>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</rss>'; done ;;
fail) echo "no luck today" >&2; exit 3 ;;
esac
cat <<END
<rss version="2.0"><channel><title>T</title><link>https://example.com/</link><description>D</description>
<item><guid isPermaLink="false">1</guid><link>https://example.com/1</link><title>$1 [$TRIBUTARY_SECRET] $TRIBUTARY_SOURCE in $(basename "$PWD")</title></item></channel></rss>
END
`)
	if err := os.Chmod(script, 0o755); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(kindsHead, "[category", "allow_exec = true\ntimeout = \"2s\"\nmax_body = \"1 MiB\"\n[category", 1)
	for _, word := range []string{"a word; echo", "hang", "flood", "fail"} {
		text += fmt.Sprintf("[source.%s]\ncommand = [\"./feed.sh\", %q]\ncategories = [\"news\"]\n", strings.Fields(word)[0], word)
	}
	config := writeFile(t, dir, "feeds.toml", text)
	began := time.Now()
	r := tributary(t, "poll", "--verbose", "--config", config)
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("the poll took %s", took)
	}
	for _, part := range []string{"did not end within 2s", "writes more than 1048576 bytes", `exit status 3: "no luck today"`} {
		if !strings.Contains(r.stderr, part) {
			t.Errorf("poll does not say %q:\n%s", part, r.stderr)
		}
	}
	r = must(t, "entries", "news", "--json", "--config", config)
	if !strings.Contains(r.out, "a word; echo [] a in "+filepath.Base(dir)) {
		t.Errorf("entries: %s", r.out)
	}
}

// TestFullTextSource publishes the texts of entries' own pages, each asked for
// once in its life, and falls back to the feed's.
func TestFullTextSource(t *testing.T) {
	text := strings.Repeat("<p>The harbour is to be deepened, the council has decided after long debates, and work begins in spring.</p>", 5)
	var items atomic.Int64
	items.Store(3)
	up := recordedServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case path == "/feed":
			var b strings.Builder
			for i := items.Load(); i > 0; i-- {
				fmt.Fprintf(&b, "<item><guid isPermaLink=\"false\">%d</guid><title>Story %d</title><link>/story/%d?utm_source=feed</link><description>In short: %d.</description></item>", i, i, i, i)
			}
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><link>http://%s/</link><description>D</description>%s</channel></rss>`, r.Host, b.String())
		case path == "/story/2":
			http.NotFound(w, r)
		default:
			fmt.Fprintf(w, `<html><head><title>x</title><link rel="canonical" href="%s"></head><body><nav>Menu</nav><article><h1>Story</h1>%s<p>%s</p><p class="promo">Subscribe!</p></article></body></html>`, path, text, path)
		}
	})
	dir := t.TempDir()
	config := writeFile(t, dir, "feeds.toml", kindsHead+fmt.Sprintf(`
[source.stories]
url = "%s/feed"
categories = ["news"]
full_text = true
full_text_remove = ".promo"
`, up.URL))
	r := must(t, "poll", "--verbose", "--config", config)
	for _, part := range []string{"3 new", "the text of 2 new entries is from documents of their own", "1 new entry has what the source itself says", "/story/2?utm_source=feed: the server answered 404"} {
		if !strings.Contains(r.out, part) {
			t.Errorf("poll does not say %q:\n%s", part, r.out)
		}
	}
	up.take()
	items.Store(4)
	must(t, "poll", "--all", "--config", config)
	if asked := strings.Join(up.take(), " "); asked != "/feed /story/4?utm_source=feed" {
		t.Errorf("second poll asked for %s", asked)
	}
	out := filepath.Join(dir, "site")
	must(t, "build", "--check", "--out", out, "--config", config)
	atom := readText(t, filepath.Join(out, "news", "atom.xml"))
	for part, n := range map[string]int{"deepened": 15, "Subscribe": 0, "Menu": 0, "In short: 2.": 1} {
		if got := strings.Count(atom, part); got != n {
			t.Errorf("%q is %d times in the feed, want %d", part, got, n)
		}
	}
}

// TestSitemapSource reads an index of sitemaps without dates, which never
// changes itself.
func TestSitemapSource(t *testing.T) {
	var pages atomic.Int64
	pages.Store(2)
	up := recordedServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		if r.URL.Path == "/sitemap.xml" {
			fmt.Fprintf(w, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://%s/news.xml</loc></sitemap></sitemapindex>`, r.Host)
			return
		}
		fmt.Fprint(w, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for i := range pages.Load() {
			fmt.Fprintf(w, `<url><loc>http://%s/news/the-%d-th-story</loc><lastmod>2024-03-%02d</lastmod></url>`, r.Host, i+1, i+1)
		}
		fmt.Fprint(w, `</urlset>`)
	})
	config := writeFile(t, t.TempDir(), "feeds.toml", kindsHead+fmt.Sprintf("[source.map]\nurl = \"%s/sitemap.xml\"\nkind = \"sitemap\"\ncategories = [\"news\"]\n", up.URL))
	if r := must(t, "poll", "--config", config); !strings.Contains(r.out, "2 new") {
		t.Errorf("first poll: %s", r.out)
	}
	pages.Store(3)
	if r := must(t, "poll", "--all", "--config", config); !strings.Contains(r.out, "1 new, 0 updated, 2 unchanged") {
		t.Errorf("second poll: %s", r.out)
	}
	if r := must(t, "entries", "news", "--json", "--config", config); !strings.Contains(r.out, `"The 3 Th Story"`) {
		t.Errorf("entries: %s", r.out)
	}
}
