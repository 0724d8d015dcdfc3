package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// hubConfig has tributary publish a file, with a hub of its own.
func hubConfig(t *testing.T, dir, address string) string {
	t.Helper()
	return writeFile(t, dir, "feeds.toml", fmt.Sprintf(`[site]
listen = %q
base_url = "http://%s"
quiet = "100ms"
[hub]
enabled = true
[aggregator]
allow_networks = ["127.0.0.0/8"]
min_interval = "1s"
[category.websub]
label = "Origin"
[source.file]
url = %q
categories = ["websub"]
interval = "1s"
`, address, address, fileURL(dir+"/feed.xml")))
}

// TestHubEndToEnd has one tributary push to another, by our own hub and our
// own subscriber: what is new appears there without a poll, also when the
// first is killed, until the second does not want it any more.
func TestHubEndToEnd(t *testing.T) {
	t.Parallel()
	dirA, dirB, addressA, addressB := t.TempDir(), t.TempDir(), freeAddress(t), freeAddress(t)
	writeFile(t, dirA, "feed.xml", hubbedFeed("", "First"))
	configA := hubConfig(t, dirA, addressA)
	a := serveProcess(t, configA, addressA)
	topic := a.url + "/websub/atom.xml"
	published(t, a, "First")
	for _, name := range []string{"atom.xml", "rss.xml", "feed.json"} {
		resp, body := get(t, a.url+"/websub/"+name)
		want := fmt.Sprintf(`<%s/websub/hub>; rel="hub", <%s/websub/%s>; rel="self"`, a.url, a.url, name)
		if got := resp.Header.Get("Link"); got != want || !strings.Contains(string(body), a.url+"/websub/hub") || resp.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: Link %q, want %q, and the hub in\n%s", name, got, want, body)
		}
		again, _ := get(t, a.url+"/websub/"+name, "If-None-Match", resp.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || again.Header.Get("Link") != want {
			t.Errorf("%s: %d with Link %q", name, again.StatusCode, again.Header.Get("Link"))
		}
	}
	configB := hubbedConfig(t, dirB, addressB, "http://"+addressB, topic)
	b := serveProcess(t, configB, addressB)
	waitFor(t, 20*time.Second, "the subscription", func() bool {
		return jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", configB).out)[0].Subscription == "pushed"
	})
	began := time.Now()
	writeFile(t, dirA, "feed.xml", hubbedFeed("", "First", "Second"))
	waitFor(t, 20*time.Second, "what is new to be pushed", func() bool { return contains(t, b, "Second") })
	t.Logf("from a changed file over two daemons: %s", time.Since(began))

	if err := a.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = a.cmd.Wait() // it was killed
	writeFile(t, dirA, "feed.xml", hubbedFeed("", "First", "Second", "Third"))
	must(t, "poll", "--all", "--config", configA) // committed, and nobody there to deliver it
	a = serveProcess(t, configA, addressA)
	waitFor(t, 20*time.Second, "what was owed when the hub was killed", func() bool { return contains(t, b, "Third") })
	row := jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", configB).out)[0]
	if row.LastPush == nil || row.HubError != "" || row.Subscription != "pushed" {
		t.Errorf("after pushes the source is %+v", row)
	}
	hubbedConfig(t, dirB, addressB, "http://"+addressB, "")
	waitFor(t, 20*time.Second, "the end of the subscription", func() bool { return strings.Contains(a.log.String(), "unsubscribed") })
	b.stop(t)
	a.stop(t)
}

// TestHubOfMixesAndSources has one tributary push a mix and a source's feed
// that its site names to another.
func TestHubOfMixesAndSources(t *testing.T) {
	t.Parallel()
	dirA, dirB, addressA, addressB := t.TempDir(), t.TempDir(), freeAddress(t), freeAddress(t)
	writeFile(t, dirA, "feed.xml", hubbedFeed("", "First"))
	configA := hubConfig(t, dirA, addressA)
	text, err := os.ReadFile(configA)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dirA, "feeds.toml", strings.Replace(string(text), "[site]\n", "[site]\nmixes = [\"other+websub\"]\nsource_feeds = true\n", 1)+"[category.other]\nlabel = \"Other\"\nterms = [\"other\"]\n")
	a := serveProcess(t, configA, addressA)
	published(t, a, "First")
	configB := hubbedConfig(t, dirB, addressB, "http://"+addressB, "")
	text, err = os.ReadFile(configB)
	if err != nil {
		t.Fatal(err)
	}
	feeds := map[string]string{"mixed": "/mix/other+websub/atom.xml", "one": "/source/file/rss.xml"}
	more := string(text)
	for name, path := range feeds {
		more += fmt.Sprintf("[category.%s]\nlabel = %q\n[source.%s]\nurl = %q\ncategories = [%q]\n", name, name, name, a.url+path, name)
	}
	writeFile(t, dirB, "feeds.toml", more)
	b := serveProcess(t, configB, addressB)
	for name := range feeds {
		waitFor(t, 20*time.Second, "the subscription to "+name, func() bool {
			return jsonLines[sourceRow](t, must(t, "sources", name, "--json", "--config", configB).out)[0].Subscription == "pushed"
		})
	}
	writeFile(t, dirA, "feed.xml", hubbedFeed("", "First", "Second"))
	for name := range feeds {
		waitFor(t, 20*time.Second, "what is new to be pushed to "+name, func() bool {
			_, body := get(t, b.url+"/"+name+"/atom.xml")
			return strings.Contains(string(body), ">Second<")
		})
		if row := jsonLines[sourceRow](t, must(t, "sources", name, "--json", "--config", configB).out)[0]; row.LastPush == nil {
			t.Errorf("%s has what is new, but was not pushed to: %+v", name, row)
		}
	}
	b.stop(t)
	a.stop(t)
}
