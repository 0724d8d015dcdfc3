package validator_test

import (
	"strings"
	"testing"

	"tributary/validator"
)

// judge returns what is found in a document.
func judge(t *testing.T, text string) *validator.Result {
	t.Helper()
	r, err := validator.Validate(validator.Document{Name: "test", Body: strings.NewReader(text)}, validator.Options{Now: caseTime})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestExamples holds every rule's examples to what they say: the bad one draws
// the rule, the good one does not.
func TestExamples(t *testing.T) {
	for _, r := range validator.Rules() {
		if strings.HasPrefix(r.Bad.In, "http") {
			continue // an exchange: package exchange replays them
		}
		t.Run(r.Code, func(t *testing.T) {
			if text := r.Bad.Document(); text != "" && judge(t, text).Counts[r.Code] == 0 {
				t.Errorf("the bad example does not draw it: %v\n%s", judge(t, text).Counts, text)
			}
			if text := r.Good.Document(); text != "" {
				good := judge(t, text)
				if good.Counts[r.Code] > 0 {
					t.Errorf("the good example draws it:\n%s", text)
				}
				if !good.Valid {
					t.Errorf("the good example is not valid: %v\n%s", good.Counts, text)
				}
			}
		})
	}
}
