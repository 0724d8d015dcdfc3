package aggregator

import (
	"container/heap"
	"time"

	"tributary/feed"
)

// A lane is what waits for one host, and what the host is spared.
type lane struct {
	host    string
	queue   []feed.State
	active  int
	next    time.Time     // no poll begins before
	granted time.Time     // the last turn of a poll under way, which may lie ahead
	slot    time.Time     // where the next source that does not fit goes
	took    time.Duration // by a poll, as of late
	slow    int           // active polls that began when it was known to be slow
	index   int           // in the heap; -1: not there
	ready   bool          // it is among those whose turn may be now
}

// Bounds of what waits in a lane. What is more is put off in the store.
const (
	laneLength = 32
	laneShort  = 4 // when a lot waits in other lanes
	laneTwice  = 4 // times as many that were put off already: it is their turn
	laneWait   = time.Minute
)

// lanes are the hosts that are being polled, waited for or spared. Those
// whose turn may be now stand in line: each host gets one poll, then the next
// host's turn comes.
type lanes struct {
	perHost int
	gap     time.Duration
	room    int // that wait in all before lanes become short
	hosts   map[string]*lane
	line    []*lane // ready ones
	later   laneHeap
	waiting int

	slow     int     // active polls of slow hosts
	slowMost int     // at one time, so that they do not take all workers
	parked   []*lane // ready ones that are slow, while there are so many
}

// slowTook is what a poll of a slow host takes, and slowKnown bounds how many
// hosts are known before those that are slow are forgotten like others.
const (
	slowTook  = 2 * time.Second
	slowKnown = 20_000
)

func newLanes() *lanes { return &lanes{hosts: map[string]*lane{}} }

func (l *lanes) get(host string) *lane {
	at := l.hosts[host]
	if at == nil {
		at = &lane{host: host, index: -1}
		l.hosts[host] = at
	}
	return at
}

// limit is how many polls of a lane may run at one time: those of files, which
// have no host, as many as there are.
func (l *lanes) limit(at *lane) int {
	if at.host == "" {
		return 1 << 30
	}
	return l.perHost
}

// put lets a source wait in the lane of its host. It reports false, and when
// its turn would be, when there is too much there already.
func (l *lanes) put(s *feed.State, host string, now time.Time, patient bool) (time.Time, bool) {
	at := l.get(host)
	room := laneLength
	if l.waiting > l.room {
		room = laneShort
	}
	if s.Why == feed.WhyHost {
		room *= laneTwice
	}
	if !patient && host != "" && (len(at.queue) >= room || at.next.Sub(now) > laneWait) {
		return l.putOff(at, now), false
	}
	at.queue = append(at.queue, *s)
	l.waiting++
	l.place(at, now)
	return time.Time{}, true
}

// putOff returns the next free turn behind what waits in the lane.
func (l *lanes) putOff(at *lane, now time.Time) time.Time {
	pace := max(l.gap, at.took/time.Duration(max(l.perHost, 1)), leastPace)
	pace += pace / 16 // so that they come a little slower than they are polled, and none is put off twice
	first := later(now, at.next).Add(time.Duration(len(at.queue)) * pace)
	at.slot = later(at.slot, first).Add(pace)
	l.place(at, now)
	return at.slot
}

// leastPace keeps those that are put off from coming back all at once.
const leastPace = 20 * time.Millisecond

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// place puts a lane where it belongs: in line, among those that wait for a
// moment, or nowhere. One that nobody needs is forgotten.
func (l *lanes) place(at *lane, now time.Time) {
	wants := len(at.queue) > 0 && at.active < l.limit(at)
	future := at.next.After(now)
	if at.ready {
		return // it is looked at when its turn comes
	}
	if at.index >= 0 {
		heap.Fix(&l.later, at.index)
		return // take looks at it when its moment has come
	}
	switch {
	case wants && !future:
		at.ready = true
		l.line = append(l.line, at)
	case future && (wants || at.active == 0):
		heap.Push(&l.later, at)
	case at.took > slowTook && len(l.hosts) < slowKnown: // it will be slow again
	case at.active == 0 && len(at.queue) == 0 && !at.slot.After(now):
		delete(l.hosts, at.host)
	}
}

// take returns the next source whose turn it is, nil when it is nobody's.
func (l *lanes) take(now time.Time) (*lane, *feed.State) {
	for len(l.later) > 0 && !l.later[0].next.After(now) {
		at := l.later[0]
		heap.Remove(&l.later, 0)
		l.place(at, now)
	}
	for len(l.line) > 0 {
		at := l.line[0]
		l.line[0] = nil
		l.line = l.line[1:]
		at.ready = false
		if len(at.queue) == 0 || at.active >= l.limit(at) || at.next.After(now) {
			l.place(at, now)
			continue
		}
		if d := now.Sub(at.granted); d > -l.gap/2 && d < l.gap { // it is asked just now
			at.next = at.granted.Add(l.gap)
			l.place(at, now)
			continue
		}
		if at.took > slowTook {
			if l.slow >= l.slowMost {
				at.ready = true // its turn comes when one of them has ended
				l.parked = append(l.parked, at)
				continue
			}
			at.slow++
			l.slow++
		}
		s := at.queue[0]
		at.queue[0] = feed.State{}
		at.queue = at.queue[1:]
		if len(at.queue) == 0 {
			at.queue = nil
		}
		l.waiting--
		at.active++
		if at.host != "" {
			at.next = later(now, at.granted).Add(l.gap)
		}
		l.place(at, now)
		return at, &s
	}
	return nil, nil
}

// finished gives the host's place to the next. until, unless zero, is how long
// the host is to be left alone.
func (l *lanes) finished(at *lane, took time.Duration, until, now time.Time) {
	at.active--
	at.took = (7*at.took + took) / 8
	if at.slow > 0 {
		at.slow--
		l.slow--
	}
	if len(l.parked) > 0 && l.slow < l.slowMost {
		l.line = append(l.line, l.parked[0])
		l.parked[0] = nil
		l.parked = l.parked[1:]
	}
	at.next = later(at.next, until)
	l.place(at, now)
}

// hold spares a host until a moment.
func (l *lanes) hold(host string, until, now time.Time) {
	at := l.get(host)
	at.next = later(at.next, until)
	l.place(at, now)
}

// next returns when the next lane's turn comes; the zero time when none waits
// for a moment.
func (l *lanes) next() time.Time {
	if len(l.later) == 0 {
		return time.Time{}
	}
	return l.later[0].next
}

// dump takes what waits out of all lanes.
func (l *lanes) dump() []feed.State {
	var out []feed.State
	for _, at := range l.hosts {
		out = append(out, at.queue...)
		at.queue = nil
	}
	l.waiting = 0
	return out
}

// A laneHeap has the lane whose turn comes first on top.
type laneHeap []*lane

func (h laneHeap) Len() int           { return len(h) }
func (h laneHeap) Less(i, j int) bool { return h[i].next.Before(h[j].next) }
func (h laneHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push is heap.Interface's.
func (h *laneHeap) Push(x any) {
	at := x.(*lane) // the heap holds nothing else
	at.index = len(*h)
	*h = append(*h, at)
}

// Pop is heap.Interface's.
func (h *laneHeap) Pop() any {
	old := *h
	at := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	at.index = -1
	return at
}
