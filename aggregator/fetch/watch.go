package fetch

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

var (
	errTimeout = errors.New("the time is over")
	errStalled = errors.New("the body stalls")
)

// A watch ends one request when its time is over, or when its body comes in
// drops: a server that sends a byte a second would hold a worker for long.
type watch struct {
	cancel   context.CancelCauseFunc
	timer    *time.Timer
	limits   *Limits
	reading  atomic.Bool
	received atomic.Int64

	mu       sync.Mutex // guards what follows: a tick may come at any time
	began    time.Time
	deadline time.Time
	held     time.Time // since when the clock is stopped; zero: it goes
	seen     int64     // of received at the last tick
}

// newWatch returns a context that ends with the time that is left.
func newWatch(ctx context.Context, left time.Duration, limits *Limits) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	now := time.Now()
	w := &watch{cancel: cancel, began: now, deadline: now.Add(left), limits: limits}
	w.timer = time.AfterFunc(left, w.tick)
	return ctx, w
}

func (w *watch) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.held.IsZero() {
		return // it began just before the clock was stopped
	}
	left := time.Until(w.deadline)
	n := w.received.Load()
	switch {
	case left <= 0:
		w.cancel(errTimeout)
	case w.reading.Load() && n-w.seen < w.limits.Floor:
		w.cancel(errStalled)
	default:
		w.seen = n
		w.timer.Reset(min(left, w.limits.Stall))
	}
}

// body returns r, counted and from now on expected to flow.
func (w *watch) body(r io.Reader) io.Reader {
	w.reading.Store(true)
	if left := time.Until(w.deadline); left > w.limits.Stall {
		w.timer.Reset(w.limits.Stall)
	}
	return &watched{r, w}
}

// hold stops the clock while we have no room for more of the body, and goOn
// lets it go on.
func (w *watch) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
	w.held = time.Now()
}

func (w *watch) goOn() {
	w.mu.Lock()
	defer w.mu.Unlock()
	lost := time.Since(w.held)
	w.began, w.deadline, w.held = w.began.Add(lost), w.deadline.Add(lost), time.Time{}
	w.seen = w.received.Load()
	w.timer.Reset(min(time.Until(w.deadline), w.limits.Stall))
}

// stop ends the watch, and returns how long it lasted.
func (w *watch) stop() time.Duration {
	w.timer.Stop()
	w.cancel(nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Since(w.began)
}

type watched struct {
	r io.Reader
	w *watch
}

func (r *watched) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.w.received.Add(int64(n))
	return n, err
}
