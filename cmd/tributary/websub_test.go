package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/testhub"
)

// A hubbed upstream names a hub, in its header or in its document.
type hubbedUpstream struct {
	*httptest.Server
	requests atomic.Int64
	titles   atomic.Pointer[[]string]
}

func startHubbed(t *testing.T, hub *testhub.Hub, inHeader bool) *hubbedUpstream {
	t.Helper()
	u := &hubbedUpstream{}
	u.titles.Store(&[]string{"First"})
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.requests.Add(1)
		links := fmt.Sprintf(`<link rel="hub" href=%q/><link rel="self" href="http://%s/canonical"/>`, hub.URL, r.Host)
		if inHeader {
			links = ""
			w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="hub", </canonical>; rel=self`, hub.URL))
		}
		body := hubbedFeed(links, *u.titles.Load()...)
		etag := fmt.Sprintf("%q", feed.DigestOf(body))
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(u.Close)
	return u
}

// hubbedDate lets sources be polled often if nothing pushes them.
var hubbedDate = time.Now().UTC().Format(time.RFC3339)

func hubbedFeed(links string, titles ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:t</id><updated>%s</updated>%s`, hubbedDate, links)
	for _, title := range titles {
		fmt.Fprintf(&b, `<entry><id>urn:%s</id><title>%s</title><updated>%s</updated><link href="https://example.com/%s"/></entry>`, title, title, hubbedDate, title)
	}
	return b.String() + "</feed>"
}

// hubbedConfig polls that source, unless it is empty, and one without a hub. The category has the name of the callbacks'
// folder, and is published all the same.
func hubbedConfig(t *testing.T, dir, address, publicURL, source string) string {
	t.Helper()
	text := fmt.Sprintf("[site]\nlisten = %q\nbase_url = \"http://%s\"\n[aggregator]\nallow_networks = [\"127.0.0.0/8\"]\nhost_gap = \"0s\"\n", address, address)
	if publicURL != "" {
		text += fmt.Sprintf("public_url = %q\n", publicURL)
	}
	text += "[category.websub]\nlabel = \"Pushed\"\n"
	if source != "" {
		text += fmt.Sprintf("[source.pushed]\nurl = %q\ncategories = [\"websub\"]\n", source)
	}
	quiet := writeFile(t, dir, "quiet.xml", hubbedFeed("", "Quiet"))
	text += fmt.Sprintf("[source.quiet]\nurl = %q\ncategories = [\"websub\"]\n", fileURL(quiet))
	return writeFile(t, dir, "feeds.toml", text)
}

// TestWebSub takes a whole life: discovered, verified, pushed to, lied to,
// restarted, and ended when the source goes, while serve runs or not.
func TestWebSub(t *testing.T) {
	t.Parallel()
	for name, inHeader := range map[string]bool{"Link header": true, "in the feed": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hub := testhub.Start(t)
			up := startHubbed(t, hub, inHeader)
			dir, address := t.TempDir(), freeAddress(t)
			config := hubbedConfig(t, dir, address, "http://"+address, up.URL+"/feed")
			d := serveProcess(t, config, address)
			waitFor(t, 10*time.Second, "the subscription to be verified", func() bool { return len(hub.Checks()) == 1 })
			if c := hub.Checks()[0]; c.Status != http.StatusOK || !c.Echoed {
				t.Fatalf("the verification was answered %+v", c)
			}
			r := hub.Requests()[0]
			if r.Topic != up.URL+"/canonical" || !strings.HasPrefix(r.Callback, d.url+"/websub/") {
				t.Errorf("subscribed to %+v", r)
			}
			published(t, d, "First")
			pushes(t, d, hub, r, up)
			plannedForTomorrow(t, config)
			d.stop(t)
			d = serveProcess(t, config, address)
			if got := hub.Push(r, hubbedFeed("", "Afterwards"), nil); got != http.StatusAccepted {
				t.Errorf("a push after a restart is answered %d", got)
			}
			published(t, d, "Afterwards")
			if n := len(hub.Requests()); n != 1 {
				t.Errorf("%d requests to the hub, want the first only: %+v", n, hub.Requests())
			}
			if inHeader {
				hubbedConfig(t, dir, address, "http://"+address, "")
			} else {
				d.stop(t)
				hubbedConfig(t, dir, address, "http://"+address, "")
				d = serveProcess(t, config, address)
			}
			waitFor(t, 15*time.Second, "the end of the subscription", func() bool { return hub.Count("unsubscribe") == 1 && len(hub.Checks()) == 2 })
			if c := hub.Checks()[1]; c.Mode != "unsubscribe" || c.Status != http.StatusOK || !c.Echoed {
				t.Errorf("the end was verified with %+v", c)
			}
			if got := hub.Push(r, hubbedFeed("", "Late"), nil); got != http.StatusGone {
				t.Errorf("a push for a source that is gone is answered %d, want 410", got)
			}
			d.stop(t)
		})
	}
}

// published waits for an entry in the Atom document.
func published(t *testing.T, d *process, title string) {
	t.Helper()
	waitFor(t, 5*time.Second, title+" to be published", func() bool { return contains(t, d, title) })
}

func contains(t *testing.T, d *process, title string) bool {
	t.Helper()
	_, body := get(t, d.url+"/websub/atom.xml")
	return strings.Contains(string(body), ">"+title+"<")
}

// pushes shows what becomes of pushes with a right signature and with a wrong
// one. Nothing is polled for either.
func pushes(t *testing.T, d *process, hub *testhub.Hub, r testhub.Request, up *hubbedUpstream) {
	t.Helper()
	polls := up.requests.Load()
	for i, method := range []string{"sha1", "sha256", "sha384", "sha512"} {
		title := fmt.Sprint("Pushed", i)
		body := hubbedFeed("", title)
		began := time.Now()
		if got := hub.Push(r, body, map[string]string{"X-Hub-Signature": testhub.Sign(method, r.Secret, body)}); got != http.StatusAccepted {
			t.Errorf("%s: answered %d", method, got)
		}
		published(t, d, title)
		t.Logf("%s: published %s after the push", method, time.Since(began).Round(time.Millisecond))
	}
	resp, before := get(t, d.url+"/websub/atom.xml")
	for _, signature := range []string{"", "sha256=" + strings.Repeat("0", 64), testhub.Sign("sha256", "guessed", hubbedFeed("", "Forged"))} {
		if got := hub.Push(r, hubbedFeed("", "Forged"), map[string]string{"X-Hub-Signature": signature}); got/100 != 2 {
			t.Errorf("signature %q: answered %d, want 2xx", signature, got)
		}
	}
	body := hubbedFeed("", "Last")
	hub.Push(r, body, nil) // pushes are taken in order: what came before it has been taken
	published(t, d, "Last")
	if contains(t, d, "Forged") {
		t.Errorf("a push with a wrong signature is published:\n%s\n%s", resp.Header.Get("ETag"), before)
	}
	if n := up.requests.Load(); n != polls {
		t.Errorf("%d polls for pushes", n-polls)
	}
	if n := strings.Count(d.log.String(), "was not signed with our secret"); n != 1 {
		t.Errorf("wrong signatures are logged %d times, want once\n%s", n, d.log)
	}
}

// plannedForTomorrow shows that a poll from now on plans the next for tomorrow.
func plannedForTomorrow(t *testing.T, config string) {
	t.Helper()
	must(t, "poll", "pushed", "--config", config)
	why := must(t, "sources", "--why", "--config", config).out
	if !strings.Contains(why, "its hub pushes what is new") {
		t.Errorf("sources --why says %q", why)
	}
	row := jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", config).out)[0]
	if row.NextPoll == nil || time.Until(*row.NextPoll) < 21*time.Hour || time.Until(*row.NextPoll) > 25*time.Hour {
		t.Errorf("polled next at %v, want in about a day", row.NextPoll)
	}
	if row.Subscription != "pushed" || row.LastPush == nil || time.Since(*row.LastPush) > time.Minute || row.HubError != "" {
		t.Errorf("sources --json says %+v", row)
	}
	if table := must(t, "sources", "--config", config).out; !strings.Contains(table, "ok, pushed") {
		t.Errorf("sources says\n%s", table)
	}
}

// TestWebSubLost: a hub that misses something, or denies what it had granted,
// is not relied on any more: polling goes back to normal.
func TestWebSubLost(t *testing.T) {
	t.Parallel()
	hub := testhub.Start(t)
	up := startHubbed(t, hub, true)
	address := freeAddress(t)
	config := hubbedConfig(t, t.TempDir(), address, "http://"+address, up.URL)
	d := serveProcess(t, config, address)
	waitFor(t, 10*time.Second, "the subscription", func() bool { return len(hub.Checks()) == 1 })
	r := hub.Requests()[0]
	row := func() sourceRow {
		return jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", config).out)[0]
	}
	planned := func(what, subscription string, soon bool) {
		t.Helper()
		got := row()
		if got.Subscription != subscription || got.NextPoll == nil || time.Until(*got.NextPoll) < 2*time.Hour != soon {
			t.Errorf("%s: %s, polled next at %v (%s)", what, got.Subscription, got.NextPoll, got.Why)
		}
	}
	must(t, "poll", "pushed", "--config", config)
	planned("all is well", "pushed", false)
	up.titles.Store(&[]string{"First", "Missed"})
	must(t, "poll", "pushed", "--config", config)
	planned("a poll found what was not pushed", "unreliable", true)
	published(t, d, "Missed")
	if got := row().HubError; !strings.Contains(got, "had not pushed") {
		t.Errorf("the reason is %q", got)
	}
	hub.Push(r, hubbedFeed("", "Pushed"), nil)
	published(t, d, "Pushed")
	waitFor(t, 5*time.Second, "the hub to be relied on", func() bool { return row().Subscription == "pushed" })
	must(t, "poll", "pushed", "--config", config)
	planned("it pushes again", "pushed", false)
	if got := hub.Deny(r, "closing down"); got != http.StatusOK {
		t.Errorf("a denial is answered %d", got)
	}
	planned("it denies", "denied", true)
	d.stop(t)
}

// TestWebSubRefused shows an operator why a hub does not push.
func TestWebSubRefused(t *testing.T) {
	t.Parallel()
	hub := testhub.Start(t)
	hub.Answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not your topic", http.StatusForbidden) })
	up := startHubbed(t, hub, true)
	address := freeAddress(t)
	config := hubbedConfig(t, t.TempDir(), address, "http://"+address, up.URL)
	d := serveProcess(t, config, address)
	waitFor(t, 10*time.Second, "the refusal to be told", func() bool {
		return strings.Contains(must(t, "sources", "--config", config).out, "its hub: the hub answered 403 Forbidden: not your topic")
	})
	if row := jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", config).out)[0]; row.Subscription != "asked for" || time.Until(*row.NextPoll) > 25*time.Hour {
		t.Errorf("%+v", row)
	}
	if strings.Contains(must(t, "sources", "--why", "--config", config).out, "hub pushes") {
		t.Error("a hub that refuses is relied on")
	}
	d.stop(t)
}

// TestWebSubOff: without public_url no hub is asked, and none is let in.
func TestWebSubOff(t *testing.T) {
	t.Parallel()
	hub := testhub.Start(t)
	up := startHubbed(t, hub, true)
	dir, address := t.TempDir(), freeAddress(t)
	config := hubbedConfig(t, dir, address, "http://"+address, up.URL)
	d := serveProcess(t, config, address)
	waitFor(t, 10*time.Second, "the subscription", func() bool { return len(hub.Checks()) == 1 })
	r := hub.Requests()[0]
	d.stop(t)

	hubbedConfig(t, dir, address, "", up.URL)
	d = serveProcess(t, config, address)
	published(t, d, "First")
	must(t, "poll", "pushed", "--config", config)
	if got := hub.Push(r, hubbedFeed("", "Pushed"), nil); got/100 != 4 {
		t.Errorf("a push is answered %d", got)
	}
	if c := hub.Verify(r, ""); c.Status/100 != 4 || c.Echoed {
		t.Errorf("a verification is answered %+v", c)
	}
	row := jsonLines[sourceRow](t, must(t, "sources", "pushed", "--json", "--config", config).out)[0]
	if row.Subscription != "" || strings.Contains(row.Why, "hub") {
		t.Errorf("sources says %+v", row)
	}
	if contains(t, d, "Pushed") || len(hub.Requests()) != 1 {
		t.Errorf("%d requests to the hub, want those of before", len(hub.Requests()))
	}
	d.stop(t)
	if text, err := os.ReadFile(config); err != nil || strings.Contains(string(text), "public_url") {
		t.Fatalf("the test has not taken public_url away: %v", err)
	}
}
