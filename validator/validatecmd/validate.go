// Package validatecmd is the validate command: what it takes, judges and ends with.
package validatecmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"tributary/internal/cli"
	"tributary/validator"
	"tributary/validator/lsp"
	"tributary/validator/report"
)

// docsURL is where the rules' pages are published.
const docsURL = "https://github.com/tributary/tributary/blob/main/docs/validation/"

// A validation is what `tributary validate` was asked to do.
type validation struct {
	format, output, level, show, profile string
	only, ignore                         []string
	config, baseline, writeBaseline      string
	explain, name, url, contentType      string
	color                                string
	fetching                             fetchOptions
	fix                                  string // new, write or diff
	lsp                                  bool
	feeds, quiet                         bool
	optional                             bool // a pattern that fits no file is no error
	perCode                              int
	maxSize                              int64
	settings                             *settings
	known                                *baseline
	failAt                               validator.Level
}

// GCPercent is how much garbage there may be for what is in use: a validation
// holds a few megabytes however large its input is, and ends, if that is small,
// before there is anything to collect.
const GCPercent = 400

// Judge judges the files of patterns with the defaults, as c's work; a pattern
// that fits no file is no error.
func Judge(c *cobra.Command, patterns []string) error {
	v := &validation{format: "text", show: "warning", color: "auto", quiet: true, optional: true}
	return v.run(c, patterns)
}

// New returns the command.
func New() *cobra.Command {
	v := &validation{}
	c := &cobra.Command{
		Use:   "validate [FILE|URL|DIR|GLOB|-]...",
		Short: "Judge feeds: what is wrong where, why it matters, how to mend it",
		Long: "Validate judges RSS, Atom, JSON Feed, OPML and news sitemap documents and the extensions they carry. It takes files, folders,\n" +
			"globs (** too), addresses and - for standard input, and exits with 0 when all are valid, 1 when one is not, and 2\n" +
			"when one could not be judged. Folders are searched for .xml, .rss, .atom, .rdf, .json and .opml files.",
	}
	f := c.Flags()
	f.StringVar(&v.format, "format", "text", "the `FORMAT` of the report: "+strings.Join(report.Names(), ", "))
	f.StringVarP(&v.output, "output", "o", "", "write the report to a `FILE`")
	f.StringVar(&v.level, "level", "", "the lowest `LEVEL` that makes a document not valid: error, warning or info (default error)")
	f.StringVar(&v.show, "show", "warning", "the lowest `LEVEL` shown to people")
	f.StringVar(&v.profile, "profile", "", "the `PROFILE` to judge by: "+profileNames()+" (default spec)")
	f.StringSliceVar(&v.only, "only", nil, "tell only these `CODES`")
	f.StringSliceVar(&v.ignore, "ignore", nil, "do not tell these `CODES`")
	f.StringVar(&v.config, "config", "", "the project's settings, a `FILE`; default "+configName+" here or in a folder above")
	f.StringVar(&v.baseline, "baseline", "", "leave out the messages that this `FILE` knows")
	f.StringVar(&v.writeBaseline, "write-baseline", "", "write all messages to a `FILE`, for --baseline")
	f.StringVar(&v.explain, "explain", "", "explain a `CODE`, or list them: all")
	f.StringVar(&v.name, "name", "", "what standard input is called")
	f.StringVar(&v.url, "url", "", "the `URL` the document was found at")
	f.StringVar(&v.contentType, "content-type", "", "the media `TYPE` the document was sent with")
	f.StringVar(&v.color, "color", "auto", "colours: auto, always or never")
	f.BoolVar(&v.feeds, "feeds", false, "judge every feed that an OPML document lists, too")
	f.BoolVarP(&v.quiet, "quiet", "q", false, "say nothing of valid documents")
	f.IntVar(&v.perCode, "max-per-code", 0, "the most messages of one code for a document (default 100)")
	f.BoolVar(&v.fetching.network, "network", false, "ask the hubs that a fetched document names, too")
	f.BoolVar(&v.fetching.enclosures, "enclosures", false, "ask for the first 20 enclosures of a fetched document, too")
	f.DurationVar(&v.fetching.watch, "watch", 0, "look twice, so `LONG` apart, for IDs and dates that change while the content stays")
	f.DurationVar(&v.fetching.timeout, "timeout", 30*time.Second, "how `LONG` one answer may take")
	f.StringVar(&v.fetching.userAgent, "user-agent", "", "what to call oneself to servers, a `NAME`")
	f.StringVar(&v.fix, "fix", "", "make the safe edits: to FILE.fixed (new), in place (write), or as a diff (diff)")
	f.Lookup("fix").NoOptDefVal = "new"
	f.BoolVar(&v.lsp, "lsp", false, "be a language server for an editor, on standard input and output")
	f.Int64Var(&v.maxSize, "max-size", 0, "how many `BYTES` of a document are looked at (default 1 GiB)")
	c.RunE = func(c *cobra.Command, targets []string) error { return v.run(c, targets) }
	return c
}

func profileNames() string {
	var names []string
	for _, p := range validator.Profiles() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

func (v *validation) run(c *cobra.Command, targets []string) error {
	if v.explain != "" {
		return explain(c.OutOrStdout(), v.explain)
	}
	if v.lsp {
		return lsp.Serve(c.Context(), c.InOrStdin(), c.OutOrStdout(), cli.Version)
	}
	if len(targets) == 0 {
		return cli.Usage(errors.New("nothing to judge: name files, folders, addresses, or - for standard input\n  usage: " + c.UseLine()))
	}
	if err := v.prepare(); err != nil {
		return cli.Usage(err)
	}
	if v.fix != "" {
		return v.mend(c, targets)
	}
	out, closeOut, err := v.writer(c)
	if err != nil {
		return cli.Usage(err)
	}
	outcome, err := v.judgeAll(c, targets, out)
	if err == nil {
		err = out.Close()
	}
	if err := errors.Join(err, closeOut()); err != nil {
		return err
	}
	if v.writeBaseline != "" {
		if err := v.known.write(v.writeBaseline); err != nil {
			return err
		}
		return nil
	}
	switch {
	case outcome.unread > 0:
		return &cli.ExitError{Code: cli.ExitUsage}
	case outcome.failed > 0:
		return &cli.ExitError{Code: cli.ExitFailed}
	}
	return nil
}

// prepare reads the settings and checks what was asked for.
func (v *validation) prepare() error {
	var err error
	if v.settings, err = loadConfig(v.config); err != nil {
		return err
	}
	v.profile = cmp.Or(v.profile, v.settings.Profile)
	v.level = cmp.Or(cmp.Or(v.level, v.settings.Level), "error")
	if v.failAt, err = validator.ParseLevel(v.level); err != nil {
		return err
	}
	v.ignore = append(v.ignore, v.settings.Ignore...)
	if len(v.only) == 0 {
		v.only = v.settings.Only
	}
	for _, code := range append(append([]string{}, v.ignore...), v.only...) {
		if validator.Lookup(code) == nil {
			return fmt.Errorf("there is no rule %q%s", code, nearestCode(code))
		}
	}
	v.known = newBaseline()
	if v.baseline != "" {
		if v.known, err = readBaseline(v.baseline); err != nil {
			return err
		}
	}
	_, err = validator.Validate(validator.Document{Body: strings.NewReader("")}, v.options(""))
	return err
}

// options are those for one document.
func (v *validation) options(path string) validator.Options {
	o := validator.Options{Profile: v.profile, Only: v.only, Ignore: v.ignore, Limits: validator.Limits{PerCode: v.perCode, Bytes: v.maxSize}}
	if v.writeBaseline != "" || v.baseline != "" {
		o.Limits.PerCode = max(v.perCode, 100_000)
	}
	v.settings.apply(path, &o)
	return o
}

// writer opens the report.
func (v *validation) writer(c *cobra.Command) (report.Writer, func() error, error) {
	show, err := validator.ParseLevel(v.show)
	if err != nil {
		return nil, nil, err
	}
	out, done := c.OutOrStdout(), func() error { return nil }
	if v.output != "" {
		f, err := os.Create(v.output)
		if err != nil {
			return nil, nil, err
		}
		out, done = f, f.Close
	}
	w, err := report.New(v.format, out, report.Options{Show: min(show, v.failAt), FailAt: v.failAt, Color: v.coloured(out), Quiet: v.quiet, Version: cli.Version, Docs: docsURL})
	return w, done, err
}

// coloured reports whether what is written goes to a terminal that shows
// colours (https://no-color.org).
func (v *validation) coloured(out io.Writer) bool {
	f, ok := out.(*os.File)
	switch {
	case v.color == "always":
		return true
	case v.color == "never" || !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb":
		return false
	}
	return isatty.IsTerminal(f.Fd())
}

// An outcome counts documents.
type outcome struct{ failed, unread int }

// judgeAll judges all targets side by side and reports them in their order.
func (v *validation) judgeAll(c *cobra.Command, targets []string, out report.Writer) (outcome, error) {
	var total outcome
	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	queue := make(chan chan *judged, 2*workers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(queue)
		return v.start(ctx, c.InOrStdin(), targets, queue, workers)
	})
	var failed error
	for one := range queue {
		j := <-one
		if failed == nil {
			failed = v.tell(j, out, &total)
		}
		j.close()
		if failed != nil {
			stop()
		}
	}
	return total, errors.Join(failed, group.Wait())
}

// tell reports one document.
func (v *validation) tell(j *judged, out report.Writer, total *outcome) error {
	if j.Err != nil {
		total.unread++
		return out.File(&j.File)
	}
	v.known.filter(j.Name, j.Result, v.writeBaseline != "")
	if report.Failed(j.Result, v.failAt) {
		total.failed++
	}
	return out.File(&j.File)
}

// start finds the documents and has each judged; their results come in order.
func (v *validation) start(ctx context.Context, in io.Reader, targets []string, queue chan<- chan *judged, workers int) error {
	type job struct {
		target
		done chan<- *judged
	}
	jobs := make(chan job)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for j := range jobs {
				j.done <- v.judge(ctx, j.target, in)
			}
		})
	}
	defer group.Wait()
	defer close(jobs)
	each := func(t target) error {
		one := make(chan *judged, 1)
		select {
		case queue <- one:
			jobs <- job{t, one}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, t := range targets {
		if err := v.expand(t, each); err != nil {
			return err
		}
	}
	return nil
}

// A judged document is a report's file with what is to be closed after.
type judged struct {
	report.File
	closer io.Closer
}

func (j *judged) close() {
	if j.closer != nil {
		_ = j.closer.Close() // it was only read
	}
}

// judgeTimeout bounds how long one document may take, its fetching included.
const judgeTimeout = 5 * time.Minute

func (v *validation) judge(ctx context.Context, t target, in io.Reader) *judged {
	ctx, stop := context.WithTimeout(ctx, judgeTimeout+v.fetching.watch)
	defer stop()
	j := &judged{File: report.File{Name: t.name}}
	if t.err != nil {
		j.Err = t.err
		return j
	}
	doc, err := v.open(ctx, t, in, j)
	if err != nil {
		j.Err = err
		return j
	}
	j.Result, j.Err = validator.Validate(doc, v.options(filepath.ToSlash(t.name)))
	return j
}
