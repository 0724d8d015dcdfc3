package fetch_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
)

// A proxy is a real one, for http and through CONNECT, that leads every name
// to one server.
type proxy struct {
	*httptest.Server
	to      string // name and port
	refuse  int    // the status that CONNECT is answered with instead
	mu      sync.Mutex
	asked   []string
	tunnels sync.WaitGroup
}

func newProxy(t testing.TB, to string) *proxy {
	t.Helper()
	p := &proxy{to: to}
	p.Server = httptest.NewServer(p)
	t.Cleanup(func() {
		p.Close()
		p.CloseClientConnections()
		p.tunnels.Wait()
	})
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.Host)
	p.mu.Unlock()
	if r.Method != http.MethodConnect {
		p.forward(w, r)
		return
	}
	if p.refuse != 0 {
		w.WriteHeader(p.refuse)
		return
	}
	there, err := net.Dial("tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	here, read, err := http.NewResponseController(w).Hijack() // the client may have sent something already
	if err != nil {
		there.Close()
		return
	}
	p.tunnels.Go(func() { _, _ = io.Copy(there, read); there.Close() })
	p.tunnels.Go(func() { _, _ = io.Copy(here, there); here.Close() })
}

func (p *proxy) forward(w http.ResponseWriter, r *http.Request) {
	r.RequestURI, r.URL.Host = "", p.to
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// seen returns what the proxy was asked for since the last time.
func (p *proxy) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

func (p *proxy) url(t testing.TB) *url.URL { return parse(t, p.URL) }

func parse(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func stateOf(id feed.SourceID, url string) *feed.State {
	s := state(url)
	s.Source.ID, s.Source.Request = id, wayOf(id)
	return s
}

// Each source goes the way that its settings say, also where connections of
// another one lead to the same server.
func TestFetchThroughProxies(t *testing.T) {
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, rss) })
	secure := secureServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, rss) })
	for name, tt := range map[string]struct {
		server *httptest.Server
		url    string
		method string
		proxy  string // the scheme of the proxies' URLs
	}{
		"http":          {plain, "http://news.example/feed", "GET news.example", "http"},
		"https, HTTP/2": {secure, "https://example.com/feed", "CONNECT example.com:443", "http"},
	} {
		t.Run(name, func(t *testing.T) {
			at := tt.server.Listener.Addr().String()
			one, two, usual := newProxy(t, at), newProxy(t, at), newProxy(t, at)
			pool := authoritiesOf(t, secure)
			f := client(t, fetch.Settings{
				Proxy: func(*http.Request) (*url.URL, error) { return usual.url(t), nil },
				Requests: fetch.Requests{
					wayOf("one"): {Proxy: one.url(t), CA: pool}, wayOf("two"): {Proxy: two.url(t), CA: pool}, wayOf("usual"): {CA: pool}, wayOf("direct"): {Direct: true, CA: pool},
				},
			})
			for round := range 2 {
				for id, p := range map[feed.SourceID]*proxy{"one": one, "two": two, "usual": usual} {
					get(t, f, stateOf(id, tt.url))
					for _, other := range []*proxy{one, two, usual} {
						asked := other.seen()
						if other != p && len(asked) > 0 {
							t.Errorf("%s: another proxy was asked for %q", id, asked)
						}
						if other == p && !slices.Equal(asked, []string{tt.method}) && (round == 0 || tt.method[0] == 'G') { // tunnels are kept
							t.Errorf("%s: asked for %q, want %q", id, asked, tt.method)
						}
					}
				}
			}
			get(t, f, stateOf("direct", tt.server.URL))
			if asked := slices.Concat(one.seen(), two.seen(), usual.seen()); len(asked) > 0 {
				t.Errorf("direct: a proxy was asked for %q", asked)
			}
		})
	}
}

// A proxy resolves names itself; what is written as an address, or stands for
// this machine, does not get that far.
func TestFetchRefusesAddressesBehindProxies(t *testing.T) {
	p := newProxy(t, "127.0.0.1:1")
	f := client(t, fetch.Settings{
		AllowNetworks: loopback[:0:0], // not nil: nothing is allowed
		Proxy:         func(*http.Request) (*url.URL, error) { return p.url(t), nil },
	})
	for _, host := range []string{
		"127.0.0.1", "127.1", "2130706433", "017700000001", "0x7f000001", "0x7f.1", "0177.0.0.1", "localhost", "a.LOCALHOST.",
		"[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "[fd00:ec2::254]", "0",
	} {
		_, err := f.Fetch(t.Context(), state("http://"+host+"/"))
		if err == nil || !strings.Contains(err.Error(), "allow_networks") {
			t.Errorf("%s: error %v", host, err)
		}
	}
	if asked := p.seen(); len(asked) > 0 {
		t.Errorf("the proxy was asked for %q", asked)
	}
}

func TestFetchProxyErrors(t *testing.T) {
	busy, needs := newProxy(t, "127.0.0.1:1"), newProxy(t, "127.0.0.1:1")
	needs.refuse = http.StatusProxyAuthRequired
	hanging := listen(t, hold)
	for name, tt := range map[string]struct{ proxy, url, want string }{
		"nobody there":          {"http://127.0.0.1:1", "https://example.com/", "the proxy cannot be reached: connection refused"},
		"it reaches nobody":     {busy.URL, "https://example.com/", "the proxy does not lead to the server: it answered 502 Bad Gateway"},
		"it wants a password":   {needs.URL, "https://example.com/", "it answered 407 Proxy Authentication Required; the proxy wants a username and a password"},
		"it does not answer":    {"http://" + hanging, "https://example.com/", "no end after 400ms"},
		"plain, nobody there":   {"http://127.0.0.1:1", "http://example.com/", "the proxy cannot be reached: connection refused"},
		"plain, reaches no one": {busy.URL, "http://example.com/", "answered 502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			f := client(t, fetch.Settings{
				Limits:   fetch.Limits{Timeout: 400 * time.Millisecond},
				Requests: fetch.Requests{wayOf("news"): {Proxy: parse(t, tt.proxy)}},
			})
			_, err := f.Fetch(t.Context(), state(tt.url))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
