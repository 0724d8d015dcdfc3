package websub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"tributary/feed"
	"tributary/internal/reply"
	"tributary/storage"
)

// Bounds of requests to hubs.
const (
	maxRequests = 4 // at one time
	hubGap      = 100 * time.Millisecond
	maxHops     = 3
	maxReason   = 300 // bytes of a hub's own words
)

// hubs sends requests to hubs: one at a time to each, a few in all.
type hubs struct {
	mu      sync.Mutex
	busy    map[string]bool      // hubs, by their URL
	rests   map[string]time.Time // until then they are left alone
	queued  map[string][]feed.SourceID
	waits   map[feed.SourceID]bool // those that are queued
	running sync.WaitGroup
	slots   chan struct{}
}

// maxQueued bounds what waits for one hub: what does not fit is asked at the
// next look.
const maxQueued = 1000

func newHubs() *hubs {
	return &hubs{busy: map[string]bool{}, rests: map[string]time.Time{}, queued: map[string][]feed.SourceID{}, waits: map[feed.SourceID]bool{}, slots: make(chan struct{}, maxRequests)}
}

// do calls ask for the source when it is the hub's turn. ask reports whether
// it bothered the hub.
func (h *hubs) do(ctx context.Context, hub string, id feed.SourceID, ask func(feed.SourceID) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waits[id] || len(h.queued[hub]) >= maxQueued {
		return
	}
	h.waits[id] = true
	h.queued[hub] = append(h.queued[hub], id)
	if !h.busy[hub] {
		h.busy[hub] = true
		h.running.Go(func() { h.work(ctx, hub, ask) })
	}
}

func (h *hubs) work(ctx context.Context, hub string, ask func(feed.SourceID) bool) {
	for id, ok := h.next(ctx, hub); ok; id, ok = h.next(ctx, hub) {
		select {
		case h.slots <- struct{}{}:
			asked := ask(id)
			<-h.slots
			if asked {
				pause(ctx, hubGap)
			}
		case <-ctx.Done():
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (h *hubs) next(ctx context.Context, hub string) (id feed.SourceID, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	queue := h.queued[hub]
	if len(queue) == 0 || ctx.Err() != nil {
		for _, id := range queue {
			delete(h.waits, id)
		}
		delete(h.queued, hub)
		delete(h.busy, hub)
		return "", false
	}
	h.queued[hub] = queue[1:]
	delete(h.waits, queue[0])
	return queue[0], true
}

func (h *hubs) wait() { h.running.Wait() }

// rest leaves a hub alone for a while.
func (h *hubs) rest(hub string, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rests[hub] = time.Now().Add(d)
}

// resting reports whether a hub is left alone.
func (h *hubs) resting(hub string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, known := h.rests[hub]
	if known && !time.Now().Before(until) {
		delete(h.rests, hub)
		return false
	}
	return known
}

// ask sends what a subscription needs to its hub (§5.1), unless that was done
// meanwhile, or the hub is to be left alone. It reports whether it did.
func (s *Subscriber) ask(ctx context.Context, id feed.SourceID) bool {
	sub, err := s.begin(ctx, id)
	if err != nil || sub.Source == "" {
		s.complain(ctx, id, err)
		return false
	}
	if sub.Mode != feed.Unsubscribing && !sub.Healthy(time.Now()) {
		s.complain(ctx, id, s.set.Lost(ctx, id))
	}
	refused := s.request(ctx, &sub)
	if refused != nil && refused.busy {
		s.hubs.rest(sub.Hub, max(s.set.retry, refused.retryAfter))
	}
	if ctx.Err() == nil {
		s.complain(ctx, id, s.asked(ctx, &sub, refused))
	}
	return true
}

func (s *Subscriber) complain(ctx context.Context, id feed.SourceID, err error) {
	if err != nil && ctx.Err() == nil {
		s.set.Log.Error("keep a subscription", "source", string(id), "err", err)
	}
}

// begin takes a subscription whose moment has come, and waits for its
// verification from now on: that may come before the hub has answered.
func (s *Subscriber) begin(ctx context.Context, id feed.SourceID) (feed.Subscription, error) {
	defer s.locks.lock(id)()
	sub, err := s.store.Subscription(ctx, id)
	now := time.Now()
	switch {
	case errors.Is(err, storage.ErrNotFound), err == nil && (sub.Next.After(now) || s.hubs.resting(sub.Hub)):
		return feed.Subscription{}, nil
	case err != nil:
		return sub, err
	case sub.Mode == feed.Unsubscribing && sub.Failures >= giveUp:
		return feed.Subscription{}, s.store.DeleteSubscription(ctx, id)
	case sub.Mode == feed.Denied, sub.Mode == feed.Subscribed && !sub.LeaseEnd.IsZero() && !now.Before(sub.LeaseEnd):
		sub.Mode = feed.Subscribing
	}
	if sub.Mode != feed.Unsubscribing {
		sub.Callback = s.callback(&sub)
	}
	sub.Failures++ // taken back when it is verified
	sub.Next = now.Add(s.set.patience + s.backoff(sub.Failures))
	if sub.Failures > 1 && sub.Error == "" {
		s.tell(&sub, "the hub does not verify the subscription")
	}
	return sub, s.put(ctx, sub)
}

// backoff doubles from a minute to a day, with jitter.
func (s *Subscriber) backoff(failures int) time.Duration {
	if failures <= 1 {
		return 0
	}
	d := min(s.set.retry<<min(failures-2, 20), longRetry)
	return d + time.Duration(rand.Int64N(int64(d)/10+1))
}

// A refusal is why a hub did not take a request.
type refusal struct {
	reason     string
	retryAfter time.Duration
	busy       bool // it would refuse any other request, too
}

// request sends the request; nil: the hub has accepted it.
func (s *Subscriber) request(ctx context.Context, sub *feed.Subscription) *refusal {
	ctx, cancel := context.WithTimeout(ctx, s.set.hubTimeout)
	defer cancel()
	mode := "subscribe"
	if sub.Mode == feed.Unsubscribing {
		mode = "unsubscribe"
	}
	form := url.Values{"hub.mode": {mode}, "hub.topic": {sub.Topic}, "hub.callback": {sub.Callback}}
	if mode == "subscribe" {
		form.Set("hub.lease_seconds", strconv.FormatInt(int64(s.set.Lease/time.Second), 10))
		form.Set("hub.secret", sub.Secret)
	}
	at := sub.Hub
	for range maxHops + 1 {
		resp, err := s.post(ctx, at, form)
		if err != nil {
			return &refusal{reason: err.Error(), busy: true}
		}
		next, refused := s.outcome(at, resp)
		if next == "" {
			return refused
		}
		at = next
	}
	return &refusal{reason: fmt.Sprintf("the hub redirects more than %d times", maxHops)}
}

func (s *Subscriber) post(ctx context.Context, at string, form url.Values) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.set.Send(req)
}

// outcome reads a hub's answer: where it sends us, or why it refuses.
func (s *Subscriber) outcome(at string, resp *http.Response) (next string, refused *refusal) {
	defer resp.Body.Close() //nolint:errcheck // read as far as it is wanted
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxReason))
	switch {
	case resp.StatusCode/100 == 2:
		return "", nil
	case resp.StatusCode == http.StatusTemporaryRedirect || resp.StatusCode == http.StatusPermanentRedirect:
		base, err := url.Parse(at)
		if err == nil {
			base, err = base.Parse(resp.Header.Get("Location"))
		}
		switch {
		case err != nil || base.Scheme != "http" && base.Scheme != "https" || resp.Header.Get("Location") == "":
			return "", &refusal{reason: "the hub redirects to something that is no web address"}
		case base.Scheme == "http" && strings.HasPrefix(at, "https:"):
			return "", &refusal{reason: "the hub redirects from https to http, where all could read the secret"}
		}
		return base.String(), nil
	}
	reason := fmt.Sprintf("the hub answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if words := reply.Words(string(text), maxReason); words != "" {
		reason += ": " + words
	}
	wait := min(reply.RetryAfter(resp.Header.Get("Retry-After"), time.Now()), longRetry)
	if resp.StatusCode/100 == 4 && resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusRequestTimeout {
		wait = max(wait, s.set.refused) // the same request will hardly be liked better soon
	}
	busy := resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable
	return "", &refusal{reason: reason, retryAfter: wait, busy: busy}
}

// asked notes what the hub said to a request, unless the verification was
// faster.
func (s *Subscriber) asked(ctx context.Context, sub *feed.Subscription, refused *refusal) error {
	defer s.locks.lock(sub.Source)()
	at, err := s.store.Subscription(ctx, sub.Source)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (at.Token != sub.Token || at.Failures == 0) {
		return nil
	}
	if err != nil || refused == nil {
		return err
	}
	at.Next = time.Now().Add(max(s.set.retry, s.backoff(at.Failures), refused.retryAfter))
	s.tell(&at, refused.reason)
	return s.put(ctx, at)
}
