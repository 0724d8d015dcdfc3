package bolt

import (
	"context"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// An errand is a little work that can wait, a step of pruning or of refiling.
// It rides along in a transaction of polls, so that these wait for what it adds
// and for no transaction of its own; it has one only where no polls come.
type errand struct {
	do     func(tx *bbolt.Tx) error
	cost   cost
	err    error
	answer chan struct{}

	tx    *bbolt.Tx
	nodes int64     // that it has touched
	done  time.Time // when it had done its work, before the transaction was written
}

// A cost is what an errand has added to a transaction.
type cost struct {
	took time.Duration
	disk time.Duration // of that, writing and waiting for the disk
}

// Who has polled within lull is likely to poll again: for so long as patience
// an errand waits for a ride.
const (
	lull     = time.Second
	patience = 100 * time.Millisecond
)

// An errands is where they wait for the writer.
type errands struct {
	riding chan *errand // for a transaction of polls
	alone  chan *errand // for one of their own
	polled atomic.Int64 // when polls were last committed, in Unix nanoseconds
}

func newErrands() errands { return errands{riding: make(chan *errand), alone: make(chan *errand)} }

// errand has work done, and returns when it is.
func (w *writer) errand(ctx context.Context, do func(tx *bbolt.Tx) error) (cost, error) {
	e := &errand{do: do, answer: make(chan struct{})}
	if err := w.hand(ctx, e); err != nil {
		return cost{}, err
	}
	<-e.answer
	return e.cost, e.err
}

// hand gives an errand to the writer.
func (w *writer) hand(ctx context.Context, e *errand) error {
	var wait time.Duration
	if time.Since(time.Unix(0, w.errands.polled.Load())) < lull {
		wait = patience
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	var alone chan *errand // nobody takes it there as long as it waits for a ride
	for {
		select {
		case w.errands.riding <- e:
			return nil
		case alone <- e:
			return nil
		case <-timer.C:
			alone = w.errands.alone
		case <-w.quit:
			return errClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// rider returns the errand that waits for a ride, nil when none does.
func (w *writer) rider() *errand {
	select {
	case e := <-w.errands.riding:
		return e
	default:
		return nil
	}
}

// run does the errand's work.
func (e *errand) run(tx *bbolt.Tx) error {
	began, before := time.Now(), touched(tx)
	err := e.do(tx)
	e.tx, e.done, e.nodes = tx, time.Now(), touched(tx)-before
	e.cost = cost{took: e.done.Sub(began)}
	return err
}

func touched(tx *bbolt.Tx) int64 {
	stats := tx.Stats()
	return stats.GetNodeCount()
}

// weigh works out the errand's cost once the transaction is over. Of writing it
// has the share of the nodes that it touched: each is a page to write.
func (e *errand) weigh() {
	if e == nil || e.tx == nil {
		return
	}
	stats := e.tx.Stats()
	share := float64(e.nodes) / float64(max(stats.GetNodeCount(), 1))
	part := func(d time.Duration) time.Duration { return time.Duration(share * float64(d)) }
	e.cost.took += part(time.Since(e.done))
	e.cost.disk = part(stats.GetWriteTime())
	e.tx = nil
}

// end tells whoever waits for the errand what became of it.
func (e *errand) end(err error) {
	if e == nil {
		return
	}
	e.err = err
	close(e.answer)
}
