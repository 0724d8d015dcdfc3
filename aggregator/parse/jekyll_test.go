package parse_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

// jekyll reads a folder of the given files.
func jekyll(t *testing.T, files map[string]string) (*parse.Feed, error) {
	t.Helper()
	p, err := parse.New(&feed.Source{Kind: "jekyll"})
	if err != nil {
		t.Fatal(err)
	}
	doc := &fetch.Document{URL: "file:///posts/", Files: []fetch.File{}}
	for name, body := range files {
		doc.Files = append(doc.Files, fetch.File{Name: name, Body: []byte(body)})
	}
	slices.SortFunc(doc.Files, func(a, b fetch.File) int { return strings.Compare(a.Name, b.Name) })
	return p.Parse(doc)
}

// onePost reads a folder with one post and returns its item.
func onePost(t *testing.T, name, text string) parse.Item {
	t.Helper()
	f, err := jekyll(t, map[string]string{name: text})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Items) != 1 {
		t.Fatalf("%d items, want 1; notes: %q", len(f.Items), f.Notes)
	}
	return f.Items[0]
}

func TestJekyllSeed(t *testing.T) {
	const name = "2022-02-11-NW202202112273888693.md"
	raw, err := os.ReadFile(testshared.Dir(t, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	it := onePost(t, name, string(raw))
	for _, tt := range []struct{ what, got, want string }{
		{"ID", it.ID, "NW202202112273888693"},
		{"slug", it.Slug, "NW202202112273888693"},
		{"title", it.Title.Body, "升级“惠民金融” 北京银行以数字化赋能重点民生领域"},
		{"published", it.Published, "2022-02-11 13:07:57 +0800"},
		{"link", it.Links[0].Href, "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202202112273888693"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %q, want %q", tt.what, tt.got, tt.want)
		}
	}
	_, body, _ := strings.Cut(string(raw), "\n---\n")
	body, _, _ = strings.Cut(body, "\n\n<http")
	if it.Content.Body != body {
		t.Errorf("content is not the seed's HTML byte for byte:\n got %.200q\nwant %.200q", it.Content.Body, body)
	}
	want := []feed.Category{{Term: "zhongguowangcaijing"}, {Term: "中国网财经新闻"}}
	if !slices.Equal(it.Categories, want) {
		t.Errorf("categories = %v, want %v", it.Categories, want)
	}
}

func TestJekyllBodies(t *testing.T) {
	for _, tt := range []struct{ name, body, want, link string }{
		{name: "markdown", body: "# One\n\nTwo *three* ~~four~~\n", want: "<h1>One</h1>\n<p>Two <em>three</em> <del>four</del></p>"},
		{name: "table", body: "|a|\n|-|\n|b|\n", want: "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>"},
		{name: "HTML stays", body: "<p>a</p>\n <p>*b*</p>", want: "<p>a</p>\n <p>*b*</p>"},
		{name: "the original's link", body: "<p>a</p>\n\n<https://example.com/1>\n", want: "<p>a</p>", link: "https://example.com/1"},
		{name: "return links go", body: "<p>a</p>\n\n<https://example.com/1>\n\n[b](//example.org/b)｜[c](//example.org/)",
			want: "<p>a</p>", link: "https://example.com/1"},
		{name: "blank lines with blanks", body: "<p>a</p>\n \n<https://example.com/1>\n\t\n[b](//example.org/b) | [c](//example.org/)\n\n",
			want: "<p>a</p>", link: "https://example.com/1"},
		{name: "where else it is goes", body: "<p>a</p>\n\n<https://example.com/1>\n\nAlso at [The \\_Post\\_](https://post.example/1), [News](https://news.example/2)\n\n[b](//example.org/b) · [c](//example.org/)",
			want: "<p>a</p>", link: "https://example.com/1"},
		{name: "where else it is goes, at the end", body: "<p>a</p>\n\n<https://example.com/1>\n\n同时见于：[晚报](https://post.example/1)、[日报](https://news.example/2)", want: "<p>a</p>", link: "https://example.com/1"},
		{name: "where else it is without an original is content", body: "a\n\nAlso at [b](https://example.com/)", want: "<p>a</p>\n<p>Also at <a href=\"https://example.com/\">b</a></p>"},
		{name: "return links without an original", body: "a\n\n[b](/b) | [c](/c)", want: "<p>a</p>"},
		{name: "one link to elsewhere is content", body: "a\n\n[b](https://example.com/)", want: "<p>a</p>\n<p><a href=\"https://example.com/\">b</a></p>"},
		{name: "links among words are content", body: "a\n\nSee [b](/b) and [c](/c)", want: "<p>a</p>\n<p>See <a href=\"/b\">b</a> and <a href=\"/c\">c</a></p>"},
		{name: "an autolink among words is content", body: "a\n\nat <https://example.com/>", want: "<p>a</p>\n<p>at <a href=\"https://example.com/\">https://example.com/</a></p>"},
		{name: "nothing but an original", body: "<https://example.com/>", want: "", link: "https://example.com/"},
		{name: "empty", body: ""},
		{name: "raw is undone", body: "{% raw %}\n<p>{{ a }} {% b %}</p>\n{% endraw %}", want: "<p>{{ a }} {% b %}</p>"},
		{name: "tags go", body: "a{% include b.html %} {{ page.title }}c", want: "<p>a c</p>"},
		{name: "strings stay", body: "{{ \"/a.png\" | relative_url }}", want: "<p>/a.png</p>"},
		{name: "comments go", body: "a{% comment %} b {% endcomment %}", want: "<p>a</p>"},
		{name: "highlighted code", body: "{% highlight go %}\na < b\n\nc\n{% endhighlight %}",
			want: "<pre><code class=\"language-go\">a &lt; b\n\nc</code></pre>"},
		{name: "carriage returns", body: "a\r\n\r\nb\r\n", want: "<p>a</p>\n<p>b</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			it := onePost(t, "2022-02-11-a.md", "---\ntitle: t\n---\n"+tt.body)
			if it.Content.Body != tt.want {
				t.Errorf("content = %q, want %q", it.Content.Body, tt.want)
			}
			if got := alternate(it); got != tt.link {
				t.Errorf("link = %q, want %q", got, tt.link)
			}
		})
	}
}

func alternate(it parse.Item) string {
	for _, l := range it.Links {
		if l.Rel == feed.RelAlternate {
			return l.Href
		}
	}
	return ""
}

func TestJekyllFrontMatter(t *testing.T) {
	it := onePost(t, "movies/_posts/2022-02-11-some-words.html", strings.Join([]string{
		"---",
		"date: 2022-02-12 01:02 +0100",
		"last_modified_at: 2022-03-01",
		"author: &me {name: A, email: a@example.com, url: https://example.com/a}",
		"authors: [*me, B]",
		"category: big screen",
		"categories: c d",
		"tags:",
		"  - e f",
		"description: >",
		"  folded",
		"  words",
		"canonical_url: https://example.com/x",
		"enclosure: {url: a.mp3, length: 12, type: audio/mpeg}",
		"lang: en",
		"---",
		"*not markdown*",
	}, "\n"))
	for _, tt := range []struct{ what, got, want string }{
		{"title", it.Title.Body, "Some Words"},
		{"published", it.Published, "2022-02-12 01:02 +0100"},
		{"updated", it.Updated, "2022-03-01"},
		{"summary", it.Summary.Body, "folded words"},
		{"content", it.Content.Body, "*not markdown*"},
		{"link", alternate(it), "https://example.com/x"},
		{"language", it.Language, "en"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %q, want %q", tt.what, tt.got, tt.want)
		}
	}
	a := feed.Person{Name: "A", Email: "a@example.com", URI: "https://example.com/a"}
	if want := []feed.Person{a, a, {Name: "B"}}; !slices.Equal(it.Authors, want) {
		t.Errorf("authors = %v, want %v", it.Authors, want)
	}
	var terms []string
	for _, c := range it.Categories {
		terms = append(terms, c.Term)
	}
	if want := []string{"movies", "big screen", "c", "d", "e f"}; !slices.Equal(terms, want) {
		t.Errorf("categories = %q, want %q", terms, want)
	}
	enclosure := feed.Link{Href: "a.mp3", Rel: feed.RelEnclosure, Type: "audio/mpeg", Length: 12}
	if got := it.Links[len(it.Links)-1].Link; got != enclosure {
		t.Errorf("enclosure = %+v, want %+v", got, enclosure)
	}
}

func TestJekyllFolder(t *testing.T) {
	const post = "---\ntitle: t\n---\nwords\n"
	f, err := jekyll(t, map[string]string{
		"_config.yml":                 "title: Site\nurl: https://example.com\nbaseurl: /blog\ntimezone: Asia/Shanghai\nlang: zh-CN\n",
		"_posts/2022-02-11-a.md":      post,
		"_posts/2022-02-13-b.md":      "---\ndate: 2022-02-14 08:00:00\n---\n",
		"x/_posts/2022-02-12-a.md":    post,
		"y/_posts/2022-02-12-a.md":    post,
		"_drafts/2022-02-15-c.md":     post,
		"_posts/2022-02-16-d.md":      "---\npublished: false\n---\n",
		"_posts/2022-02-17-e.txt":     post,
		"index.md":                    post,
		"_posts/2022-02-31-f.md":      post,
		"_posts/2022-02-18-g.md":      "no front matter",
		"_posts/2022-02-19-h.md":      "---\ntitle: t\nlayout: \"open\nx: [\n---\n",
		"_posts/2022-02-20-i.md":      "---\ntitle: t\ndate: soon\n---\n",
		"_posts/2022-02-21-liquid.md": "---\ntitle: t\n---\n{% include a %}",
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids, dates []string
	for _, it := range f.Items {
		ids, dates = append(ids, it.ID), append(dates, it.Published)
	}
	if want := []string{"liquid", "i", "b", "y/_posts/2022-02-12-a.md", "2022-02-12-a", "a"}; !slices.Equal(ids, want) {
		t.Errorf("IDs = %q, want %q", ids, want)
	}
	if want := "2022-02-14 08:00:00 +0800"; dates[2] != want {
		t.Errorf("a date without an offset became %q, want %q", dates[2], want)
	}
	if want := "2022-02-20 00:00:00 +0800"; dates[1] != want {
		t.Errorf("a date that is none became %q, want that of the file's name, %q", dates[1], want)
	}
	if f.Format != "jekyll" || f.Title.Body != "Site" || f.Language != "zh-CN" || f.Base != "https://example.com/blog" {
		t.Errorf("feed = %q %q %q %q", f.Format, f.Title.Body, f.Language, f.Base)
	}
	for _, want := range []string{
		"_posts/2022-02-31-f.md: the file's name",
		"_posts/2022-02-18-g.md:1: no front matter",
		"_posts/2022-02-19-h.md:3: ",
		`_posts/2022-02-20-i.md:3: "soon" is no date`,
		"_posts/2022-02-21-liquid.md: 1 Liquid tags left out",
	} {
		if !slices.ContainsFunc(f.Notes, func(n string) bool { return strings.HasPrefix(n, want) }) {
			t.Errorf("no note begins with %q:\n%s", want, strings.Join(f.Notes, "\n"))
		}
	}
}

func TestJekyllRefuses(t *testing.T) {
	if _, err := jekyll(t, map[string]string{"readme.md": "x"}); err == nil || !strings.Contains(err.Error(), "no Jekyll posts") {
		t.Errorf("a folder without posts: %v", err)
	}
}

// TestJekyllLimits gives front matter that would cost much: each is refused
// by name, at once, and the other post is read.
func TestJekyllLimits(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [*" + p + ", *" + p + ", *" + p + ", *" + p + ", *" + p + ", *" + p + "]\n"
	}
	for _, tt := range []struct{ name, yaml, want string }{
		{"aliases", bomb, "more than 10000 values"},
		{"flow lists", "a: " + strings.Repeat("[", 30_000), "nested more than"},
		{"flow maps", "a: " + strings.Repeat("{a: ", 15_000), "nested more than"},
		{"dashes", "a:\n  " + strings.Repeat("- ", 30_000), "nested more than"},
		{"question marks", strings.Repeat("? ", 30_000), "nested more than"},
		{"steps", steps(300), "nested more than"},
		{"self", "a: &a [*a]\n", ""},
		{"size", "a: " + strings.Repeat("x", 70_000), "at most 64 KiB"},
		{"scalar", "just words", "key: value"},
		{"anchors", strings.Repeat("&a ", 20_000) + "\n", ""},
		{"tags", strings.Repeat("!!str ", 10_000) + "\n", ""},
		{"colons", strings.Repeat("a: ", 20_000) + "\n", ""},
		{"commas", "a: [" + strings.Repeat(",", 60_000) + "]\n", ""},
		{"quotes", "a: " + strings.Repeat("'", 60_001) + "\n", ""},
		{"many keys", strings.Repeat("a: 1\n", 12_000), "more than 2000 lines"},
		{"many keys on a line", "a: {" + strings.Repeat("a: 1, ", 10_000) + "}", "more than 10000 values"},
		{"many different keys on a line", "a: {" + numbered(6_000) + "}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			f, err := jekyll(t, map[string]string{
				"2022-02-11-bad.md":  "---\n" + tt.yaml + "\n---\n",
				"2022-02-10-good.md": "---\ntitle: t\n---\n",
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(f.Items, func(it parse.Item) bool { return it.ID == "good" }) {
				t.Error("the good post is not read")
			}
			if notes := strings.Join(f.Notes, "\n"); !strings.Contains(notes, tt.want) {
				t.Errorf("notes = %.300q, want one with %q", notes, tt.want)
			}
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestJekyllBodyLimits gives bodies that would take the Markdown library
// minutes: they are read at once, and shown as they are written.
func TestJekyllBodyLimits(t *testing.T) {
	for _, tt := range []struct{ name, part, want string }{
		{"brackets", "[a](", "shown as it is written"},
		{"emphasis", "*a_ ", "shown as it is written"},
		{"quotes", "> ", "shown as it is written"},
		{"lists", "1. ", "shown as it is written"},
		{"footnotes", "[^a", "shown as it is written"},
		{"raw without an end", "{% raw %}", "Liquid tags left out"},
		{"links", "[a](b)", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			f, err := jekyll(t, map[string]string{"2022-02-11-a.md": "---\ntitle: t\n---\nwords\n\n" + strings.Repeat(tt.part, 1<<18/len(tt.part))})
			if err != nil || len(f.Items) != 1 {
				t.Fatal(err, f)
			}
			if notes := strings.Join(f.Notes, "\n"); !strings.Contains(notes, tt.want) {
				t.Errorf("notes = %q, want one with %q", notes, tt.want)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1, ", i)
	}
	return b.String()
}

func steps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func FuzzJekyll(f *testing.F) {
	for _, seed := range []string{
		"---\ntitle: \"a \\\"b\\\"\"\ndate: 2022-02-11 13:07:57 +0800\n---\n<p>a</p>\n\n<http://example.com/>\n\n[b](//c)｜[d](//e)",
		"---\nauthor: {name: a}\ntags: [b, [c]]\nx: &y z\nw: *y\n<<: *y\n---\n{% raw %}{{ a }}{% endraw %}{% highlight a %}b{% endhighlight %}",
		"---\na: |\n  b\n---\n| a |\n|--|\n\n[^1]\n\n[^1]: x",
		"---\n---\n", "---\n- a\n---\n", "",
	} {
		f.Add(seed)
	}
	p, _ := parse.New(&feed.Source{Kind: "jekyll"})
	f.Fuzz(func(t *testing.T, text string) {
		doc := &fetch.Document{Files: []fetch.File{{Name: "_config.yml", Body: []byte(text)}, {Name: "2022-02-11-a.md", Body: []byte(text)}}}
		got, err := p.Parse(doc)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Items) == 0 && len(got.Notes) == 0 && !strings.Contains(text, "published") {
			t.Error("the post is gone without a note")
		}
	})
}
