package validatecmd

import (
	"fmt"
	"io"
	"strings"

	"tributary/internal/cli"
	"tributary/validator"
)

// explain writes what a rule is about, or the list of all.
func explain(out io.Writer, code string) error {
	if code == "all" {
		for _, r := range validator.Rules() {
			if _, err := fmt.Fprintf(out, "%-32s %-8s %s\n", r.Code, r.Level, r.What); err != nil {
				return err
			}
		}
		return nil
	}
	r := validator.Lookup(code)
	if r == nil {
		return cli.Usage(fmt.Errorf("there is no rule %q%s\n  list them: tributary validate --explain all", code, nearestCode(code)))
	}
	_, err := fmt.Fprintf(out, "%s (%s)\n\n  What:  %s.\n  Why:   %s\n  Mend:  %s\n  Spec:  %s\n         %s\n", r.Code, r.Level, r.What, r.Why, r.Mend, r.Spec.Section, r.Spec.URL)
	if err != nil {
		return err
	}
	if r.W3C != "" {
		if _, err := fmt.Fprintf(out, "  W3C:   %s\n", r.W3C); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		title string
		validator.Example
	}{{"Wrong", r.Bad}, {"Right", r.Good}} {
		if x.Text != "" {
			if _, err := fmt.Fprintf(out, "\n  %s:\n    %s\n", x.title, strings.ReplaceAll(strings.TrimSpace(x.Text), "\n", "\n    ")); err != nil {
				return err
			}
		}
	}
	return nil
}

// nearestCode suggests the code that was probably meant.
func nearestCode(code string) string {
	best, most := "", 0
	for _, r := range validator.Rules() {
		if n := commonWords(r.Code, code); n > most {
			best, most = r.Code, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("\n  did you mean %q?", best)
}

// commonWords counts the letters of the words that two codes share.
func commonWords(a, b string) int {
	n := 0
	for w := range strings.SplitSeq(b, "-") {
		if w != "" && strings.Contains("-"+a+"-", "-"+w+"-") {
			n += len(w) + 1
		}
	}
	return n
}
