package main

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
)

// sitemapSchema is the schema that sitemaps are held to.
func sitemapSchema(t *testing.T) string {
	return filepath.Join(testshared.Root(t), "publisher", "render", "testdata", "sitemap.rnc")
}

// The schema takes what the documentation of the protocol shows, and refuses
// what it forbids: without that the next test would say nothing.
func TestSitemapSchema(t *testing.T) {
	t.Parallel()
	const begin = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`
	page := func(inner string) string { return begin + "<url>" + inner + "</url></urlset>" }
	const loc = "<loc>http://www.example.org/business/article55.html</loc>"
	news := func(language, date, title string) string {
		return page(loc + "<news:news><news:publication><news:name>The Example Times</news:name><news:language>" + language +
			"</news:language></news:publication>" + date + title + "</news:news>")
	}
	const date, title = "<news:publication_date>2008-12-23</news:publication_date>", "<news:title>Companies A, B in Merger Talks</news:title>"
	good := map[string]string{
		"page": page(loc + "<lastmod>2005-01-01</lastmod><changefreq>monthly</changefreq><priority>0.8</priority>"),
		"loc":  page(loc), "escaped": page("<loc>http://www.example.org/%E6%96%B0%E9%97%BB/?a=1&amp;b=2</loc><lastmod>2004-12-23T18:00:15+00:00</lastmod>"),
		"index": `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>` + loc + "<lastmod>2004-10-01T18:23:17+00:00</lastmod></sitemap></sitemapindex>",
		"news":  news("en", date, title), "news-zh": news("zh-cn", "<news:publication_date>2008-12-23T10:00+08:00</news:publication_date>", title),
	}
	bad := map[string]string{
		"no-loc": page("<lastmod>2005-01-01</lastmod>"), "relative": page("<loc>/business/article55.html</loc>"), "unescaped": page("<loc>http://www.example.org/新闻/</loc>"),
		"two-locs": page(loc + loc), "no-zone": page(loc + "<lastmod>2004-12-23T18:00:15</lastmod>"), "no-date": page(loc + "<lastmod>yesterday</lastmod>"),
		"order": page("<lastmod>2005-01-01</lastmod>" + loc), "priority": page(loc + "<priority>1.5</priority>"), "changefreq": page(loc + "<changefreq>often</changefreq>"),
		"empty": begin + "</urlset>", "no-namespace": "<urlset><url>" + loc + "</url></urlset>", "sitemap": begin + "<sitemap>" + loc + "</sitemap></urlset>",
		"long": page("<loc>http://www.example.org/" + strings.Repeat("x", 2048) + "</loc>"), "attribute": page(`<loc hreflang="en">http://www.example.org/</loc>`),
		"language": news("zh-CN", date, title), "no-title": news("en", date, ""), "no-words": news("en", date, "<news:title> </news:title>"), "undated": news("en", "", title),
		"dated-badly": news("en", "<news:publication_date>Tue, 23 Dec 2008 10:00:00 GMT</news:publication_date>", title),
	}
	docs := map[string][]byte{}
	for name, text := range good {
		docs["good-"+name+".xml"] = []byte(text)
	}
	for name, text := range bad {
		docs["bad-"+name+".xml"] = []byte(text)
	}
	problems := publishedcheck.Jing(t, sitemapSchema(t), docs)
	for name := range docs {
		if isBad := strings.HasPrefix(name, "bad-"); isBad != (len(problems[name]) > 0) {
			t.Errorf("%s: %q", name, problems[name])
		}
	}
}

// crawlable returns a feed with more entries than a part of a sitemap has, most
// of them old, some of today and in Chinese.
func crawlable(now time.Time) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>江河</title><link>https://up.example/</link><description>d</description>`)
	item := func(id, title string, at time.Time) {
		fmt.Fprintf(&b, "<item><guid>https://up.example/%s</guid><link>https://up.example/%s</link><title>%s</title><pubDate>%s</pubDate><description>一</description></item>\n", id, id, title, at.Format(time.RFC1123Z))
	}
	for n := range 1040 {
		item(fmt.Sprint(n), fmt.Sprintf("Reading %d", n), now.Add(-time.Duration(100+n)*time.Hour))
	}
	item("水位", "水位 &lt; 3 米 &amp;amp; “更高” 🌊", now.Add(-time.Hour))
	item("quotes", `It's &quot;&gt;&lt;b&gt; ]]&gt;`, now.Add(-2*time.Hour))
	b.WriteString("</channel></rss>")
	return b.String()
}

// Sitemaps of serve, and those of the site as files, are what the protocol and
// the news extension say: with two parts, with news, with addresses beyond
// ASCII, and without anything to tell.
func TestSitemapsAreValid(t *testing.T) {
	t.Parallel()
	dir, address := t.TempDir(), freeAddress(t)
	feed := writeFile(t, dir, "up.xml", crawlable(time.Now()))
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf("[site]\ntitle = \"江河 & <Rivers>\"\nlisten = %q\nbase_url = \"http://%s/新闻\"\n[category.\"江河\"]\nlanguage = \"zh-CN\"\n[source.up]\nurl = %q\ncategories = [\"江河\"]\n",
		address, address, fileURL(feed)))
	site := filepath.Join(dir, "site")
	must(t, "build", "--config", config, "--out", site)
	empty := sitemapFiles(t, site)
	if n := len(locsOf(t, empty["news.xml"])); n != 0 || len(empty) != 3 {
		t.Errorf("there are %d news of nothing, in %d sitemaps", n, len(empty))
	}
	// The schema wants a page at least. Google says to leave the news empty when
	// there is none, which is better for crawlers than a sitemap that comes and goes.
	delete(empty, "news.xml")
	checkSchema(t, "of nothing", empty)

	must(t, "poll", "--all", "--config", config)
	d := serveProcess(t, config, address)
	docs := sitemapsOf(t, d.url)
	checkSchema(t, "of serve", docs)
	if names := slices.Sorted(maps.Keys(docs)); !slices.Equal(names, []string{"1.xml", "2.xml", "news.xml", "pages.xml", "sitemap.xml"}) {
		t.Errorf("the sitemaps are %q", names)
	}
	checkNews(t, docs["news.xml"])
	if pages := string(docs["pages.xml"]); !strings.Contains(pages, "<loc>http://"+address+"/%E6%96%B0%E9%97%BB/%E6%B1%9F%E6%B2%B3/</loc>") {
		t.Errorf("the Chinese category's page is not listed:\n%s", pages)
	}
	for name, doc := range docs {
		for _, loc := range locsOf(t, doc)[:2] {
			if resp, _ := get(t, loc); resp.StatusCode != http.StatusOK {
				t.Errorf("%s of %s: %s", loc, name, resp.Status)
			}
		}
	}
	d.stop(t)
	must(t, "build", "--config", config, "--out", site)
	files := sitemapFiles(t, site)
	checkSchema(t, "as files", files)
	if len(files) != len(docs) {
		t.Errorf("%d sitemaps are files, %d are served", len(files), len(docs))
	}
}

// checkSchema holds sitemaps to the schema.
func checkSchema(t *testing.T, which string, docs map[string][]byte) {
	t.Helper()
	for name, problems := range publishedcheck.Jing(t, sitemapSchema(t), docs) {
		t.Errorf("%s, %s: %q", which, name, problems[:min(5, len(problems))])
	}
}

// sitemapFiles returns the sitemaps of a site of files, by their names.
func sitemapFiles(t *testing.T, site string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(site, "sitemap", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string][]byte{}
	for _, path := range append(paths, filepath.Join(site, "sitemap.xml")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs[filepath.Base(path)] = text
	}
	return docs
}

// checkNews holds the news to its two entries, in their own words.
func checkNews(t *testing.T, doc []byte) {
	t.Helper()
	var news struct {
		Titles []string `xml:"url>news>title"`
		Names  []string `xml:"url>news>publication>name"`
	}
	if err := xml.Unmarshal(doc, &news); err != nil {
		t.Fatal(err)
	}
	if want := []string{"水位 < 3 米 & “更高” 🌊", `It's "> ]]>`}; !slices.Equal(news.Titles, want) {
		t.Errorf("the news is %q, want %q", news.Titles, want)
	}
	if want := "江河 & <Rivers>"; len(news.Names) == 0 || news.Names[0] != want {
		t.Errorf("it is published by %q, want %q", news.Names, want)
	}
}

// sitemapsOf goes from robots.txt to the index to its sitemaps, and returns them
// by the names of their files.
func sitemapsOf(t *testing.T, root string) map[string][]byte {
	t.Helper()
	_, robots := get(t, root+"/robots.txt")
	_, address, ok := strings.Cut(string(robots), "Sitemap: ")
	if !ok {
		t.Fatalf("robots.txt names no sitemap:\n%s", robots)
	}
	_, index := get(t, strings.TrimSpace(address))
	docs := map[string][]byte{"sitemap.xml": index}
	for _, loc := range locsOf(t, index) {
		resp, text := get(t, loc)
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/xml") {
			t.Errorf("%s: %s %s", loc, resp.Status, resp.Header.Get("Content-Type"))
		}
		docs[filepath.Base(loc)] = text
	}
	return docs
}

// locsOf returns the addresses that a sitemap lists.
func locsOf(t *testing.T, doc []byte) []string {
	t.Helper()
	var list struct {
		Items []struct {
			Loc string `xml:"loc"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(doc, &list); err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	out := make([]string, len(list.Items))
	for i := range list.Items {
		out[i] = list.Items[i].Loc
		if u, err := url.Parse(out[i]); err != nil || !u.IsAbs() {
			t.Errorf("%q is no address", out[i])
		}
	}
	return out
}
