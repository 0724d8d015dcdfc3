package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are what scripts can do besides running tributary.
var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"upstream": startUpstream,
	"ready":    waitReady,
	"address":  takeAddress,
	"get":      getInto,
}

// startUpstream (upstream FILE) starts a server, and writes its address where
// the file says UPSTREAM.
func startUpstream(ts *testscript.TestScript, _ bool, args []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/old":
			http.Redirect(w, r, "/news", http.StatusFound)
		case r.URL.Path == "/busy":
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.Header.Get("If-None-Match") != "":
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"1"`)
			fmt.Fprint(w, `<rss version="2.0"><channel><title>T</title><item><title>One</title></item></channel></rss>`)
		}
	}))
	ts.Defer(server.Close)
	for _, name := range args {
		path := ts.MkAbs(name)
		ts.Check(os.WriteFile(path, []byte(strings.ReplaceAll(ts.ReadFile(name), "UPSTREAM", server.URL)), 0o600))
	}
}

// waitReady (ready) waits until a daemon answers beside the script's store.
func waitReady(ts *testscript.TestScript, _ bool, _ []string) {
	for range 500 {
		conn, err := net.Dial("unix", ts.MkAbs("tributary.db.sock"))
		if err == nil {
			ts.Check(conn.Close())
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("no daemon answers")
}

// takeAddress (address FILE…) writes an address to listen on where the files say
// ADDRESS, and into $ADDRESS.
func takeAddress(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	address := l.Addr().String()
	ts.Check(l.Close())
	ts.Setenv("ADDRESS", address)
	for _, name := range args {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(strings.ReplaceAll(ts.ReadFile(name), "ADDRESS", address)), 0o600))
	}
}

// getInto (get FILE PATH [NAME: VALUE]… [until TEXT]) asks the daemon for a path,
// and writes status, header fields and body to the file; $ETAG is the tag. With
// until it asks until the answer has a text, with "! get" until it has it no more.
func getInto(ts *testscript.TestScript, neg bool, args []string) {
	until := ""
	if n := len(args); n > 3 && args[n-2] == "until" {
		args, until = args[:n-2], args[n-1]
	}
	text := ""
	for range 500 {
		text = getOnce(ts, args[1], args[2:])
		if until == "" || strings.Contains(text, until) != neg {
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s: waited in vain for %q (%t), last came\n%s", args[1], until, !neg, text)
}

func getOnce(ts *testscript.TestScript, path string, fields []string) string {
	r, err := http.NewRequest(http.MethodGet, "http://"+ts.Getenv("ADDRESS")+path, http.NoBody)
	ts.Check(err)
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Add(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return err.Error() // it is not up yet
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	ts.Check(err)
	ts.Setenv("ETAG", resp.Header.Get("ETag"))
	var out strings.Builder
	fmt.Fprintf(&out, "HTTP %d\n", resp.StatusCode)
	ts.Check(resp.Header.Write(&out))
	return strings.ReplaceAll(out.String(), "\r\n", "\n") + "\n" + string(body)
}
