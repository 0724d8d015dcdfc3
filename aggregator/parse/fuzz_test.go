package parse_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
)

var fuzzSeeds = []string{
	rss(one + two),
	`<?xml version="1.0" encoding="gbk"?><!DOCTYPE rss [<!ENTITY a "b">]><rss xmlns:media="http://search.yahoo.com/mrss/"><channel>
		<item xml:base="a/"><link>b</link><media:group><media:content url="c"/></media:group><guid>&a;</guid></item></channel></rss>`,
	`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title type="html">&lt;b></title><entry><id>x</id><link href="y"/>
		<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p/><![CDATA[<]]></div></content></entry></feed>`,
	`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="a"/></rdf:RDF>`,
	`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"tags":["a"],"attachments":[{"url":"b"}]}]}`,
	"\xff\xfe<\x00r\x00s\x00s\x00>\x00", "<rss><item><title><![CDATA[a", "<html><link rel=alternate type=application/rss+xml href=x>",
}

// Whatever comes, Parse ends within its limits, with a feed of legal text or
// an *Error.
func FuzzParse(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s), "text/xml")
		f.Add([]byte(s), "application/rss+xml; charset=gb2312")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		h := http.Header{"Content-Type": {contentType}}
		got, err := read(t, &fetch.Document{URL: "http://example.com/a/b", Header: h, Body: body})
		if err != nil {
			if pe, ok := err.(*parse.Error); !ok || pe.Reason == "" || strings.Contains(pe.Reason, "could be read") ||
				strings.Contains(pe.Reason, "cannot be read") {
				t.Fatalf("err = %#v", err)
			}
			return
		}
		legalText(t, got.Title.Body, got.ID, got.Language, got.Generator)
		for i := range got.Items {
			it := &got.Items[i]
			legalText(t, it.ID, it.Base, it.Language, it.Title.Body, it.Summary.Body, it.Content.Body, it.Published, it.Updated)
			for _, l := range it.Links {
				legalText(t, l.Href, l.Type, l.Title)
			}
			for _, p := range it.Authors {
				legalText(t, p.Name, p.Email, p.URI)
			}
			for _, c := range it.Categories {
				legalText(t, c.Term, c.Scheme, c.Label)
			}
		}
	})
}

func legalText(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		bad := strings.IndexFunc(s, func(r rune) bool {
			return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
		})
		if bad >= 0 || !utf8.ValidString(s) {
			t.Fatalf("%q is no legal text", s)
		}
	}
}

// Whatever comes, the text decoded is valid UTF-8 that XML allows.
func FuzzDecode(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add([]byte(s), "text/xml; charset=shift_jis")
	}
	f.Add([]byte("\xd6\xd0\xce\xc4\x00\xef\xbf\xbf"), "text/xml")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		text, name, _ := parse.Decode(body, contentType)
		legalText(t, text)
		if name == "" {
			t.Error("no charset is named")
		}
	})
}
