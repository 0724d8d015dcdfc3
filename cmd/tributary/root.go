package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tributary/internal/cli"
	"tributary/validator/validatecmd"
)

// newRoot returns the command line: a row for each command.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tributary",
		Short: "Poll many feeds, publish a few good ones",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(
		serveCommand(),
		pollCommand(),
		sourcesCommand(),
		subscribersCommand(),
		buildCommand(),
		compactCommand(),
		demoCommand(),
		discoverCommand(),
		importCommand(),
		exportCommand(),
		inspectCommand(),
		validatecmd.New(),
		entriesCommand(),
		explainCommand(),
		rulesCommand(),
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
	return cli.Usage(fmt.Errorf("%s\n  commands: %s", msg, strings.Join(names, ", ")))
}
