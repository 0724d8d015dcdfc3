// Package report writes what the validator found, for people and for programs.
package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"tributary/validator"
)

// A File is a document that was judged, or could not be.
type File struct {
	Name   string
	Result *validator.Result
	Err    error // why it could not be judged
	// Source is the document, for its lines to be shown; nil when it is not
	// kept.
	Source io.ReaderAt
}

// Options say how to write.
type Options struct {
	Show    validator.Level // the lowest level told to people
	FailAt  validator.Level // the lowest level that makes a document not valid
	Color   bool
	Quiet   bool   // documents without messages are not mentioned
	Version string // of tributary
	Docs    string // the address of the rules' pages
}

// A Writer writes files in their order, and what is to be said of all.
type Writer interface {
	File(f *File) error
	Close() error
}

// A Format makes a writer.
type Format func(w io.Writer, o Options) Writer

// formats are all, by the name that --format takes.
var formats = map[string]Format{
	"text": newText, "json": newJSON, "jsonl": newJSONLines, "sarif": newSARIF, "github": newGitHub, "junit": newJUnit, "html": newHTML,
}

// Names returns the names of all formats.
func Names() []string { return slices.Sorted(maps.Keys(formats)) }

// New returns a writer of the named format.
func New(name string, w io.Writer, o Options) (Writer, error) {
	f, ok := formats[name]
	if !ok {
		return nil, fmt.Errorf("unknown format %q, known are %s", name, strings.Join(Names(), ", "))
	}
	return f(w, o), nil
}

// Failed reports whether a file has a message at the level that makes it not
// valid.
func Failed(r *validator.Result, at validator.Level) bool {
	if at == validator.Error {
		return !r.Valid
	}
	return slices.ContainsFunc(r.Messages, func(m validator.Message) bool { return m.Level >= at })
}

// shown returns the messages of a level and above.
func shown(r *validator.Result, least validator.Level) []validator.Message {
	var out []validator.Message
	for _, m := range r.Messages {
		if m.Level >= least {
			out = append(out, m)
		}
	}
	return out
}

// A tally counts messages by their levels.
type tally struct {
	files, failed, unread    int
	errors, warnings, advice int
}

func (t *tally) add(f *File, failAt validator.Level) {
	t.files++
	if f.Err != nil {
		t.unread++
		return
	}
	if Failed(f.Result, failAt) {
		t.failed++
	}
	for _, m := range f.Result.Messages {
		switch m.Level {
		case validator.Error:
			t.errors++
		case validator.Warning:
			t.warnings++
		default:
			t.advice++
		}
	}
}

// count says a number of things: "1 error", "2 errors".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
