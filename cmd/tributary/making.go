package main

import (
	"fmt"
	"strings"

	"tributary/feed"
)

// made tells what was done to make an entry. Entries that were stored before
// that was noted have nothing to tell.
func (x *explanation) made(m *feed.Making) {
	var parts []string
	for kind, n := range m.Taken {
		if n == 0 {
			continue
		}
		if x.Cleaned == nil {
			x.Cleaned = map[string]int{}
		}
		name := feed.TakenKind(kind).String()
		x.Cleaned[name] = int(n)
		parts = append(parts, fmt.Sprintf("%s ×%d", name, n))
	}
	if len(parts) > 0 {
		x.Changes = append(x.Changes, "HTML: taken out: "+strings.Join(parts, ", "))
	}
	if m.Text != feed.FromSource {
		x.Text, x.TextWhy = m.Text.String(), m.Why
		x.Changes = append(x.Changes, "text: from "+joinNonEmpty(": ", x.Text, x.TextWhy))
	}
}
