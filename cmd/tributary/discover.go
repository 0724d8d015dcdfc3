package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tributary/aggregator/discover"
	"tributary/aggregator/fetch"
	"tributary/config"
	"tributary/internal/cli"
)

// A discovery is what `tributary discover` was asked for.
type discovery struct {
	path     string // of the configuration
	written  bool   // the path was given
	add      bool
	json     bool
	networks []string
	as       addition
}

func discoverCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "discover URL",
		Short: "Find the feeds of a web page, or a way to read it without",
		Long: "Discover looks for feeds: those that the page names, those that the form of its address gives away\n" +
			"(GitHub, GitLab, YouTube, Reddit, Mastodon and others), and those in the usual places. It reads each,\n" +
			"and prints what it is. For a page without any it proposes a source of kind html, ready to be pasted.\n\n" +
			"With --add it appends the first as a source to the configuration.\n\n" +
			"It exits with 1 when it finds nothing.",
		Args: cli.Args(cobra.ExactArgs(1)),
	}
	d := &discovery{}
	path := configFlag(c)
	c.Flags().BoolVar(&d.json, "json", false, "print one JSON object")
	c.Flags().BoolVar(&d.add, "add", false, "append the first one to the configuration")
	c.Flags().StringVar(&d.as.name, "name", "", "the `NAME` of the source to add; default made of the address")
	c.Flags().StringVar(&d.as.category, "category", "", "the `TERM` of its category; default the only one there is")
	c.Flags().StringSliceVar(&d.networks, "allow-networks", nil, "private `NETWORKS` that may be asked, such as 127.0.0.0/8, besides those of the configuration")
	c.RunE = func(c *cobra.Command, args []string) error {
		d.path, d.written = *path, c.Flags().Changed("config")
		return d.run(c, args[0])
	}
	return c
}

func (d *discovery) run(c *cobra.Command, address string) error {
	cfg, err := d.config()
	if err != nil {
		return err
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	web, err := d.web(cfg)
	if err != nil {
		return err
	}
	defer web.Close()
	found, err := discover.Discover(c.Context(), web, address)
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	if err := d.print(c.OutOrStdout(), cfg, found); err != nil {
		return err
	}
	switch {
	case len(found.Feeds)+len(found.Proposals) == 0:
		return fmt.Errorf("%s: no feed was found, and nothing on the page repeats with links in it", address)
	case d.add:
		return d.append(c, cfg, found)
	}
	return nil
}

// config reads the configuration; without --add and --config there may be none.
func (d *discovery) config() (*config.Config, error) {
	cfg, err := loadConfig(d.path)
	if err != nil && !d.add && !d.written {
		return config.Default("localhost:8080"), nil
	}
	return cfg, err
}

// web returns a fetcher that is let to the same addresses as polls.
func (d *discovery) web(cfg *config.Config) (*fetch.HTTP, error) {
	allow := slices.Clone(cfg.Aggregator.AllowNetworks)
	for _, text := range d.networks {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, cli.Usage(fmt.Errorf("--allow-networks: %q is no network; expected one such as 127.0.0.0/8", text))
		}
		allow = append(allow, prefix)
	}
	return fetch.NewHTTP(fetch.Settings{
		UserAgent: userAgent(cfg), AllowNetworks: allow,
		Limits: fetch.Limits{Body: cfg.Aggregator.MaxBody, Timeout: cfg.Aggregator.Timeout},
	}), nil
}

func (d *discovery) print(w io.Writer, cfg *config.Config, r *discover.Result) error {
	if d.json {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	for i := range r.Feeds {
		f := &r.Feeds[i]
		fmt.Fprintf(w, "%s\n  %q: %s (%s)\n", f.URL, f.Title, f.Describe(), f.Via)
	}
	for i := range r.Proposals {
		if i == 0 {
			fmt.Fprintf(w, "# %s: no feed was found.\n", r.URL)
		}
		s := d.as
		if s.category == "" && len(cfg.Categories) > 0 {
			s.category = cfg.Categories[0].Term
		}
		text := s.proposed(cfg, r, i)
		if i > 0 { // all of it can be pasted, and adds one source
			text = "# Or else:\n# " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n# ") + "\n"
		}
		if _, err := fmt.Fprintf(w, "\n%s", text); err != nil {
			return err
		}
	}
	return nil
}

// append adds the first feed, or else the first proposal, to the
// configuration.
func (d *discovery) append(c *cobra.Command, cfg *config.Config, r *discover.Result) error {
	category, err := d.category(cfg)
	if err != nil {
		return err
	}
	s := d.as
	s.category = category
	if len(r.Feeds) > 0 {
		for i := range cfg.Sources {
			if cfg.Sources[i].URL == r.Feeds[0].URL {
				fmt.Fprintf(c.ErrOrStderr(), "%s: source %q has it already\n", d.path, cfg.Sources[i].ID)
				return nil
			}
		}
	}
	text := s.first(cfg, r)
	if err := appendConfig(d.path, text); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s: source %q was added\n", d.path, s.named(cfg, r.URL))
	return nil
}

// category returns the category of the source to add.
func (d *discovery) category(cfg *config.Config) (string, error) {
	switch {
	case d.as.category != "":
		return d.as.category, nil
	case len(cfg.Categories) == 1:
		return cfg.Categories[0].Term, nil
	case len(cfg.Categories) == 0:
		return "news", nil
	}
	var terms []string
	for _, c := range cfg.Categories {
		terms = append(terms, c.Term)
	}
	return "", cli.Usage(errors.New("which category the source belongs to is missing\n  expected --category TERM; defined are " + strings.Join(terms, ", ")))
}

// sortedOptions returns options as TOML, item first.
func sortedOptions(o map[string]string) string {
	keys := slices.Sorted(maps.Keys(o))
	var b strings.Builder
	for _, first := range []bool{true, false} {
		for _, key := range keys {
			if (key == "item") == first {
				fmt.Fprintf(&b, "options.%s = %s\n", key, tomlText(o[key]))
			}
		}
	}
	return b.String()
}
