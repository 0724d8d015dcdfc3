package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"tributary/aggregator/parse"
	"tributary/config"
	"tributary/feed"
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
		_, err := kind.New(nil)
		k.Kinds[name] = config.KindKeys{Schemes: kind.Schemes, Options: kind.Options, Needs: err != nil, Check: checkOptions(name)}
	}
	return k
}

// checkOptions returns what tells whether a kind can use options.
func checkOptions(kind string) func(feed.Options) *config.Flaw {
	return func(o feed.Options) *config.Flaw {
		_, err := parse.New(&feed.Source{Kind: kind, Options: o})
		var wrong *parse.OptionError
		switch {
		case errors.As(err, &wrong):
			return &config.Flaw{Key: wrong.Key, Problem: wrong.Problem, Expected: wrong.Expected, Hint: wrong.Hint, At: wrong.At}
		case err != nil:
			return &config.Flaw{Problem: err.Error(), At: -1}
		}
		return nil
	}
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
		if _, err := certificate(&cfg.Server); err != nil {
			return err
		}
		if _, err := theme(cfg); err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d sources, %d categories, all well\n",
			*path, len(cfg.Sources), len(cfg.Categories))
		return err
	}
	return c
}
