// Package aggregator polls sources and commits what they say: claim, fetch,
// parse, normalise, commit.
package aggregator

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/normalise"
	"tributary/aggregator/schedule"
	"tributary/feed"
	"tributary/rules"
	"tributary/storage"
)

// Settings is what an Aggregator works with. Zero fields take the defaults.
type Settings struct {
	Fetcher fetch.Fetcher
	Policy  schedule.Policy
	Workers int                                           // polls at one time; default 256
	PerHost int                                           // polls at one time of one host; default 2
	HostGap time.Duration                                 // from the start of a poll of a host to the next of the same; default none
	CatchUp time.Duration                                 // over which what became due during a stop is spread; default 10m
	Grace   time.Duration                                 // that polls under way get when Run is to end; default 3s
	MaxBody int64                                         // bytes of a push, its content codings undone; default 16 MiB
	Pushed  func(ctx context.Context, s *feed.State) bool // whether the hub that the source names pushes it; nil: none does
	Noticed func(ctx context.Context, s *feed.State)      // hears of each good poll of a source that has, or had, a hub
	Missed  func(ctx context.Context, id feed.SourceID)   // hears that a poll found entries that the hub should have pushed
	Frames  []string                                      // hosts whose frames stay in entries, in lower case; default none
	Stored  func(id feed.EntryID) (bool, error)           // whether an entry is stored, or was and has been dropped; nil: none is
	Repeats *feed.Repeats                                 // what is left out because it repeats what is stored; nil: nothing
	Log     *slog.Logger

	normalise *normalise.Normaliser // by those settings
}

func (set Settings) withDefaults() Settings {
	set.Policy = set.Policy.WithDefaults()
	set.Workers = cmp.Or(set.Workers, 256)
	set.PerHost = cmp.Or(set.PerHost, 2)
	set.CatchUp = cmp.Or(set.CatchUp, 10*time.Minute)
	set.Grace = cmp.Or(set.Grace, 3*time.Second)
	if set.Log == nil {
		set.Log = slog.New(slog.DiscardHandler)
	}
	set.normalise = normalise.Framing(set.Frames)
	return set
}

// An Aggregator polls the sources of a store.
type Aggregator struct {
	store    storage.Writer
	settings atomic.Pointer[Settings]
	rules    atomic.Pointer[rules.Set]
	parsing  chan struct{} // a token for each document in memory as a tree
	full     brake
	network  *network
	counts   counts

	asks     chan ask     // of polls under way, for the dispatchers
	planners atomic.Int32 // dispatchers

	wakesMu sync.Mutex
	wakes   map[chan struct{}]bool // one for each dispatcher
}

// New returns an Aggregator that writes to store.
func New(store storage.Writer, set Settings) *Aggregator {
	a := &Aggregator{
		store:   store,
		parsing: make(chan struct{}, runtime.GOMAXPROCS(0)),
		full:    brake{pause: fullPause},
		network: newNetwork(),
		asks:    make(chan ask),
		wakes:   map[chan struct{}]bool{},
	}
	a.counts.started = time.Now()
	a.Configure(set)
	return a
}

// Configure gives a running Aggregator other settings: polls under way end
// with those they began with. It is to be called after the store has been
// given other sources, too.
func (a *Aggregator) Configure(set Settings) {
	set = set.withDefaults()
	a.settings.Store(&set)
	a.Stir()
}

func (a *Aggregator) set() *Settings { return a.settings.Load() }

// Stir lets Run look again for what is due.
func (a *Aggregator) Stir() {
	a.wakesMu.Lock()
	defer a.wakesMu.Unlock()
	for wake := range a.wakes {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
}

// stirred returns a channel that hears of each Stir until end is called.
func (a *Aggregator) stirred() (wake chan struct{}, end func()) {
	wake = make(chan struct{}, 1)
	a.wakesMu.Lock()
	defer a.wakesMu.Unlock()
	a.wakes[wake] = true
	return wake, func() {
		a.wakesMu.Lock()
		defer a.wakesMu.Unlock()
		delete(a.wakes, wake)
	}
}

// Run polls what is due until ctx ends, which is no error. Polls under way
// get Settings.Grace then to come to their end; those that do not are given
// up, and are due again at the next start. While the store has no room
// (storage.ErrFull) polling rests; any other error of the store's ends it.
func (a *Aggregator) Run(ctx context.Context) error {
	if err := a.resume(ctx); err != nil {
		return ended(ctx, err)
	}
	s := &dueSupply{store: a.store}
	if err := s.begin(ctx, time.Now(), a.set().CatchUp); err != nil {
		return ended(ctx, err)
	}
	d := newDispatcher(a, s)
	if err := d.remember(ctx); err != nil {
		return ended(ctx, err)
	}
	d.done = func(o Outcome, before *feed.State) { o.log(ctx, a.set().Log, before) }
	return ended(ctx, d.run(ctx))
}

// ended returns err unless ctx has ended, which explains it.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// Which says what a Pass polls: the listed sources, due or not, or what is
// due when it begins.
type Which struct {
	Sources []feed.SourceID
	Force   bool // although the server said 410 Gone, or asked to be left alone
}

// Pass polls once, and hands each outcome to done, which is called from one
// goroutine at a time.
func (a *Aggregator) Pass(ctx context.Context, which Which, done func(Outcome)) error {
	var s supply = &onceSupply{store: a.store, due: time.Now()}
	if which.Sources == nil {
		if err := a.resume(ctx); err != nil {
			return err
		}
	} else {
		s = &listSupply{store: a.store, left: which.Sources, force: which.Force, refused: done}
	}
	d := newDispatcher(a, s)
	d.patient, d.judge = true, which.Sources == nil || len(which.Sources) >= enoughHosts
	if err := d.remember(ctx); err != nil {
		return err
	}
	d.done = func(o Outcome, _ *feed.State) { done(o) }
	if err := d.run(ctx); err != nil {
		return err
	}
	return ctx.Err()
}
