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
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/config"
	"tributary/feed"
)

// The daemon has the store to itself, so other commands ask it, over a UNIX
// socket beside the store that only its user may open.

// maxSocket is how long the path of a UNIX socket can be everywhere.
const maxSocket = 100

// socketPath returns where the daemon of a configuration listens.
func socketPath(cfg *config.Config) string {
	_, place, _ := strings.Cut(cfg.Storage, ":")
	path, err := filepath.Abs(place)
	if err != nil {
		path = place
	}
	if len(path)+len(".sock") <= maxSocket {
		return path + ".sock"
	}
	d := feed.DigestOf(path)
	return filepath.Join(os.TempDir(), fmt.Sprintf("tributary-%x.sock", d[:8]))
}

// listenControl opens the socket. One that is left of a daemon that was killed
// is removed: whoever has the store open is the only one who may.
func listenControl(ctx context.Context, cfg *config.Config) (net.Listener, error) {
	path := socketPath(cfg)
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		_ = os.Remove(path) // listening tells if it is still there
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen for other commands on %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, closing(l, fmt.Errorf("listen for other commands: %w", err))
	}
	return l, nil
}

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
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		writeJSON(w, processStatus{Status: d.polls.Status(), Goroutines: runtime.NumGoroutine(), Heap: m.HeapInuse, Files: openFiles()})
	})
	mux.HandleFunc("GET /sources", func(w http.ResponseWriter, r *http.Request) {
		a := d.app()
		p := policy(a.cfg)
		enc := json.NewEncoder(w)
		for row, err := range a.rows(r.Context(), r.URL.Query()["source"], &p) {
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			if enc.Encode(row) != nil {
				return // nobody listens any more
			}
		}
	})
	mux.HandleFunc("POST /poll", d.pollNow)
	mux.HandleFunc("POST /reload", func(w http.ResponseWriter, r *http.Request) {
		if err := d.reload(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		}
	})
	return mux
}

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

// pollNow polls one source for another command.
func (d *daemon) pollNow(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	t := &fetch.Trace{}
	a := d.app()
	p := policy(a.cfg)
	which := aggregator.Which{Sources: []feed.SourceID{feed.SourceID(q.Get("source"))}, Force: q.Has("force")}
	var answer *polled
	err := d.polls.Pass(fetch.WithTrace(r.Context(), t), which, func(o aggregator.Outcome) {
		answer = &polled{Outcome: o, Exchange: newExchange(&o, t, &p)}
	})
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case answer == nil:
		http.Error(w, "it is being polled at this moment, or there is no such source", http.StatusConflict)
	default:
		writeJSON(w, answer)
	}
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // nobody listens any more
}

// askDaemon sends a request to the daemon that has the store open.
func askDaemon(ctx context.Context, cfg *config.Config, method, path string) (io.ReadCloser, error) {
	socket := socketPath(cfg)
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	req, err := http.NewRequestWithContext(ctx, method, "http://daemon"+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("another process has %s open, and no tributary serve answers at %s: %w", cfg.Storage, socket, errors.Unwrap(err))
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
