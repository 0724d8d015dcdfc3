package aggregator

import (
	"context"
	"errors"
	"time"

	"tributary/aggregator/fetch"
	"tributary/feed"
	"tributary/storage"
)

// A dispatcher decides which poll begins when. It is one goroutine, and owns
// all it needs for that: sources come from a supply, wait in the lane of their
// host, are polled by a goroutine each, and come back as outcomes.
type dispatcher struct {
	a       *Aggregator
	supply  supply
	patient bool // nothing is put off: whoever asked waits for all of it
	judge   bool // that nothing answers may be our own network's trouble
	done    func(o Outcome, before *feed.State)

	set      *Settings
	lanes    *lanes
	active   int
	turns    chan turn // to polls that have ended, and whose goroutines wait for another
	finished chan finished
	off      []storage.Deferral // to be put off in the store
	putting  bool               // some are being put off there
	wasPut   chan put           // that they are
	due      time.Time          // when to ask the supply again
	asked    time.Time          // when it was asked last
}

// A put is what came of putting sources off: until when at the earliest.
type put struct {
	next time.Time
	err  error
}

// A finished poll.
type finished struct {
	lane    *lane
	before  feed.State
	outcome Outcome
	err     error // the store's
	took    time.Duration
}

func newDispatcher(a *Aggregator, s supply) *dispatcher {
	d := &dispatcher{a: a, supply: s, judge: true, lanes: newLanes(), turns: make(chan turn), finished: make(chan finished, 64), wasPut: make(chan put, 1)}
	d.configure()
	return d
}

func (d *dispatcher) configure() {
	d.set = d.a.set()
	d.lanes.perHost, d.lanes.gap, d.lanes.room = d.set.PerHost, d.set.HostGap, d.room()
	d.lanes.slowMost = max(1, d.set.Workers/2)
}

// reconfigure takes on other settings, if there are. What waits was claimed
// before the sources changed, and is given back.
func (d *dispatcher) reconfigure(ctx context.Context) error {
	if d.set == d.a.set() {
		return nil
	}
	d.configure()
	if d.patient {
		return nil
	}
	return d.giveBack(ctx)
}

// giveBack ends the claims of all that waits: it stays due when it was.
func (d *dispatcher) giveBack(ctx context.Context) error {
	for _, s := range d.lanes.dump() {
		d.putOff(&s, time.Time{}, 0)
	}
	return d.flush(ctx)
}

// remember spares the hosts that asked for it before we came.
func (d *dispatcher) remember(ctx context.Context) error {
	holds, err := d.a.store.Holds(ctx)
	now := time.Now()
	for _, h := range holds {
		d.lanes.hold(h.Host, h.Until, now)
	}
	return err
}

// Bounds of the loop's sleep: somebody else may have put sources, or a lease
// may have ended.
const (
	minSleep = time.Millisecond
	maxSleep = 30 * time.Second
)

// run polls until ctx ends or the supply is over. It returns when all polls
// have ended.
func (d *dispatcher) run(ctx context.Context) error {
	d.a.planners.Add(1)
	defer d.a.planners.Add(-1)
	polls, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	defer close(d.turns)
	err := d.loop(ctx, polls)
	if d.active > 0 {
		defer time.AfterFunc(d.set.Grace, giveUp).Stop()
	}
	for d.active > 0 {
		select {
		case t := <-d.a.asks:
			t.refuse()
		case f := <-d.finished:
			if e := d.finish(ctx, f); err == nil {
				err = e
			}
		}
	}
	if e := d.flush(context.WithoutCancel(ctx)); err == nil {
		err = e
	}
	return err
}

// errOffline ends a pass when nothing answers.
var errOffline = errors.New("nothing answers: this machine's network seems to be down; what was not polled stays due")

func (d *dispatcher) loop(ctx, polls context.Context) error {
	wake, end := d.a.stirred()
	defer end()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		d.a.counts.beat()
		if err := d.step(ctx, polls, time.Now()); err != nil {
			return err
		}
		if d.patient && d.a.network.isDown() {
			return errOffline
		}
		if d.supply.over() && d.active == 0 && d.lanes.waiting == 0 {
			return nil
		}
		timer.Reset(d.sleep(time.Now()))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-wake:
			if err := d.reconfigure(ctx); err != nil {
				return err
			}
			d.due = time.Time{}
		case t := <-d.a.asks:
			d.give(t, time.Now())
		case f := <-d.finished:
			if err := d.finishAll(ctx, f); err != nil {
				return err
			}
		case p := <-d.wasPut:
			if err := d.hasPut(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// step claims, begins and puts off what can be.
func (d *dispatcher) step(ctx, polls context.Context, now time.Time) error {
	if err := d.fill(ctx, now); err != nil {
		return err
	}
	if err := d.launch(ctx, polls, now); err != nil {
		return err
	}
	if len(d.off) > 0 && !d.putting {
		d.putting = true
		go func(off []storage.Deferral) { d.wasPut <- d.put(ctx, off) }(d.off)
		d.off = nil
	}
	return nil
}

// room is how many claimed sources may wait for a worker. Those that wait for
// their host do not count, so that slow hosts hold up nobody, until there are
// very many of them.
func (d *dispatcher) room() int { return 2*d.set.Workers + 64 }

// crowds is how many times as many may wait in all.
const crowds = 16

// wants returns how many sources to ask for; few are not worth asking.
func (d *dispatcher) wants() int {
	n := d.room() - len(d.lanes.line)
	if d.patient {
		n = d.room() - d.lanes.waiting
	}
	if n < d.room()/2 || d.lanes.waiting > crowds*d.room() {
		return 0
	}
	return n
}

// askEvery is the least time from one look for what is due to the next while
// there is something to poll: each passes over all that is claimed.
const askEvery = 25 * time.Millisecond

// fill asks the supply for more when there is room and something may be due.
func (d *dispatcher) fill(ctx context.Context, now time.Time) error {
	n := d.wants()
	if n == 0 || d.supply.over() || d.restrained() && d.lanes.waiting > 0 {
		return nil
	}
	if now.Before(d.due) && now.Sub(d.asked) < maxSleep || len(d.lanes.line) > 0 && now.Sub(d.asked) < askEvery {
		return nil
	}
	states, err := d.supply.more(ctx, now, n)
	if err != nil || ctx.Err() != nil {
		return err
	}
	for i := range states {
		d.enqueue(&states[i], now)
	}
	d.asked, d.due = now, now
	if len(states) < n {
		d.due, err = d.supply.next(ctx, now)
		if d.due.IsZero() {
			d.due = now.Add(maxSleep)
		}
	}
	return err
}

// enqueue lets a claimed source wait for its host's turn, or puts it off.
func (d *dispatcher) enqueue(s *feed.State, now time.Time) {
	turn, ok := d.lanes.put(s, fetch.HostKey(s.URL), now, d.patient)
	if !ok {
		d.putOff(s, turn, feed.WhyHost)
	}
}

func (d *dispatcher) putOff(s *feed.State, until time.Time, why feed.Why) {
	d.off = append(d.off, storage.Deferral{Source: s.Source.ID, Revision: s.Revision, NextPoll: until, Why: why})
}

// put writes what was put off. It is ours until then.
func (d *dispatcher) put(ctx context.Context, off []storage.Deferral) put {
	p := put{err: d.a.store.Defer(ctx, off)}
	for i := range off {
		if at := off[i].NextPoll; !at.IsZero() && (p.next.IsZero() || at.Before(p.next)) {
			p.next = at
		}
	}
	return p
}

// hasPut takes note of it.
func (d *dispatcher) hasPut(ctx context.Context, p put) error {
	d.putting = false
	if !p.next.IsZero() && p.next.Before(d.due) { // the supply did not see them while they were ours
		d.due = p.next
	}
	if errors.Is(p.err, storage.ErrFull) {
		d.a.holdForRoom(p.err)
		return nil
	}
	return ended(ctx, p.err)
}

// flush writes all that was put off before it returns.
func (d *dispatcher) flush(ctx context.Context) error {
	if d.putting {
		if err := d.hasPut(ctx, <-d.wasPut); err != nil {
			return err
		}
	}
	off := d.off
	d.off = nil
	if len(off) == 0 {
		return nil
	}
	return d.hasPut(ctx, d.put(ctx, off))
}

// restrained reports whether only one poll at a time may try whether the
// network, or room on the disk, is back.
func (d *dispatcher) restrained() bool { return d.a.full.on.Load() || d.a.network.isDown() }

// A turn is a source whose turn it is, and its lane.
type turn struct {
	lane  *lane
	state *feed.State
}

// launch begins the polls whose turn it is.
func (d *dispatcher) launch(ctx, polls context.Context, now time.Time) error {
	turns := d.next(now)
	begun := make([]storage.Begun, len(turns))
	for i := range turns {
		begun[i] = storage.Begun{Source: turns[i].state.Source.ID, Revision: turns[i].state.Revision}
	}
	if err := d.a.store.Begin(ctx, begun); err != nil {
		return d.cannotBegin(turns, err)
	}
	for _, t := range turns {
		d.count(t, now)
		select {
		case d.turns <- t:
		default:
			go d.work(polls, t)
		}
	}
	return nil
}

// work polls the source of a turn, and of others after it: a goroutine whose
// stack has grown is worth keeping.
func (d *dispatcher) work(ctx context.Context, t turn) {
	for more := true; more; t, more = <-d.turns {
		began := time.Now()
		o, err := d.a.poll(ctx, *t.state, d.judge)
		d.finished <- finished{lane: t.lane, before: *t.state, outcome: o, err: err, took: time.Since(began) - o.gathered}
	}
}

// next takes the sources that can be polled now out of their lanes.
func (d *dispatcher) next(now time.Time) (turns []turn) {
	for d.active < d.set.Workers {
		if d.restrained() && (d.active > 0 || now.Before(d.tryAt())) {
			break
		}
		at, s := d.lanes.take(now)
		if s == nil {
			break
		}
		d.active++
		turns = append(turns, turn{at, s})
	}
	return turns
}

// cannotBegin gives back what cannot be polled since the store takes nothing.
func (d *dispatcher) cannotBegin(turns []turn, err error) error {
	now := time.Now()
	for _, t := range turns {
		d.active--
		d.lanes.finished(t.lane, 0, time.Time{}, now)
		d.putOff(t.state, time.Time{}, 0)
	}
	if errors.Is(err, storage.ErrFull) {
		d.a.holdForRoom(err)
		return nil
	}
	return err
}

// tryAt returns when one poll may try whether things are well again.
func (d *dispatcher) tryAt() time.Time { return later(d.a.full.tryAt(), d.a.network.tryAt()) }

// count notes how late a poll begins, unless it waits since before we came, it
// has trouble of its own, or its host is crowded.
func (d *dispatcher) count(t turn, now time.Time) {
	s := t.state
	b, ok := d.supply.(*dueSupply)
	crowded := s.Why == feed.WhyHost || t.lane.host != "" && len(t.lane.queue) > 0
	if !ok || s.NextPoll.IsZero() || s.Failures > 0 || crowded || b.isBacklog(s) {
		return
	}
	d.a.counts.late(now.Sub(s.NextPoll))
}

// sleep returns how long nothing will happen unless a poll ends.
func (d *dispatcher) sleep(now time.Time) time.Duration {
	wait := maxSleep
	until := func(t time.Time) {
		if !t.IsZero() {
			wait = min(wait, t.Sub(now))
		}
	}
	if d.restrained() {
		if d.active == 0 {
			until(later(d.tryAt(), now.Add(minSleep)))
		}
		return max(wait, minSleep)
	}
	if d.active < d.set.Workers {
		until(d.lanes.next())
		if d.wants() > 0 {
			until(d.due)
		}
	}
	return max(wait, minSleep)
}

// finishAll takes f and all others that have ended meanwhile.
func (d *dispatcher) finishAll(ctx context.Context, f finished) error {
	for {
		if err := d.finish(ctx, f); err != nil {
			return err
		}
		select {
		case f = <-d.finished:
		default:
			return nil
		}
	}
}

// finish acts on the end of a poll. Its error is the store's.
func (d *dispatcher) finish(ctx context.Context, f finished) error {
	now := time.Now()
	d.active--
	o := &f.outcome
	d.lanes.finished(f.lane, f.took, o.hold, now)
	switch {
	case errors.Is(f.err, storage.ErrFull):
		d.putOff(&f.before, time.Time{}, 0)
		d.a.holdForRoom(f.err)
		return nil
	case f.err != nil:
		return f.err
	case o.offline:
		d.putOff(&f.before, o.again, feed.WhyOffline)
		d.stop(ctx)
		return nil
	case o.busy:
		d.putOff(&f.before, now.Add(busyWait), feed.WhyHost)
		return nil
	case o.Source == "": // it is another document now, or we are stopping
		d.due = time.Time{} // it may be due at once
		return nil
	}
	if d.a.full.release() {
		d.set.Log.Info("there is room again, polling goes on")
	}
	if err := d.recover(ctx, now); err != nil {
		return err
	}
	if o.Next.Before(d.due) {
		d.due = o.Next
	}
	d.done(*o, &f.before)
	return nil
}

// busyWait is how long a source waits whose host redirects to one that has
// too much to do.
const busyWait = 30 * time.Second

// holdForRoom lets polling rest while the disk is full.
func (a *Aggregator) holdForRoom(err error) {
	if a.full.pull() {
		a.set().Log.Error("polling rests until there is room", "err", err)
	}
}

// stop gives back what waits when the network has gone: it stays due.
func (d *dispatcher) stop(ctx context.Context) {
	forgiven, first := d.a.network.announce()
	if !first {
		return
	}
	d.set.Log.Warn("nothing answers any more: this machine's network seems to be down; nothing is held against the sources, and polling tries now and then")
	d.a.forgive(ctx, forgiven)
}

// recover spreads what became due while the network was down.
func (d *dispatcher) recover(ctx context.Context, now time.Time) error {
	if !d.a.network.recovered() {
		return nil
	}
	d.set.Log.Info("the network is back, polling goes on")
	s, ok := d.supply.(*dueSupply)
	if !ok {
		return nil
	}
	if err := d.giveBack(ctx); err != nil {
		return err
	}
	d.due = time.Time{}
	return s.begin(ctx, now, d.set.CatchUp)
}
