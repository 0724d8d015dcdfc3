package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/internal/cli"
	"tributary/storage"
)

func compactCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "compact",
		Short: "Drop what is not to be kept, and give the storage's unused space back",
		Long: "Compact drops the entries that [retention] and the categories do not keep any more, as serve does on\n" +
			"its own, and then writes the storage anew without the space that is unused. The old file stays in\n" +
			"place until the new one is whole, so that it may be interrupted at any moment. It needs as much room\n" +
			"beside the file as is in use, and the file to itself: serve must not be running.",
		Args: cli.Args(cobra.NoArgs),
	}
	path := configFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		return compact(c, cfg)
	}
	return c
}

func compact(c *cobra.Command, cfg *config.Config) error {
	dropped, err := pruneOnce(c, cfg)
	if err != nil {
		return err
	}
	done, err := compacters.Compact(c.Context(), cfg.Storage)
	if err != nil {
		return compactError(cfg, err)
	}
	fmt.Fprintf(c.OutOrStdout(), "%s: %s dropped, %s before, %s now\n", cfg.Storage, entriesText(dropped), bytesText(done.Before), bytesText(done.After))
	return nil
}

// pruneOnce drops what is not to be kept.
func pruneOnce(c *cobra.Command, cfg *config.Config) (dropped int, err error) {
	a, err := openApp(c.Context(), cfg, c.ErrOrStderr())
	if err != nil {
		return 0, compactError(cfg, err)
	}
	done, err := a.prune(c.Context())
	if cerr := a.store.Close(); err == nil {
		err = cerr
	}
	return done.Entries, err
}

// compactError says what to do when somebody has the store open.
func compactError(cfg *config.Config, err error) error {
	if !errors.Is(err, storage.ErrLocked) {
		return err
	}
	return fmt.Errorf("compact %s: tributary serve or another command %w\n  stop it, compact, and start it again: nothing has changed", cfg.Storage, errOpen)
}

var errOpen = errors.New("has it open")

func entriesText(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// bytesText writes a size with the unit of sizes in feeds.toml.
func bytesText(n int64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", (n+1023)>>10)
	case n < 100<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d MiB", (n+1<<19)>>20)
}
