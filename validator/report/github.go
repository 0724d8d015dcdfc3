package report

import (
	"fmt"
	"io"
	"strings"

	"tributary/validator"
)

// A gitHubWriter writes workflow commands, which GitHub shows beside the lines
// of a change.
type gitHubWriter struct {
	w    io.Writer
	o    Options
	told map[validator.Level]int
	tally
}

// maxAnnotations is how many of one level GitHub shows of a step.
const maxAnnotations = 10

func newGitHub(w io.Writer, o Options) Writer {
	return &gitHubWriter{w: w, o: o, told: map[validator.Level]int{}}
}

var (
	dataEscaper     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscaper = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func (g *gitHubWriter) File(f *File) error {
	g.add(f, g.o.FailAt)
	if f.Err != nil {
		_, err := fmt.Fprintf(g.w, "::error file=%s::%s\n", propertyEscaper.Replace(f.Name), dataEscaper.Replace(f.Err.Error()))
		return err
	}
	for _, m := range shown(f.Result, g.o.Show) {
		if g.told[m.Level]++; g.told[m.Level] > maxAnnotations {
			continue
		}
		command := map[validator.Level]string{validator.Error: "error", validator.Warning: "warning", validator.Info: "notice"}[m.Level]
		_, err := fmt.Fprintf(g.w, "::%s file=%s,line=%d,col=%d,endLine=%d,endColumn=%d,title=%s::%s\n", command, propertyEscaper.Replace(f.Name),
			m.Start.Line, m.Start.Column, m.End.Line, max(m.End.Column, 1), propertyEscaper.Replace(m.Rule.Code), dataEscaper.Replace(m.Text+"\n"+m.Rule.Mend))
		if err != nil {
			return err
		}
	}
	return nil
}

func (g *gitHubWriter) Close() error {
	_, err := fmt.Fprintf(g.w, "%s, %s in %d of %s\n", count(g.errors, "error"), count(g.warnings, "warning"), g.failed, count(g.files, "document"))
	return err
}
