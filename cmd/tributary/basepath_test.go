package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// A crawler follows every address of our own that it finds in any document.
type crawler struct {
	base  *url.URL          // of the site, with a slash at its end
	from  map[string]string // each address that was found → the first document that has it
	queue []string
	docs  map[string]string // what was read: address → media type
	wrong []string
}

// mostCrawled bounds how many documents are read.
const mostCrawled = 2000

// crawl reads a site from its home page on.
func crawl(t *testing.T, base string) *crawler {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c := &crawler{base: u, from: map[string]string{}, docs: map[string]string{}}
	c.found(u, base)
	c.found(u, base+"robots.txt")
	c.follow(t)
	return c
}

// follow reads what was found, and what is found in that.
func (c *crawler) follow(t *testing.T) {
	t.Helper()
	for len(c.queue) > 0 && len(c.docs) < mostCrawled {
		address := c.queue[0]
		c.queue = c.queue[1:]
		c.read(t, address)
	}
	if len(c.queue) > 0 {
		t.Errorf("there are more than %d documents", mostCrawled)
	}
}

// under reports whether an address belongs to the site.
func (c *crawler) under(u *url.URL) bool { return strings.HasPrefix(u.Path, c.base.Path) }

// found notes an address, as a document has it.
func (c *crawler) found(in *url.URL, reference string) {
	u, err := in.Parse(strings.TrimSpace(reference))
	if err != nil || u.Host != c.base.Host || u.Scheme != c.base.Scheme {
		return
	}
	u.Fragment = ""
	address := u.String()
	if _, known := c.from[address]; known {
		return
	}
	c.from[address] = in.String()
	if !c.under(u) {
		c.wrong = append(c.wrong, fmt.Sprintf("%s leads to %s, outside of the site", in, reference))
		return
	}
	c.queue = append(c.queue, address)
}

// read asks for an address, and looks for others in what comes.
func (c *crawler) read(t *testing.T, address string) {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	c.docs[address] = mediaOf(resp.Header)
	at := resp.Request.URL // where redirects led
	if resp.StatusCode != http.StatusOK || !c.under(at) || len(body) == 0 {
		c.wrong = append(c.wrong, fmt.Sprintf("%s in %s: %s at %s", address, c.from[address], resp.Status, at))
		return
	}
	c.look(t, at, resp.Header, body)
}

// look finds the addresses in a document.
func (c *crawler) look(t *testing.T, at *url.URL, header http.Header, body []byte) {
	t.Helper()
	for _, line := range header.Values("Link") {
		for _, link := range strings.Split(line, ",") {
			if reference, rel, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(link), "<"), ">"); ok && !strings.Contains(rel, `"hub"`) {
				c.found(at, reference)
			}
		}
	}
	switch media := mediaOf(header); {
	case media == "text/html":
		c.page(t, at, string(body))
	case media == "text/css":
		for _, m := range cssURL.FindAllStringSubmatch(string(body), -1) {
			c.found(at, strings.Trim(m[1], `"'`))
		}
	case strings.HasSuffix(media, "json"):
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			t.Errorf("%s: %v", at, err)
		}
		c.value(t, at, v)
	case strings.HasSuffix(media, "xml") && media != "image/svg+xml", media == "text/x-opml":
		c.xml(t, at, body)
	case media == "text/plain":
		for line := range strings.Lines(string(body)) {
			if _, reference, ok := strings.Cut(line, "Sitemap: "); ok {
				c.found(at, reference)
			}
		}
	}
}

func mediaOf(header http.Header) string {
	media, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return media
}

var cssURL = regexp.MustCompile(`url\(([^)]*)\)`)

// page looks at HTML, the JSON-LD and the Open Graph in it included.
func (c *crawler) page(t *testing.T, at *url.URL, text string) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "href", "src", "poster", "action", "formaction", "data", "cite":
				c.found(at, a.Val)
			case "srcset":
				for _, candidate := range strings.Split(a.Val, ", ") {
					c.found(at, strings.Fields(candidate)[0])
				}
			case "content", "value":
				if strings.Contains(a.Val, "://") {
					c.found(at, a.Val)
				}
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			var v any
			if err := json.Unmarshal([]byte(n.FirstChild.Data), &v); err != nil {
				t.Errorf("%s: JSON-LD: %v", at, err)
			}
			c.value(t, at, v)
		}
	}
}

// value looks at JSON: addresses, and HTML in it.
func (c *crawler) value(t *testing.T, at *url.URL, v any) {
	switch v := v.(type) {
	case string:
		c.text(t, at, v)
	case []any:
		for _, inner := range v {
			c.value(t, at, inner)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key != "hubs" {
				c.value(t, at, v[key])
			}
		}
	}
}

// xml looks at feeds, OPML and sitemaps: addresses in attributes and elements,
// and HTML in them.
func (c *crawler) xml(t *testing.T, at *url.URL, body []byte) {
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", at, err)
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			if slices.ContainsFunc(token.Attr, func(a xml.Attr) bool { return a.Name.Local == "rel" && a.Value == "hub" }) {
				continue
			}
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && a.Name.Local != "scheme" && a.Name.Local != "domain" {
					c.text(t, at, a.Value)
				}
			}
		case xml.CharData:
			c.text(t, at, string(token))
		}
	}
}

// text looks at a text that may be an address, or HTML.
func (c *crawler) text(t *testing.T, at *url.URL, text string) {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		c.found(at, text)
	case strings.HasPrefix(text, "<"):
		c.page(t, at, text)
	}
}

// illustratedFeed has more entries than pages and archives take, each with
// pictures and a relative link.
func illustratedFeed(pictures string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>江河</title><link>https://up.example/</link><description>d</description>`)
	for n := range 120 {
		fmt.Fprintf(&b, `<item><guid>https://up.example/%[1]d</guid><link>https://up.example/%[1]d</link><title>第 %[1]d 号</title><pubDate>%[2]s</pubDate><description>&lt;p&gt;一&lt;img src="%[3]s/%[4]d.png" srcset="%[3]s/%[4]d.png 1x, %[3]s/big.png 2x"&gt; &lt;a href="more"&gt;more&lt;/a&gt;&lt;/p&gt;</description><enclosure url="https://up.example/%[1]d.mp3" type="audio/mpeg" length="1"/><itunes:image href="%[3]s/cover.png"/></item>`,
			n, time.Date(2026, 3, 1, 0, n, 0, 0, time.UTC).Format(time.RFC1123Z), pictures, n%4)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// TestBasePath: of a site that is not at the root of its server, everything lies
// below base_url, wherever one begins to read: each address in pages, style,
// feeds of every format, archives, further pages, lists, sitemaps and what is
// for machines leads to something there. A proxy in front may take the path off.
func TestBasePath(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"/news", "/a/新闻"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			checkBasePath(t, base)
		})
	}
}

func checkBasePath(t *testing.T, path string) {
	address := freeAddress(t)
	d := serveBelow(t, address, path)
	site := (&url.URL{Scheme: "http", Host: address, Path: path + "/"}).String()
	c := crawl(t, site)
	c.report(t)
	term := site + url.PathEscape("江河") + "/"
	checkFound(t, c, site, term)
	// What nothing links to, and what a reader types.
	for ask, want := range map[string]int{
		site + "show/feed": 200, term + "atom.xml?page=2": 200, site + "mix/show+" + url.PathEscape("江河") + "/atom.xml": 200, site + "source/up/rss.xml": 200,
		d.url + "/show/": 200, d.url + "/": 200, strings.TrimSuffix(site, "/") + "letters/": 404, site + "nowhere": 404,
	} {
		if resp, _ := get(t, ask); resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", ask, resp.Status, want)
		}
	}
	for _, ask := range []string{term + "rss.xml?page=2", site + "source/up/feed.json", site + "nowhere", site + "mix/show+" + url.PathEscape("江河") + "/feed.json"} {
		c.wrong, c.from[ask] = nil, ask
		at, err := url.Parse(ask)
		if err != nil {
			t.Fatal(err)
		}
		resp, body := get(t, ask)
		c.look(t, at, resp.Header, body)
		c.follow(t)
		c.report(t)
	}
	for _, ask := range []string{strings.TrimSuffix(site, "/"), strings.TrimSuffix(term, "/"), site + "index.html"} {
		resp, _ := get(t, ask)
		to, err := resp.Location()
		if resp.StatusCode != http.StatusMovedPermanently || err != nil || !strings.HasPrefix(to.Path, path+"/") || !strings.HasSuffix(to.Path, "/") {
			t.Errorf("%s leads to %v with %s", ask, to, resp.Status)
		}
	}
	d.stop(t)
}

// serveBelow serves a site with a category of many entries and a podcast below a
// path.
func serveBelow(t *testing.T, address, path string) *process {
	t.Helper()
	g, dir := newGallery(t), t.TempDir()
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, illustratedFeed(g.URL)) // the client is gone: nobody to tell
	}))
	t.Cleanup(up.Close)
	config := writeFile(t, dir, "feeds.toml", fmt.Sprintf(`
[site]
title = "江河"
listen = %[1]q
base_url = "http://%[1]s%[2]s"
media_proxy = true
author = { name = "Ann", email = "ann@example.org" }
language = "zh-CN"
[hub]
enabled = true
[aggregator]
allow_networks = ["127.0.0.0/8"]
[category."江河"]
[category.show]
limit = 20
[category.show.podcast]
category = "News"
image = "https://example.org/cover.jpg"
[source.up]
url = %[3]q
categories = ["江河", "show"]
outline = { text = "Up", htmlUrl = "https://up.example/" }
`, address, path, up.URL+"/feed.xml"))
	must(t, "poll", "--all", "--config", config)
	return serveProcess(t, config, address)
}

// checkFound holds what was read to be all that there is.
func checkFound(t *testing.T, c *crawler, site, term string) {
	t.Helper()
	for _, want := range []string{
		site, term, term + "page/2/", term + "atom.xml", term + "rss.xml", term + "feed.json", term + "archive/1/atom.xml", term + "archive/2/feed.json", term + "archive/1/rss.xml",
		site + "show/rss.xml", site + "all/", site + "opml.xml", site + "robots.txt", site + "sitemap.xml", site + "sitemap/1.xml", site + "sitemap/news.xml", site + "sitemap/pages.xml",
	} {
		if c.docs[want] == "" {
			t.Errorf("nothing leads to %s", want)
		}
	}
	kinds := map[string]int{}
	for _, media := range c.docs {
		kinds[media]++
	}
	for media, least := range map[string]int{"text/html": 120 + 8, "text/css": 1, "image/png": 6, "image/svg+xml": 1, "application/atom+xml": 6, "application/rss+xml": 6, "application/feed+json": 6, "application/xml": 4} {
		if kinds[media] < least {
			t.Errorf("%d documents of %s were found, want %d: %v", kinds[media], media, least, kinds)
		}
	}
}

// report tells what is wrong, the first of it.
func (c *crawler) report(t *testing.T) {
	t.Helper()
	slices.Sort(c.wrong)
	for _, wrong := range c.wrong[:min(len(c.wrong), 20)] {
		t.Error(wrong)
	}
	if len(c.wrong) > 20 {
		t.Errorf("and %d more", len(c.wrong)-20)
	}
}
