package config

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// A reporter collects what is wrong with a text, each with its place.
type reporter struct {
	file   string
	data   []byte
	starts []int // byte offset of each line; made at the first question
	errs   Errors
}

// report adds e, found at a byte offset.
func (r *reporter) report(at int32, e Error) {
	e.File = r.file
	e.Line, e.Column = r.place(int(at))
	r.errs = append(r.errs, &e)
}

// line returns the number of the line that a byte offset is in.
func (r *reporter) line(at int32) int {
	line, _ := r.place(int(at))
	return line
}

func (r *reporter) place(at int) (line, column int) {
	if r.starts == nil {
		r.starts = lineStarts(r.data)
	}
	at = min(max(at, 0), len(r.data))
	line = sort.SearchInts(r.starts, at+1)
	return line, utf8.RuneCount(r.data[r.starts[line-1]:at]) + 1
}

func lineStarts(data []byte) []int {
	starts := []int{0}
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '\n')
		at += i + 1
		if i < 0 || at == len(data) {
			return starts
		}
		starts = append(starts, at)
	}
}
