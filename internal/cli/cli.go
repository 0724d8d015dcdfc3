// Package cli is what the project's commands have in common: how they end,
// and how they speak of it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// Version is the release this source tree becomes.
const Version = "0.1.0"

// Exit codes, as README.md lists them.
const (
	ExitOK     = 0
	ExitFailed = 1 // it looked, and something is not right
	ExitUsage  = 2 // wrong use: arguments, feeds.toml; validate: a document could not be judged
	ExitSource = 3 // poll: some source failed
)

// An ExitError ends the program with a code. A nil cause has been told already.
type ExitError struct {
	Code  int
	Cause error
}

func (e *ExitError) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("exit %d", e.Code)
	}
	return e.Cause.Error()
}

// Unwrap returns the cause.
func (e *ExitError) Unwrap() error { return e.Cause }

// Usage marks err as wrong use.
func Usage(err error) error {
	if err == nil {
		return nil
	}
	return &ExitError{Code: ExitUsage, Cause: err}
}

// Args wraps cobra's check of positional arguments: what is wrong with them
// is wrong use.
func Args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if err := check(c, given); err != nil {
			return Usage(fmt.Errorf("%w\n  usage: %s", err, c.UseLine()))
		}
		return nil
	}
}

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main runs a command with the process's arguments until it ends or is asked
// to, and ends the process. gcPercent is how much garbage there may be for
// what is in use; GOGC in the environment wins.
func Main(root *cobra.Command, gcPercent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := Run(ctx, root, os.Args[1:], Streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// Run is Main without the process around it. It returns the exit code.
func Run(ctx context.Context, root *cobra.Command, args []string, s Streams) int {
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetArgs(args)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return Usage(fmt.Errorf("%w\n  see: %s --help", err, c.CommandPath()))
	})
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	code := ExitFailed
	var exit *ExitError
	if errors.As(err, &exit) {
		code = exit.Code
		if exit.Cause == nil {
			return code
		}
	}
	fmt.Fprintf(s.Err, "%s: %v\n", root.Name(), err)
	return code
}

// Plural returns "1 source" or "2 sources".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
