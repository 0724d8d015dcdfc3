package render_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"tributary/feed"
	"tributary/internal/publishedcheck"
	"tributary/publisher/render"
)

var update = flag.Bool("update", false, "rewrite the golden documents; read the difference")

var (
	east = time.FixedZone("", 8*3600)
	seen = time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC)
)

func plain(s string) feed.Text  { return feed.Text{Body: s} }
func markup(s string) feed.Text { return feed.Text{Type: feed.TextHTML, Body: s} }

// filed completes a page's entries as a poll would, newest first.
func filed(p *render.Page, entries ...feed.Entry) *render.Page {
	for i := range entries {
		e := &entries[i]
		if e.Source == "" {
			e.Source = "gauge"
		}
		e.ID = feed.Identify(e.Source, e.UpstreamID, e.Alternate(), feed.DigestOf(e.Title.Body, e.Content.Body))
		e.Received, e.Modified = seen, seen
		e.Order = seen.Add(-time.Duration(i) * time.Microsecond)
	}
	p.Entries = entries
	p.Sources["gauge"] = &render.Source{
		Name: "The Gauge House", URL: "https://gauge.example/feed.xml",
		Feed: feed.Feed{ID: "tag:gauge.example,2026:feed", Links: link("https://gauge.example/"), Updated: seen.Add(-time.Hour)},
	}
	return p
}

func link(href string) []feed.Link { return []feed.Link{{Rel: feed.RelAlternate, Href: href}} }

func normalPage() *render.Page {
	west := time.FixedZone("", -(3*3600 + 1800))
	return filed(page(),
		feed.Entry{
			UpstreamID: "https://gauge.example/2026/03/ferry", Title: plain("The chain ferry at Aldmere runs again"),
			Summary: plain("Eleven weeks in dry dock, and a new chain."),
			Content: markup(`<p>After eleven weeks the ferry crossed with four cars &amp; a horse. <a href="https://gauge.example/levels">Levels</a> are measured every hour.</p>`),
			Authors: []feed.Person{{Name: "Ida Holm", URI: "https://gauge.example/ida", Email: "ida@gauge.example"}, {Name: "T. Okafor"}}, Contributors: []feed.Person{{Name: "Per Lund"}},
			Categories: []feed.Category{{Term: "ferries", Label: "Ferries & chains"}, {Term: "aldmere", Scheme: "https://gauge.example/places"}},
			Rights:     plain("© 2026 The Gauge House"), Language: "en-GB",
			Links: append(link("https://gauge.example/2026/03/ferry"),
				feed.Link{Rel: feed.RelReplies, Href: "https://gauge.example/2026/03/ferry#talk", Type: "text/html"}, feed.Link{Rel: feed.RelRelated, Href: "https://gauge.example/2026/02/dock"}),
			Published: time.Date(2026, 3, 2, 6, 40, 0, 0, west), Updated: time.Date(2026, 3, 2, 9, 15, 0, 0, west),
		},
		feed.Entry{
			UpstreamID: "urn:uuid:7d1d7a31-4a5f-4c3e-9a53-0c3a4c1b2d77", Title: plain("An hour under the weir, recorded"),
			Content: markup("<p>Gravel on the move, two eels and a bicycle bell.</p>"), Links: append(link("https://gauge.example/2026/02/listening"),
				feed.Link{Rel: feed.RelEnclosure, Href: "https://gauge.example/audio/weir.mp3", Type: "audio/mpeg", Length: 31_457_280, Title: "weir.mp3"}),
			Image: "https://gauge.example/weir.jpg", Duration: time.Hour + 2*time.Minute + 3*time.Second, Season: 2, Episode: 13, Point: "45.256 -71.92",
			InReplyTo: []feed.Reference{{Ref: "tag:gauge.example,2026:1", Href: "https://gauge.example/2026/01/ferry", Source: "https://gauge.example/feed", Type: "text/html"}},
			Published: time.Date(2026, 2, 24, 18, 5, 0, 0, time.UTC),
		})
}

func chinesePage() *render.Page {
	p := page()
	p.Site.Language, p.Category = "zh-CN", render.Category{Term: "水文", Label: "水文", Description: "沿江各站水位与汛情。"}
	return filed(p,
		feed.Entry{
			UpstreamID: "anjiang-2026-0302", Title: plain("春汛将至 沿江三县加固堤防"), Language: "zh-CN",
			Content: markup("<p>据水文站消息，今年春汛预计较往年提前一周。沿江三县已组织人员巡查堤防。</p>"), Authors: []feed.Person{{Name: "沈砚秋"}},
			Categories: []feed.Category{{Term: "水文"}, {Term: "堤防"}}, Links: link("https://anjiang.example/新闻/0302.html?栏目=水文"),
			Published: time.Date(2026, 3, 2, 13, 7, 0, 0, east),
		},
		feed.Entry{
			UpstreamID: "https://安江.example/2026/0301", Title: plain("老码头茶馆重新开门，头一壶茶送给摆渡人"), Language: "zh-Hant-TW",
			Content: markup("<p>修繕了整整一個冬天，臨江的老碼頭茶館昨日清晨重新開門。</p>"), Links: link("https://安江.example/2026/0301"),
			Published: time.Date(2026, 3, 1, 9, 30, 0, 0, east),
		})
}

// joinedPage has a story that three sources have brought.
func joinedPage() *render.Page {
	p := page()
	p.Sources["agency"] = &render.Source{Name: "The <Agency> & Co"}
	p = filed(p, feed.Entry{
		UpstreamID: "https://gauge.example/ferry", Title: plain("The ferry is back"), Content: markup("<p>It crossed with four cars and a horse.</p>"),
		Links: link("https://gauge.example/ferry"), Published: time.Date(2026, 3, 2, 6, 40, 0, 0, time.UTC),
	})
	p.Entries[0].Also = []feed.Also{
		{Entry: feed.EntryID{1}, Source: "agency", Href: "https://agency.example/渡船?a=1&b=2", Title: `Ferry "runs" & <crosses>`},
		{Entry: feed.EntryID{2}, Source: "nobody", Href: "https://nobody.example/1"},
		{Entry: feed.EntryID{3}, Source: "agency", Href: "https://gauge.example/ferry", Title: "The same page"},
		{Entry: feed.EntryID{4}, Source: "agency", Href: "javascript:alert(1)"},
		{Entry: feed.EntryID{5}, Source: "agency"},
	}
	return p
}

func emptyPage() *render.Page { return filed(page()) }

// hostilePage is what a careless or a malicious upstream could have stored:
// its HTML is sanitised, everything else is as it came.
func hostilePage() *render.Page {
	p := page()
	p.Sources["other"] = &render.Source{Name: "mail@other.example <b>News</b>", URL: "not a URL", Feed: feed.Feed{ID: "no IRI", Updated: time.Date(2103, 1, 1, 0, 0, 0, 0, time.UTC)}}
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return filed(p,
		feed.Entry{
			UpstreamID: "1", Title: plain("a\x00b\x0bc\x1b\u0085d\ufffd\uffff ]]> </title><b>&lt;e&gt;</b> &copy; S&P500"), Published: midnight,
			Summary: markup("<p>]]&gt; ]]></p>"), Content: markup("<p>]]> &lt;![CDATA[ \x01 &amp;amp;</p>"), Links: link("https://gauge.example/a b?q=<\"'>#1#2"),
			Authors:    []feed.Person{{Name: "editor@gauge.example"}, {Name: "Ida <ida@gauge.example>", Email: "no address"}, {Name: "<b>Bold</b>", URI: "javascript:alert(1)"}, {Name: "\x00"}},
			Categories: []feed.Category{{Term: ""}, {Term: "<b>bold</b>", Label: "&amp; more", Scheme: "no scheme"}, {Term: "R&D"}},
		},
		feed.Entry{UpstreamID: "http://GAUGE.example:80/%7euser", Content: markup("<p>No title, no link, a time zone of seconds.</p>"), Published: midnight.In(time.FixedZone("", 29143))},
		feed.Entry{UpstreamID: "http://gauge.example/1770", Title: plain("Too old"), Links: link("/relative"), Published: time.Date(1770, 1, 1, 0, 0, 0, 0, time.UTC)},
		feed.Entry{UpstreamID: "http://gauge.example/2999", Title: plain("Yet to come"), Links: link("feed://gauge.example/x"), Published: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC), Updated: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)},
		feed.Entry{Title: plain("Neither id, link, body nor date")},
		feed.Entry{Content: markup(`<p><img src="https://gauge.example/p.png" alt=""></p>`), Links: link("mailto:editor@gauge.example")},
		feed.Entry{UpstreamID: "https://shared.example/1", Title: plain("Two sources have it"), Links: link("https://shared.example/1"), Published: midnight},
		feed.Entry{Source: "other", UpstreamID: "https://shared.example/1", Title: plain("Two sources have it, again"), Links: link("https://shared.example/1"), Published: midnight},
		feed.Entry{
			Image: "javascript:alert(1)", Duration: -time.Second, Season: -1, Episode: -1,
			InReplyTo: []feed.Reference{{Ref: "no IRI\x00"}, {Ref: "relative", Href: "feed://gauge.example/x", Type: "nonsense"}, {Ref: "urn:x:\"<&>", Href: "https://gauge.example/a b", Source: "javascript:alert(1)"}},
			Source:    "other", UpstreamID: "urn:uuid:nonsense", Title: plain("Several enclosures"), Language: "English", Published: midnight,
			Links: []feed.Link{
				{Rel: feed.RelEnclosure, Href: "https://gauge.example/a.mp3", Type: "audio", Length: -1}, {Rel: feed.RelEnclosure, Href: "https://gauge.example/b.jpg", Type: "image/jpeg", Length: 5_000_000_000},
				{Rel: feed.RelEnclosure, Href: "javascript:alert(1)"}, {Rel: feed.RelEnclosure, Href: "magnet:?xt=urn:btih:1"}, {Rel: feed.RelReplies, Href: "ftp://gauge.example/é", Type: "nonsense", HrefLang: "nonsense"},
			},
		},
		feed.Entry{UpstreamID: "tag:gauge.example,2026-13-45:x", Title: plain(strings.Repeat("So long a title. ", 200)), Content: markup("<p>" + strings.Repeat("汛", 2000) + "</p>"), Updated: midnight},
	)
}

var pages = []struct {
	name string
	page func() *render.Page
}{{"normal", normalPage}, {"chinese", chinesePage}, {"hostile", hostilePage}, {"empty", emptyPage}, {"joined", joinedPage}}

// written are the documents of a page by their names in a site's folder.
func written(t testing.TB, p *render.Page) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, f := range render.Formats {
		if f.Feed || f.Name == "opml" {
			out[f.File] = document(t, f, p)
		}
	}
	return out
}

func TestGoldenFeeds(t *testing.T) {
	for _, tt := range pages {
		t.Run(tt.name, func(t *testing.T) {
			again := written(t, tt.page())
			for file, doc := range written(t, tt.page()) {
				if !bytes.Equal(doc, again[file]) {
					t.Errorf("%s is not the same twice", file)
				}
				golden(t, filepath.Join("testdata", "feeds", tt.name+"."+file), doc)
			}
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was; see the difference after go test -update", path)
	}
}

// TestFeedsAreValid has validators and a reader look at all pages at once.
func TestFeedsAreValid(t *testing.T) {
	site := t.TempDir()
	for _, tt := range pages {
		for file, doc := range written(t, tt.page()) {
			folder := filepath.Join(site, tt.name)
			if file == "opml.xml" {
				folder = site
			}
			if err := os.MkdirAll(folder, 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, file), doc, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	publishedcheck.Dir(t, site)
}

// TestReadBack has gofeed find the page's entries in each format.
func TestReadBack(t *testing.T) {
	for _, p := range []*render.Page{normalPage(), chinesePage(), joinedPage()} {
		for file, doc := range written(t, p) {
			if file == "opml.xml" {
				continue
			}
			got, err := gofeed.NewParser().Parse(bytes.NewReader(doc))
			if err != nil || len(got.Items) != len(p.Entries) {
				t.Fatalf("%s: %v, %d entries, want %d", file, err, len(got.Items), len(p.Entries))
			}
			for i, item := range got.Items {
				e := &p.Entries[i]
				if item.GUID != render.EntryID(e) || strings.Contains(item.Link, "agency.example") || item.Title != e.Title.Body || !item.PublishedParsed.Equal(e.Date()) {
					t.Errorf("%s: %q %q of %s, want %q %q of %s", file, item.GUID, item.Title, item.Published, render.EntryID(e), e.Title.Body, e.Date())
				}
			}
		}
	}
}
