package publisher

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"tributary/feed"
)

// Events says who may be told of entries while they are rendered, by streams of
// server-sent events (WHATWG HTML §9.2). Zero fields take the defaults.
type Events struct {
	Off       bool
	Streams   int           // at one time; default 1,000
	PerClient int           // of one address, or of one /64 of IPv6; default 16
	Beat      time.Duration // without an event until a sign of life; default 20s
	Retry     time.Duration // until whoever lost its stream comes again; default 3s
	Patience  time.Duration // in which a reader has to take some more; default 30s
}

func (set *Events) fill() {
	if set.Streams <= 0 {
		set.Streams = 1000
	}
	if set.PerClient <= 0 {
		set.PerClient = 16
	}
	for field, to := range map[*time.Duration]time.Duration{&set.Beat: 20 * time.Second, &set.Retry: 3 * time.Second, &set.Patience: 30 * time.Second} {
		if *field <= 0 {
			*field = to
		}
	}
}

// events is what the streams share.
type events struct {
	Events
	tapes    map[string]*tape // by term
	seen     atomic.Uint64    // the newest change that the publisher has heard of
	done     chan struct{}    // closed when nothing is told any more
	end      sync.Once
	catching chan struct{} // held by who reads the change log for one stream

	mu      sync.Mutex // guards what follows
	open    int
	clients map[netip.Addr]int

	refused, dropped atomic.Int64
}

// mostCatching is how many streams at one time have the change log read for
// them: all of it, 100,000 changes, takes 40 ms.
const mostCatching = 2

func newEvents(set Events, categories []Category) *events {
	set.fill()
	ev := &events{Events: set, tapes: map[string]*tape{}, done: make(chan struct{}), catching: make(chan struct{}, mostCatching), clients: map[netip.Addr]int{}}
	for _, c := range categories {
		if !set.Off {
			ev.tapes[c.Term] = newTape(c)
		}
	}
	return ev
}

// enter lets another stream of a client in, if there is room.
func (ev *events) enter(client netip.Addr) bool {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	if ev.open >= ev.Streams || client.IsValid() && ev.clients[client] >= ev.PerClient {
		ev.refused.Add(1)
		return false
	}
	ev.open++
	if client.IsValid() {
		ev.clients[client]++
	}
	return true
}

func (ev *events) leave(client netip.Addr) {
	ev.mu.Lock()
	defer ev.mu.Unlock()
	ev.open--
	if client.IsValid() {
		if ev.clients[client]--; ev.clients[client] == 0 {
			delete(ev.clients, client)
		}
	}
}

// clientOf returns the address that stands for who sent a request, as
// Request.RemoteAddr has it; zero when there is none.
func clientOf(remote string) netip.Addr {
	addr, err := netip.ParseAddr(remote)
	if at, perr := netip.ParseAddrPort(remote); perr == nil {
		addr, err = at.Addr(), nil
	}
	if err != nil {
		return netip.Addr{}
	}
	if addr = addr.Unmap().WithZone(""); addr.Is6() {
		return netip.PrefixFrom(addr, 64).Masked().Addr()
	}
	return addr
}

// begin says that the publisher hears of every change from now on: what came
// before it, a rendering has to find.
func (ev *events) begin(after feed.Seq) {
	for _, t := range ev.tapes {
		t.note(after, 0)
	}
	ev.seen.Store(uint64(after))
}

// see notes a change of categories.
func (ev *events) see(seq feed.Seq, terms []string) {
	before := feed.Seq(ev.seen.Load())
	for _, term := range terms {
		if t := ev.tapes[term]; t != nil {
			t.note(seq, before)
		}
	}
	ev.seen.Store(uint64(seq)) // behind the notes: see tape.covered
}

// Streams is how the streams of events are doing.
type Streams struct {
	Open    int
	Refused int64 // because there were too many
	Dropped int64 // because they did not keep up
}

// Streams counts the streams of events.
func (p *Publisher) Streams() Streams {
	ev := p.events
	ev.mu.Lock()
	defer ev.mu.Unlock()
	return Streams{Open: ev.open, Refused: ev.refused.Load(), Dropped: ev.dropped.Load()}
}

// release tells the streams of a category what has changed in it up to a
// change that its documents show now.
func (p *Publisher) release(ctx context.Context, term string, upto feed.Seq) error {
	t := p.events.tapes[term]
	if t == nil {
		return nil
	}
	from, heard := t.advance(upto)
	if !heard {
		return nil
	}
	batch, err := p.batch(ctx, t.category, from, upto)
	if err == nil {
		t.add(batch, upto)
	}
	return err
}
