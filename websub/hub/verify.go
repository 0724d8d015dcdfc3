package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tributary/feed"
)

// asked is what is known of requests for one subscription while they wait: of
// several, the last one counts, whichever is verified first.
type asked struct {
	waiting int
	done    uint64 // number of the newest that was verified
}

// verifyAll verifies one request after the other until ctx ends.
func (h *Hub) verifyAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case q := <-h.requests:
			if q.mode == "denied" {
				_, _ = h.call(ctx, &q, "") // whoever does not hear it hears nothing any more
				continue
			}
			h.settle(ctx, &q)
		}
	}
}

// settle finds out whether a request was meant, and acts on it.
func (h *Hub) settle(ctx context.Context, q *request) {
	has := h.baseline(ctx, q)
	err := h.verify(ctx, q)
	if err == nil {
		h.take(q, has)
		_ = h.baseline(ctx, q) // what has changed meanwhile is owed
	} else if ctx.Err() == nil {
		h.set.Log.Info("a request was not verified", "mode", q.mode, "topic", q.topic, "host", hostOf(q.callback), "err", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	k := key{q.topic, q.callback}
	if h.asked[k].waiting--; h.asked[k].waiting == 0 {
		delete(h.asked, k)
	}
}

// baseline returns the digest of what a subscriber is taken to have read
// before it subscribes; none when that is not known.
func (h *Hub) baseline(ctx context.Context, q *request) feed.Digest {
	if q.mode != "subscribe" {
		return feed.Digest{}
	}
	h.mu.Lock()
	site := h.site
	h.mu.Unlock()
	c, err := h.current(ctx, site, q.topic)
	if err != nil {
		return feed.Digest{}
	}
	return c.digest
}

// take acts on a verified request, unless a newer one came before it.
func (h *Hub) take(q *request, has feed.Digest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := key{q.topic, q.callback}
	if a := h.asked[k]; a.done > q.number {
		return
	}
	h.asked[k].done = q.number
	s, host, now := h.subs[k], hostOf(q.callback), time.Now()
	switch {
	case q.mode == "unsubscribe":
		if s != nil {
			h.set.Log.Info("unsubscribed", "topic", q.topic, "host", host)
			h.remove(s)
		}
		return
	case s == nil:
		if !h.known[q.topic] || len(h.subs) >= h.set.MaxSubscribers || h.perHost[host] >= h.set.MaxPerHost {
			return // others were faster
		}
		s = h.add(feed.Subscriber{Topic: q.topic, Callback: q.callback, Since: now, Sent: has})
		h.set.Log.Info("subscribed", "topic", q.topic, "host", host, "lease", q.lease)
	}
	s.Secret, s.LeaseEnd = q.secret, now.Add(q.lease)
	if s.Failures > 0 { // it is there again
		s.Next, s.Owed, s.Failures = now, time.Time{}, 0
	}
	h.keeper.mark(s)
	h.queue(s, now)
}

var errNotMeant = errors.New("the callback does not repeat the challenge: it did not mean the request")

// verify asks a callback whether it meant a request (§5.3).
func (h *Hub) verify(ctx context.Context, q *request) error {
	challenge := rand.Text()
	answer, err := h.call(ctx, q, challenge)
	if err != nil {
		return err
	}
	if answer != challenge {
		return errNotMeant
	}
	return nil
}

// call sends a callback a GET with what it is asked, or told, and returns the
// beginning of the answer's body.
func (h *Hub) call(ctx context.Context, q *request, challenge string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, h.set.limits.timeout)
	defer cancel()
	at, err := question(q, challenge)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := h.set.Send(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close() //nolint:errcheck // read as far as it is wanted
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(len(challenge))+1))
	switch {
	case resp.StatusCode/100 != 2:
		return "", fmt.Errorf("the callback answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	case err != nil:
		return "", err
	}
	return string(body), nil
}

// question returns the callback with what it is asked behind its own query.
func question(q *request, challenge string) (string, error) {
	u, err := url.Parse(q.callback)
	if err != nil {
		return "", err
	}
	add := url.Values{"hub.mode": {q.mode}, "hub.topic": {q.asked}}
	switch q.mode {
	case "denied":
		add.Set("hub.reason", q.reason)
	case "subscribe":
		add.Set("hub.lease_seconds", strconv.Itoa(int(q.lease/time.Second)))
		fallthrough
	default:
		add.Set("hub.challenge", challenge)
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += add.Encode()
	return u.String(), nil
}
