package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"tributary/validator"
)

// colours of a terminal.
const (
	red, yellow, blue, bold, dim, plain = "\x1b[31m", "\x1b[33m", "\x1b[34m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
)

// A text is written for people: each message with its line, the place marked.
type text struct {
	w *bufio.Writer
	o Options
	tally
}

func newText(w io.Writer, o Options) Writer { return &text{w: bufio.NewWriter(w), o: o} }

func (t *text) paint(colour, s string) string {
	if !t.o.Color {
		return s
	}
	return colour + s + plain
}

func (t *text) File(f *File) error {
	t.add(f, t.o.FailAt)
	if f.Err != nil {
		fmt.Fprintf(t.w, "%s: %s\n\n", f.Name, t.paint(red+bold, f.Err.Error()))
		return t.w.Flush()
	}
	messages := shown(f.Result, t.o.Show)
	for i := range messages {
		t.message(f, &messages[i])
	}
	if !t.o.Quiet || len(messages) > 0 {
		t.verdict(f)
	}
	return t.w.Flush()
}

// verdict sums a file up in a line.
func (t *text) verdict(f *File) {
	r := f.Result
	var one tally
	one.add(f, t.o.FailAt)
	what := fmt.Sprintf("%s %s, read as %s, %s", r.Format, r.Version, r.Encoding, count(r.Entries, "entry"))
	what = strings.ReplaceAll(strings.ReplaceAll(what, " ,", ","), "entrys", "entries")
	word := t.paint(bold, "valid")
	if Failed(r, t.o.FailAt) {
		word = t.paint(red+bold, "not valid")
	}
	fmt.Fprintf(t.w, "%s: %s (%s): %s, %s", f.Name, word, what, count(one.errors, "error"), count(one.warnings, "warning"))
	if hidden := one.advice; hidden > 0 && t.o.Show > validator.Info {
		fmt.Fprintf(t.w, "; --show info tells %s more", advice(hidden))
	}
	fmt.Fprint(t.w, "\n")
	t.untold(r)
	fmt.Fprint(t.w, "\n")
}

// advice says how much advice there is.
func advice(n int) string {
	if n == 1 {
		return "1 piece of advice"
	}
	return fmt.Sprintf("%d pieces of advice", n)
}

// untold says how often a code was found beyond the messages told.
func (t *text) untold(r *validator.Result) {
	told := map[string]int{}
	for _, m := range r.Messages {
		told[m.Rule.Code]++
	}
	for code, n := range r.Counts {
		if more := n - told[code]; more > 0 && told[code] > 0 {
			fmt.Fprintf(t.w, "  %s was found %d times more\n", code, more)
		}
	}
}

func (t *text) message(f *File, m *validator.Message) {
	colour := map[validator.Level]string{validator.Error: red, validator.Warning: yellow, validator.Info: blue}[m.Level]
	fmt.Fprintf(t.w, "%s:%d:%d: %s %s %s\n", f.Name, m.Start.Line, m.Start.Column,
		t.paint(colour+bold, m.Level.String()+":"), t.paint(bold, m.Text), t.paint(dim, "["+m.Rule.Code+"]"))
	if line, ok := excerpt(f, m); ok {
		number := fmt.Sprint(m.Start.Line)
		margin := strings.Repeat(" ", len(number))
		fmt.Fprintf(t.w, " %s %s\n", t.paint(dim, number+" |"), line.text)
		fmt.Fprintf(t.w, " %s %s%s\n", t.paint(dim, margin+" |"), strings.Repeat(" ", line.indent), t.paint(colour+bold, line.mark()))
	}
	help := m.Rule.Mend
	if m.Fix != nil {
		help += " (--fix can: " + m.Fix.What + ")"
	}
	fmt.Fprintf(t.w, "   %s %s\n\n", t.paint(dim, "= help:"), help)
}

func (t *text) Close() error {
	if t.files > 1 || t.unread > 0 {
		fmt.Fprintf(t.w, "%s, %s in %d of %s", count(t.errors, "error"), count(t.warnings, "warning"), t.failed, count(t.files, "document"))
		if t.unread > 0 {
			fmt.Fprintf(t.w, "; %d could not be judged", t.unread)
		}
		if t.advice > 0 && t.o.Show > validator.Info {
			fmt.Fprintf(t.w, "; --show info tells %s more", advice(t.advice))
		}
		fmt.Fprint(t.w, "\n")
	}
	return t.w.Flush()
}
