package main

import (
	"fmt"
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
