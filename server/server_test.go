package server_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/server"
)

// running serves until the test ends, and returns where.
func running(t testing.TB, set server.Settings) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := server.New(set)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

var big = strings.Repeat("0123456789abcdef", 256<<10) // far more than buffers hold

// answers is a handler with an answer of each kind.
func answers(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	w.Header()["X-Two"] = []string{"one", "two"}
	switch r.URL.Path {
	case "/length":
		w.Header().Set("Content-Length", "5")
		_, _ = io.WriteString(w, "hello")
	case "/parts":
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "hello")
		_, _ = io.WriteString(w, "world")
	case "/chunks":
		for range 100 {
			_, _ = io.WriteString(w, big[:5000])
		}
	case "/big":
		w.Header().Set("Content-Length", strconv.Itoa(len(big)))
		_, _ = io.WriteString(w, big)
	case "/304":
		w.Header().Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
	case "/204":
		w.Header().Del("Content-Type")
		w.WriteHeader(http.StatusNoContent)
	case "/404":
		text := "nothing here: " + r.URL.RawQuery + r.Header.Get("X-Word")
		w.Header().Set("Content-Length", strconv.Itoa(len(text))) // net/http adds it to what is short
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, text)
	case "/nothing":
	case "/split":
		w.Header().Set("X-Split", "a\r\nX-Evil: b")
	case "/twice":
		w.WriteHeader(http.StatusTeapot)
		w.WriteHeader(http.StatusOK)
	case "/short":
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "hello")
	case "/lines", "/lines304", "/lines412":
		laidOut(w, r)
	case "/panic":
		panic(http.ErrAbortHandler)
	}
}

// laidOut is a handler with its header in lines, where that can be taken.
func laidOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Del("X-Two")
	status, body := http.StatusOK, []byte("hello")
	switch r.URL.Path {
	case "/lines304":
		status, body = http.StatusNotModified, nil
	case "/lines412":
		status, body = http.StatusPreconditionFailed, nil
	}
	if body == nil {
		w.Header().Del("Content-Type")
	}
	if lw, ok := w.(interface {
		WriteLines(status int, lines string, body []byte)
	}); ok {
		w.Header()["X-Lost"] = []string{"never sent"}
		if body == nil {
			lw.WriteLines(status, "Etag: \"a\"\r\n", nil)
		} else {
			lw.WriteLines(status, "Content-Type: text/plain\r\nEtag: \"a\"\r\nContent-Length: 5\r\n", body)
		}
		return
	}
	w.Header()["Etag"] = []string{`"a"`}
	if body != nil {
		w.Header()["Content-Length"] = []string{"5"}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// Whichever way a request goes, the answer is the same, also when many are
// sent at once.
func TestSameAnswers(t *testing.T) {
	quick := running(t, server.Settings{Handler: http.HandlerFunc(answers), Ready: func(string) bool { return true }})
	slow := running(t, server.Settings{Handler: http.HandlerFunc(answers)})
	bare := httptest.NewServer(http.HandlerFunc(answers))
	defer bare.Close()
	for _, path := range []string{"/length", "/parts", "/chunks", "/big", "/304", "/204", "/404?a=b", "/nothing", "/split", "/twice", "/short", "/lines", "/lines304", "/lines412", "/panic"} {
		for _, method := range []string{"GET", "HEAD"} {
			if method == "HEAD" && (path == "/short" || path == "/chunks") {
				continue // net/http itself tells other lengths
			}
			for _, more := range []string{"", "Connection: close\r\n", "X-Word: w\r\n"} {
				text := method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n"
				want := exchangeWith(t, bare.Listener.Addr().String(), text)
				for name, address := range map[string]string{"quick": quick, "slow": slow} {
					if got := exchangeWith(t, address, text); !reflect.DeepEqual(got, want) {
						t.Errorf("%s: %q gets\n%.600v\nwant\n%.600v", name, text, got, want)
					}
				}
			}
		}
	}
}

type answer struct {
	status  int
	header  http.Header
	body    string
	failed  bool
	goesOn  bool
	chunked bool
}

// exchangeWith sends a request, and a second one to see whether the connection
// goes on.
func exchangeWith(t *testing.T, address, text string) answer {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second)) // reading tells
	go fmt.Fprint(c, text+"GET /length HTTP/1.1\r\nHost: x\r\n\r\n")
	r := bufio.NewReader(c)
	method, _, _ := strings.Cut(text, " ")
	resp, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return answer{failed: true}
	}
	body, err := io.ReadAll(resp.Body)
	a := answer{status: resp.StatusCode, header: resp.Header, body: string(body), failed: err != nil, chunked: len(resp.TransferEncoding) > 0}
	if resp.Header.Get("Date") == "" {
		t.Errorf("%q: no Date", text)
	}
	resp.Header.Del("Date")
	if !a.failed {
		next, err := http.ReadResponse(r, nil)
		a.goesOn = err == nil && next.StatusCode == http.StatusOK
	}
	return a
}

// Requests in pieces, many in one, and one that is not plain among them.
func TestPipeline(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	address := running(t, server.Settings{
		Handler: http.HandlerFunc(answers), Ready: func(path string) bool { return path != "/404" },
		Observe: func(r *http.Request, status int, bytes int64, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, fmt.Sprint(r.Method, " ", r.URL.Path, " ", status, " ", bytes))
		},
	})
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const get = "GET /length HTTP/1.1\r\nHost: x\r\n\r\n"
	text := strings.Repeat(get, 300) + "HEAD /length HTTP/1.1\r\nHost: x\r\n\r\nGET /404?q HTTP/1.1\r\nHost: x\r\n\r\n" + get
	go func() {
		for part := range bytes.SplitSeq([]byte(text), []byte("e")) {
			_, _ = c.Write(append(part, 'e')) // reading tells
		}
	}()
	r := bufio.NewReader(c)
	for i := range 303 {
		method := "GET"
		if i == 300 {
			method = "HEAD"
		}
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		body, _ := io.ReadAll(resp.Body)
		if want := map[int]string{300: "", 301: "nothing here: q"}[i]; i < 300 && string(body) != "hello" || i >= 300 && i < 302 && string(body) != want {
			t.Fatalf("answer %d: %s %q", i, resp.Status, body)
		}
	}
	time.Sleep(50 * time.Millisecond) // the last is noted once it was sent
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 303 || seen[0] != "GET /length 200 5" || seen[300] != "HEAD /length 200 0" || seen[301] != "GET /404 404 15" {
		t.Errorf("%d were noted, the last %v", len(seen), seen[max(0, len(seen)-3):])
	}
}

// Who asks and says that it was all gets its answer and then the end, however
// both came together.
func TestHalfClosed(t *testing.T) {
	address := running(t, server.Settings{Handler: http.HandlerFunc(answers), Ready: func(string) bool { return true }})
	for range 50 {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second)) // reading tells
		fmt.Fprint(c, "GET /length HTTP/1.1\r\nHost: x\r\n\r\n")
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(all), "\r\n\r\nhello") {
			t.Fatalf("%q, %v", all, err)
		}
	}
}

// Who asks is whom the nearest proxies that are trusted name.
func TestAsker(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		name, header, value, want string
		trusted                   []netip.Prefix
	}{
		{"nobody is trusted", "X-Forwarded-For", "203.0.113.9", "127.0.0.1", nil},
		{"nothing is said", "X-Other", "203.0.113.9", "127.0.0.1", trusted},
		{"one", "X-Forwarded-For", "203.0.113.9", "203.0.113.9", trusted},
		{"a claim before it", "X-Forwarded-For", "198.51.100.1, 203.0.113.9", "203.0.113.9", trusted},
		{"two proxies", "X-Forwarded-For", "203.0.113.9, 10.1.2.3", "203.0.113.9", trusted},
		{"only proxies", "X-Forwarded-For", "10.1.2.3", "10.1.2.3", trusted},
		{"nonsense", "X-Forwarded-For", "203.0.113.9, <script>", "127.0.0.1", trusted},
		{"IPv6", "X-Forwarded-For", "2001:db8::1", "2001:db8::1", trusted},
		{"RFC 7239", "Forwarded", `for=198.51.100.1, proto=https;For="[2001:db8::1]:4711"`, "2001:db8::1", trusted},
		{"RFC 7239 without a port", "Forwarded", `for="[2001:db8::1]"`, "2001:db8::1", trusted},
		{"obfuscated", "Forwarded", `for=_hidden`, "127.0.0.1", trusted},
		{"unknown", "Forwarded", `for=203.0.113.9, for=unknown`, "127.0.0.1", trusted},
		{"many", "X-Forwarded-For", "203.0.113.9" + strings.Repeat(", 10.0.0.1", 100), "10.0.0.1", trusted},
	} {
		for way, ready := range map[string]bool{"quick": true, "slow": false} {
			asks := make(chan string, 1)
			address := running(t, server.Settings{Trusted: tt.trusted, Ready: func(string) bool { return ready }, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case asks <- r.RemoteAddr:
				default: // the second request
				}
			})})
			exchangeWith(t, address, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"+tt.header+": "+tt.value+"\r\n\r\n")
			got := <-asks
			if host, _, err := net.SplitHostPort(got); err == nil {
				got = host
			}
			if got != tt.want {
				t.Errorf("%s, %s: %s, want %s", tt.name, way, got, tt.want)
			}
		}
	}
}

// When all places are taken, an idle connection makes room; where all are
// busy, the new one is refused.
func TestPlaces(t *testing.T) {
	release, entered := make(chan struct{}), make(chan struct{}, 4)
	address := running(t, server.Settings{
		Limits: server.Limits{Connections: 3}, Ready: func(string) bool { return true },
		Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/wait" {
				entered <- struct{}{}
				<-release
			}
		}),
	})
	dial := func(path string) net.Conn {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
		return c
	}
	answered := func(c net.Conn) bool {
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second)) // reading tells
		n, _ := c.Read(make([]byte, 100))
		return n > 0
	}
	idle := dial("/")
	if !answered(idle) {
		t.Fatal("the first is not answered")
	}
	var busy []net.Conn
	for range 3 {
		busy = append(busy, dial("/wait"))
		<-entered
	}
	if answered(idle) {
		t.Error("the idle one did not make room")
	}
	if answered(dial("/")) {
		t.Error("there is room for a fourth")
	}
	close(release)
	for i, c := range busy {
		if !answered(c) {
			t.Errorf("the %d. busy one is not answered", i)
		}
	}
}
