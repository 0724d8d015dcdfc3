package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/config"
	"tributary/feed"
	"tributary/storage"
)

// The daemon has the store to itself, so other commands ask it, over a UNIX
// socket beside the store that only its user may open.

// A processStatus is what the daemon says of itself.
type processStatus struct {
	aggregator.Status
	Goroutines int    `json:"goroutines"`
	Heap       uint64 `json:"heap_bytes"` // in use
	Files      int    `json:"open_files"` // -1: unknown
}

// control answers other commands.
func (d *daemon) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", d.tellStatus)
	mux.HandleFunc("GET /sources", d.tellSources)
	mux.HandleFunc("GET /subscribers", d.tellSubscribers)
	mux.HandleFunc("GET /explain", d.explainEntry)
	mux.HandleFunc("GET /rules/test", d.testRule)
	mux.HandleFunc("POST /poll", d.pollNow)
	return mux
}

func (d *daemon) tellStatus(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	writeJSON(w, processStatus{Status: d.polls.Status(), Goroutines: runtime.NumGoroutine(), Heap: m.HeapInuse, Files: openFiles()})
}

// tellSources answers with a line for each source.
func (d *daemon) tellSources(w http.ResponseWriter, r *http.Request) {
	a := d.app()
	p := policy(a.cfg)
	enc := json.NewEncoder(w)
	begun := false
	for row, err := range a.rows(r.Context(), r.URL.Query()["source"], &p) {
		switch {
		case err != nil && begun:
			panic(http.ErrAbortHandler) // so that the other side knows that it has not seen all
		case errors.Is(err, storage.ErrNotFound):
			http.Error(w, notYet, http.StatusNotFound)
			return
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		begun = true
		if enc.Encode(row) != nil {
			return // nobody listens any more
		}
	}
}

// notYet is for sources that a configuration has and its daemon does not.
const notYet = "tributary serve does not know this source: a changed configuration is taken on within seconds, unless something is wrong with it, which the log of serve tells"

// openFiles counts the process's file descriptors.
func openFiles() int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(names)
}

// A polled source is what the daemon answers for a poll.
type polled struct {
	Outcome  aggregator.Outcome `json:"outcome"`
	Exchange *exchange          `json:"exchange"`
}

// A source that is being polled, or waits for its host's turn, is tried again.
const (
	pollTries = 40
	pollWait  = 250 * time.Millisecond
)

// pollNow polls one source for another command.
func (d *daemon) pollNow(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	id := feed.SourceID(q.Get("source"))
	if _, err := d.app().store.State(ctx, id); errors.Is(err, storage.ErrNotFound) {
		http.Error(w, notYet, http.StatusNotFound)
		return
	}
	for range pollTries {
		answer, err := d.pollOnce(ctx, aggregator.Which{Sources: []feed.SourceID{id}, Force: q.Has("force")})
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		case answer != nil:
			writeJSON(w, answer)
			return
		}
		select {
		case <-time.After(pollWait):
		case <-ctx.Done():
			return
		}
	}
	http.Error(w, "it is being polled already, or waits for its host's turn: ask again in a moment", http.StatusConflict)
}

// pollOnce polls a source unless somebody else does; then it returns nil.
func (d *daemon) pollOnce(ctx context.Context, which aggregator.Which) (answer *polled, err error) {
	t := &fetch.Trace{}
	p := policy(d.app().cfg)
	err = d.polls.Pass(fetch.WithTrace(ctx, t), which, func(o aggregator.Outcome) {
		answer = &polled{Outcome: o, Exchange: newExchange(&o, t, &p)}
	})
	return answer, err
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // nobody listens any more
}

// askDaemon sends a request to the daemon that has the store open.
func askDaemon(ctx context.Context, cfg *config.Config, method, path string) (io.ReadCloser, error) {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dialControl(ctx, cfg) },
	}}
	req, err := http.NewRequestWithContext(ctx, method, "http://daemon"+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("another process has %s open, and no tributary serve answers at %s: %w", cfg.Storage, socketPath(cfg), errors.Unwrap(err))
	}
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what came of it is told
		_ = resp.Body.Close()
		return nil, errors.New(strings.TrimSpace(string(text)))
	}
	return resp.Body, nil
}

// controlServer serves the socket.
func controlServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
}
