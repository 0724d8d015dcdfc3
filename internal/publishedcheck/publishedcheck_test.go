package publishedcheck_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
)

const (
	atom = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>Rivers</title><id>tag:feeds.example,2026:rivers</id><updated>2026-03-02T09:15:00Z</updated>
<link rel="self" type="application/atom+xml" href="https://feeds.example/rivers/atom.xml"/>
<entry><title type="html">A &amp;lt;b&amp;gt;&amp;lt;/b&amp;gt; too many</title><id>https://gauge.example/1</id>
<published>2026-03-02T10:10:00.5+01:00</published><updated>2026-03-02T09:15:00Z</updated>
<author><name>Ida Holm</name></author><content type="html">&lt;p&gt;The ferry runs.&lt;/p&gt;</content></entry>
</feed>`
	rss = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Rivers</title><link>https://feeds.example/rivers/</link>
<description>Of rivers.</description><atom:link rel="self" type="application/rss+xml" href="https://feeds.example/rivers/rss.xml"/>
<item><title>A &#x3C;b&#x3E;&#x3C;/b&#x3E; too many</title><guid>https://gauge.example/1</guid>
<pubDate>Mon, 02 Mar 2026 10:10:00 +0100</pubDate><description>&lt;p&gt;The ferry runs.&lt;/p&gt;</description></item>
</channel></rss>`
	jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","title":"Rivers","home_page_url":"https://feeds.example/rivers/","feed_url":"https://feeds.example/rivers/feed.json",
"items":[{"id":"https://gauge.example/1","url":"https://gauge.example/1","title":"A <b></b> too many","content_html":"<p>The ferry runs.</p>",
"date_published":"2026-03-02T09:10:00.5Z","date_modified":"2026-03-02T09:15:00Z","authors":[{"name":"Ida Holm"}]}]}`
	opml = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Rivers</title></head><body>
<outline type="rss" text="Rivers" title="Rivers" xmlUrl="https://feeds.example/rivers/rss.xml"/></body></opml>`
)

// site writes a site that nothing is wrong with, and then one file of it.
func site(t *testing.T, file, doc string) string {
	t.Helper()
	dir := t.TempDir()
	docs := map[string]string{"rivers/atom.xml": atom, "rivers/rss.xml": rss, "rivers/feed.json": jsonFeed, "opml.xml": opml}
	if file != "" {
		docs[file] = doc
	}
	for name, doc := range docs {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestDir(t *testing.T) { publishedcheck.Dir(t, site(t, "", "")) }

// A witness takes down how a test fails.
type witness struct {
	testing.TB
	errors []string
}

func (w *witness) Error(args ...any) { w.errors = append(w.errors, fmt.Sprint(args...)) }
func (w *witness) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}

func TestDirFails(t *testing.T) {
	for _, tt := range []struct{ name, file, doc, want string }{
		{"an error", "rivers/rss.xml", strings.Replace(rss, "Mon, 02", "Sun, 02", 1), "rivers/rss.xml: line 5, column 10: error: <pubDate>"},
		{"a warning", "rivers/atom.xml", strings.Replace(atom, `rel="self"`, `rel="alternate"`, 1), "rivers/atom.xml: line 2, column 1: warning: the feed does not say where it is found"},
		{"not well-formed", "opml.xml", "<opml", "opml.xml: line 1, column 1: error: a tag starts here"},
		{"another id", "rivers/feed.json", strings.Replace(jsonFeed, "example/1", "example/2", 1), `id is "https://gauge.example/1" in Atom`},
		{"another title", "rivers/rss.xml", strings.Replace(rss, "too many", "too much", 1), `title is "A &lt;b&gt;`},
		{"another date", "rivers/feed.json", strings.Replace(jsonFeed, "09:10:00.5Z", "09:10:01.5Z", 1), "published is 2026-03-02 09:10:00.5"},
		{"an entry less", "rivers/feed.json", strings.Replace(jsonFeed, `{"id"`, `{"id":"https://gauge.example/2","title":"B","content_html":"B","date_published":"2026-03-02T09:10:00Z","date_modified":"2026-03-02T09:10:00Z"},{"id"`, 1), "1 entries from Atom, 1 from RSS, 2 from JSON Feed"},
		{"no body", "rivers/feed.json", strings.Replace(jsonFeed, "content_html", "content", 1), "neither content_html nor content_text"},
		{"no JSON", "rivers/feed.json", "[]", "rivers/feed.json: line 1, column 1: error: the document is an array"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &witness{TB: t}
			publishedcheck.Dir(w, site(t, tt.file, tt.doc))
			if !strings.Contains(strings.Join(w.errors, "\n"), tt.want) {
				t.Errorf("Dir found %q, want %q among it", w.errors, tt.want)
			}
		})
	}
}

func TestDirAppliesTheSchema(t *testing.T) {
	testshared.Tool(t, "jing")
	for _, icon := range []string{"a", "😀"} {
		w := &witness{TB: t}
		publishedcheck.Dir(w, site(t, "rivers/atom.xml", strings.Replace(atom, "<published>", "<icon>"+icon+"</icon><published>", 1)))
		if got := strings.Join(w.errors, "\n"); !strings.Contains(got, "jing: rivers/atom.xml:6:") {
			t.Errorf("Dir found %q, want what jing says of line 6", got)
		}
	}
}

func TestDirIsBrief(t *testing.T) {
	w := &witness{TB: t}
	publishedcheck.Dir(w, site(t, "rivers/rss.xml", strings.Replace(rss, "<item>", strings.Repeat("<item/>", 50)+"<item>", 1)))
	if len(w.errors) != 21 || !strings.HasPrefix(w.errors[20], "and ") {
		t.Errorf("%d errors are shown, the last %q; want 20 and how many more", len(w.errors), w.errors[len(w.errors)-1])
	}
}
