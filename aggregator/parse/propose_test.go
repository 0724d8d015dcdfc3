package parse_test

import (
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// lists are pages of usual makes; each lists n entries with links /n/1, /n/2, …
var lists = map[string]func(n int) string{
	"articles with headings": func(n int) string {
		return repeat(n, `<article class="post post-%[1]d hentry"><h2><a href="/n/%[1]d">A story of number %[1]d</a></h2><time datetime="2024-03-0%[1]d">x</time><p>%[1]d times this and that happened on that very day.</p></article>`)
	},
	"a table": func(n int) string {
		return "<table><tr><th>Title<th>Date</tr>" + repeat(n, `<tr class="row"><td><a href="/n/%[1]d">Tender for the bridge %[1]d</a></td><td class="date">0%[1]d.03.2024</td></tr>`) + "</table>"
	},
	"a plain list": func(n int) string {
		return "<ul>" + repeat(n, `<li><a href="/n/%[1]d">Notice number %[1]d of this year</a></li>`) + "</ul>"
	},
	"cards that are links": func(n int) string {
		return `<div class="grid">` + repeat(n, `<a class="card" href="/n/%[1]d"><img src="p%[1]d.png"><h3>Card about %[1]d</h3><p>What the card about this thing says, more or less.</p></a>`) + "</div>"
	},
	"definition list": func(n int) string {
		return "<dl>" + repeat(n, `<dt>2024-03-0%[1]d</dt><dd><a href="/n/%[1]d">Release of version %[1]d</a></dd>`) + "</dl>"
	},
	"Chinese": func(n int) string {
		return `<div class="news_list"><ul>` + repeat(n, `<li><span>2022-02-1%[1]d</span><a href="/n/%[1]d">北京银行以数字化赋能重点民生领域之%[1]d</a></li>`) + "</ul></div>"
	},
}

// The first proposal for each page gives its entries and nothing else.
func TestPropose(t *testing.T) {
	const chrome = `<header><ul class="menu"><li><a href="/a">Products and more</a><li><a href="/b">About the company</a><li><a href="/c">Contact the company</a><li><a href="/d">Careers and jobs</a></ul></header>`
	const side = `<aside><ul><li><a href="/x">Most read of all stories</a><li><a href="/y">Second most read story</a><li><a href="/z">Third most read story</a></ul></aside><footer><a href="/i">Imprint</a></footer>`
	for name, list := range lists {
		page := "<!doctype html><html><body>" + chrome + "<main>" + list(7) + "</main>" + side + "</body></html>"
		got := parse.Propose(&fetch.Document{URL: "https://example.org/list", Header: http.Header{}, Body: []byte(page)})
		if len(got) == 0 {
			t.Errorf("%s: nothing is proposed", name)
			continue
		}
		var hrefs []string
		for i := range got[0].Items {
			hrefs = append(hrefs, strings.TrimPrefix(got[0].Items[i].Links[0].Href, "https://example.org/n/"))
		}
		if strings.Join(hrefs, " ") != "1 2 3 4 5 6 7" {
			t.Errorf("%s: %v gives %v", name, got[0].Options, hrefs)
		}
		// With more entries on the page the selectors find them, too.
		f, err := readAs(t, "html", strings.Replace(page, list(7), list(9), 1), feed.Options{"item": got[0].Options["item"]})
		if err != nil || len(f.Items) != 9 {
			t.Errorf("%s: later %v gives %+v, %v", name, got[0].Options, f, err)
		}
	}
	for name, page := range map[string]string{"no page": "%PDF-1.4", "one link": `<a href="/a">A single link only</a>`, "empty": ""} {
		if got := parse.Propose(&fetch.Document{URL: "https://example.org/", Header: http.Header{}, Body: []byte(page)}); len(got) > 0 {
			t.Errorf("%s: proposed %v", name, got)
		}
	}
}

// Whatever the page, looking for its feeds and its lists ends,
// and what is proposed works.
func FuzzPage(f *testing.F) {
	for _, list := range lists {
		f.Add([]byte(list(4)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, a := range parse.Alternates(someDocument(body)) {
			webOnly(t, a.URL)
			legalText(t, a.Title)
		}
		for _, p := range parse.Propose(someDocument(body)) {
			got, err := readAs(t, "html", string(body), p.Options)
			if err != nil || len(got.Items) != len(p.Items) {
				t.Fatalf("proposed %v: %v", p.Options, err)
			}
		}
	})
}

func BenchmarkPropose(b *testing.B) {
	page := "<html><body>" + lists["articles with headings"](100) + "</body></html>"
	b.ReportAllocs()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if len(parse.Propose(someDocument([]byte(page)))) == 0 {
			b.Fatal("nothing")
		}
	}
}
