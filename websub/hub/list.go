package hub

import (
	"cmp"
	"context"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/feed"
)

// A Listed is how a subscriber is doing, for the operator. Neither its secret is
// told nor its callback, of which the address is as good as a password.
type Listed struct {
	Topic     string     `json:"topic"`
	Callback  string     `json:"callback"` // scheme and host
	ID        string     `json:"id"`       // tells those of one host apart
	State     string     `json:"state"`    // one of States
	Signed    bool       `json:"signed"`   // it gave a secret
	Since     *time.Time `json:"since,omitempty"`
	LeaseEnd  *time.Time `json:"lease_end,omitempty"` // none of an outside hub
	Delivered *time.Time `json:"last_delivery,omitempty"`
	OwedSince *time.Time `json:"owed_since,omitempty"` // deliveries fail since
	Next      *time.Time `json:"next_try,omitempty"`
	Failures  int        `json:"failures"` // in a row
	Error     string     `json:"last_error,omitempty"`
}

// What a subscriber may be: has it what is published, is that on its way to it,
// did it not take the last delivery, or is its topic not known at the moment.
const (
	stateOK      = "ok"
	stateOwed    = "owed"
	stateFailing = "failing"
	stateUnknown = "unknown"
)

// States are the words of Listed.State.
var States = []string{stateOK, stateOwed, stateFailing, stateUnknown}

// List tells of all subscribers, by topic and callback. What topics are is found
// out where nobody has yet.
func (h *Hub) List(ctx context.Context) []Listed {
	h.learn(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Listed, 0, len(h.subs))
	for _, s := range h.subs {
		out = append(out, h.listed(s))
	}
	slices.SortFunc(out, func(a, b Listed) int {
		return cmp.Or(strings.Compare(a.Topic, b.Topic), strings.Compare(a.Callback, b.Callback), strings.Compare(a.ID, b.ID))
	})
	return out
}

// learn finds out what the topics are of which that is not known.
func (h *Hub) learn(ctx context.Context) {
	h.mu.Lock()
	site := h.site
	var names []string
	for name, t := range h.topics {
		if t.digest.IsZero() {
			names = append(names, name)
		}
	}
	h.mu.Unlock()
	for _, name := range names {
		_, _ = h.current(ctx, site, name) // one that cannot be made stays unknown
	}
}

// TryAll has everything that is owed tried at once, whenever it would be. What
// is owed is known when it returns.
func (h *Hub) TryAll(ctx context.Context) {
	h.learn(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	for _, s := range h.subs {
		if h.owes(s) {
			s.Next, s.Owed, s.Failures = time.Time{}, time.Time{}, 0
			h.queue(s, now)
		}
	}
}

func (h *Hub) listed(s *subscriber) Listed {
	d := feed.DigestOf(s.Callback)
	return Listed{
		Topic: s.Topic, Callback: origin(s.Callback), ID: hex.EncodeToString(d[:4]), State: h.state(s), Signed: s.Secret != "",
		Since: moment(s.Since), LeaseEnd: moment(s.LeaseEnd), Delivered: moment(s.Delivered), OwedSince: moment(s.Owed), Next: moment(s.Next),
		Failures: s.Failures, Error: s.Error,
	}
}

func (h *Hub) state(s *subscriber) string {
	switch {
	case s.Failures > 0:
		return stateFailing
	case h.topics[s.Topic].digest.IsZero():
		return stateUnknown
	case h.owes(s):
		return stateOwed
	}
	return stateOK
}

// origin is what may be told of a callback.
func origin(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
