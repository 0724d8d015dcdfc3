package parse_test

import (
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/testshared"
)

// partsOf is what is remembered of a document that was read.
func partsOf(f *parse.Feed) (parts []feed.Part) {
	if f == nil || f.Split == nil {
		return nil
	}
	for _, d := range f.Split.Digests {
		parts = append(parts, feed.NewPart(d, &feed.Entry{}))
	}
	return parts
}

func readNew(t testing.TB, doc *fetch.Document, known []feed.Part) (*parse.Feed, error) {
	t.Helper()
	p, err := parse.New(&feed.Source{Kind: "feed"})
	if err != nil {
		t.Fatal(err)
	}
	return p.(parse.Splitter).ParseNew(doc, known)
}

// earlier returns the document as it was before those of its items came whose
// bits are set in mask.
func earlier(doc *fetch.Document, mask uint64) *fetch.Document {
	text := parse.Without(doc.Body, doc.Header.Get("Content-Type"), func(i int) bool { return mask>>(i%64)&1 == 1 })
	if text == "" {
		return nil
	}
	h := doc.Header.Clone()
	media, _, err := mime.ParseMediaType(doc.Header.Get("Content-Type"))
	if err != nil {
		media = "text/xml"
	}
	h.Set("Content-Type", media+"; charset=utf-8")
	return &fetch.Document{URL: doc.URL, Header: h, Body: []byte(text)}
}

// inParts reads a document after an earlier version of it, and holds what is
// said to be new against the whole document. It reports whether something was
// left out.
func inParts(t testing.TB, name string, doc *fetch.Document, mask uint64) bool {
	t.Helper()
	before := earlier(doc, mask)
	if before == nil {
		return false
	}
	known, err := read(t, before)
	if err != nil {
		return false
	}
	part, err := readNew(t, doc, partsOf(known))
	whole, werr := read(t, doc)
	if err != nil || werr != nil {
		if err == nil || werr == nil || err.Error() != werr.Error() {
			t.Errorf("%s: in part %v, as a whole %v", name, err, werr)
		}
		return false
	}
	left := part.Split.Partial()
	if left {
		if len(part.Split.Digests) != len(whole.Items) {
			t.Fatalf("%s: split into %d items, there are %d", name, len(part.Split.Digests), len(whole.Items))
		}
		places(t, name, part.Split)
		for n, i := range part.Split.Read {
			if !reflect.DeepEqual(part.Items[n], whole.Items[i]) {
				t.Errorf("%s: item %d in part\n%+v\nas a whole\n%+v", name, i, part.Items[n], whole.Items[i])
			}
		}
	} else if !reflect.DeepEqual(part.Items, whole.Items) {
		t.Errorf("%s: read as a whole, and differs", name)
	}
	p, w := *part, *whole
	p.Items, p.Split, w.Items, w.Split = nil, nil, nil, nil
	if !reflect.DeepEqual(p, w) {
		t.Errorf("%s: the feed in part\n%+v\nas a whole\n%+v", name, p, w)
	}
	return left
}

// places checks that each first letter of a tag is where Place says it is.
func places(t testing.TB, name string, s *parse.Split) {
	t.Helper()
	line, column := 0, 0
	for at := range s.Text {
		if s.Text[at] != '<' {
			continue
		}
		l, c := s.Place(at)
		if l < line || l == line && c <= column {
			t.Fatalf("%s: byte %d is at line %d, column %d, and one before it at %d, %d", name, at, l, c, line, column)
		}
		line, column = l, c
	}
}

// What is read of the corpus, the conformance cases and the simulator's feeds
// is the same in parts.
func TestSplitDifferential(t *testing.T) {
	try := func(what, name string, doc *fetch.Document, count map[string]int) {
		count[what]++
		left := false
		for _, mask := range []uint64{1, 2, 0xaaaaaaaaaaaaaaaa, 0x5555555555555555, 0} {
			left = inParts(t, name, doc, mask) || left
		}
		if left {
			count[what+", split"]++
		}
	}
	count := map[string]int{}
	for what, dir := range map[string]string{"corpus": testshared.Dir(t, "corpus", "real"), "conformance": testshared.Dir(t, "conformance", "parser")} {
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			body, err := os.ReadFile(path)
			if err == nil {
				try(what, path, &fetch.Document{URL: "http://example.com/feed", Header: http.Header{}, Body: body}, count)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	up := testshared.StartUpstream(t, "-n", "100", "-hostile", "0.2")
	for _, f := range up.Feeds {
		try("simulator", f.URL, get(t, f.URL), count)
	}
	t.Log(count)
	if count["simulator, split"] < 95 {
		t.Errorf("of %d feeds of the simulator only %d were split", count["simulator"], count["simulator, split"])
	}
	if count["corpus, split"] < 200 {
		t.Errorf("of %d documents of the corpus only %d were split", count["corpus"], count["corpus, split"])
	}
}

const three = `<item><title>three</title><guid>3</guid></item>`

// What is known is left out only if nothing around it has changed.
func TestSplit(t *testing.T) {
	head := `<rss version="2.0"><channel><title>T</title><lastBuildDate>Mon, 05 Jan 2026 00:00:00 GMT</lastBuildDate>`
	jsonHead := `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[`
	atomHead := `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><updated>2026-01-01T00:00:00Z</updated>`
	entry := func(n string) string { return "<entry><id>" + n + "</id><title>" + n + "</title></entry>" }
	for _, tt := range []struct {
		name          string
		before, after string
		read          int // items, of three
	}{
		{"one new", head + one + two + "</channel></rss>", head + three + one + two + "</channel></rss>", 1},
		{"another date", head + one + two + "</channel></rss>", `<rss version="2.0"><channel><title>T</title><lastBuildDate>later</lastBuildDate>` + three + one + two + "</channel></rss>", 1},
		{"another title", head + one + two + "</channel></rss>", `<rss version="2.0"><channel><title>U</title>` + three + one + two + "</channel></rss>", 3},
		{"another namespace", head + one + two + "</channel></rss>", `<rss version="2.0" xmlns:dc="x"><channel><title>T</title>` + three + one + two + "</channel></rss>", 3},
		{"another language at the end", head + one + two + "</channel></rss>", head + three + one + two + "<language>de</language></channel></rss>", 3},
		{"a comment", head + one + two + "</channel></rss>", head + three + "<!-- </item> -->" + one + two + "</channel></rss>", 1},
		{"a DOCTYPE", `<!DOCTYPE rss [<!ENTITY a "b">]>` + head + one + two + "</channel></rss>", `<!DOCTYPE rss [<!ENTITY a "c">]>` + head + three + one + two + "</channel></rss>", 3},
		{"an item in CDATA", head + one + two + "</channel></rss>", head + `<item><guid>3</guid><description><![CDATA[</item><item>]]></description></item>` + one + two + "</channel></rss>", 1},
		{"an item in another", head + one + two + "</channel></rss>", head + `<item><guid>3</guid><x:y xmlns:x="x"><item><guid>4</guid></item></x:y></item>` + one + two + "</channel></rss>", 3},
		{"an element that is not closed", head + one + two + "</channel></rss>", head + `<item><guid>3</guid><description></item>` + one + two + "</channel></rss>", 3},
		{"a CDATA section that is not closed", head + one + two + "</channel></rss>", head + `<item><guid>3</guid><description><![CDATA[a</description></item>` + one + two + "</channel></rss>", 3},
		{"a namespace that an item declares", head + one + two + "</channel></rss>", head + `<item xmlns:a="http://www.w3.org/2005/Atom"><guid>3</guid><a:published>2026-01-01T00:00:00Z</a:published></item>` + one + two + "</channel></rss>", 1},
		{"Atom", atomHead + entry("1") + entry("2") + "</feed>", atomHead + entry("3") + entry("1") + entry("2") + "</feed>", 1},
		{"Atom with another base", atomHead + entry("1") + entry("2") + "</feed>", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/"><title>T</title>` + entry("3") + entry("1") + entry("2") + "</feed>", 3},
		{"JSON", jsonHead + `{"id":"1"},{"id":"2"}]}`, jsonHead + `{"id":"3","title":"\"}]{"},{"id":"1"},{"id":"2"}]}`, 1},
		{"JSON with two lists", jsonHead + `{"id":"1"},{"id":"2"}]}`, jsonHead + `{"id":"3"},{"id":"1"},{"id":"2"}],"Items":[{"id":"3"},{"id":"1"},{"id":"2"}]}`, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, err := read(t, document(tt.before))
			if err != nil {
				t.Fatal(err)
			}
			f, err := readNew(t, document(tt.after), partsOf(known))
			if err != nil || len(f.Items) != tt.read {
				t.Fatalf("%d items were read, want %d; %v", len(f.Items), tt.read, err)
			}
		})
	}
}

// A place in what was read is that in the whole document.
func TestSplitPlace(t *testing.T) {
	known, err := read(t, document("<rss><channel><title>T</title>\n"+one+"\n"+two+"\n</channel></rss>"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := readNew(t, document("<rss><channel><title>T</title>\n"+one+"\n"+two+"\n  "+three+"\n</channel></rss>"), partsOf(known))
	if err != nil || !f.Split.Partial() {
		t.Fatalf("read as a whole; %v", err)
	}
	for text, want := range map[string][2]int{"<title>T": {1, 15}, "<title>three": {4, 9}, "<guid>3": {4, 29}, "</channel>": {5, 1}} {
		line, column := f.Split.Place(strings.Index(f.Split.Text, text))
		if line != want[0] || column != want[1] {
			t.Errorf("%s is at line %d, column %d, want %d, %d", text, line, column, want[0], want[1])
		}
	}
}

// A source's own documents are split wherever they come from: another URL or
// language makes all items new.
func TestSplitSurroundings(t *testing.T) {
	doc := document(rss(one + two))
	known, err := read(t, doc)
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]*fetch.Document{
		"URL":      {URL: "http://elsewhere.example/", Header: doc.Header, Body: doc.Body},
		"language": {URL: doc.URL, Header: http.Header{"Content-Language": {"de"}}, Body: doc.Body},
		"location": {URL: doc.URL, Header: http.Header{"Content-Location": {"http://elsewhere.example/"}}, Body: doc.Body},
	} {
		if f, err := readNew(t, other, partsOf(known)); err != nil || len(f.Items) != 2 {
			t.Errorf("another %s: %d items were read, want 2; %v", name, len(f.Items), err)
		}
	}
	if f, err := readNew(t, doc, partsOf(known)); err != nil || len(f.Items) != 0 || !f.Split.Partial() || f.Title.Body != known.Title.Body {
		t.Errorf("the same document: %d items were read; %v", len(f.Items), err)
	}
}

// Whatever comes, a document read in parts is the whole document.
func FuzzSplit(f *testing.F) {
	for _, s := range fuzzSeeds {
		for _, mask := range []uint64{1, 2} {
			f.Add([]byte(s), "text/xml", mask)
		}
	}
	f.Add([]byte(rss(one+two+three)), "", uint64(2))
	f.Add([]byte(`<rss><channel><item><title><![CDATA[a<item>]]></title><media:title>b</media:title></item><item><x><title/></x></item></channel></rss>`), "", uint64(1))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div><entry/></div></content></entry><entry/><!----><x></x></feed>`), "", uint64(1))
	f.Add([]byte(`{"version":"1","items":[{"id":"1"},{"id":"2","a":[{}]}],"title":"x"}`), "application/json", uint64(1))
	f.Fuzz(func(t *testing.T, body []byte, contentType string, mask uint64) {
		h := http.Header{"Content-Type": {contentType}}
		inParts(t, "the document", &fetch.Document{URL: "http://example.com/a/b", Header: h, Body: body}, mask)
	})
}

// BenchmarkSplit reads feeds with one new item each.
func BenchmarkSplit(b *testing.B) {
	docs, total := upstreamDocuments(b, 100)
	known := make([][]feed.Part, len(docs))
	for i, d := range docs {
		f, err := read(b, earlier(d, 1))
		if err != nil {
			b.Fatal(err)
		}
		known[i] = partsOf(f)
	}
	b.ReportAllocs()
	b.SetBytes(total)
	for b.Loop() {
		for i, d := range docs {
			if _, err := readNew(b, d, known[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
