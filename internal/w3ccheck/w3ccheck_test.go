package w3ccheck_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/internal/testshared"
	"tributary/internal/w3ccheck"
)

// A reference is what the W3C validator said of a case.
type reference struct {
	Path     string
	Group    string
	Format   string
	Messages []struct{ Name string }
}

// ours are the groups of cases whose formats we write; the others are about
// extensions that we do not.
var ours = []string{"atom", "rss", "rss20", "opml", "xml"}

func references(t *testing.T) []reference {
	t.Helper()
	f, err := os.Open(testshared.Dir(t, "conformance", "validator", "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []reference
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r reference
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(ours, r.Group) && (r.Format == "atom" || r.Format == "rss2" || r.Format == "opml") {
			out = append(out, r)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// A tally counts documents: in which both report a class, only the W3C
// validator, only Check.
type tally struct{ both, missed, extra []string }

// TestAgreement compares Check with the W3C validator over all open cases of
// our formats. What is missed is about elements that we never write (image,
// textInput, skipDays, xhtml:body, other people's modules); what is extra is
// where that validator reads on beyond what is not well-formed.
func TestAgreement(t *testing.T) {
	known := w3ccheck.Classes()
	tallies := map[string]*tally{}
	for _, class := range known {
		tallies[class] = &tally{}
	}
	cases := references(t)
	for _, r := range cases {
		doc, err := os.ReadFile(filepath.Join(testshared.Dir(t, "conformance", "validator", "cases"), r.Path))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, m := range r.Messages {
			want[m.Name] = true
		}
		got := map[string]bool{}
		for _, f := range w3ccheck.Check(doc) {
			got[f.Class] = true
		}
		for _, class := range known {
			switch n := tallies[class]; {
			case want[class] && got[class]:
				n.both = append(n.both, r.Path)
			case want[class]:
				n.missed = append(n.missed, r.Path)
			case got[class]:
				n.extra = append(n.extra, r.Path)
			}
		}
	}
	var both, missed, extra int
	for _, class := range known {
		n := tallies[class]
		both, missed, extra = both+len(n.both), missed+len(n.missed), extra+len(n.extra)
		if len(n.missed)+len(n.extra) > 0 {
			t.Logf("%s: %d agree; missed %s; extra %s", class, len(n.both), some(n.missed), some(n.extra))
		}
		if len(n.both) == 0 && len(n.missed) > 0 && unseen[class] == "" {
			t.Errorf("%s is never found, in %d cases that have it", class, len(n.missed))
		}
	}
	recall, precision := float64(both)/float64(both+missed), float64(both)/float64(both+extra)
	t.Logf("%d cases, %d classes: recall %.3f, precision %.3f", len(cases), len(known), recall, precision)
	if recall < 0.955 || precision < 0.985 {
		t.Errorf("recall %.3f, precision %.3f, want 0.955 and 0.985", recall, precision)
	}
}

// unseen are classes that no case of ours shows, with the reason.
var unseen = map[string]string{
	"ContainsRelRef": "its only case needs an external entity; TestFindings has others",
}

func some(paths []string) string {
	slices.Sort(paths)
	return strings.Join(paths[:min(len(paths), 6)], " ")
}
