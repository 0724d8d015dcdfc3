package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"tributary/validator/jsontext"
)

// FuzzReader holds the reader against encoding/json, which takes bytes that
// are no UTF-8, and against itself when it reads byte by byte.
func FuzzReader(f *testing.F) {
	for _, s := range []string{`{"a": [1, -0.5e7, "x\n\u00e9\ud83d\ude00", true, false, null], "b": {}}`, "[01]", `{"a" 1}`, "[\"\xff\"]", "\r\n[1,]", `"\ud800"`, "{\"a\":1,\r\"a\":2}", "0\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := read(strings.NewReader(text))
		valid := json.Valid([]byte(text))
		switch {
		case err == nil && !valid:
			t.Fatalf("%q is taken for JSON", text)
		case err != nil && valid && err.Kind != jsontext.BadBytes && err.Kind != jsontext.TooDeep:
			t.Fatalf("%q: %v at %+v", text, err, err.Pos)
		}
		_, slow := read(iotest.OneByteReader(strings.NewReader(text)))
		skip := jsontext.NewReader(strings.NewReader(text))
		skipped := skip.Skip()
		if skipped == nil {
			skipped = skip.End()
		}
		if err == nil {
			if slow != nil || skipped != nil {
				t.Fatalf("%q: by the byte %v, skipped %v", text, slow, skipped)
			}
			return
		}
		if slow == nil || *slow != *err || skipped == nil || *skipped != *err {
			t.Fatalf("%q: %v at %+v, by the byte %v, skipped %v", text, err, err.Pos, slow, skipped)
		}
		placed(t, text, err)
	})
}

// placed checks that an error's place is in the text, and its column right.
func placed(t *testing.T, text string, err *jsontext.Error) {
	t.Helper()
	if err.Pos.Offset < 0 || err.Pos.Offset > int64(len(text)) {
		t.Fatalf("%q: the error is at %+v", text, err.Pos)
	}
	before := text[:err.Pos.Offset]
	line := strings.Count(strings.ReplaceAll(before, "\r\n", "\n"), "\n") + strings.Count(strings.ReplaceAll(before, "\r\n", "\n"), "\r") + 1
	start := strings.LastIndexAny(before, "\r\n") + 1
	if err.Pos.Line != line {
		t.Fatalf("%q: the error is on line %d, want %d", text, err.Pos.Line, line)
	}
	if utf8.ValidString(before[start:]) && err.Pos.Column != utf8.RuneCountInString(before[start:])+1 {
		t.Fatalf("%q: the error is in column %d, want %d", text, err.Pos.Column, utf8.RuneCountInString(before[start:])+1)
	}
}

// BenchmarkReader reads a feed of 1 MB.
func BenchmarkReader(b *testing.B) {
	item := `{"id": "https://example.com/1", "title": "Märkte", "content_html": "<p>Some text about \"markets\".</p>\n", "date_published": "2026-01-01T00:00:00Z", "tags": ["a", "b"]},` + "\n"
	text := "[" + strings.Repeat(item, 1<<20/len(item)) + "0]"
	b.SetBytes(int64(len(text)))
	for _, bb := range []struct {
		name string
		read func(*jsontext.Reader) *jsontext.Error
	}{{"skip", (*jsontext.Reader).Skip}, {"build", func(r *jsontext.Reader) *jsontext.Error { _, err := value(r); return err }}} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := bb.read(jsontext.NewReader(strings.NewReader(text))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
