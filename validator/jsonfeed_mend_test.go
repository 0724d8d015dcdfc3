package validator_test

import (
	"strings"
	"testing"

	"tributary/validator"
)

// TestJSONFeedMends makes the edits that messages propose.
func TestJSONFeedMends(t *testing.T) {
	feed := func(text, without string) string {
		return validator.Example{In: "json:feed", Text: text, Without: []string{without}}.Document()
	}
	item := func(text, without string) string {
		return validator.Example{In: "json:item", Text: text, Without: []string{without}}.Document()
	}
	for _, tt := range []struct{ code, doc, good string }{
		{"json-bom", "\ufeff" + feed("", ""), "{\n"},
		{"json-version-unknown", feed(`"version": "http://jsonfeed.org/version/1.1"`, "version"), `"version": "https://jsonfeed.org/version/1.1"`},
		{"json-version-unknown", feed(`"version": "https://jsonfeed.org/version/1.0"`, "version"), `"version": "https://jsonfeed.org/version/1"`},
		{"json-version-unknown", feed(`"version": "https:\/\/jsonfeed.org\/version\/1.1\/"`, "version"), `"version": "https://jsonfeed.org/version/1.1"`},
		{"json-id-not-string", item(`"id": 42`, "id"), `"id": "42"`},
		{"json-date-invalid", item(`"date_published": "Fri, 20 Nov 2026 08:00:00 +0800"`, "date_published"), `"date_published": "2026-11-20T08:00:00+08:00"`},
		{"json-date-case", item(`"date_published": "2026-11-20t08:00:00z"`, "date_published"), `"date_published": "2026-11-20T08:00:00Z"`},
		{"json-url-invalid", item(`"url": " https://example.com/a"`, "url"), `"url": "https://example.com/a"`},
		{"json-url-invalid", item(`"url": "https:\/\/example.com\/a b"`, "url"), `"url": "https://example.com/a%20b"`},
		{"json-key-misspelt", item(`"datePublished": "2026-11-20T08:00:00Z"`, "date_published"), `"date_published": "2026-11-20T08:00:00Z"`},
		{"json-key-misspelt", feed(`"Title": "News"`, "title"), `"title": "News"`},
		{"json-tag-hash", item(`"tags": ["#a\"b"]`, ""), `"tags": ["a\"b"]`},
		{"json-hub-type", feed(`"hubs": [{"type": "websub", "url": "https://example.com/hub"}]`, ""), `"type": "WebSub"`},
		{"json-type", feed(`"expired": "true"`, ""), `"expired": true`},
		{"json-type", item(`"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": "1234"}]`, ""), `"size_in_bytes": 1234`},
	} {
		fix := fixOf(judge(t, tt.doc), tt.code)
		if fix == nil {
			t.Errorf("%s has no mend in\n%s", tt.code, tt.doc)
			continue
		}
		got := tt.doc[:fix.Start] + fix.New + tt.doc[fix.End:]
		if r := judge(t, got); !strings.Contains(got, tt.good) || r.Counts[tt.code] > 0 {
			t.Errorf("%s: mended by %+v, want %s: %v", tt.code, fix, tt.good, r.Counts)
		}
	}
}

// TestJSONFeedNoMends leaves alone what only its author can tell.
func TestJSONFeedNoMends(t *testing.T) {
	for code, text := range map[string]string{
		"json-key-misspelt":          `"datePublished": "2026-11-20T08:00:00Z"`, // date_published is there
		"json-date-invalid":          `"date_modified": "11/12/2026"`,
		"json-text-markup":           `"summary": "<b>One</b>"`,
		"json-url-relative":          `"image": "/1.png"`,
		"json-type":                  `"attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": "007"}]`,
		"json-extension-name":        `"_1": {}`,
		"json-attachment-incomplete": `"attachments": [{"url": "https://example.com/1.mp3"}]`,
	} {
		r := judge(t, validator.Example{In: "json:item", Text: text}.Document())
		if r.Counts[code] == 0 || fixOf(r, code) != nil {
			t.Errorf("%s: %v, mended by %+v", code, r.Counts, fixOf(r, code))
		}
	}
}
