package publisher

import (
	"container/list"
	"sync"
)

// A past is what is remembered of documents that show the same entries, to tell
// those who have a former rendering what is new.
type past struct {
	history history
	making  sync.Mutex // held by who makes one of the documents
}

// mostPasts is how many of the feeds that are made when they are asked for are
// remembered, those asked for last: with 50 entries each has some 10 KB.
const mostPasts = 256

// pasts are those of feeds that no edition has, by their folders.
type pasts struct {
	mu    sync.Mutex // guards what follows
	known map[string]*list.Element
	order *list.List // of *remembered, the last asked for first
}

type remembered struct {
	folder string
	past   past
}

func newPasts() *pasts { return &pasts{known: map[string]*list.Element{}, order: list.New()} }

// of returns that of a feed, which is new when nothing is remembered.
func (p *pasts) of(folder string) *past {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := p.known[folder]; at != nil {
		p.order.MoveToFront(at)
		return &at.Value.(*remembered).past // the list holds nothing else
	}
	is := &remembered{folder: folder}
	p.known[folder] = p.order.PushFront(is)
	if p.order.Len() > mostPasts {
		last := p.order.Back()
		p.order.Remove(last)
		delete(p.known, last.Value.(*remembered).folder) // likewise
	}
	return &is.past
}
