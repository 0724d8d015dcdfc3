package opml_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tributary/opml"
	"tributary/validator"
)

func list(body string) string {
	return `<opml version="2.0"><head><title>T</title></head><body>` + body + `</body></opml>`
}

// shown writes outlines on a line, as name=value pairs with what is in them.
func shown(outlines []opml.Outline) string {
	var b strings.Builder
	for _, o := range outlines {
		fmt.Fprintf(&b, "%q(%s)", o.Attrs, shown(o.Outlines))
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, tt := range []struct{ name, in, want, note string }{
		{"attributes in any case", list(`<outline TEXT="a" xmlurl="u"/>`), `[{"text" "a"} {"xmlUrl" "u"}]()`, ""},
		{"folders", list(`<outline text="a"><outline text="b"/></outline>`), `[{"text" "a"}]([{"text" "b"}]())`, ""},
		{"an ampersand by itself", list(`<outline text="a & b &amp; c &copy=1 &#20320; &eacute;"/>`), `[{"text" "a & b & c &copy=1 你 é"}]()`, ""},
		{"a declared entity stands for nothing", `<!DOCTYPE opml [<!ENTITY a "xxx">]>` + list(`<outline text="&a;"/>`), `[{"text" "&a;"}]()`, ""},
		{"line ends in a value", list("<outline text=\"a\r\nb&#10;c\"/>"), `[{"text" "a b\nc"}]()`, ""},
		{"quotes in a value", list("<outline text=\"a \"b\" c\" xmlUrl=\"u\" />\n<outline text=\"d\"/>"), `[{"text" "a \"b\" c"} {"xmlUrl" "u"}]()[{"text" "d"}]()`, "read all the same"},
		{"a tag in a value", list("<outline text=\"a\" description=\"<a href=\"x\">y</a>\"\n xmlUrl=\"u\">\n<outline text=\"d\"/></outline>"), `[{"text" "a"} {"description" "<a href=\"x\">y</a>"} {"xmlUrl" "u"}]([{"text" "d"}]())`, "read all the same"},
		{"an attribute twice", list("<outline text=\"a\" text=\"b\"/>\n<outline text=\"d\"/>"), `[{"text" "d"}]()`, "left out"},
		{"cut short", `<opml><body><outline text="a"><outline text="b"/><outline te`, `[{"text" "a"}]([{"text" "b"}]())`, "left out"},
		{"a namespace", `<opml xmlns:x="https://example.org/x"><body><outline x:icon="i" y:icon="j"/></body></opml>`, `[{"x:icon" "i"} {"y.icon" "j"} {"xmlns:x" "https://example.org/x"}]()`, ""},
		{"Chinese in GB 18030", "<?xml version=\"1.0\" encoding=\"gb18030\"?>" + list("<outline text=\"\xd6\xd0\xce\xc4\"/>"), `[{"text" "中文"}]()`, ""},
		{"UTF-16", utf16(list(`<outline text="中文"/>`)), `[{"text" "中文"}]()`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := opml.Read(strings.NewReader(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(doc.Outlines); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if notes := fmt.Sprint(doc.Notes); (tt.note == "") != (len(doc.Notes) == 0) || !strings.Contains(notes, tt.note) {
				t.Errorf("notes %s, want %q", notes, tt.note)
			}
		})
	}
}

func utf16(text string) string {
	out := []byte("\xfe\xff")
	for _, r := range text {
		out = append(out, byte(r>>8), byte(r))
	}
	return string(out)
}

func TestReadLimits(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"not OPML", "<rss/>", "there is no <opml>"},
		{"a page that shows one", "Look: <opml><body/></opml>", "line 1 has text before any <opml>"},
		{"empty", "", "there is no <opml>"},
		{"deep", list(strings.Repeat("<outline text='a'>", opml.MaxDepth+1)), "deeper within each other than 64"},
		{"deep elements", list(strings.Repeat("<a>", 100_000)), "deeper within each other than 64"},
		{"many", list(strings.Repeat("<outline/>", opml.MaxOutlines+1)), "more than 200000 outlines"},
		{"long", strings.Repeat(" ", opml.MaxBytes+1), "longer than 32 MiB"},
		{"damaged all over", list(strings.Repeat("<outline a>\n", 1000)), "more than 200 places are damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := opml.Read(strings.NewReader(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestWrite holds what OPML does not allow as it stands: it is written in a
// namespace, and read as it was.
func TestWrite(t *testing.T) {
	attrs := []opml.Attr{
		{Name: "text", Value: "<a> & \"b\"\n"}, {Name: "xmlUrl", Value: "https://example.org/a[b]"}, {Name: "type", Value: "atom"}, {Name: "version", Value: "2"},
		{Name: "encoding", Value: "UTF-8"}, {Name: "htmlUrl", Value: "no address"}, {Name: "kept_:x", Value: "y"}, {Name: "xmlns:kept_", Value: "https://example.org/y"},
	}
	doc := &opml.Document{Title: "T & U", Owner: "Ann", Outlines: []opml.Outline{{Attrs: attrs}, {Attrs: []opml.Attr{{Name: "x:a", Value: "lost: nothing declares x"}}}}}
	data := written(t, doc)
	if err := judged(data); err != nil {
		t.Error(err)
	}
	again, err := opml.Read(bytes.NewReader(data))
	if err != nil || again.Title != "T & U" || again.Owner != "Ann" {
		t.Fatalf("%+v, %v", again, err)
	}
	for _, a := range attrs {
		if got := again.Outlines[0].Get(a.Name); got != a.Value {
			t.Errorf("%s = %q, it was %q\n%s", a.Name, got, a.Value, data)
		}
	}
}

func written(t testing.TB, doc *opml.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := doc.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// judged returns what the validator has against a document, the namespaces of
// others aside.
func judged(data []byte) error {
	result, err := validator.Validate(validator.Document{Body: bytes.NewReader(data)}, validator.Options{})
	if err != nil {
		return err
	}
	for _, m := range result.Messages {
		if m.Level != validator.Info && m.Rule.Code != "xmlns-unknown" && !strings.HasPrefix(m.Rule.Code, "uri-") {
			return fmt.Errorf("line %d: %s: %s", m.Start.Line, m.Rule.Code, m.Text)
		}
	}
	return nil
}

// FuzzRead: whatever is read is written as OPML that the validator has nothing
// against, and that reads as the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(list(`<outline text="a" xmlUrl="https://example.org/" x="y"/>`)))
	f.Add([]byte(`<opml xmlns:x="https://example.org/x"><body><outline x:icon="i" type="link"><outline title="&lt;"/></outline></body></opml>`))
	f.Add([]byte(list("<outline text=\"a \"b\" c\" xmlUrl=\"u\" />")))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := opml.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		if len(doc.Outlines) == 0 || slices.ContainsFunc(doc.Outlines, strange) {
			return // addresses are the configuration's to judge
		}
		first := written(t, doc)
		if err := judged(first); err != nil {
			t.Errorf("%v\n%s", err, first)
		}
		again, err := opml.Read(bytes.NewReader(first))
		if err != nil || len(again.Notes) > 0 {
			t.Fatalf("%v, %v\n%s", err, again, first)
		}
		second := written(t, again) // what was kept stands where it was added
		if again, err = opml.Read(bytes.NewReader(second)); err != nil {
			t.Fatal(err)
		}
		if third := written(t, again); !bytes.Equal(second, third) {
			t.Errorf("second\n%s\nthen\n%s", second, third)
		}
	})
}

func strange(o opml.Outline) bool {
	address, feed := opml.Get(o.Attrs, "xmlUrl")
	return feed && !strings.HasPrefix(address, "https://example.org/") || slices.ContainsFunc(o.Outlines, strange)
}
