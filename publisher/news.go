package publisher

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// News is an entry that changes concern.
type news struct {
	entry   feed.EntryID
	seq     feed.Seq // of the last change
	created bool     // the first of them was the entry's first
}

// mostNews is how many entries are told of one by one: whoever missed more is
// better off reading the feed.
const mostNews = 500

var errMostNews = fmt.Errorf("more than %d entries have changed", mostNews)

// newsOf returns the entries of a category that the changes after one, up to
// another, concern, each once, in the order of their last changes.
func (p *Publisher) newsOf(ctx context.Context, term string, after, upto feed.Seq) ([]news, error) {
	found := map[feed.EntryID]*news{}
	if after < upto {
		for change, err := range p.store.Watch(ctx, after) {
			if err != nil {
				return nil, err
			}
			if n := found[change.Entry]; n != nil {
				n.seq = change.Seq
			} else if concerns(&change, term) {
				found[change.Entry] = &news{change.Entry, change.Seq, change.Op == feed.Created}
			}
			if len(found) > mostNews {
				return nil, errMostNews
			}
			if change.Seq >= upto {
				break
			}
		}
	}
	out := make([]news, 0, len(found))
	for _, n := range found {
		out = append(out, *n)
	}
	slices.SortFunc(out, func(a, b news) int { return int(int64(a.seq) - int64(b.seq)) })
	return out, ctx.Err()
}

func concerns(change *feed.Change, term string) bool {
	if term == render.All {
		return len(change.Categories) > 0
	}
	return slices.Contains(change.Categories, term)
}

// batch returns the events for changes of a category. What is too much to be
// told is one that says so.
func (p *Publisher) batch(ctx context.Context, c Category, after, upto feed.Seq) ([]event, error) {
	all, err := p.newsOf(ctx, c.Term, after, upto)
	if errors.Is(err, errMostNews) || errors.Is(err, storage.ErrTrimmed) {
		return p.reset(ctx, upto, tooMuch)
	}
	if err != nil {
		return nil, err
	}
	var batch []event
	size := 0
	for i := range all {
		text, err := p.event(ctx, c, &all[i])
		if err != nil {
			return nil, err
		}
		if size += len(text); size > mostTape {
			return p.reset(ctx, upto, tooMuch)
		}
		if text != nil {
			batch = append(batch, event{all[i].seq, text})
		}
	}
	return batch, nil
}

// event returns the event for an entry of a category as it is now; nil when
// whoever listens need not know.
func (p *Publisher) event(ctx context.Context, c Category, n *news) ([]byte, error) {
	e, err := p.store.Entry(ctx, n.entry)
	missing := errors.Is(err, storage.ErrNotFound)
	switch {
	case err != nil && !missing:
		return nil, fmt.Errorf("read entry %s: %w", n.entry, err)
	case missing || !shows(c.Term, &e):
		if n.created || repeats(c.Term, &e) {
			return nil, nil
		}
		if missing {
			e = p.lastKnown(ctx, n.entry)
		}
		data, err := json.Marshal(struct {
			ID string `json:"id"`
		}{render.EntryID(&e)})
		return eventText("deleted", idOf(n.seq, n.entry), data), err
	}
	page := &render.Page{Site: p.set.Site, Categories: p.categories, Category: c.Category, Entries: []feed.Entry{e}}
	if page, err = p.complete(ctx, page, nil); err != nil {
		return nil, err
	}
	data, err := render.JSONItem(page)
	if err != nil {
		return nil, fmt.Errorf("render entry %s: %w", n.entry, err)
	}
	kind := "updated"
	if n.created {
		kind = "entry"
	}
	return eventText(kind, idOf(n.seq, n.entry), data), nil
}

// shows reports whether a category's feed shows an entry.
func shows(term string, e *feed.Entry) bool {
	if term == render.All {
		return len(e.Filed) > 0
	}
	return e.IsFiled(term)
}

// repeats reports whether an entry is another one's repeat in a category, and
// so has never been there.
func repeats(term string, e *feed.Entry) bool {
	return e.RepeatIn(term) != nil || term == render.All && len(e.Repeats) > 0
}

// lastKnown returns what is known of who an entry was.
func (p *Publisher) lastKnown(ctx context.Context, id feed.EntryID) feed.Entry {
	left, err := p.store.Deleted(ctx, id)
	if err != nil {
		return feed.Entry{ID: id} // its URN has to do
	}
	return feed.Entry{ID: id, Source: left.Source, UpstreamID: left.UpstreamID}
}

// What a reset says.
const (
	tooMuch = "more has changed than is told one by one: read the feed anew"
	unknown = "what came after this id is not known: read the feed anew"
)

// reset returns the event that sends readers to the feed.
func (p *Publisher) reset(ctx context.Context, upto feed.Seq, why string) ([]event, error) {
	id, err := p.idAt(ctx, upto)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(struct {
		Reason string `json:"reason"`
	}{why})
	return []event{{upto, eventText("reset", id, data)}}, err
}

// eventText returns an event as it is sent. Data is one line.
func eventText(kind, id string, data []byte) []byte {
	text := make([]byte, 0, len(kind)+len(id)+len(data)+32)
	text = append(text, "event: "+kind+"\nid: "+id+"\ndata: "...)
	return append(append(text, data...), "\n\n"...)
}

// idOf names a change, for whoever comes back. It has a part of the entry's
// identity, so that another store's change of that number is not taken for it.
func idOf(seq feed.Seq, entry feed.EntryID) string {
	return strconv.FormatUint(uint64(seq), 10) + "." + hex.EncodeToString(entry[:4])
}

// idAt names the change of a number that the store has.
func (p *Publisher) idAt(ctx context.Context, seq feed.Seq) (string, error) {
	if seq == 0 {
		return "0", nil
	}
	for change, err := range p.store.Watch(ctx, seq-1) {
		return idOf(change.Seq, change.Entry), err
	}
	return "", ctx.Err()
}

// changeOf returns the number of the change that an id names, if the store
// knows it.
func (p *Publisher) changeOf(ctx context.Context, id string) (feed.Seq, bool, error) {
	digits, _, _ := strings.Cut(id, ".")
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, false, nil
	}
	last, err := p.store.LastChange(ctx)
	if err != nil || feed.Seq(n) > last {
		return 0, false, err
	}
	known, err := p.idAt(ctx, feed.Seq(n))
	if errors.Is(err, storage.ErrTrimmed) {
		return 0, false, nil
	}
	return feed.Seq(n), known == id, err
}
