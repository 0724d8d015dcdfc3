package feed

import (
	"slices"
	"time"
)

// A Retention says which entries are kept, and for how long what went is
// remembered. The zero value keeps everything.
//
// An entry goes when it is beyond the bounds of the whole, or when it is
// beyond those of each category that it is filed under: one that is kept by a
// category without bounds stays. What is filed nowhere, because its source
// went, has the bounds of the whole only.
type Retention struct {
	Overall    Keep
	Categories map[string]Keep // by term; one that is not listed keeps all
	Remember   time.Duration   // how long a DeletedEntry outlives its being listed
}

// A Keep bounds what is kept by its place in the feed (Entry.Order). Zero
// fields bound nothing.
type Keep struct {
	MaxAge     time.Duration
	MaxEntries int
}

// Bounds reports whether anything is ever to go.
func (k Keep) Bounds() bool { return k.MaxAge > 0 || k.MaxEntries > 0 }

// Bounded returns the terms of the categories that let entries go, sorted.
func (r *Retention) Bounded() []string {
	var terms []string
	for term, k := range r.Categories {
		if k.Bounds() {
			terms = append(terms, term)
		}
	}
	slices.Sort(terms)
	return terms
}
