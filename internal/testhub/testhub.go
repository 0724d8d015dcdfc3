// Package testhub is a WebSub hub (W3C WebSub §5, §7) for tests: real HTTP
// over loopback, and whatever a bad hub does.
package testhub

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what hubs sign with
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// A Hub verifies every request that it accepts, and records all.
type Hub struct {
	*httptest.Server
	t testing.TB

	mu       sync.Mutex
	requests []Request
	answer   http.HandlerFunc
	lease    string
	silent   bool
	checks   []Check
	checking sync.WaitGroup
}

// A Request is one for a subscription, or for its end (§5.1).
type Request struct {
	Mode, Topic, Callback, Secret, Lease string
	ContentType                          string
	At                                   time.Time
}

// A Check is how a verification of intent went (§5.3).
type Check struct {
	Mode   string
	Status int
	Echoed bool // the challenge, and nothing else
	Header http.Header
}

// Start starts a hub that accepts everything. It ends with the test.
func Start(t testing.TB) *Hub {
	h := &Hub{t: t}
	h.Server = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(func() {
		h.Close()
		h.checking.Wait()
	})
	return h
}

// Answer has the hub answer requests otherwise; nil: it accepts them.
func (h *Hub) Answer(f http.HandlerFunc) { h.locked(func() { h.answer = f }) }

// Lease sets the lease_seconds of verifications: empty for what was asked
// for, "-" for none.
func (h *Hub) Lease(seconds string) { h.locked(func() { h.lease = seconds }) }

// Silent has the hub accept requests and never verify them.
func (h *Hub) Silent(silent bool) { h.locked(func() { h.silent = silent }) }

func (h *Hub) locked(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

// Requests returns what was asked for so far.
func (h *Hub) Requests() (all []Request) {
	h.locked(func() { all = append(all, h.requests...) })
	return all
}

// Count returns how many requests of that mode came.
func (h *Hub) Count(mode string) (n int) {
	for _, r := range h.Requests() {
		if r.Mode == mode {
			n++
		}
	}
	return n
}

// Checks returns the verifications so far.
func (h *Hub) Checks() (all []Check) {
	h.locked(func() { all = append(all, h.checks...) })
	return all
}

func (h *Hub) serve(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		http.Error(w, "a form is expected", http.StatusBadRequest)
		return
	}
	f := r.PostForm
	req := Request{
		Mode: f.Get("hub.mode"), Topic: f.Get("hub.topic"), Callback: f.Get("hub.callback"), Secret: f.Get("hub.secret"),
		Lease: f.Get("hub.lease_seconds"), ContentType: r.Header.Get("Content-Type"), At: time.Now(),
	}
	h.mu.Lock()
	h.requests = append(h.requests, req)
	answer, silent, lease := h.answer, h.silent, h.lease
	h.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	if silent {
		return
	}
	h.checking.Go(func() { h.Verify(req, lease) }) //nolint:contextcheck // after the answer, when the request's context has ended
}

// Verify asks the callback of a request whether it was meant.
func (h *Hub) Verify(req Request, lease string) Check {
	challenge := fmt.Sprintf("c-%d <b>&amp;", time.Now().UnixNano())
	q := url.Values{"hub.mode": {req.Mode}, "hub.topic": {req.Topic}, "hub.challenge": {challenge}}
	switch {
	case lease == "-":
	case lease != "":
		q.Set("hub.lease_seconds", lease)
	case req.Lease != "":
		q.Set("hub.lease_seconds", req.Lease)
	}
	a := h.Call(http.MethodGet, req.Callback+"?"+q.Encode(), nil, nil)
	c := Check{Mode: req.Mode, Status: a.Status, Echoed: string(a.Body) == challenge, Header: a.Header}
	h.locked(func() { h.checks = append(h.checks, c) })
	return c
}

// Deny tells a subscriber that its request is denied (§5.2).
func (h *Hub) Deny(req Request, reason string) int {
	q := url.Values{"hub.mode": {"denied"}, "hub.topic": {req.Topic}}
	if reason != "" {
		q.Set("hub.reason", reason)
	}
	return h.Call(http.MethodGet, req.Callback+"?"+q.Encode(), nil, nil).Status
}

// Push distributes content, signed with sha256 and the request's secret, and
// returns the status of the answer. header may add fields, or replace them; a
// field of "" leaves it out.
func (h *Hub) Push(req Request, body string, header map[string]string) int {
	fields := http.Header{
		"Content-Type":    {"application/rss+xml"},
		"Link":            {fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.URL, req.Topic)},
		"X-Hub-Signature": {Sign("sha256", req.Secret, body)},
	}
	for name, value := range header {
		if fields.Set(name, value); value == "" {
			fields.Del(name)
		}
	}
	return h.Call(http.MethodPost, req.Callback, fields, []byte(body)).Status
}

// An Answer is a subscriber's; the zero one when none came.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Call sends a request to a subscriber.
func (h *Hub) Call(method, to string, header http.Header, body []byte) (a Answer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.t.Context()), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		h.t.Error(err)
		return a
	}
	if header != nil {
		req.Header = header
	}
	resp, err := h.Client().Transport.RoundTrip(req)
	if err != nil {
		return a
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return a
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: text}
}

var methods = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// Sign returns an X-Hub-Signature (§7.1).
func Sign(method, secret, body string) string {
	mac := hmac.New(methods[method], []byte(secret))
	mac.Write([]byte(body))
	return method + "=" + hex.EncodeToString(mac.Sum(nil))
}
