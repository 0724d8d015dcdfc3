package validator_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"tributary/validator"
)

const jsonHead = `{"version": "https://jsonfeed.org/version/1.1", "title": "News", "home_page_url": "https://example.com/", "feed_url": "https://example.com/feed.json",
"language": "en", "icon": "https://example.com/icon.png", "items": [`

// repeated reads head, then a piece n times and then tail.
type repeated struct {
	head, piece, tail string
	n                 int
	rest              string
	peak              uint64 // of the heap
	reads             int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.reads++; r.reads%50 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		r.peak = max(r.peak, m.HeapAlloc)
	}
	if r.rest == "" {
		switch {
		case r.head != "":
			r.rest, r.head = r.head, ""
		case r.n > 0:
			r.n--
			r.rest = r.piece
		case r.tail != "":
			r.rest, r.tail = r.tail, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// TestJSONFeedMemory reads large feeds of several shapes in little memory and
// in time that does not grow faster than they do.
func TestJSONFeedMemory(t *testing.T) {
	text := strings.Repeat("<p>Some <b>text</b> about \\\"markets\\\" and Märkte.</p>\\n", 400)
	for _, tt := range []struct {
		name, head, piece, tail string
		n                       int
	}{
		{"items", jsonHead, `{"id": "https://example.com/1", "url": "https://example.com/1", "content_html": "` + text + `"},`, "0]}", 1000},
		{"one long content_html", jsonHead + `{"id": "1", "content_html": "`, text, `"}]}`, 1000},
		{"one long content_text", jsonHead + `{"id": "1", "content_text": "`, text, `"}]}`, 1000},
		{"one long tag", jsonHead + `{"id": "1", "content_html": "<a `, text, `"}]}`, 200},
		{"tags that are not closed", jsonHead + `{"id": "1", "content_html": "`, strings.Repeat("<b>", 8000), `"}]}`, 200},
		{"script upon script", jsonHead + `{"id": "1", "content_html": "`, strings.Repeat("<script>1</script>", 1000), `"}]}`, 200},
		{"one long extension", jsonHead + `], "_blue_shed": {"text": [`, `"` + text + `",`, "0]}}", 1000},
		{"many tags", jsonHead + `{"id": "1", "content_text": "a", "tags": [`, strings.Repeat(`"tag",`, 4000), `"last"]}]}`, 800},
		{"many attachments", jsonHead + `{"id": "1", "content_text": "a", "attachments": [`, strings.Repeat(`{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg"},`, 400), `{}]}]}`, 800},
		{"keys that there are not", jsonHead + `{"id": "1", "content_text": "a"`, strings.Repeat(`,"mood": 1`, 2000), `}]}`, 800},
	} {
		t.Run(tt.name, func(t *testing.T) {
			runtime.GC()
			in := &repeated{head: tt.head, piece: tt.piece, tail: tt.tail, n: tt.n}
			began := time.Now()
			r, err := validator.Validate(validator.Document{Body: in}, validator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if r.Counts["json-syntax"]+r.Counts["json-unfinished"] > 0 || r.Counts["json-large"] != 1 {
				t.Errorf("found %v", r.Counts)
			}
			if in.peak > 48<<20 {
				t.Errorf("%d MB of memory for %d MB", in.peak>>20, r.Bytes>>20)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("it took %v for %d MB", took, r.Bytes>>20)
			}
			inside(t, r, r.Bytes)
		})
	}
}

// at returns the places of a code, as line:column.
func at(r *validator.Result, code string) string {
	var out []string
	for _, m := range r.Messages {
		if m.Rule.Code == code {
			out = append(out, fmt.Sprintf("%d:%d-%d:%d", m.Start.Line, m.Start.Column, m.End.Line, m.End.Column))
		}
	}
	return strings.Join(out, " ")
}

// TestJSONFeedLongText finds places far within a text that is read in parts.
func TestJSONFeedLongText(t *testing.T) {
	before := strings.Repeat(`漢\u00e9\n<p>x</p>`, 20_000) // 16 characters each, 19 with escapes
	r := judge(t, jsonHead+"\n{\"id\": \"1\", \"content_html\": \""+before+`<script>`+before+`<img src=\"/a.png\">"}]}`)
	start := len(`{"id": "1", "content_html": "`) + 1
	width := len([]rune(before))
	if got, want := at(r, "json-html-unsafe"), fmt.Sprintf("3:%d-3:%d", start+width, start+width+len("<script")); !strings.HasPrefix(got, want) {
		t.Errorf("the script is at %s, want %s", got, want)
	}
	r = judge(t, jsonHead+"\n{\"id\": \"1\", \"content_html\": \""+before+before+`<img src=\"/a.png\">"}]}`)
	if got, want := at(r, "json-html-url-relative"), fmt.Sprintf("3:%d-", start+2*width+len(`<img src=\"`)); !strings.HasPrefix(got, want) {
		t.Errorf("the picture is at %s, want %s", got, want)
	}
}

// TestJSONFeedVersionLast knows what depends on the version when that comes
// last.
func TestJSONFeedVersionLast(t *testing.T) {
	const doc = `{"title": "News", "language": "en", "author": {"name": "Li Wei"}, "items": [{"id": "1", "content_text": "a", "language": "zh", "author": {"name": "Li Wei"}}], "version": "https://jsonfeed.org/version/%s"}`
	old := judge(t, fmt.Sprintf(doc, "1"))
	if old.Counts["json-key-version"] != 2 || old.Counts["json-author-deprecated"] != 0 || old.Counts["json-version-late"] != 1 || old.Version != "1" {
		t.Errorf("version 1: %v", old.Counts)
	}
	if r := judge(t, fmt.Sprintf(doc, "1.1")); r.Counts["json-key-version"] != 0 || r.Counts["json-author-deprecated"] != 2 || r.Version != "1.1" {
		t.Errorf("version 1.1: %v", r.Counts)
	}
}

func TestJSONFeedEncodings(t *testing.T) {
	const doc = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"财经\", \"items\": [\n{\"id\": 1, \"content_text\": \"é\"}]}"
	for name, enc := range map[string]interface{ String(string) (string, error) }{
		"utf-16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), "utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(),
		"utf-16le with a mark": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), "utf-32be": utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder(), "utf-32le": utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM).NewEncoder(),
	} {
		text, err := enc.String(doc)
		if err != nil {
			t.Fatal(err)
		}
		r := judge(t, text)
		if want, _, _ := strings.Cut(name, " "); r.Format != validator.JSONFeed || r.Encoding != want || r.Counts["json-encoding"] != 1 || !r.Valid || at(r, "json-id-not-string") != "2:8-2:9" {
			t.Errorf("%s: %s in %s, %v, the id at %s", name, r.Format, r.Encoding, r.Counts, at(r, "json-id-not-string"))
		}
		inside(t, r, int64(len(text)))
	}
}

// TestJSONFeedSniffed tells what is meant to be JSON by its type or name.
func TestJSONFeedSniffed(t *testing.T) {
	for _, tt := range []struct {
		doc  validator.Document
		text string
		code string
		json bool
	}{
		{validator.Document{ContentType: "application/feed+json"}, "feed({})", "json-syntax", true},
		{validator.Document{ContentType: "application/json; charset=utf-8"}, "", "json-unfinished", true},
		{validator.Document{Name: "https://example.com/feed.json?n=1"}, "// news\n{}", "json-syntax", true},
		{validator.Document{Name: "feed.json"}, "<rss/>", "rss-version-missing", false},
		{validator.Document{Name: "feed.xml"}, "{}", "json-not-feed", true},
		{validator.Document{ContentType: "application/feed+json; charset=iso-8859-1"}, `{"version": "https://jsonfeed.org/version/1.1", "title": "Café", "items": []}`, "json-charset", true},
		{validator.Document{ContentType: "application/feed+json; charset=UTF-8"}, `{"version": "https://jsonfeed.org/version/1.1", "title": 1, "items": []}`, "json-type", true},
	} {
		tt.doc.Body = strings.NewReader(tt.text)
		r, err := validator.Validate(tt.doc, validator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (r.Format == validator.JSONFeed) != tt.json || tt.json && r.Counts[tt.code] != 1 {
			t.Errorf("%q %q %q: %s, %v, want %s", tt.doc.Name, tt.doc.ContentType, tt.text, r.Format, r.Counts, tt.code)
		}
		if tt.doc.ContentType == "application/feed+json; charset=UTF-8" && r.Counts["json-charset"] > 0 {
			t.Errorf("charset=UTF-8 draws %v", r.Counts)
		}
	}
}

// TestJSONFeedNamed notes what can be looked for: hubs, enclosures, entries.
func TestJSONFeedNamed(t *testing.T) {
	read := func(text string) *validator.Result {
		t.Helper()
		x := &validator.Exchange{Received: 500, Decoded: 500, Hops: []validator.Hop{{URL: "https://example.com/other.json", Status: 200, Size: 500, Header: map[string][]string{"Content-Type": {"application/feed+json"}}}}}
		r, err := validator.Validate(validator.Document{Body: strings.NewReader(text), Exchange: x}, validator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	doc := jsonHead + `{"id": 7, "content_html": "<p>One</p>", "date_published": "2026-11-20T08:00:00Z", "attachments": [{"url": "https://example.com/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}]}], "hubs": [{"type": "WebSub", "url": "https://example.com/hub"}]}`
	r := read(doc)
	if len(r.Hubs) != 1 || r.Hubs[0].URL != "https://example.com/hub" {
		t.Errorf("hubs %+v", r.Hubs)
	}
	if len(r.Enclosures) != 1 || r.Enclosures[0].URL != "https://example.com/1.mp3" || r.Enclosures[0].StatedType != "audio/mpeg" || r.Enclosures[0].StatedLength != "5" {
		t.Errorf("enclosures %+v", r.Enclosures)
	}
	if len(r.Glimpses) != 1 || r.Glimpses[0].ID != "7" || r.Glimpses[0].Published != "2026-11-20T08:00:00Z" {
		t.Fatalf("entries %+v", r.Glimpses)
	}
	if got := at(r, "http-self-differs"); got != "1:119-1:150" {
		t.Errorf("the address of the feed is at %q: %v", got, r.Counts)
	}
	other := read(strings.Replace(doc, "<p>One", "<p>Two", 1))
	same := read(strings.Replace(doc, `"id": 7`, `"id": "8"`, 1))
	if other.Glimpses[0].Content == r.Glimpses[0].Content || same.Glimpses[0].Content != r.Glimpses[0].Content {
		t.Errorf("contents %q, another text %q, another id %q", r.Glimpses[0].Content, other.Glimpses[0].Content, same.Glimpses[0].Content)
	}
}

func TestJSONFeedLimits(t *testing.T) {
	deep := strings.Repeat("[", 2000)
	if r := judge(t, `{"_deep": {"x": `+deep); r.Counts["json-depth"] != 1 {
		t.Errorf("2,000 deep draws %v", r.Counts)
	}
	r, err := validator.Validate(validator.Document{Body: strings.NewReader(jsonHead + "]}")}, validator.Options{Limits: validator.Limits{Bytes: 100}})
	if err != nil || r.Counts["document-too-large"] != 1 || r.Counts["json-unfinished"] != 0 {
		t.Errorf("cut at 100 bytes: %v, %v", r.Counts, err)
	}
	if r := judge(t, `{"title": "`+strings.Repeat("x", 20<<20)+`"}`); r.Counts["json-too-long"] != 1 {
		t.Errorf("a title of 20 MB draws %v", r.Counts)
	}
	r, err = validator.Validate(validator.Document{Body: io.MultiReader(strings.NewReader(jsonHead), broken{})}, validator.Options{})
	if err != nil || r.Counts["document-unread"] != 1 {
		t.Errorf("a body that breaks off draws %v, %v", r.Counts, err)
	}
}

func BenchmarkJSONFeed(b *testing.B) {
	item := `{"id": "https://example.com/#", "url": "https://example.com/#", "title": "Entry #", "date_published": "2026-01-01T00:00:00Z", "tags": ["a", "b"],
"content_html": "<p>Some text about <b>markets</b> and \"money\" in <a href=\"https://example.com/x\">a place</a>.</p>\n<p>Ein zweiter Absatz über Märkte.</p>"},` + "\n"
	small := `{"id":"#","content_text":"One"},`
	for name, doc := range map[string]string{
		"html":  jsonHead + numbered(item, 10<<20/len(item)) + "{}]}",
		"small": jsonHead + numbered(small, 10<<20/len(small)) + "{}]}",
		"long":  jsonHead + `{"id": "1", "content_html": "` + strings.Repeat(`<p>Some text about <b>markets</b> and \"money\".</p>\n`, 10<<20/54) + `"}]}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := validator.Validate(validator.Document{Body: strings.NewReader(doc)}, validator.Options{})
				if err != nil || r.Counts["json-syntax"] > 0 {
					b.Fatal(err, r.Counts)
				}
			}
		})
	}
}
