package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A flight is a picture that is being asked for, by whoever came first, for
// all who want it meanwhile.
type flight struct {
	done chan struct{}
	err  error
	// what could not be kept on disk is here, for those who wait
	about about
	body  []byte
}

// failed is a picture that could not be had.
type failed struct {
	until time.Time
	err   error
}

var (
	errBusy   = &Failure{Status: http.StatusServiceUnavailable, Reason: "too many pictures are being asked for"}
	errClosed = &Failure{Status: http.StatusServiceUnavailable, Reason: "tributary is stopping"}
)

// picture returns a picture, asked for when it is not there or out of date.
// One that is out of date is better than none. Whoever gets it closes it.
func (p *Proxy) picture(ctx context.Context, src string) (*picture, error) {
	old := p.cache.get(src)
	if old != nil && time.Now().Before(old.Until) {
		p.count.hits.Add(1)
		return old, nil
	}
	if err := p.failed(src); err != nil {
		return p.stale(old, err)
	}
	f, err := p.fly(src, old) //nolint:contextcheck // others wait for it who stay when this one leaves
	if err != nil {
		return p.stale(old, err)
	}
	if err := f.wait(ctx, old != nil); err != nil {
		return p.stale(old, err)
	}
	if old != nil {
		old.close()
	}
	if now := p.cache.get(src); now != nil {
		return now, nil
	}
	if f.body == nil {
		return nil, errBusy // it had to make room for others at once
	}
	return &picture{about: f.about, ReadSeeker: bytes.NewReader(f.body)}, nil
}

func (p *Proxy) stale(old *picture, err error) (*picture, error) {
	if old == nil {
		return nil, err
	}
	p.count.hits.Add(1)
	return old, nil
}

var errSlow = errors.New("there is no answer yet")

// wait waits for the end of a flight: not long where there is an old picture.
func (f *flight) wait(ctx context.Context, short bool) error {
	var late <-chan time.Time
	if short {
		timer := time.NewTimer(staleWait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-f.done:
		return f.err
	case <-late:
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fly returns the flight of a picture, begun now when there is none.
func (p *Proxy) fly(src string, old *picture) (*flight, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.flights[src]; f != nil {
		return f, nil
	}
	if p.ctx.Err() != nil {
		return nil, errClosed
	}
	if len(p.flights) >= maxFlights {
		return nil, errBusy
	}
	f := &flight{done: make(chan struct{})}
	p.flights[src] = f
	var known *about
	if old != nil {
		known = &old.about
	}
	p.wg.Go(func() {
		f.err = p.fetch(f, src, known)
		p.land(src, f)
		close(f.done)
	})
	return f, nil
}

// land ends a flight. That we stop, or had no turn, is no fault of the site's.
func (p *Proxy) land(src string, f *flight) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.flights, src)
	var told *Failure
	if !errors.As(f.err, &told) || told == errBusy {
		delete(p.failures, src)
		return
	}
	p.count.failures.Add(1)
	set := &p.now.Load().set
	set.Log.Debug("a picture cannot be had", "url", src, "err", f.err)
	if len(p.failures) >= maxFailures {
		p.forgetFailures()
	}
	p.failures[src] = failed{until: time.Now().Add(max(set.Failed, min(told.RetryAfter, longestRest))), err: f.err}
}

// forgetFailures makes room for others. The lock is held.
func (p *Proxy) forgetFailures() {
	now := time.Now()
	for src, f := range p.failures {
		if now.After(f.until) {
			delete(p.failures, src)
		}
	}
	for src := range p.failures {
		if len(p.failures) < maxFailures {
			return
		}
		delete(p.failures, src) // any
	}
}

// failed returns why a picture could not be had a short time ago, or nil.
func (p *Proxy) failed(src string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	f, ok := p.failures[src]
	if !ok {
		return nil
	}
	if time.Now().After(f.until) {
		delete(p.failures, src)
		return nil
	}
	return f.err
}

// fetch asks for a picture, and keeps it.
func (p *Proxy) fetch(f *flight, src string, known *about) error {
	ctx, cancel := context.WithTimeout(p.ctx, flightTime)
	defer cancel()
	host := hostOf(src)
	if err := p.turns.take(ctx, host); err != nil {
		return errBusy
	}
	defer p.turns.give(host)
	set := &p.now.Load().set
	ask := Request{URL: src}
	if known != nil {
		ask.ETag, ask.LastModified, ask.Of = known.ETag, known.LastModified, known.Of
	}
	got, err := set.Fetch.Picture(ctx, ask)
	if err != nil {
		return err
	}
	if got.Done != nil {
		defer got.Done()
	}
	until := time.Now().Add(min(max(got.Fresh, set.MinFresh), set.MaxFresh))
	if got.NotModified {
		return p.renew(src, got, until)
	}
	mediaType, why := kindOf(got.Type, got.Body)
	switch {
	case why != "":
		return &Failure{Reason: why}
	case len(got.Body) > MaxBody:
		return &Failure{Reason: "it is too large"}
	}
	p.count.fetched.Add(1)
	p.keep(f, &about{
		URL: src, Type: mediaType, Size: int64(len(got.Body)), Digest: digestOf(got.Body), Until: until,
		ETag: got.ETag, LastModified: got.LastModified, Of: got.Of,
	}, got.Body)
	return nil
}

// renew keeps a picture that is still the same for some more time.
func (p *Proxy) renew(src string, got *Answer, until time.Time) error {
	old := p.cache.get(src)
	if old == nil {
		return &Failure{Reason: "it is said to be the same, and is not here any more"}
	}
	defer old.close()
	body, err := io.ReadAll(io.LimitReader(old, MaxBody+1))
	if err != nil {
		return &Failure{Reason: err.Error()}
	}
	p.count.unchanged.Add(1)
	next := old.about
	next.Until, next.ETag, next.LastModified, next.Of = until, got.ETag, got.LastModified, got.Of
	p.keep(&flight{}, &next, body)
	return nil
}

// keep writes a picture to the disk. Where that cannot be, those who wait get
// it all the same.
func (p *Proxy) keep(f *flight, a *about, body []byte) {
	if err := p.cache.put(a, body); err != nil {
		p.now.Load().set.Log.Warn("a picture cannot be kept", "dir", p.cache.dir, "err", err)
		f.about, f.body = *a, bytes.Clone(body)
	}
}

func hostOf(src string) string {
	u, err := url.Parse(src)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
