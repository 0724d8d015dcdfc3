package normalise_test

import (
	"slices"
	"testing"
	"time"

	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

var source = &feed.Source{ID: "news", URL: "https://site.example/feed.xml", Categories: []string{"world", "china", "world"}}

func htmlText(s string) parse.Text { return parse.Text{Type: feed.TextHTML, Body: s} }

func alternate(href string) []parse.Link {
	return []parse.Link{{Link: feed.Link{Href: href, Rel: feed.RelAlternate}}}
}

func entries(items ...parse.Item) []feed.Entry {
	_, out := normalise.New().Feed(source, &parse.Feed{Items: items})
	return out
}

func TestEntry(t *testing.T) {
	in := parse.Item{
		ID:         "  urn:X%20y ",
		Base:       "/2022/",
		Language:   "zh-cn",
		Title:      htmlText("升级“惠民金融”\n  <b>AT&amp;T</b> "),
		Content:    htmlText(`<p><img src="a.png"></p>`),
		Summary:    parse.Text{Body: " a < b\nc "},
		Links:      append([]parse.Link{{Link: feed.Link{Href: "a.mp3?utm_a=1", Rel: "enclosure", Type: "audio/mpeg", Length: 9}}}, alternate(" b.html?utm_source=rss\n")...),
		Authors:    []feed.Person{{Name: " Li "}, {Name: "Li"}, {}},
		Categories: []feed.Category{{Term: " a "}, {Term: ""}, {Label: "b"}},
		Published:  "2022年2月11日 13:07",
		Updated:    "Fri, 11 Feb 2022 06:00:00 GMT",
	}
	got := entries(in)[0]
	want := feed.Entry{
		ID: feed.Identify("news", "  urn:X%20y ", "", feed.Digest{}), Source: "news", UpstreamID: "  urn:X%20y ",
		Filed: []string{"china", "world"}, Language: "zh-CN",
		Title:   feed.Text{Body: "升级“惠民金融” AT&T"},
		Content: feed.Text{Type: feed.TextHTML, Body: `<p><img src="https://site.example/2022/a.png"></p>`},
		Summary: feed.Text{Body: "a < b\nc"},
		Links: []feed.Link{{Href: "https://site.example/2022/b.html?utm_source=rss", Rel: "alternate"},
			{Href: "https://site.example/2022/a.mp3?utm_a=1", Rel: "enclosure", Type: "audio/mpeg", Length: 9}},
		Authors:    []feed.Person{{Name: "Li"}},
		Categories: []feed.Category{{Term: "a"}, {Term: "b", Label: "b"}},
	}
	if s := got.Published.Format(time.RFC3339); s != "2022-02-11T13:07:00+08:00" {
		t.Errorf("published %s", s)
	}
	if s := got.Updated.Format(time.RFC3339); s != "2022-02-11T06:00:00Z" {
		t.Errorf("updated %s", s)
	}
	if got.ID != want.ID || got.Source != want.Source || got.UpstreamID != want.UpstreamID || got.Language != want.Language ||
		got.Title != want.Title || got.Content != want.Content || got.Summary != want.Summary ||
		!slices.Equal(got.Filed, want.Filed) || !slices.Equal(got.Links, want.Links) ||
		!slices.Equal(got.Authors, want.Authors) || !slices.Equal(got.Categories, want.Categories) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.Digest.IsZero() || !got.Received.IsZero() || !got.Order.IsZero() {
		t.Errorf("digest %x, received %v, order %v", got.Digest, got.Received, got.Order)
	}
}

func TestIdentity(t *testing.T) {
	item := func(id, link, title, date string) parse.Item {
		it := parse.Item{ID: id, Title: htmlText(title), Published: date}
		if link != "" {
			it.Links = alternate(link)
		}
		return it
	}
	for _, tt := range []struct {
		name  string
		items []parse.Item
		want  []string // titles, oldest first
	}{
		{"newest listed first", []parse.Item{item("2", "", "b", ""), item("1", "", "a", "")}, []string{"a", "b"}},
		{"by date where all have one", []parse.Item{item("1", "", "a", "2022-01-01"), item("2", "", "b", "2022-01-02")}, []string{"a", "b"}},
		{"one without a date", []parse.Item{item("1", "", "a", "2022-01-01"), item("2", "", "b", "2022-01-02"), item("3", "", "c", "")}, []string{"c", "b", "a"}},
		{"the same twice", []parse.Item{item("1", "/a", "a", ""), item("1", "/a", "a", "")}, []string{"a"}},
		{"one id and one link for all", []parse.Item{item("1", "/a", "b", ""), item("1", "/a", "a", "")}, []string{"a", "b"}},
		{"one link and one title", []parse.Item{item("", "/a", "a", "2022-01-02"), item("", "/a", "a", "2022-01-01")}, []string{"a", "a"}},
		{"two versions", []parse.Item{item("1", "/a", "a", "2022-01-01"), item("1", "/a", "a", "2022-01-02")}, []string{"a"}},
		{"one id for all", []parse.Item{item("1", "/b", "b", ""), item("1", "/a", "a", "")}, []string{"a", "b"}},
		{"one link for all", []parse.Item{item("", "/", "b", ""), item("", "/", "a", "")}, []string{"a", "b"}},
		{"one id, no links", []parse.Item{item("1", "", "b", ""), item("1", "", "a", ""), item("1", "", "a", "")}, []string{"a", "b"}},
		{"words only", []parse.Item{item("", "", "b", ""), item("", "", "a", ""), item("", "", "b", "")}, []string{"a", "b"}},
		{"nothing said", []parse.Item{item("", "", " ", ""), {}, item("1", "", "", "")}, []string{""}},
		{"dates only", []parse.Item{item("", "", "", "2022-01-01"), item("", "", "", "2022-01-02"), item("", "", "", "2022-01-02")}, []string{"", ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var titles []string
			seen := map[feed.EntryID]bool{}
			for _, e := range entries(tt.items...) {
				titles = append(titles, e.Title.Body)
				if seen[e.ID] {
					t.Errorf("two entries are %s", e.ID)
				}
				seen[e.ID] = true
			}
			if !slices.Equal(titles, tt.want) {
				t.Errorf("got %q, want %q", titles, tt.want)
			}
		})
	}
}

func TestDocumentKeepsOrder(t *testing.T) {
	f := &parse.Feed{Items: []parse.Item{{ID: "1", Published: "2022-01-01"}, {ID: "2", Published: "2022-01-02"}, {ID: "1", Published: "2022-01-01"}}}
	_, got := normalise.New().Document(source, f)
	if len(got) != 3 || got[0].UpstreamID != "1" || got[1].UpstreamID != "2" || got[2].ID != got[0].ID {
		t.Errorf("got %+v", got)
	}
}

// An entry keeps its name when the document around it changes.
func TestIdentityIsStable(t *testing.T) {
	a := parse.Item{ID: "1", Title: htmlText("a"), Links: alternate("/a")}
	b := parse.Item{ID: "1", Title: htmlText("b"), Links: alternate("/b")}
	c := parse.Item{ID: "1", Title: htmlText("c"), Links: alternate("/c?utm_medium=rss")}
	first, second := entries(b, a), entries(c, b)
	if first[1].ID != second[0].ID {
		t.Errorf("b was %s and is %s", first[1].ID, second[0].ID)
	}
	c.Links = alternate("https://site.example/c")
	if again := entries(c, b); again[1].ID != second[1].ID {
		t.Errorf("c was %s and is %s", second[1].ID, again[1].ID)
	}
	moved := *source
	moved.URL = "https://new.example/rss"
	_, after := normalise.New().Feed(&moved, &parse.Feed{Base: moved.URL, Items: []parse.Item{{ID: "7", Links: alternate("/x")}}})
	if before := entries(parse.Item{ID: "7", Links: alternate("/x")}); before[0].ID != after[0].ID {
		t.Error("an entry has another name after its upstream moved")
	}
}

func TestTitle(t *testing.T) {
	for _, tt := range []struct {
		in   parse.Text
		want string
	}{
		{htmlText("&amp;amp;"), "&amp;"},
		{htmlText("a &lt; b"), "a < b"},
		{htmlText("<b>Q&amp;A</b><script>x</script> session"), "Q&A session"},
		{htmlText("a<br>b"), "a b"},
		{htmlText("Vec<T> and <em>map</em><string, int>"), "Vec<T> and map<string, int>"},
		{htmlText("<mml:mi>x</mml:mi><mi>y</mi><o:p>"), "xy"},
		{htmlText("  a\n\tb\u00a0c "), "a b c"},
		{htmlText("中文\u3000标题\u3000"), "中文\u3000标题"},
		{parse.Text{Body: "1 < 2 &amp; <b>"}, "1 < 2 &amp; <b>"},
		{parse.Text{Body: "a\x01b\uFFFE"}, "ab"},
	} {
		if got := entries(parse.Item{ID: "1", Title: tt.in})[0].Title; got != (feed.Text{Body: tt.want}) {
			t.Errorf("title of %+v is %q, want %q", tt.in, got.Body, tt.want)
		}
	}
}

// CST is China's in a document in Chinese, which need not say so.
func TestDatesOfChineseFeeds(t *testing.T) {
	for _, tt := range []struct{ name, language, title, want string }{
		{"it says so", "zh-CN", "News", "+08:00"},
		{"it says nothing", "", "江河新闻", "+08:00"},
		{"a template says English", "en-us", "江河新闻 News", "+08:00"},
		{"Japanese", "", "ニュース新聞", "-06:00"},
		{"English with a name in Chinese", "en", "The river 江 and its towns", "-06:00"},
		{"another language", "de", "江河新闻", "-06:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &parse.Feed{Language: tt.language, Items: []parse.Item{{ID: "1", Title: parse.Text{Body: tt.title}, Published: "Tue Mar 05 15:20:07 CST 2024"}}}
			_, got := normalise.New().Feed(source, f)
			if offset := got[0].Published.Format("Z07:00"); offset != tt.want {
				t.Errorf("CST is %s, want %s", offset, tt.want)
			}
		})
	}
}

func TestFeed(t *testing.T) {
	f := &parse.Feed{
		Base: "https://site.example/a/feed.xml", ID: "/id", Language: "EN_us", Title: htmlText("<i>T</i>"),
		Subtitle: parse.Text{Type: feed.TextHTML, Body: `<a href="x">s</a>`, Base: "https://other.example/"},
		Icon:     "/i.png", Links: alternate("./"), Updated: "2022-02-11",
	}
	got, _ := normalise.New().Feed(source, f)
	if got.ID != "https://site.example/id" || got.Language != "en-US" || got.Title.Body != "T" || got.Icon != "https://site.example/i.png" ||
		got.Alternate() != "https://site.example/a/" || got.Subtitle.Body != `<a href="https://other.example/x">s</a>` || got.Updated.IsZero() {
		t.Errorf("got %+v", got)
	}
}

// A feed read from a file has no address; its own page stands in for it.
func TestFeedFromFile(t *testing.T) {
	src := &feed.Source{ID: "file", URL: "file:///srv/feed.xml"}
	f := &parse.Feed{Base: "file:///srv/feed.xml", Links: alternate("https://site.example/blog/"), Items: []parse.Item{{ID: "1", Links: alternate("x")}}}
	_, got := normalise.New().Feed(src, f)
	if link := got[0].Alternate(); link != "https://site.example/blog/x" {
		t.Errorf("link %q", link)
	}
	f.Links = nil
	if _, got = normalise.New().Feed(src, f); got[0].Alternate() != "" {
		t.Errorf("link %q leads to the reader's own disk", got[0].Alternate())
	}
}
