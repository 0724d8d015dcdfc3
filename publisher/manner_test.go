package publisher_test

import (
	"html"
	"strings"
	"testing"

	"tributary/feed"
	"tributary/feed/headline"
	"tributary/internal/publishedcheck"
)

// long is a text that nobody takes for a summary; its end is the last word.
var long = "<p>The ferry crossed.</p>" + strings.Repeat("<p>Eleven weeks in dry dock, and the chain is two metres longer.</p>", 40) + "<p>Landed.</p>"

func briefSite(t *testing.T) *site {
	t.Helper()
	titles, err := headline.Compile("{{.Source}} & co: {{.Title}}")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	s.set.Categories[0].SummaryOnly, s.set.Categories[0].Titles = true, titles
	text := func(body string) feed.Text { return feed.Text{Type: feed.TextHTML, Body: body} }
	s.poll(t, "gauge",
		feed.Entry{UpstreamID: "https://gauge.example/a", Title: feed.Text{Body: "Both"}, Summary: text("<p>A <em>short</em> one.</p>"), Content: text(long), Links: link("https://gauge.example/a"), Published: start},
		feed.Entry{UpstreamID: "https://gauge.example/b", Title: feed.Text{Body: "Content alone"}, Content: text(long), Links: link("https://gauge.example/b"), Published: start},
		feed.Entry{UpstreamID: "https://gauge.example/c", Title: feed.Text{Body: "Summary alone, as long as a text"}, Summary: text(long), Links: link("https://gauge.example/c"), Published: start},
		feed.Entry{UpstreamID: "https://gauge.example/d", Content: text("<p>Without a title &amp; short.</p>"), Links: link("https://gauge.example/d"), Published: start},
		feed.Entry{UpstreamID: "https://gauge.example/e", Title: feed.Text{Body: "Nothing <b>else</b>"}, Links: link("https://gauge.example/e"), Published: start})
	s.poll(t, "anjiang", chinese()...)
	return s
}

// With summary_only and title no feed has the whole text or a bare title, the
// feeds of all included, and all are valid; pages have both.
func TestManner(t *testing.T) {
	s := briefSite(t)
	h := s.publisher().Handler()
	get := func(path string) string { return body(t, request(t, h, "GET", path)) }
	for _, folder := range []string{"/rivers/", "/all/"} {
		docs := [][]byte{[]byte(get(folder + "atom.xml")), []byte(get(folder + "rss.xml")), []byte(get(folder + "feed.json"))}
		for _, problem := range publishedcheck.Feeds(docs[0], docs[1], docs[2]) {
			t.Errorf("%s%s", folder, problem)
		}
		for _, doc := range docs {
			text := string(doc)
			if strings.Contains(text, "Landed.") || strings.Contains(text, "content:encoded>") {
				t.Errorf("%s: the whole text is in\n%.600s", folder, text)
			}
			for _, want := range []string{"The ferry crossed. Eleven weeks", "Gauge House & co: Both", "short</em> one.", "Gauge House & co: Without a title & short.", "Nothing <b>else</b>"} {
				if !strings.Contains(text, want) && !strings.Contains(html.UnescapeString(text), want) {
					t.Errorf("%s: no %q in\n%.600s", folder, want, text)
				}
			}
			if folder == "/all/" && (strings.Contains(text, "岸江晚报 & co") || !strings.Contains(text, "重点加固弯道与涵闸")) {
				t.Errorf("%s: an entry of the other category is not as it was:\n%.600s", folder, text)
			}
		}
	}
	e, err := s.store.Entry(t.Context(), feed.Identify("gauge", "https://gauge.example/b", "", feed.Digest{}))
	if err != nil {
		t.Fatal(err)
	}
	if page := get(entryPath(&e)); !strings.Contains(page, "Landed.") || strings.Contains(page, "& co") || strings.Contains(page, "&amp; co") {
		t.Errorf("the entry's page is not whole, or has another title:\n%.800s", page)
	}
}

// Another template is another site to a build.
func TestMannerBuilt(t *testing.T) {
	s := briefSite(t)
	dir := t.TempDir()
	build(t, s, dir)
	if r := build(t, s, dir); r.Full != "" || r.Written != 0 {
		t.Errorf("built again: %+v", r)
	}
	other, err := headline.Compile("{{.Title}}!")
	if err != nil {
		t.Fatal(err)
	}
	s.set.Categories[0].Titles = other
	if r := build(t, s, dir); r.Full == "" || !strings.Contains(tree(t, dir)["rivers/atom.xml"], "Both!") {
		t.Errorf("built with another template: %+v", r)
	}
}
