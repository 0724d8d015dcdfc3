package parse_test

import (
	"fmt"
	"strings"
	"testing"

	"tributary/feed"
)

const newsSitemap = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://example.org/blog/old-page_one.html</loc><lastmod>2024-01-01</lastmod></url>
<url><loc> https://example.org/blog/news </loc><n:news><n:publication><n:name>The News</n:name><n:language>en</n:language></n:publication>
 <n:publication_date>2024-03-01T10:00:00Z</n:publication_date><n:title>It &amp; That</n:title><n:keywords>a, b</n:keywords></n:news>
 <image:image><image:loc>https://example.org/i.png</image:loc></image:image></url>
<url><loc>https://example.org/shop/x</loc><lastmod>2024-02-01</lastmod></url></urlset>`

func TestSitemap(t *testing.T) {
	f, err := readAs(t, "sitemap", newsSitemap, feed.Options{"include": "/blog/ /news/", "exclude": "/draft"})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Items) != 2 || f.Title.Body != "The News" {
		t.Fatalf("%d items of %q", len(f.Items), f.Title.Body)
	}
	it := f.Items[0]
	got := fmt.Sprint(it.Title.Body, "|", it.Published, "|", it.Language, "|", it.Categories, "|", links(&it), "|", it.Image.Href)
	if want := "It & That|2024-03-01T10:00:00Z|en|[{a  } {b  }]|alternate https://example.org/blog/news|https://example.org/i.png"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if it := f.Items[1]; it.Title.Body != "Old Page One" || it.Published != "2024-01-01" {
		t.Errorf("second %+v", it)
	}
}

func TestSitemapIndex(t *testing.T) {
	f, err := readAs(t, "sitemap", `<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2023-01-01</lastmod></sitemap>
		<sitemap><loc>https://example.org/b.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>`, nil)
	if err != nil || strings.Join(f.More, " ") != "https://example.org/b.xml.gz https://example.org/a.xml" || f.Restless {
		t.Errorf("%+v, %v", f, err)
	}
	f, err = readAs(t, "sitemap", `<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>`, nil)
	if err != nil || !f.Restless {
		t.Errorf("without dates: %+v, %v", f, err)
	}
}

func TestSitemapErrors(t *testing.T) {
	for body, want := range map[string]string{
		"":                          "the document is empty",
		"<html><body>x</html>":      "this is an HTML page, not a sitemap",
		"<rss version='2.0'></rss>": "this is a feed, not a sitemap",
		"<x/>":                      "this is no sitemap",
	} {
		if _, err := readAs(t, "sitemap", body, nil); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
	f, err := readAs(t, "sitemap", "<urlset><url><loc>https://example.org/a</loc></url><url><loc>x", nil)
	if err != nil || len(f.Items) != 1 || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "the 1 addresses before it are read") {
		t.Errorf("cut short: %+v, %v", f, err)
	}
	f, err = readAs(t, "sitemap", newsSitemap, feed.Options{"items": "1"})
	if err != nil || len(f.Items) != 1 || len(f.Notes) != 1 {
		t.Errorf("one only: %+v, %v", f, err)
	}
}
