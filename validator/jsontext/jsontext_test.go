package jsontext_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"tributary/validator/jsontext"
)

// read reads a text whole and returns what it holds, or the error.
func read(in io.Reader) (any, *jsontext.Error) {
	r := jsontext.NewReader(in)
	v, err := value(r)
	if err == nil {
		err = r.End()
	}
	return v, err
}

func value(r *jsontext.Reader) (any, *jsontext.Error) {
	kind, err := r.Next()
	if err != nil {
		return nil, err
	}
	switch kind {
	case jsontext.Object:
		out := map[string]any{}
		err := r.Object(func(k jsontext.Key) *jsontext.Error {
			v, err := value(r)
			out[k.Name] = v
			return err
		})
		return out, err
	case jsontext.Array:
		out := []any{}
		err := r.Array(func() *jsontext.Error {
			v, err := value(r)
			out = append(out, v)
			return err
		})
		return out, err
	case jsontext.String:
		t, err := r.Text()
		if err != nil {
			return nil, err
		}
		return t.Text, nil
	}
	s, err := r.Literal()
	if err != nil {
		return nil, err
	}
	switch kind {
	case jsontext.Null:
		return nil, nil
	case jsontext.Bool:
		return s == "true", nil
	}
	return json.Number(s), nil
}

// reference is what encoding/json reads.
func reference(t *testing.T, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestValues(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, ` false `, `0`, `-0`, `-0.5e-7`, `1E+2`, `""`, `[]`, `{}`, `[[],{}]`, "[1,\n2\r\n,3]",
		`{"a": {"b": [1, "x", null, true]}, "c": ""}`, `"é漢😀"`, `"\"\\\/\b\f\n\r\t\u00e9\u6f22\ud83d\ude00\uD83D\uDE00"`,
		`"` + strings.Repeat("long ", 40_000) + `"`, `{"` + strings.Repeat("k", 200_000) + `": 1}`, strings.Repeat("[", 900) + strings.Repeat("]", 900),
		`"\ud800"`, `"\ud800\ud800x"`, `"\udc00\ud800"`, `["\\ud800"]`, strings.Repeat(" ", 70_000) + "1", "1" + strings.Repeat("0", 70_000),
	} {
		want := fmt.Sprint(reference(t, text))
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(text), "by the byte": iotest.OneByteReader(strings.NewReader(text))} {
			got, err := read(in)
			if err != nil {
				t.Errorf("%.60s, %s: %v at %+v", text, name, err, err.Pos)
			} else if fmt.Sprint(got) != want {
				t.Errorf("%.60s, %s: got %.100v, want %.100s", text, name, got, want)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		text         string
		line, column int
		says         string
	}{
		{``, 1, 1, "ends where a value is expected"},
		{`{`, 1, 2, "within the object that line 1 opens"},
		{"{\n\"a\"", 2, 4, `":" and its value are missing`},
		{"{\n\"a\" 1}", 2, 5, `"1" stands after the key "a" where ":" is expected`},
		{`{"a"= 1}`, 1, 5, `write ":"`},
		{`{"a":`, 1, 6, "ends where a value is expected"},
		{`{"a": 1`, 1, 8, `before "}" closes what line 1 opens`},
		{"{\"a\": 1,\n}", 2, 1, "remove the comma"},
		{"[1, 2,\n]", 2, 1, "remove the comma"},
		{`[,1]`, 1, 2, "a comma stands where a value"},
		{`{,}`, 1, 2, "before the first key"},
		{`{"a": 1,, "b": 2}`, 1, 9, "a second comma"},
		{"{\"a\": 1\n\"b\": 2}", 2, 1, "a comma is missing before this"},
		{`["a" "b"]`, 1, 6, "a comma is missing before this"},
		{`{'a': 1}`, 1, 2, "double quotes only"},
		{`{a: 1}`, 1, 2, "the key a stands without quotes"},
		{`{"a": 'x'}`, 1, 7, "double quotes only"},
		{`{"a": x1}`, 1, 7, "x1 stands where a value is expected"},
		{`[True]`, 1, 2, "True stands"},
		{`[tru]`, 1, 2, "tru stands"},
		{`[NaN]`, 1, 2, "NaN stands"},
		{`[undefined]`, 1, 2, "undefined stands"},
		{"// news\n{}", 1, 1, "JSON has no comments"},
		{"{\n // news\n}", 2, 2, "JSON has no comments"},
		{"[1 /* one */]", 1, 4, "JSON has no comments"},
		{`[1}`, 1, 3, "does not fit the bracket of line 1"},
		{`[1`, 1, 3, `before "]" closes`},
		{`{} {}`, 1, 4, "after the end of the document"},
		{`[01]`, 1, 2, "starts with a zero"},
		{`[-]`, 1, 3, "a digit is expected"},
		{`[1.]`, 1, 4, "a digit must follow the point"},
		{`[1e]`, 1, 4, "a digit must follow the exponent"},
		{`[1.5.2]`, 1, 5, "does not fit here"},
		{`[+1]`, 1, 2, "neither a plus sign"},
		{`[.5]`, 1, 2, "neither a plus sign"},
		{`["é` + "\n" + `"]`, 1, 4, "goes on over the end of its line"},
		{"[\"a\tb\"]", 1, 4, "a tab stands in a string"},
		{"[\"a\x00b\"]", 1, 4, "U+0000"},
		{"[\"漢字\x01\"]", 1, 5, "U+0001"},
		{`["漢字\x"]`, 1, 5, `\x is no escape of JSON`},
		{`["\'"]`, 1, 3, `\' is no escape of JSON`},
		{`["\u12g4"]`, 1, 3, "four hexadecimal digits"},
		{`["\u12`, 1, 7, "within an escape"},
		{`["a\`, 1, 5, "within an escape"},
		{`["abc`, 1, 6, "within the string that starts on line 1"},
		{"[\"caf\xe9 au lait\"]", 1, 6, "the byte 0xE9 is not UTF-8"},
		{"[\"漢\xe6\xbc\"]", 1, 4, "the byte 0xE6 is not UTF-8"},
		{"\xff", 1, 1, "the byte 0xFF"},
		{"\x00", 1, 1, "U+0000"},
		{"[1,\u00a02]", 1, 4, "U+00A0, which is no white space"},
		{"[\"a\",\r\n\"b\",\r\"c\",\n\rx]", 5, 1, "x stands"},
		{strings.Repeat("[", 1001), 1, 1001, "more than 1000 deep"},
		{`["` + strings.Repeat("x", 17<<20) + `"]`, 1, 2, "longer than 16 MiB"},
	} {
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(tt.text), "by the byte": iotest.OneByteReader(strings.NewReader(tt.text))} {
			if name == "by the byte" && len(tt.text) > 1<<20 {
				continue // it takes too long
			}
			_, err := read(in)
			switch {
			case err == nil:
				t.Errorf("%.40q, %s: no error", tt.text, name)
			case err.Pos.Line != tt.line || err.Pos.Column != tt.column:
				t.Errorf("%.40q, %s: at %d:%d, want %d:%d (%s)", tt.text, name, err.Pos.Line, err.Pos.Column, tt.line, tt.column, err)
			case !strings.Contains(err.Text, tt.says):
				t.Errorf("%.40q, %s: says %q, want %q", tt.text, name, err.Text, tt.says)
			}
		}
	}
}

func TestUnread(t *testing.T) {
	broken := io.MultiReader(strings.NewReader(`{"a": "b`), iotest.ErrReader(errors.New("the line is cut")))
	if _, err := read(broken); err == nil || err.Kind != jsontext.Unread || !strings.Contains(err.Text, "the line is cut") {
		t.Errorf("error %v", err)
	}
	if _, err := read(io.MultiReader(strings.NewReader(`{}`), iotest.ErrReader(errors.New("the line is cut")))); err == nil || err.Kind != jsontext.Unread {
		t.Errorf("error %v", err)
	}
}

func TestKeys(t *testing.T) {
	var found []string
	r := jsontext.NewReader(strings.NewReader("\ufeff{\"é\": 1,\n  \"\\u00e9\": {\"a\": 1}, \"a\": {\"b\": 0, \"b\": 0}}"))
	if !r.BOM() || r.BOM() {
		t.Error("a byte order mark should be found once")
	}
	var member func(k jsontext.Key) *jsontext.Error
	member = func(k jsontext.Key) *jsontext.Error {
		found = append(found, fmt.Sprintf("%s %d:%d-%d@%d %v", k.Name, k.Start.Line, k.Start.Column, k.End.Column, k.Start.Offset, k.Repeated))
		if kind, _ := r.Next(); kind == jsontext.Object {
			return r.Object(member)
		}
		return r.Skip()
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if err := r.Object(member); err != nil {
		t.Fatal(err)
	}
	want := "[é 1:2-5@4 false é 2:3-11@15 true a 2:14-17@26 false a 2:23-26@35 false b 2:29-32@41 false b 2:37-40@49 true]"
	if got := fmt.Sprint(found); got != want {
		t.Errorf("found %s\nwant  %s", got, want)
	}
}

func TestManyKeys(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "\"k%d\": 0, ", i)
	}
	r := jsontext.NewReader(strings.NewReader("{" + b.String() + `"k7": 0, "k99": 0, "k100": 0}`))
	var repeated []string
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	err := r.Object(func(k jsontext.Key) *jsontext.Error {
		if k.Repeated {
			repeated = append(repeated, k.Name)
		}
		return r.Skip()
	})
	if err != nil || fmt.Sprint(repeated) != "[k7 k99]" {
		t.Errorf("repeated %v, %v", repeated, err)
	}
}

// TestSpan finds the places of bytes of strings with and without escapes.
func TestSpan(t *testing.T) {
	const text = "\n \"a\\u00e9漢\\ud83d\\ude00z\""
	r := jsontext.NewReader(strings.NewReader(text))
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	s, err := r.Text()
	if err != nil || s.Text != "aé漢😀z" {
		t.Fatal(s, err)
	}
	// Bytes of the text: a 0, é 1-2, 漢 3-5, 😀 6-9, z 10.
	for _, tt := range []struct{ offset, length, from, to, fromByte, toByte int }{
		{0, 1, 3, 4, 3, 4}, {1, 2, 4, 10, 4, 10}, {3, 3, 10, 11, 10, 13}, {6, 4, 11, 23, 13, 25}, {10, 1, 23, 24, 25, 26}, {11, 0, 24, 24, 26, 26}, {0, 11, 3, 24, 3, 26}, {2, 1, 4, 10, 4, 10},
	} {
		start, end := s.Span(tt.offset, tt.length)
		if start.Line != 2 || start.Column != tt.from || end.Column != tt.to || start.Offset != int64(tt.fromByte) || end.Offset != int64(tt.toByte) {
			t.Errorf("%d+%d: %+v to %+v, want columns %d to %d, bytes %d to %d", tt.offset, tt.length, start, end, tt.from, tt.to, tt.fromByte, tt.toByte)
		}
	}
}

// TestParts reads long strings in parts, with some of each left for the next.
func TestParts(t *testing.T) {
	for _, piece := range []string{"x", "漢", `\n`, `\ud83d\ude00`, `\\ud83d`, "é\\\"z", "😀 ", `\ud83d`} {
		raw := strings.Repeat(piece, 300_000/len(piece))
		want, _ := reference(t, `"`+raw+`"`).(string)
		for _, left := range []int{0, 1, 100} {
			r := jsontext.NewReader(strings.NewReader("\"" + raw + "\" "))
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			parts := 0
			_, end, err := r.Parts(func(p *jsontext.Text, last bool) int {
				parts++
				start, _ := p.Span(0, 0)
				if !utf8.ValidString(p.Text) || start.Offset < 1 {
					t.Fatalf("%s: part %d at %+v is not UTF-8", piece, parts, start)
				}
				done := len(p.Text)
				if !last {
					done = max(0, done-left)
					for done > 0 && done < len(p.Text) && !utf8.RuneStart(p.Text[done]) {
						done--
					}
				}
				got.WriteString(p.Text[:done])
				return done
			})
			if err != nil || got.String() != want || parts < 2 {
				t.Errorf("%s, %d left: %d bytes in %d parts, want %d: %v", piece, left, got.Len(), parts, len(want), err)
			}
			if int(end.Offset) != len(raw)+2 || end.Column != utf8.RuneCountInString(raw)+3 {
				t.Errorf("%s: ends at %+v of %d", piece, end, len(raw)+2)
			}
		}
	}
}

func TestLone(t *testing.T) {
	r := jsontext.NewReader(strings.NewReader(`"a漢\ud83d\ude00\ud83d!\udc00"`))
	var found []string
	r.Lone = func(start, end jsontext.Pos) { found = append(found, fmt.Sprint(start.Column, "-", end.Column)) }
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Text(); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(found); got != "[16-22 23-29]" {
		t.Errorf("found %s", got)
	}
}
