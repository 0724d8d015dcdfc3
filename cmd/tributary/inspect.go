package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
	"tributary/internal/cli"
)

// An inspection is what `tributary inspect` was asked to look at.
type inspection struct {
	target  string
	base    string
	kind    string
	headers http.Header
	options feed.Options
	frames  []string // hosts whose frames stay
}

func inspectCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "inspect FILE|URL",
		Short: "Show what tributary makes of one document",
		Long: "Inspect reads one document as a first poll would, and prints what would be stored: identities, dates,\n" +
			"absolute links, sanitised HTML. Where the options say so, it asks for what the document leads to,\n" +
			"further pages and the pages of entries, a second apart on each host. Nothing is stored.",
		Args: cli.Args(cobra.ExactArgs(1)),
	}
	asJSON := c.Flags().Bool("json", false, "print one JSON object")
	base := c.Flags().String("base", "", "the `URL` the document is taken to come from")
	kind := c.Flags().String("kind", "", "the `KIND` of source; default feed, or jekyll for a folder of posts")
	options := c.Flags().StringArray("option", nil, "an option of the kind, `'name=value'`, such as 'item=li.news' of html")
	frames := c.Flags().StringArray("iframe", nil, "a `HOST` whose frames stay in entries, as aggregator.iframes has them")
	headers := c.Flags().StringArray("header", nil, "a response field the document is taken to come with, `'Name: value'`")
	c.RunE = func(c *cobra.Command, names []string) error {
		in := inspection{target: names[0], base: *base, kind: *kind, headers: http.Header{}, options: feed.Options{}}
		for _, host := range *frames {
			in.frames = append(in.frames, strings.ToLower(strings.TrimSpace(host)))
		}
		for _, h := range *headers {
			name, value, ok := strings.Cut(h, ":")
			if !ok {
				return cli.Usage(fmt.Errorf("header %q: expected 'Name: value'", h))
			}
			in.headers.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
		for _, o := range *options {
			name, value, ok := strings.Cut(o, "=")
			if !ok {
				return cli.Usage(fmt.Errorf("option %q: expected 'name=value'", o))
			}
			in.options[strings.TrimSpace(name)] = value
		}
		f, entries, err := in.read(c.Context())
		if err != nil {
			return in.explain(err)
		}
		report := newInspectReport(f, entries)
		if *asJSON {
			enc := json.NewEncoder(c.OutOrStdout())
			enc.SetEscapeHTML(false)
			return enc.Encode(report)
		}
		return report.print(c.OutOrStdout())
	}
	return c
}

// explain adds what to do to an error of parsing.
func (in *inspection) explain(err error) error {
	var pe *parse.Error
	switch {
	case !errors.As(err, &pe):
		return err
	case pe.Line > 0:
		err = fmt.Errorf("%s:%d: %w", in.target, pe.Line, err)
	default:
		err = fmt.Errorf("%s: %w", in.target, err)
	}
	if pe.Hint != "" {
		err = fmt.Errorf("%w\n  %s", err, pe.Hint)
	}
	return err
}

// An inspected document is a parsed one with its entries in its own order.
type inspected struct {
	*parse.Feed
	feed feed.Feed
}

// read fetches, parses and normalises the document.
func (in *inspection) read(ctx context.Context) (*inspected, []feed.Entry, error) {
	src := feed.Source{ID: "inspect", Kind: in.kind, URL: in.target, Options: in.options}
	if in.isURL() {
		src.Kind = cmp.Or(src.Kind, "feed")
	} else {
		path, err := filepath.Abs(in.target)
		if err != nil {
			return nil, nil, err
		}
		src.URL = fileURL(path)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			src.Kind = cmp.Or(src.Kind, "jekyll")
		}
		src.Kind = cmp.Or(src.Kind, "file")
	}
	parser, err := parse.New(&src)
	if err != nil {
		return nil, nil, cli.Usage(err)
	}
	from := fetcher()
	doc, err := in.fetch(ctx, from, &src)
	if err != nil {
		return nil, nil, err
	}
	src.URL = doc.URL
	set := aggregator.Settings{Fetcher: from, HostGap: inspectGap, Frames: in.frames}
	parsed, f, entries, err := aggregator.Inspect(ctx, set, &src, parser, doc)
	if err != nil {
		return nil, nil, err
	}
	return &inspected{Feed: parsed, feed: f}, entries, nil
}

// inspectGap is between two requests of a host, as host_gap is by default.
const inspectGap = time.Second

// fetcher returns what fetches documents for whoever names a URL himself: it
// may be any address.
func fetcher() fetch.Mux {
	everywhere := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	web := fetch.NewHTTP(fetch.Settings{UserAgent: "tributary/" + cli.Version, AllowNetworks: everywhere})
	return fetch.Mux{"http": web, "https": web, "file": fetch.NewFile(fetch.Limits{})}
}

func (in *inspection) isURL() bool {
	return strings.HasPrefix(in.target, "http://") || strings.HasPrefix(in.target, "https://")
}

// fetch gets the document.
func (in *inspection) fetch(ctx context.Context, from fetch.Fetcher, src *feed.Source) (*fetch.Document, error) {
	doc, err := from.Fetch(ctx, &feed.State{Source: *src, URL: src.URL})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.target, err)
	}
	if doc.Header == nil {
		doc.Header = http.Header{}
	}
	for name, values := range in.headers {
		doc.Header[name] = values
	}
	if in.base != "" {
		doc.URL = in.base
	}
	return doc, nil
}
