// Package hub is the hub's side of W3C WebSub for documents of our own: it
// takes subscriptions, makes sure that they were meant, and distributes what
// is rendered, or tells an outside hub to do so.
//
// Nothing but subscribers is kept: with each goes the digest of what it was
// sent last, so what is owed is known from what a topic is now. A later
// rendering takes the place of an earlier one that was not delivered, and
// whatever happened while nobody was at work is found by comparing.
package hub

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tributary/feed"
)

// A Store is what a Hub needs of one.
type Store interface {
	Subscribers(ctx context.Context) iter.Seq2[feed.Subscriber, error]
	PutSubscribers(ctx context.Context, put, gone []feed.Subscriber) error
}

// Path is where a hub lies below the address of its site.
const Path = "/websub/hub"

// A Content is what a topic is now.
type Content struct {
	Topic     string // the document's URL
	MediaType string
	Body      []byte // nobody changes it
}

// A digested is a content with its digest, taken once for all deliveries.
type digested struct {
	Content
	digest feed.Digest
}

func digestedOf(c Content) *digested { return &digested{c, digest(c.Body)} }

// ErrNoTopic is what Site.Current answers for what is not published.
var ErrNoTopic = errors.New("there is no such document")

// A Site is what is published. Another one may take its place at any time.
type Site struct {
	Hub     string   // where this hub is, as subscribers know it
	Topics  []string // the URLs of all documents that can be subscribed to
	Current func(ctx context.Context, topic string) (Content, error)
	// Unpushed says why a URL that is none of Topics cannot be subscribed to though
	// there is a document; "" for any other. nil: there is none.
	Unpushed func(topic string) string
}

// Settings is what a Hub works with. Zero fields take the defaults.
type Settings struct {
	Site Site
	// Send sends a request to a subscriber: to addresses only that outsiders
	// may lead us to, with room for MostPerHost requests to one host.
	Send func(*http.Request) (*http.Response, error)
	// Ping is an outside hub that is told what has changed, and does the rest;
	// empty: we are the hub.
	Ping string

	MinLease, Lease, MaxLease time.Duration // least, when none is asked for, and most; default 1h, 10d, 30d
	MaxSubscribers            int           // default 10,000
	MaxPerHost                int           // of those, callbacks on one host; default 500
	PerHost                   int           // deliveries at one time to one host; default 4
	RetryFor                  time.Duration // how long a delivery that fails is tried again; default 24h
	MaxBody                   int64         // bytes of a document that is distributed; default 16 MiB
	Log                       *slog.Logger

	policy policy
	limits limits
}

// limits bounds what goes on at one time. Zero fields take the defaults.
type limits struct {
	fast, slow         int           // deliveries at one time, and those to callbacks that took long or failed; default 256, 64
	hostFast, hostSlow int           // of those, to one host; default PerHost and half of it
	timeout            time.Duration // of a request to a callback; default 10s
	long               time.Duration // what counts as long; default 2s
	verifications      int           // at one time; default 32
	lookEvery          time.Duration // for what is due or over; default 1s
	burst, hostBurst   int           // requests for subscriptions that may come at once, and for callbacks of one host; default 1,000 and 200
	rate, hostRate     float64       // and how many a second from then on; default 50 and 5
}

func orElse[T comparable](field *T, to T) {
	var zero T
	if *field == zero {
		*field = to
	}
}

func (set *Settings) defaults() {
	const day = 24 * time.Hour
	orElse(&set.MinLease, time.Hour)
	orElse(&set.MaxLease, 30*day)
	set.MinLease = min(set.MinLease, set.MaxLease)
	orElse(&set.Lease, 10*day)
	set.Lease = min(max(set.Lease, set.MinLease), set.MaxLease)
	orElse(&set.MaxSubscribers, 10_000)
	orElse(&set.MaxPerHost, 500)
	orElse(&set.policy.retry, 15*time.Second)
	orElse(&set.policy.longest, 2*time.Hour)
	orElse(&set.RetryFor, day)
	orElse(&set.policy.giveUp, set.RetryFor)
	orElse(&set.MaxBody, 16<<20)
	orElse(&set.PerHost, 4)
	l := &set.limits
	orElse(&l.fast, 256)
	orElse(&l.slow, 64)
	orElse(&l.hostFast, set.PerHost)
	orElse(&l.hostSlow, max(1, set.PerHost/2))
	orElse(&l.timeout, 10*time.Second)
	orElse(&l.long, 2*time.Second)
	orElse(&l.verifications, 32)
	orElse(&l.lookEvery, time.Second)
	orElse(&l.burst, 1000)
	orElse(&l.hostBurst, 200)
	orElse(&l.rate, 50)
	orElse(&l.hostRate, 5)
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
}

// MostPerHost is how many requests to one host may be under way: deliveries, to
// the quick and to the slow, and as many verifications.
func MostPerHost(perHost int) int { return 2*perHost + perHost/2 + 1 }

// A Hub keeps the subscribers of a store. Use New.
type Hub struct {
	store    Store
	set      Settings
	requests chan request // that wait for their verification
	wake     chan struct{}
	keeper   *keeper
	rates    *rates

	delivered, failed, refused atomic.Int64

	mu      sync.Mutex // guards what follows
	site    Site
	compare time.Time         // when the topics of site are compared with what was sent; zero: they have been
	known   map[string]bool   // site.Topics
	topics  map[string]*topic // those with subscribers
	subs    map[key]*subscriber
	perHost map[string]int // subscribers, by their host
	fast    lane
	slow    lane
	asked   map[key]*asked
	number  uint64 // of the last request
}

// A key names a subscriber.
type key struct{ topic, callback string }

// A topic is a document that somebody subscribes to.
type topic struct {
	digest  feed.Digest // of what it is now; zero: not known
	content *digested   // while it is being delivered, else nil
	version uint64      // raised by Publish: what was asked for before is old
	waiting int         // deliveries in lanes or under way
	subs    map[*subscriber]bool
}

// A subscriber is a stored one, and what it is about to get.
type subscriber struct {
	feed.Subscriber
	host  string
	place place
	slow  bool // its last delivery took long or failed
	gone  bool // it is no subscriber any more
}

// A place is where the next delivery to a subscriber is.
type place uint8

const (
	idle   place = iota
	queued       // in a lane
	sending
)

func (s *subscriber) key() key { return key{s.Topic, s.Callback} }

// New returns the hub of what the store holds. It delivers nothing before Run.
func New(ctx context.Context, store Store, set Settings) (*Hub, error) {
	set.defaults()
	l := &set.limits
	h := &Hub{
		store: store, set: set, requests: make(chan request, 4*l.verifications), wake: make(chan struct{}, 1), rates: newRates(l),
		topics: map[string]*topic{}, subs: map[key]*subscriber{}, perHost: map[string]int{}, asked: map[key]*asked{},
		fast: newLane(l.fast, l.hostFast), slow: newLane(l.slow, l.hostSlow),
	}
	h.keeper = newKeeper(h)
	for sub, err := range store.Subscribers(ctx) {
		if err != nil {
			return nil, fmt.Errorf("read the subscribers: %w", err)
		}
		if set.keeps(&sub) {
			h.add(sub)
		} else {
			h.keeper.dirty[key{sub.Topic, sub.Callback}] = true
			h.keeper.again()
		}
	}
	h.Publishes(set.Site)
	return h, nil
}

// keeps reports whether a subscriber is one of the hub that is in force now:
// our own, or the outside one, which is stored as a subscriber without a lease.
func (set *Settings) keeps(s *feed.Subscriber) bool {
	if set.Ping != "" {
		return s.Callback == set.Ping && s.LeaseEnd.IsZero()
	}
	return !s.LeaseEnd.IsZero()
}

// Publishes puts another site in force.
func (h *Hub) Publishes(site Site) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.site, h.compare, h.known = site, time.Now(), make(map[string]bool, len(site.Topics))
	for _, t := range site.Topics {
		h.known[t] = true
	}
	if h.set.Ping != "" {
		for _, t := range site.Topics {
			if k := (key{t, h.set.Ping}); h.subs[k] == nil {
				h.keeper.mark(h.add(feed.Subscriber{Topic: t, Callback: h.set.Ping, Since: time.Now()}))
			}
		}
	}
	h.stir()
}

// Publish hears of a rendering. It does not wait for anybody.
func (h *Hub) Publish(c Content) {
	v := digestedOf(c)
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[c.Topic]; t != nil {
		t.version++
		h.now(t, v)
	}
}

func digest(body []byte) feed.Digest { return feed.DigestOf(string(body)) }

// now takes over what a topic is now.
func (h *Hub) now(t *topic, v *digested) {
	if t.digest != v.digest {
		t.digest = v.digest
		if h.tooLarge(t, v) {
			return
		}
		for s := range t.subs {
			h.queue(s, time.Now())
		}
	}
	if t.waiting > 0 {
		t.content = v
	}
}

// tooLarge gives up on what is larger than may be distributed: subscribers have
// to read it by themselves.
func (h *Hub) tooLarge(t *topic, v *digested) bool {
	if h.set.Ping != "" || int64(len(v.Body)) <= h.set.MaxBody {
		return false
	}
	why := fmt.Errorf("the document has %d bytes, and max_body of [hub] is %d", len(v.Body), h.set.MaxBody)
	h.set.Log.Warn("a document is not distributed: it is too large", "topic", v.Topic, "bytes", len(v.Body), "subscribers", len(t.subs))
	for s := range t.subs {
		s.Sent, s.Owed, s.Next, s.Failures, s.Error = v.digest, time.Time{}, time.Time{}, 0, why.Error()
		h.keeper.mark(s)
	}
	return true
}

// add takes in a subscriber. The caller holds mu, or has the hub alone.
func (h *Hub) add(sub feed.Subscriber) *subscriber {
	s := &subscriber{Subscriber: sub, host: hostOf(sub.Callback), slow: sub.Failures > 0}
	t := h.topics[sub.Topic]
	if t == nil {
		t = &topic{subs: map[*subscriber]bool{}}
		h.topics[sub.Topic] = t
	}
	t.subs[s] = true
	h.subs[s.key()] = s
	h.perHost[s.host]++
	return s
}

// remove lets a subscriber go.
func (h *Hub) remove(s *subscriber) {
	if s.gone {
		return
	}
	s.gone = true
	delete(h.subs, s.key())
	if h.perHost[s.host]--; h.perHost[s.host] == 0 {
		delete(h.perHost, s.host)
	}
	t := h.topics[s.Topic]
	if delete(t.subs, s); len(t.subs) == 0 {
		delete(h.topics, s.Topic)
	}
	h.keeper.mark(s)
}

// stir has Run look at the lanes.
func (h *Hub) stir() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// A Status is how a hub is doing.
type Status struct {
	Subscribers int `json:"subscribers"`
	Owed        int `json:"owed"`    // have not got what is published now
	Failing     int `json:"failing"` // did not take the last delivery

	Delivered int64 `json:"delivered"` // since the start
	Failed    int64 `json:"failed"`    // deliveries, since the start
	Refused   int64 `json:"refused"`   // requests for subscriptions, since the start
}

// Status counts the subscribers.
func (h *Hub) Status() (st Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	st.Subscribers = len(h.subs)
	st.Delivered, st.Failed, st.Refused = h.delivered.Load(), h.failed.Load(), h.refused.Load()
	for _, s := range h.subs {
		if h.owes(s) {
			st.Owed++
		}
		if s.Failures > 0 {
			st.Failing++
		}
	}
	return st
}
