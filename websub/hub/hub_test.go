package hub

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestLife takes a subscription from its request to its end.
func TestLife(t *testing.T) {
	s := newStage(t, nil)
	const at = "reader.example/push"
	s.subscribe(tech, "http://"+at+"?key=a%20b", "hub.secret", "hush", "hub.lease_seconds", "7200")
	q := s.asked[0]
	if q.Get("key") != "a b" || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != tech || q.Get("hub.lease_seconds") != "7200" || len(q.Get("hub.challenge")) < 20 {
		t.Errorf("the callback was asked %v", q)
	}
	s.settled()
	if got := s.bodies(at); len(got) != 0 {
		t.Errorf("a subscriber got %q, which it had read before", got)
	}
	s.publish(tech, "two")
	s.settled()
	s.publish(tech, "two") // rendered again
	s.publish(world, "zwei")
	s.settled()
	got := s.deliveries(at)
	if len(got) != 1 || got[0].body != "two" {
		t.Fatalf("delivered %q, want the change, once", s.bodies(at))
	}
	mac := hmac.New(sha256.New, []byte("hush"))
	mac.Write([]byte("two"))
	for name, want := range map[string]string{
		"Content-Type": "application/atom+xml", "X-Hub-Signature": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
		"Link": `<` + hubURL + `>; rel="hub", <` + tech + `>; rel="self"`,
	} {
		if have := got[0].header.Get(name); have != want {
			t.Errorf("%s is %q, want %q", name, have, want)
		}
	}
	before := *s.stored(tech, "http://"+at+"?key=a%20b")
	s.subscribe(tech, "http://"+at+"?key=a%20b", "hub.lease_seconds", "72000") // renewed, with no secret any more
	s.settled()
	after := *s.stored(tech, "http://"+at+"?key=a%20b")
	if !after.LeaseEnd.After(before.LeaseEnd.Add(17*time.Hour)) || after.Secret != "" || !after.Since.Equal(before.Since) || after.Sent != before.Sent {
		t.Errorf("renewed, %+v is %+v", before, after)
	}
	s.publish(tech, "three")
	s.settled()
	if got := s.deliveries(at); len(got) != 2 || got[1].header.Get("X-Hub-Signature") != "" {
		t.Errorf("%d deliveries, the second signed %q", len(got), got[len(got)-1].header.Get("X-Hub-Signature"))
	}
	s.ask("hub.mode", "unsubscribe", "hub.topic", tech, "hub.callback", "http://"+at+"?key=a%20b")
	s.wait("the end", func() bool { return s.stored(tech, "http://"+at+"?key=a%20b") == nil })
	s.publish(tech, "four")
	s.settled()
	if got := s.bodies(at); len(got) != 2 {
		t.Errorf("after its end a subscriber got %q", got[2:])
	}
}

// TestUnmeant: what a callback does not confirm does not happen (§5.3.1).
func TestUnmeant(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.limits.timeout = 200 * time.Millisecond })
	echo := func(change func(string) string, code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(code)
			fmt.Fprint(w, change(r.URL.Query().Get("hub.challenge")))
		}
	}
	same := func(c string) string { return c }
	for name, answer := range map[string]http.HandlerFunc{
		"refused": echo(same, http.StatusNotFound),
		"failed":  echo(same, http.StatusInternalServerError),
		"moved": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/", http.StatusFound)
		},
		"empty":         echo(func(string) string { return "" }, http.StatusOK),
		"more":          echo(func(c string) string { return c + "\n" }, http.StatusOK),
		"less":          echo(func(c string) string { return c[1:] }, http.StatusOK),
		"endless":       echo(func(c string) string { return c + strings.Repeat("x", 1<<20) }, http.StatusOK),
		"another case":  echo(strings.ToLower, http.StatusOK),
		"does not come": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		at := "callback.example/" + strings.ReplaceAll(name, " ", "-")
		s.answer(at, answer)
		if code, said := s.ask("hub.mode", "subscribe", "hub.topic", tech, "hub.callback", "http://"+at); code != http.StatusAccepted {
			t.Fatalf("%s: %d %s", name, code, said)
		}
	}
	s.ask("hub.mode", "subscribe", "hub.topic", tech, "hub.callback", "http://dead.example/")
	s.settled()
	if st := s.hub.Status(); st.Subscribers != 0 {
		t.Errorf("%d subscribers, none of which meant it", st.Subscribers)
	}
	s.subscribe(tech, "http://reader.example/a")
	s.answer("reader.example/a", status(http.StatusNotFound))
	s.ask("hub.mode", "unsubscribe", "hub.topic", tech, "hub.callback", "http://reader.example/a")
	s.settled()
	if s.stored(tech, "http://reader.example/a") == nil {
		t.Error("somebody else has unsubscribed a subscriber")
	}
	if n := strings.Count(s.log.String(), "was not verified"); n != 11 {
		t.Errorf("%d requests are logged as not verified, want 11\n%s", n, s.log)
	}
}

// TestRefusals holds answers to bad requests to their status and words.
func TestRefusals(t *testing.T) {
	s := newStage(t, nil)
	good := []string{"hub.mode", "subscribe", "hub.topic", tech, "hub.callback", "http://a.example/"}
	for _, tt := range []struct {
		name   string
		change []string
		status int
		says   string
	}{
		{"no mode", []string{"hub.mode", ""}, 400, "hub.mode"},
		{"another mode", []string{"hub.mode", "SUBSCRIBE"}, 400, "hub.mode"},
		{"a ping", []string{"hub.mode", "publish"}, 403, "needs no telling"},
		{"no topic", []string{"hub.topic", ""}, 400, "hub.topic"},
		{"another's topic", []string{"hub.topic", "https://example.com/feed"}, 404, "no feed of this site"},
		{"a feed that is not pushed", []string{"hub.topic", "https://news.example.org/mix/a+b/atom.xml"}, 404, "not pushed: it is made when asked for"},
		{"a page", []string{"hub.topic", "https://news.example.org/tech/"}, 404, "no feed of this site"},
		{"a topic with a query", []string{"hub.topic", tech + "?a"}, 404, "no feed of this site"},
		{"no callback", []string{"hub.callback", ""}, 400, "hub.callback"},
		{"a relative callback", []string{"hub.callback", "/push"}, 400, "hub.callback"},
		{"a file", []string{"hub.callback", "file:///etc/passwd"}, 400, "hub.callback"},
		{"gopher", []string{"hub.callback", "gopher://a.example/"}, 400, "hub.callback"},
		{"a password", []string{"hub.callback", "http://u:p@a.example/"}, 400, "password"},
		{"a fragment", []string{"hub.callback", "http://a.example/#x"}, 400, "fragment"},
		{"a long callback", []string{"hub.callback", "http://a.example/" + strings.Repeat("x", maxCallback)}, 400, "2048 bytes"},
		{"a long secret", []string{"hub.secret", strings.Repeat("x", 200)}, 400, "200 bytes"},
		{"no lease", []string{"hub.lease_seconds", "long"}, 400, "hub.lease_seconds"},
		{"a negative lease", []string{"hub.lease_seconds", "-1"}, 400, "hub.lease_seconds"},
		{"too much", []string{"junk", strings.Repeat("x", maxForm)}, 413, "16384 bytes"},
	} {
		if code, said := s.ask(append(slices.Clone(good), tt.change...)...); code != tt.status || !strings.Contains(said, tt.says) {
			t.Errorf("%s: %d %q, want %d and %q", tt.name, code, said, tt.status, tt.says)
		}
	}
	for _, r := range []struct {
		method, kind string
		status       int
	}{{"GET", "", 405}, {"PUT", formType, 405}, {"POST", "application/json", 415}, {"POST", "", 415}} {
		w := httptest.NewRecorder()
		req := httptest.NewRequest(r.method, "/", strings.NewReader("{}"))
		req.Header.Set("Content-Type", r.kind)
		s.hub.Handler().ServeHTTP(w, req)
		if w.Code != r.status || r.status == 405 && w.Header().Get("Allow") != "POST" {
			t.Errorf("%s of %q: %d, Allow %q, want %d", r.method, r.kind, w.Code, w.Header().Get("Allow"), r.status)
		}
	}
	s.settled()
	if len(s.asked) != 0 || s.hub.Status().Subscribers != 0 {
		t.Errorf("callbacks were asked %v", s.asked)
	}
	if code, said := s.ask(append(good, "hub.secret", strings.Repeat("x", 199))...); code != http.StatusAccepted {
		t.Errorf("a secret of 199 bytes is answered %d %s", code, said)
	}
}

// TestTopics: other spellings of an address are the same topic, and the
// callback is asked about the one it knows.
func TestTopics(t *testing.T) {
	s := newStage(t, nil)
	for i, topic := range []string{world, "HTTPS://News.Example.org:443/世界/feed.json", "https://news.example.org/%e4%b8%96%E7%95%8C/feed.json"} {
		callback := fmt.Sprintf("http://a.example/%d", i)
		code, said := s.ask("hub.mode", "subscribe", "hub.topic", topic, "hub.callback", callback)
		if code != http.StatusAccepted {
			t.Errorf("%s: %d %s", topic, code, said)
			continue
		}
		s.wait(topic, func() bool { return s.stored(world, callback) != nil })
		if got := s.asked[i].Get("hub.topic"); got != topic {
			t.Errorf("asked about %q, want %q", got, topic)
		}
	}
}

func TestLease(t *testing.T) {
	set := Settings{}
	set.defaults()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"": 10 * day, "0": 10 * day, "1": time.Hour, "3600": time.Hour, "7200": 2 * time.Hour, "864000": 10 * day, "99999999": 30 * day, "99999999999999999999999": 30 * day,
		"-1": 0, "1e3": 0, "1.5": 0, " 1": 0, "+1": 0,
	} {
		got, no := set.lease(text)
		if want == 0 != (no != nil) || got != want {
			t.Errorf("lease %q: %v, %v, want %v", text, got, no, want)
		}
	}
}

// TestLeaseEnds: whoever does not renew gets nothing any more.
func TestLeaseEnds(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.MinLease, set.Lease, set.MaxLease = time.Second, time.Second, time.Second })
	s.subscribe(tech, "http://a.example/x", "hub.lease_seconds", "1000")
	if got := s.asked[0].Get("hub.lease_seconds"); got != "1" {
		t.Errorf("the lease is %s s, want 1", got)
	}
	s.wait("the lease to end", func() bool { return s.stored(tech, "http://a.example/x") == nil })
	s.publish(tech, "two")
	s.settled()
	if got := s.bodies("a.example/x"); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

// TestLimits: subscribers in all, for one host, and how fast requests come.
func TestLimits(t *testing.T) {
	s := newStage(t, func(set *Settings) {
		set.MaxSubscribers, set.MaxPerHost = 3, 2
		set.limits.burst, set.limits.hostBurst, set.limits.rate, set.limits.hostRate = 8, 6, 0.001, 0.001
	})
	s.subscribe(tech, "http://a.example/1")
	s.subscribe(tech, "http://a.example:8080/2")
	want := func(what string, status int, says, callback string) {
		t.Helper()
		if code, said := s.ask("hub.mode", "subscribe", "hub.topic", tech, "hub.callback", callback); code != status || !strings.Contains(said, says) {
			t.Errorf("%s: %d %q, want %d", what, code, said, status)
		}
		s.settled()
	}
	want("a third of one host", 429, "one host", "http://A.example./3")
	want("one that is there", 202, "", "http://a.example/1")
	want("another host", 202, "", "http://b.example/")
	want("one too many", 503, "as many subscribers", "http://c.example/")
	want("one that is there", 202, "", "http://a.example/1")
	want("likewise", 202, "", "http://a.example/1")
	want("likewise", 202, "", "http://a.example/1")
	want("too fast for one host", 429, "too many requests", "http://a.example/1")
	want("another host", 202, "", "http://b.example/")
	want("too fast in all", 429, "too many requests", "http://b.example/")
	if n := s.hub.Status().Subscribers; n != 3 {
		t.Errorf("%d subscribers, want 3", n)
	}
}

// TestLastRequestCounts: of several requests for one subscription the last one
// counts, whichever the callback confirms first.
func TestLastRequestCounts(t *testing.T) {
	s := newStage(t, nil)
	const at = "a.example/x"
	release := make(chan struct{})
	s.answer(at, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("hub.mode") == "unsubscribe" {
			<-release
		}
		fmt.Fprint(w, r.URL.Query().Get("hub.challenge"))
	})
	s.ask("hub.mode", "unsubscribe", "hub.topic", tech, "hub.callback", "http://"+at)
	s.subscribe(tech, "http://"+at)
	close(release)
	s.settled()
	if s.stored(tech, "http://"+at) == nil {
		t.Error("an end that was asked for before has ended the subscription")
	}
}

// TestWithdrawn: what is not published any more is denied (§5.2).
func TestWithdrawn(t *testing.T) {
	s := newStage(t, nil)
	s.subscribe(world, "http://a.example/x")
	s.subscribe(tech, "http://a.example/y")
	s.mu.Lock()
	delete(s.site, world)
	s.mu.Unlock()
	s.hub.Publishes(s.sites())
	s.wait("the denial", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		q := s.asked[len(s.asked)-1]
		return q.Get("hub.mode") == "denied" && q.Get("hub.topic") == world && q.Get("hub.reason") != "" && !q.Has("hub.challenge")
	})
	s.settled()
	if s.stored(world, "http://a.example/x") != nil || s.stored(tech, "http://a.example/y") == nil {
		t.Error("the wrong subscription ended")
	}
}
