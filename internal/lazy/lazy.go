// Package lazy puts off what a program needs only sometimes until it is first
// used, so that a command which needs none of it starts quickly.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that gives the regular expression, compiled at its
// first call. It panics as regexp.MustCompile does.
func Regexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
