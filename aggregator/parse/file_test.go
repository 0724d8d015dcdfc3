package parse_test

import (
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

func fileParser(t *testing.T) parse.Parser {
	t.Helper()
	p, err := parse.New(&feed.Source{Kind: "file"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A folder's documents are read as one feed; what is none is noted.
func TestFolder(t *testing.T) {
	f, err := fileParser(t).Parse(&fetch.Document{URL: "file:///feeds/", Files: []fetch.File{
		{Name: "a.xml", Body: []byte(`<rss><channel><title>A</title><language>fr</language><managingEditor>Ed</managingEditor>` +
			`<item><link>one.html</link></item></channel></rss>`)},
		{Name: "b/b.xml", Body: []byte(`<feed xml:lang="en"><title>B</title><entry><id>2</id><author><name>Bo</name></author></entry></feed>`)},
		{Name: "c.xml", Body: []byte(`<html></html>`)},
		{Name: "d.xml", Body: []byte(`<rss><channel><item><title>cut`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if f.Title.Body != "A" || len(f.Items) != 2 {
		t.Fatalf("title %q and %d items, want A and 2", f.Title.Body, len(f.Items))
	}
	a, b := f.Items[0], f.Items[1]
	if a.Base != "file:///feeds/a.xml" || a.Language != "fr" || a.Authors[0].Name != "Ed" {
		t.Errorf("first item %+v does not have its document's base, language and author", a)
	}
	if b.Base != "file:///feeds/b/b.xml" || b.Language != "en" || b.Authors[0].Name != "Bo" {
		t.Errorf("second item %+v does not have its document's base, language and author", b)
	}
	notes := strings.Join(f.Notes, "\n")
	if !strings.Contains(notes, "c.xml: this is an HTML page") || !strings.Contains(notes, "d.xml: line 1: the document ends") {
		t.Errorf("notes %q do not name c.xml and d.xml", notes)
	}
}

func TestFolderWithoutFeeds(t *testing.T) {
	for name, files := range map[string][]fetch.File{
		"is empty": {}, "none of the folder's 1 documents": {{Name: "a", Body: []byte("<html/>")}},
	} {
		if _, err := fileParser(t).Parse(&fetch.Document{URL: "file:///feeds/", Files: files}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("err = %v, want one with %q", err, name)
		}
	}
}

func TestOneFile(t *testing.T) {
	f, err := fileParser(t).Parse(&fetch.Document{URL: "file:///feeds/a.xml", Body: []byte(rss(one))})
	if err != nil || len(f.Items) != 1 || f.Base != "file:///feeds/a.xml" {
		t.Errorf("%+v, %v; want one item", f, err)
	}
}

// The response says where references start, and the language if nothing else does.
func TestHeader(t *testing.T) {
	for _, tt := range []struct{ name, value, base, language string }{
		{"Content-Location", "/elsewhere/", "http://example.com/elsewhere/", ""},
		{"Content-Location", "https://other.example/a", "https://other.example/a", ""},
		{"Content-Location", "javascript:alert(1)", "http://example.com/feeds/a.xml", ""},
		{"Content-Language", "de-CH, fr", "http://example.com/feeds/a.xml", "de-CH"},
	} {
		f, err := read(t, document(rss(one), tt.name, tt.value))
		if err != nil || f.Base != tt.base || f.Language != tt.language {
			t.Errorf("%s %q: base %q, language %q, %v; want %q, %q", tt.name, tt.value, f.Base, f.Language, err, tt.base, tt.language)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	if _, err := parse.New(&feed.Source{Kind: "scrap"}); err == nil || !strings.Contains(err.Error(), "feed, file") {
		t.Errorf("err = %v, want one that names the kinds", err)
	}
	if _, err := parse.New(&feed.Source{Kind: "feed", Options: feed.Options{"x": "y"}}); err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("err = %v, want one that names the option", err)
	}
}
