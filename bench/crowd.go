package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// benchCrowd measures what idle connections and slow readers cost serve, and
// how others are answered meanwhile.
func benchCrowd(ctx context.Context, args []string) error {
	var idle, slow int
	err := parseFlags("crowd", args, func(f *flag.FlagSet) {
		f.IntVar(&idle, "idle", 10_000, "connections that have asked once and say nothing any more")
		f.IntVar(&slow, "slow", 1_000, "readers that take 4 KB a second")
	})
	if err != nil {
		return err
	}
	r, err := newRig(ctx)
	defer r.close()
	if err != nil {
		return err
	}
	site, err := r.serveFilled(ctx, "[server]\nmax_connections_per_client = 100000\nidle_timeout = \"10m\"\naccess_log = \"access.log\"\n")
	if err != nil {
		return err
	}
	defer site.stop()
	if err := report(ctx, "nobody else", &site); err != nil {
		return err
	}
	empty, before := residentOf(site.pid), socketMemory()
	for _, g := range []struct {
		what string
		n    int
		flag string
	}{{"idle connections", idle, "-idle"}, {"slow readers", slow, "-slow"}} {
		end, err := r.invite(ctx, site.url, g.flag, g.n)
		if err != nil {
			return err
		}
		defer end()
		if err := report(ctx, fmt.Sprintf("with %d %s", g.n, g.what), &site); err != nil {
			return err
		}
		now, sockets := residentOf(site.pid), socketMemory()
		fmt.Printf("  each of them: %.1f KB of the process, %.1f KB of the system's socket buffers, both ends\n", float64(now-empty)/1024/float64(g.n), float64(sockets-before)/1024/float64(g.n))
		empty, before = now, sockets
	}
	return nil
}

// report asks 2,000 times over 8 connections and says how long that took.
func report(ctx context.Context, when string, site *filled) error {
	const readers, each = 8, 250
	times := make([][]time.Duration, readers)
	g, ctx := errgroup.WithContext(ctx)
	for i := range readers {
		g.Go(func() error {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
			defer client.CloseIdleConnections()
			for range each {
				began := time.Now()
				if err := get(ctx, client, site.url, func(r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }); err != nil {
					return err
				}
				times[i] = append(times[i], time.Since(began))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("%s: %w", when, err)
	}
	all := slices.Sorted(slices.Values(slices.Concat(times...)))
	fmt.Printf("%s: half of %d requests within %s, 99 of 100 within %s, all within %s; %d MB resident\n", when, len(all),
		all[len(all)/2].Round(10*time.Microsecond), all[len(all)*99/100].Round(10*time.Microsecond), all[len(all)-1].Round(10*time.Microsecond), residentOf(site.pid)>>20)
	return nil
}

// invite starts a process with guests, and waits until all are there.
func (r *rig) invite(ctx context.Context, address, kind string, n int) (end func(), err error) {
	cmd := exec.CommandContext(ctx, r.self, "guests", "-url", address, kind, strconv.Itoa(n))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	end = func() {
		_ = cmd.Process.Kill() // it waits for that
		_ = cmd.Wait()         // killed by us
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		end()
		return nil, fmt.Errorf("the guests did not all come: %q, %w", line, err)
	}
	return end, nil
}

// guests connect, and stay until they are killed.
func guests(ctx context.Context, args []string) error {
	var address string
	var idle, slow int
	err := parseFlags("guests", args, func(f *flag.FlagSet) {
		f.StringVar(&address, "url", "", "what they ask for")
		f.IntVar(&idle, "idle", 0, "how many ask once")
		f.IntVar(&slow, "slow", 0, "how many take 4 KB a second")
	})
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	request := "GET " + u.Path + " HTTP/1.1\r\nHost: " + u.Host + "\r\n\r\n"
	var there errgroup.Group
	there.SetLimit(64)
	for i := range idle + slow {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return err
		}
		if i < idle {
			there.Go(func() error { return once(c, request) })
			continue
		}
		if _, err := io.WriteString(c, strings.Repeat(request, 40)); err != nil {
			return err
		}
		go crawl(c)
	}
	if err := there.Wait(); err != nil {
		return err
	}
	time.Sleep(2 * time.Second) // until buffers are full
	fmt.Println("all there")
	<-ctx.Done()
	return nil
}

func once(c net.Conn, request string) error {
	if _, err := io.WriteString(c, request); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReaderSize(c, 512), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func crawl(c net.Conn) {
	for buf := make([]byte, 1024); ; time.Sleep(250 * time.Millisecond) {
		if _, err := c.Read(buf); err != nil {
			fmt.Fprintln(os.Stderr, "a slow reader was cut off:", err)
			return
		}
	}
}

var (
	residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)
	socketLine   = regexp.MustCompile(`TCP: .* mem (\d+)`)
)

// residentOf returns the bytes of a process that are in memory.
func residentOf(pid int) int64 {
	return numberIn(filepath.Join("/proc", strconv.Itoa(pid), "status"), residentLine) << 10
}

// socketMemory returns the bytes of all TCP buffers.
func socketMemory() int64 {
	return numberIn("/proc/net/sockstat", socketLine) * int64(os.Getpagesize())
}

func numberIn(path string, line *regexp.Regexp) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	m := line.FindSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseInt(string(m[1]), 10, 64) // digits
	return n
}
