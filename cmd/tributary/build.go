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

// A buildFlags is what is asked of a build.
type buildFlags struct {
	config, out, baseURL, listing       string
	check, jekyll, full, ping, compress bool
}

func buildCommand() *cobra.Command {
	f := &buildFlags{}
	c := &cobra.Command{
		Use:   "build --out DIR",
		Short: "Write the site as static files, or as the source of a Jekyll site",
		Long: "Build writes what is stored as the same site that serve publishes: pages, feeds, assets. It renders what\n" +
			"has changed since the last build there, and everything when the settings or the program have; --full\n" +
			"renders everything and compares it with what is there. Files that have not changed are left alone, others\n" +
			"are replaced whole, and those that you wrote or edited stay.\n\n" +
			"With --jekyll it writes posts, category pages and layouts for Jekyll instead. docs/static.md shows how to\n" +
			"serve and copy what it wrote.",
		Args: cli.Args(cobra.NoArgs),
	}
	path := configFlag(c)
	c.Flags().StringVarP(&f.out, "out", "o", "", "the `DIR` to write to")
	c.Flags().BoolVar(&f.check, "check", false, "judge the feeds that were written, as validate does; errors end with 1")
	c.Flags().BoolVar(&f.jekyll, "jekyll", false, "write a Jekyll site's source")
	c.Flags().BoolVar(&f.full, "full", false, "render everything, and compare it with what is there")
	c.Flags().StringVar(&f.baseURL, "base-url", "", "the `URL` readers see, in place of the configuration's [site] base_url")
	c.Flags().BoolVar(&f.ping, "ping", false, "tell the outside hub, [hub] url, which feeds have changed since it was told last")
	c.Flags().StringVar(&f.listing, "listing", "", "a `FILE` to list the site's files in: path, size, SHA-256, media type")
	c.Flags().BoolVar(&f.compress, "compress", false, "write files of text in gzip, brotli and zstd, too, for servers that send those as they are")
	_ = c.MarkFlagDirname("out") // completion only
	c.RunE = func(c *cobra.Command, _ []string) error {
		f.config = *path
		return runBuild(c, f)
	}
	return c
}

func runBuild(c *cobra.Command, f *buildFlags) error {
	tuneMemory()
	if f.out == "" {
		return cli.Usage(errors.New("where to write is missing\n  usage: tributary build --out DIR"))
	}
	if f.ping && f.jekyll {
		return cli.Usage(errors.New("--ping tells of feeds, and --jekyll writes none"))
	}
	if f.compress && f.jekyll {
		return cli.Usage(errors.New("--compress is for the site itself: Jekyll has no use for files in gzip\n  leave out --compress, or --jekyll"))
	}
	cfg, err := loadConfig(f.config)
	if err != nil {
		return err
	}
	if cfg.Site.Media.Proxy {
		fmt.Fprintln(c.ErrOrStderr(), "media_proxy: only \"tributary serve\" shows pictures at its own addresses; in these files they stay at upstreams'")
	}
	if f.baseURL != "" {
		if cfg.Site.BaseURL, err = config.BaseURL(f.baseURL); err != nil {
			return cli.Usage(fmt.Errorf("--base-url: %w", err))
		}
	}
	a, err := openFiled(c.Context(), cfg, c.ErrOrStderr())
	if err != nil {
		return err
	}
	to := publisher.Output{Dir: f.out, Program: program(), Full: f.full, Listing: f.listing, Compress: f.compress}
	build := a.publisher().BuildTo
	if f.jekyll {
		build = a.exportJekyll
	}
	report, err := build(c.Context(), to)
	var told int64
	if f.ping && err == nil {
		told, err = a.ping(c.Context())
	}
	if cerr := a.store.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if f.ping {
		fmt.Fprintf(c.OutOrStdout(), "%s: told of %d feeds\n", cfg.Hub.URL, told)
	}
	if err := tellBuilt(c, f.out, report); err != nil || !f.check || f.jekyll {
		return err
	}
	return checkBuilt(c, f.out)
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
	why := ""
	if r.Full != "" {
		why = " (everything was rendered: " + r.Full + ")"
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "%s: %d files written, %d unchanged, %d removed%s\n", dir, r.Written, r.Unchanged, r.Removed, why)
	return err
}

func (a *app) exportJekyll(ctx context.Context, to publisher.Output) (publisher.Report, error) {
	j, err := newJekyll(a.cfg)
	if err != nil {
		return publisher.Report{}, err
	}
	return a.publisher().ExportJekyll(ctx, to, j)
}

// newJekyll checks the [jekyll] table.
func newJekyll(cfg *config.Config) (*render.Jekyll, error) {
	j, err := render.NewJekyll(render.JekyllSettings{Layout: cfg.Jekyll.Layout, Slug: cfg.Jekyll.Slug, ReturnLinks: cfg.Jekyll.ReturnLinks})
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("%s: [jekyll] %w", cfg.Path, err))
	}
	return j, nil
}
