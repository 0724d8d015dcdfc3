package main

import (
	"fmt"
	"strings"

	"tributary/feed"
)

// made tells what was done to make an entry. Entries that were stored before
// that was noted have nothing to tell.
func (x *explanation) made(m *feed.Making) {
	var words string
	if x.Cleaned, words = takenOut(m); words != "" {
		x.Changes = append(x.Changes, "HTML: taken out: "+words)
	}
	if m.Text != feed.FromSource {
		x.Text, x.TextWhy = m.Text.String(), m.Why
		x.Changes = append(x.Changes, "text: from "+joinNonEmpty(": ", x.Text, x.TextWhy))
	}
}

// takenOut returns how many of each kind the cleaner took, and that in words.
func takenOut(m *feed.Making) (counts map[string]int, words string) {
	var parts []string
	for kind, n := range m.Taken {
		if n == 0 {
			continue
		}
		if counts == nil {
			counts = map[string]int{}
		}
		name := feed.TakenKind(kind).String()
		counts[name] = int(n)
		parts = append(parts, fmt.Sprintf("%s ×%d", name, n))
	}
	return counts, strings.Join(parts, ", ")
}
