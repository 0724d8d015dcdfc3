package fetch_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/aggregator/fetch"
)

// raw accepts connections and answers each with the bytes, then resets it.
func raw(t testing.TB, answer string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // some tests close it themselves
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write([]byte(answer))
			time.Sleep(50 * time.Millisecond) // lets the answer arrive before the reset
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

func TestFetchExplainsTheNetwork(t *testing.T) {
	refused := serve(t, nil)
	refused.Close()
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told of handshakes that are meant to fail
	secure.StartTLS()
	defer secure.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(secure.Certificate())

	for _, tt := range []struct {
		name, url, want string
		trust           *x509.CertPool
	}{
		{name: "nobody there", url: refused.URL, want: "connection refused: no server listens at 127.0.0.1:"},
		{name: "no such name", url: "http://feeds.invalid/", want: `"feeds.invalid"`},
		{name: "no TLS", url: strings.Replace(plain.URL, "http:", "https:", 1), want: "does not speak TLS"},
		{name: "a stranger's certificate", url: secure.URL, want: "an authority that this machine does not trust"},
		{name: "another host's certificate", url: strings.Replace(secure.URL, "127.0.0.1", "localhost", 1), trust: trusted, want: `not for "localhost" but for example.com`},
		{name: "reset at once", url: "http://" + raw(t, ""), want: "reset the connection before it answered"},
		{name: "reset in the body", url: "http://" + raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<rss>"), want: "cut short: the server reset the connection after 5 of 900 bytes"},
		{name: "no HTTP", url: "http://" + raw(t, "220 mail.example.com ESMTP\r\n"), want: "does not speak HTTP"},
		{name: "no host", url: "http:///feed", want: "an http or https address with a host is expected"},
		{name: "no scheme of ours", url: "ftp://127.0.0.1/feed", want: "an http or https address with a host is expected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := client(t, fetch.Settings{Requests: fetch.Requests{wayOf("news"): {CA: tt.trust}}})
			_, err := f.Fetch(t.Context(), state(tt.url))
			var told *fetch.Error
			if !errors.As(err, &told) || !strings.Contains(told.Reason, tt.want) || told.Status != 0 {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestFetchThroughProxy(t *testing.T) {
	var asked atomic.Value
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.String())
		_, _ = w.Write([]byte(rss))
	})
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	set := fetch.Settings{Proxy: http.ProxyURL(at)}
	f := fetch.NewHTTP(set) // with no network allowed: the proxy is the operator's choice
	defer f.Close()
	get(t, f, state("http://feeds.example.com/a"))
	if asked.Load() != "http://feeds.example.com/a" {
		t.Errorf("the proxy was asked for %v", asked.Load())
	}
	if _, err := f.Fetch(t.Context(), state("http://192.168.0.1/a")); err == nil || !strings.Contains(err.Error(), "is private") {
		t.Errorf("a private address through the proxy: error %v", err)
	}
}

func TestFetchSparesEachHost(t *testing.T) {
	var mu sync.Mutex
	now, most := 0, 0
	enter := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		now += n
		most = max(most, now)
	}
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		enter(1)
		defer enter(-1)
		time.Sleep(2 * time.Millisecond)
		_, _ = w.Write(bodyOf84KB())
	})
	f := client(t, fetch.Settings{PerHost: 3})
	g, ctx := errgroup.WithContext(t.Context())
	for range 40 {
		g.Go(func() error {
			_, err := f.Fetch(ctx, state(server.URL))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if enter(0); most != 3 {
		t.Errorf("%d requests at one time, want 3", most)
	}
}

// Waiting for a host that is busy ends with the context, and takes nothing
// from the time that the request may take.
func TestFetchWaitsForItsTurn(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(100 * time.Millisecond)
		_, _ = w.Write([]byte(rss))
	})
	f := client(t, fetch.Settings{PerHost: 1, Limits: fetch.Limits{Timeout: 400 * time.Millisecond}})
	g, ctx := errgroup.WithContext(t.Context())
	for range 5 {
		g.Go(func() error {
			_, err := f.Fetch(ctx, state(server.URL))
			return err
		})
	}
	time.Sleep(20 * time.Millisecond)
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := f.Fetch(short, state(server.URL)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want that of the context", err)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func TestFetchStopsWithItsContext(t *testing.T) {
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	_, err := client(t, fetch.Settings{}).Fetch(ctx, state(server.URL))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestFetchKeepsItsConnection(t *testing.T) {
	var from sync.Map
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		from.Store(r.RemoteAddr, true)
		wander(w, r)
	})
	f := client(t, fetch.Settings{})
	for range 5 {
		s := state(server.URL + "/302/301/feed")
		learn(s, get(t, f, s))
		get(t, f, s)
		if _, err := f.Fetch(t.Context(), state(server.URL+"/404/")); err == nil {
			t.Error("a feed that is not there")
		}
	}
	connections := 0
	from.Range(func(_, _ any) bool { connections++; return true })
	if connections != 1 {
		t.Errorf("%d connections, want 1", connections)
	}
}
