package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tributary/internal/testshared"
)

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident returns the KB of the process that are in memory.
func (d *process) resident(t testing.TB) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	m := residentLine.FindSubmatch(text)
	if err != nil || m == nil {
		testshared.Missing(t, "this system does not tell how much memory a process has: %v", err)
	}
	n, _ := strconv.Atoi(string(m[1])) // digits
	return n
}

// TestCrowd: 1,000 idle connections and 100 slow readers cost little and hold
// up nobody. `go run ./bench crowd` is the same with ten times as many.
func TestCrowd(t *testing.T) {
	const idle, slow, most = 1000, 100, 24 // KB for each, garbage included
	address := freeAddress(t)
	d := serveProcess(t, withServer(t, t.TempDir(), address, "[server]\nmax_connections_per_client = 5000\n"), address)
	d.published(t, "/posts/atom.xml")
	_, body := get(t, d.url+"/posts/atom.xml")
	request := "GET /posts/atom.xml HTTP/1.1\r\nHost: x\r\n\r\n"
	for range 200 {
		get(t, d.url+"/posts/atom.xml") // so that what is made once is there
	}
	before := d.resident(t)
	for range idle {
		c := dialed(t, address)
		fmt.Fprint(c, request)
		resp, err := http.ReadResponse(bufio.NewReaderSize(c, 512), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body) // it is all there
	}
	asked := 8<<20/len(body) + 1 // more than all buffers hold
	readers := make([]net.Conn, slow)
	for i := range readers {
		readers[i] = dialed(t, address)
		_ = readers[i].(*net.TCPConn).SetReadBuffer(4096) // smaller is better only
		go fmt.Fprint(readers[i], strings.Repeat(request, asked))
	}
	times := make([]time.Duration, 0, 300)
	for i := range cap(times) {
		_ = readers[i%slow].SetReadDeadline(time.Now().Add(10 * time.Second)) // reading tells
		if _, err := io.ReadFull(readers[i%slow], make([]byte, 512)); err != nil {
			t.Fatalf("a slow reader was cut off: %v", err)
		}
		began := time.Now()
		if resp, got := get(t, d.url+"/posts/atom.xml"); resp.StatusCode != http.StatusOK || len(got) != len(body) {
			t.Fatalf("%s, %d bytes of %d", resp.Status, len(got), len(body))
		}
		times = append(times, time.Since(began))
	}
	each := float64(d.resident(t)-before) / (idle + slow)
	slices.Sort(times)
	t.Logf("%.1f KB for each of %d connections; of %d requests beside them half took %s, the longest %s", each, idle+slow, len(times), times[len(times)/2], times[len(times)-1])
	if each > most {
		t.Errorf("%.1f KB for each connection, want at most %d", each, most)
	}
	if times[len(times)/2] > 100*time.Millisecond || times[len(times)-1] > 5*time.Second {
		t.Errorf("requests beside them took %s, the longest %s", times[len(times)/2], times[len(times)-1])
	}
}
