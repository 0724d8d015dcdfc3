package main

import (
	"strings"
	"testing"
	"time"
)

// TestDemo needs no network and no configuration: feeds appear, and grow.
func TestDemo(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	d := daemonProcess(t, address, "demo", "--listen", address)
	var first int
	waitFor(t, 20*time.Second, "the demo's entries", func() bool {
		_, body := get(t, d.url+"/all/atom.xml")
		first = len(parseFeed(t, body).Items)
		return first > 0
	})
	newest := func() string {
		_, body := get(t, d.url+"/all/rss.xml")
		return parseFeed(t, body).Items[0].GUID
	}
	before := newest()
	waitFor(t, 30*time.Second, "a new entry", func() bool { return newest() != before })
	if !strings.Contains(d.log.String(), "http://localhost:"+d.url[strings.LastIndex(d.url, ":")+1:]) {
		t.Errorf("it does not say what to open:\n%s", d.log)
	}
	d.stop(t)
}
