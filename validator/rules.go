package validator

import (
	"slices"
	"strings"
)

// families are all rules, each family in its file.
var families = [][]*Rule{
	xmlRules,
}

// Rules returns all rules, by their codes.
func Rules() []*Rule {
	var out []*Rule
	for _, family := range families {
		out = append(out, family...)
	}
	slices.SortFunc(out, func(a, b *Rule) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Lookup returns the rule of a code, nil when there is none.
func Lookup(code string) *Rule {
	for _, family := range families {
		for _, r := range family {
			if r.Code == code {
				return r
			}
		}
	}
	return nil
}
