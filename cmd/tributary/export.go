package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/internal/atomicfile"
	"tributary/internal/cli"
	"tributary/opml"
)

func exportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write the sources as an OPML subscription list",
		Long: "Export writes what is polled as OPML, in the folders of its categories, to FILE or to standard output.\n" +
			"Files and commands of this machine are left out. With --public it leaves out as well what /sources.opml of\n" +
			"the site does: what needs a password, what is unlisted, and addresses that seem to hold a secret or that\n" +
			"nobody else can reach.",
		Args: cli.Args(cobra.MaximumNArgs(1)),
	}
	path := configFlag(c)
	public := c.Flags().Bool("public", false, "leave out what is not for everybody")
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, err := loadWithoutSecrets(*path)
		if err != nil {
			return err
		}
		want := func(*config.Source) bool { return true }
		if *public {
			want = isPublic
		}
		if n := leftOut(cfg, want); n > 0 {
			fmt.Fprintf(c.ErrOrStderr(), "%s: %s left out: not on the web, or not for everybody\n", *path, cli.Plural(n, "source"))
		}
		doc := opml.Document{Title: cfg.Site.Title, Owner: cfg.Site.Author.Name, Outlines: subscriptions(cfg, want)}
		if len(args) == 0 {
			return doc.Write(c.OutOrStdout())
		}
		var out bytes.Buffer
		if err := doc.Write(&out); err != nil {
			return err
		}
		return atomicfile.Write(args[0], out.Bytes())
	}
	return c
}

// leftOut counts the sources that are not wanted.
func leftOut(cfg *config.Config, want func(*config.Source) bool) int {
	n := 0
	for i := range cfg.Sources {
		if !isOnWeb(&cfg.Sources[i]) || !want(&cfg.Sources[i]) {
			n++
		}
	}
	return n
}
