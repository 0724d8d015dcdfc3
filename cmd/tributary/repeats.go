package main

import (
	"context"
	"errors"
	"fmt"

	"tributary/config"
	"tributary/feed"
	"tributary/storage"
)

// repeats returns which entries the configuration leaves out as repeats, nil
// for none.
func repeats(cfg *config.Config) *feed.Repeats {
	r := &feed.Repeats{Categories: map[string]feed.RepeatRule{}, Priority: map[feed.SourceID]int{}}
	for i := range cfg.Categories {
		switch c := &cfg.Categories[i]; c.Repeats {
		case "link":
			r.Categories[c.Term] = feed.RepeatRule{}
		case "story":
			r.Categories[c.Term] = feed.RepeatRule{Story: true, Window: c.Window}
		}
	}
	if len(r.Categories) == 0 {
		return nil
	}
	for i := range cfg.Sources {
		if s := &cfg.Sources[i]; s.Priority != 0 {
			r.Priority[s.ID] = s.Priority
		}
	}
	return r
}

// A join is one entry that repeats another, and why it was taken for that.
type join struct {
	Term   string        `json:"category"`
	First  feed.EntryID  `json:"-"`
	Entry  feed.EntryID  `json:"-"`
	Source feed.SourceID `json:"source"`
	Title  string        `json:"title"`
	URL    string        `json:"url"`
	Why    string        `json:"why"`
}

// joins returns with what an entry was joined and why, seen from either side:
// what it repeats, and what repeats it.
func joins(ctx context.Context, store storage.Reader, e *feed.Entry) (repeats, also []join, err error) {
	for i := range e.Repeats {
		r := &e.Repeats[i]
		first, err := store.Entry(ctx, r.Of)
		if errors.Is(err, storage.ErrNotFound) {
			first = feed.Entry{ID: r.Of, Title: feed.Text{Body: "(an entry that is gone)"}}
		} else if err != nil {
			return nil, nil, err
		}
		repeats = append(repeats, newJoin(r, &first, e, &first))
	}
	for i := range e.Also {
		other, err := store.Entry(ctx, e.Also[i].Entry)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		} else if err != nil {
			return nil, nil, err
		}
		for j := range other.Repeats {
			if r := &other.Repeats[j]; r.Of == e.ID {
				also = append(also, newJoin(r, &other, &other, e))
			}
		}
	}
	return repeats, also, nil
}

// newJoin tells of shown, one of the two that were joined.
func newJoin(r *feed.Repeat, shown, entry, first *feed.Entry) join {
	return join{
		Term: r.Term, First: first.ID, Entry: entry.ID, Source: shown.Source, Title: shown.Title.Body, URL: shown.Alternate(), Why: whyJoined(r),
	}
}

// text tells of the join to people.
func (j *join) text() string {
	return fmt.Sprintf("%s %q, in %s: %s", joinNonEmpty("  ", string(j.Source), j.URL), j.Title, j.Term, j.Why)
}

func whyJoined(r *feed.Repeat) string {
	if r.Why == feed.SameStory {
		return fmt.Sprintf("same story: %d%% of the shorter text is in the other", r.Share)
	}
	return r.Why.String()
}
