// Package websub is the subscriber's side of W3C WebSub: it asks the hubs of
// sources to push what is new, proves that it meant to, renews, and takes what
// is pushed.
package websub

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// A Store is what a Subscriber needs of one.
type Store interface {
	Subscription(ctx context.Context, id feed.SourceID) (feed.Subscription, error)
	Subscriptions(ctx context.Context) iter.Seq2[feed.Subscription, error]
	PutSubscription(ctx context.Context, s feed.Subscription) error
	DeleteSubscription(ctx context.Context, id feed.SourceID) error
}

// Settings is what a Subscriber works with. Zero fields take the defaults.
type Settings struct {
	PublicURL string        // where hubs can reach us, without a slash at its end; callbacks are below PublicURL + Path
	Lease     time.Duration // asked for (hub.lease_seconds); default 10 days
	MaxBody   int64         // bytes of a push; default 16 MiB
	// Send sends a request to a hub: within the limits, and to the addresses
	// only, that polls are held to.
	Send func(*http.Request) (*http.Response, error)
	// Deliver takes a push as a poll would its answer. Its error is ours, not
	// the hub's.
	Deliver func(ctx context.Context, id feed.SourceID, header http.Header, body []byte) error
	Log     *slog.Logger

	patience time.Duration // for a hub to verify; default 5m
	retry    time.Duration // after a first failure; default 1m
}

// Path is where callbacks lie below Settings.PublicURL.
const Path = "/websub/"

// Bounds of what a hub can make of us, and of what we make of hubs.
const (
	leastLease  = time.Minute
	mostLease   = 366 * 24 * time.Hour
	longRetry   = 24 * time.Hour
	deniedRetry = 24 * time.Hour // after a denial
	giveUp      = 3              // attempts to unsubscribe
	lookEvery   = time.Minute
	pushNoted   = time.Minute // a push is noted in the store so often
)

// A Subscriber keeps the subscriptions of a store. Use New.
type Subscriber struct {
	store Store
	set   Settings
	hubs  *hubs
	inbox *inbox
	wake  chan struct{}
	locks locks
}

// New returns a Subscriber. It does nothing before Run.
func New(store Store, set Settings) *Subscriber {
	if set.Lease == 0 {
		set.Lease = 10 * 24 * time.Hour
	}
	if set.MaxBody == 0 {
		set.MaxBody = 16 << 20
	}
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	if set.patience == 0 {
		set.patience = 5 * time.Minute
	}
	if set.retry == 0 {
		set.retry = time.Minute
	}
	return &Subscriber{store: store, set: set, hubs: newHubs(), inbox: newInbox(), wake: make(chan struct{}, 1), locks: newLocks()}
}

// Run asks hubs for what is to be asked until ctx ends, and hands pushes on.
func (s *Subscriber) Run(ctx context.Context) error {
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		s.inbox.run(ctx, s.deliver)
	}()
	defer func() { <-delivered }()
	defer s.hubs.wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-s.wake:
		}
		if err := s.look(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		timer.Reset(lookEvery)
	}
}

// look asks the hubs of all subscriptions whose moment has come.
func (s *Subscriber) look(ctx context.Context) error {
	now := time.Now()
	for sub, err := range s.store.Subscriptions(ctx) {
		if err != nil {
			return fmt.Errorf("read the subscriptions: %w", err)
		}
		if !sub.Next.After(now) {
			s.hubs.do(ctx, sub.Hub, func() { s.ask(ctx, sub.Source) })
		}
	}
	return nil
}

func (s *Subscriber) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Noticed hears of each good poll: a hub may have appeared, changed or gone.
func (s *Subscriber) Noticed(ctx context.Context, st *feed.State) error {
	unlock := s.locks.lock(st.Source.ID)
	defer unlock()
	sub, err := s.store.Subscription(ctx, st.Source.ID)
	known := err == nil
	switch {
	case err != nil && !errors.Is(err, storage.ErrNotFound):
		return err
	case st.Hub == "" && !known:
		return nil
	case st.Hub == "":
		return s.unsubscribe(ctx, sub)
	case known && sub.Mode != feed.Unsubscribing && sub.Hub == st.Hub && sub.Topic == st.Topic:
		return nil
	}
	// The old hub's pushes are refused from now on, since their callback is
	// not known any more: it drops us by itself (§7).
	sub = feed.Subscription{Source: st.Source.ID, Hub: st.Hub, Topic: st.Topic, Token: random(16), Secret: random(32), Mode: feed.Subscribing, Next: time.Now()}
	defer s.stir()
	return s.put(ctx, sub)
}

func (s *Subscriber) put(ctx context.Context, sub feed.Subscription) error {
	if err := s.store.PutSubscription(ctx, sub); err != nil {
		return fmt.Errorf("store the subscription of %s: %w", sub.Source, err)
	}
	return nil
}

// unsubscribe lets the hub know that we want nothing any more.
func (s *Subscriber) unsubscribe(ctx context.Context, sub feed.Subscription) error {
	if sub.Mode == feed.Unsubscribing {
		return nil
	}
	sub.Mode, sub.Next, sub.Failures, sub.Error = feed.Unsubscribing, time.Now(), 0, ""
	defer s.stir()
	return s.put(ctx, sub)
}

// Reconcile unsubscribes sources that are not wanted any more.
func (s *Subscriber) Reconcile(ctx context.Context, wanted func(feed.SourceID) bool) error {
	for sub, err := range s.store.Subscriptions(ctx) {
		if err != nil {
			return fmt.Errorf("read the subscriptions: %w", err)
		}
		if wanted(sub.Source) {
			continue
		}
		unlock := s.locks.lock(sub.Source)
		err = s.unsubscribe(ctx, sub)
		unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// Pushed reports whether a hub can be relied on to push the source.
func (s *Subscriber) Pushed(ctx context.Context, id feed.SourceID) bool {
	sub, err := s.store.Subscription(ctx, id)
	return err == nil && sub.Healthy(time.Now())
}

// random returns n random bytes as letters that fit into a URL.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// callback is the address of a subscription: the source, and what nobody can
// guess.
func (s *Subscriber) callback(sub *feed.Subscription) string {
	return s.set.PublicURL + Path + base64.RawURLEncoding.EncodeToString([]byte(sub.Source)) + "/" + sub.Token
}

// split reads the end of a callback's path.
func split(path string) (id feed.SourceID, token string, ok bool) {
	i := strings.LastIndex(path, Path)
	if i < 0 {
		return "", "", false
	}
	name, token, ok := strings.Cut(path[i+len(Path):], "/")
	raw, err := base64.RawURLEncoding.DecodeString(name)
	return feed.SourceID(raw), token, ok && err == nil && len(raw) > 0
}
