package server

import (
	"bufio"
	"bytes"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

var everyPath = &force{Settings: Settings{Ready: func(string) bool { return true }}}

// readQuick reads a request the quick way; 0 bytes when it is not for it.
func readQuick(head string) (*exchange, int) {
	x := &exchange{header: http.Header{}}
	x.out.header = http.Header{}
	if len(head) > len(x.buf) {
		return x, 0
	}
	x.n = copy(x.buf[:], head)
	return x, x.read(&conn{remote: "192.0.2.1:4711"}, &force{Settings: Settings{Ready: everyPath.Ready, Trusted: nil}})
}

var requests = []struct {
	name, text string
	plain      bool
}{
	{"wrk", "GET /news/atom.xml HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", true},
	{"a reader", "GET /news/atom.xml HTTP/1.1\r\nhost: x\r\nAccept-Encoding: gzip, br\r\nIf-None-Match: \"a\", W/\"b\"\r\nUser-Agent: R/1\r\nA-IM: feed\r\n\r\n", true},
	{"two of a field", "GET / HTTP/1.1\r\nHost: x\r\nAccept: a\r\nAccept: b\r\naccept: c\r\n\r\n", true},
	{"a query", "GET /news/?page=2&q=a+b HTTP/1.1\r\nHost: x\r\n\r\n", true},
	{"an empty query", "GET /news/? HTTP/1.1\r\nHost: x\r\n\r\n", true},
	{"encoded", "GET /%E6%96%B0%E9%97%BB/atom.xml HTTP/1.1\r\nHost: x\r\n\r\n", true},
	{"HEAD and close", "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n", true},
	{"an empty field", "GET / HTTP/1.1\r\nHost: x\r\nX-Nothing:\r\n\r\n", true},
	{"HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", false},
	{"a body", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", false},
	{"no body, told", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", false},
	{"chunks", "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false},
	{"chunks, oddly", "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", false},
	{"an upgrade", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", false},
	{"h2c", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false},
	{"POST", "POST / HTTP/1.1\r\nHost: x\r\n\r\n", false},
	{"no host", "GET / HTTP/1.1\r\nAccept: a\r\n\r\n", false},
	{"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", false},
	{"a strange host", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", false},
	{"a folded line", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", false},
	{"a bare line feed", "GET / HTTP/1.1\r\nHost: x\r\nA: b\nC: d\r\n\r\n", false},
	{"a control character", "GET / HTTP/1.1\r\nHost: x\r\nA: b\x00\r\n\r\n", false},
	{"no colon", "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", false},
	{"absolute", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", false},
	{"two slashes", "GET //x/ HTTP/1.1\r\nHost: x\r\n\r\n", false},
	{"a fragment", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", false},
	{"badly encoded", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", false},
	{"two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", false},
	{"half", "GET / HTTP/1.1\r\nHost: x\r\n", false},
	{"many fields", "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 40) + "\r\n", true},
	{"many names", "GET / HTTP/1.1\r\nHost: x\r\n" + names(40) + "\r\n", false},
}

func names(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("X-" + strings.Repeat("a", i+1) + ": b\r\n")
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, tt := range requests {
		t.Run(tt.name, func(t *testing.T) {
			x, used := readQuick(tt.text)
			if plain := used > 0; plain != tt.plain {
				t.Fatalf("plain: %t, want %t", plain, tt.plain)
			}
			sameAsNetHTTP(t, tt.text, x, used)
		})
	}
}

// sameAsNetHTTP: what is taken the quick way is what net/http would have read.
func sameAsNetHTTP(t *testing.T, text string, x *exchange, used int) {
	t.Helper()
	if used == 0 {
		return
	}
	r := bufio.NewReader(strings.NewReader(text))
	want, err := http.ReadRequest(r)
	if err != nil {
		t.Fatalf("net/http refuses %q: %v", text, err)
	}
	if rest := text[used:]; len(rest) != r.Buffered() || want.ContentLength != 0 || want.TransferEncoding != nil {
		t.Fatalf("%q: %d bytes of header, net/http has %d left, a body of %d", text, used, r.Buffered(), want.ContentLength)
	}
	got := &x.req
	if got.Method != want.Method || got.RequestURI != want.RequestURI || got.Host != want.Host || got.Proto != want.Proto || got.Close != want.Close {
		t.Errorf("%q: %s %s of %s, close %t; want %s %s of %s, close %t", text, got.Method, got.RequestURI, got.Host, got.Close, want.Method, want.RequestURI, want.Host, want.Close)
	}
	if *got.URL != *want.URL {
		t.Errorf("%q: %#v, want %#v", text, got.URL, want.URL)
	}
	want.Header.Del("Connection") // which net/http takes out where it says close
	header := got.Header.Clone()
	header.Del("Connection")
	if !reflect.DeepEqual(header, want.Header) {
		t.Errorf("%q: %v, want %v", text, header, want.Header)
	}
}

func FuzzRead(f *testing.F) {
	for _, tt := range requests {
		f.Add([]byte(tt.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.ContainsRune(data, 0xfffd) {
			return
		}
		x, used := readQuick(string(data))
		sameAsNetHTTP(t, string(data), x, used)
	})
}

func BenchmarkRead(b *testing.B) {
	text := requests[1].text
	x, _ := readQuick(text)
	c, now := &conn{remote: "192.0.2.1:4711"}, &force{Settings: Settings{Ready: everyPath.Ready}}
	b.ReportAllocs()
	for b.Loop() {
		x.n = copy(x.buf[:], text)
		if x.read(c, now) == 0 {
			b.Fatal("not plain")
		}
	}
}

func TestHostOnly(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:4711": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[2001:db8::1]:4711": "2001:db8::1", "2001:db8::1": "2001:db8::1", "[2001:db8::1]": "2001:db8::1",
		"@": "@", "": "", ":": "",
	} {
		if got := hostOnly(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
