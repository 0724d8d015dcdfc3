package publisher_test

import (
	"bytes"
	"html"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/publisher"
	"tributary/publisher/render"
)

// exportJekyll writes the site's posts to dir.
func (s *site) exportJekyll(t *testing.T, dir string) publisher.Report {
	t.Helper()
	j, err := render.NewJekyll(render.JekyllSettings{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.publisher().ExportJekyll(t.Context(), publisher.Output{Dir: dir, Full: true}, j)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// files returns a folder's files below it, with what they hold.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func posts(all map[string]string) []string {
	var names []string
	for name := range all {
		if strings.HasPrefix(name, "_posts/") {
			names = append(names, strings.TrimPrefix(name, "_posts/"))
		}
	}
	slices.Sort(names)
	return names
}

// TestJekyllSeed is the model case: a post of the model site, read, stored and
// published again with that site's settings, is the same file.
func TestJekyllSeed(t *testing.T) {
	const name = "2022-02-11-NW202202112273888693.md"
	raw, err := os.ReadFile(testshared.Dir(t, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	s.set.Site.BaseURL = "https://finews.withounder.com"
	s.set.Categories = []publisher.Category{{Category: render.Category{Term: "zhongguowangcaijing", Label: "中国网财经新闻"}}}
	src := feed.Source{ID: "posts", Kind: "jekyll", URL: "file:///seeds", Categories: []string{"zhongguowangcaijing"}}
	if err := s.store.PutSources(t.Context(), []feed.Source{src}); err != nil {
		t.Fatal(err)
	}
	f, err := parse.Kinds["jekyll"].New(nil)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := f.Parse(&fetch.Document{URL: src.URL, Files: []fetch.File{{Name: name, Body: raw}}})
	if err != nil {
		t.Fatal(err)
	}
	_, entries := normalise.New().Feed(&src, parsed)
	s.poll(t, "posts", entries...)
	dir := t.TempDir()
	s.exportJekyll(t, dir)
	all := files(t, dir)
	if names := posts(all); !slices.Equal(names, []string{name}) {
		t.Fatalf("posts are %q, want %q", names, name)
	}
	if got := all["_posts/"+name]; got != string(raw) {
		t.Errorf("the post is not the seed:\n got %.600q\nwant %.600q", got, raw)
	}
}

func TestJekyllNames(t *testing.T) {
	s := newSite(t)
	twin := func(id, slug string) feed.Entry {
		return feed.Entry{UpstreamID: id, Slug: slug, Title: feed.Text{Body: id}, Published: start}
	}
	s.poll(t, "gauge", twin("old", "same"))
	dir := t.TempDir()
	s.exportJekyll(t, dir)
	before := files(t, dir)
	s.poll(t, "gauge", twin("new", "Same"), twin("escape", "../../x"))
	s.exportJekyll(t, dir)
	after := files(t, dir)
	names := posts(after)
	if len(names) != 3 || names[2] != "2026-03-02-x.md" || !strings.HasPrefix(names[0], "2026-03-02-Same-") {
		t.Errorf("posts are %q, want those of the twins, one with a suffix, and x", names)
	}
	const first = "_posts/2026-03-02-same.md"
	if before[first] == "" || before[first] != after[first] {
		t.Errorf("the older entry's post changed when another came:\n%s\nwas\n%s", after[first], before[first])
	}
}

// TestJekyllOwnership exports into a folder that its user works in.
func TestJekyllOwnership(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("_config.yml", "title: mine\n")
	write("_posts/2020-01-01-mine.md", "---\n---\nmine")
	first := s.exportJekyll(t, dir)
	if !slices.Equal(first.Kept, []string{"_config.yml"}) || first.Written == 0 {
		t.Errorf("first export: %+v, want _config.yml kept", first)
	}
	write("_layouts/post.html", "edited")
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	const ferry = "_posts/2026-03-02-ferry.md"
	if err := os.Chtimes(filepath.Join(dir, ferry), old, old); err != nil {
		t.Fatal(err)
	}
	second := s.exportJekyll(t, dir)
	if second.Written != 0 || second.Removed != 0 || !slices.Contains(second.Kept, "_layouts/post.html") {
		t.Errorf("second export: %+v, want nothing written, the edited layout kept", second)
	}
	if info, err := os.Stat(filepath.Join(dir, ferry)); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("an unchanged post was touched: %v", err)
	}

	moved := english()[2]
	moved.Published, moved.Title.Body = moved.Published.AddDate(0, 0, -1), "The ferry ran a day earlier"
	s.poll(t, "gauge", moved)
	third := s.exportJekyll(t, dir)
	if third.Written != 1 || third.Removed != 1 {
		t.Errorf("third export: %+v, want one post written, its former file removed", third)
	}
	all := files(t, dir)
	for name, want := range map[string]string{"_config.yml": "title: mine\n", "_posts/2020-01-01-mine.md": "---\n---\nmine", "_layouts/post.html": "edited"} {
		if all[name] != want {
			t.Errorf("%s = %q, want it left as it was, %q", name, all[name], want)
		}
	}
	if _, there := all[ferry]; there {
		t.Errorf("%s is still there, its entry having moved to another date", ferry)
	}
}

// hostile are bodies that Jekyll could take for something else, and a part of
// each that its page must show.
var hostile = []struct{ title, body, shows string }{
	{`引号 "与" \ 表情 😀: #1`, "<p>表情 😀 与中文 &amp; &lt;b&gt;</p>", "表情 😀 与中文 &amp; &lt;b&gt;"},
	{"liquid", "<p>{{ site.title }} {% include no-such-file %}</p>", "{{ site.title }} {% include no-such-file %}"},
	{"liquid that ends raw", "<p>{% endraw %}{{ site.title }}</p>", "{% endraw %}{{ site.title }}"},
	{"{{ page.url }}", "<p>title with liquid</p>", "<h1>{{ page.url }}</h1>"},
	{"text first", "words *not* <b>bold</b> _here_<p>p</p>\n\n    <p>q</p>", "words *not* <b>bold</b> _here_<p>p</p>"},
	{"code", "<pre><code>if a &lt; b {\n\n\n\tc()\n    d()\n}</code></pre><p>after</p>", "if a &lt; b {\n\n\n\tc()\n    d()\n}</code></pre>"},
	{"code between", "<p>a</p>\n <pre><code>b\n* c\n    d</code></pre>\n <p>*e*</p>", "b\n* c\n    d</code></pre>\n<p>*e*</p>"},
	{"blocks in a row", "<p>a</p> <p>b</p><p>c</p>\n   <blockquote><p>*d*</p></blockquote><hr><ul><li>1. e</li></ul>", "*d*"},
	{"markdown in html", "<p># no heading\n* no list\n{:.no-class}\n$$x$$ [no](link) `no code`</p>",
		"# no heading\n* no list\n{:.no-class}\n$$x$$ [no](link) `no code`"},
	{"plain", "", "1 &lt; 2 *not bold*"},
	{"table", "<table><tr><td>a | b</td></tr></table>", "<td>a | b</td>"},
	{"only a picture", `<img src="https://example.com/a.png" alt="x">`, `src="https://example.com/a.png"`},
}

func (s *site) fillHostile(t *testing.T) {
	t.Helper()
	var entries []feed.Entry
	for i, h := range hostile {
		e := feed.Entry{UpstreamID: h.title, Slug: "hostile-" + string(rune('a'+i)), Title: feed.Text{Body: h.title},
			Content: feed.Text{Type: feed.TextHTML, Body: h.body}, Links: link("https://example.com/?a=*b*&c={{d}}"),
			Published: start.Add(time.Duration(i) * time.Hour).In(east)}
		if h.body == "" {
			e.Content = feed.Text{Body: "1 < 2 *not bold*\n\nsecond"}
		}
		entries = append(entries, e)
	}
	s.poll(t, "anjiang", entries...)
}

// TestJekyllBuilds has the real Jekyll build what we export.
func TestJekyllBuilds(t *testing.T) {
	program := testshared.Tool(t, "jekyll")
	s := newSite(t)
	s.fill(t)
	s.fillHostile(t)
	dir, out := t.TempDir(), t.TempDir()
	s.exportJekyll(t, dir)
	cmd := exec.CommandContext(t.Context(), program, "build", "--source", dir, "--destination", out, "--disable-disk-cache")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "TZ=UTC")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("jekyll: %v\n%s", err, said.String())
	}
	t.Logf("jekyll took %v:\n%s", time.Since(began).Round(time.Millisecond), said.String())
	for line := range strings.Lines(strings.ToLower(said.String())) {
		for _, word := range []string{"warn", "error", "conflict", "deprecat", "liquid", "invalid"} {
			if strings.Contains(line, word) {
				t.Errorf("jekyll complains: %s", line)
			}
		}
	}
	pages := files(t, out)
	list := html.UnescapeString(pages["category/jianghe.html"])
	for i, h := range hostile {
		page := html.UnescapeString(find(pages, "hostile-"+string(rune('a'+i))+".html"))
		for _, want := range []string{
			html.UnescapeString(h.shows), "<h1>" + h.title + "</h1>", `href="https://example.com/?a=*b*&c=%7B%7Bd%7D%7D"`,
			`<a href="//feeds.example/category/jianghe.html">返回江河新闻</a>`,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not show %q:\n%s", h.title, want, page)
			}
		}
		if !strings.Contains(list, ">"+h.title+"</a>") {
			t.Errorf("the category's page does not list %q:\n%s", h.title, list)
		}
	}
	if home := pages["index.html"]; !strings.Contains(home, `<a href="/category/jianghe.html">江河新闻</a>`) || !strings.Contains(home, "chain ferry") {
		t.Errorf("the home page lists neither categories nor posts:\n%s", home)
	}
}

// find returns the page of that name in whatever folder.
func find(pages map[string]string, name string) string {
	for path, text := range pages {
		if strings.HasSuffix(path, "/"+name) {
			return text
		}
	}
	return ""
}

// TestJekyllAlso: a post says where else its story is, by the names of the
// sources, and does so once another source has brought it.
func TestJekyllAlso(t *testing.T) {
	s := newSite(t)
	rules := &feed.Repeats{Categories: map[string]feed.RepeatRule{"rivers": {}}}
	err := s.store.PutSources(t.Context(), []feed.Source{
		{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}},
		{ID: "anjiang", URL: "https://anjiang.example/rss", Kind: "feed", Categories: []string{"rivers"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	first := sample(1)
	s.poll(t, "gauge", first)
	dir := t.TempDir()
	s.exportJekyll(t, dir)
	again := sample(1)
	again.UpstreamID, again.Links[0].Href = "again", "https://gauge.example/notes/1?utm_source=anjiang"
	s.pollBy(t, rules, "anjiang", again)
	s.exportJekyll(t, dir)
	all := files(t, dir)
	names := posts(all)
	if len(names) != 2 {
		t.Fatalf("posts are %q: what came before the rules is not compared", names)
	}
	other := again
	other.UpstreamID, other.Links = "once more", []feed.Link{{Rel: feed.RelAlternate, Href: "https://www.gauge.example/notes/1#x"}}
	s.pollBy(t, rules, "gauge", other)
	s.exportJekyll(t, dir)
	for _, name := range posts(files(t, dir)) {
		post := files(t, dir)["_posts/"+name]
		if strings.Contains(post, "utm_source") && strings.Contains(post, "Also at [The Gauge House](https://www.gauge.example/notes/1#x)") {
			return
		}
	}
	t.Errorf("no post says where else it is: %v", files(t, dir))
}

// Exporting on gives what exporting from nothing does.
func TestJekyllGoesOn(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	j, err := render.NewJekyll(render.JekyllSettings{})
	if err != nil {
		t.Fatal(err)
	}
	export := func(dir string) publisher.Report {
		t.Helper()
		r, err := s.publisher().ExportJekyll(t.Context(), publisher.Output{Dir: dir}, j)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	twin := feed.Entry{UpstreamID: "twin", Slug: "same", Title: feed.Text{Body: "Twin"}, Published: start}
	dir := t.TempDir()
	export(dir)
	for _, step := range []struct {
		name    string
		do      func()
		written int
		removed int
	}{
		{"nothing", func() {}, 0, 0},
		{"a post more", func() { s.poll(t, "gauge", sample(1)) }, 1, 0},
		{"a post changes", func() { e := sample(1); e.Content.Body = "<p>Other words.</p>"; s.poll(t, "gauge", e) }, 1, 0},
		{"another of that day and name", func() {
			e := twin
			e.UpstreamID = "other"
			s.poll(t, "gauge", twin)
			s.poll(t, "gauge", e)
		}, 2, 0},
		{"posts go", func() {
			err := s.store.PutSources(t.Context(), []feed.Source{{ID: "gauge", URL: "https://gauge.example/feed.xml", Kind: "feed", Categories: []string{"rivers"}}})
			if err != nil {
				t.Fatal(err)
			}
		}, 0, 2},
	} {
		step.do()
		if r := export(dir); r.Full != "" || r.Written != step.written || r.Removed != step.removed {
			t.Errorf("%s: %+v, want %d written and %d removed", step.name, r, step.written, step.removed)
		}
		other := t.TempDir()
		export(other)
		got, want := tree(t, dir), tree(t, other)
		delete(got, ".tributary-manifest")
		delete(want, ".tributary-manifest")
		if !maps.Equal(got, want) {
			t.Errorf("%s: %d files differ from %d that are exported from nothing", step.name, len(got), len(want))
		}
	}
}
