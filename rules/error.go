package rules

import (
	"fmt"
	"strings"
)

// An Error is a mistake in an expression. Its place is in the expression.
type Error struct {
	Offset   int // in bytes
	Problem  string
	Expected string // may be empty
	Hint     string // may be empty
	Text     string // the expression
}

// Error tells the problem with a caret below its place.
func (e *Error) Error() string {
	text := e.Problem + "\n" + indent(e.Caret())
	for _, more := range []string{e.Expected, e.Hint} {
		if more != "" {
			text += "\n" + indent(more)
		}
	}
	return text
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// shown is how much of a line is shown on each side of a mistake, in
// characters.
const shown = 60

// Caret shows the line with the mistake, and a caret below it.
func (e *Error) Caret() string {
	at := min(e.Offset, len(e.Text))
	start := strings.LastIndexByte(e.Text[:at], '\n') + 1
	end := len(e.Text)
	if i := strings.IndexByte(e.Text[at:], '\n'); i >= 0 {
		end = at + i
	}
	before, behind := []rune(e.Text[start:at]), []rune(e.Text[at:end])
	if len(before) > shown {
		before = append([]rune("…"), before[len(before)-shown:]...)
	}
	if len(behind) > shown {
		behind = append(behind[:shown:shown], '…')
	}
	margin := 0
	for _, r := range before {
		margin += width(r)
	}
	line := strings.ReplaceAll(string(before)+string(behind), "\t", " ")
	return fmt.Sprintf("| %s\n| %s^", line, strings.Repeat(" ", margin))
}

// width is how many columns a terminal gives a character: two to those of
// East Asian scripts.
func width(r rune) int {
	if r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd {
		return 2
	}
	return 1
}
