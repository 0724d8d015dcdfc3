package websub

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feed"
	"tributary/internal/testhub"
)

// asked lets a hub be asked that does not verify by itself.
func asked(t *testing.T, p *party, hub *testhub.Hub) testhub.Request {
	t.Helper()
	hub.Silent(true)
	p.notice("x", hub.URL)
	p.wait("the request", func() bool { return len(hub.Requests()) == 1 })
	return hub.Requests()[0]
}

// TestVerification asks a callback for what we did, and did not, ask for
// (§5.3.1).
func TestVerification(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := asked(t, p, hub)
	query := func(pairs ...string) string {
		q := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"abc"}, "hub.lease_seconds": {"1000"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			if q.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
				q.Del(pairs[i])
			}
		}
		return "?" + q.Encode()
	}
	base := strings.TrimSuffix(r.Callback, r.Callback[strings.LastIndex(r.Callback, "/"):])
	for _, tt := range []struct {
		name, method, at string
		status           int
	}{
		{"another topic", "GET", r.Callback + query("hub.topic", topic+"/"), 404},
		{"no topic", "GET", r.Callback + query("hub.topic", ""), 404},
		{"the end, which nobody wants", "GET", r.Callback + query("hub.mode", "unsubscribe"), 404},
		{"a mode that there is not", "GET", r.Callback + query("hub.mode", "SUBSCRIBE"), 404},
		{"no mode", "GET", r.Callback + query("hub.mode", ""), 404},
		{"no challenge", "GET", r.Callback + query("hub.challenge", ""), 400},
		{"a long challenge", "GET", r.Callback + query("hub.challenge", strings.Repeat("x", maxChallenge+1)), 400},
		{"nothing", "GET", r.Callback, 400},
		{"another token", "GET", base + "/" + random(tokenBytes) + query(), 404},
		{"a short token", "GET", base + "/abc" + query(), 404},
		{"another source", "GET", p.server.URL + "/at/websub/eQ/" + r.Callback[len(base)+1:] + query(), 404},
		{"no callback", "GET", p.server.URL + "/at/websub/" + query(), 404},
		{"a denial of another topic", "GET", r.Callback + query("hub.mode", "denied", "hub.topic", "x"), 404},
		{"a push to another token", "POST", base + "/" + random(tokenBytes), 410},
		{"a push to nobody", "POST", p.server.URL + "/at/websub/eQ/" + random(tokenBytes), 410},
		{"another method", "PUT", r.Callback + query(), 405},
	} {
		before := p.sub("x")
		a := hub.Call(tt.method, tt.at, nil, nil)
		if a.Status != tt.status || string(a.Body) == "abc" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q, want %d", tt.name, a.Status, a.Body, tt.status)
		}
		if p.sub("x") != before {
			t.Errorf("%s: changes %+v to %+v", tt.name, before, p.sub("x"))
		}
	}
	if got := hub.Verify(r, "1000"); got.Status != http.StatusOK || !got.Echoed || !p.healthy("x", hub.URL) {
		t.Errorf("what we asked for is answered %+v", got)
	}
}

// TestLease holds the end of a lease, and the time of its renewal, to what the
// hub says at a verification.
func TestLease(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		says  string
		lease time.Duration // 0: it is not relied on
		next  time.Duration // at the latest
	}{
		{"3600", time.Hour, 40 * time.Minute},
		{"", 10 * day, 7 * day},
		{"-", 10 * day, 7 * day},
		{"0", 10 * day, 7 * day},
		{"-1", 10 * day, 7 * day},
		{"1e9", 10 * day, 7 * day},
		{"forever", 10 * day, 7 * day},
		{"99999999999999999999", 10 * day, 7 * day},
		{"9999999999", mostLease, mostLease * 2 / 3},
		{"10", 0, shortLease},
		{"299", 0, shortLease},
		{"300", 5 * time.Minute, 200 * time.Second},
	} {
		t.Run(tt.says, func(t *testing.T) {
			hub := testhub.Start(t)
			p := newParty(t, nil)
			r := asked(t, p, hub)
			if c := hub.Verify(r, tt.says); c.Status != http.StatusOK || !c.Echoed {
				t.Fatalf("answered %+v", c)
			}
			s := p.sub("x")
			left := time.Until(s.LeaseEnd)
			if tt.lease == 0 {
				if !s.LeaseEnd.IsZero() || p.healthy("x", hub.URL) || !strings.Contains(s.Error, "too short") {
					t.Errorf("it is relied on: %+v", s)
				}
			} else if left > tt.lease || left < tt.lease-time.Minute || !p.healthy("x", hub.URL) {
				t.Errorf("the lease lasts %s, want %s", left, tt.lease)
			}
			if next := time.Until(s.Next); next > tt.next || next < tt.next/2 {
				t.Errorf("renewed in %s, want at most %s", next, tt.next)
			}
		})
	}
}

// TestReplay: a hub may verify again what it had verified (§5), and somebody
// may repeat a verification; neither makes a lease longer.
func TestReplay(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := asked(t, p, hub)
	hub.Verify(r, "3600")
	was := p.sub("x")
	for _, lease := range []string{"3600", "", "999999"} {
		if c := hub.Verify(r, lease); c.Status != http.StatusOK || !c.Echoed {
			t.Errorf("a hub that makes sure is answered %+v", c)
		}
		if s := p.sub("x"); s != was {
			t.Errorf("lease %q, repeated, makes %+v of %+v", lease, s, was)
		}
	}
	hub.Verify(r, "1800")
	if left := time.Until(p.sub("x").LeaseEnd); left > 30*time.Minute {
		t.Errorf("the hub makes the lease shorter; it lasts %s", left)
	}
}

// TestDenied: before or after a verification (§5.2).
func TestDenied(t *testing.T) {
	for _, verified := range []bool{false, true} {
		hub := testhub.Start(t)
		p := newParty(t, nil)
		r := asked(t, p, hub)
		if verified {
			hub.Verify(r, "")
		}
		told := p.losses()
		if got := hub.Deny(r, "you are\nnot on <the> list"); got != http.StatusOK {
			t.Errorf("a denial is answered %d", got)
		}
		s := p.sub("x")
		if s.Mode != feed.Denied || p.healthy("x", hub.URL) || !strings.HasSuffix(s.Error, ": you are not on <the> list") || !s.LeaseEnd.IsZero() {
			t.Errorf("%+v", s)
		}
		if left := time.Until(s.Next); left > deniedRetry || left < deniedRetry-time.Minute {
			t.Errorf("asked again in %s", left)
		}
		if p.losses() != told+1 {
			t.Errorf("told %d times that the hub is lost, want once", p.losses()-told)
		}
		if c := hub.Verify(r, ""); c.Status != http.StatusNotFound {
			t.Errorf("a verification after a denial is answered %d", c.Status)
		}
	}
}

// TestSignatures: whatever the signature, the answer is the same (§7.1).
func TestSignatures(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := p.subscribed("x", hub)
	sign := func(method, secret, body string) string { return testhub.Sign(method, secret, body) }
	right := []string{}
	for i, tt := range []struct {
		name      string
		signature func(body string) string
		right     bool
	}{
		{"sha1", func(b string) string { return sign("sha1", r.Secret, b) }, true},
		{"sha256", func(b string) string { return sign("sha256", r.Secret, b) }, true},
		{"sha384", func(b string) string { return sign("sha384", r.Secret, b) }, true},
		{"sha512", func(b string) string { return sign("sha512", r.Secret, b) }, true},
		{"in capitals", func(b string) string { return strings.ToUpper(sign("sha256", r.Secret, b)) }, true},
		{"none", func(string) string { return "" }, false},
		{"sha1 of another body", func(b string) string { return sign("sha1", r.Secret, b+" ") }, false},
		{"sha256 of another body", func(b string) string { return sign("sha256", r.Secret, b+" ") }, false},
		{"sha384 of another body", func(b string) string { return sign("sha384", r.Secret, b+" ") }, false},
		{"sha512 of another body", func(b string) string { return sign("sha512", r.Secret, b+" ") }, false},
		{"another secret", func(b string) string { return sign("sha256", "secret", b) }, false},
		{"no secret", func(b string) string { return sign("sha256", "", b) }, false},
		{"another method", func(b string) string {
			return strings.Replace(sign("sha1", r.Secret, b), "sha1", "sha256", 1)
		}, false},
		{"an unknown method", func(b string) string { return strings.Replace(sign("sha256", r.Secret, b), "sha256", "md5", 1) }, false},
		{"no method", func(b string) string { return strings.TrimPrefix(sign("sha256", r.Secret, b), "sha256=") }, false},
		{"a method alone", func(string) string { return "sha256=" }, false},
		{"cut short", func(b string) string { s := sign("sha256", r.Secret, b); return s[:len(s)-2] }, false},
		{"cut in the middle", func(b string) string { s := sign("sha256", r.Secret, b); return s[:len(s)-1] }, false},
		{"no hexadecimal", func(string) string { return "sha256=" + strings.Repeat("zz", 32) }, false},
		{"two", func(b string) string { return sign("sha1", "x", b) + "," + sign("sha256", r.Secret, b) }, false},
	} {
		body := fmt.Sprintf("%d %s", i, tt.name)
		if tt.right {
			right = append(right, "x: "+body)
		}
		if got := hub.Push(r, body, map[string]string{"X-Hub-Signature": tt.signature(body)}); got != http.StatusAccepted {
			t.Errorf("%s: answered %d, want 202 whatever it is", tt.name, got)
		}
	}
	if got := hub.Push(r, "last", nil); got != http.StatusAccepted {
		t.Errorf("the last is answered %d", got)
	}
	p.wait("the last push", func() bool { return slices.Contains(p.deliveries(), "x: last") })
	if got := p.deliveries(); !slices.Equal(got, append(right, "x: last")) {
		t.Errorf("delivered %q\nwant %q", got, right)
	}
}

// TestForged is noted, once, and forgotten when pushes are right again.
func TestForged(t *testing.T) {
	hub := testhub.Start(t)
	var logs lockedBuilder
	p := newParty(t, func(set *Settings) { set.Log = logs.logger() })
	r := p.subscribed("x", hub)
	for range 5 {
		hub.Push(r, "forged", map[string]string{"X-Hub-Signature": "sha256=00"})
	}
	if got := p.sub("x").Error; got != wrongSignature {
		t.Errorf("noted %q", got)
	}
	if n := strings.Count(logs.String(), wrongSignature); n != 1 {
		t.Errorf("logged %d times, want once\n%s", n, &logs)
	}
	hub.Push(r, "right", nil)
	p.wait("it to be forgotten", func() bool { return p.sub("x").Error == "" })
	if got := p.deliveries(); len(got) != 1 {
		t.Errorf("delivered %q", got)
	}
}

// TestBodies: too long, too slow, cut short, empty.
func TestBodies(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, func(set *Settings) {
		quick(set)
		set.patience, set.MaxBody = time.Minute, 1000
	})
	r := p.subscribed("x", hub)
	if got := hub.Push(r, strings.Repeat("x", 1000), nil); got != http.StatusAccepted {
		t.Errorf("a body as long as it may be is answered %d", got)
	}
	if got := hub.Push(r, strings.Repeat("x", 1001), nil); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that is too long is answered %d", got)
	}
	if got := chunked(t, r.Callback, strings.Repeat("x", 100_000)); got != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that does not say that it is too long is answered %d", got)
	}
	if got := hub.Push(r, "", nil); got != http.StatusAccepted {
		t.Errorf("an empty body is answered %d", got)
	}
	began := time.Now()
	answer := raw(t, r.Callback, "Content-Length: 100\r\n\r\nhalf")
	if took := time.Since(began); !strings.HasPrefix(answer, "HTTP/1.1 400") || took > 5*time.Second {
		t.Errorf("a body that does not go on is answered %q after %s", answer, took)
	}
	p.wait("what was whole", func() bool { return len(p.deliveries()) == 2 })
	p.inbox.mu.Lock()
	defer p.inbox.mu.Unlock()
	if p.inbox.reserved != 0 || p.inbox.bytes != 0 {
		t.Errorf("%d pushes and %d bytes are still reserved", p.inbox.reserved, p.inbox.bytes)
	}
}

// chunked pushes a body of unknown length.
func chunked(t *testing.T, to, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, io.MultiReader(strings.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// raw pushes by hand, and returns the answer's first line.
func raw(t *testing.T, to, rest string) string {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second)) // the test's own
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\n%s", u.Path, u.Host, rest)
	answer := make([]byte, 100)
	n, _ := conn.Read(answer) // nothing: told by the caller
	line, _, _ := strings.Cut(string(answer[:n]), "\r\n")
	return line
}

// TestFlood pushes more than there is room for, while none is taken. What was
// accepted is delivered, in order for each source.
func TestFlood(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	p.hold = make(chan struct{})
	requests := map[string]testhub.Request{"a": p.subscribed("a", hub), "b": p.subscribed("b", hub)}
	const each = maxPushes
	var all sync.WaitGroup
	accepted, refused := map[string][]string{}, 0
	var mu sync.Mutex
	for id, r := range requests {
		all.Go(func() {
			for i := range each {
				body := fmt.Sprint(i)
				got := hub.Push(r, body, nil)
				mu.Lock()
				switch got {
				case http.StatusAccepted:
					accepted[id] = append(accepted[id], id+": "+body)
				case http.StatusServiceUnavailable:
					refused++
				default:
					t.Errorf("answered %d", got)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if n := len(accepted["a"]) + len(accepted["b"]); n != maxPushes || refused != 2*each-maxPushes {
		t.Errorf("%d accepted and %d refused, want %d and the rest", n, refused, maxPushes)
	}
	close(p.hold)
	p.wait("all that was accepted", func() bool { return len(p.deliveries()) == maxPushes })
	got := map[string][]string{}
	for _, d := range p.deliveries() {
		got[d[:1]] = append(got[d[:1]], d)
	}
	for id := range requests {
		if !slices.Equal(got[id], accepted[id]) {
			t.Errorf("%s: delivered in another order: %q", id, got[id])
		}
	}
	if n := hub.Push(requests["a"], "more", nil); n != http.StatusAccepted {
		t.Errorf("there is room again, and a push is answered %d", n)
	}
}

// TestRoom bounds the bytes of pushes that wait.
func TestRoom(t *testing.T) {
	b := newInbox()
	if !b.reserve(maxWaiting+1) || b.reserve(1) {
		t.Error("one that is too large has to wait alone")
	}
	b.cancel(maxWaiting + 1)
	if !b.reserve(maxWaiting/2) || !b.reserve(maxWaiting-maxWaiting/2) || b.reserve(1) {
		t.Error("there is room for exactly what there is room for")
	}
	b.close()
	b.cancel(maxWaiting / 2)
	if b.reserve(1) || b.put(push{room: maxWaiting / 2}) {
		t.Error("nothing is taken after the end")
	}
	if b.reserved != 0 || b.bytes != 0 {
		t.Errorf("%d and %d bytes are still reserved", b.reserved, b.bytes)
	}
}

// TestStop delivers what was accepted before the end, and accepts no more.
func TestStop(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := p.subscribed("x", hub)
	p.hold = make(chan struct{})
	for i := range 3 {
		if got := hub.Push(r, fmt.Sprint(i), nil); got != http.StatusAccepted {
			t.Fatalf("answered %d", got)
		}
	}
	time.AfterFunc(100*time.Millisecond, func() { close(p.hold) })
	p.stop()
	if got := p.deliveries(); len(got) != 3 {
		t.Errorf("delivered %q by the end, want all three", got)
	}
	if got := hub.Push(r, "late", nil); got != http.StatusServiceUnavailable {
		t.Errorf("a push after the end is answered %d, want 503", got)
	}
}

// TestStoreTrouble: a store that cannot be read ends Run, and nothing hangs.
func TestStoreTrouble(t *testing.T) {
	hub := testhub.Start(t)
	p := newParty(t, nil)
	r := p.subscribed("x", hub)
	broken := &brokenStore{Store: p.store}
	s := New(broken, Settings{PublicURL: p.server.URL, Send: http.DefaultTransport.RoundTrip})
	done := make(chan error, 1)
	go func() { done <- s.Run(t.Context()) }()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "read the subscriptions") {
			t.Errorf("ends with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Run hangs when the store cannot be read")
	}
	p.mu.Lock()
	p.Subscriber = s
	p.mu.Unlock()
	if got := hub.Push(r, "x", nil); got != http.StatusServiceUnavailable {
		t.Errorf("a push when the store cannot be read is answered %d, want 503", got)
	}
}

func TestHandles(t *testing.T) {
	token := random(tokenBytes)
	for path, want := range map[string]bool{
		"/websub/eA/" + token:       true,
		"/news/websub/eA/" + token:  true,
		"/websub/":                  false,
		"/websub/atom.xml":          false,
		"/websub/page/2":            false,
		"/websub/eA/" + token + "x": false,
		"/websub//" + token:         false,
		"/websub/e=/" + token:       false,
		"/":                         false,
	} {
		if got := Handles(path); got != want {
			t.Errorf("%s: %t, want %t", path, got, want)
		}
	}
}

// FuzzCallback reads whatever a hub sends: a path, a query, a signature, a
// body. What is delivered was signed, and no answer repeats what was not asked
// for.
func FuzzCallback(f *testing.F) {
	token := strings.Repeat("t", 22)
	for _, q := range []string{
		"hub.mode=subscribe&hub.topic=" + url.QueryEscape(topic) + "&hub.challenge=c&hub.lease_seconds=10",
		"hub.mode=denied&hub.topic=" + url.QueryEscape(topic) + "&hub.reason=%ff%00%0a", "hub.mode=%zz;&&=&hub.challenge", "",
	} {
		for _, signature := range []string{testhub.Sign("sha1", "secret", "body"), "sha256=", "=", "sha512=zz", ""} {
			f.Add("/websub/eA/"+token, q, signature, []byte("body"), true)
			f.Add("/websub/"+q, q, signature, []byte("body"), false)
		}
	}
	store := &memory{}
	f.Fuzz(func(t *testing.T, path, query, signature string, body []byte, post bool) {
		store.sub = feed.Subscription{Source: "x", Topic: topic, Token: token, Secret: "secret", Callback: "c", Mode: feed.Subscribing}
		s := New(store, Settings{MaxBody: 1 << 10})
		method := http.MethodGet
		if post {
			method = http.MethodPost
		}
		w := &answer{header: http.Header{}}
		s.Handler().ServeHTTP(w, &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{"X-Hub-Signature": {signature}},
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		})
		if p, ok := s.inbox.next(); ok && (!signed(signature, "secret", p.body) || !bytes.Equal(p.body, body) || w.status != http.StatusAccepted) {
			t.Errorf("delivered %q with the signature %q", p.body, signature)
		}
		q, _ := url.ParseQuery(query) // what is wrong with it is overlooked
		if store.sub.Mode == feed.Subscribed && (post || q.Get("hub.topic") != topic || w.body.String() != q.Get("hub.challenge")) {
			t.Errorf("%s %q is answered %d %q and makes %+v", method, query, w.status, w.body.String(), store.sub)
		}
		if w.status < 200 || w.status > 503 || len(store.sub.Error) > maxReason+100 {
			t.Errorf("answered %d, noted %q", w.status, store.sub.Error)
		}
	})
}

// BenchmarkPush takes a push from its first byte to its delivery.
func BenchmarkPush(b *testing.B) {
	for _, size := range []int{10 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			body := bytes.Repeat([]byte("x"), size)
			signature := testhub.Sign("sha256", "secret", string(body))
			token := random(tokenBytes)
			store := &memory{sub: feed.Subscription{Source: "x", Token: token, Secret: "secret", Mode: feed.Subscribed, LeaseEnd: time.Now().Add(time.Hour), Pushed: time.Now()}}
			took := make(chan int)
			s := New(store, Settings{Deliver: func(_ context.Context, _ feed.SourceID, _ http.Header, body []byte) error {
				took <- len(body)
				return nil
			}})
			done := make(chan error, 1)
			ctx, end := context.WithCancel(b.Context())
			go func() { done <- s.Run(ctx) }()
			h := s.Handler()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(&answer{header: http.Header{}}, &http.Request{
					Method: http.MethodPost, URL: &url.URL{Path: "/websub/eA/" + token}, Header: http.Header{"X-Hub-Signature": {signature}},
					Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(size),
				})
				if n := <-took; n != size {
					b.Fatalf("delivered %d bytes", n)
				}
			}
			end()
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		})
	}
}
