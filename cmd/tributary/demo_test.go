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
	newest := func() string {
		_, body := get(t, d.url+"/all/rss.xml")
		if items := parseFeed(t, body).Items; len(items) > 0 {
			return items[0].GUID
		}
		return "" // it is rendered a moment after the first that was asked for
	}
	var before string
	waitFor(t, 20*time.Second, "the demo's RSS", func() bool { before = newest(); return before != "" })
	waitFor(t, 30*time.Second, "a new entry", func() bool { return newest() != before })
	if !strings.Contains(d.log.String(), "http://localhost:"+d.url[strings.LastIndex(d.url, ":")+1:]) {
		t.Errorf("it does not say what to open:\n%s", d.log)
	}
	d.stop(t)
}
