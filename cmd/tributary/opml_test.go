package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/config"
	"tributary/internal/testshared"
	"tributary/opml"
	"tributary/validator"
)

// TestOPMLRoundTrip imports each list of the corpus into an empty
// configuration, exports it, and holds what comes out against the list.
//
// Nothing is lost: each subscription whose address can be polled is there, in
// the first-come order, once in each folder it stood in, with each attribute
// that it had, spelled as OPML spells it; so are the folders on the way to it,
// with theirs. What is not carried over is named line by line when it is
// imported: links and folders without a feed, addresses of no web, the other
// attributes of what stands in the list twice. What is added is what OPML wants
// a subscription to have.
func TestOPMLRoundTrip(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testshared.Dir(t, "corpus", "real"), "*.opml"))
	if err != nil || len(files) < 59 {
		t.Fatalf("%d lists, %v", len(files), err)
	}
	feeds := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := opml.Read(bytes.NewReader(data))
			if strings.Contains(file, "index.apt") { // a page that shows OPML
				if err == nil {
					t.Error("a page was read as OPML")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			feeds += roundTrip(t, doc)
			if raw := bytes.Count(data, []byte("xmlUrl=")); raw != len(flat(doc)) {
				t.Errorf("%d of %d subscriptions were read", len(flat(doc)), raw)
			}
		})
	}
	if feeds < 2_500 {
		t.Errorf("only %d subscriptions went through", feeds)
	}
}

// A subscription is one outline with all around it.
type subscription struct {
	folders [][]opml.Attr
	attrs   []opml.Attr
	line    int
}

// flat returns the subscriptions of a list in their order.
func flat(doc *opml.Document) (out []subscription) {
	var walk func(outlines []opml.Outline, path [][]opml.Attr)
	walk = func(outlines []opml.Outline, path [][]opml.Attr) {
		for _, o := range outlines {
			if _, ok := opml.Get(o.Attrs, "xmlUrl"); ok {
				out = append(out, subscription{path, o.Attrs, o.Line})
			}
			walk(o.Outlines, append(slices.Clip(path), o.Attrs))
		}
	}
	walk(doc.Outlines, nil)
	return out
}

func roundTrip(t *testing.T, doc *opml.Document) int {
	t.Helper()
	plan := planImport(config.Default("localhost:8080"), doc, "imported")
	cfg, err := config.Parse("feeds.toml", []byte(plan.toml()), known(), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	exported := export(t, cfg)
	told := map[int]string{}
	for _, n := range slices.Concat(plan.bad, plan.repeats) {
		told[n.Line] = n.Text
	}
	var want []subscription
	for _, s := range flat(doc) {
		if told[s.line] == "" {
			want = append(want, s)
		}
	}
	got := flat(exported)
	for i, s := range want {
		j := slices.IndexFunc(got, func(g subscription) bool { return holds(g.attrs, s.attrs) && holdsAll(g.folders, s.folders) })
		if j < 0 {
			t.Errorf("line %d is lost: %v in %v", s.line, s.attrs, s.folders)
		} else if j > i+len(plan.repeats) && len(plan.repeats) == 0 {
			t.Errorf("line %d stands at %d, it stood at %d", s.line, j, i)
		}
	}
	if len(got) < len(want) || len(got) > len(want)+len(plan.repeats) {
		t.Errorf("%d subscriptions became %d", len(want), len(got))
	}
	// What came out is taken as it stands: nothing is told of it, and it comes
	// out the same.
	second := planImport(config.Default("localhost:8080"), exported, "imported")
	if cfg, err = config.Parse("feeds.toml", []byte(second.toml()), known(), os.Getenv); err != nil {
		t.Fatal(err)
	}
	if again := export(t, cfg); fmt.Sprint(flatAttrs(again)) != fmt.Sprint(flatAttrs(exported)) {
		t.Error("it differs after a second time")
	}
	return len(got)
}

func flatAttrs(doc *opml.Document) (out []string) {
	for _, s := range flat(doc) {
		out = append(out, fmt.Sprint(s.folders, s.attrs))
	}
	return out
}

// export writes the sources, holds the list to the validator, and reads it.
func export(t *testing.T, cfg *config.Config) *opml.Document {
	t.Helper()
	var out bytes.Buffer
	doc := opml.Document{Title: "Sources", Outlines: subscriptions(cfg, func(*config.Source) bool { return true })}
	if err := doc.Write(&out); err != nil {
		t.Fatal(err)
	}
	result, err := validator.Validate(validator.Document{Body: bytes.NewReader(out.Bytes())}, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Messages {
		if f.Level != validator.Info && f.Rule.Code != "xmlns-unknown" { // other programs may have their own
			t.Errorf("line %d: %s %s", f.Start.Line, f.Rule.Code, f.Text)
		}
	}
	got, err := opml.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Notes) > 0 {
		t.Errorf("it can not be read back: %v", got.Notes)
	}
	return got
}

func holds(got, want []opml.Attr) bool {
	for _, a := range want {
		if value, ok := opml.Get(got, a.Name); !ok || value != a.Value {
			return false
		}
	}
	return true
}

func holdsAll(got, want [][]opml.Attr) bool {
	return slices.EqualFunc(got, want, holds)
}

// TestPublicSources holds what the site tells of its sources.
func TestPublicSources(t *testing.T) {
	t.Setenv("P", "secret")
	cfg, err := config.Parse("feeds.toml", []byte(`
[category.news]
label = "News"
[category.top]
folder = []
[source.a]
url = "https://example.org/a"
categories = ["news", "top"]
[source.page]
url = "https://example.org/page"
categories = ["top"]
kind = "sitemap"
[source.user]
url = "https://example.org/user"
categories = ["news"]
username = "ann"
password_env = "P"
[source.bearer]
url = "https://example.org/bearer"
categories = ["news"]
bearer_env = "P"
[source.token]
url = "https://example.org/feed?Access_Token=abc"
categories = ["news"]
[source.private]
url = "https://example.org/feed/private/abcdef/rss"
categories = ["news"]
[source.inside]
url = "http://10.1.2.3/feed"
categories = ["news"]
[source.intranet]
url = "http://wiki/feed"
categories = ["news"]
[source.unlisted]
url = "https://example.org/unlisted"
categories = ["news"]
unlisted = true
[source.file]
url = "file:posts/"
categories = ["news"]
[source.channel]
url = "https://www.youtube.com/feeds/videos.xml?channel_id=UCBJycsmduvYEL83R_U4JriQ"
categories = ["news"]
`), known(), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	doc := opml.Document{Title: "T", Outlines: publicSources(cfg)}
	if err := doc.Write(&out); err != nil {
		t.Fatal(err)
	}
	const want = `  <body>
    <outline text="News">
      <outline text="a" title="a" type="rss" xmlUrl="https://example.org/a"/>
      <outline text="channel" title="channel" type="rss" xmlUrl="https://www.youtube.com/feeds/videos.xml?channel_id=UCBJycsmduvYEL83R_U4JriQ"/>
    </outline>
    <outline text="page" type="link" url="https://example.org/page"/>
  </body>`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwant in it\n%s", out.String(), want)
	}
}
