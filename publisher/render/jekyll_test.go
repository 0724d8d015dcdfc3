package render_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/publisher/render"
)

// finews is the site whose posts the seeds are.
var finews = render.Page{
	Site:       render.Site{Title: "财经新闻", BaseURL: "https://finews.withounder.com"},
	Categories: []render.Category{{Term: "zhongguowangcaijing", Label: "中国网财经新闻"}, {Term: "b-2", Label: "World News"}},
}

// export returns the name and the bytes of an entry's post.
func export(t *testing.T, set render.JekyllSettings, e feed.Entry) (name, post string) {
	t.Helper()
	j, err := render.NewJekyll(set)
	if err != nil {
		t.Fatal(err)
	}
	slug, err := j.Slug(&e)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	page := finews
	page.Entries = []feed.Entry{e}
	if err := j.Post(&b, &page); err != nil {
		t.Fatal(err)
	}
	return e.Date().Format(time.DateOnly) + "-" + slug + ".md", b.String()
}

// read returns the entry of a post, as polling a folder with it would.
func read(t *testing.T, name, post string, filed ...string) feed.Entry {
	t.Helper()
	src := &feed.Source{ID: "posts", Kind: "jekyll", URL: "file:///posts", Categories: filed}
	p, err := parse.New(src)
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.Parse(&fetch.Document{URL: src.URL, Files: []fetch.File{{Name: name, Body: []byte(post)}}})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(f.Notes) > 0 {
		t.Errorf("%s: notes %q", name, f.Notes)
	}
	_, entries := normalise.New().Feed(src, f)
	if len(entries) != 1 {
		t.Fatalf("%d entries, want 1", len(entries))
	}
	return entries[0]
}

func TestJekyllSeed(t *testing.T) {
	const name = "2022-02-11-NW202202112273888693.md"
	raw, err := os.ReadFile(testshared.Dir(t, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	gotName, got := export(t, render.JekyllSettings{}, read(t, name, string(raw), "zhongguowangcaijing"))
	if gotName != name {
		t.Errorf("name = %s, want %s", gotName, name)
	}
	if got != string(raw) {
		at := 0
		for at < min(len(got), len(raw)) && got[at] == raw[at] {
			at++
		}
		t.Errorf("byte %d differs:\n got %.200q\nwant %.200q", at, got[at:], raw[at:])
	}
}

// published is when the entries of these tests were.
var published = time.Date(2022, 2, 11, 23, 7, 57, 0, time.FixedZone("", 8*3600))

func entry(change func(e *feed.Entry)) feed.Entry {
	e := feed.Entry{
		Title: feed.Text{Body: "title"}, Content: feed.Text{Type: feed.TextHTML, Body: "<p>a</p>"}, Slug: "slug",
		Filed: []string{"zhongguowangcaijing"}, Published: published,
		Links: []feed.Link{{Rel: feed.RelAlternate, Href: "https://example.com/1"}},
	}
	change(&e)
	return e
}

func TestJekyllPost(t *testing.T) {
	body := func(s string) func(e *feed.Entry) { return func(e *feed.Entry) { e.Content.Body = s } }
	for _, tt := range []struct {
		name   string
		change func(e *feed.Entry)
		want   string // a part of the post
	}{
		{"date with offset", body(""), "\ndate: 2022-02-11 23:07:57 +0800\n"},
		{"quotes", func(e *feed.Entry) { e.Title.Body = `a "b" \c 😀` }, `title: "a \"b\" \\c 😀"` + "\n"},
		{"control characters", func(e *feed.Entry) { e.Title.Body = "a\u0085\u2028\x00\nb" }, `title: "a\x85\u2028\x00\nb"` + "\n"},
		{"several categories", func(e *feed.Entry) { e.Filed = []string{"b-2", "zhongguowangcaijing"} },
			"categories: [zhongguowangcaijing, b-2]\ntags: [中国网财经新闻, \"World News\"]\n"},
		{"a label with blanks", func(e *feed.Entry) { e.Filed = []string{"b-2"} },
			"categories: b-2\ntags: [\"World News\"]\n"},
		{"English return links", func(e *feed.Entry) { e.Filed = []string{"b-2"} },
			"\n\n[Back to World News](//finews.withounder.com/category/b-2.html) · [Home](//finews.withounder.com/)"},
		{"blocks stay", body("<p>a</p>\n <p>b</p><hr>"), "---\n<p>a</p>\n <p>b</p><hr>\n\n<"},
		{"text at the start", body("a <p>b</p>"), "\n<div>a <p>b</p></div>\n\n<"},
		{"text at the end", body("<p>b</p> a"), "\n<div><p>b</p> a</div>\n\n<"},
		{"inline start", body("<b>a</b>"), "\n<div><b>a</b></div>\n\n<"},
		{"deep indent", body("<p>a</p>\n    <p>b</p>"), "\n<div><p>a</p>\n    <p>b</p></div>\n\n<"},
		{"blank lines", body("<p>a\n\n\n  b</p>\n \n<p>c</p>"), "\n<p>a\n  b</p>\n<p>c</p>\n\n<"},
		{"blank lines in pre", body("<div><pre>a\n\n  b\n</pre></div>"), "\n<div><pre>a\n&#10;  b\n</pre></div>\n\n<"},
		{"pre", body("<pre>a</pre>"), "\n<div><pre>a</pre></div>\n\n<"},
		{"pre behind a block", body("<p>a</p>\n<pre>b\nc</pre>"), "\n<p>a</p>\n<pre>b\nc</pre>\n\n<"},
		{"liquid", body("<p>{{ a }}</p>"), "\n{% raw %}\n<p>{{ a }}</p>\n{% endraw %}\n\n<"},
		{"liquid that ends raw", body("<p>{% endraw %}</p>"), "\n<p>&#123;% endraw %}</p>\n\n<"},
		{"plain text", func(e *feed.Entry) { e.Content = feed.Text{Body: "a < b\nc\n\nd"} }, "\n<p>a &lt; b<br>\nc</p>\n<p>d</p>\n\n<"},
		{"a summary only", func(e *feed.Entry) { e.Content, e.Summary = feed.Text{}, feed.Text{Body: "s"} }, "\n<p>s</p>\n\n<"},
		{"nothing", body(""), "\n---\n\n\n<https://example.com/1>\n\n[返回"},
		{"no link", func(e *feed.Entry) { e.Links = nil }, "\n<p>a</p>\n\n[返回"},
		{"a link with braces", func(e *feed.Entry) { e.Links[0].Href = "https://example.com/{{a}}" }, "\n<https://example.com/%7B%7Ba%7D%7D>\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := entry(tt.change)
			name, got := export(t, render.JekyllSettings{}, e)
			if !strings.Contains(got, tt.want) {
				t.Errorf("post lacks %q:\n%s", tt.want, got)
			}
			if strings.Contains(e.Title.Body, "\x00") {
				return // no entry has such a title, and none comes back
			}
			if _, again := export(t, render.JekyllSettings{}, read(t, name, got, e.Filed...)); again != got {
				t.Errorf("read and published again:\n%s\nwant\n%s", again, got)
			}
		})
	}
}

func TestJekyllSlug(t *testing.T) {
	id := entry(func(*feed.Entry) {}).ID.String()
	link := func(href string) feed.Entry {
		return entry(func(e *feed.Entry) { e.Slug, e.Links[0].Href = "", href })
	}
	for _, tt := range []struct {
		name, template string
		e              feed.Entry
		want           string
	}{
		{"own", `x`, entry(func(*feed.Entry) {}), "slug"},
		{"unsafe", "", entry(func(e *feed.Entry) { e.Slug = "../../etc/pass\x00wd\n" }), "etc-pass-wd"},
		{"hidden", "", entry(func(e *feed.Entry) { e.Slug = "...." }), id},
		{"long", "", entry(func(e *feed.Entry) { e.Slug = strings.Repeat("字", 100) }), strings.Repeat("字", 66)},
		{"link", "", link("https://example.com/2022/some-words.html"), "some-words"},
		{"link in Chinese", "", link("https://example.com/%E6%96%B0%E9%97%BB%E4%B8%80%E5%88%99/"), "新闻一则"},
		{"generic", "", link("https://example.com/a/index.html"), id},
		{"query", "", link("https://example.com/share.html?infoCode=NW1"), id},
		{"template", `{{query .Link "infoCode"}}`, link("https://example.com/share.html?infoCode=NW1"), "NW1"},
		{"template with title", `{{slugify .Title}}-{{.Date.Format "15"}}`, link("https://example.com/"), "title-23"},
		{"template that gives nothing", `{{query .Link "x"}}`, link("https://example.com/some-words?y"), id},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, err := render.NewJekyll(render.JekyllSettings{Slug: tt.template})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := j.Slug(&tt.e); got != tt.want || err != nil {
				t.Errorf("slug = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestJekyllSettings(t *testing.T) {
	for _, tt := range []struct {
		set  render.JekyllSettings
		want string
	}{
		{render.JekyllSettings{Layout: "../x"}, `layout: "../x" is no name`},
		{render.JekyllSettings{Slug: "{{.Titel}}"}, "slug: there is no field .Titel"},
		{render.JekyllSettings{Slug: "{{nope}}"}, `slug: slug:1: function "nope" not defined`},
		{render.JekyllSettings{ReturnLinks: "{{range .Categories}}"}, "return_links: return_links:1: unexpected EOF"},
		{render.JekyllSettings{ReturnLinks: "{{range .Categories}}{{.Name}}{{end}}"}, "return_links: there is no field .Name"},
	} {
		if _, err := render.NewJekyll(tt.set); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%+v: error %v, want %q", tt.set, err, tt.want)
		}
	}
	_, got := export(t, render.JekyllSettings{Layout: "news", ReturnLinks: "[{{.Category.Label}}]({{.Category.URL}})"}, entry(func(*feed.Entry) {}))
	if !strings.HasPrefix(got, "---\nlayout: news\n") || !strings.HasSuffix(got, "\n\n[中国网财经新闻](//finews.withounder.com/category/zhongguowangcaijing.html)") {
		t.Errorf("the settings are not honoured:\n%s", got)
	}
}

// FuzzJekyllRoundTrip publishes what is read and reads what is published:
// the second time nothing changes.
func FuzzJekyllRoundTrip(f *testing.F) {
	f.Add("a \"b\"", "<p>a</p>\n\n<pre>b\n\n\n c</pre> {{ d }}", "https://example.com/?a={b}")
	f.Add("升级", "# a\n\n* b\n\n<https://example.com/>\n\n[c](/d) | [e](/f)", "")
	f.Add("{% raw %}", "<div>\n\n    x</div>{% raw %}{% endraw %}", "https://example.com/a|b")
	f.Fuzz(func(t *testing.T, title, body, link string) {
		src := &feed.Source{ID: "s", Kind: "jekyll", Categories: []string{"b-2"}}
		it := parse.Item{ID: "1", Slug: "slug", Title: parse.Text{Body: title}, Published: "2022-02-11T01:02:03Z",
			Content: parse.Text{Type: feed.TextHTML, Body: body},
			Links:   []parse.Link{{Link: feed.Link{Href: link, Rel: feed.RelAlternate}}}}
		_, entries := normalise.New().Feed(src, &parse.Feed{Items: []parse.Item{it}})
		name, once := export(t, render.JekyllSettings{}, entries[0])
		if _, twice := export(t, render.JekyllSettings{}, read(t, name, once, "b-2")); once != twice {
			t.Errorf("published again:\n%q\nwant\n%q", twice, once)
		}
	})
}

// TestJekyllAlso: a post says where else its story is, and a source of posts
// knows that for what it is.
func TestJekyllAlso(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(e *feed.Entry)
		want   string // a part of the post
	}{
		{"where else it is", func(e *feed.Entry) {
			e.Also = []feed.Also{{Source: "post_x", Href: "https://post.example/1?a=(b)", Title: "The same"}, {Source: "none"}, {Source: "晚报", Href: "https://late.example/2"}}
		}, "<https://example.com/1>\n\n同时见于：[post\\_x](https://post.example/1?a=%28b%29)、[晚报](https://late.example/2)\n\n[返回"},
		{"where else it is, in English", func(e *feed.Entry) {
			e.Filed, e.Also = []string{"b-2"}, []feed.Also{{Source: "post", Href: "https://post.example/1"}}
		}, "<https://example.com/1>\n\nAlso at [post](https://post.example/1)\n\n[Back to"},
	} {
		e := entry(tt.change)
		name, post := export(t, render.JekyllSettings{}, e)
		if !strings.Contains(post, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.want, post)
		}
		again := read(t, name, post)
		if again.Content.Body != e.Content.Body || again.Alternate() != e.Alternate() {
			t.Errorf("%s: read again, it has the text %q and the link %s", tt.name, again.Content.Body, again.Alternate())
		}
	}
}
