package hub

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"tributary/feed"
	"tributary/internal/reply"
)

// deliver sends a subscriber what its topic is now, and notes how that went.
func (h *Hub) deliver(ctx context.Context, s *subscriber, at *feed.Subscriber) {
	h.mu.Lock()
	site := h.site
	var c *digested
	if t := h.topics[at.Topic]; t != nil {
		c = t.content
	}
	h.mu.Unlock()
	if c == nil {
		var err error
		if c, err = h.current(ctx, site, at.Topic); err != nil {
			h.later(ctx, s, err)
			return
		}
	}
	began := time.Now()
	o := h.send(ctx, site.Hub, at, &c.Content)
	if ctx.Err() != nil && o.err != nil {
		return // it is owed still
	}
	if o.err != nil {
		h.failed.Add(1)
	} else {
		h.delivered.Add(1)
	}
	h.note(s, c.digest, o, time.Since(began))
}

// later puts off what we cannot deliver for a reason of our own.
func (h *Hub) later(ctx context.Context, s *subscriber, err error) {
	if ctx.Err() == nil && !errors.Is(err, ErrNoTopic) { // that is about to be withdrawn
		h.set.Log.Error("content for a subscriber cannot be made", "topic", s.Topic, "err", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s.Next = time.Now().Add(h.set.policy.retry)
}

// note keeps how a delivery went.
func (h *Hub) note(s *subscriber, d feed.Digest, o outcome, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.gone {
		return
	}
	failed := s.Failures
	gone := h.set.policy.settle(&s.Subscriber, d, o, time.Now())
	s.slow = o.err != nil || took > h.set.limits.long
	switch {
	case gone && s.Callback != h.set.Ping:
		h.set.Log.Info("subscription ended", "topic", s.Topic, "host", s.host, "why", o.err)
		h.remove(s)
		return
	case o.err != nil && s.Failures == 0:
		h.set.Log.Warn("a delivery is given up", "topic", s.Topic, "host", s.host, "err", o.err)
	case o.err != nil && failed == 0:
		h.set.Log.Warn("a delivery is tried again", "topic", s.Topic, "host", s.host, "err", o.err, "next", s.Next)
	}
	h.keeper.mark(s)
}

// send sends the content to a callback (§7), or the outside hub a ping.
func (h *Hub) send(ctx context.Context, hub string, to *feed.Subscriber, c *Content) outcome {
	ctx, cancel := context.WithTimeout(ctx, h.set.limits.timeout)
	defer cancel()
	body, header := c.Body, http.Header{"Content-Type": {c.MediaType}}
	if to.Callback == h.set.Ping {
		form := url.Values{"hub.mode": {"publish"}, "hub.url": {to.Topic}, "hub.topic": {to.Topic}}
		body, header = []byte(form.Encode()), http.Header{"Content-Type": {formType}}
	} else {
		header.Set("Link", Links(hub, to.Topic))
		if to.Secret != "" {
			header.Set("X-Hub-Signature", sign(to.Secret, body))
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Callback, bytes.NewReader(body))
	if err != nil {
		return outcome{err: err}
	}
	req.Header = header
	resp, err := h.set.Send(req)
	if err != nil {
		return outcome{err: err}
	}
	return judge(resp, time.Now())
}

// Links is the Link header of a topic (§4).
func Links(hub, topic string) string {
	return fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, hub, topic)
}

// sign returns an X-Hub-Signature (§7.1).
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// maxAnswer is how much of an answer is read, so that its connection can be
// used again.
const maxAnswer = 4 << 10

// judge reads a callback's answer.
func judge(resp *http.Response, now time.Time) (o outcome) {
	defer resp.Body.Close() //nolint:errcheck // read as far as it is wanted
	words, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode/100 == 2 {
		return outcome{}
	}
	o.gone = resp.StatusCode == http.StatusGone
	o.retryAfter = reply.RetryAfter(resp.Header.Get("Retry-After"), now)
	o.err = fmt.Errorf("it answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if said := reply.Words(string(words), maxSaid); said != "" {
		o.err = fmt.Errorf("%w: %s", o.err, said)
	}
	return o
}

// maxSaid bounds how much of a callback's words are kept.
const maxSaid = 200
