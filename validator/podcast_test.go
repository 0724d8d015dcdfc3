package validator_test

import (
	"strings"
	"testing"

	"tributary/validator"
)

// found returns how often each code is found in a document.
func found(t *testing.T, doc string) *validator.Result {
	t.Helper()
	r, err := validator.Validate(validator.Document{Name: "test.xml", Body: strings.NewReader(doc)}, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPodcastExamples(t *testing.T) {
	for _, r := range validator.Rules() {
		if !strings.HasPrefix(r.Code, "podcast-") {
			continue
		}
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			if r.W3C != "" || r.Spec.URL == "" || r.Mend == "" {
				t.Errorf("W3C %q, address %q, mend %q", r.W3C, r.Spec.URL, r.Mend)
			}
			bad := found(t, r.Bad.Document())
			if bad.Counts[r.Code] == 0 {
				t.Errorf("the bad example draws only %v:\n%s", bad.Counts, r.Bad.Text)
			}
			if other := podcastCodes(bad); len(other) > 1 && r.Level == validator.Error {
				t.Logf("the bad example draws %v", other)
			}
			good := found(t, r.Good.Document())
			if good.Counts[r.Code] > 0 || !good.Valid {
				t.Errorf("the good example draws %v:\n%s", good.Counts, r.Good.Text)
			}
		})
	}
}

// podcastCodes are the codes of the family that a result has.
func podcastCodes(r *validator.Result) []string {
	var out []string
	for code := range r.Counts {
		if strings.HasPrefix(code, "podcast-") {
			out = append(out, code)
		}
	}
	return out
}
