package media

import (
	"context"
	"slices"
	"sync"
)

// turns lets a few requests go out at one time, and to one host; the others
// wait in the order in which they came, past those whose host is busy.
type turns struct {
	all, perHost int

	mu      sync.Mutex // guards what follows
	out     int
	hosts   map[string]int // how many are out, of hosts with any
	waiting []*turn
}

type turn struct {
	host string
	come chan struct{} // closed when it has
}

func newTurns(all, perHost int) *turns {
	return &turns{all: all, perHost: perHost, hosts: map[string]int{}}
}

// take waits for a turn. Who has got one gives it back.
func (t *turns) take(ctx context.Context, host string) error {
	mine := &turn{host, make(chan struct{})}
	t.mu.Lock()
	t.waiting = append(t.waiting, mine)
	t.call()
	t.mu.Unlock()
	select {
	case <-mine.come:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(t.waiting, mine); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	} else {
		t.end(host) // it came at the same moment
	}
	return ctx.Err()
}

// give ends a turn.
func (t *turns) give(host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(host)
}

func (t *turns) end(host string) {
	t.out--
	if t.hosts[host]--; t.hosts[host] == 0 {
		delete(t.hosts, host)
	}
	t.call()
}

// call lets go whoever can.
func (t *turns) call() {
	for i := 0; i < len(t.waiting) && t.out < t.all; {
		w := t.waiting[i]
		if t.hosts[w.host] >= t.perHost {
			i++
			continue
		}
		t.waiting = slices.Delete(t.waiting, i, i+1)
		t.out++
		t.hosts[w.host]++
		close(w.come)
	}
}
