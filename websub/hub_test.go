package websub

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/testhub"
)

// TestSubscribe holds a request to §5.1, and the answer to the verification
// to §5.3.
func TestSubscribe(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	began := time.Now()
	r := p.subscribed("x", hub)
	if r.Mode != "subscribe" || r.Topic != topic || r.Lease != "864000" || r.ContentType != "application/x-www-form-urlencoded" {
		t.Errorf("asked for %+v", r)
	}
	if len(r.Secret) < 32 || len(r.Secret) >= 200 {
		t.Errorf("a secret of %d bytes, want at least 32 and fewer than 200 (§5.1)", len(r.Secret))
	}
	if !strings.HasPrefix(r.Callback, p.server.URL+"/at/websub/") || strings.Contains(r.Callback, r.Secret) {
		t.Errorf("callback %s", r.Callback)
	}
	p.wait("the hub's view of its verification", func() bool { return len(hub.Checks()) == 1 })
	c := hub.Checks()[0]
	if c.Status != http.StatusOK || !c.Echoed || !strings.HasPrefix(c.Header.Get("Content-Type"), "text/plain") || c.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the verification was answered %+v", c)
	}
	s := p.sub("x")
	const lease = 10 * 24 * time.Hour
	if s.LeaseEnd.Before(began.Add(lease)) || s.LeaseEnd.After(time.Now().Add(lease)) || s.Failures != 0 || s.Error != "" {
		t.Errorf("after the verification: %+v", s)
	}
	if left := time.Until(s.Next); left < lease/2 || left > lease*2/3 {
		t.Errorf("renewed in %s of %s", left, lease)
	}
	if p.healthy("x", "https://other.example/") {
		t.Error("a hub that the source does not name any more is relied on")
	}
	// Nothing else is asked while that lasts, whatever polls say.
	for range 3 {
		p.notice("x", hub.URL)
		p.stir()
	}
	other := p.subscribed("y", hub)
	if other.Callback == r.Callback || other.Secret == r.Secret {
		t.Error("two sources share a callback or a secret")
	}
	if n := len(hub.Requests()); n != 2 {
		t.Errorf("%d requests, want one for each source", n)
	}
}

// TestRefusals has hubs answer requests with everything but what they should.
func TestRefusals(t *testing.T) {
	status := func(code int, headerAndBody ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if len(headerAndBody) > 2 {
				w.Header().Set(headerAndBody[1], headerAndBody[2])
			}
			w.WriteHeader(code)
			if len(headerAndBody) > 0 {
				fmt.Fprint(w, headerAndBody[0])
			}
		}
	}
	in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for _, tt := range []struct {
		name      string
		answer    http.HandlerFunc
		words     string
		at, until time.Duration // of the next request
	}{
		{"400 with a reason", status(400, "topic is\n not known here"), "the hub answered 400 Bad Request: topic is not known here", time.Hour, time.Hour},
		{"403 with a page", status(403, "<html><p>Go away</p></html>"), "the hub answered 403 Forbidden", time.Hour, time.Hour},
		{"404", status(404), "404 Not Found", time.Hour, time.Hour},
		{"410", status(410), "410 Gone", time.Hour, time.Hour},
		{"long words", status(400, strings.Repeat("blah ", 1000)), "blah blah", time.Hour, time.Hour},
		{"500", status(500, "oops"), "the hub answered 500 Internal Server Error: oops", time.Minute, 2 * time.Minute},
		{"503 with Retry-After", status(503, "", "Retry-After", "7200"), "503 Service Unavailable", 2 * time.Hour, 2 * time.Hour},
		{"503 with a date", status(503, "", "Retry-After", in(3*time.Hour)), "503 Service Unavailable", 3*time.Hour - 2*time.Second, 3 * time.Hour},
		{"503 with a date that is past", status(503, "", "Retry-After", in(-time.Hour)), "503", time.Minute, 2 * time.Minute},
		{"503 with nonsense", status(503, "", "Retry-After", "soon"), "503", time.Minute, 2 * time.Minute},
		{"429 for years", status(429, "", "Retry-After", "100000000"), "429 Too Many Requests", 24 * time.Hour, 24 * time.Hour},
		{"429 for less than nothing", status(429, "", "Retry-After", "-5"), "429", time.Minute, 2 * time.Minute},
		{"301", status(301, "", "Location", "/there"), "the hub answered 301", time.Minute, 2 * time.Minute},
		{"307 to nowhere", status(307), "no web address", time.Minute, 2 * time.Minute},
		{"308 to no web address", status(308, "", "Location", "ftp://example.com/"), "no web address", time.Minute, 2 * time.Minute},
		{"307 to itself", status(307, "", "Location", "/again"), "redirects more than 3 times", time.Minute, 2 * time.Minute},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "deadline", time.Minute, 2 * time.Minute},
		{"closed", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF", time.Minute, 2 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			hub := testhub.Start(t)
			hub.Answer(tt.answer)
			p := newParty(t, func(set *Settings) { set.hubTimeout = 300 * time.Millisecond })
			p.notice("x", hub.URL)
			p.wait("the refusal to be noted", func() bool { return p.sub("x").Error != "" })
			s := p.sub("x")
			if !strings.Contains(s.Error, tt.words) || len(s.Error) > 400 || strings.Contains(s.Error, "<") {
				t.Errorf("error %q, want %q in it", s.Error, tt.words)
			}
			if left := time.Until(s.Next); left < tt.at-5*time.Second || left > tt.until+tt.until/10 {
				t.Errorf("asked again in %s, want %s to %s", left, tt.at, tt.until)
			}
			if p.healthy("x", hub.URL) || s.Mode != feed.Subscribing {
				t.Errorf("it is relied on: %+v", s)
			}
			if n := len(hub.Requests()); n > maxHops+1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestUnreachable: nobody listens, and somebody who cannot prove who it is.
func TestUnreachable(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	stranger := httptest.NewTLSServer(http.NotFoundHandler())
	defer stranger.Close()
	for name, hub := range map[string]string{"refused": gone.URL, "certificate": stranger.URL} {
		p := newParty(t, nil)
		p.notice("x", hub)
		p.wait(name, func() bool { return strings.Contains(p.sub("x").Error, name) })
		if p.healthy("x", hub) {
			t.Errorf("%s: it is relied on", name)
		}
	}
}

// TestRedirects follows 307 and 308 with the whole request (§5.1.2), but not
// from https to http.
func TestRedirects(t *testing.T) {
	for _, code := range []int{http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		hub := testhub.Start(t)
		first := httptest.NewServer(http.RedirectHandler(hub.URL+"/real", code))
		p := newParty(t, nil)
		p.notice("x", first.URL)
		p.wait("the subscription", func() bool { return p.healthy("x", first.URL) })
		if r := hub.Requests()[0]; r.Topic != topic || r.Secret == "" {
			t.Errorf("%d: the real hub was asked for %+v", code, r)
		}
		first.Close()
	}
	hub := testhub.Start(t)
	safe := httptest.NewTLSServer(http.RedirectHandler(hub.URL, http.StatusTemporaryRedirect))
	defer safe.Close()
	p := newParty(t, func(set *Settings) {
		set.Send = (&http.Transport{TLSClientConfig: &tls.Config{RootCAs: safe.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}}).RoundTrip
	})
	p.notice("x", safe.URL)
	p.wait("the refusal", func() bool { return strings.Contains(p.sub("x").Error, "from https to http") })
	if n := len(hub.Requests()); n != 0 {
		t.Errorf("the secret went over the wire %d times", n)
	}
}

// TestNoVerification: a hub accepts and never verifies. It is asked less and
// less often, and not relied on.
func TestNoVerification(t *testing.T) {
	hub := testhub.Start(t)
	hub.Silent(true)
	p := newParty(t, func(set *Settings) {
		quick(set)
		set.patience, set.retry = 30*time.Millisecond, 60*time.Millisecond
	})
	p.notice("x", hub.URL)
	p.wait("four requests", func() bool { return hub.Count("subscribe") >= 4 })
	all := hub.Requests()
	first, last := all[1].At.Sub(all[0].At), all[3].At.Sub(all[2].At)
	if first < 30*time.Millisecond || last < 90*time.Millisecond+30*time.Millisecond {
		t.Errorf("asked again after %s, and at last after %s: the wait does not grow", first, last)
	}
	if s := p.sub("x"); !strings.Contains(s.Error, "does not verify") || p.healthy("x", hub.URL) {
		t.Errorf("%+v", s)
	}
	if all[0].Callback != all[3].Callback || all[0].Secret != all[3].Secret {
		t.Error("a late verification of an earlier request could not be answered")
	}
	// It comes round in the end.
	hub.Silent(false)
	p.wait("the subscription", func() bool { return p.healthy("x", hub.URL) })
	if s := p.sub("x"); s.Error != "" || s.Failures != 0 {
		t.Errorf("what was wrong is not forgotten: %+v", s)
	}
}

// TestRenewal renews before the end, with nothing changed for the hub.
func TestRenewal(t *testing.T) {
	hub := testhub.Start(t)
	hub.Lease("2")
	p := newParty(t, quick)
	p.subscribed("x", hub)
	for deadline := time.Now().Add(4 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if !p.healthy("x", hub.URL) {
			t.Fatalf("there is a gap between two leases: %+v", p.sub("x"))
		}
	}
	all := hub.Requests()
	if n := len(all); n < 3 || n > 5 {
		t.Errorf("%d requests in two leases", n)
	}
	for _, r := range all[1:] {
		if r.Callback != all[0].Callback || r.Secret != all[0].Secret || r.Mode != "subscribe" {
			t.Errorf("renewed with %+v, first %+v", r, all[0])
		}
	}
}

// TestHubGone: a hub stops to answer. Before long it is not relied on, though
// its lease lasts, and that is told.
func TestHubGone(t *testing.T) {
	hub := testhub.Start(t)
	hub.Lease("20")
	p := newParty(t, func(set *Settings) {
		quick(set)
		set.patience = 10 * time.Millisecond
	})
	p.subscribed("x", hub)
	told := p.losses()
	hub.Answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	s := p.sub("x")
	s.Next = time.Now() // two thirds of the lease are over
	if err := p.store.PutSubscription(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	p.stir()
	p.wait("it to be given up", func() bool { return p.losses() > told })
	s = p.sub("x")
	if s.Healthy(time.Now()) || s.Mode != feed.Subscribed || !strings.Contains(s.Error, "502") {
		t.Errorf("after %d requests: %+v", hub.Count("subscribe"), s)
	}
	if n := hub.Count("subscribe"); n < 4 {
		t.Errorf("given up after %d requests", n)
	}
	hub.Answer(nil)
	p.wait("it to be relied on again", func() bool { return p.healthy("x", hub.URL) })
}

// TestUnsubscribe ends subscriptions of sources that went, or lost their hub.
func TestUnsubscribe(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := p.subscribed("gone", hub)
	p.subscribed("hubless", hub)
	p.subscribed("stays", hub)
	if err := p.Reconcile(t.Context(), func(id feed.SourceID) bool { return id != "gone" }); err != nil {
		t.Fatal(err)
	}
	p.notice("hubless", "")
	p.wait("both to be forgotten", func() bool { return p.sub("gone").Source == "" && p.sub("hubless").Source == "" })
	p.wait("the hub's view of both", func() bool { return len(hub.Checks()) == 5 })
	for _, c := range hub.Checks()[3:] {
		if c.Mode != "unsubscribe" || c.Status != http.StatusOK || !c.Echoed {
			t.Errorf("the end was verified with %+v", c)
		}
	}
	if got := hub.Push(r, "late", nil); got != http.StatusGone {
		t.Errorf("a push after the end is answered %d, want 410", got)
	}
	if !p.healthy("stays", hub.URL) || hub.Count("unsubscribe") != 2 {
		t.Errorf("%d were unsubscribed, want 2", hub.Count("unsubscribe"))
	}
}

// TestUnsubscribeInVain: a hub that does not let go is asked a few times, and
// then forgotten; one that never agreed is not asked.
func TestUnsubscribeInVain(t *testing.T) {
	for _, silent := range []bool{true, false} {
		hub := testhub.Start(t)
		p := newParty(t, func(set *Settings) {
			quick(set)
			set.patience = 10 * time.Millisecond
		})
		r := p.subscribed("x", hub)
		hub.Silent(silent)
		if !silent {
			hub.Answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		}
		p.notice("x", "")
		if got := hub.Push(r, "late", nil); got != http.StatusGone {
			t.Errorf("a push while it ends is answered %d, want 410", got)
		}
		p.wait("it to be forgotten", func() bool { return p.sub("x").Source == "" })
		if n := hub.Count("unsubscribe"); n != giveUp {
			t.Errorf("asked %d times, want %d", n, giveUp)
		}
	}
	hub := testhub.Start(t)
	hub.Silent(true)
	p := newParty(t, nil)
	p.notice("x", hub.URL)
	p.wait("the request", func() bool { return hub.Count("subscribe") == 1 })
	if got := hub.Deny(hub.Requests()[0], ""); got != http.StatusOK {
		t.Errorf("a denial is answered %d", got)
	}
	p.notice("x", "")
	if s := p.sub("x"); s.Source != "" || hub.Count("unsubscribe") != 0 {
		t.Errorf("what was denied is not forgotten: %+v", s)
	}
}

// TestNewHub: the source names another hub.
func TestNewHub(t *testing.T) {
	old, hub := testhub.Start(t), testhub.Start(t)
	p := newParty(t, nil)
	before := p.subscribed("x", old)
	after := p.subscribed("x", hub)
	if before.Callback == after.Callback || before.Secret == after.Secret {
		t.Error("the old hub could push in place of the new one")
	}
	if got := old.Push(before, "old", nil); got != http.StatusGone {
		t.Errorf("the old hub's push is answered %d, want 410", got)
	}
	if got := old.Verify(before, ""); got.Status != http.StatusNotFound {
		t.Errorf("the old hub's verification is answered %d, want 404", got.Status)
	}
	if got := hub.Push(after, "new", nil); got != http.StatusAccepted {
		t.Errorf("the new hub's push is answered %d", got)
	}
	p.wait("the push", func() bool { return slices.Equal(p.deliveries(), []string{"x: new"}) })
}

// TestRestart keeps a subscription over a restart, and asks anew when hubs
// know another address.
func TestRestart(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := p.subscribed("x", hub)
	p.stop()
	p.start(nil)
	p.notice("x", hub.URL)
	if got := hub.Push(r, "after", nil); got != http.StatusAccepted {
		t.Errorf("a push after a restart is answered %d", got)
	}
	p.wait("the push", func() bool { return len(p.deliveries()) == 1 })
	if n := len(hub.Requests()); n != 1 || !p.healthy("x", hub.URL) {
		t.Errorf("%d requests, want the first only", n)
	}
	p.stop()
	p.start(func(set *Settings) { set.PublicURL += "/moved" })
	p.wait("another request", func() bool { return len(hub.Requests()) == 2 && p.healthy("x", hub.URL) })
	if next := hub.Requests()[1]; !strings.Contains(next.Callback, "/at/moved/websub/") || next.Secret == r.Secret {
		t.Errorf("asked for %+v", next)
	}
}

// TestMissed: a poll finds what the hub should have pushed.
func TestMissed(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := p.subscribed("x", hub)
	if err := p.Missed(t.Context(), "nobody"); err != nil {
		t.Errorf("a source without a subscription: %v", err)
	}
	told := p.losses()
	for range 2 {
		if err := p.Missed(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
	}
	if p.healthy("x", hub.URL) || p.losses() != told+1 || !strings.Contains(p.sub("x").Error, "had not pushed") {
		t.Errorf("told %d times: %+v", p.losses()-told, p.sub("x"))
	}
	hub.Push(r, "better late", nil)
	p.wait("it to be relied on again", func() bool { return p.healthy("x", hub.URL) })
	if s := p.sub("x"); s.Error != "" {
		t.Errorf("it pushes again, and is blamed still: %q", s.Error)
	}
	if n := len(hub.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestBusyHub leaves a hub alone, for all sources, that is not there or asks
// for it; other hubs are not concerned.
func TestBusyHub(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"429":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"503":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"closed": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		busy, hub := testhub.Start(t), testhub.Start(t)
		busy.Answer(answer)
		p := newParty(t, func(set *Settings) {
			quick(set)
			set.retry = 500 * time.Millisecond
		})
		began := time.Now()
		for i := range 5 {
			p.notice(fmt.Sprint(i), busy.URL)
		}
		p.subscribed("other", hub)
		p.wait("the second request", func() bool { return len(busy.Requests()) > 1 })
		if took := time.Since(began); took < 500*time.Millisecond {
			t.Errorf("%s: asked for the next source after %s, want a rest", name, took)
		}
		busy.Answer(nil)
		p.wait("all to be subscribed", func() bool {
			for i := range 5 {
				if !p.healthy(fmt.Sprint(i), busy.URL) {
					return false
				}
			}
			return true
		})
	}
}

// TestManySources asks one hub for one at a time, with a pause.
func TestManySources(t *testing.T) {
	var at, most atomic.Int64
	hub := testhub.Start(t)
	hub.Answer(func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), at.Add(1)))
		time.Sleep(5 * time.Millisecond)
		at.Add(-1)
		w.WriteHeader(http.StatusAccepted)
	})
	p := newParty(t, nil)
	const n = 8
	began := time.Now()
	for i := range n {
		p.notice(fmt.Sprint(i), hub.URL)
	}
	p.wait("all requests", func() bool { return len(hub.Requests()) == n })
	if took := time.Since(began); most.Load() != 1 || took < (n-1)*hubGap {
		t.Errorf("%d requests at one time, all in %s", most.Load(), took)
	}
	topics := url.Values{}
	for _, r := range hub.Requests() {
		topics.Add(r.Callback, "")
	}
	if len(topics) != n {
		t.Errorf("%d callbacks for %d sources", len(topics), n)
	}
}
