package websub

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"tributary/feed"
	"tributary/storage"
)

// memory is a store of one subscription, for what is measured and fuzzed.
type memory struct {
	mu  sync.Mutex
	sub feed.Subscription
}

func (m *memory) Subscription(_ context.Context, id feed.SourceID) (feed.Subscription, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id != m.sub.Source {
		return feed.Subscription{}, storage.ErrNotFound
	}
	return m.sub, nil
}

func (m *memory) Subscriptions(context.Context) iter.Seq2[feed.Subscription, error] {
	return func(func(feed.Subscription, error) bool) {}
}

func (m *memory) PutSubscription(_ context.Context, s feed.Subscription) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sub = s
	return nil
}

func (m *memory) DeleteSubscription(context.Context, feed.SourceID) error { return nil }

// brokenStore cannot be read.
type brokenStore struct{ storage.Store }

var errBroken = errors.New("the disk is gone")

func (*brokenStore) Subscription(context.Context, feed.SourceID) (feed.Subscription, error) {
	return feed.Subscription{}, errBroken
}

func (*brokenStore) Subscriptions(context.Context) iter.Seq2[feed.Subscription, error] {
	return func(yield func(feed.Subscription, error) bool) { yield(feed.Subscription{}, errBroken) }
}

// An answer is what a handler wrote.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

type lockedBuilder struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuilder) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuilder) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *lockedBuilder) logger() *slog.Logger { return slog.New(slog.NewTextHandler(b, nil)) }
