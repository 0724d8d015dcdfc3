package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/internal/cli"
	"tributary/publisher"
	"tributary/publisher/render"
	"tributary/validator/validatecmd"
)

func buildCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "build --out DIR",
		Short: "Write the site as static files, or as the source of a Jekyll site",
		Long: "Build writes what is stored as the same site that serve publishes: pages, feeds, assets. Files that\n" +
			"have not changed are left alone, others are replaced whole.\n\n" +
			"With --jekyll it writes posts, category pages and layouts for Jekyll instead.",
		Args: cli.Args(cobra.NoArgs),
	}
	path := configFlag(c)
	out := c.Flags().StringP("out", "o", "", "the `DIR` to write to")
	check := c.Flags().Bool("check", false, "judge the feeds that were written, as validate does; errors end with 1")
	asJekyll := c.Flags().Bool("jekyll", false, "write a Jekyll site's source")
	_ = c.MarkFlagDirname("out") // completion only
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *out == "" {
			return cli.Usage(errors.New("where to write is missing\n  usage: tributary build --out DIR"))
		}
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		a, err := openFiled(c.Context(), cfg, c.ErrOrStderr())
		if err != nil {
			return err
		}
		build := a.publisher().Build
		if *asJekyll {
			build = a.exportJekyll
		}
		report, err := build(c.Context(), *out)
		if cerr := a.store.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
		if err := tellBuilt(c, *out, report); err != nil || !*check || *asJekyll {
			return err
		}
		return checkBuilt(c, *out)
	}
	return c
}

// checkBuilt has the validator judge the feeds of a site.
func checkBuilt(c *cobra.Command, dir string) error {
	var feeds []string
	for _, name := range []string{"atom.xml", "rss.xml", "feed.json", "*.opml", "opml.xml"} {
		feeds = append(feeds, filepath.Join(dir, "**", name))
	}
	return validatecmd.Judge(c, feeds)
}

// tellBuilt says what a build did, and names the files it left alone because
// somebody else had written them.
func tellBuilt(c *cobra.Command, dir string, r publisher.Report) error {
	for _, name := range r.Kept {
		fmt.Fprintf(c.ErrOrStderr(), "%s: not written by tributary: left as it is\n", filepath.Join(dir, name))
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "%s: %d files written, %d unchanged, %d removed\n", dir, r.Written, r.Unchanged, r.Removed)
	return err
}

func (a *app) exportJekyll(ctx context.Context, dir string) (publisher.Report, error) {
	j, err := newJekyll(a.cfg)
	if err != nil {
		return publisher.Report{}, err
	}
	return a.publisher().ExportJekyll(ctx, dir, j)
}

// newJekyll checks the [jekyll] table.
func newJekyll(cfg *config.Config) (*render.Jekyll, error) {
	j, err := render.NewJekyll(render.JekyllSettings{Layout: cfg.Jekyll.Layout, Slug: cfg.Jekyll.Slug, ReturnLinks: cfg.Jekyll.ReturnLinks})
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("%s: [jekyll] %w", cfg.Path, err))
	}
	return j, nil
}
