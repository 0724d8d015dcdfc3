package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"tributary/aggregator/parse"
	"tributary/config"
	"tributary/internal/cli"
)

// configFlag adds --config to c.
func configFlag(c *cobra.Command) *string {
	path := c.Flags().StringP("config", "c", "feeds.toml", "the configuration `FILE`")
	_ = c.MarkFlagFilename("config", "toml") // completion only
	return path
}

// loadConfig reads the configuration; whatever is wrong with it is wrong use.
func loadConfig(path string) (*config.Config, error) { return loadConfigWith(path, os.Getenv) }

// loadWithoutSecrets reads it for a command that sends no requests: what holds
// a secret need not be set where a person asks how a service is.
func loadWithoutSecrets(path string) (*config.Config, error) {
	return loadConfigWith(path, func(name string) string { return cmp.Or(os.Getenv(name), "-") })
}

func loadConfigWith(path string, getenv func(string) string) (*config.Config, error) {
	cfg, err := config.Load(path, known(), getenv)
	if err != nil {
		return nil, cli.Usage(err)
	}
	if _, err := newJekyll(cfg); err != nil {
		return nil, err
	}
	return cfg, nil
}

// known lists what feeds.toml may name, from the tables of the packages.
func known() config.Known {
	k := config.Known{Engines: engines.Names(), Kinds: map[string]config.KindKeys{}}
	for name, kind := range parse.Kinds {
		k.Kinds[name] = config.KindKeys{Schemes: kind.Schemes, Options: kind.Options}
	}
	return k
}

func configCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Work with the configuration",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(configCheckCommand())
	return c
}

func configCheckCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check",
		Short: "Tell all that is wrong with the configuration",
		Args:  cli.Args(cobra.NoArgs),
	}
	path := configFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		if _, err := requests(cfg); err != nil { // the files that it names
			return err
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d sources, %d categories, all well\n",
			*path, len(cfg.Sources), len(cfg.Categories))
		return err
	}
	return c
}
