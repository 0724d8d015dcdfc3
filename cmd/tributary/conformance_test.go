package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tributary/internal/testshared"
)

var update = flag.Bool("update", false, "write the figures in docs/parsing.md; read the difference")

// A casebook is a manifest of cases that the scorer beside them runs.
type casebook struct {
	name, title string
	manifest    []string // below ../shared
	cases       []string
	policy      bool // what a reader may do otherwise: counted, without a floor
}

var casebooks = []casebook{
	{name: "manifest", title: "Cases", manifest: []string{"conformance", "parser", "manifest.jsonl"}, cases: []string{"conformance", "parser", "cases"}},
	{name: "more", title: "More cases", manifest: []string{"conformance", "parser", "manifest-more.jsonl"}, cases: []string{"conformance", "parser", "cases"}},
	{name: "extended", title: "Extended cases", manifest: []string{"conformance", "parser", "manifest-extended.jsonl"}, cases: []string{"conformance", "parser", "cases"}, policy: true},
	{name: "real", title: "Real feeds", manifest: []string{"corpus", "real", "expect.jsonl"}, cases: []string{"corpus", "real"}},
}

// floor is the share of its checks that a group has to pass, in percent.
const floor = 97

// meant says of each case that is missed on purpose why.
var meant = map[string]string{
	"encoding/bozo_linenoise.xml": "UTF-8 with one stray byte stays UTF-8, the byte is read by itself; feedparser reads all of it as ISO 8859-2",
	"entities/lang.xml":           "`&lang;` is U+27E8, as HTML has it today",
	"entities/rang.xml":           "`&rang;` is U+27E9, as HTML has it today",
	"wellformed/atom10/entry_title_text_plain_brackets.xml": "a plain `<` in a title is printed as `&lt;`; the scorer takes tags out of what it wants before it compares",
	"picofeed-ezrss.xml": "`[` and `]` in a path are percent-encoded (RFC 3986 §3.3)",
}

// Of these the page that feedburner:origLink names comes before FeedBurner's
// redirector to it, which has been gone for years; feedparser has the redirector.
func init() {
	for _, file := range []string{
		"feedjira-CRE.xml", "feedjira-GiantRobotsSmashingIntoOtherGiantRobots.xml", "feedjira-PaulDixExplainsNothing.xml", "feedjira-PaulDixExplainsNothingWFW.xml",
		"feedjira-TechCrunch.xml", "feedjira-TrotterCashionHome.xml", "feedjira-TypePadNews.xml", "huginn-slickdeals.xml", "rbren-feedburner.atom.xml",
		"rbren-many-links.rss.xml", "rometools-issue137-rss.xml",
	} {
		meant[file] = "feedburner:origLink comes before FeedBurner's redirector"
	}
}

// A tally is what the scorer says of one manifest.
type tally struct {
	good, total map[string]int // by group
	missed      []string       // files
}

var groupLine = regexp.MustCompile(`^(\S+) +(\d+)/(\d+) +[\d.]+%$`)

// A scored case is what the scorer's command is called with.
type scoredCase struct {
	File    string            `json:"file"`
	Headers map[string]string `json:"headers"`
}

// answers inspects every document of a manifest with the arguments that the
// scorer would give, and returns what was printed by the arguments.
func answers(t testing.TB, manifest, cases string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, c := range jsonLines[scoredCase](t, string(text)) {
		args := []string{"inspect", "--json", "--base", "http://127.0.0.1:8097/tests/" + c.File}
		for name, value := range c.Headers {
			args = append(args, "--header", name+": "+value)
		}
		args = append(args, filepath.Join(cases, filepath.FromSlash(c.File)))
		var printed bytes.Buffer
		root := newRoot()
		root.SetArgs(args)
		root.SetOut(&printed)
		root.SilenceErrors, root.SilenceUsage = true, true
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Logf("%s: %v", c.File, err) // a case without an answer
		}
		out[strings.Join(args, "\n")] = printed.String()
	}
	return out
}

// score runs the scorer over what `tributary inspect` prints.
func score(t testing.TB, book casebook) tally {
	t.Helper()
	python, scorer := testshared.Tool(t, "python3"), testshared.Dir(t, "conformance", "parser", "score")
	manifest, cases := testshared.Dir(t, book.manifest...), testshared.Dir(t, book.cases...)
	printed, err := json.Marshal(answers(t, manifest, cases))
	if err != nil {
		t.Fatal(err)
	}
	given := writeFile(t, t.TempDir(), "answers.json", string(printed))
	cmd := exec.CommandContext(t.Context(), python, "testdata/score/answered.py", given,
		scorer, "--verbose", "--manifest", manifest, "--cases", cases, "--", "tributary", "inspect", "--json")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("score %s: %v\n%s", book.name, err, out)
	}
	got := tally{good: map[string]int{}, total: map[string]int{}}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		m := groupLine.FindStringSubmatch(line)
		switch {
		case m == nil:
			file, _, _ := strings.Cut(line, ": ")
			got.missed = append(got.missed, file)
		case m[1] != "all":
			got.good[m[1]], _ = strconv.Atoi(m[2])
			got.total[m[1]], _ = strconv.Atoi(m[3])
		}
	}
	if len(got.total) == 0 {
		t.Fatalf("score %s printed no figures:\n%s", book.name, out)
	}
	return got
}

// TestParserConformance scores `tributary inspect` with the scorer beside the
// cases, as anybody would. Every group is above the floor, every miss is
// meant, and the figures in docs/parsing.md are these.
func TestParserConformance(t *testing.T) {
	tallies := make([]tally, len(casebooks))
	t.Run("score", func(t *testing.T) {
		for i, book := range casebooks {
			t.Run(book.name, func(t *testing.T) {
				t.Parallel()
				tallies[i] = score(t, book)
				if !book.policy {
					held(t, tallies[i])
				}
			})
		}
	})
	if t.Failed() || slices.ContainsFunc(tallies, func(g tally) bool { return g.total == nil }) {
		return // or what it needs is not there
	}
	missed := map[string]bool{}
	for _, g := range tallies {
		for _, file := range g.missed {
			missed[file] = true
		}
	}
	for file := range meant {
		if !missed[file] {
			t.Errorf("%s is passed; it is no longer a miss that is meant", file)
		}
	}
	figures(t, tallies)
}

// held fails t for what is missed without a reason, and for groups below the floor.
func held(t *testing.T, g tally) {
	for _, file := range g.missed {
		if meant[file] == "" {
			t.Errorf("%s is missed", file)
		}
	}
	for group, total := range g.total {
		misses := total - g.good[group]
		if g.good[group]*100 < floor*total && misses > 1 {
			t.Errorf("%s: %d of %d, less than %d%%", group, g.good[group], total, floor)
		}
	}
}

// The figures stand between these lines of docs/parsing.md.
const (
	figuresBegin = "<!-- figures: written by go test ./cmd/tributary -run ParserConformance -update -->\n"
	figuresEnd   = "<!-- end of figures -->\n"
)

// figures holds docs/parsing.md to the tallies, or writes them there.
func figures(t *testing.T, tallies []tally) {
	path := filepath.Join(testshared.Root(t), "docs", "parsing.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), figuresBegin)
	written, after, closed := strings.Cut(rest, figuresEnd)
	if !ok || !closed {
		t.Fatalf("%s has no place for the figures", path)
	}
	want := tables(tallies)
	switch {
	case *update:
		if err := os.WriteFile(path, []byte(before+figuresBegin+want+figuresEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case written != want:
		t.Errorf("docs/parsing.md has other figures; run this test with -update, and read the difference. They are:\n%s", want)
	}
}

func tables(tallies []tally) string {
	var b strings.Builder
	for i, book := range casebooks {
		g := tallies[i]
		fmt.Fprintf(&b, "\n### %s\n\n`../shared/%s`\n\n| group | checks | passed | share |\n|---|---:|---:|---:|\n", book.title, filepath.ToSlash(filepath.Join(book.manifest...)))
		good, total := 0, 0
		for _, group := range slices.Sorted(maps.Keys(g.total)) {
			row(&b, group, g.good[group], g.total[group])
			good, total = good+g.good[group], total+g.total[group]
		}
		row(&b, "all", good, total)
	}
	b.WriteString("\n### Missed on purpose\n\n| case | why |\n|---|---|\n")
	for _, file := range slices.Sorted(maps.Keys(meant)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", file, strings.ReplaceAll(meant[file], "|", "\\|"))
	}
	return b.String() + "\n"
}

func row(b *strings.Builder, group string, good, total int) {
	fmt.Fprintf(b, "| %s | %d | %d | %.1f%% |\n", group, total, good, 100*float64(good)/float64(total))
}
