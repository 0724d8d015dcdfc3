// Command tributary polls many upstream feeds and publishes a few good ones.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent trades a little processor for a third less garbage in memory: a
// poll's trees are large and short-lived. GOGC in the environment wins.
const gcPercent = 60

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Exit codes, as README.md lists them.
const (
	exitOK     = 0
	exitFailed = 1 // it looked, and something is not right
	exitUsage  = 2 // wrong use: arguments, feeds.toml
	exitSource = 3 // poll: some source failed
)

// An exitError ends the program with a code. A nil cause has been told already.
type exitError struct {
	code  int
	cause error
}

func (e *exitError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.cause.Error()
}
func (e *exitError) Unwrap() error { return e.cause }

// usage marks err as wrong use.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{code: exitUsage, cause: err}
}

// run is main without the process around it.
func run(ctx context.Context, args []string, s streams) int {
	root := newRoot(s) //nolint:contextcheck // commands get theirs when they run
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	code := exitFailed
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
		if exit.cause == nil {
			return code
		}
	}
	fmt.Fprintf(s.err, "tributary: %v\n", err)
	return code
}
