package publisher

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// A plan is the timetable, for who marks and who renders.
type plan struct {
	mu    sync.Mutex // guards the table
	table *timetable
	more  chan struct{} // hears that something was marked
}

func newPlan(p pace) *plan { return &plan{table: newTimetable(p), more: make(chan struct{}, 1)} }

// do changes the table and wakes who renders.
func (p *plan) do(change func(t *timetable)) {
	p.mu.Lock()
	change(p.table)
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default: // it has been told already
	}
}

func (p *plan) take(now time.Time) (mark, bool, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.table.take(now)
}

// Run renders what the store's changes make out of date, until ctx ends. At
// first it renders everything: who asks meanwhile is answered from the store.
func (p *Publisher) Run(ctx context.Context) error {
	defer p.events.end.Do(func() { close(p.events.done) })
	p.loadRecord()
	defer p.saveRecord()
	for ctx.Err() == nil {
		after, err := p.store.LastChange(ctx)
		if err != nil {
			return err
		}
		p.events.begin(after)
		p.expireAll(after)
		g, inner := errgroup.WithContext(ctx)
		g.Go(func() error { return p.follow(inner, after) })
		g.Go(func() error { return p.renderPlanned(inner) })
		if err := g.Wait(); err != nil && !errors.Is(err, storage.ErrTrimmed) && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// expireAll marks every document as out of date.
func (p *Publisher) expireAll(seq feed.Seq) {
	p.cache.expireAll()
	p.sitemaps.lose()
	now := time.Now()
	p.plan.do(func(t *timetable) {
		for term := range p.editions {
			t.urge(term, seq, now)
		}
	})
}

// follow marks what each change after seq concerns.
func (p *Publisher) follow(ctx context.Context, after feed.Seq) error {
	for change, err := range p.store.Watch(ctx, after) {
		if err != nil {
			return err
		}
		p.expire(&change)
	}
	return nil
}

// expire marks what a change concerns: the entry's page for who asks next, its
// categories for the next rendering.
func (p *Publisher) expire(change *feed.Change) {
	p.cache.expire(render.EntryPath(change.Entry))
	terms := append(slices.Clip(change.Categories), render.All, siteTerm, sourceTerm([4]byte(change.Entry[:])))
	p.events.see(change.Seq, terms)
	p.requested.expire(p.cache, terms)
	p.lose(change)
	now := time.Now()
	p.plan.do(func(t *timetable) {
		for _, term := range terms {
			if p.editions[term] != nil {
				t.mark(term, change.Seq, now)
			}
			for _, folder := range p.following[term] {
				t.mark(folder, change.Seq, now)
			}
		}
	})
}

// renderPlanned renders each edition when the timetable says so, one at a time.
func (p *Publisher) renderPlanned(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		m, ok, next := p.plan.take(time.Now())
		if ok {
			p.renderMarked(ctx, m)
			continue
		}
		p.saveRecord()
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(time.Until(next))
		}
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-p.plan.more:
		}
	}
	return nil
}

// renderMarked renders an edition. One that cannot be rendered stays as it is
// for a while.
func (p *Publisher) renderMarked(ctx context.Context, m mark) {
	shown, err := p.store.LastChange(ctx) // at least
	if err == nil {
		err = p.renderEdition(ctx, p.editions[m.term], shown)
	}
	if err == nil {
		err = p.release(ctx, m.term, shown)
	}
	if err == nil || ctx.Err() != nil {
		return
	}
	p.log.Error("documents are out of date", "category", m.term, "err", err)
	p.plan.do(func(t *timetable) { t.again(m, time.Now().Add(retry)) })
}
