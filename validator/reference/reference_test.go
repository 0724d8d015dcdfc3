package reference_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/internal/testshared"
	"tributary/validator"
	"tributary/validator/reference"
)

var update = flag.Bool("update", false, "write docs/validation from the rules")

// byHand are the files of docs/validation that no rule writes.
var byHand = map[string]bool{"README.md": true, "differences.md": true, "false-alarms.md": true, "walk-through.md": true}

// TestReference holds the pages to the rules.
func TestReference(t *testing.T) {
	dir := filepath.Join(testshared.Root(t), "docs", "validation")
	want := map[string]string{"rules.md": reference.Index()}
	for _, r := range validator.Rules() {
		want[r.Code+".md"] = reference.Page(r)
	}
	for name, page := range want {
		path := filepath.Join(dir, name)
		if *update {
			if err := os.WriteFile(path, []byte(page), 0o644); err != nil { //nolint:gosec // for all to read
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != page {
			t.Errorf("%s is not what the rule says (%v); go test ./validator/reference -update writes it", name, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Base(f)
		if _, ok := want[name]; ok || byHand[name] {
			continue
		}
		if *update {
			_ = os.Remove(f) // a rule that is gone
			continue
		}
		t.Errorf("%s: there is no rule %s", f, strings.TrimSuffix(name, ".md"))
	}
}

// TestComplete: every rule says all that its page needs.
func TestComplete(t *testing.T) {
	for _, r := range validator.Rules() {
		if r.What == "" || r.Why == "" || r.Mend == "" || r.Spec.Section == "" || !strings.HasPrefix(r.Spec.URL, "http") || r.Level == validator.Off {
			t.Errorf("%s: %+v", r.Code, r)
		}
		if strings.ToLower(r.Code) != r.Code || strings.ContainsAny(r.Code, " _.") {
			t.Errorf("%s is not kebab-case", r.Code)
		}
	}
}
