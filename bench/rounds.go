package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// rounds asks for the URLs again and again for a while, with the validators of
// the last answer, and returns at what pace. use takes what is sent.
func rounds(ctx context.Context, client *http.Client, urls []string, lasting time.Duration, use func(io.Reader) error) (pace, error) {
	known := make([]http.Header, len(urls))
	var asked atomic.Int64
	round := func(ctx context.Context, until time.Time) error {
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(64)
		for i := range urls {
			if time.Now().After(until) {
				break
			}
			g.Go(func() error {
				asked.Add(1)
				return again(ctx, client, urls[i], &known[i], use)
			})
		}
		return g.Wait()
	}
	if err := round(ctx, time.Now().Add(time.Hour)); err != nil {
		return pace{}, err
	}
	asked.Store(0)
	began, used := time.Now(), cpuOf(os.Getpid())
	for time.Since(began) < lasting {
		if err := round(ctx, began.Add(lasting)); err != nil {
			return pace{}, err
		}
	}
	used = cpuOf(os.Getpid()) - used
	return pace{rate: float64(asked.Load()) / time.Since(began).Seconds(), cpu: used / time.Duration(asked.Load())}, nil
}

func again(ctx context.Context, client *http.Client, url string, known *http.Header, use func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	if *known != nil {
		req.Header = (*known).Clone()
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	switch resp.StatusCode {
	case http.StatusOK:
		*known = validatorsOf(resp.Header)
	case http.StatusNotModified:
	default:
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return use(resp.Body)
}

// validatorsOf returns what to ask with after an answer.
func validatorsOf(answer http.Header) http.Header {
	h := http.Header{}
	for name, as := range map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
		if v := answer.Get(name); v != "" {
			h.Set(as, v)
		}
	}
	return h
}
