package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// serveBench is one run of `bench serve`.
type serveBench struct {
	rig
	rounds  int
	lasting time.Duration
	readers int
	servers []served
	profile string // a file
}

// A served is a server with the document, and what it calls it.
type served struct{ name, url, etag string }

// A kind of request, with the header fields that make it.
type kind struct {
	name   string
	header func(*served) []string
	status int
}

var kinds = []kind{
	{"200", func(*served) []string { return nil }, http.StatusOK},
	{"200 gzip", func(*served) []string { return []string{"Accept-Encoding: gzip"} }, http.StatusOK},
	{"304", func(s *served) []string { return []string{"If-None-Match: " + s.etag} }, http.StatusNotModified},
}

// benchServe asks tributary, nginx and a bare net/http server for the same
// Atom document, in turn, by wrk.
func benchServe(ctx context.Context, args []string) error {
	b := serveBench{}
	err := parseFlags("serve", args, func(f *flag.FlagSet) {
		f.IntVar(&b.rounds, "rounds", 5, "how often each is asked")
		f.DurationVar(&b.lasting, "for", 2*time.Second, "how long each time, in whole seconds")
		f.IntVar(&b.readers, "c", 64, "connections")
		f.StringVar(&b.profile, "profile", "", "a `FILE` to write a profile of tributary to")
	})
	if err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	defer b.close()
	if err != nil {
		return err
	}
	site, err := b.serveFilled(ctx, "[server]\naccess_log = \"access.log\"\n")
	if err != nil {
		return err
	}
	defer site.stop()
	end, err := b.peers(ctx, site.url)
	if err != nil {
		return err
	}
	defer end()
	if b.profile != "" {
		done := make(chan error, 1)
		go func() { done <- b.saveProfile(ctx, "http://"+site.admin+"/debug/pprof/profile?seconds=5") }()
		defer func() { fmt.Println("profile:", b.profile, <-done) }()
	}
	return b.compare(ctx)
}

func (b *serveBench) saveProfile(ctx context.Context, url string) error {
	body, _, err := fetched(ctx, url)
	if err != nil {
		return err
	}
	return os.WriteFile(b.profile, body, 0o600)
}

// fetched returns what is at an address, as it is sent.
func fetched(ctx context.Context, url string, header ...string) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 400 {
		err = fmt.Errorf("%s: %s", url, resp.Status)
	}
	return body, resp.Header, err
}

const peerConfig = `
daemon off; worker_processes 2; pid %[1]s/nginx.pid; error_log %[1]s/error.log;
events { worker_connections 4096; }
http {
  types { application/atom+xml xml; }
  client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
  access_log %[1]s/nginx.log combined buffer=64k flush=1s;
  sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000; open_file_cache max=100; gzip_static on; gzip_vary on;
  server { listen %[2]s; root %[1]s/www; add_header Cache-Control "public, max-age=60"; }
}
`

// peers starts nginx and the bare server with what tributary publishes.
func (b *serveBench) peers(ctx context.Context, ours string) (stop func(), err error) {
	plain, header, err := fetched(ctx, ours)
	if err != nil {
		return nil, err
	}
	packed, _, err := fetched(ctx, ours, "Accept-Encoding: gzip")
	if err != nil {
		return nil, err
	}
	fmt.Printf("an Atom document of %d bytes, %d in gzip; %d connections, %d rounds of %s\n", len(plain), len(packed), b.readers, b.rounds, b.lasting)
	www := filepath.Join(b.dir, "www")
	if err := os.MkdirAll(www, 0o755); err != nil { //nolint:gosec // nginx's workers may be another user
		return nil, err
	}
	_ = os.Chmod(b.dir, 0o755) //nolint:gosec // likewise
	for name, body := range map[string][]byte{"feed.xml": plain, "feed.xml.gz": packed} {
		if err := os.WriteFile(filepath.Join(www, name), body, 0o644); err != nil { //nolint:gosec // likewise
			return nil, err
		}
	}
	endNginx, nginx, err := b.nginx(ctx)
	if err != nil {
		return nil, err
	}
	endBare, bareAddress, err := b.bare(ctx, www, header.Get("Etag"))
	if err != nil {
		endNginx()
		return nil, err
	}
	stop = func() { endBare(); endNginx() }
	b.servers = []served{{"tributary", ours, ""}, {"bare net/http", "http://" + bareAddress + "/feed.xml", ""}, {"nginx", "http://" + nginx + "/feed.xml", ""}}
	for i := range b.servers {
		s := &b.servers[i]
		err = until(ctx, 10*time.Second, s.name+" to answer", func() bool {
			body, h, err := fetched(ctx, s.url)
			s.etag = h.Get("Etag")
			return err == nil && len(body) == len(plain)
		})
		if err != nil {
			stop()
			return nil, err
		}
	}
	return stop, nil
}

func (b *serveBench) nginx(ctx context.Context) (end func(), address string, err error) {
	if address, err = freeAddress(ctx); err != nil {
		return nil, "", err
	}
	config := filepath.Join(b.dir, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, peerConfig, b.dir, address), 0o600); err != nil {
		return nil, "", err
	}
	if end, err = start(ctx, "nginx", "-p", b.dir, "-c", config, "-e", filepath.Join(b.dir, "error.log")); err != nil {
		err = fmt.Errorf("nginx is needed (apt-get install nginx wrk): %w", err)
	}
	return end, address, err
}

func (b *serveBench) bare(ctx context.Context, www, etag string) (end func(), address string, err error) {
	if address, err = freeAddress(ctx); err != nil {
		return nil, "", err
	}
	end, err = start(ctx, b.self, "prebuilt", "-listen", address, "-dir", www, "-etag", etag)
	return end, address, err
}

// prebuilt is the limit of net/http: bytes that are ready, and the fewest
// header fields that do.
func prebuilt(ctx context.Context, args []string) error {
	var address, dir, etag string
	err := parseFlags("prebuilt", args, func(f *flag.FlagSet) {
		f.StringVar(&address, "listen", "", "where")
		f.StringVar(&dir, "dir", "", "folder of feed.xml and feed.xml.gz")
		f.StringVar(&etag, "etag", "", "of the document")
	})
	if err != nil {
		return err
	}
	plain, err := os.ReadFile(filepath.Join(dir, "feed.xml"))
	if err != nil {
		return err
	}
	packed, err := os.ReadFile(filepath.Join(dir, "feed.xml.gz"))
	if err != nil {
		return err
	}
	tag, mediaType, caching, vary := []string{etag}, []string{"application/atom+xml"}, []string{"public, max-age=60"}, []string{"Accept-Encoding"}
	gzip, lengths := []string{"gzip"}, [][]string{{strconv.Itoa(len(plain))}, {strconv.Itoa(len(packed))}}
	server := &http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Etag"], h["Cache-Control"], h["Vary"] = tag, caching, vary
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h["Content-Type"] = mediaType
		body := plain
		h["Content-Length"] = lengths[0]
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			body, h["Content-Length"], h["Content-Encoding"] = packed, lengths[1], gzip
		}
		_, _ = w.Write(body) // nobody to tell
	})}
	go func() {
		<-ctx.Done()
		_ = server.Close() // it ends the process
	}()
	return server.ListenAndServe()
}

// A wrkRun is what wrk says.
type wrkRun struct {
	rate float64
	p99  time.Duration
}

var (
	wrkRate  = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrk99    = regexp.MustCompile(`(?m)^\s+99%\s+(\S+)$`)
	wrkWrong = regexp.MustCompile(`Non-2xx or 3xx responses.*|Socket errors.*`)
)

// ask runs wrk.
func (b *serveBench) ask(ctx context.Context, s *served, k *kind) (wrkRun, error) {
	args := []string{"-t2", fmt.Sprintf("-c%d", b.readers), fmt.Sprintf("-d%ds", int(b.lasting.Seconds())), "--latency"}
	for _, h := range k.header(s) {
		args = append(args, "-H", h)
	}
	cmd := exec.CommandContext(ctx, "wrk", append(args, s.url)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	out, err := cmd.CombinedOutput()
	rate, slow := wrkRate.FindSubmatch(out), wrk99.FindSubmatch(out)
	switch {
	case err != nil:
		return wrkRun{}, fmt.Errorf("wrk is needed (apt-get install wrk): %w\n%s", err, out)
	case wrkWrong.Match(out) || rate == nil || slow == nil:
		return wrkRun{}, fmt.Errorf("wrk of %s:\n%s", s.name, out)
	}
	r := wrkRun{}
	if r.rate, err = strconv.ParseFloat(string(rate[1]), 64); err != nil {
		return r, err
	}
	r.p99, err = time.ParseDuration(string(slow[1]))
	return r, err
}

// compare asks all of them in turn, and prints medians and the medians of the
// rounds' ratios.
func (b *serveBench) compare(ctx context.Context) error {
	for i := range kinds {
		k := &kinds[i]
		runs := make([][]wrkRun, len(b.servers))
		for round := range b.rounds {
			for j := range b.servers {
				s := &b.servers[(j+round)%len(b.servers)]
				r, err := b.ask(ctx, s, k)
				if err != nil {
					return err
				}
				at := (j + round) % len(b.servers)
				runs[at] = append(runs[at], r)
			}
		}
		for j := range b.servers {
			fmt.Printf("%-9s %-14s %8.0f/s  99%% within %s\n", k.name, b.servers[j].name,
				middle(runs[j], func(r wrkRun) float64 { return r.rate }),
				time.Duration(middle(runs[j], func(r wrkRun) float64 { return float64(r.p99) })).Round(10*time.Microsecond))
		}
		fmt.Printf("%-9s of bare net/http %.2f (at least 0.95), of nginx %.2f (0.9), 99%% in %.2f of nginx's time (at most 1.5); bare of nginx %.2f\n\n", k.name,
			paired(runs[0], runs[1], byRate), paired(runs[0], runs[2], byRate), paired(runs[0], runs[2], byP99), paired(runs[1], runs[2], byRate))
	}
	return nil
}

func byRate(r wrkRun) float64 { return r.rate }
func byP99(r wrkRun) float64  { return float64(r.p99) }

func middle(runs []wrkRun, value func(wrkRun) float64) float64 {
	values := make([]float64, len(runs))
	for i := range runs {
		values[i] = value(runs[i])
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// paired returns the median of the rounds' ratios.
func paired(a, of []wrkRun, value func(wrkRun) float64) float64 {
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = value(a[i]) / value(of[i])
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}
