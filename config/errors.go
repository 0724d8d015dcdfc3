package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Error is one thing that is wrong with the configuration, told so that a
// person can mend it.
type Error struct {
	File     string
	Line     int    // from 1; 0 when the file as a whole is meant
	Column   int    // from 1, in characters
	Key      string // dotted, such as "source.gov.kind"; empty when no key is meant
	Problem  string // `source "gov": unknown kind "scrap"`
	Expected string // `known kinds: feed, file, jekyll`; may be empty
	Hint     string // `did you mean "feed"?`; may be empty
	Err      error  // the cause, when the file could not be read
}

// Error returns where and what, then what was expected and what to do, each
// on an indented line of its own.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": " + e.Problem)
	for _, line := range []string{e.Expected, e.Hint} {
		if line != "" {
			b.WriteString("\n  " + strings.ReplaceAll(line, "\n", "\n  "))
		}
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Errors is all that is wrong with a configuration, in the file's order.
type Errors []*Error

func (all Errors) Error() string {
	texts := make([]string, len(all))
	for i, e := range all {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap lets errors.Is and errors.As see each of them.
func (all Errors) Unwrap() []error {
	errs := make([]error, len(all))
	for i, e := range all {
		errs[i] = e
	}
	return errs
}

// sort puts the errors in the order in which a person reads the file.
func (all Errors) sort() {
	slices.SortStableFunc(all, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
