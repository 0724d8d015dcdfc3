package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// What is recorded: so many feeds that the politeness to each host holds up
// nobody, and so many documents of each that none comes twice.
const (
	recordedFeeds = 60
	recordedEach  = 500
)

// A recording is what the simulator has answered for a feed, time after time.
type recording struct {
	answers []recorded
	next    atomic.Int64
}

type recorded struct {
	kind, coding string
	body         []byte
}

// play asks for every URL of a list so many times, and then answers on another
// port of the same hosts what it got, one after the other, without any work of
// making it. Who asks more often is refused: then too little was recorded.
func play(ctx context.Context, args []string) error {
	var list, port string
	var each int
	err := parseFlags("play", args, func(f *flag.FlagSet) {
		f.StringVar(&list, "urls", "", "file with a URL a line")
		f.StringVar(&port, "port", "", "to listen on")
		f.IntVar(&each, "each", 100, "documents of each URL to record")
	})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	tape, hosts := map[string]*recording{}, map[string]bool{}
	asking, asked := errgroup.WithContext(ctx)
	asking.SetLimit(16)
	for _, address := range strings.Fields(string(text)) {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		r := &recording{}
		tape[u.Path], hosts[u.Hostname()] = r, true
		asking.Go(func() error { return r.record(asked, address, each) })
	}
	if err := asking.Wait(); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, host := range keys(hosts) {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			return err
		}
		g.Go(func() error {
			return (&http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tape[r.URL.Path].serve(w)
			})}).Serve(l)
		})
	}
	return g.Wait()
}

func (r *recording) record(ctx context.Context, address string, each int) error {
	for range each {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Encoding", "gzip") // as everybody will ask who is measured
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close() // read to its end
		if err != nil || resp.StatusCode != http.StatusOK {
			return fmt.Errorf("record %s: %s, %w", address, resp.Status, err)
		}
		r.answers = append(r.answers, recorded{resp.Header.Get("Content-Type"), resp.Header.Get("Content-Encoding"), body})
	}
	return nil
}

func (r *recording) serve(w http.ResponseWriter) {
	if r == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	n := r.next.Add(1) - 1
	if n >= int64(len(r.answers)) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	a, h := &r.answers[n], w.Header()
	h.Set("Content-Type", a.kind)
	if a.coding != "" {
		h.Set("Content-Encoding", a.coding)
	}
	_, _ = w.Write(a.body) // who asked may have gone
}

// play starts a process that records the feeds and plays them, and makes urls
// lead there.
func (b *rateBench) play(ctx context.Context, dir string, urls []string) (pid int, stop func(), err error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return 0, nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return 0, nil, err
	}
	list := filepath.Join(dir, "recorded")
	if err := os.WriteFile(list, []byte(strings.Join(urls, "\n")), 0o600); err != nil {
		return 0, nil, err
	}
	hosts := map[string]bool{}
	for i := range urls {
		u, err := url.Parse(urls[i])
		if err != nil {
			return 0, nil, err
		}
		u.Host = net.JoinHostPort(u.Hostname(), port)
		urls[i], hosts[u.Hostname()] = u.String(), true
	}
	pid, stop, err = startProcess(ctx, b.self, "play", "-urls", list, "-port", port, "-each", fmt.Sprint(b.recorded))
	if err != nil {
		return 0, nil, err
	}
	err = until(ctx, 3*time.Minute, "the recording", func() bool {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(slices.Max(keys(hosts)), port)) // it is the last to be listened on
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
	if err != nil {
		stop()
	}
	return pid, stop, err
}
