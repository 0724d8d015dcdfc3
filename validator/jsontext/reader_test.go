package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"

	"tributary/validator/jsontext"
)

// value reads a text that holds one value.
func value(text string) (*jsontext.Value, *jsontext.Error) {
	r := jsontext.NewReader(strings.NewReader(text))
	v, err := r.Value()
	if err == nil && r.Space() != 0 {
		return v, &jsontext.Error{Pos: r.Pos(), Text: "more"}
	}
	return v, err
}

func TestValue(t *testing.T) {
	v, err := value("{\n \"财经\": [1, -2.5e3, true, null, \"a\\u4e2d\\ud83d\\ude00\\n\"],\n\t\"b\": {}}")
	if err != nil {
		t.Fatal(err)
	}
	news := v.Get("财经")
	if news == nil || len(news.Elements) != 5 || news.Elements[4].Text != "a中😀\n" || news.Elements[1].Text != "-2.5e3" || v.Get("c") != nil {
		t.Fatalf("value %+v", v)
	}
	if p := v.Members[1].Start; p.Line != 3 || p.Column != 2 {
		t.Errorf("the key b is at %+v, want 3:2", p)
	}
	if p := news.Elements[4].At(1); p.Line != 2 || p.Column != 34 {
		t.Errorf("the second character of the string is at %+v, want 2:34", p)
	}
	if p := news.Elements[4].At(4); p.Column != 40 {
		t.Errorf("the third character of the string is at %+v, want column 40", p)
	}
}

func TestErrors(t *testing.T) {
	for in, want := range map[string]string{
		`{"a": 1,}`: "a comma stands before", `[1,]`: "a comma stands before", `{'a': 1}`: "single quotes", `{a: 1}`: "a key in double quotes", `{"a" 1}`: `":" is expected`,
		`{"a": 01}`: "no number", `{"a": .5}`: "a value is expected", `["a`: "ends within the string", `["\x"]`: "no escape", "[\"a\nb\"]": "end of its line", "[\"\x01\"]": "control character",
		`[tru]`: "a value is expected", `// x`: "no comments", ``: "the document ends", `{"a": "b"`: "the document ends", "[\"\xff\"]": "no UTF-8", strings.Repeat("[", 300): "nested",
	} {
		if _, err := value(in); err == nil || !strings.Contains(err.Text, want) {
			t.Errorf("%.40q: %v, want %q", in, err, want)
		}
	}
}

// FuzzValue agrees with encoding/json on what is JSON, and has its places
// inside the text.
func FuzzValue(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.5e-3, "b\u00e9\\", null, true]}`, `[{}, []]`, `"\ud83d"`, `{"a":1,"a":2}`, "\"\xff\"", `1e`, `-`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value(text)
		if depth := strings.Count(text, "[") + strings.Count(text, "{"); depth <= jsontext.MaxDepth && strings.ToValidUTF8(text, "") == text && len(text) < 900 && (err == nil) != json.Valid([]byte(text)) {
			t.Errorf("%q: %v, encoding/json says %v", text, err, json.Valid([]byte(text)))
		}
		if err != nil && (err.Pos.Offset < 0 || err.Pos.Offset > int64(len(text)) || err.Pos.Line < 1 || err.Pos.Column < 1) {
			t.Errorf("an error at %+v of %d bytes", err.Pos, len(text))
		}
		if err == nil && (v.Start.Offset < 0 || v.End.Offset > int64(len(text))) {
			t.Errorf("a value at %+v to %+v", v.Start, v.End)
		}
		r := jsontext.NewReader(iotest.OneByteReader(strings.NewReader(text)))
		if _, again := r.Value(); err == nil && again != nil {
			t.Errorf("read byte by byte: %v", again)
		}
	})
}

func BenchmarkValue(b *testing.B) {
	text := "[" + strings.Repeat(`{"id": "https://example.com/1", "title": "A title", "content_text": "Some text about markets, and more of it."},`, 10_000) + "{}]"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := value(text); err != nil {
			b.Fatal(err.Text)
		}
	}
}
