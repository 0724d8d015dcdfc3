package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"tributary/aggregator/normalise"
	"tributary/feed"
	"tributary/publisher/render"
	"tributary/storage"
)

// maxFound bounds how many entries one address is looked up for.
const maxFound = 20

// explain explains the entries that are meant by a URL or an id.
func (a *app) explain(ctx context.Context, what string) ([]explanation, error) {
	found := []explanation{}
	f := &finder{app: a, what: strings.TrimSpace(what), seen: map[feed.EntryID]bool{}, stored: func(e *feed.Entry) error {
		x, err := a.explainStored(ctx, e)
		found = append(found, x)
		return err
	}, deleted: func(d *feed.DeletedEntry) error {
		x, err := a.explainDropped(ctx, d)
		found = append(found, x)
		return err
	}}
	return found, f.run(ctx)
}

// A finder looks for what a person means by an address or an id: quickly by
// what identities are made of, else by looking at everything.
type finder struct {
	app     *app
	what    string
	seen    map[feed.EntryID]bool
	stored  func(*feed.Entry) error
	deleted func(*feed.DeletedEntry) error
}

func (f *finder) run(ctx context.Context) error {
	if id, ok := f.ours(); ok {
		return f.look(ctx, id)
	}
	for st, err := range f.app.store.States(ctx) {
		if err != nil {
			return err
		}
		for _, id := range []feed.EntryID{
			feed.Identify(st.Source.ID, f.what, "", feed.Digest{}),
			feed.Identify(st.Source.ID, "", normalise.Untracked(f.what), feed.Digest{}),
		} {
			if err := f.look(ctx, id); err != nil {
				return err
			}
		}
	}
	if len(f.seen) > 0 {
		return nil
	}
	return f.scan(ctx)
}

// ours returns the id that is written in one of our ways: as it is, as a URN,
// or in the address of its page.
func (f *finder) ours() (feed.EntryID, bool) {
	text := f.what
	if u, err := url.Parse(text); err == nil && strings.HasPrefix(u.Scheme, "http") {
		_, name, _ := strings.Cut(u.Path, "/entry/")
		text = strings.TrimSuffix(name, ".html")
	}
	if id, err := feed.ParseEntryID(text); err == nil {
		return id, true
	}
	if rest, ok := strings.CutPrefix(text, "urn:uuid:"); ok {
		if id, err := uuid.Parse(rest); err == nil && id.Version() == 8 {
			return feed.EntryID(id), true
		}
	}
	return feed.EntryID{}, false
}

// look tells of the entry with that identity, if there is one.
func (f *finder) look(ctx context.Context, id feed.EntryID) error {
	if f.seen[id] || len(f.seen) >= maxFound {
		return nil
	}
	switch e, err := f.app.store.Entry(ctx, id); {
	case err == nil:
		f.seen[id] = true
		return f.stored(&e)
	case !errors.Is(err, storage.ErrNotFound):
		return err
	}
	d, err := f.app.store.Deleted(ctx, id)
	switch {
	case err == nil:
		f.seen[id] = true
		return f.deleted(&d)
	case errors.Is(err, storage.ErrNotFound):
		return nil
	}
	return err
}

// scan looks at everything that is stored, and at what is left of the rest.
func (f *finder) scan(ctx context.Context) error {
	link := feed.LinkKey(normalise.Untracked(f.what))
	same := func(id, href string) bool {
		return id == f.what && id != "" || href != "" && feed.LinkKey(normalise.Untracked(href)) == link
	}
	for e, err := range f.app.store.SourceEntries(ctx, "") {
		if err != nil {
			return err
		}
		if !same(e.UpstreamID, e.Alternate()) && render.EntryID(&e) != f.what {
			continue
		}
		if err := f.look(ctx, e.ID); err != nil {
			return err
		}
	}
	for d, err := range f.app.store.DeletedEntries(ctx, "") {
		if err != nil {
			return err
		}
		if !same(d.UpstreamID, d.Link) {
			continue
		}
		if err := f.look(ctx, d.Ref); err != nil {
			return err
		}
	}
	return nil
}
