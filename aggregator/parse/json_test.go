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

func TestJSON(t *testing.T) {
	const body = `{"name":"News","total":2,"next":"?page=2","data":{"list":[
		{"id":9007199254740993,"title":"A &amp; <b>B</b>","url":"/a","ts":1644555999000,"by":["Ann",{"name":"Bob"}],"tags":"x","pic":"/p.webp","body":"<p>Text</p>"},
		{"id":"b","title":"Second","link":"https://other.example/b","ts":1644555999,"tags":null}]}}`
	for name, padded := range map[string]string{
		"plain": body, "call": "cb(" + body + ");", "assignment": "var x = " + body + ";", "guard": ")]}',\n" + body, "comment": "/**/jQuery11_1(" + body + ")",
	} {
		f, err := readAs(t, "json", padded, feed.Options{
			"items": ".data.list[]", "feed_title": ".name", "next": ".next", "pages": "2", "date": ".ts", "date_zone": "Asia/Shanghai",
			"author": ".by", "category": ".tags", "image": ".pic", "content": ".body",
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Title.Body != "News" || len(f.Items) != 2 || len(f.More) != 1 || f.More[0] != "https://example.org/list/?page=2" {
			t.Errorf("%s: feed %+v", name, f)
		}
		it := f.Items[0]
		got := fmt.Sprint(it.ID, "|", it.Title, "|", it.Published, "|", it.Authors, "|", it.Categories, "|", it.Content.Body, "|", links(&it), "|", it.Image.Href)
		want := "9007199254740993|{1 A &amp; <b>B</b> }|2022-02-11T13:06:39+08:00|[{Ann  } {Bob  }]|[{x  }]|<p>Text</p>|alternate /a|/p.webp"
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
		if links(&f.Items[1]) != "alternate https://other.example/b" || f.Items[1].Published != "2022-02-11T13:06:39+08:00" {
			t.Errorf("%s: second %+v", name, f.Items[1])
		}
	}
}

// An item's own document is read with the item at hand.
func TestJSONDetail(t *testing.T) {
	p := parser(t, "json", feed.Options{
		"items": ".", "detail": `"/one/\(.n)?x=1"`, "detail_content": ".html", "detail_title": `"\(.t) of \($item.n)"`, "detail_author": ".who",
	})
	g, ok := p.(parse.Gatherer)
	if !ok {
		t.Fatalf("%T gathers nothing", p)
	}
	f, err := p.Parse(&fetch.Document{URL: "https://example.org/list/", Body: []byte(`[{"n":7,"url":"/7"},{"url":"/8"}]`)})
	if err != nil {
		t.Fatal(err)
	}
	if it := f.Items[0]; it.Detail != "https://example.org/one/7?x=1" || !it.Scant {
		t.Fatalf("item %+v", it)
	}
	one := func(body string) (*parse.Item, error) {
		return g.Detail(&f.Items[0], &fetch.Document{URL: "https://example.org/one/7", Header: http.Header{}, Body: []byte(body)})
	}
	more, err := one(`{"html":"<p>Long</p>","t":"Part","who":"Ann"}`)
	if err != nil || more.Content.Body != "<p>Long</p>" || more.Title.Body != "Part of 7" || more.Authors[0].Name != "Ann" {
		t.Errorf("%+v, %v", more, err)
	}
	for body, want := range map[string]string{
		`{"text":"x"}`: "option detail_content: the expression .html gave nothing; the document has the keys text",
		`<html>`:       "this is HTML or XML, not JSON",
		`[1]`:          "option detail_author: .who: expected an object but got: array",
	} {
		if _, err := one(body); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	for _, tt := range []struct{ body, items, want string }{
		{`{"code":1,"data":null}`, ".data", "option items: the expression .data gave null, not a list of items"},
		{`{"data":1}`, ".data[]", "option items: .data[]: cannot iterate over: number (1)"},
		{``, ".", "the document is empty"},
		{`{"a":`, ".", "the JSON is cut short"},
		{"{\n\"a\":}", ".", "this is no JSON"},
		{strings.Repeat("[", 300) + strings.Repeat("]", 300), ".", "its values lie more than 200 deep in one another"},
		{`[1]`, `env.PATH // $ENV.PATH // "nothing" | error`, `option items: env.PATH // $ENV.PATH // "nothing" | error: error: nothing`},
	} {
		_, err := readAs(t, "json", tt.body, feed.Options{"items": tt.items})
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q by %s: %v, want %q", tt.body, tt.items, err, tt.want)
		}
	}
	f, err := readAs(t, "json", `{"list":[]}`, feed.Options{"items": ".list[]"})
	if err != nil || len(f.Items) != 0 {
		t.Errorf("an empty list: %+v, %v", f, err)
	}
	f, err = readAs(t, "json", `[{"title":"a","d":"x"},{"title":"b"}]`, feed.Options{"items": ".[]", "summary": ".nothing", "date": ".d.e"})
	if err != nil || len(f.Items) != 2 || len(f.Notes) != 2 {
		t.Errorf("notes %q, err %v", f.Notes, err)
	}
}

// An expression without end is ended.
func TestJSONSlow(t *testing.T) {
	_, err := readAs(t, "json", `[1]`, feed.Options{"items": "last(repeat(1))"})
	if err == nil || !strings.Contains(err.Error(), "it takes longer than") {
		t.Errorf("err = %v", err)
	}
}
