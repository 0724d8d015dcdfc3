package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// FuzzPlain reads every file twice: plain sources straight from the text, and
// all of them by way of the tree. That must make no difference.
func FuzzPlain(f *testing.F) {
	for _, text := range plainSeeds(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fast, errFast := decode(data, parseTOML)
		slow, errSlow := decode(data, parseTree)
		if !reflect.DeepEqual(fast, slow) {
			t.Errorf("passed over:\n%+v\nin the tree:\n%+v", fast, slow)
		}
		if !reflect.DeepEqual(errFast, errSlow) {
			t.Errorf("passed over:\n%v\nin the tree:\n%v", errFast, errSlow)
		}
	})
}

func decode(data []byte, parse func(*reporter) *builder) (*Config, error) {
	known := Known{Engines: []string{"bolt"}, Kinds: map[string]KindKeys{
		"feed": {Schemes: schemes}, "file": {Schemes: []string{"file"}},
		"jekyll": {Schemes: []string{"file"}, Options: []string{"drafts"}},
	}}
	r := &reporter{file: "feeds.toml", data: data}
	d := decoder{reporter: r, folder: "/srv", known: known, getenv: strings.ToUpper, homes: homes()}
	return d.decode(parse(r))
}

// plainSeeds returns files in which plain sources meet everything else.
func plainSeeds(tb testing.TB) []string {
	files, err := filepath.Glob("testdata/*/*.toml")
	if err != nil {
		tb.Fatal(err)
	}
	var seeds []string
	for _, file := range append(files, "../feeds.toml") {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		seeds = append(seeds, string(data))
	}
	const (
		a = "[source.a]\nurl = \"https://example.org/a\"\ncategories = [\"news\"]\n"
		b = "[source.b]\r\ncategories = [ \"tech\" , \"news\", ] # both\r\n\r\n\turl=\"HTTP://Example.org:80/b\"\r\nkind=\"feed\"\r\ninterval = \"1d\"\r\n"
		c = "[category.news]\n[category.tech]\n"
	)
	for _, text := range []string{
		"", a, b, a + a, a + b + a, "[source.a.options]\n" + a, b + a + "[source.b.options]\nx = 1\n", b + a + "[source.b.options\n" + a,
		a + "[source.a.options]\ndrafts = true\n" + b, a + "[source.a .options]\n" + b, a + "[source.a]\n", a + "[source.ab.options]\n", a + "[source.", a + "[source.a.",
		"source = 1\n" + a, "source = {}\n" + a, "source.a.url = \"https://example.org\"\n" + b + a, "[source]\na = 1\n" + b + a,
		b + a + "[source]\na = { url = \"x\" }\n", a + "[source]\nc = 1\n" + b, a + "[source.c]\nurl = 'https://example.org/a'\n" + b,
		a + "[source.c]\nurl = \"https://example.org/a\"\ncategories = [\"tech\"]\n", "[source.c]\nurl = \"https://Example.org/a\"\n" + a,
		a + "[source.\"c d\"]\nurl = \"file:x/\"\n[source.e]\nurl = \"file:x\"\ncategories = [\"news\"]\n" + b,
		a + "categories = [\"tech\"]\n", a + "urls = 1\n" + b, a + "garbage\n" + b, a + "[garbage\n" + b, a + "[[source]]\nx = 1\n" + b, a + "[", a + "[source.a",
		"[source.c]\n", "[source.c]\nurl = \"\"\ncategories = []\n", "[source.c]\nurl = \"\"\"https://example.org/\"\"\"\n" + a, "[source.c]\ncategories = [\"new\", \"news\", \"news\"]\n",
		"[source.c]\nkind = \"file\"\nurl = \"https://example.org/\"\n", "[source.c]\ninterval = \"1 hour\"\n", "[source.c]\ninterval = \"9999d\"\n", "[source.c]\nurl.x = 1\n",
		"[source.c] x\n" + a, "[source.c] # \x01\n" + a, "[source.c] # é\x7f\n", "[source." + strings.Repeat("x", maxName+1) + "]\n", "[source.\xff]\n", "\r[source.c]\n", "[source.c]\n\x00",
	} {
		seeds = append(seeds, text, c+text, text+c)
	}
	return seeds
}

// Plain sources are passed over: without that the fuzz target compares the
// tree with itself.
func TestPassOver(t *testing.T) {
	for _, tt := range []struct {
		name, text    string
		runs, sources int
	}{
		{"all", "[category.c]\n[source.a]\nurl = \"x\"\n\n# between\n[source.b-1]\ncategories = [\"c\",]\n", 1, 2},
		{"interrupted", "[source.a]\n[source.b]\n[site]\n[source.c]\n[source.\"d\"]\n[source.e]\nusername = \"x\"\n[source.f]\n", 3, 4},
		{"with options", "[source.a]\n[source.b]\n[source.b.options]\n[source.ba]\n", 2, 2},
		{"one twice", "[source.a]\n[source.b]\n[source.a.options]\n", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sources := 0
			b := parseTOML(&reporter{data: []byte(tt.text)})
			for _, run := range b.runs {
				sources += run.sources
			}
			if len(b.runs) != tt.runs || sources != tt.sources {
				t.Errorf("%d sources in %d runs, want %d in %d", sources, len(b.runs), tt.sources, tt.runs)
			}
		})
	}
}

// Many sources share few lists of categories, and find doubles among
// themselves, however they are written.
func TestManySources(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("[category.news]\n[category.tech]\n")
	for i := range 20_000 {
		text := "[source.s%d]\nurl = \"https://example.org/%d\"\ncategories = [\"news\", \"tech\"]\n"
		if i%7 == 0 {
			text = "[source.\"s%d\"]\nurl = \"https://Example.org/%d\"\ncategories = [\"news\", \"tech\"]\n"
		}
		fmt.Fprintf(&b, text, i, i-i/19_990)
	}
	_, fast := decode(b.Bytes(), parseTOML)
	_, slow := decode(b.Bytes(), parseTree)
	if fast == nil || !reflect.DeepEqual(fast, slow) {
		t.Errorf("got\n%v\nwant\n%v", fast, slow)
	}
}
