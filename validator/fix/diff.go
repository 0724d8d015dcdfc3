package fix

import (
	"bytes"
	"fmt"
	"strings"
)

// context is how many lines of a diff stand around a change.
const context = 3

// An op is a line that stays, goes or comes.
type op struct {
	mark byte // ' ', '-' or '+'
	line []byte
}

// Diff returns what changed between two texts as a unified diff, "" when
// nothing did. The edits of a mending are few and small: lines are compared
// from the place where they differ to where they agree again.
func Diff(name string, before, after []byte) string {
	ops := compare(lines(before), lines(after))
	var out strings.Builder
	for from := 0; ; {
		for from < len(ops) && ops[from].mark == ' ' {
			from++
		}
		if from == len(ops) {
			return out.String()
		}
		to := from
		for i := from; i < len(ops) && i <= to+2*context; i++ {
			if ops[i].mark != ' ' {
				to = i
			}
		}
		if out.Len() == 0 {
			fmt.Fprintf(&out, "--- %s\n+++ %s (mended)\n", name, name)
		}
		hunk(&out, ops, max(from-context, 0), min(to+1+context, len(ops)))
		from = to + 1
	}
}

// compare returns how one text becomes the other.
func compare(a, b [][]byte) []op {
	var ops []op
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if i < len(a) && j < len(b) && bytes.Equal(a[i], b[j]) {
			ops = append(ops, op{' ', a[i]})
			i, j = i+1, j+1
			continue
		}
		ei, ej := meet(a, b, i, j)
		for ; i < ei; i++ {
			ops = append(ops, op{'-', a[i]})
		}
		for ; j < ej; j++ {
			ops = append(ops, op{'+', b[j]})
		}
	}
	return ops
}

// meet returns where two texts agree again after they differ at i and j.
func meet(a, b [][]byte, i, j int) (int, int) {
	const reach = 200
	for d := 1; d < 2*reach; d++ {
		for x := max(0, d-reach); x <= min(d, reach); x++ {
			p, q := i+x, j+d-x
			if p <= len(a) && q <= len(b) && (p == len(a) && q == len(b) || p < len(a) && q < len(b) && bytes.Equal(a[p], b[q])) {
				return p, q
			}
		}
	}
	return len(a), len(b)
}

func lines(text []byte) [][]byte {
	all := bytes.SplitAfter(text, []byte("\n"))
	if len(all[len(all)-1]) == 0 {
		all = all[:len(all)-1]
	}
	return all
}

// hunk writes the ops from one place to another.
func hunk(out *strings.Builder, ops []op, from, to int) {
	var line, count [2]int // of the old text and the new
	for i, o := range ops[:to] {
		for side, other := range []byte{'+', '-'} {
			switch {
			case o.mark == other:
			case i < from:
				line[side]++
			default:
				count[side]++
			}
		}
	}
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n", line[0]+1, count[0], line[1]+1, count[1])
	for _, o := range ops[from:to] {
		out.WriteByte(o.mark)
		out.Write(o.line)
		if o.line[len(o.line)-1] != '\n' {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
