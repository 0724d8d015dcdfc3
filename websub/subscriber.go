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
	"sync"
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
	// Lost hears that a hub is not to be relied on any more. Its error is
	// ours, too; nil: nobody wants to hear.
	Lost func(ctx context.Context, id feed.SourceID) error
	Log  *slog.Logger

	patience   time.Duration // for a hub to verify; default 5m
	retry      time.Duration // after a first failure; default 1m
	refused    time.Duration // least wait after a 4xx; default 1h
	hubTimeout time.Duration // for a hub's answer, redirects included; default 30s
	readTime   time.Duration // for the body of a push; default 30s
	leastLease time.Duration // that can be relied on; default 5m
	lookEvery  time.Duration // for subscriptions whose moment has come; default 1m
}

func (set *Settings) defaults() {
	wait := func(field *time.Duration, to time.Duration) {
		if *field == 0 {
			*field = to
		}
	}
	wait(&set.Lease, 10*24*time.Hour)
	wait(&set.patience, 5*time.Minute)
	wait(&set.retry, time.Minute)
	wait(&set.refused, time.Hour)
	wait(&set.hubTimeout, 30*time.Second)
	wait(&set.readTime, 30*time.Second)
	wait(&set.leastLease, 5*time.Minute)
	wait(&set.lookEvery, time.Minute)
	if set.MaxBody == 0 {
		set.MaxBody = 16 << 20
	}
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	if set.Lost == nil {
		set.Lost = func(context.Context, feed.SourceID) error { return nil }
	}
}

// Faster returns the settings for tests that cannot wait: leases that much
// shorter can be relied on, and what is due is looked for that much more often.
func (set Settings) Faster(factor float64) Settings {
	set.defaults()
	set.leastLease = time.Duration(float64(set.leastLease) / factor)
	set.lookEvery = max(time.Duration(float64(set.lookEvery)/factor), 10*time.Millisecond)
	return set
}

// Path is where callbacks lie below Settings.PublicURL.
const Path = "/websub/"

// Bounds of what a hub can make of us, and of what we make of hubs.
const (
	mostLease   = 366 * 24 * time.Hour
	longRetry   = 24 * time.Hour
	deniedRetry = 24 * time.Hour // after a denial
	giveUp      = 3              // attempts to unsubscribe
	pushNoted   = time.Minute    // a push is noted in the store so often
	shortLease  = time.Hour      // until the next request after a lease too short to rely on
	drainTime   = 2 * time.Second
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
	set.defaults()
	return &Subscriber{store: store, set: set, hubs: newHubs(), inbox: newInbox(), wake: make(chan struct{}, 1), locks: newLocks()}
}

// Run asks hubs for what is to be asked until ctx ends, and hands pushes on:
// those that have been taken by then, too.
func (s *Subscriber) Run(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { s.inbox.run(ctx, s.deliver) })
	defer working.Wait()
	defer s.hubs.wait()
	defer end()
	if err := s.move(ctx); err != nil {
		return ended(ctx, err)
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-s.wake:
		}
		if err := s.look(ctx); err != nil {
			return ended(ctx, err)
		}
		timer.Reset(s.set.lookEvery)
	}
}

// ended returns err unless ctx has ended, which explains it.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// look asks the hubs of all subscriptions whose moment has come.
func (s *Subscriber) look(ctx context.Context) error {
	now := time.Now()
	for sub, err := range s.store.Subscriptions(ctx) {
		if err != nil {
			return fmt.Errorf("read the subscriptions: %w", err)
		}
		if !sub.Next.After(now) {
			s.hubs.do(ctx, sub.Hub, sub.Source, func(id feed.SourceID) bool { return s.ask(ctx, id) })
		}
	}
	return nil
}

// move asks for pushes to our present address: hubs know another one when the
// public URL has been changed.
func (s *Subscriber) move(ctx context.Context) error {
	for sub, err := range s.store.Subscriptions(ctx) {
		if err != nil {
			return fmt.Errorf("read the subscriptions: %w", err)
		}
		if sub.Mode == feed.Unsubscribing || sub.Callback == "" || sub.Callback == s.callback(&sub) {
			continue
		}
		if err := s.put(ctx, subscription(sub.Source, sub.Hub, sub.Topic)); err != nil {
			return err
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
	defer s.stir()
	return s.put(ctx, subscription(st.Source.ID, st.Hub, st.Topic))
}

// subscription returns one that is to be asked for.
func subscription(id feed.SourceID, hub, topic string) feed.Subscription {
	return feed.Subscription{Source: id, Hub: hub, Topic: topic, Token: random(tokenBytes), Secret: random(32), Mode: feed.Subscribing, Next: time.Now()}
}

// Missed hears that a poll found what the hub should have pushed: it is not
// relied on before it pushes again.
func (s *Subscriber) Missed(ctx context.Context, id feed.SourceID) error {
	unlock := s.locks.lock(id)
	sub, err := s.store.Subscription(ctx, id)
	lost := err == nil && sub.Healthy(time.Now())
	if lost {
		sub.Missed = time.Now()
		s.tell(&sub, "a poll found entries that the hub had not pushed")
		err = s.put(ctx, sub)
	}
	unlock()
	if err != nil || !lost {
		return missing(err)
	}
	return s.set.Lost(ctx, id)
}

// tell notes what is wrong with a subscription, and logs it when it is news.
func (s *Subscriber) tell(sub *feed.Subscription, trouble string) {
	if sub.Error != trouble {
		s.set.Log.Warn("trouble with a hub", "source", string(sub.Source), "hub", sub.Hub, "err", trouble)
	}
	sub.Error = trouble
}

// missing returns err unless it says that there is no subscription.
func missing(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

func (s *Subscriber) put(ctx context.Context, sub feed.Subscription) error {
	if err := s.store.PutSubscription(ctx, sub); err != nil {
		return fmt.Errorf("store the subscription of %s: %w", sub.Source, err)
	}
	return nil
}

// unsubscribe lets the hub know that we want nothing any more, unless it never
// agreed to anything.
func (s *Subscriber) unsubscribe(ctx context.Context, sub feed.Subscription) error {
	switch {
	case sub.Mode == feed.Unsubscribing:
		return nil
	case sub.Mode == feed.Denied || sub.Callback == "":
		return s.store.DeleteSubscription(ctx, sub.Source)
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
		if err := s.drop(ctx, sub.Source); err != nil {
			return err
		}
	}
	return nil
}

// drop unsubscribes a source.
func (s *Subscriber) drop(ctx context.Context, id feed.SourceID) error {
	defer s.locks.lock(id)()
	sub, err := s.store.Subscription(ctx, id)
	if err != nil {
		return missing(err)
	}
	return s.unsubscribe(ctx, sub)
}

// Pushed reports whether the hub that a source names can be relied on to push
// it.
func (s *Subscriber) Pushed(ctx context.Context, st *feed.State) bool {
	sub, err := s.store.Subscription(ctx, st.Source.ID)
	return err == nil && sub.Hub == st.Hub && sub.Topic == st.Topic && sub.Healthy(time.Now())
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

// tokenBytes is how many bytes of chance a callback has.
const tokenBytes = 16

// Handles reports whether a path is that of a callback, whether it is known or
// not: what else lies below Path is not ours.
func Handles(path string) bool {
	_, _, ok := split(path)
	return ok
}

// split reads the end of a callback's path.
func split(path string) (id feed.SourceID, token string, ok bool) {
	i := strings.LastIndex(path, Path)
	if i < 0 {
		return "", "", false
	}
	name, token, ok := strings.Cut(path[i+len(Path):], "/")
	raw, err := base64.RawURLEncoding.DecodeString(name)
	return feed.SourceID(raw), token, ok && err == nil && len(raw) > 0 && len(token) == base64.RawURLEncoding.EncodedLen(tokenBytes)
}
