package parse_test

import (
	"net/http"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// checkFeed holds what a kind read to what is true of all: legal text, web
// addresses where more is to be asked for, an *Error otherwise.
func checkFeed(t *testing.T, f *parse.Feed, err error) {
	t.Helper()
	if err != nil {
		if pe, ok := err.(*parse.Error); !ok || pe.Reason == "" {
			t.Fatalf("err = %#v", err)
		}
		return
	}
	legalText(t, f.Title.Body, f.Language)
	for _, at := range f.More {
		webOnly(t, at)
	}
	for i := range f.Items {
		checkItem(t, &f.Items[i])
	}
}

func checkItem(t *testing.T, it *parse.Item) {
	t.Helper()
	legalText(t, it.ID, it.Title.Body, it.Summary.Body, it.Content.Body, it.Published, it.Updated, it.Language, it.Slug)
	for _, l := range it.Links {
		legalText(t, l.Href)
	}
	for _, p := range it.Authors {
		legalText(t, p.Name)
	}
	for _, c := range it.Categories {
		legalText(t, c.Term)
	}
	if it.Detail != "" {
		webOnly(t, it.Detail)
	}
}

func webOnly(t *testing.T, at string) {
	t.Helper()
	if !strings.HasPrefix(at, "http://") && !strings.HasPrefix(at, "https://") {
		t.Fatalf("%q is to be asked for", at)
	}
}

func someDocument(body []byte) *fetch.Document {
	return &fetch.Document{URL: "http://example.com/a/b", Header: http.Header{"Content-Type": {"text/html"}}, Body: body}
}

// Whatever the page and the selector, the html kind ends within its limits.
func FuzzHTML(f *testing.F) {
	f.Add([]byte(blogPage), "article", "time @datetime", "2006-01-02")
	f.Add([]byte(blogPage), "a, li:nth-child(2n+1) > *", ".", "Jan 2")
	f.Add([]byte("<table><tr><td><a href=//x><svg><style><a>"), "*", ":has(a)", "")
	f.Fuzz(func(t *testing.T, body []byte, item, date, layout string) {
		p, err := parse.New(&feed.Source{Kind: "html", Options: feed.Options{"item": item, "date": date, "date_layout": layout, "next": "a"}})
		if err != nil {
			if oe, ok := err.(*parse.OptionError); !ok || oe.At > len(item)+len(date) {
				t.Fatalf("err = %#v", err)
			}
			return
		}
		got, err := p.Parse(someDocument(body))
		checkFeed(t, got, err)
	})
}

// Whatever the document, the json kind ends within its limits; whatever the
// expression, its error has a place in it.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`cb({"list":[{"id":1,"title":"a","d":1644555999000,"url":"/x"}]});`), ".title")
	f.Add([]byte(`[[1,2],{"a":null}]`), `"\(.a)" | ascii_downcase`)
	f.Add([]byte(")]}'\n[{\"title\":{\"name\":\"\\ud800\"}}]"), ".a[")
	f.Fuzz(func(t *testing.T, body []byte, title string) {
		if strings.ContainsAny(title, "*") || strings.Contains(title, "range") || strings.Contains(title, "repeat") || strings.Contains(title, "limit") {
			return // it may be told to make much of little
		}
		o := feed.Options{"items": ".list? // .", "title": title, "detail": ".url? | strings", "detail_content": "tostring", "date": ".d?"}
		p, err := parse.New(&feed.Source{Kind: "json", Options: o})
		if err != nil {
			if oe, ok := err.(*parse.OptionError); !ok || oe.At > len(title) {
				t.Fatalf("err = %#v", err)
			}
			return
		}
		got, err := p.Parse(someDocument(body))
		checkFeed(t, got, err)
		if err == nil && len(got.Items) > 0 {
			more, err := p.(parse.Gatherer).Detail(&got.Items[0], someDocument(body))
			if err == nil {
				checkItem(t, more)
			}
		}
	})
}

// Whatever the document, the sitemap kind ends within its limits.
func FuzzSitemap(f *testing.F) {
	f.Add([]byte(newsSitemap))
	f.Add([]byte(`<sitemapindex><sitemap><loc>a</loc></sitemap>`))
	f.Add([]byte("<urlset><url><loc>\x01&#x1;file:///x</loc><url><loc>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := parse.New(&feed.Source{Kind: "sitemap"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Parse(someDocument(body))
		checkFeed(t, got, err)
	})
}

// Whatever the page, taking its text ends, with a text or an error.
func FuzzFullText(f *testing.F) {
	f.Add([]byte(articlePage))
	f.Add([]byte("<article><p>a<table><td><link rel=canonical href='file:///x'>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := parser(t, "feed", feed.Options{"full_text": "true"}).(parse.Gatherer)
		more, err := p.Detail(&parse.Item{Title: parse.Text{Body: "x"}}, someDocument(body))
		if more != nil {
			checkItem(t, more)
		}
		if err == nil && more.Content.Body == "" {
			t.Fatal("no text and no error")
		}
	})
}
