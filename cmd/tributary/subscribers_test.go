package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/websub/hub"
)

// A callbackServer takes what hubs send, and answers challenges unless it is
// told otherwise.
type callbackServer struct {
	*httptest.Server
	asked  atomic.Int64
	pushes atomic.Int64
	answer atomic.Pointer[http.HandlerFunc] // nil: as usual
}

func startCallback(t testing.TB) *callbackServer {
	t.Helper()
	c := &callbackServer{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.asked.Add(1)
		if answer := c.answer.Load(); answer != nil {
			(*answer)(w, r)
			return
		}
		if r.Method == http.MethodPost {
			c.pushes.Add(1)
			return
		}
		fmt.Fprint(w, r.URL.Query().Get("hub.challenge"))
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *callbackServer) port() string { return c.URL[strings.LastIndexByte(c.URL, ':'):] }

// subscribeTo asks a hub for pushes, and returns its answer's status.
func subscribeTo(t testing.TB, d *process, topic, callback string, pairs ...string) int {
	t.Helper()
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {callback}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	resp, err := http.PostForm(d.url+"/websub/hub", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func subscriberRows(t testing.TB, config string) []hub.Listed {
	t.Helper()
	return jsonLines[hub.Listed](t, must(t, "subscribers", "--json", "--config", config).out)
}

// guardedConfig publishes a file, and pushes to addresses of those networks.
func guardedConfig(t testing.TB, dir, address, networks, more string) string {
	t.Helper()
	return writeFile(t, dir, "feeds.toml", fmt.Sprintf(`[site]
listen = %q
base_url = "http://%s"
quiet = "100ms"
[hub]
enabled = true
%s
[aggregator]
allow_networks = [%s]
[category.websub]
[source.file]
url = %q
categories = ["websub"]
interval = "1s"
`, address, address, more, networks, fileURL(dir+"/feed.xml")))
}

// TestHubGuard: nobody can have us ask an address of our own network, whatever
// it is called; and no callback can send us on.
func TestHubGuard(t *testing.T) {
	t.Parallel()
	dir, address, private := t.TempDir(), freeAddress(t), startCallback(t)
	writeFile(t, dir, "feed.xml", hubbedFeed("", "First"))
	d := serveProcess(t, guardedConfig(t, dir, address, "", ""), address)
	published(t, d, "First")
	topic := d.url + "/websub/atom.xml"
	callbacks := []string{
		"http://127.0.0.1" + private.port(), "http://localhost" + private.port(), "http://LOCALHOST" + private.port(), "http://[::1]" + private.port(),
		"http://[::ffff:127.0.0.1]" + private.port(), "http://0.0.0.0" + private.port(), "http://127.0.0.2" + private.port(),
		"http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[fd00::1]/", "http://100.64.0.1/",
	}
	for _, callback := range callbacks {
		if got := subscribeTo(t, d, topic, callback+"/cb"); got != http.StatusAccepted {
			t.Errorf("%s: %d", callback, got)
		}
	}
	d.logged(t, "a request was not verified", len(callbacks))
	if n := strings.Count(d.log.String(), "allow_networks"); n < len(callbacks) || private.asked.Load() != 0 {
		t.Errorf("%d of %d are refused for their addresses, and %d requests came:\n%s", n, len(callbacks), private.asked.Load(), d.log)
	}
	d.stop(t)

	other := startCallback(t)
	config := guardedConfig(t, dir, address, `"127.0.0.0/8"`, "")
	d = serveProcess(t, config, address)
	away := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	})
	private.answer.Store(&away)
	subscribeTo(t, d, topic, private.URL+"/cb")
	d.logged(t, "the callback answered 307", 1)
	private.answer.Store(nil)
	subscribeTo(t, d, topic, private.URL+"/cb")
	waitFor(t, 10*time.Second, "the subscription", func() bool { return len(subscriberRows(t, config)) == 1 })
	private.answer.Store(&away)
	writeFile(t, dir, "feed.xml", hubbedFeed("", "First", "Second"))
	waitFor(t, 20*time.Second, "the delivery to fail", func() bool { return subscriberRows(t, config)[0].State == "failing" })
	if row := subscriberRows(t, config)[0]; !strings.Contains(row.Error, "307") || other.asked.Load() != 0 {
		t.Errorf("%+v, and the other was asked %d times", row, other.asked.Load())
	}
	d.stop(t)
}

// TestSubscribers shows an operator who subscribes, while serve runs and when it
// does not, and no secret; within the limits of the configuration.
func TestSubscribers(t *testing.T) {
	t.Parallel()
	dir, address, admin, callback := t.TempDir(), freeAddress(t), freeAddress(t), startCallback(t)
	writeFile(t, dir, "feed.xml", hubbedFeed("", "First"))
	more := "max_subscriptions = 3\nmax_subscriptions_per_host = 2\nmin_lease = \"2m\"\nlease = \"3m\"\nmax_lease = \"5m\"\nmax_body = \"3 KiB\"\n"
	config := guardedConfig(t, dir, address, `"127.0.0.0/8"`, more)
	text := readText(t, config)
	config = writeFile(t, dir, "feeds.toml", fmt.Sprintf("%s\n[admin]\nlisten = %q\n", text, admin))
	d := serveProcess(t, config, address)
	published(t, d, "First")
	atom, json := d.url+"/websub/atom.xml", d.url+"/websub/feed.json"
	subscribeTo(t, d, atom, callback.URL+"/private-path", "hub.secret", "confidential", "hub.lease_seconds", "1")
	subscribeTo(t, d, json, callback.URL+"/private-path")
	waitFor(t, 10*time.Second, "the subscriptions", func() bool { return len(subscriberRows(t, config)) == 2 })
	if got := subscribeTo(t, d, d.url+"/websub/rss.xml", callback.URL+"/private-path"); got != http.StatusTooManyRequests {
		t.Errorf("a third of one host is answered %d", got)
	}
	rows := subscriberRows(t, config)
	first, second := rows[0], rows[1]
	if first.Topic != atom || !first.Signed || second.Signed || first.State != "ok" || first.Callback != callback.URL || first.ID != second.ID || first.Delivered != nil {
		t.Errorf("%+v", rows)
	}
	for i, want := range []time.Duration{2 * time.Minute, 3 * time.Minute} {
		if got := rows[i].LeaseEnd.Sub(*rows[i].Since); got < want-time.Second || got > want+time.Second {
			t.Errorf("a lease of %s, want %s", got, want)
		}
	}
	writeFile(t, dir, "feed.xml", hubbedFeed("", "First", "Second"))
	waitFor(t, 20*time.Second, "the deliveries", func() bool {
		rows := subscriberRows(t, config)
		return callback.pushes.Load() == 2 && rows[0].Delivered != nil && rows[1].Delivered != nil
	})
	_, scrape := get(t, "http://"+admin+"/metrics")
	for name, want := range map[string]string{"tributary_hub_subscribers": "2", "tributary_hub_owed": "0", "tributary_hub_deliveries_total": "2", "tributary_hub_requests_refused_total": "1"} {
		if got := series(scrape, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	table := must(t, "subscribers", "--config", config).out
	if !strings.Contains(table, "TOPIC") || !strings.Contains(table, "  ok ") || !strings.Contains(table, "2 subscribers\n") {
		t.Errorf("while serve runs:\n%s", table)
	}
	d.stop(t)
	writeFile(t, dir, "feed.xml", hubbedFeed("", "Third"))
	must(t, "poll", "--all", "--config", config)
	offline := must(t, "subscribers", "--config", config).out + must(t, "subscribers", "--json", "--config", config).out
	if !strings.Contains(offline, "2 subscribers, 2 owed\n") {
		t.Errorf("without serve:\n%s", offline)
	}
	d = serveProcess(t, config, address)
	waitFor(t, 20*time.Second, "what was owed", func() bool { return callback.pushes.Load() == 4 })
	writeFile(t, dir, "feed.xml", hubbedFeed("", "Third", strings.Repeat("A long title ", 400)))
	d.logged(t, "a document is not distributed: it is too large", 2)
	waitFor(t, 10*time.Second, "that to be told", func() bool { return strings.Contains(subscriberRows(t, config)[0].Error, "max_body") })
	if row := subscriberRows(t, config)[0]; row.State != "ok" || callback.pushes.Load() != 4 {
		t.Errorf("of what is too large, %d pushes came: %+v", callback.pushes.Load(), row)
	}
	d.stop(t)
	all := offline + table + d.log.String()
	if strings.Contains(all, "confidential") || strings.Contains(all, "private-path") {
		t.Errorf("a secret is told:\n%s", all)
	}
	writeFile(t, dir, "feeds.toml", strings.Replace(text, "enabled = true", "enabled = false", 1))
	if r := tributary(t, "subscribers", "--config", config); r.code != 1 || !strings.Contains(r.stderr, "nobody is pushed to") {
		t.Errorf("without a hub: exit %d, %s", r.code, r.stderr)
	}
}

// TestHubRenewal has one tributary renew its subscription at another again and
// again, and be pushed to long after the first lease.
func TestHubRenewal(t *testing.T) {
	t.Setenv(testSpeed, "100") // leases of three seconds can be relied on
	dirA, dirB, addressA, addressB := t.TempDir(), t.TempDir(), freeAddress(t), freeAddress(t)
	writeFile(t, dirA, "feed.xml", hubbedFeed("", "First"))
	configA := guardedConfig(t, dirA, addressA, `"127.0.0.0/8"`, "min_lease = \"4s\"\nmax_lease = \"4s\"\n")
	a := serveProcess(t, configA, addressA)
	published(t, a, "First")
	configB := hubbedConfig(t, dirB, addressB, "http://"+addressB, a.url+"/websub/atom.xml")
	b := serveProcess(t, configB, addressB)
	waitFor(t, 20*time.Second, "the subscription", func() bool { return len(subscriberRows(t, configA)) == 1 })
	first := subscriberRows(t, configA)[0]
	titles := []string{"First"}
	for n := range 3 {
		time.Sleep(5 * time.Second) // longer than a lease
		titles = append(titles, fmt.Sprint("Entry", n))
		writeFile(t, dirA, "feed.xml", hubbedFeed("", titles...))
		waitFor(t, 10*time.Second, "what is new to be pushed", func() bool { return contains(t, b, titles[len(titles)-1]) })
	}
	rows := subscriberRows(t, configA)
	if len(rows) != 1 || !rows[0].Since.Equal(*first.Since) || rows[0].LeaseEnd.Sub(*first.LeaseEnd) < 10*time.Second || rows[0].ID != first.ID {
		t.Errorf("it was\n%+v\nand is\n%+v", first, rows)
	}
	row := jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", configB).out)[0]
	if row.Subscription != "pushed" || row.LastPush == nil || row.HubError != "" {
		t.Errorf("the source is %+v", row)
	}
	b.stop(t)
	a.stop(t)
}
