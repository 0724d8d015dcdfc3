package fetch_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"tributary/aggregator/fetch"
)

// listen hands each connection to serve until the test ends, and returns where
// it listens.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
	return l.Addr().String()
}

// hold keeps a connection open, silently, until the other side closes it.
func hold(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// full returns an address that accepts no connection: its queue is full.
func full(t testing.TB) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", at.(*syscall.SockaddrInet4).Port)
	for range 8 { // one or two get into the queue
		c, err := net.DialTimeout("tcp", address, 100*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("this system takes connections that nobody accepts")
	return ""
}

// said answers with that text, and holds the connection then.
func said(text string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, text)
		hold(c)
	}
}

// drips answers with a byte of text now and then.
func drips(text string, pause time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		for _, b := range []byte(text) {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(pause)
		}
	}
}

// Whatever hangs, and wherever it does, is given up in time, and it is told
// which it was.
func TestFetchDeadlines(t *testing.T) {
	const timeout = 800 * time.Millisecond
	long := strings.Repeat("X-A: b\r\n", 1000)
	for name, tt := range map[string]struct {
		address func(testing.TB) string
		scheme  string
		header  time.Duration
		want    string
		atMost  time.Duration
	}{
		"connecting": {full, "http", 0, "does not accept the connection (timeout)", timeout},
		"TLS": {
			func(t testing.TB) string { return listen(t, hold) },
			"https", 0, "does not finish the TLS handshake (timeout)", timeout,
		},
		"no answer": {
			func(t testing.TB) string { return listen(t, said("")) },
			"http", 300 * time.Millisecond, "takes the request and does not answer (timeout)", 700 * time.Millisecond,
		},
		"half a status line": {
			func(t testing.TB) string { return listen(t, said("HTTP/1.1 20")) },
			"http", 300 * time.Millisecond, "takes the request and does not answer (timeout)", 700 * time.Millisecond,
		},
		"a header in drops": {
			func(t testing.TB) string { return listen(t, drips("HTTP/1.1 200 OK\r\n"+long, 5*time.Millisecond)) },
			"http", 300 * time.Millisecond, "takes the request and does not answer (timeout)", 700 * time.Millisecond,
		},
		"interim answers without end": {
			func(t testing.TB) string {
				return listen(t, drips(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1000), 2*time.Millisecond))
			},
			"http", 300 * time.Millisecond, "takes the request and does not answer (timeout)", 700 * time.Millisecond,
		},
		"no body": {
			func(t testing.TB) string { return listen(t, said("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")) },
			"http", 0, "too slowly: fewer than 1024 bytes in 200ms", timeout,
		},
		"a body in drops": {
			func(t testing.TB) string {
				return listen(t, drips("HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat("x", 1000), time.Millisecond))
			},
			"http", 0, "too slowly: fewer than 1024 bytes in 200ms", timeout,
		},
		"a redirect's body": { // the redirect is followed
			func(t testing.TB) string {
				return listen(t, said("HTTP/1.1 302 Found\r\nLocation: file:///x\r\n\r\n"))
			},
			"http", 0, `"file" is neither http nor https`, timeout,
		},
		"an error's body": {
			func(t testing.TB) string { return listen(t, said("HTTP/1.1 404 Not Found\r\n\r\n")) },
			"http", 0, "404 Not Found", timeout,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := client(t, fetch.Settings{Limits: fetch.Limits{Timeout: timeout, Header: tt.header, Stall: 200 * time.Millisecond}})
			url := tt.scheme + "://" + tt.address(t) + "/"
			began := time.Now()
			_, err := f.Fetch(t.Context(), state(url))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if took := time.Since(began); took > tt.atMost+2*time.Second { // the machine may be busy
				t.Errorf("took %v, want at most %v", took, tt.atMost)
			}
		})
	}
}

// Redirects have one time together, not one each.
func TestFetchDeadlineOfARedirectChain(t *testing.T) {
	n := 0
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		time.Sleep(150 * time.Millisecond)
		http.Redirect(w, r, fmt.Sprintf("/%d", n), http.StatusFound)
	})
	began := time.Now()
	_, err := client(t, fetch.Settings{Limits: fetch.Limits{Timeout: 600 * time.Millisecond}}).Fetch(t.Context(), state(server.URL+"/feed"))
	if err == nil || !strings.Contains(err.Error(), "no end after 600ms (timeout)") || !strings.Contains(err.Error(), "redirects, at") {
		t.Errorf("error %v after %v", err, time.Since(began))
	}
}
