package normalise

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"tributary/feed/link"
)

const documentPath = "../../docs/html.md"

// TestDocumented holds docs/html.md to the tables of the code.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile(documentPath)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for name, want := range map[string]string{
		"elements": documentedElements(), "schemes": documentedWords(schemes), "parameters": documentedWords(link.Tracking()), "frames": documentedFrames(),
	} {
		before, rest, found := strings.Cut(got, "<!-- "+name+" -->\n")
		_, after, closed := strings.Cut(rest, "<!-- end -->")
		if !found || !closed {
			t.Fatalf("%s has no table %s", documentPath, name)
		}
		got = before + "<!-- " + name + " -->\n" + want + "<!-- end -->" + after
	}
	if got == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the code does; see what -update makes of it", documentPath)
	}
	if err := os.WriteFile(documentPath, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

var kindNames = map[attribute]string{attrText: "text", attrLink: "link", attrSource: "source", attrSrcset: "sources", attrNumber: "number",
	attrClass: "names", attrToken: "token", attrFlag: "flag", attrRel: "relations"}

// documentedElements is a row for each set of attributes, with the elements that have it.
func documentedElements() string {
	rows := map[string][]string{}
	for name, e := range elements {
		var attrs []string
		for key, kind := range e.attrs {
			attrs = append(attrs, fmt.Sprintf("`%s` %s", key, kindNames[kind]))
		}
		slices.Sort(attrs)
		list := strings.Join(attrs, ", ")
		rows[list] = append(rows[list], "`"+name+"`")
	}
	var lines []string
	for attrs, names := range rows {
		slices.Sort(names)
		lines = append(lines, fmt.Sprintf("| %s | %s |\n", strings.Join(names, " "), attrs))
	}
	slices.Sort(lines)
	var all []string
	for key, kind := range globalAttributes {
		all = append(all, fmt.Sprintf("`%s` %s", key, kindNames[kind]))
	}
	slices.Sort(all)
	return "| element | attributes |\n|---|---|\n| every one | " + strings.Join(all, ", ") + " |\n" + strings.Join(lines, "")
}

func documentedWords(words map[string]bool) string {
	return "`" + strings.Join(slices.Sorted(maps.Keys(words)), "` `") + "`\n"
}

func documentedFrames() string {
	out := "  | attribute | value |\n  |---|---|\n"
	for _, a := range frameAlways {
		out += fmt.Sprintf("  | `%s` | `%s` |\n", a.key, a.value)
	}
	return out
}
