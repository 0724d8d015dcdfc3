package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/microcosm-cc/bluemonday"
	"github.com/mmcdole/gofeed"
	"golang.org/x/sync/errgroup"
)

// bare is the limit to compare with: a Go HTTP client that asks for every URL
// of a list, 64 at a time over kept connections, and either discards what it
// gets or hands it to gofeed and bluemonday, and stores nothing.
func bare(ctx context.Context, args []string) error {
	var list string
	var pipeline bool
	var lasting time.Duration
	err := parseFlags("bare", args, func(f *flag.FlagSet) {
		f.StringVar(&list, "urls", "", "file with a URL a line")
		f.BoolVar(&pipeline, "pipeline", false, "parse with gofeed and sanitise with bluemonday")
		f.DurationVar(&lasting, "for", 0, "ask again and again for so long, with the validators of the last answer, and print requests a second and nanoseconds of CPU time for each")
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 64, MaxIdleConns: 1000, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(1000)},
	}}
	urls := strings.Fields(string(text))
	policy := bluemonday.UGCPolicy()
	use := func(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }
	if pipeline {
		use = func(r io.Reader) error { return parseAndSanitise(r, policy) }
	}
	if lasting > 0 {
		p, err := rounds(ctx, client, urls, lasting, use)
		fmt.Println(p.rate, int64(p.cpu))
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for _, url := range urls {
		g.Go(func() error { return get(ctx, client, url, use) })
	}
	return g.Wait()
}

func get(ctx context.Context, client *http.Client, url string, use func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return use(resp.Body)
}

func parseAndSanitise(r io.Reader, policy *bluemonday.Policy) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return nil // gofeed alone knows no charset but the declared one: such feeds cost it less
	}
	for _, item := range f.Items {
		item.Title = policy.Sanitize(item.Title)
		item.Description = policy.Sanitize(item.Description)
		item.Content = policy.Sanitize(item.Content)
	}
	return nil
}
