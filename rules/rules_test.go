package rules_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/rules"
)

var update = flag.Bool("update", false, "rewrite golden files")

// sample is an entry with something in every field.
func sample() feed.Entry {
	return feed.Entry{
		ID: feed.EntryID{1}, Source: "gov", UpstreamID: "tag:example.org,2026:7", Filed: []string{"news"},
		Title:    feed.Text{Body: "Ad: Rates rise again"},
		Summary:  feed.Text{Body: "What the bank said."},
		Content:  feed.Text{Type: feed.TextHTML, Body: `<p>The <b>Eco</b>nomy, <a href="https://example.org/x">in short</a>.</p><p>More.</p>`},
		Rights:   feed.Text{Body: "CC BY"},
		Language: "en-GB",
		Links: []feed.Link{
			{Href: "https://News.example.org/7", Rel: feed.RelAlternate, Type: "text/html"},
			{Href: "https://example.org/7.mp3", Rel: feed.RelEnclosure, Type: "audio/mpeg", Length: 12_345_678},
		},
		Authors:      []feed.Person{{Name: "Ann", Email: "ann@example.org"}},
		Contributors: []feed.Person{{Name: "Bob", URI: "https://bob.example"}},
		Categories:   []feed.Category{{Term: "Economy", Scheme: "https://example.org/c", Label: "The economy"}, {Term: "经济"}},
		Published:    time.Date(2026, 11, 1, 8, 0, 0, 0, time.FixedZone("", 3600)),
		Updated:      time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC),
		Digest:       feed.DigestOf("upstream"),
	}
}

func compile(t testing.TB, a rules.Action, text string) *rules.Rule {
	t.Helper()
	r, err := rules.Compile(a, text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{`title contains "Rates"`, true},
		{`title startsWith "ad:"`, false},
		{`lower(title) startsWith "ad:"`, true},
		{`title matches "(?i)^AD: "`, true},
		{`summary endsWith "said."`, true},
		{`content contains "Economy"`, false},
		{`text(content) contains "Economy, in short. More."`, true},
		{`rights == "CC BY" and language startsWith "en"`, true},
		{`id == "tag:example.org,2026:7"`, true},
		{`host(link) == "news.example.org"`, true},
		{`source in ["gov", "bank"]`, true},
		{`"economy" in terms`, false},
		{`any(terms, lower(#) == "economy")`, true},
		{`"经济" in terms`, true},
		{`any(categories, .scheme == "https://example.org/c" and .label == "The economy")`, true},
		{`any(authors, .name == "Ann" && .email endsWith "@example.org")`, true},
		{`none(contributors, .uri == "")`, true},
		{`len(links) == 2 && len(enclosures) == 1`, true},
		{`any(enclosures, .type startsWith "audio/" && .length > 10000000)`, true},
		{`published < date("2026-11-01T07:30:00Z")`, true},
		{`updated - published > duration("24h")`, true},
		{`"news" in filed`, true},
		{`let t = text(content); t contains "Eco" and not (t contains "sport")`, true},
		{`replace(title, "a", "b") == "Ad: Rbtes rise bgbin"`, true},
		{`sub(title, "(\\w+): ", "[$1] ") == "[Ad] Rates rise again"`, true},
		{`len(filter(terms, # != "Economy")) == 1`, true},
		{`language == "" ? true : false`, false},
	} {
		r, err := rules.Compile(rules.Drop, tt.text)
		if err != nil {
			t.Errorf("%s", err)
			continue
		}
		e := sample()
		if got, err := r.Match(&e); err != nil || got != tt.want {
			t.Errorf("%s is %v, %v, want %v", tt.text, got, err, tt.want)
		}
	}
}

// TestMistakes compares the errors of wrong expressions with a golden file.
func TestMistakes(t *testing.T) {
	var b strings.Builder
	for _, tt := range []struct {
		action rules.Action
		text   string
	}{
		{rules.Drop, ``},
		{rules.Drop, `titel contains "ad"`},
		{rules.Drop, `"经济新闻" in terms and titel == "x"`},
		{rules.Drop, `title`},
		{rules.Drop, `title contains`},
		{rules.Drop, `title == 5`},
		{rules.Drop, "title contains \"a\"\n  or summry contains \"b\""},
		{rules.Drop, `title matches "("`},
		{rules.Drop, `title matches summary`},
		{rules.Drop, `title matches "(a{1000}){2}"`},
		{rules.Drop, `title matches "a{1000}b{1000}"`},
		{rules.Drop, `now() > published`},
		{rules.Drop, `lowr(title) == "x"`},
		{rules.Drop, `all(1..1000000, # > 0)`},
		{rules.Drop, `any(terms, any(terms, any(links, .href contains content)))`},
		{rules.Drop, `let a = content + content; let b = a + a; let c = b + b; let d = c + c; d + d contains "x"`},
		{rules.Drop, `any(authors, .nam == "x")`},
		{rules.Drop, `reduce(terms, #acc + #, "") == ""`},
		{rules.Drop, strings.Repeat("!", 500) + "true"},
		{rules.Drop, strings.Repeat(" ", 5000) + "true"},
		{rules.SetTitle, `5`},
		{rules.SetTitle, `sub(title, summary, "")`},
		{rules.SetCategories, `"news"`},
		{rules.SetCategories, `true`},
	} {
		_, err := rules.Compile(tt.action, tt.text)
		var e *rules.Error
		if !errors.As(err, &e) {
			t.Errorf("%s %s: %v, want an *Error", tt.action, tt.text, err)
			continue
		}
		if e.Offset < 0 || e.Offset > len(tt.text) {
			t.Errorf("%s: offset %d", tt.text, e.Offset)
		}
		fmt.Fprintf(&b, "%s\n\n", e)
	}
	golden(t, "testdata/mistakes.txt", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", path, got, want)
	}
}

// set is the set of a configuration with three categories.
func set(t testing.TB, source, category, global []*rules.Rule, terms ...string) *rules.Set {
	t.Helper()
	return rules.New(map[feed.SourceID][]*rules.Rule{"gov": source}, []rules.Category{
		{Term: "news", Rules: category}, {Term: "economy", Terms: terms}, {Term: "tech"},
	}, global)
}

func TestApply(t *testing.T) {
	one := func(a rules.Action, text string) []*rules.Rule { return []*rules.Rule{compile(t, a, text)} }
	for _, tt := range []struct {
		name    string
		set     *rules.Set
		dropped bool
		filed   string
		title   string
	}{
		{name: "dropped by its source", set: set(t, one(rules.Drop, `title contains "Ad:"`), nil, nil), dropped: true},
		{name: "not dropped", set: set(t, one(rules.Drop, `title contains "sport"`), nil, nil), filed: "news"},
		{name: "not kept", set: set(t, nil, nil, one(rules.Keep, `title contains "sport"`)), dropped: true},
		{name: "one of two keeps", set: set(t, append(one(rules.Keep, `title contains "sport"`), one(rules.Keep, `title contains "Rates"`)...), nil, nil), filed: "news"},
		{name: "a category leaves it to the others", set: set(t, one(rules.SetCategories, `["news", "tech"]`), one(rules.Drop, `title contains "Ad:"`), nil), filed: "tech"},
		{name: "a category that does not keep it", set: set(t, nil, one(rules.Keep, `title contains "sport"`), nil), filed: ""},
		{name: "rules of a category it is not in", set: set(t, one(rules.SetCategories, `["tech"]`), one(rules.SetTitle, `"other"`), nil), filed: "tech"},
		{name: "upstream's term", set: set(t, nil, nil, nil, "ECONOMY "), filed: "economy news"},
		{name: "upstream's label", set: set(t, nil, nil, nil, "the Economy"), filed: "economy news"},
		{name: "source rules see what terms have filed", set: set(t, one(rules.Drop, `"economy" in filed`), nil, nil, "经济"), dropped: true},
		{name: "the title changes for those behind", set: set(t, one(rules.SetTitle, `sub(title, "^Ad: ", "")`), one(rules.Drop, `title startsWith "Ad"`), nil), filed: "news", title: "Rates rise again"},
		{name: "a global rule files it elsewhere", set: set(t, nil, nil, one(rules.SetCategories, `concat(filed, ["tech"])`)), filed: "news tech"},
		{name: "an unknown category is left out", set: set(t, nil, nil, one(rules.SetCategories, `["tech", "nope"]`)), filed: "tech"},
		{name: "what fails does not drop", set: set(t, one(rules.Drop, `links[7].href == ""`), nil, nil), filed: "news"},
		{name: "what fails keeps", set: set(t, one(rules.Keep, `links[7].href == ""`), nil, nil), filed: "news"},
		{name: "what fails leaves the title", set: set(t, one(rules.SetTitle, `links[7].href`), nil, nil), filed: "news"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := sample()
			upstream := e.Title.Body
			v := tt.set.Apply(&e)
			if dropped := v.Dropped != nil; dropped != tt.dropped {
				t.Fatalf("dropped by %v, want dropped %v", v.Dropped, tt.dropped)
			}
			if tt.dropped {
				return
			}
			if got := strings.Join(e.Filed, " "); got != tt.filed {
				t.Errorf("filed under %q, want %q", got, tt.filed)
			}
			if want := cmpOr(tt.title, upstream); e.Title.Body != want {
				t.Errorf("title %q, want %q", e.Title.Body, want)
			}
			if fails := strings.HasPrefix(tt.name, "what fails") || strings.HasPrefix(tt.name, "an unknown"); fails != (len(v.Steps) > 0) {
				t.Errorf("steps %+v, want failures: %v", v.Steps, fails)
			}
			again := e
			v = tt.set.Again(&again, []string{"news"})
			if again.Title != e.Title || again.Digest != e.Digest || !slices.Equal(again.Filed, e.Filed) {
				t.Errorf("decided again it is %+v (%v), want %+v", again, v, e)
			}
			(*rules.Set)(nil).Again(&again, []string{"news"})
			if fresh := sample(); again.Title != fresh.Title || again.Digest != fresh.Digest || again.Original != nil {
				t.Errorf("without rules it is %+v, want it as upstream has it", again)
			}
		})
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestDigest(t *testing.T) {
	drop := []*rules.Rule{compile(t, rules.Drop, `title == ""`)}
	other := []*rules.Rule{compile(t, rules.Drop, `title == "x"`)}
	if rules.New(nil, []rules.Category{{Term: "news"}}, nil) != nil {
		t.Error("a configuration without rules has a set")
	}
	own := set(t, drop, nil, nil)
	if !own.Digest("elsewhere").IsZero() || own.Digest("gov").IsZero() || !own.Silent("elsewhere") || own.Silent("gov") {
		t.Error("the rules of a source are about that one alone")
	}
	seen := map[feed.Digest]string{}
	for name, s := range map[string]*rules.Set{
		"own": own, "other": set(t, other, nil, nil), "category": set(t, nil, drop, nil), "global": set(t, nil, nil, drop),
		"terms": set(t, nil, nil, nil, "a"), "other terms": set(t, nil, nil, nil, "a", "b"),
	} {
		d := s.Digest("gov")
		if twin, ok := seen[d]; ok || d.IsZero() {
			t.Errorf("%s and %s have the digest %x", name, twin, d)
		}
		seen[d] = name
	}
}

// TestBounds: what is handed in is cut, so that the time of an expression does
// not hang on its entry.
func TestBounds(t *testing.T) {
	e := sample()
	e.Content.Body = strings.Repeat("经", 1<<20)
	e.Title.Body = strings.Repeat("a", 1<<20)
	for range 5000 {
		e.Links = append(e.Links, feed.Link{Href: strings.Repeat("x", 10_000)})
	}
	for _, text := range []string{
		`len(content) <= 65536 and len(title) == 4096 and len(links) == 100`,
		`all(links, len(.href) <= 2048)`,
		`any(links, any(links, .href == "y")) == false`,
		`content matches "经*$"`,
	} {
		began := time.Now()
		got, err := compile(t, rules.Drop, text).Match(&e)
		if err != nil || got != true {
			t.Errorf("%s is %v, %v", text, got, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %s", text, took)
		}
	}
	if _, err := compile(t, rules.SetTitle, `replace(title, "a", title)`).Match(&e); err == nil || !strings.Contains(err.Error(), "longer than 64 KiB") {
		t.Errorf("a text of 16 MB: %v", err)
	}
	if _, err := compile(t, rules.SetTitle, `sub(title, "a", "0123456789abcdefghij")`).Match(&e); err == nil || !strings.Contains(err.Error(), "longer than 64 KiB") {
		t.Errorf("a text that grows: %v", err)
	}
}

// FuzzCompile: what compiles can be evaluated, in bounded time, and what does
// not says where and why.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`title contains "x"`, `any(links, .href matches "a+")`, `let a = text(content); a + a`, `sub(title, "a", "b")`,
		`concat(filed, ["a"])`, `published > date("2026-01-01")`, `filter(terms, # != "x")[0:1]`, `join(terms, ",")`, `{"a": 1}.a`, `1..5`,
	} {
		f.Add(byte(0), s)
		f.Add(byte(2), s)
		f.Add(byte(4), s)
	}
	f.Fuzz(func(t *testing.T, action byte, text string) {
		a := rules.Action(action % 5)
		r, err := rules.Compile(a, text)
		if err != nil {
			var e *rules.Error
			if !errors.As(err, &e) || e.Problem == "" || e.Offset < 0 || e.Offset > len(text) || !strings.Contains(e.Caret(), "^") {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		e := sample()
		began := time.Now()
		s := rules.New(nil, []rules.Category{{Term: "news"}}, []*rules.Rule{r})
		s.Apply(&e)
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("%q took %s", text, took)
		}
	})
}

func BenchmarkApply(b *testing.B) {
	for _, bb := range []struct {
		name string
		set  *rules.Set
	}{
		{"none", rules.New(map[feed.SourceID][]*rules.Rule{"another": {compile(b, rules.Drop, `true`)}}, []rules.Category{{Term: "news"}}, nil)},
		{"title", set(b, []*rules.Rule{compile(b, rules.Drop, `title contains "sponsored"`)}, nil, nil)},
		{"regexp", set(b, []*rules.Rule{compile(b, rules.Drop, `title matches "(?i)^(sponsored|werbung|广告)"`)}, nil, nil)},
		{"terms", set(b, nil, nil, nil, "economy")},
		{"links", set(b, []*rules.Rule{compile(b, rules.Drop, `any(enclosures, .type startsWith "video/")`)}, nil, nil)},
		{"text", set(b, []*rules.Rule{compile(b, rules.Drop, `text(content) contains "sponsored"`)}, nil, nil)},
		{"ten", set(b, slices.Repeat([]*rules.Rule{compile(b, rules.Drop, `title contains "sponsored" or "ad" in terms`)}, 10), nil, nil)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			e := sample()
			e.Content.Body = strings.Repeat(e.Content.Body, 20) // some KB
			for b.Loop() {
				e.Filed = []string{"news"}
				bb.set.Apply(&e)
			}
		})
	}
}
