package validator_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tributary/internal/testshared"
	"tributary/validator"
)

// A reference is what the W3C validator said of a case, and what the case is
// about.
type reference struct {
	Path    string
	Tier    string
	Verdict struct{ Valid bool }
	Expect  struct {
		Mode  string
		AnyOf []string `json:"any_of"`
		// Params are values that the finding has, of whatever kind.
		Params map[string]any
	}
	NeedsBase bool              `json:"needs_base"`
	Disputed  map[string]string `json:"disputed"`
	Messages  []referenceFinding
}

type referenceFinding struct {
	Name, Severity string
	Line           int
}

// A share counts what is right of what there is.
type share struct{ right, all int }

func (s *share) add(right bool) {
	s.all++
	if right {
		s.right++
	}
}

func (s share) percent() float64 { return 100 * float64(s.right) / float64(max(s.all, 1)) }

// An agreement is how far the validator agrees with the W3C's. The figures
// that count are the scorer's beside the cases; these hold them from falling.
type agreement struct {
	invalid, valid, present, absent share
	// strict is what is present at its place too. The scorer counts cases that
	// are left out here, and has 0.3 points more.
	strict            share
	precision, recall map[string]*share // by severity, over the classes of each file
}

func (a *agreement) add(r *reference, got *validator.Result) {
	if _, disputed := r.Disputed["verdict"]; !disputed {
		if r.Verdict.Valid {
			a.valid.add(got.Valid)
		} else {
			a.invalid.add(!got.Valid)
		}
	}
	classes := map[string]map[string]bool{}
	found := false
	for _, m := range got.Messages {
		if level := m.Level.String(); m.Rule.W3C != "" {
			if classes[level] == nil {
				classes[level] = map[string]bool{}
			}
			classes[level][m.Rule.W3C] = true
			found = found || slices.Contains(r.Expect.AnyOf, m.Rule.W3C)
		}
	}
	_, disputed := r.Disputed["expect"]
	switch {
	case disputed || r.NeedsBase || len(r.Expect.AnyOf) == 0:
	case r.Expect.Mode == "present":
		a.present.add(found)
		a.strict.add(slices.ContainsFunc(got.Messages, func(m validator.Message) bool { return r.isAt(m) }))
	case !slices.ContainsFunc(r.Messages, func(m referenceFinding) bool { return slices.Contains(r.Expect.AnyOf, m.Name) }):
		a.absent.add(!found)
		a.strict.add(!found)
	}
	for _, severity := range []string{"error", "warning"} {
		want := map[string]bool{}
		for _, m := range r.Messages {
			if m.Severity == severity && !placed[m.Name] {
				want[m.Name] = true
			}
		}
		for class := range want {
			a.recall[severity].add(classes[severity][class])
		}
		for class := range classes[severity] {
			if !placed[class] {
				a.precision[severity].add(want[class])
			}
		}
	}
}

// isAt reports whether a message is the one that the case is about, on a line
// where the W3C validator has it or about the element or attribute named.
func (r *reference) isAt(m validator.Message) bool {
	if !slices.Contains(r.Expect.AnyOf, m.Rule.W3C) {
		return false
	}
	for _, named := range r.Expect.Params {
		name, isText := named.(string)
		if name = strings.ToLower(name[strings.LastIndexByte(name, ':')+1:]); isText && name != "" && (name == strings.ToLower(m.Element) || name == strings.ToLower(m.Attribute)) {
			return true
		}
	}
	return slices.ContainsFunc(r.Messages, func(f referenceFinding) bool {
		return slices.Contains(r.Expect.AnyOf, f.Name) && f.Line == m.Start.Line
	})
}

// placed are classes that depend on the address or on a name server.
var placed = map[string]bool{"SelfDoesntMatchLocation": true, "SameDocumentReference": true, "RelativeSelf": true, "UnknownHost": true}

func TestConformance(t *testing.T) {
	for _, tt := range []struct {
		tier, profile                                  string
		verdict, expect, strict, errorClass, warnClass float64
	}{{"core", "spec", 99.5, 99.5, 95.5, 98, 95}, {"", "spec", 98, 97, 95, 98, 95}, {"core", "w3c", 99.5, 99.5, 97.5, 98, 95}} {
		a := &agreement{precision: map[string]*share{"error": {}, "warning": {}}, recall: map[string]*share{"error": {}, "warning": {}}}
		for _, r := range references(t) {
			if tt.tier != "" && r.Tier != tt.tier {
				continue
			}
			doc, err := os.Open(filepath.Join(testshared.Dir(t, "conformance", "validator", "cases"), filepath.FromSlash(r.Path)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := validator.Validate(validator.Document{Name: r.Path, Body: doc}, validator.Options{Profile: tt.profile, Now: caseTime})
			_ = doc.Close()
			if err != nil {
				t.Fatal(err)
			}
			a.add(&r, got)
		}
		for _, f := range []struct {
			name      string
			got, want float64
		}{
			{"verdict", (a.invalid.percent() + a.valid.percent()) / 2, tt.verdict}, {"expectation", (a.present.percent() + a.absent.percent()) / 2, tt.expect},
			{"strict", a.strict.percent(), tt.strict},
			{"error precision", a.precision["error"].percent(), tt.errorClass}, {"error recall", a.recall["error"].percent(), tt.errorClass},
			{"warning precision", a.precision["warning"].percent(), tt.warnClass}, {"warning recall", a.recall["warning"].percent(), tt.warnClass},
		} {
			t.Logf("tier %q, profile %s: %s %.2f %%", tt.tier, tt.profile, f.name, f.got)
			if f.got < f.want {
				t.Errorf("tier %q, profile %s: %s is %.2f %%, want %.1f", tt.tier, tt.profile, f.name, f.got, f.want)
			}
		}
	}
}

func references(t *testing.T) []reference {
	t.Helper()
	f, err := os.Open(testshared.Dir(t, "conformance", "validator", "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []reference
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r reference
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
