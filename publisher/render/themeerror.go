package render

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"tributary/internal/lazy"
)

// A ThemeError is what is wrong with a theme, and where.
type ThemeError struct {
	File    string // with the theme's folder
	Line    int    // 0: the whole file
	Problem string
	Hint    string // what to do; may be empty
}

func (e *ThemeError) Error() string {
	text := e.File
	if e.Line > 0 {
		text += ":" + strconv.Itoa(e.Line)
	}
	text += ": " + e.Problem
	if e.Hint != "" {
		text += "\n  " + e.Hint
	}
	return text
}

// within puts the theme's folder before the error's file.
func within(name string, err error) error {
	var wrong *ThemeError
	if errors.As(err, &wrong) {
		wrong.File = path.Join(name, wrong.File)
	}
	return err
}

// reason says why a file cannot be read, without its path.
func reason(err error) string {
	var cause syscall.Errno
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there"
	case errors.As(err, &cause):
		return cause.Error()
	case errors.As(err, &at):
		return at.Err.Error()
	}
	return err.Error()
}

// once returns the errors, each text once: pages share templates.
func once(errs []error) (out []error) {
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return slices.CompactFunc(errs, func(a, b error) bool { return a.Error() == b.Error() })
}

var (
	templatePlace = lazy.Regexp(`^(?:html/)?template: ?([^\s:]+):(\d+)(?::\d+)?: (?s:(.*))$`)
	noField       = lazy.Regexp(`^executing "[^"]*" at <(.*)>: can't evaluate field (\w+) in type \S+$`)
	executing     = lazy.Regexp(`^executing "[^"]*" at <(.*)>: (?:error calling \w+: )?(?s:(.*))$`)
	goType        = lazy.Regexp(`\*?render\.\w+`)
)

// writtenWrong says what is wrong with a template in the words of who writes
// one.
func writtenWrong(name string, err error) error {
	text := err.Error()
	if _, within, ok := strings.Cut(text, "error calling Shared: template: "); ok {
		text = "template: " + within
	}
	m := templatePlace().FindStringSubmatch(text)
	if m == nil {
		return &ThemeError{File: name, Problem: goType().ReplaceAllString(err.Error(), "a page")}
	}
	e := &ThemeError{File: path.Join(name, m[1]), Problem: m[3]}
	e.Line, _ = strconv.Atoi(m[2]) // the pattern has digits
	if f := noField().FindStringSubmatch(e.Problem); f != nil {
		e.Problem = fmt.Sprintf("{{%s}}: there is no %s here", f[1], f[2])
		e.Hint = "docs/themes.md lists what each page has; within range and with, what belongs to the page begins with $"
	} else if f := executing().FindStringSubmatch(e.Problem); f != nil {
		e.Problem = fmt.Sprintf("{{%s}}: %s", f[1], f[2])
	}
	e.Problem = goType().ReplaceAllString(e.Problem, "a page")
	return e
}
