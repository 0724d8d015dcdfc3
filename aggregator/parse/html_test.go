package parse_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// parser returns the parser of a kind with options.
func parser(t testing.TB, kind string, o feed.Options) parse.Parser {
	t.Helper()
	p, err := parse.New(&feed.Source{Kind: kind, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// readAs reads a document at https://example.org/list/ by a kind.
func readAs(t testing.TB, kind, body string, o feed.Options) (*parse.Feed, error) {
	t.Helper()
	return parser(t, kind, o).Parse(&fetch.Document{URL: "https://example.org/list/", Body: []byte(body), Header: http.Header{}})
}

const blogPage = `<!doctype html><html lang="de"><head><title>Das  Blog</title><base href="/blog/"></head><body>
<article><h2><a href="eins">Erster &amp; Beitrag</a></h2><time datetime="2024-05-01T10:00:00+02:00">gestern</time>
 <div class="s">Kurz <em>gesagt</em>.</div><img data-src="pic/1.png" src="blank.gif"><span class="by">Ann</span><span class="by">Bob</span>
 <a rel="tag" href="/t/a">A</a> <a rel="tag" href="/t/b">B</a></article>
<article><h2>Ohne Verweis</h2></article>
<article><p>nichts</p></article>
<article><a href="zwei"><img src="2.jpg" alt="Zwei"></a></article>
<a class="next" href="?p=2">mehr</a></body></html>`

func TestHTML(t *testing.T) {
	f, err := readAs(t, "html", blogPage, feed.Options{
		"item": "article", "summary": ".s", "image": "img", "author": ".by", "category": "a[rel=tag]", "next": "a.next", "pages": "3",
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Title.Body != "Das Blog" || f.Language != "de" || f.Base != "https://example.org/blog/" || len(f.Items) != 3 {
		t.Fatalf("feed = %+v", f)
	}
	it := f.Items[0]
	got := fmt.Sprint(it.Title.Body, "|", it.Published, "|", it.Summary.Body, "|", it.Authors, "|", it.Categories, "|", links(&it), "|", it.Image.Href)
	want := "Erster & Beitrag|2024-05-01T10:00:00+02:00|Kurz <em>gesagt</em>.|[{Ann  } {Bob  }]|[{A  } {B  }]|" +
		"alternate https://example.org/blog/eins|https://example.org/blog/pic/1.png"
	if got != want {
		t.Errorf("first item\n got %s\nwant %s", got, want)
	}
	if f.Items[1].Title.Body != "Ohne Verweis" || f.Items[2].Title.Body != "Zwei" {
		t.Errorf("titles %q, %q", f.Items[1].Title.Body, f.Items[2].Title.Body)
	}
	if len(f.More) != 1 || f.More[0] != "https://example.org/blog/?p=2" {
		t.Errorf("more = %v", f.More)
	}
}

func links(it *parse.Item) string {
	var out []string
	for _, l := range it.Links {
		out = append(out, strings.TrimSpace(l.Rel+" "+l.Href+" "+l.Type))
	}
	return strings.Join(out, ", ")
}

func TestHTMLDates(t *testing.T) {
	for _, tt := range []struct{ text, layout, zone, want string }{
		{"2024-03-01 10:30", "", "", "2024-03-01 10:30"},
		{"2024-03-01 10:30", "", "Asia/Shanghai", "2024-03-01T10:30:00+08:00"},
		{"01.03.2024", "02.01.2006", "Europe/Vienna", "2024-03-01T00:00:00+01:00"},
		{"01.07.2024  09:00", "02.01.2006 15:04", "Europe/Vienna", "2024-07-01T09:00:00+02:00"},
		{"1 Mar 2024", "02.01.2006", "", "1 Mar 2024"},
	} {
		o := feed.Options{"item": "li", "date": "i"}
		if tt.layout != "" {
			o["date_layout"] = tt.layout
		}
		if tt.zone != "" {
			o["date_zone"] = tt.zone
		}
		f, err := readAs(t, "html", "<ul><li><a href=a>A</a><i>"+tt.text+"</i></ul>", o)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Items[0].Published; got != tt.want {
			t.Errorf("%q as %q in %q: %q, want %q", tt.text, tt.layout, tt.zone, got, tt.want)
		}
		if noted := len(f.Notes) > 0; noted != (tt.text == "1 Mar 2024") {
			t.Errorf("%q: notes %q", tt.text, f.Notes)
		}
	}
}

// What went wrong names the option and what to do.
func TestHTMLErrors(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		o          feed.Options
		want       string
	}{
		{"nothing matches", "<p>x</p>", feed.Options{"item": "li"}, `option item: the selector "li" matched nothing on this page`},
		{"nothing in it", "<li>x</li>", feed.Options{"item": "li"}, `of the 1 places that the selector "li" matched, none has a link or a title`},
		{"empty", "  ", feed.Options{"item": "li"}, "the page is empty"},
		{"deep", strings.Repeat("<div>", 600) + "<li>", feed.Options{"item": "li"}, "cannot be read as HTML"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readAs(t, "html", tt.body, tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want %q in it", err, tt.want)
			}
		})
	}
	f, err := readAs(t, "html", "<ul><li><a href=a>A</a><li><a href=b>B</a></ul>", feed.Options{"item": "li", "summary": ".lead", "title": "a"})
	if err != nil || len(f.Notes) != 1 || f.Notes[0] != `option summary: the selector ".lead" matched in none of the 2 entries` {
		t.Errorf("notes %q, err %v", f.Notes, err)
	}
	many := strings.Repeat("<li><a href=a>A</a>", 1100)
	if f, err = readAs(t, "html", many, feed.Options{"item": "li"}); err != nil || len(f.Items) != 1000 || len(f.Notes) != 1 {
		t.Errorf("%d items, notes %q, err %v", len(f.Items), f.Notes, err)
	}
}

func TestOptions(t *testing.T) {
	for _, tt := range []struct {
		kind string
		o    feed.Options
		key  string
		at   int
	}{
		{"html", nil, "item", -1},
		{"html", feed.Options{"item": "main > > p"}, "item", 4},
		{"html", feed.Options{"item": "li", "link": "a[href"}, "link", 1},
		{"html", feed.Options{"item": "li", "date": "@@"}, "date", 0},
		{"html", feed.Options{"item": strings.Repeat("a", 1001)}, "item", 1000},
		{"html", feed.Options{"item": "li", "pages": "0"}, "pages", -1},
		{"html", feed.Options{"item": "li", "pages": "5"}, "pages", -1},
		{"html", feed.Options{"item": "li", "date_layout": "YYYY-MM-DD"}, "date_layout", -1},
		{"json", nil, "items", -1},
		{"json", feed.Options{"items": ".a["}, "items", 3},
		{"json", feed.Options{"items": ".a", "title": "nosuch(1)"}, "title", 0},
		{"json", feed.Options{"items": ".a", "detail_content": ".b"}, "detail_content", -1},
		{"json", feed.Options{"items": ".a", "detail": ".b"}, "detail", -1},
		{"json", feed.Options{"items": ".a", "title": "$item"}, "title", 0},
		{"json", feed.Options{"items": "input"}, "items", -1},
		{"json", feed.Options{"items": "env | .HOME"}, "", 0}, // it is empty
		{"json", feed.Options{"items": ".a", "detail": ".b", "detail_content": ".c", "full_text": "true"}, "full_text", -1},
		{"feed", feed.Options{"full_text_take": "p"}, "full_text_take", -1},
		{"feed", feed.Options{"full_text": "true", "full_text_remove": "p!"}, "full_text_remove", 1},
		{"sitemap", feed.Options{"pages": "1000"}, "pages", -1},
	} {
		_, err := parse.New(&feed.Source{Kind: tt.kind, Options: tt.o})
		oe, _ := err.(*parse.OptionError)
		switch {
		case tt.key == "" && err != nil:
			t.Errorf("%s %v: %v", tt.kind, tt.o, err)
		case tt.key != "" && (oe == nil || oe.Key != tt.key || oe.At != tt.at || oe.Expected == ""):
			t.Errorf("%s %v: %+v, want an error of %s at %d", tt.kind, tt.o, err, tt.key, tt.at)
		}
	}
}
