package config

import (
	"fmt"
	"time"
)

const (
	defaultQuiet = 2 * time.Second
	defaultLate  = 30 * time.Second
	maxQuiet     = 10 * time.Minute
	maxLate      = time.Hour
)

// pace reads how soon a change is published: after how much quiet, and how
// late at most.
func (s *section) pace() (quiet, late time.Duration) {
	quiet = s.duration("quiet", maxQuiet, defaultQuiet)
	late = s.duration("late", maxLate, max(defaultLate, quiet))
	if late < quiet {
		s.wrong("late", s.valueAt("late"), fmt.Sprintf("late %q is shorter than quiet, %q", shortDuration(late), shortDuration(quiet)),
			fmt.Sprintf("expected the longest that a change may wait while others follow it, such as late = %q", shortDuration(max(defaultLate, quiet))), "")
	}
	return quiet, late
}
