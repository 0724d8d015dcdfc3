// Package media serves other sites' pictures at signed addresses of our own,
// fetched once and kept on disk within a bound.
//
// Nothing of a reader's request goes to the other site: what is asked for
// depends on the address alone. Only addresses that were signed with our key
// are asked for, so nobody can have us fetch what no entry shows.
package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// A Request is what another site is asked for. Its validators are those of the
// URL Of, where redirects had led; they are empty when nothing is known.
type Request struct {
	URL                    string
	ETag, LastModified, Of string
}

// An Answer is what a site sent. Done gives back the room that Body takes;
// nobody may use Body afterwards.
type Answer struct {
	NotModified            bool
	Type                   string // Content-Type, as it was sent
	Body                   []byte
	ETag, LastModified, Of string
	Fresh                  time.Duration // how long it may be used without asking again
	Done                   func()
}

// A Fetcher asks other sites, within limits on addresses, size and time. It
// sends no cookies, no referrer and nothing of whoever wants the picture. What
// a site did wrong is a *Failure.
type Fetcher interface {
	Picture(ctx context.Context, r Request) (*Answer, error)
}

// A Failure says why there is no picture, in words for the operator.
type Failure struct {
	Status     int           // that the site answered; 0: none
	RetryAfter time.Duration // it asks for that much peace; 0: nothing said
	Reason     string
}

func (f *Failure) Error() string { return f.Reason }

// Settings are how pictures are fetched and kept. Zero fields take the
// defaults.
type Settings struct {
	Key     []byte // signs addresses; at least minKey bytes
	Dir     string // where pictures are kept, in files that are ours alone; made when it is not there
	Bytes   int64  // on disk; default 1 GB
	Fetch   Fetcher
	Log     *slog.Logger
	AtOnce  int // requests to other sites at one time; default 32
	PerHost int // and to one host; default 4

	MinFresh time.Duration // a picture is asked for again after that time at the earliest; default 1h
	MaxFresh time.Duration // and after that at the latest, when somebody wants it; default 30 days
	Failed   time.Duration // a picture that could not be had is not asked for again for so long; default 5m
}

// MaxBody is how large a picture can be, in bytes.
const MaxBody = 10 << 20

const (
	minKey       = 16
	defaultBytes = 1e9
	flightTime   = 45 * time.Second // from the first who wants a picture to its end, turns included
	staleWait    = 2 * time.Second  // for news of a picture that is there
	maxFlights   = 1024             // pictures under way or waiting for their turn
	maxFailures  = 10_000           // that are remembered
	longestRest  = 24 * time.Hour   // that a site can ask for
)

func (s Settings) withDefaults() Settings {
	if s.Bytes <= 0 {
		s.Bytes = defaultBytes
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	if s.AtOnce <= 0 {
		s.AtOnce = 32
	}
	if s.PerHost <= 0 {
		s.PerHost = 4
	}
	if s.MinFresh <= 0 {
		s.MinFresh = time.Hour
	}
	if s.MaxFresh <= 0 {
		s.MaxFresh = 30 * 24 * time.Hour
	}
	if s.Failed <= 0 {
		s.Failed = 5 * time.Minute
	}
	return s
}

// A Proxy signs addresses of pictures, and answers requests to them. It is
// safe for concurrent use.
type Proxy struct {
	now   atomic.Pointer[inForce]
	cache *cache
	turns *turns
	count counters

	ctx context.Context // of all flights
	end context.CancelFunc
	wg  sync.WaitGroup

	mu       sync.Mutex // guards what follows
	flights  map[string]*flight
	failures map[string]failed
}

// inForce is what Configure replaces.
type inForce struct {
	set    Settings
	signer *signer
}

type counters struct {
	hits, fetched, unchanged, failures, forbidden atomic.Uint64
}

// A Status counts what became of requests, since the start.
type Status struct {
	Hits      uint64 // answered from the disk
	Fetched   uint64 // new, or others than before
	Unchanged uint64 // asked for again, and still the same
	Failures  uint64 // that could not be had
	Forbidden uint64 // with a signature that is not ours
	Evicted   uint64
	Pictures  int
	Bytes     int64 // on disk
}

// New returns a proxy that keeps its pictures in set.Dir. Only one may work
// there at one time.
func New(set Settings) (*Proxy, error) {
	set = set.withDefaults()
	if len(set.Key) < minKey {
		return nil, fmt.Errorf("a key to sign with has %d bytes at least", minKey)
	}
	if set.Fetch == nil {
		return nil, errors.New("pictures cannot be served without a fetcher")
	}
	c, err := openCache(set.Dir, set.Bytes)
	if err != nil {
		return nil, err
	}
	p := &Proxy{cache: c, turns: newTurns(set.AtOnce, set.PerHost), flights: map[string]*flight{}, failures: map[string]failed{}}
	p.ctx, p.end = context.WithCancel(context.Background())
	p.now.Store(&inForce{set, newSigner(set.Key)})
	p.wg.Go(func() {
		if err := c.list(p.ctx); err != nil && p.ctx.Err() == nil {
			set.Log.Warn("pictures of an earlier run are not counted", "dir", set.Dir, "err", err)
		}
	})
	return p, nil
}

// Configure puts other settings in force, but for the folder and how much is
// asked for at one time.
func (p *Proxy) Configure(set Settings) {
	set = set.withDefaults()
	p.now.Store(&inForce{set, newSigner(set.Key)})
	p.cache.resize(set.Bytes)
}

// Close ends what is under way, and returns when it has ended.
func (p *Proxy) Close() {
	p.end()
	p.wg.Wait()
}

// Status tells how the proxy is doing.
func (p *Proxy) Status() Status {
	s := Status{
		Hits: p.count.hits.Load(), Fetched: p.count.fetched.Load(), Unchanged: p.count.unchanged.Load(),
		Failures: p.count.failures.Load(), Forbidden: p.count.forbidden.Load(),
	}
	s.Pictures, s.Bytes, s.Evicted = p.cache.status()
	return s
}

// Sign returns the signature of a picture's URL, the same for good under one
// key.
func (p *Proxy) Sign(url string) string { return p.now.Load().signer.sign(url) }
