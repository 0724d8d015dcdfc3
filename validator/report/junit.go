package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"tributary/validator"
)

// A jUnitWriter writes the XML that CI servers read as test results: a suite a
// document, a case a code.
type jUnitWriter struct {
	w      io.Writer
	o      Options
	suites []jUnitSuite
}

type jUnitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []jUnitSuite `xml:"testsuite"`
}

type jUnitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []jUnitCase `xml:"testcase"`
}

type jUnitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *jUnitFailure `xml:"failure"`
	Error   *jUnitFailure `xml:"error"`
	Out     string        `xml:"system-out,omitempty"`
}

type jUnitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func newJUnit(w io.Writer, o Options) Writer { return &jUnitWriter{w: w, o: o} }

func (j *jUnitWriter) File(f *File) error {
	s := jUnitSuite{Name: f.Name}
	if f.Err != nil {
		s.Cases = append(s.Cases, jUnitCase{Name: "judged", Class: f.Name, Error: &jUnitFailure{Message: f.Err.Error(), Type: "unread"}})
		s.Errors = 1
	} else {
		s.Cases = j.cases(f)
	}
	for _, c := range s.Cases {
		if c.Failure != nil {
			s.Failures++
		}
	}
	s.Tests = len(s.Cases)
	j.suites = append(j.suites, s)
	return nil
}

// cases are one for each code that was found, in order, or one that passes.
func (j *jUnitWriter) cases(f *File) []jUnitCase {
	var order []string
	found := map[string][]validator.Message{}
	for _, m := range shown(f.Result, j.o.Show) {
		if found[m.Rule.Code] == nil {
			order = append(order, m.Rule.Code)
		}
		found[m.Rule.Code] = append(found[m.Rule.Code], m)
	}
	if len(order) == 0 {
		return []jUnitCase{{Name: "valid", Class: f.Name}}
	}
	var out []jUnitCase
	for _, code := range order {
		var b strings.Builder
		for _, m := range found[code] {
			fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", f.Name, m.Start.Line, m.Start.Column, m.Level, m.Text)
		}
		first := found[code][0]
		c := jUnitCase{Name: code, Class: f.Name}
		if first.Level >= j.o.FailAt {
			c.Failure = &jUnitFailure{Message: first.Text, Type: first.Level.String(), Text: b.String() + first.Rule.Mend + "\n"}
		} else {
			c.Out = b.String() + first.Rule.Mend + "\n"
		}
		out = append(out, c)
	}
	return out
}

func (j *jUnitWriter) Close() error {
	all := jUnitSuites{Name: "tributary validate", Suites: j.suites}
	for _, s := range j.suites {
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if _, err := io.WriteString(j.w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(j.w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "\n")
	return err
}
