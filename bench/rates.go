package main

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// rateBench is one run of `bench rates`: serve polling as fast as it can, and
// the bare client, in turn.
type rateBench struct {
	rig
	feeds, runs int
	slice       time.Duration // of the clock for one of them at a time
	secure      bool
	change      string   // the simulator's
	peer        []string // how the bare client is asked
	recorded    int      // documents of each feed that are recorded before anybody is measured; 0: the simulator makes them meanwhile
	only        string
}

func benchRates(ctx context.Context, args []string) error {
	b := rateBench{change: "0"}
	err := b.prepare(ctx, "rates", args)
	defer b.close()
	if err != nil {
		return err
	}
	fmt.Printf("%d feeds, %d turns of %s each; polls a second\n%-28s %10s %10s %8s\n", b.feeds, b.runs, b.slice, "", "bare", "tributary", "ratio")
	for _, s := range []struct {
		name       string
		validators int
		secure     bool
		least      float64
	}{
		{"304", 1, false, 1. / 3}, {"unchanged bodies", 0, false, 0.8}, {"304, HTTPS", 1, true, 0}, {"unchanged bodies, HTTPS", 0, true, 0.8},
	} {
		if b.only != "" && b.only != s.name {
			continue
		}
		b.secure = s.secure
		bare, served, err := b.scenario(ctx, s.validators)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		theirs, ours := bare.rate, served.rate
		wanted := ""
		if s.least > 0 {
			wanted = fmt.Sprintf(" (at least %.2f)", s.least)
		}
		fmt.Printf("%-28s %10.0f %10.0f %8.2f%s\n", s.name, theirs, ours, ours/theirs, wanted)
	}
	return nil
}

// prepare reads the flags of the command and builds what is to be measured.
func (b *rateBench) prepare(ctx context.Context, name string, args []string) error {
	err := parseFlags(name, args, func(f *flag.FlagSet) {
		f.IntVar(&b.feeds, "n", 1000, "feeds")
		f.IntVar(&b.runs, "runs", 5, "turns of each; the median counts")
		f.DurationVar(&b.slice, "slice", 4*time.Second, "how long a turn is")
		f.StringVar(&b.only, "only", "", "the one comparison to make, by its name; all, unless set")
	})
	if err != nil {
		return err
	}
	b.rig, err = newRig(ctx)
	return err
}

// A pace is how fast a process polls.
type pace struct {
	rate float64       // polls a second
	cpu  time.Duration // of the process, for a poll
	up   time.Duration // of what answers it, likewise
}

// medianPace returns the one with the middle rate.
func medianPace(all []pace) pace {
	slices.SortFunc(all, func(a, b pace) int { return cmp.Compare(a.rate, b.rate) })
	return all[len(all)/2]
}

// scenario returns the paces of the bare client and of tributary.
func (b *rateBench) scenario(ctx context.Context, validators int) (theirs, ours pace, err error) {
	dir, err := os.MkdirTemp(b.dir, "scenario-")
	if err != nil {
		return theirs, ours, err
	}
	feeds, stop, err := b.upstream(ctx, "-n", fmt.Sprint(b.feeds), "-change", b.change, "-validators", fmt.Sprint(validators))
	if err != nil {
		return theirs, ours, err
	}
	defer stop()
	urls := urlsOf(feeds)
	env := []string{}
	if b.secure {
		stopFront, certificate, err := b.front(ctx, dir, urls)
		if err != nil {
			return theirs, ours, err
		}
		defer stopFront()
		env = append(env, "SSL_CERT_FILE="+certificate)
	}
	up := b.pid
	if b.recorded > 0 {
		pid, stopPlaying, err := b.play(ctx, dir, urls)
		if err != nil {
			return theirs, ours, err
		}
		defer stopPlaying()
		stop()
		up = pid
	}
	list := filepath.Join(dir, "urls")
	if err := os.WriteFile(list, []byte(strings.Join(urls, "\n")), 0o600); err != nil {
		return theirs, ours, err
	}
	d, err := b.daemon(ctx, dir, urls, env)
	if err != nil {
		return theirs, ours, err
	}
	defer d.stop()
	d.up = up
	var bares, polls []pace
	for range b.runs {
		p, err := d.rate(ctx, b.slice)
		if err != nil {
			return theirs, ours, err
		}
		polls = append(polls, p)
		if p, err = b.bare(ctx, list, env); err != nil {
			return theirs, ours, err
		}
		bares = append(bares, p)
	}
	return medianPace(bares), medianPace(polls), nil
}

// front starts a process that speaks TLS for the simulator's hosts, and makes
// urls lead there.
func (b *rateBench) front(ctx context.Context, dir string, urls []string) (stop func(), certificate string, err error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, "", err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", err
	}
	hosts := map[string]bool{}
	for i := range urls {
		u, err := url.Parse(urls[i])
		if err != nil {
			return nil, "", err
		}
		hosts[u.Hostname()] = true
		u.Scheme, u.Host = "https", net.JoinHostPort(u.Hostname(), port)
		urls[i] = u.String()
	}
	key := filepath.Join(dir, "key.pem")
	certificate = filepath.Join(dir, "certificate.pem")
	if err := selfSigned(certificate, key, hosts); err != nil {
		return nil, "", err
	}
	stop, err = start(ctx, b.self, "front", "-certificate", certificate, "-key", key, "-port", port, "-to", b.port, "-hosts", strings.Join(keys(hosts), ","))
	if err != nil {
		return nil, "", err
	}
	err = until(ctx, 10*time.Second, "the TLS front to listen", func() bool {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(slices.Max(keys(hosts)), port)) // it is the last to be listened on
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
	return stop, certificate, err
}

func keys(m map[string]bool) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// selfSigned writes a certificate for addresses, and its key.
func selfSigned(certificate, keyFile string, hosts map[string]bool) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bench"}, NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range keys(hosts) {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(h))
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600)
}

// front speaks TLS on a port of loopback hosts, and hands what comes to
// another port of the same host.
func front(ctx context.Context, args []string) error {
	var certificate, key, port, to, hosts string
	err := parseFlags("front", args, func(f *flag.FlagSet) {
		f.StringVar(&certificate, "certificate", "", "file")
		f.StringVar(&key, "key", "", "file")
		f.StringVar(&port, "port", "", "to listen on")
		f.StringVar(&to, "to", "", "port to hand on to")
		f.StringVar(&hosts, "hosts", "", "loopback addresses, with commas between them")
	})
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return err
	}
	conf := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	g, ctx := errgroup.WithContext(ctx)
	for _, host := range strings.Split(hosts, ",") {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			return err
		}
		g.Go(func() error {
			for {
				conn, err := l.Accept()
				if err != nil {
					return err
				}
				go relay(ctx, tls.Server(conn, conf), net.JoinHostPort(host, to))
			}
		})
	}
	return g.Wait()
}

// relay copies both ways until one side ends.
func relay(ctx context.Context, from net.Conn, to string) {
	defer from.Close() //nolint:errcheck // over
	upstream, err := new(net.Dialer).DialContext(ctx, "tcp", to)
	if err != nil {
		return
	}
	defer upstream.Close() //nolint:errcheck // over
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(upstream, from)           // until it ends
		_ = upstream.(*net.TCPConn).CloseWrite() // likewise
	})
	_, _ = io.Copy(from, upstream) // likewise
	_ = from.Close()
	both.Wait()
}

// A rated is serve polling as fast as it can; it stands still but for its turns.
type rated struct {
	pid    int
	up     int // what answers it
	end    func()
	socket string
}

// daemon starts serve with waits of next to nothing, and lets it poll every
// feed twice.
func (b *rateBench) daemon(ctx context.Context, dir string, urls, env []string) (*rated, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	store := filepath.Join(dir, "bench.db")
	config := filepath.Join(dir, "feeds.toml")
	if err := configure(config, store, []string{fmt.Sprintf("listen = %q", address)}, []string{`host_gap = "0s"`}, urls); err != nil {
		return nil, err
	}
	pid, end, err := startWith(ctx, append(env, "TRIBUTARY_TEST_SPEED=1e9"), b.tributary, "serve", "--config", config)
	if err != nil {
		return nil, err
	}
	d := &rated{pid: pid, end: end, socket: store + ".sock"}
	limit := 2*time.Minute + time.Duration(len(urls))*30*time.Millisecond // first polls store all that the feeds hold
	err = until(ctx, limit, "every feed to be polled twice", func() bool {
		s, err := d.status(ctx)
		return err == nil && s.Polls > int64(3*len(urls))
	})
	if err == nil {
		err = d.signal(syscall.SIGSTOP)
	}
	if err != nil {
		d.stop()
	}
	return d, err
}

func (d *rated) signal(s syscall.Signal) error { return syscall.Kill(d.pid, s) }

func (d *rated) stop() {
	_ = d.signal(syscall.SIGCONT) // it may have ended
	d.end()
}

func (d *rated) status(ctx context.Context) (s daemonStatus, err error) {
	return s, askSocket(ctx, d.socket, "/status", &s)
}

// rate lets it poll for a while.
func (d *rated) rate(ctx context.Context, lasting time.Duration) (pace, error) {
	if err := d.signal(syscall.SIGCONT); err != nil {
		return pace{}, err
	}
	time.Sleep(lasting / 8) // it gets going
	before, err := d.status(ctx)
	if err != nil {
		return pace{}, err
	}
	began, used, up := time.Now(), cpuOf(d.pid), cpuOf(d.up)
	time.Sleep(lasting)
	after, err := d.status(ctx)
	took := time.Since(began)
	used, up = cpuOf(d.pid)-used, cpuOf(d.up)-up
	if err != nil {
		return pace{}, err
	}
	polls := after.Polls - before.Polls
	if after.Failed > before.Failed {
		return pace{}, fmt.Errorf("%d of %d polls failed", after.Failed-before.Failed, polls)
	}
	return pace{rate: float64(polls) / took.Seconds(), cpu: used / time.Duration(max(polls, 1)), up: up / time.Duration(max(polls, 1))}, d.signal(syscall.SIGSTOP)
}

// cpuOf returns the time that a process has had of the processors, 0 where
// that cannot be seen.
func cpuOf(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // behind the name
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	const tick = 10 * time.Millisecond // proc_pid_stat(5): utime, stime
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// bare runs the bare client for a while.
func (b *rateBench) bare(ctx context.Context, list string, env []string) (p pace, err error) {
	out, err := output(ctx, env, b.self, append([]string{"bare", "-urls", list, "-for", b.slice.String()}, b.peer...)...)
	if err != nil {
		return p, err
	}
	_, err = fmt.Sscan(out, &p.rate, &p.cpu)
	return p, err
}
