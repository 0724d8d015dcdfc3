package publisher

import "sync"

// requested are the documents that are made when somebody asks for them, by the
// categories whose changes concern them, or by what else does: see losses and
// numberedOf. Nothing renders them unasked, and no
// list of all there may be is needed to mark them as out of date.
type requested struct {
	mu     sync.Mutex // guards what follows
	byTerm map[string]map[string]bool
	n      int
}

// maxRequested is how many documents are remembered. Then all of them count as
// out of date, and are forgotten.
const maxRequested = 10_000

// note remembers a document before it is made: no change in between is missed.
func (q *requested) note(cache *cache, name string, terms ...string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n >= maxRequested {
		for _, names := range q.byTerm {
			expire(cache, names)
		}
		q.byTerm, q.n = nil, 0
	}
	if q.byTerm == nil {
		q.byTerm = map[string]map[string]bool{}
	}
	for _, term := range terms {
		if q.byTerm[term] == nil {
			q.byTerm[term] = map[string]bool{}
		}
		if !q.byTerm[term][name] {
			q.byTerm[term][name] = true
			q.n++
		}
	}
}

// expire marks as out of date what a change of some categories concerns.
func (q *requested) expire(cache *cache, terms []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, term := range terms {
		expire(cache, q.byTerm[term])
	}
}

func expire(cache *cache, names map[string]bool) {
	for name := range names {
		cache.expire(name)
	}
}
