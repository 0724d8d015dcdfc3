package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"tributary/config"
)

// daemonSources asks the daemon for the sources.
func daemonSources(ctx context.Context, cfg *config.Config, names []string) (iter.Seq2[sourceRow, error], func() error, error) {
	body, err := askDaemon(ctx, cfg, http.MethodGet, "/sources?"+url.Values{"source": names}.Encode())
	if err != nil {
		return nil, nil, err
	}
	dec := json.NewDecoder(body)
	return func(yield func(sourceRow, error) bool) {
		for {
			var row sourceRow
			err := dec.Decode(&row)
			if errors.Is(err, io.EOF) || !yield(row, err) || err != nil {
				return
			}
		}
	}, body.Close, nil
}

// daemonAnswers reports whether a daemon has the store of cfg open.
func daemonAnswers(ctx context.Context, cfg *config.Config) bool {
	body, err := askDaemon(ctx, cfg, http.MethodGet, "/status")
	if err != nil {
		return false
	}
	_ = body.Close() // that it answers is enough
	return true
}

// A pollQuery says how to poll.
type pollQuery struct{ force, trace, json bool }

// pollByDaemon has the daemon poll the named sources, one after the other.
func pollByDaemon(c *cobra.Command, cfg *config.Config, names []string, how pollQuery) error {
	if err := knownSources(cfg, names); err != nil {
		return err
	}
	p := newPollPrinter(c, how.json, true, len(names))
	for _, name := range names {
		q := url.Values{"source": {name}}
		if how.force {
			q.Set("force", "1")
		}
		answer, err := pollOne(c.Context(), cfg, q)
		if err != nil {
			return p.finish(fmt.Errorf("%s: %w", name, err))
		}
		if how.trace {
			p.traced(&answer.Outcome, answer.Exchange)
		} else {
			p.outcome(answer.Outcome)
		}
	}
	return p.finish(nil)
}

func pollOne(ctx context.Context, cfg *config.Config, q url.Values) (*polled, error) {
	body, err := askDaemon(ctx, cfg, http.MethodPost, "/poll?"+q.Encode())
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // read to its end
	var answer polled
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("read what the daemon answers: %w", err)
	}
	return &answer, nil
}
