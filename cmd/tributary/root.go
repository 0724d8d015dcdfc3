package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newRoot returns the command line: a row for each command.
func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "tributary",
		Short:         "Poll many feeds, publish a few good ones",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w\n  see: %s --help", err, c.CommandPath()))
	})
	root.AddCommand(
		serveCommand(),
		pollCommand(),
		buildCommand(),
		demoCommand(),
		inspectCommand(),
		validateCommand(),
		entriesCommand(),
		configCommand(),
		versionCommand(),
	)
	return root
}

// unknownCommand names the nearest command for one that does not exist.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	msg := fmt.Sprintf("unknown command %q", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		msg += fmt.Sprintf("\n  did you mean %q?", near[0])
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return usage(fmt.Errorf("%s\n  commands: %s", msg, strings.Join(names, ", ")))
}

// args wraps cobra's check of positional arguments: what is wrong with them
// is wrong use.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if err := check(c, given); err != nil {
			return usage(fmt.Errorf("%w\n  usage: %s", err, c.UseLine()))
		}
		return nil
	}
}
