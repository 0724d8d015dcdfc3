package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tributary/internal/cli"
	"tributary/internal/demo"
	"tributary/internal/filestate"
)

func demoCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "See it work: no network, no configuration",
		Long: "Demo starts a small upstream of its own on this machine, with feeds that keep gaining entries and one\n" +
			"that fails now and then, polls it into a store that is removed at the end, and publishes the result.",
		Args: cli.Args(cobra.NoArgs),
	}
	address := c.Flags().String("listen", "localhost:8080", "the `HOST:PORT` to publish on")
	c.RunE = func(c *cobra.Command, _ []string) error {
		dir, err := os.MkdirTemp("", "tributary-demo-")
		if err != nil {
			return fmt.Errorf("make a folder for the demo's store: %w", err)
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a leftover in the temporary folder harms nobody
		upstream, err := demo.Start(c.Context())
		if err != nil {
			return fmt.Errorf("start the demo's upstream: %w", err)
		}
		defer upstream.Close() //nolint:errcheck // the process ends
		fmt.Fprintf(c.OutOrStdout(), "The demo's upstream is at %s; new entries appear every few seconds.\n\n", upstream.URL())
		return serve(c.Context(), upstream.Config(filepath.Join(dir, "demo.db"), *address), filestate.State{}, c.OutOrStdout(), c.ErrOrStderr())
	}
	return c
}
