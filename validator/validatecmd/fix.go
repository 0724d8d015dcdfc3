package validatecmd

import (
	"cmp"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tributary/internal/atomicfile"
	"tributary/internal/cli"
	"tributary/validator"
	"tributary/validator/fix"
)

// mend makes the safe edits of files: to a new file beside each, in place, or
// as a diff.
func (v *validation) mend(c *cobra.Command, targets []string) error {
	if v.fix != "new" && v.fix != "write" && v.fix != "diff" {
		return cli.Usage(fmt.Errorf("--fix=%s: expected new, write or diff", v.fix))
	}
	left := false
	for _, arg := range targets {
		err := v.expand(arg, func(t target) error {
			valid, err := v.mendOne(c.OutOrStdout(), t)
			left = left || !valid
			return err
		})
		if err != nil {
			return cli.Usage(err)
		}
	}
	if left {
		return &cli.ExitError{Code: cli.ExitFailed}
	}
	return nil
}

// mendOne mends one file, and returns whether it is valid then.
func (v *validation) mendOne(out io.Writer, t target) (bool, error) {
	if t.kind != aFile {
		return false, fmt.Errorf("%s: only files can be mended", t.name)
	}
	if t.err != nil {
		return false, fmt.Errorf("%s: %w", t.name, t.err)
	}
	text, err := os.ReadFile(t.name)
	if err != nil {
		return false, err
	}
	m, err := fix.Document(validator.Document{Name: t.name, URL: v.url, ContentType: v.contentType}, text, v.options(t.name))
	if err != nil {
		return false, err
	}
	if v.fix == "diff" {
		_, err := io.WriteString(out, fix.Diff(t.name, text, m.Text))
		return m.Left.Valid, err
	}
	to := t.name
	if v.fix == "new" {
		to = cmp.Or(v.output, t.name+".fixed")
	}
	if len(m.Edits) > 0 {
		if err := atomicfile.Write(to, m.Text); err != nil {
			return false, err
		}
	}
	for _, e := range m.Edits {
		if _, err := fmt.Fprintf(out, "%s: %s\n", t.name, e); err != nil {
			return false, err
		}
	}
	_, err = fmt.Fprintf(out, "%s: %s, %s\n", t.name, cli.Plural(len(m.Edits), "edit"), verdict(m, to))
	return m.Left.Valid, err
}

// verdict says what is left to do.
func verdict(m fix.Mended, to string) string {
	n := 0
	for _, msg := range m.Left.Messages {
		if msg.Level == validator.Error {
			n++
		}
	}
	switch {
	case len(m.Edits) == 0 && n > 0:
		return fmt.Sprintf("nothing can be mended safely: %s left", cli.Plural(n, "error"))
	case len(m.Edits) == 0:
		return "there is nothing to mend"
	case n > 0:
		return fmt.Sprintf("written to %s: %s left", to, cli.Plural(n, "error"))
	}
	return "written to " + to + ", which is valid"
}
