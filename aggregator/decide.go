package aggregator

import (
	"fmt"
	"time"

	"tributary/feed"
	"tributary/rules"
)

// Rule gives a running Aggregator other rules. It is to be called before the
// store is given the sources with the Filing of these: then no poll is
// committed that others have decided about.
func (a *Aggregator) Rule(set *rules.Set) { a.rules.Store(set) }

// maxRuleErrors bounds how many entries with which rules failed are told of a
// poll.
const maxRuleErrors = 5

// A decision is what the rules make of the entries of a document.
type decision struct {
	entries []feed.Entry
	dropped []feed.DeletedEntry
	failed  []string // rules that could not be evaluated, and for which entries
}

// decide lets the rules decide about entries of a source that have their place.
// It may be called again, with other rules or categories.
func (a *Aggregator) decide(src *feed.Source, entries []feed.Entry, now time.Time) decision {
	set := a.rules.Load()
	if set.Silent(src.ID) {
		return decision{entries: entries}
	}
	d := decision{entries: make([]feed.Entry, 0, len(entries))}
	for i := range entries {
		e := &entries[i]
		v := set.Again(e, src.Categories)
		d.note(e, v.Steps)
		if v.Dropped == nil {
			d.entries = append(d.entries, *e)
			continue
		}
		d.dropped = append(d.dropped, feed.Delete(e, feed.ByRule, v.Dropped.String(), now))
	}
	return d
}

func (d *decision) note(e *feed.Entry, steps []rules.Step) {
	for i := range steps {
		if steps[i].Err != nil && len(d.failed) < maxRuleErrors {
			d.failed = append(d.failed, fmt.Sprintf("%s: entry %s: %s", steps[i].Rule.Place, e.ID, steps[i].Err))
		}
	}
}
